"""Registered systems, data items and their numbered copies."""

from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Subquery

from custody.terms import (
    BasisKind,
    CopyState,
    HandoffState,
    ItemState,
    Marking,
    Medium,
    Network,
    Provision,
    ReviewOutcome,
    Subject,
    SystemKind,
    SystemState,
)

from .base import Row, VisibleQuerySet, WordField, rows_of
from .project import Project


class SystemQuerySet(VisibleQuerySet):
    """Systems a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Regulators see all; others their own party's and the installation."""
        if user.sees_all_parties:
            return self
        return self.filter(Q(owner_party__in=user.party_ids()) | Q(is_installation=True))

    def offered_to(self, user: Any, receiver: UUID | Subquery) -> Self:
        """Return where a sender may send copies: the receiving party's systems, and what the sender sees."""
        return self.filter(Q(owner_party=receiver) | Q(id__in=self.visible_to(user).values("id")))


class System(Row):
    """A registered computer, vault, medium or site, with the level it is accredited for."""

    name = models.CharField(max_length=200)
    kind = WordField(SystemKind)
    owner_party = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="systems")
    levels = models.JSONField(
        default=dict, help_text="Regime family -> accredited level; absent: not accredited."
    )
    network = WordField(Network)
    tested_on = models.DateField(null=True, blank=True)
    tested_by = models.CharField(
        max_length=200, blank=True, default="", help_text="The body that tested it last, as far as recorded."
    )
    state = WordField(SystemState, default=SystemState.ACTIVE)
    is_installation = models.BooleanField(default=False)
    inventory_number = models.CharField(  # noqa: DJ001 - a rule tells none (empty) from not known (null)
        max_length=100,
        null=True,
        blank=True,
        help_text="Or seal number; empty: it has none; null: not known.",
    )
    accreditation = models.CharField(
        max_length=200, blank=True, default="", help_text="Number of the paper that accredits it."
    )
    country = models.CharField(
        max_length=2,
        blank=True,
        default="",
        help_text="Where it stands, ISO 3166-1 alpha-2; empty: not known.",
    )
    provision = WordField(Provision, default=Provision.UNKNOWN)

    objects: ClassVar[SystemQuerySet] = SystemQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_installation"], condition=Q(is_installation=True), name="one_installation"
            ),
            models.CheckConstraint(
                condition=Q(country="") | Q(country__regex=r"^[A-Z]{2}$"), name="system_country_is_iso"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ItemQuerySet(VisibleQuerySet):
    """Items a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return items of projects seen whole, and those of which a copy is seen."""
        whole = Project.objects.whole_for(user).values("id")
        copies = rows_of("Copy").seen_outside(user)
        return self.filter(Q(project__in=whole) | Q(id__in=copies.values("item")))

    def settled(self) -> Self:
        """Return those whose classification is determined and which were not withdrawn."""
        return self.exclude(state__in=[ItemState.PROPOSED, ItemState.WITHDRAWN])

    def on(self, subject: Subject) -> Self:
        """Return those that tell of a sensitive subject."""
        return self.filter(subjects__contains=[str(subject)])


class Item(Row):
    """A data item, registered by codename and, if digital, by hash; its content stays outside."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="items")
    codename = models.CharField(max_length=100)
    level = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64, blank=True)
    state = WordField(ItemState, default=ItemState.REGISTERED)
    basis_kind = WordField(BasisKind, null=True, blank=True, help_text="Null: not known.")
    basis = models.CharField(
        max_length=300, blank=True, default="", help_text="Document or list item that classifies it."
    )
    classified_by = models.ForeignKey(
        "custody.Party",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="items_classified",
        help_text="Null: not known.",
    )
    issued_on = models.DateField(null=True, blank=True, help_text="From which its period runs.")
    until = models.DateField(null=True, blank=True, help_text="Last day of its period.")
    release_condition = models.CharField(
        max_length=300, blank=True, default="", help_text="What ends its classification, if no day does."
    )
    marking = WordField(Marking, null=True, blank=True, help_text="Null: not known.")
    marking_how = models.CharField(max_length=200, blank=True, default="")
    sources = models.JSONField(
        null=True,
        blank=True,
        help_text="Ids of the items of its project that it was made from; empty: from none; null: not known.",
    )
    certificate_number = models.CharField(
        max_length=100, blank=True, default="", help_text="Of the certificate by which it was processed."
    )
    certificate_on = models.DateField(null=True, blank=True)
    certificate_authority = models.CharField(max_length=200, blank=True, default="")
    area_km2 = models.DecimalField(
        max_digits=14,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Of the ground that it shows, in square kilometres; null: not recorded.",
    )
    reviewed_on = models.DateField(null=True, blank=True, help_text="When its level was reviewed last.")
    review_outcome = WordField(ReviewOutcome, null=True, blank=True)
    subjects = ArrayField(
        models.CharField(max_length=32),
        default=list,
        blank=True,
        help_text="What it tells of that makes it sensitive; words of Subject, in order.",
    )
    determined_by = models.ForeignKey(
        "custody.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who determined its classification, not who proposed it; null: nobody but who recorded it.",
    )
    determined_on = models.DateField(null=True, blank=True)

    objects: ClassVar[ItemQuerySet] = ItemQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["codename"]
        constraints = [
            models.UniqueConstraint(fields=["project", "codename"], name="codename_once_per_project"),
            models.CheckConstraint(
                condition=Q(sha256="") | Q(sha256__regex=r"^[0-9a-f]{64}$"), name="item_hash_shape"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(issued_on__isnull=True) | Q(until__gte=F("issued_on")),
                name="item_period_in_order",
            ),
            models.CheckConstraint(
                condition=Q(area_km2__isnull=True) | Q(area_km2__gt=0), name="item_area_is_some"
            ),
        ]

    def __str__(self) -> str:
        return self.codename


class CopyQuerySet(VisibleQuerySet):
    """Copies a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return copies of projects seen whole, and those that own parties hold, are offered, or passed on.

        A copy that an own party declined is not followed: where it went is not theirs to know.
        """
        mine = user.party_ids()
        whole = Project.objects.whole_for(user).values("id")
        handoffs = rows_of("Handoff")
        passed_on = handoffs.filter(
            sender_party__in=mine,
            state__in=[HandoffState.ACCEPTED, HandoffState.PARTLY, HandoffState.MISTAKEN],
        )
        return self.filter(
            Q(item__project__in=whole)
            | Q(custodian_party__in=mine)
            | Q(offered_in__in=handoffs.filter(receiver_party__in=mine).values("id"))
            | Q(id__in=passed_on.values("copies"))
        )

    def there(self) -> Self:
        """Return the copies that still are: who held one that was destroyed holds it no more."""
        return self.exclude(state=CopyState.DESTROYED)


class Copy(Row):
    """One numbered instance of an item; until destroyed it has exactly one custodian at every moment."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="copies")
    number = models.PositiveIntegerField(help_text="k of N within the item.")
    code = models.CharField(max_length=20, unique=True)
    state = WordField(CopyState, default=CopyState.HELD)
    custodian_party = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="copies_held")
    custodian_person = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="copies_held"
    )
    system = models.ForeignKey(System, null=True, blank=True, on_delete=models.PROTECT, related_name="copies")
    offered_in = models.ForeignKey(
        "custody.Handoff",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offered_copies",
        help_text="The handoff in which the copy is offered or its receipt is disputed.",
    )
    tag_key = models.BinaryField(
        help_text="K_copy: 32 bytes; its SHA-256 is committed when the copy is minted, unless it was lost."
    )
    unconfirmed = models.UUIDField(
        null=True,
        blank=True,
        help_text="Entry since which the record may not be the truth; null once the copy was counted.",
    )
    medium = WordField(Medium, null=True, blank=True, help_text="What carries it; null: not recorded.")
    medium_serial = models.CharField(
        max_length=100, blank=True, default="", help_text="Number of its carrier, such as of a drive."
    )
    seal_number = models.CharField(
        max_length=100,
        blank=True,
        default="",
        help_text="Of the seal on it; empty: none is recorded.",
    )
    sha256 = models.CharField(
        max_length=64, blank=True, default="", help_text="Of its own file, where that is not its item's."
    )
    home = models.ForeignKey(
        System,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="copies_at_home",
        db_index=False,  # no page asks by it
        help_text="System that it belongs to and comes back to; null: not recorded.",
    )

    objects: ClassVar[CopyQuerySet] = CopyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["code"]
        # Whoever holds all of a project, of each item: without statistics a planner takes one column alone.
        indexes = [
            models.Index(fields=["item", "custodian_party"], name="copies_of_item_by_party"),
            models.Index(fields=["item", "custodian_person"], name="copies_of_item_by_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="copy_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=["offered", "disputed"], offered_in__isnull=False)
                | Q(state__in=["held", "marked_for_destruction", "destroyed"], offered_in__isnull=True),
                name="an_offered_copy_names_its_handoff",
            ),
            models.CheckConstraint(
                condition=Q(sha256="") | Q(sha256__regex=r"^[0-9a-f]{64}$"), name="copy_hash_shape"
            ),
        ]

    def __str__(self) -> str:
        return self.code
