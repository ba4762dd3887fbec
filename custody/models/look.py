"""Who looked at what belongs to another organisation."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import Looked

from .base import Row, VisibleQuerySet, WordField
from .project import Project


class LookQuerySet(VisibleQuerySet):
    """Looks a user may see: at what is one's own organisation's, and one's own."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible looks. A regulator does not see those of others."""
        mine = user.internal_party_ids()
        return self.filter(
            Q(person=user.person_id) | Q(project__owner_party__in=mine) | Q(party__in=mine),
        )


class Look(Row):
    """One person has looked at one object, or at rows of a project or party, within one hour. Append-only."""

    person = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="looks")
    noun = WordField(Looked)
    object = models.UUIDField(
        help_text="Id of the object; of rows in a list, that of their project or party."
    )
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="looks"
    )
    party = models.ForeignKey(
        "custody.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="looks",
        help_text="Whose it is, where it belongs to no project.",
    )  # fmt: skip
    hour = models.DateTimeField(help_text="The beginning of the hour, in UTC.")

    objects: ClassVar[LookQuerySet] = LookQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-hour", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "noun", "object", "hour"], name="one_look_an_hour"),
            models.CheckConstraint(
                condition=Q(project__isnull=True, party__isnull=False)
                | Q(project__isnull=False, party__isnull=True),
                name="a_look_is_at_a_project_or_a_party",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "hour"], name="look_by_project"),
            models.Index(fields=["party", "hour"], name="look_by_party"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.noun} {self.object}"
