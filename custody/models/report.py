"""Custody reports and the outbox from which background work is sent."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from custody.stamp_terms import SealTime
from custody.terms import ReportKind, ReportState

from .base import IdField, Row, VisibleQuerySet, WordField
from .project import Project


class ReportQuerySet(VisibleQuerySet):
    """Reports a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return reports of projects that the user sees whole."""
        return self.filter(project__in=Project.objects.whole_for(user).values("id"))


class Report(Row):
    """A custody report: a question, and once built the sealed file with its receipt."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reports")
    requested_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="reports")
    kind = WordField(ReportKind, default=ReportKind.PROJECT)
    subject = models.JSONField(default=dict, blank=True, help_text="What it is about, as its entry says it.")
    language = models.CharField(max_length=10)
    state = WordField(ReportState, default=ReportState.REQUESTED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Per cent.")
    step = models.CharField(max_length=60, blank=True)
    failure = models.TextField(blank=True)
    requested_entry = models.UUIDField()
    log_size = models.BigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    length = models.PositiveBigIntegerField(null=True, blank=True)
    file = models.CharField(max_length=200, blank=True, help_text="Name below the reports folder.")
    built_at = models.DateTimeField(null=True, blank=True)
    seal_time = WordField(SealTime, default=SealTime.UNIT)
    stamped_by = models.CharField(max_length=120, blank=True, help_text="Name of the time authority.")
    stamped_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ReportQuerySet] = ReportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(length__isnull=False, sha256__regex=r"^[0-9a-f]{64}$"),
                name="a_ready_report_has_its_hash",
            )
        ]

    def __str__(self) -> str:
        return f"report {self.id}"


class OutboxJob(models.Model):
    """A background job: first this row, then a Celery message; lost messages are published again."""

    id = IdField()
    task = models.CharField(max_length=100)
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    publish_after = models.DateTimeField(help_text="when its message is sent, or sent again")
    due_at = models.DateTimeField(help_text="when a worker is to take it", db_default=Now())
    attempts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["publish_after"], condition=Q(done_at__isnull=True), name="outbox_due"),
            models.Index(fields=["due_at"], condition=Q(done_at__isnull=True), name="outbox_late"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.id}"
