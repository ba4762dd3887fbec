"""Copy permits: leave to make so many more copies of an item, until a day."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from custody.terms import CopyPermitState

from .base import Row, VisibleQuerySet, WordField
from .item import Copy, Item
from .project import Project


class CopyPermitQuerySet(VisibleQuerySet):
    """Copy permits a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of projects seen whole, those that own parties ask for, and those of items that own
        parties have classified."""
        mine = user.party_ids()
        whole = Project.objects.whole_for(user).values("id")
        return self.filter(Q(project__in=whole) | Q(asked_for__in=mine) | Q(item__classified_by__in=mine))

    def live(self, on: dt.date) -> Self:
        """Return those under which copies may be made on a day."""
        return self.filter(state=CopyPermitState.APPROVED, until__gte=on)


class CopyPermit(Row):
    """Leave to make more copies of an item that has some: asked for by one, approved by the SHA-256 of its
    subject by another, used up by the numbering."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="copy_permits")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="copy_permits")
    asked_for = models.ForeignKey(
        "custody.Party",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The party that asks: the project's owner, or who holds the copy it is made from.",
    )
    copy = models.ForeignKey(
        Copy,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="copy_permits",
        help_text="From which copy they are made; null: from the original.",
    )
    place = models.CharField(max_length=200, blank=True, default="", help_text="Where they are made.")
    count = models.PositiveIntegerField(help_text="How many copies, at most.")
    purpose = models.TextField()
    until = models.DateField(help_text="Last day on which they may be made.")
    state = WordField(CopyPermitState, default=CopyPermitState.REQUESTED)
    subject_sha256 = models.CharField(max_length=64)
    approved_sha256 = models.CharField(max_length=64, blank=True, default="")
    requested_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True, default="", help_text="Why it was decided so, or withdrawn.")
    made = ArrayField(models.UUIDField(), default=list, blank=True, help_text="Copies made under it.")

    objects: ClassVar[CopyPermitQuerySet] = CopyPermitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return f"{self.count} copies, {self.state}"

    def standing(self, today: dt.date) -> CopyPermitState:
        """Return what it is worth on a day: a permit also ends by its last day."""
        if self.state is CopyPermitState.APPROVED and today > self.until:
            return CopyPermitState.EXPIRED
        state: CopyPermitState = self.state
        return state
