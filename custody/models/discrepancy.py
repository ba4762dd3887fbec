"""Copies that a receiver did not find in order, and what became of that."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models

from custody.terms import DiscrepancyState, Received

from .base import Row, VisibleQuerySet, WordField
from .handoff import Handoff
from .item import Copy

UNSETTLED = (DiscrepancyState.OPEN, DiscrepancyState.REPORTED)
"""States in which nobody has yet said that the copy is there and in order."""


class DiscrepancyQuerySet(VisibleQuerySet):
    """Discrepancies a user may see: those of the handoffs that the user may see, so both sides do."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible discrepancies."""
        return self.filter(handoff__in=Handoff.objects.seen_outside(user).values("id"))

    def unsettled(self) -> Self:
        """Return those of copies that cannot be offered yet."""
        return self.filter(state__in=UNSETTLED)


class Discrepancy(Row):
    """A copy in a handoff that the receiver did not find in order: custody of it stayed with the sender."""

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="discrepancies")
    copy = models.ForeignKey(Copy, on_delete=models.PROTECT, related_name="discrepancies")
    found = WordField(Received)
    note = models.CharField(max_length=300, blank=True, default="")
    state = WordField(DiscrepancyState, default=DiscrepancyState.OPEN)
    resolution = models.TextField(blank=True, default="", help_text="What was found out, in words.")
    settled_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[DiscrepancyQuerySet] = DiscrepancyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["handoff", "copy"], name="discrepancy_once"),
        ]

    def __str__(self) -> str:
        return f"{self.found} {self.copy_id}"
