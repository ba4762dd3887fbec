"""Who had which copy from when: each change of custody and each reading, as a line that stays.

The present custodian stands in the copy itself. These lines answer for any past moment with a search in an
index, however many entries the ledger has.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self
from uuid import UUID, uuid5

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from custody.terms import Had

from .base import Row, VisibleQuerySet, WordField
from .item import Copy
from .project import Project

_OF_COPY_AND_ENTRY = UUID("6c1f1a52-93f5-5d0f-9c0e-6a5f4f0e1b77")


def holding_id(copy: UUID | str, entry: UUID | str) -> UUID:
    """Return the id of what an entry says of who has a copy: one entry says it once."""
    return uuid5(_OF_COPY_AND_ENTRY, f"{copy}:{entry}")


class HoldingQuerySet(VisibleQuerySet):
    """Who had which copy, as far as a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return all of projects seen whole, and what own parties had."""
        whole = Project.objects.whole_for(user).values("id")
        return self.filter(Q(project__in=whole) | Q(party__in=user.party_ids()))

    def with_until(self) -> Self:
        """Add ``until``, the moment at which custody went to another or ended: null while it lasts. A reading
        ends as it begins, and so does what tells of a destruction."""
        after = _custody().filter(copy=OuterRef("copy"), created_at__gt=OuterRef("created_at"))
        ends = Subquery(after.order_by("created_at").values("created_at")[:1])
        reads = models.When(how__in=(Had.READ, Had.GONE), then=F("created_at"))
        return self.annotate(until=models.Case(reads, default=ends))

    def between(
        self, start: dt.datetime, end: dt.datetime, copies: models.QuerySet[Copy] | None = None
    ) -> Self:
        """Return whoever had a copy at some moment from ``start`` up to, and not at, ``end``.

        ``copies``: all that are asked about, where that is known. The answer is then looked up copy by copy,
        and costs the same however often they have moved.
        """
        began = self.filter(created_at__lt=end)
        if copies is not None:
            before = _custody().filter(copy=OuterRef("pk"), created_at__lt=start).order_by("-created_at")
            then = copies.annotate(last=Subquery(before.values("pk")[:1])).values("last")
            since = Holding._default_manager.filter(
                copy__in=copies, created_at__gte=start, created_at__lt=end
            )
            began = began.filter(pk__in=then.union(since.values("pk"), all=True))
        later = _custody().filter(
            copy=OuterRef("copy"), created_at__gt=OuterRef("created_at"), created_at__lte=start
        )
        return began.filter(Q(created_at__gte=start) | Q(how=Had.KEPT) & ~Exists(later))


def _custody() -> models.QuerySet[Any]:
    return Holding._default_manager.filter(how__in=(Had.KEPT, Had.GONE))


class Holding(Row):
    """Somebody had a copy from the moment that the entry was recorded (``created_at``)."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="holdings")
    copy = models.ForeignKey(Copy, on_delete=models.PROTECT, related_name="holdings")
    how = WordField(Had)
    party = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="holdings")
    person = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="holdings"
    )
    system = models.ForeignKey(
        "custody.System", null=True, blank=True, on_delete=models.PROTECT, related_name="holdings"
    )

    objects: ClassVar[HoldingQuerySet] = HoldingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["copy", "created_at"], name="holdings_of_a_copy"),
            models.Index(fields=["project", "created_at"], name="holdings_of_a_project"),
            models.Index(fields=["party", "created_at"], name="holdings_of_a_party"),
        ]

    def __str__(self) -> str:
        return f"{self.copy_id} {self.how} {self.party_id}"
