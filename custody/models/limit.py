"""How often and until when an approval may be used, where an officer limited it with a vote."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import HandoffState, Leg

from .base import Row, VisibleQuerySet
from .handoff import Handoff
from .hop import Approval

UNUSED = (HandoffState.WITHDRAWN, HandoffState.DECLINED, HandoffState.UNDONE, HandoffState.LAPSED)
"""Answers to an offer by which it uses nothing of an approval."""


class UseLimitQuerySet(VisibleQuerySet):
    """Limits a user may see: those of the approvals that the user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible limits."""
        return self.filter(approval__in=Approval.objects.seen_outside(user).values("id"))


class UseLimit(Row):
    """What an officer limits an approval to, set with a vote; of several the narrowest counts.
    Append-only."""

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="limits")
    uses = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Handoffs over its subcontract; null: any number."
    )
    until = models.DateField(null=True, blank=True, help_text="Last day on which it is used; null: none set.")
    set_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[UseLimitQuerySet] = UseLimitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(uses__isnull=False) | Q(until__isnull=False), name="limit_says_something"
            ),
            models.CheckConstraint(
                condition=Q(uses__isnull=True) | Q(uses__gte=1), name="limit_allows_one_use"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uses or 'any'} until {self.until or 'any day'}"


def used(approval: Approval) -> int:
    """Return how many handoffs over its subcontract have used an approval."""
    found = Handoff.objects.filter(hop=approval.hop_id).exclude(state__in=UNUSED)
    return found.filter(Q(leg__isnull=True) | ~Q(leg__in=(Leg.RETURN, Leg.INSPECTION))).count()
