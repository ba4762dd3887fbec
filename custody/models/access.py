"""Who may do what: the roles of people for parties and the leave of regulators to read, in one list.

Computed by the database from the tables of both. ``given`` is the entry that gave it, ``entry`` the one that
last set it: another than ``given`` where it was ended.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import JSONObject
from django.utils import timezone

from custody.terms import Role

from .base import VisibleQuerySet, WordField, rows_of
from .correction import Correction
from .people import User


def day_of(on: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return the first moment of a day in the site's zone, and that of the day after."""
    start = timezone.make_aware(dt.datetime.combine(on, dt.time()))
    return start, timezone.make_aware(dt.datetime.combine(on + dt.timedelta(days=1), dt.time()))


class AccessQuerySet(VisibleQuerySet):
    """Roles and leave to read that a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return the roles at the user's own parties, and the leave to read that the user may see."""
        return self.filter(
            Q(party__in=user.party_ids())
            | Q(role__isnull=True, id__in=rows_of("Grant").visible_to(user).values("id"))
        )

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

    def known(self, day: dt.date, *, sign_ins: bool) -> Self:
        """Add what was known by the end of a day: how each stood then, and (for who may know) the sign-ins of
        its holder and whether the holder's last day was over."""
        _, after = day_of(day)
        of_this = Correction.objects.filter(noun__in=("membership", "grant"), object=OuterRef("pk"))
        before, since = Q(created_at__lt=after), Q(created_at__gte=after)
        found = self.annotate(
            day=Value(day, output_field=models.DateField()),
            later=Subquery(of_this.filter(since).order_by("created_at", "id").values("changes")[:1]),
            ended_by=Subquery(of_this.filter(before).order_by("-created_at", "-id").values("entry")[:1]),
            ended_on=Subquery(of_this.filter(before).order_by("-created_at", "-id").values("created_at")[:1]),
        )
        if not sign_ins:
            return found
        closings = Correction.objects.filter(before, noun="user", object=OuterRef("pk"))
        users = User.objects.filter(person=OuterRef("person"), date_joined__lt=after).order_by("username")
        shut = Subquery(closings.order_by("-created_at", "-id").values("changes__closed__1")[:1])
        told = JSONObject(name=F("username"), shut=shut, active=F("is_active"), closed=F("closed"))
        leavings = Correction.objects.filter(
            noun="person", object=OuterRef("person"), changes__has_key="leaves_on"
        )
        return found.annotate(
            signs=ArraySubquery(users.values_list(told, flat=True)),
            left_before=Subquery(leavings.filter(before).order_by("-created_at", "-id").values("entry")[:1]),
            left_since=Subquery(leavings.filter(since).values("entry")[:1]),
        )


def _to(table: str) -> Any:
    return models.ForeignKey(
        f"custody.{table}", null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )


class Access(models.Model):
    """One role of a person for a party, or a regulator's leave to read: a project, or all of a party
    (``owner``) or region."""

    id = models.UUIDField(primary_key=True)
    person = _to("Person")
    party = _to("Party")
    role = WordField(Role, null=True)
    project = _to("Project")
    owner = _to("Party")
    region = models.CharField(max_length=6)
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
        of = self.party_id or self.project_id or self.owner_id or self.region
        return f"{self.person_id} {self.role or 'reads'} {of}"

    @property
    def ends_then(self) -> dt.date | None:
        """Return the last day as it was known on the day that was asked for."""
        later = getattr(self, "later", None)
        if later is None:
            return self.ends
        return dt.date.fromisoformat(later["ends"][0]) if later["ends"][0] else None

    @property
    def ended_then(self) -> dt.datetime | None:
        """Return when it was ended at once, where that was known on the day that was asked for."""
        return self.ended_at if getattr(self, "later", None) is None else None
