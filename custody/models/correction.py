"""What was put right: old and new, who, and why. The row that was corrected shows the new state only."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from .base import Row, VisibleQuerySet, rows_of

_NOUNS = {
    "party": "Party",
    "person": "Person",
    "system": "System",
    "item": "Item",
    "hop": "Hop",
    "approval": "Approval",
    "handoff": "Handoff",
    "incident": "Incident",
    "membership": "Membership",
    "grant": "Grant",
}


class CorrectionQuerySet(VisibleQuerySet):
    """Corrections a user may see: those of what the user may see."""

    def of(self, row: Any) -> Self:
        """Return the corrections of one row, the oldest first."""
        return self.filter(noun=row._meta.model_name, object=row.pk)

    def seen_outside(self, user: Any) -> Self:
        """Return corrections whose object is visible; a certificate is seen with its party. What stood before
        of a copy is for those who see all of its project: others see it as it came to them."""
        parties = rows_of("Party").seen_outside(user).values("id")
        papers = rows_of("Qualification").filter(party__in=parties).values("id")
        found = Q(noun="qualification", object__in=papers)
        copies = rows_of("Copy").filter(item__project__in=rows_of("Project").whole_for(user).values("id"))
        found |= Q(noun="copy", object__in=copies.values("id"))
        # That a project was closed is for all who see it, what was put right for those who see it whole.
        projects = rows_of("Project")
        told = Q(object__in=projects.whole_for(user).values("id"))
        told |= Q(changes__has_key="state", object__in=projects.seen_outside(user).values("id"))
        found |= Q(noun="project") & told
        for noun, model in _NOUNS.items():
            found |= Q(noun=noun, object__in=rows_of(model).seen_outside(user).values("id"))
        return self.filter(found)


class Correction(Row):
    """One correction; its id is that of its entry. Append-only.

    ``changes`` maps a field to ``[old, new]``; null stands for values about a human, which only the ledger
    keeps, for there they can be erased.
    """

    noun = models.CharField(max_length=32)
    object = models.UUIDField()
    changes = models.JSONField()
    reason = models.TextField()
    person = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    corrects = models.UUIDField(help_text="Id of the entry that last set the row before.")

    objects: ClassVar[CorrectionQuerySet] = CorrectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["noun", "object"], name="corrections_by_object")]

    def __str__(self) -> str:
        return f"{self.noun} {self.object}"
