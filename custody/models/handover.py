"""Handovers from one custodian to the next: who hands over what to whom, before whom, and who signed."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import HandoverState, SignsAs, Stays

from .base import Row, VisibleQuerySet, WordField
from .item import Copy
from .project import Project

UNDER_WAY = (HandoverState.COUNTING, HandoverState.SIGNING)
_OPEN = Q(state__in=["counting", "signing"])


class HandoverQuerySet(VisibleQuerySet):
    """Handovers a user may see: those of own parties."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible handovers."""
        return self.filter(party__in=user.party_ids())

    def under_way(self) -> Self:
        """Return those that are neither complete nor abandoned."""
        return self.filter(state__in=UNDER_WAY)


class Handover(Row):
    """All that one person keeps for a party passes to another: counted by both, before a third, who sign
    one text. Custody passes with the last signature; what stays is to be settled by a day."""

    party = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="handovers")
    stocktake = models.OneToOneField(
        "custody.Stocktake", on_delete=models.PROTECT, related_name="handover", help_text="The joint count."
    )
    outgoing = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    incoming = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    due = models.DateField(help_text="By when what stays with who hands over is to be settled.")
    opened_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField()
    state = WordField(HandoverState, default=HandoverState.COUNTING)
    statement_sha256 = models.CharField(
        max_length=64, blank=True, default="", help_text="Of the text that is signed, once somebody has."
    )
    completed_on = models.DateField(null=True, blank=True)
    passed = models.PositiveIntegerField(null=True, blank=True, help_text="Copies whose custody passed.")
    stayed = models.PositiveIntegerField(null=True, blank=True, help_text="Copies that stayed.")
    abandoned_because = models.TextField(blank=True, default="")

    objects: ClassVar[HandoverQuerySet] = HandoverQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "outgoing"], condition=_OPEN, name="one_handover_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(outgoing=models.F("incoming"))
                & ~Q(outgoing=models.F("supervisor"))
                & ~Q(incoming=models.F("supervisor")),
                name="three_people_of_a_handover",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.opened_on}"

    @property
    def stream(self) -> str:
        """Name of the ledger stream that holds its own entries: its party's."""
        return f"party:{self.party_id}"

    def signs_as(self, person: Any) -> SignsAs | None:
        """Return as what a person signs; None for all but three."""
        named = {
            self.outgoing_id: SignsAs.OUTGOING,
            self.incoming_id: SignsAs.INCOMING,
            self.supervisor_id: SignsAs.SUPERVISOR,
        }
        return named.get(person)


class HandoverPartQuerySet(VisibleQuerySet):
    """Signatures of the handovers a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible rows."""
        return self.filter(handover__in=Handover.objects.seen_outside(user).values("id"))


class HandoverSignature(Row):
    """One of the three has signed. Append-only."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="signatures")
    person = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    signs_as = WordField(SignsAs)
    signed_on = models.DateField()
    statement_sha256 = models.CharField(max_length=64)

    objects: ClassVar[HandoverPartQuerySet] = HandoverPartQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "signs_as"], name="each_signs_a_handover_once"),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.signs_as}"


class HandoverLineQuerySet(VisibleQuerySet):
    """Lines of handovers a user may see: of own parties, and of projects that are seen whole."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible lines."""
        mine = Handover.objects.seen_outside(user).values("id")
        whole = Project.objects.whole_for(user).values("id")
        return self.filter(Q(handover__in=mine) | Q(copy__item__project__in=whole))


class HandoverLine(Row):
    """What became of one copy on the last signature: it passed by a handoff, or stayed, and why.
    Append-only."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="lines")
    copy = models.ForeignKey(Copy, on_delete=models.PROTECT, related_name="handover_lines")
    code = models.CharField(max_length=20)
    handoff = models.ForeignKey(
        "custody.Handoff",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="handover_lines",
        help_text="By which custody passed; null: it stayed.",
    )
    stays = WordField(Stays, null=True, blank=True, help_text="Why it stayed; null: it passed.")
    refusal = models.ForeignKey(
        "custody.Refusal",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The refused attempt, where a rule bars it.",
    )

    objects: ClassVar[HandoverLineQuerySet] = HandoverLineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "copy"], name="handover_copy_once"),
            models.CheckConstraint(
                condition=Q(handoff__isnull=False, stays__isnull=True)
                | Q(handoff__isnull=True, stays__isnull=False),
                name="a_copy_passes_or_stays",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.stays or self.handoff_id}"
