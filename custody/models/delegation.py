"""Who votes in an officer's place, for how long, on what."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from custody.terms import DelegationState

from .base import Row, VisibleQuerySet, WordField


class DelegationQuerySet(VisibleQuerySet):
    """Delegations a user may see, and those in force."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of the user's own parties."""
        return self.filter(party__in=user.party_ids())

    def in_force(self, on: dt.date) -> Self:
        """Return those by which somebody may vote on a day; dates are inclusive."""
        return self.filter(state=DelegationState.ACTIVE, starts__lte=on, ends__gte=on)


class Delegation(Row):
    """An officer's right to vote in another person's hands; never handed on.

    Given by the officer it is in force at once; a deputy for an absent officer is proposed by one person and
    confirmed by another. It ends by its date, or is revoked.
    """

    party = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="+")
    delegator = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="delegated")
    delegate = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="delegations")
    project = models.ForeignKey(
        "custody.Project",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Null: all projects on which the officer may decide.",
    )
    level = models.CharField(max_length=40, help_text="Highest level on which the delegate may vote.")
    starts = models.DateField()
    ends = models.DateField()
    state = WordField(DelegationState)
    proposed_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField()

    objects: ClassVar[DelegationQuerySet] = DelegationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-starts", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(delegate=F("delegator")), name="no_delegation_to_oneself"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="delegation_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.delegator_id} → {self.delegate_id}"
