"""Overrides of rules: for which party and hop, until when, and who agreed."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from custody.terms import OverrideState, VoteChoice, VoteMethod

from .base import Row, VisibleQuerySet, WordField
from .project import Project


class OverrideQuerySet(VisibleQuerySet):
    """Overrides a user may see: those of projects seen whole, regulators with a grant among them."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible overrides."""
        return self.filter(project__in=Project.objects.whole_for(user).values("id"))

    def in_force(self, on: dt.date) -> Self:
        """Return those that may cover something on a day; the last day is inclusive."""
        return self.filter(state=OverrideState.ACTIVE, until__gte=on)


class Override(Row):
    """An act may go ahead although a rule is broken, for one party, by the agreement of several persons.

    It ends by its last day, or is revoked. ``problems`` are those that the rule named when it was put up.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="overrides")
    rule = models.CharField(max_length=10)
    problems = ArrayField(models.CharField(max_length=40))
    party = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="+")
    hop = models.ForeignKey(
        "custody.Hop",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Null: all subcontracts of the project to that party.",
    )
    hop_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Subject of the hop when it was put up."
    )
    until = models.DateField(help_text="Last day.")
    subject_sha256 = models.CharField(max_length=64, help_text="Of what each agreed to, as RFC 8785 text.")
    needed = models.PositiveSmallIntegerField()
    state = WordField(OverrideState, default=OverrideState.REQUESTED)
    requested_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()

    objects: ClassVar[OverrideQuerySet] = OverrideQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hop__isnull=True, hop_sha256="")
                | Q(hop__isnull=False, hop_sha256__regex=r"^[0-9a-f]{64}$"),
                name="override_hop_with_its_hash",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.party_id} {self.state}"


class OverrideVote(Row):
    """What one person said of an override. Append-only."""

    override = models.ForeignKey(Override, on_delete=models.PROTECT, related_name="votes")
    person = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    choice = WordField(VoteChoice)
    reason = models.TextField()
    method = WordField(VoteMethod)
    subject_sha256 = models.CharField(max_length=64, help_text="What was agreed to.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["override", "person", "choice"], name="no_override_vote_twice")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.choice}"
