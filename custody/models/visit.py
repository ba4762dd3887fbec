"""Visits, exchanges and joint research: who comes to see what of a project, where, from when to when."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from custody.terms import VisitKind, VisitState

from .base import Row, VisibleQuerySet, WordField
from .hop import Hop
from .project import Project


class VisitQuerySet(VisibleQuerySet):
    """Visits a user may see: of whole projects, and those at the user's own parties."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible visits; who else is visited in a project is not a subcontractor's to know."""
        whole = Project.objects.whole_for(user).values("id")
        return self.filter(Q(project__in=whole) | Q(host__in=user.party_ids()))


class Visit(Row):
    """Outsiders see data of a project. ``guests`` are about humans who are not registered; null once
    erased."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="visits")
    hop = models.ForeignKey(
        Hop,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="visits",
        help_text="At whose receiving party it takes place; null: at the owner.",
    )
    host = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="+")
    kind = WordField(VisitKind)
    purpose = models.TextField()
    level = models.CharField(max_length=40, help_text="Highest of what is seen.")
    items = ArrayField(models.UUIDField(), default=list, blank=True)
    starts = models.DateField()
    ends = models.DateField()
    people = ArrayField(models.UUIDField(), default=list, blank=True, help_text="Registered persons.")
    guests = models.JSONField(null=True, blank=True)
    approval_reference = models.CharField(max_length=200, blank=True)
    approved_on = models.DateField(null=True, blank=True, help_text="By the authority, in writing.")
    requested_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    state = WordField(VisitState, default=VisitState.ALLOWED)
    ended_on = models.DateField(null=True, blank=True)
    remark = models.TextField(blank=True, help_text="What was seen, as whoever ended it says.")

    objects: ClassVar[VisitQuerySet] = VisitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-starts", "-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=models.F("starts")), name="visit_dates_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts}"
