"""Full checks that were run, and what they froze."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from custody.terms import CheckKind, CheckVerdict

from .base import IdField, Row, WordField


class CheckRun(models.Model):
    """One full check of the ledger, or of the tables against the ledger. No evidence: a fault is an entry."""

    id = IdField()
    kind = WordField(CheckKind)
    verdict = WordField(CheckVerdict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    faults = models.PositiveBigIntegerField(default=0)
    summary = models.TextField(blank=True, help_text="The first faults, or what could not be judged.")
    entry = models.UUIDField(null=True, help_text="The entry that records the faults.")

    class Meta:
        ordering = ["-finished_at"]
        indexes = [models.Index(fields=["kind", "-finished_at"], name="newest_check")]

    def __str__(self) -> str:
        return f"{self.kind} {self.finished_at} {self.verdict}"


class FrozenObject(Row):
    """A row that does not say what the ledger says. No act may rest on it until that is settled."""

    table = models.CharField(max_length=63)
    object = models.CharField(max_length=64, help_text="Primary key of the row.")
    holds = models.JSONField(
        help_text='Ids that no act may name while this is open; "*" stands for all acts.'
    )
    columns = models.JSONField(help_text='Columns that differ; "*" for a row that is missing or was added.')
    settled_entry = models.UUIDField(null=True, help_text="The entry that settled it.")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "object"], condition=Q(settled_entry__isnull=True), name="frozen_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.object}"
