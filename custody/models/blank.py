"""Receipts on paper: numbered blank forms, and the handoffs that were entered from them later."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import BlankState, PaperState

from .base import Row, VisibleQuerySet, WordField
from .handoff import Handoff
from .project import Project


class BlankReceiptQuerySet(VisibleQuerySet):
    """Blank receipts a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of projects seen whole, those that own parties have, and those used in seen
        handoffs."""
        return self.filter(
            Q(project__in=Project.objects.whole_for(user).values("id"))
            | Q(party__in=user.party_ids())
            | Q(handoff__in=Handoff.objects.seen_outside(user).values("id"))
        )

    def unaccounted(self) -> Self:
        """Return those that were given out and of which nobody has said what became of them."""
        return self.filter(state__in=(BlankState.ISSUED, BlankState.MISSING))


class BlankReceipt(Row):
    """One numbered form. Its number is never given out again, whatever became of the paper."""

    number = models.CharField(max_length=20, unique=True)
    block = models.UUIDField(help_text="Forms printed together.")
    project = models.ForeignKey(
        Project,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="blank_receipts",
        help_text="Null: for any project of the installation.",
    )
    state = WordField(BlankState, default=BlankState.PRINTED)
    printed_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    issued_to = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    party = models.ForeignKey(
        "custody.Party",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="For which the person took it: it can be used for copies of this party alone.",
    )
    issued_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField(null=True, blank=True)
    handoff = models.ForeignKey(
        Handoff,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="That was entered from it last.",
    )
    reason = models.TextField(blank=True, default="", help_text="Why it is spoiled, missing, or found.")

    objects: ClassVar[BlankReceiptQuerySet] = BlankReceiptQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-number"]
        indexes = [
            models.Index(
                fields=["issued_to"],
                condition=Q(state__in=["issued", "missing"]),
                name="blanks_not_accounted_for",
            ),
            models.Index(fields=["block"], name="blanks_by_block"),
        ]

    def __str__(self) -> str:
        return self.number


class PaperHandoffQuerySet(VisibleQuerySet):
    """Handoffs entered from paper, as far as a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of visible handoffs."""
        return self.filter(handoff__in=Handoff.objects.seen_outside(user).values("id"))


class PaperHandoff(Row):
    """That a handoff took place on paper: on which form, when, who gave, who entered it and why so late."""

    handoff = models.OneToOneField(Handoff, on_delete=models.PROTECT, related_name="on_paper")
    form = models.ForeignKey(BlankReceipt, on_delete=models.PROTECT, related_name="entered")
    took_place_at = models.DateTimeField(help_text="As it stands on the paper.")
    reason = models.TextField(help_text="Why it was not done here.")
    entered_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    state = WordField(PaperState, default=PaperState.IN_ORDER)
    due = models.DateField(null=True, blank=True, help_text="By which it is to be settled.")
    resolution = models.TextField(blank=True, default="", help_text="What was done about it, in words.")
    settled_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[PaperHandoffQuerySet] = PaperHandoffQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["due"], condition=Q(state="without_leave"), name="paper_without_leave_by_day"
            ),
        ]

    def __str__(self) -> str:
        return str(self.form_id)
