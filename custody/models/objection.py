"""Objections: what a regulator found wrong with a project, and what its owner answered."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import ObjectionState

from .base import Row, VisibleQuerySet, WordField
from .project import Project
from .sample import SampleLine

WAITING = (ObjectionState.OPEN, ObjectionState.RETURNED)
"""States in which an answer is due."""


class ObjectionQuerySet(VisibleQuerySet):
    """Objections a user may see: of projects seen whole, regulators with a grant among them."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible objections."""
        return self.filter(project__in=Project.objects.whole_for(user).values("id"))

    def waiting(self) -> Self:
        """Return those to which an answer is due."""
        return self.filter(state__in=WAITING)


class Objection(Row):
    """Something that a regulator found wrong, with its legal basis and the day by which an answer is due.

    ``answer`` and ``remark`` are the last of either side; the ledger has those before.
    """

    number = models.CharField(max_length=60, unique=True)
    serial = models.PositiveIntegerField(help_text="Within the project.")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="objections")
    authority = models.ForeignKey(
        "custody.Party", on_delete=models.PROTECT, related_name="+", help_text="For whom the regulator acts."
    )
    line = models.ForeignKey(
        SampleLine,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="objections",
        help_text="Of a random sample, from which it arose.",
    )
    text = models.TextField(help_text="What is wrong.")
    basis = models.CharField(max_length=300, help_text="Legal basis.")
    due = models.DateField(help_text="Last day for an answer, in the zone of the regime.")
    lodged_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    lodged_on = models.DateField()
    state = WordField(ObjectionState, default=ObjectionState.OPEN)
    answer = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_on = models.DateField(null=True, blank=True)
    late = models.BooleanField(default=False, help_text="The last answer came after its day.")
    remark = models.TextField(
        blank=True, default="", help_text="Of the regulator: why sent back or withdrawn, or on acceptance."
    )
    ended_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_on = models.DateField(null=True, blank=True)

    objects: ClassVar[ObjectionQuerySet] = ObjectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "serial"], name="objection_once_in_its_project")
        ]
        indexes = [
            models.Index(
                fields=["due"], condition=Q(state__in=["open", "returned"]), name="objections_to_answer"
            )
        ]

    def __str__(self) -> str:
        return self.number

    def overdue(self, today: dt.date) -> bool:
        """Return whether an answer is due and its day is past."""
        return self.state in WAITING and self.due < today
