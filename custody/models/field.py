"""Field collection: equipment, permits, sensitive zones and the consents that lift them, and collections."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from custody.terms import CollectionState, Datum, EquipmentKind, Payment, PermitState

from .base import Row, VisibleQuerySet, WordField
from .hop import Hop
from .project import Project

_HASH = r"^([0-9a-f]{64})?$"


class EquipmentQuerySet(VisibleQuerySet):
    """Equipment a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Regulators see all; others their own parties'."""
        return self if user.sees_all_parties else self.filter(owner_party__in=user.party_ids())


class Equipment(Row):
    """A registered drone, vehicle, logger or phone with which ground is surveyed."""

    owner_party = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="equipment")
    kind = WordField(EquipmentKind)
    name = models.CharField(max_length=200, help_text="Model, as its maker calls it.")
    serial = models.CharField(max_length=100)
    maker = models.CharField(max_length=200)
    country = models.CharField(
        max_length=2, blank=True, default="", help_text="Of its maker, ISO 3166-1 alpha-2; empty: not known."
    )
    registration = models.CharField(  # noqa: DJ001 - a rule tells none (empty) from not known (null)
        max_length=100,
        null=True,
        blank=True,
        help_text="Number of its real-name registration; empty: it has none; null: not known.",
    )

    objects: ClassVar[EquipmentQuerySet] = EquipmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name", "serial", "id"]
        constraints = [
            models.UniqueConstraint(fields=["maker", "serial"], name="equipment_serial_once"),
            models.CheckConstraint(
                condition=Q(country="") | Q(country__regex=r"^[A-Z]{2}$"), name="equipment_country_is_iso"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.serial}"


class FieldQuerySet(VisibleQuerySet):
    """Field work a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return that of projects seen whole, of the user's own parties, and of the hops that are seen."""
        whole = Project.objects.whole_for(user).values("id")
        hops = Hop.objects.seen_outside(user).values("id")
        return self.filter(Q(project__in=whole) | Q(unit__in=user.party_ids()) | Q(hop__in=hops))


class FieldPermitQuerySet(FieldQuerySet):
    """Permits by what they still allow."""

    def live(self, on: dt.date) -> Self:
        """Return those under which something may be collected on a day."""
        return self.filter(state__in=(PermitState.APPROVED, PermitState.ACTIVE), starts__lte=on, ends__gte=on)


class FieldPermit(Row):
    """Leave for one unit to collect in one area, with named people and equipment, between two days.

    It is approved by the SHA-256 of its subject; what is changed goes back to a draft.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="field_permits")
    hop = models.ForeignKey(
        Hop,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="field_permits",
        help_text="Null: the project's owner collects itself.",
    )
    unit = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="field_permits")
    operator = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    equipment = models.JSONField(default=list, help_text="Ids of equipment, in order.")
    purpose = models.TextField()
    area = models.TextField(help_text="GeoJSON in its canonical form.")
    datum = WordField(Datum)
    area_km2 = models.DecimalField(max_digits=20, decimal_places=6)
    starts = models.DateField()
    ends = models.DateField()
    airspace_number = models.CharField(max_length=100, blank=True, default="")
    airspace_authority = models.CharField(max_length=200, blank=True, default="")
    airspace_from = models.DateField(null=True, blank=True)
    airspace_to = models.DateField(null=True, blank=True)
    airspace_sha256 = models.CharField(max_length=64, blank=True, default="")
    operator_licence = models.CharField(max_length=100, blank=True, default="")
    operating_certificate = models.CharField(max_length=100, blank=True, default="")
    work_permit = models.CharField(max_length=100, blank=True, default="")
    uplink = models.BooleanField(null=True, help_text="Data leave the equipment live; null: not stated.")
    payment = WordField(Payment, null=True, blank=True, help_text="Null: not stated.")
    state = WordField(PermitState)
    subject_sha256 = models.CharField(max_length=64)
    approved_sha256 = models.CharField(max_length=64, blank=True, default="")
    requested_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_reason = models.TextField(blank=True, default="")

    objects: ClassVar[FieldPermitQuerySet] = FieldPermitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-starts", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="permit_dates_in_order"),
            models.CheckConstraint(
                condition=Q(airspace_to__gte=F("airspace_from")) | Q(airspace_to__isnull=True),
                name="airspace_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(airspace_sha256__regex=_HASH), name="airspace_hash_shape"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose[:60]} {self.starts}"

    def standing(self, today: dt.date) -> PermitState:
        """Return what it is worth on a day: a permit also ends by its last day."""
        if self.state in (PermitState.APPROVED, PermitState.ACTIVE) and today > self.ends:
            return PermitState.EXPIRED
        state: PermitState = self.state
        return state


class ZoneListQuerySet(VisibleQuerySet):
    """Lists of sensitive zones. That there is one is known in the house; what is in it, to the cleared."""

    def seen_outside(self, user: Any) -> Self:
        """Nobody outside the house."""
        return self.none()

    def newest(self) -> ZoneList | None:
        """Return the list that counts."""
        row: ZoneList | None = self.order_by("-version").first()
        return row


class ZoneList(Row):
    """One version of all sensitive zones; the newest counts. Its hash is in the ledger, its text is not."""

    version = models.PositiveIntegerField(unique=True)
    datum = WordField(Datum)
    zones = models.PositiveIntegerField(help_text="How many.")
    sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=300, help_text="Where it comes from.")
    published_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    content = models.TextField(
        blank=True, default="", help_text="Canonical GeoJSON; empty: lost, and to be uploaded again."
    )

    objects: ClassVar[ZoneListQuerySet] = ZoneListQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"zones {self.version}"


class ZoneConsentQuerySet(VisibleQuerySet):
    """Consents of zone authorities: whose they are tells what lies there."""

    def seen_outside(self, user: Any) -> Self:
        """Nobody outside the house."""
        return self.none()


class ZoneConsent(Row):
    """A zone authority's written consent for one permit's area. Append-only."""

    permit = models.ForeignKey(FieldPermit, on_delete=models.PROTECT, related_name="zone_consents")
    zone_list = models.ForeignKey(ZoneList, on_delete=models.PROTECT, related_name="+")
    zone = models.PositiveIntegerField(help_text="Its place in the list, from 1.")
    area_sha256 = models.CharField(max_length=64, help_text="Of the area for which it was given.")
    reference = models.CharField(max_length=200, help_text="Number of the paper.")
    authority = models.CharField(max_length=200)
    given_on = models.DateField()
    document_sha256 = models.CharField(max_length=64, blank=True, default="")
    recorded_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[ZoneConsentQuerySet] = ZoneConsentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(document_sha256__regex=_HASH), name="zone_consent_hash_shape")
        ]

    def __str__(self) -> str:
        return f"consent {self.reference}"


class CollectionQuerySet(FieldQuerySet):
    """Collections by what is still to be done."""

    def against_rules(self) -> Self:
        """Return those that were recorded though rules barred them: each is a finding."""
        return self.exclude(findings=[])

    def overdue(self, now: dt.datetime) -> Self:
        """Return those whose output should have been registered by now."""
        return self.filter(state=CollectionState.DONE, due_at__lt=now)


class Collection(Row):
    """One flight or field day: planned, done, its output registered, the output reviewed.

    What was done without leave is recorded all the same; ``findings`` names the rules that it broke.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="collections")
    hop = models.ForeignKey(Hop, null=True, blank=True, on_delete=models.PROTECT, related_name="collections")
    permit = models.ForeignKey(
        FieldPermit, null=True, blank=True, on_delete=models.PROTECT, related_name="collections"
    )
    unit = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="collections")
    operator = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT, related_name="collections")
    collected_on = models.DateField(help_text="Planned for, then done on.")
    remark = models.TextField(blank=True, default="")
    state = WordField(CollectionState)
    uplink = models.BooleanField(null=True, help_text="Data left the equipment live; null: not stated.")
    payment = WordField(Payment, null=True, blank=True, help_text="Null: not stated.")
    findings = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="When its output must be registered.")
    outputs = models.JSONField(default=list, help_text="Ids of items, in order.")
    late = models.BooleanField(null=True, help_text="The output was registered late; null: not yet.")
    recorded_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    review = models.TextField(blank=True, default="")

    objects: ClassVar[CollectionQuerySet] = CollectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-collected_on", "id"]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.collected_on}"
