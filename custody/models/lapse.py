"""What the nightly re-check found: rules that do not hold any more for what was allowed; and its runs."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import FindingOutcome, LapseEnd, LapseNoun

from .base import IdField, Row, VisibleQuerySet, WordField, rows_of
from .hop import Hop
from .project import Project


class LapseQuerySet(VisibleQuerySet):
    """Lapses a user may see: of the subcontracts, offers, certificates and items that the user sees, of
    copies that the user answers for, and of projects that the user sees whole."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible lapses."""
        tables = {
            LapseNoun.HOP: "Hop",
            LapseNoun.HANDOFF: "Handoff",
            LapseNoun.QUALIFICATION: "Qualification",
            LapseNoun.ITEM: "Item",
        }
        whole = Project.objects.whole_for(user).values("id")
        seen = Q(noun=LapseNoun.PROJECT, object__in=whole)
        # Who passed a copy on is not told what became of it with others.
        seen |= Q(noun=LapseNoun.COPY) & (Q(project__in=whole) | Q(party__in=user.party_ids()))
        for noun, table in tables.items():
            seen |= Q(noun=noun, object__in=rows_of(table).seen_outside(user).values("id"))
        return self.filter(seen)

    def open(self) -> Self:
        """Return those that stand now."""
        return self.filter(ended_on__isnull=True)


class Lapse(Row):
    """One rule that warns, blocks or cannot tell, of one object that was allowed; from a day to a day."""

    noun = WordField(LapseNoun)
    object = models.UUIDField(help_text="Id of the subcontract, handoff, certificate, item, copy or project.")
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="lapses"
    )
    hop = models.ForeignKey(Hop, null=True, blank=True, on_delete=models.PROTECT, related_name="lapses")
    party = models.ForeignKey(
        "custody.Party",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lapses",
        help_text="Who receives, holds the certificate or keeps the item's list.",
    )
    code = models.CharField(max_length=20, help_text="Of the rule.")
    version = models.PositiveSmallIntegerField(help_text="Of the rule.")
    outcome = WordField(FindingOutcome)
    finding = models.JSONField(help_text="What the rule said: ids, codes and days, never names.")
    since = models.DateField(help_text="Day of the re-check that found it.")
    ended_on = models.DateField(null=True, blank=True)
    ended = WordField(LapseEnd, null=True, blank=True)

    objects: ClassVar[LapseQuerySet] = LapseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["object", "noun", "code"], condition=Q(ended_on__isnull=True), name="one_open_lapse"
            )
        ]
        indexes = [
            models.Index(fields=["hop"], name="lapse_by_hop"),
            models.Index(fields=["project", "since"], name="lapse_by_project"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.noun} {self.object}"


class RecheckRun(models.Model):
    """One run of the re-check and how far it came, so that one that was killed is gone on with. No evidence:
    what it found is entries."""

    id = IdField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    place = models.JSONField(default=list, help_text="Noun, then where among its rows it came to.")
    judged = models.PositiveBigIntegerField(default=0)
    found = models.PositiveBigIntegerField(default=0, help_text="Lapses that began.")
    ended = models.PositiveBigIntegerField(default=0, help_text="Lapses that ended.")

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(finished_at__isnull=True), name="one_recheck_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at} {self.judged}"
