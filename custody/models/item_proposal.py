"""Proposals about items: how one is to be classified, that its level changes, that it is declassified or
withdrawn."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import ProposalKind, ProposalState

from .base import Row, VisibleQuerySet, WordField, rows_of
from .item import Item
from .project import Project

TOLD = (ProposalKind.RECLASSIFY, ProposalKind.DECLASSIFY, ProposalKind.WITHDRAW)
"""What the holders of copies are told of once it is determined."""


class ItemProposalQuerySet(VisibleQuerySet):
    """Proposals a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of projects seen whole and of items that own parties have classified; and, once it is
        determined, what became of an item of which a copy is seen."""
        whole = Project.objects.whole_for(user).values("id")
        copies = rows_of("Copy").seen_outside(user).values("item")
        became = Q(kind__in=TOLD, state=ProposalState.DETERMINED, item__in=copies)
        return self.filter(Q(project__in=whole) | Q(item__classified_by__in=user.party_ids()) | became)

    def open(self) -> Self:
        """Return those that wait to be determined."""
        return self.filter(state=ProposalState.PROPOSED)


class ItemProposal(Row):
    """What one proposes of an item and another determines, by the SHA-256 of all of it."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="item_proposals")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="proposals")
    kind = WordField(ProposalKind)
    level = models.CharField(max_length=40)
    values = models.JSONField(help_text="How it is to be classified: column of an item -> value.")
    effective_on = models.DateField(
        null=True, blank=True, help_text="Day of the change; null for a classification."
    )
    change_basis = models.CharField(
        max_length=300, blank=True, default="", help_text="Paper or provision that the change rests on."
    )
    reason = models.TextField(blank=True, default="")
    state = WordField(ProposalState, default=ProposalState.PROPOSED)
    subject_sha256 = models.CharField(max_length=64)
    determined_sha256 = models.CharField(max_length=64, blank=True, default="")
    proposed_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField(null=True, blank=True)
    decision_reason = models.TextField(blank=True, default="", help_text="Or why it was taken back.")
    was = models.JSONField(default=dict, blank=True, help_text="What was determined otherwise: old values.")

    objects: ClassVar[ItemProposalQuerySet] = ItemProposalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="proposed"), name="one_open_proposal_of_an_item"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.item_id}"
