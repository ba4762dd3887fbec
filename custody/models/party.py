"""Parties, their identifiers, who controls them, and their qualifications."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from custody.terms import AddressKind, ControlKind, NameKind, PartyKind, PartyState, QualificationState

from .base import Row, VisibleQuerySet, WordField, rows_of


class PartyQuerySet(VisibleQuerySet):
    """Parties a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Regulators see the register; others their own party and those they deal with."""
        if user.sees_all_parties:
            return self
        mine = user.party_ids()
        hops, handoffs = rows_of("Hop"), rows_of("Handoff")
        return self.filter(
            Q(id__in=mine)
            | Q(id__in=hops.filter(from_party__in=mine).values("to_party"))
            | Q(id__in=hops.filter(to_party__in=mine).values("from_party"))
            | Q(id__in=handoffs.filter(receiver_party__in=mine).values("sender_party"))
            | Q(id__in=handoffs.filter(sender_party__in=mine).values("receiver_party"))
        )


class Party(Row):
    """An organisation, a government unit or an individual."""

    kind = WordField(PartyKind)
    name = models.CharField(max_length=300)
    other_name = models.CharField(
        max_length=300, blank=True, help_text="The name in another script, or a former one."
    )
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2; empty: not known.")
    state = WordField(PartyState, default=PartyState.ACTIVE)
    established_on = models.DateField(null=True, blank=True, help_text="Null: not known.")
    conditions_on = models.DateField(
        null=True, blank=True, help_text="Day of its last statement on the conditions of a contractor."
    )
    clean_record = models.BooleanField(
        null=True, help_text="No leak and no conviction in the year before the statement; null: not stated."
    )
    prc_staff = models.BooleanField(
        null=True, help_text="All staff who do secret work are PRC nationals; null: not stated."
    )
    conditions_evidence = models.CharField(max_length=300, blank=True, default="")
    inspected_on = models.DateField(
        null=True, blank=True, help_text="Day of its last yearly self-inspection; null: none is recorded."
    )
    inspection_evidence = models.CharField(max_length=300, blank=True, default="")
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        help_text="The party that this one turned out to be; it is closed, and its history stays.",
    )

    objects: ClassVar[PartyQuerySet] = PartyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(country="") | Q(country__regex=r"^[A-Z]{2}$"), name="party_country_is_iso"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("id")), name="no_party_merges_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PartyNameQuerySet(VisibleQuerySet):
    """Further names a user may see: those of the parties that the user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible names."""
        return self.filter(party__in=Party.objects.seen_outside(user).values("id"))


class PartyName(Row):
    """What else a party is or was called; the dates are inclusive, and empty where they are not known."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="names")
    kind = WordField(NameKind)
    name = models.CharField(max_length=300)
    language = models.CharField(
        max_length=35, blank=True, help_text="Language and script, BCP 47, such as zh-Hans or ru-Latn."
    )
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)

    objects: ClassVar[PartyNameQuerySet] = PartyNameQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["party", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["party", "kind", "name"], name="party_name_once"),
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=models.F("starts")),
                name="party_name_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PartyAddressQuerySet(VisibleQuerySet):
    """Addresses a user may see: those of the parties that the user may see, an individual's to the house
    alone."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible addresses."""
        seen = Party.objects.seen_outside(user).exclude(kind=PartyKind.INDIVIDUAL).values("id")
        return self.filter(Q(party__in=seen) | Q(party__in=user.party_ids()))


class PartyAddress(Row):
    """Where a party is registered or takes its post; the dates are inclusive, and empty where not known."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="addresses")
    kind = WordField(AddressKind)
    address = models.CharField(max_length=500)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)

    objects: ClassVar[PartyAddressQuerySet] = PartyAddressQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["party", "kind", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "kind"], condition=Q(ends=None), name="one_address_of_a_kind"
            ),
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="address_country_is_iso"),
        ]

    def __str__(self) -> str:
        return self.address


_NUMBERS = uuid.UUID("6f0ad3a7-7a7e-5b7e-9d0c-4b1d4a1f2c55")


def identifier_id(scheme: str, value: str) -> uuid.UUID:
    """Return the id of a registration number's row. A number names one party for good, so the id is made of
    it, and entries that tell numbers without ids tell which rows they are."""
    return uuid.uuid5(_NUMBERS, f"{scheme}\n{value}")


class PartyIdentifier(Row):
    """A registration number of a party under a scheme such as UEI, CAGE or USCC."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="identifiers")
    scheme = models.CharField(max_length=16)
    value = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "value"], name="identifier_names_one_party")]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class PartyControl(Row):
    """One party owns or controls another; FOR-01 walks these upwards."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="controls")
    controller = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="controlled")
    kind = WordField(ControlKind)
    share = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True, help_text="Per cent.")
    ends = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party", "controller", "kind"], condition=Q(ends=None), name="control_once"
            ),
            models.CheckConstraint(
                condition=~Q(party=models.F("controller")), name="no_party_controls_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.controller_id} {self.kind} {self.party_id}"


class QualificationQuerySet(VisibleQuerySet):
    """Certificates a user may see: those of the parties that the user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible certificates."""
        return self.filter(party__in=Party.objects.seen_outside(user).values("id"))


class Qualification(Row):
    """A certificate that a party holds; it counts once somebody else has verified it (QUA-06)."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="qualifications")
    type = models.CharField(max_length=40)
    grade = models.CharField(max_length=40)
    categories = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    number = models.CharField(max_length=100)
    issuer = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField()
    state = WordField(QualificationState, default=QualificationState.SUBMITTED)
    recorded_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    verified_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verified_on = models.DateField(null=True, blank=True)
    verified_how = models.CharField(max_length=300, blank=True)
    void_from = models.DateField(
        null=True,
        blank=True,
        help_text="Day from which, as it turned out, it did not count; set by revoking.",
    )

    objects: ClassVar[QualificationQuerySet] = QualificationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["party", "type", "-valid_to"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=models.F("valid_from")), name="qualification_dates_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(verified_by__isnull=False, verified_on__isnull=False),
                name="verified_names_its_verifier",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=models.F("recorded_by")),
                name="nobody_verifies_own_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.grade} {self.number}"
