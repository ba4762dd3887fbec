"""Who may do what: the roles of people for parties and the leave of regulators to read projects, in one list.

Computed by the database from the tables of both. ``given`` is the entry that gave it, ``entry`` the one that
last set it: another than ``given`` where it was ended.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from custody.terms import Role

from .base import VisibleQuerySet, WordField


def day_of(on: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return the first moment of a day in the site's zone, and that of the day after."""
    start = timezone.make_aware(dt.datetime.combine(on, dt.time()))
    return start, timezone.make_aware(dt.datetime.combine(on + dt.timedelta(days=1), dt.time()))


class AccessQuerySet(VisibleQuerySet):
    """Roles and leave to read that a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return the roles at the user's own parties, and the user's own leave to read."""
        return self.filter(Q(party__in=user.party_ids()) | Q(project__isnull=False, person=user.person_id))

    def on(self, day: dt.date) -> Self:
        """Return what was in force on a day for some moment at least, by what was recorded by its end.

        What was ended since then was not ended on that day: an end lies never before its own entry.
        """
        start, after = day_of(day)
        return self.filter(
            Q(ends__isnull=True) | Q(ends__gte=day),
            Q(ended_at__isnull=True) | Q(ended_at__gte=start),
            created_at__lt=after,
            starts__lte=day,
        )


def _to(table: str) -> Any:
    return models.ForeignKey(
        f"custody.{table}", null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )


class Access(models.Model):
    """One role of a person for a party, or a regulator's leave to read a project."""

    id = models.UUIDField(primary_key=True)
    person = _to("Person")
    party = _to("Party")
    role = WordField(Role, null=True)
    project = _to("Project")
    starts = models.DateField()
    ends = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    given = models.UUIDField()
    entry = models.UUIDField()
    created_at = models.DateTimeField()

    objects: ClassVar[AccessQuerySet] = AccessQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        managed = False
        db_table = "custody_access"
        ordering = ["person", "id"]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role or 'reads'} {self.party_id or self.project_id}"
