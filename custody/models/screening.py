"""What screening found: which party looks like which line of a barred-party list, and what was judged."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import HitState

from .base import Row, VisibleQuerySet, WordField
from .imports import BarredList
from .party import Party


class ScreeningQuerySet(VisibleQuerySet):
    """Screenings and hits: for the house, and for regulators who see the register."""

    def seen_outside(self, user: Any) -> Self:
        """Return all of it for a regulator; a party does not read what it was suspected of."""
        return self if user.sees_all_parties else self.none()


class Screening(Row):
    """When a party was last held against the lists of one source, and against which of them."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="screenings")
    source = models.CharField(max_length=60)
    barred_list = models.ForeignKey(BarredList, on_delete=models.PROTECT, related_name="+")
    screened_on = models.DateField()
    found = models.PositiveIntegerField(help_text="Hits in that list, judged ones too.")
    screened_at = models.DateTimeField()

    objects: ClassVar[ScreeningQuerySet] = ScreeningQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["party", "source"]
        constraints = [models.UniqueConstraint(fields=["party", "source"], name="screened_once_by_source")]

    def __str__(self) -> str:
        return f"{self.source} {self.screened_on}"


class ScreeningHit(Row):
    """A party that looks like a line of a list. The line's text stands in the list alone, so that no name
    of a human is copied; ``key`` finds the line again in the next list of the source."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="hits")
    source = models.CharField(max_length=60)
    key = models.CharField(max_length=64, help_text="SHA-256 of what the list says of the line's names.")
    barred_list = models.ForeignKey(
        BarredList, on_delete=models.PROTECT, related_name="+", help_text="The last list that had it."
    )
    line = models.PositiveIntegerField()
    by = models.CharField(max_length=40, help_text="A scheme, or which name of the party was alike.")
    score = models.PositiveSmallIntegerField()
    state = WordField(HitState, default=HitState.OPEN)
    reason = models.CharField(max_length=1000, blank=True)
    judged_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    judged_on = models.DateField(null=True, blank=True)

    objects: ClassVar[ScreeningQuerySet] = ScreeningQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["state", "-score", "party"]
        constraints = [
            models.UniqueConstraint(fields=["party", "source", "key"], name="hit_once"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(judged_by__isnull=False, judged_on__isnull=False),
                name="judged_hit_names_its_judge",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.score}"
