"""Conditions under which an approval was granted, and how each was met or waived."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import ConditionState, ConditionType

from .base import Row, VisibleQuerySet, WordField
from .hop import Approval

OPEN = (ConditionState.OPEN, ConditionState.EVIDENCED)
"""States in which a condition is not settled: nothing was shown yet, or nobody has confirmed it."""


class ConditionQuerySet(VisibleQuerySet):
    """Conditions a user may see: those of the approvals that the user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible conditions."""
        return self.filter(approval__in=Approval.objects.seen_outside(user).values("id"))

    def open(self) -> Self:
        """Return those that are not settled."""
        return self.filter(state__in=OPEN)


class Condition(Row):
    """What an officer asked for with a vote: before anything passes, or while the subcontract runs."""

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="conditions")
    number = models.PositiveSmallIntegerField(help_text="Within its approval, from 1.")
    type = WordField(ConditionType)
    text = models.TextField()
    due = models.DateField(null=True, blank=True, help_text="Last day on which it is met in time.")
    set_on = models.DateField()
    set_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    state = WordField(ConditionState, default=ConditionState.OPEN)
    evidence = models.TextField(blank=True, help_text="What shows that it is met, in words.")
    paper = models.CharField(max_length=200, blank=True, help_text="Number of the paper that shows it.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of that paper as a file.")
    shown_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True, help_text="Why it was waived, or what was shown not accepted.")

    objects: ClassVar[ConditionQuerySet] = ConditionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["approval", "number"]
        constraints = [
            models.UniqueConstraint(fields=["approval", "number"], name="condition_once"),
            models.CheckConstraint(
                condition=Q(type="precondition") | Q(due__isnull=False), name="running_condition_has_a_day"
            ),
            models.CheckConstraint(
                condition=Q(sha256="") | Q(sha256__regex=r"^[0-9a-f]{64}$"), name="condition_hash_shape"
            ),
        ]

    def __str__(self) -> str:
        return f"condition {self.number} of {self.approval_id}"
