"""Stocktakes: what a party is to hold, frozen at a size of the ledger, and how each copy was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from custody.terms import CopyState, Counted, Difference, SecondPerson, StocktakeState

from .base import Row, VisibleQuerySet, WordField
from .item import Copy
from .project import Project

UNDER_WAY = (StocktakeState.COUNTING, StocktakeState.RECOUNT)
BARRING = (Difference.OPEN, Difference.INCIDENT, Difference.DESTROYED)
"""States of a difference in which nobody has said that a missing copy is there after all."""


class StocktakeQuerySet(VisibleQuerySet):
    """Stocktakes a user may see: of own parties, and of projects that are seen whole."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible stocktakes; a count of all that a party holds is its own and the house's."""
        whole = Project.objects.whole_for(user).values("id")
        return self.filter(Q(party__in=user.party_ids()) | Q(project__in=whole))

    def under_way(self) -> Self:
        """Return those that are being counted."""
        return self.filter(state__in=UNDER_WAY)

    def counted_by(self, person: Any) -> Self:
        """Return those of which a person is a counter."""
        return self.filter(Q(counter=person) | Q(second=person, second_as=SecondPerson.COUNTER))

    def unsettled(self) -> Self:
        """Return those with a difference that nobody has settled."""
        lines = StocktakeLine.objects.filter(stocktake=OuterRef("pk"), difference=Difference.OPEN)
        return self.filter(Exists(lines))


class Stocktake(Row):
    """A count of what one party holds, of all of it or of one project or place, by two people."""

    party = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="stocktakes")
    project = models.ForeignKey(
        Project,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stocktakes",
        help_text="Null: copies of all projects.",
    )
    system = models.ForeignKey(
        "custody.System",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Null: wherever they are.",
    )
    keeper = models.ForeignKey(
        "custody.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Whose copies alone are counted, for a handover; null: all that the party holds.",
    )
    counter = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    second_as = WordField(SecondPerson)
    opened_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField()
    state = WordField(StocktakeState, default=StocktakeState.COUNTING)
    expected = models.PositiveIntegerField(help_text="Copies on the list as it was frozen.")
    list_sha256 = models.CharField(max_length=64, help_text="Of the list: RFC 8785 text of its codes.")
    ledger_size = models.BigIntegerField(help_text="Of the sealed ledger when the list was frozen.")
    head = models.CharField(
        max_length=100, blank=True, default="", help_text="Newest position of its stream then, seq:leaf hash."
    )
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    counts = models.JSONField(null=True, blank=True, help_text="Of the result: how many were found how.")
    lines_sha256 = models.CharField(
        max_length=64, blank=True, default="", help_text="Of the result: RFC 8785 text of codes and findings."
    )
    reason = models.TextField(blank=True, default="", help_text="Why it was called off.")

    objects: ClassVar[StocktakeQuerySet] = StocktakeQuerySet.as_manager()  # type: ignore[assignment]
    scans: Sequence[Any] = ()
    """What was said of the scans of the act that gave this row; no column."""

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["party", "closed_on"], name="stocktakes_by_party")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.opened_on}"

    @property
    def stream(self) -> str:
        """Name of the ledger stream that holds its own entries: its project's, else its party's."""
        return f"project:{self.project_id}" if self.project_id else f"party:{self.party_id}"

    def keeps(self, copy: Copy) -> bool:
        """Return whether a copy is with whom this counts, by the record."""
        here = copy.custodian_party_id == self.party_id and copy.state is not CopyState.DESTROYED
        return here and self.keeper_id in (None, copy.custodian_person_id)

    def may_count(self, person: Any) -> bool:
        """Return whether a person is one of its counters."""
        return person == self.counter_id or (
            self.second_as is SecondPerson.COUNTER and person == self.second_id
        )


class StocktakeLineQuerySet(VisibleQuerySet):
    """Lines of stocktakes a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible lines."""
        return self.filter(stocktake__in=Stocktake.objects.seen_outside(user).values("id"))

    def barring(self) -> Self:
        """Return those of copies that are missing, and so cannot be offered."""
        return self.filter(found=Counted.MISSING, difference__in=BARRING)


class StocktakeLine(Row):
    """One copy in a stocktake: expected, or met while counting; a label that names no copy has none."""

    stocktake = models.ForeignKey(Stocktake, on_delete=models.PROTECT, related_name="lines")
    copy = models.ForeignKey(
        Copy, null=True, blank=True, on_delete=models.PROTECT, related_name="stocktake_lines"
    )
    code = models.CharField(max_length=40)
    expected = models.BooleanField()
    found = WordField(Counted, default=Counted.NOT_SEEN)
    round = models.PositiveSmallIntegerField(null=True, blank=True, help_text="In which count it was seen.")
    place = models.ForeignKey(
        "custody.System",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Where it was seen, if that was said.",
    )
    counted_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    difference = WordField(Difference, null=True, blank=True, help_text="Null: it is none, or not yet.")
    resolution = models.TextField(blank=True, default="", help_text="What was found out, in words.")
    settled_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[StocktakeLineQuerySet] = StocktakeLineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["stocktake", "code"], name="stocktake_code_once"),
        ]
        indexes = [
            models.Index(
                fields=["copy"],
                name="copies_missing",
                condition=Q(found="missing", difference__in=["open", "incident", "destroyed"]),
            ),
            models.Index(fields=["stocktake"], name="differences_open", condition=Q(difference="open")),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.found}"
