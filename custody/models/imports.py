"""What importers brought in: barred-party lists, and doubts about imported records."""

from __future__ import annotations

import builtins
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .base import Row, VisibleQuerySet
from .project import Project


class BarredList(Row):
    """One published list of barred parties, by the SHA-256 of the file it came in."""

    source = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    rows = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.source} {self.file_name}"


class BarredEntry(models.Model):
    """One line of a barred-party list."""

    list = models.ForeignKey(BarredList, on_delete=models.PROTECT, related_name="entries")
    line = models.PositiveIntegerField()
    classification = models.CharField(max_length=60)
    name = models.CharField(max_length=600)
    name_key = models.CharField(
        max_length=600, db_index=True, help_text="The name folded for exact comparison."
    )
    country = models.CharField(max_length=3, blank=True)
    uei = models.CharField(max_length=16, blank=True, db_index=True)
    duns = models.CharField(max_length=16, blank=True)
    cage = models.CharField(max_length=8, blank=True)
    program = models.CharField(max_length=60, blank=True)
    agency = models.CharField(max_length=60, blank=True)
    exclusion_type = models.CharField(max_length=100, blank=True)
    aliases = ArrayField(models.CharField(max_length=600), default=builtins.list, blank=True)
    identifiers = models.JSONField(
        default=dict, blank=True, help_text="Scheme to number, beside UEI, DUNS and CAGE."
    )
    active_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "line"], name="barred_line_once")]

    def __str__(self) -> str:
        return self.name


class DoubtQuerySet(VisibleQuerySet):
    """Doubts a user may see: those of projects seen whole."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible doubts."""
        return self.filter(project__in=Project.objects.whole_for(user).values("id"))


class Doubt(Row):
    """Something an importer saw in the outside record and would not swallow."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="doubts")
    hop = models.ForeignKey(
        "custody.Hop", null=True, blank=True, on_delete=models.PROTECT, related_name="doubts"
    )
    party = models.ForeignKey(
        "custody.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="doubts"
    )
    code = models.CharField(max_length=40)
    text_en = models.TextField()
    text_zh = models.TextField()
    position = models.CharField(max_length=100)
    key = models.CharField(
        max_length=64, unique=True, help_text="Digest by which a second run finds it again."
    )

    objects: ClassVar[DoubtQuerySet] = DoubtQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["project", "code", "position"]

    def __str__(self) -> str:
        return self.code
