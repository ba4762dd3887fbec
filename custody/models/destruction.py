"""Destruction batches: copies that are to be destroyed together, and what was done."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from custody.terms import DestructionMethod, DestructionState

from .base import Row, VisibleQuerySet, WordField
from .project import Project

_HASH = r"^([0-9a-f]{64})?$"
OPEN = (DestructionState.REQUESTED, DestructionState.APPROVED)
"""States in which the copies of a batch are marked and still there."""


class DestructionQuerySet(VisibleQuerySet):
    """Destruction batches a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of projects seen whole, and those that the user's parties ask for or carry out."""
        whole = Project.objects.whole_for(user).values("id")
        mine = user.party_ids()
        return self.filter(Q(project__in=whole) | Q(holder__in=mine) | Q(unit__in=mine))


class Destruction(Row):
    """Copies of one party that are destroyed together: asked for, approved by the SHA-256 of the subject,
    done before witnesses, certified."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="destructions")
    holder = models.ForeignKey(
        "custody.Party",
        on_delete=models.PROTECT,
        related_name="destructions",
        help_text="The party that gives the copies up.",
    )
    unit = models.ForeignKey(
        "custody.Party", on_delete=models.PROTECT, related_name="+", help_text="The party that destroys them."
    )
    copies = ArrayField(models.UUIDField(), help_text="In order of their ids.")
    count = models.PositiveIntegerField(help_text="As whoever asked has counted.")
    method = WordField(DestructionMethod)
    place = models.CharField(max_length=200)
    reason = models.TextField()
    state = WordField(DestructionState, default=DestructionState.REQUESTED)
    subject_sha256 = models.CharField(max_length=64)
    approved_sha256 = models.CharField(max_length=64, blank=True, default="")
    requested_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField(null=True, blank=True)
    decision_reason = models.TextField(blank=True, default="")
    destroyed_on = models.DateField(null=True, blank=True)
    counted = models.PositiveIntegerField(null=True, blank=True, help_text="What was destroyed.")
    witnesses = ArrayField(models.UUIDField(), default=list, blank=True, help_text="People who saw it.")
    remark = models.TextField(blank=True, default="")
    recorded_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certificate_number = models.CharField(max_length=100, blank=True, default="")
    certified_on = models.DateField(null=True, blank=True)
    certificate_sha256 = models.CharField(max_length=64, blank=True, default="")
    certified_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    end_reason = models.TextField(blank=True, default="", help_text="Why it was withdrawn, or failed.")

    objects: ClassVar[DestructionQuerySet] = DestructionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(certificate_sha256__regex=_HASH), name="destruction_certificate_hash_shape"
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} copies, {self.method}"
