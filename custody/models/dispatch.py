"""Copies on their way: what left with whom, and by when it is to be there."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from custody.terms import HandoffState

from .base import Row, VisibleQuerySet
from .handoff import Handoff


class DispatchQuerySet(VisibleQuerySet):
    """Dispatches a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of visible handoffs."""
        return self.filter(handoff__in=Handoff.objects.seen_outside(user).values("id"))

    def on_the_way(self) -> Self:
        """Return those of which the copies neither arrived nor came back."""
        return self.filter(handoff__state=HandoffState.OFFERED)

    def late(self, today: dt.date) -> Self:
        """Return those that should have been there before today."""
        return self.on_the_way().filter(expected_on__lt=today)


class Dispatch(Row):
    """What the sender says of copies that were sent off; a further entry puts it right. Custody stays with
    the sender until the receiver signs."""

    handoff = models.OneToOneField(Handoff, on_delete=models.PROTECT, related_name="dispatch")
    left_on = models.DateField()
    carrier = models.CharField(
        max_length=200, blank=True, default="", help_text="The service that carries them; empty: own people."
    )
    carriers = ArrayField(
        models.UUIDField(), default=list, blank=True, help_text="The people who carry them, two at most."
    )
    waybill = models.CharField(max_length=80, blank=True, default="")
    packages = models.PositiveSmallIntegerField()
    seals = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    expected_on = models.DateField(help_text="The day by which they are to be there.")
    late_since = models.DateField(
        null=True, blank=True, help_text="On which day the re-check told that it is late; null: it did not."
    )
    came_back_on = models.DateField(null=True, blank=True, help_text="Null: they did not come back.")
    condition = models.CharField(
        max_length=300, blank=True, default="", help_text="How they were found when they came back."
    )

    objects: ClassVar[DispatchQuerySet] = DispatchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(expected_on__gte=F("left_on")), name="dispatch_days_in_order"),
            models.CheckConstraint(
                condition=Q(carriers__len__gt=0) | ~Q(carrier=""), name="somebody_carries_a_dispatch"
            ),
            models.CheckConstraint(condition=Q(packages__gte=1), name="a_dispatch_has_packages"),
        ]

    def __str__(self) -> str:
        return f"{self.left_on} {self.waybill}"
