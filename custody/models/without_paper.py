"""What a party received without valid paper: a reading of what other tables keep, computed by the database.

A line for each accepted handoff and each reason against it: a rule that was overridden, an approval against
advice, a handoff on paper that a rule bars, a certificate or approval that later turned out void, a
verification on wrong data; and for each finding about a party in an old register from which copies were taken
over. Of the handoffs those from one party to another count that are no return.

``known_at`` is when it could be known, so what was known at a past moment is a search for earlier lines.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import RawSQL

from custody.terms import Weakness

from .base import VisibleQuerySet, WordField
from .project import Project

_NAMES = (
    "ARRAY(SELECT p.name FROM custody_person p WHERE p.id = ANY(custody_withoutpaper.decided_by) "
    "ORDER BY p.id)"
)


class WithoutPaperQuerySet(VisibleQuerySet):
    """Lines a user may see: those of projects seen whole, regulators with a grant among them."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible lines."""
        return self.filter(project__in=Project.objects.whole_for(user).values("id"))

    def known(self, at: dt.datetime) -> Self:
        """Return what had happened and could be known at a moment."""
        return self.filter(known_at__lte=at)

    def with_names(self) -> Self:
        """Add ``names``, of those who decided."""
        return self.annotate(names=RawSQL(_NAMES, [], ArrayField(models.TextField())))  # noqa: S611


def _to(table: str, **more: Any) -> Any:
    return models.ForeignKey(
        f"custody.{table}",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        **more,
    )


class WithoutPaper(models.Model):
    """One thing that a party received, and one reason why it had no valid paper."""

    id = models.UUIDField(primary_key=True)
    handoff = _to("Handoff")
    project = _to("Project")
    party = _to("Party")
    hop = _to("Hop")
    register = _to("OpeningRegister")
    at = models.DateTimeField()
    known_at = models.DateTimeField()
    weakness = WordField(Weakness)
    code = models.CharField(max_length=20)
    finding = models.JSONField(null=True)
    entry = models.UUIDField()
    decided_by = ArrayField(models.UUIDField())
    void_from = models.DateField(null=True)

    objects: ClassVar[WithoutPaperQuerySet] = WithoutPaperQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        managed = False
        db_table = "custody_withoutpaper"
        ordering = ["-at", "id"]

    def __str__(self) -> str:
        return f"{self.weakness} {self.code} {self.party_id}"
