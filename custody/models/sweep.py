"""Sweeps: lists that went out, results that came back, and files found where no copy is registered."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models

from custody.terms import StrayState

from .base import Row, VisibleQuerySet, WordField
from .item import Item, System
from .project import Project

UNSETTLED = (StrayState.OPEN, StrayState.REPORTED)
"""States in which nobody has yet said that the file is gone, or rightly there."""


class HouseOnly(VisibleQuerySet):
    """What concerns the whole register is for the house alone: a list spans all projects."""

    def seen_outside(self, user: Any) -> Self:
        """Return nothing."""
        return self.none()


class SweepList(Row):
    """A list that went out. Its key tells nothing by itself and stands in the entry, so that anybody with the
    ledger can judge a result again."""

    key = models.CharField(max_length=64, help_text="32 bytes in hexadecimal.")
    items = models.PositiveIntegerField(help_text="How many items with a hash were registered then.")
    made_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[HouseOnly] = HouseOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return str(self.id)


class Sweep(Row):
    """A result that was brought in: what a computer was looked through for. Times are that computer's."""

    sweep_list = models.ForeignKey(SweepList, on_delete=models.PROTECT, related_name="sweeps")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="sweeps")
    folder = models.TextField()
    began_at = models.CharField(max_length=40)
    ended_at = models.CharField(max_length=40)
    files = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField(help_text="Bytes of all files that were read.")
    links = models.PositiveBigIntegerField(help_text="Links that were not followed.")
    unread = models.JSONField(default=list, help_text="Up to 200 of what could not be read: path and why.")
    unread_count = models.PositiveIntegerField(default=0)
    registered = models.PositiveIntegerField(
        default=0, help_text="Files of items with a copy registered there."
    )
    unknown = models.PositiveIntegerField(
        default=0, help_text="Files of items whose hash was put right since."
    )
    sha256 = models.CharField(max_length=64, unique=True, help_text="Of the result file.")
    imported_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[HouseOnly] = HouseOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return f"{self.system_id} {self.created_at:%Y-%m-%d}"


class StrayQuerySet(VisibleQuerySet):
    """Files found where no copy is registered, as far as a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of projects seen whole."""
        return self.filter(project__in=Project.objects.whole_for(user).values("id"))

    def unsettled(self) -> Self:
        """Return those of which nobody has said what became of them."""
        return self.filter(state__in=UNSETTLED)


class Stray(Row):
    """A file with the content of a registered item lay on a system where no copy of it is registered."""

    sweep = models.ForeignKey(Sweep, on_delete=models.PROTECT, related_name="strays")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="strays")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="strays")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="strays")
    path = models.TextField()
    size = models.PositiveBigIntegerField()
    state = WordField(StrayState, default=StrayState.OPEN)
    resolution = models.TextField(blank=True, default="", help_text="What was done, in words.")
    settled_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[StrayQuerySet] = StrayQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return self.path
