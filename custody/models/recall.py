"""Copies that are asked back from their holder: of a subcontract, a whole project, a system or a person."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from .base import Row, VisibleQuerySet
from .hop import Hop
from .project import Project


class RecallQuerySet(VisibleQuerySet):
    """Requests for copies that a user may see: the holders', and those of what the user sees whole or
    above."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible requests. Which copies of one a holder sees, their own rows say."""
        whole = Project.objects.whole_for(user).values("id")
        hops = Hop.objects.seen_outside(user).values("id")
        return self.filter(Q(project__in=whole) | Q(hop__in=hops) | Q(holders__overlap=user.party_ids()))


class Recall(Row):
    """Holders were asked to give copies back. Append-only: whether they did, the copies' custody tells."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="recalls")
    hop = models.ForeignKey(
        Hop,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recalls",
        help_text="Below which the copies lay; null: all of the project that were out, or those of a system "
        "or person.",
    )
    system = models.ForeignKey(
        "custody.System",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Off which the copies are to be taken.",
    )
    leaver = models.ForeignKey(
        "custody.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who is to hand the copies over.",
    )
    holders = ArrayField(
        models.UUIDField(), help_text="Parties that held them then; one, since each is asked by itself."
    )
    copies = ArrayField(models.UUIDField(), help_text="At most 200.")
    due = models.DateField(null=True, blank=True, help_text="Last day on which they are to be back.")
    person = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()

    objects: ClassVar[RecallQuerySet] = RecallQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [GinIndex(fields=["holders"], name="recalls_by_holder")]

    def __str__(self) -> str:
        return f"recall of {len(self.copies)} copies"
