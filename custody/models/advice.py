"""What officers say of a request beside their votes: opinions, and to whom one of them referred it."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from custody.terms import Stance

from .base import Row, VisibleQuerySet, WordField
from .hop import Approval
from .project import Project


class AdviceQuerySet(VisibleQuerySet):
    """What officers say among themselves: for those who see the project whole."""

    def seen_outside(self, user: Any) -> Self:
        """Return what was said on requests of projects that the user sees whole."""
        whole = Project.objects.whole_for(user).values("id")
        return self.filter(approval__in=Approval.objects.filter(hop__project__in=whole).values("id"))


class Opinion(Row):
    """An officer's advice on a request, given without a vote; of one officer the latest stands.
    Append-only."""

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="opinions")
    number = models.PositiveSmallIntegerField(help_text="Within its request, from 1.")
    person = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    stance = WordField(Stance)
    reason = models.TextField()

    objects: ClassVar[AdviceQuerySet] = AdviceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["approval", "number"]
        constraints = [models.UniqueConstraint(fields=["approval", "number"], name="opinion_once")]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """Return how a vote against it names it: no name of a person, so it can be kept for ever."""
        return f"ADV-{self.number}"


class Referral(Row):
    """An officer passes the decision on to another one, whose approval is needed from then on.
    Append-only."""

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="referrals")
    person = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    delegation = models.ForeignKey(
        "custody.Delegation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="By which it was done in an officer's place; null: in the person's own right.",
    )
    to = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()

    objects: ClassVar[AdviceQuerySet] = AdviceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["approval", "person"], name="no_referral_twice"),
            models.CheckConstraint(condition=~Q(person=F("to")), name="no_referral_to_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.to_id}"
