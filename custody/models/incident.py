"""Incidents, and what each holds: copies and parties that nothing moves until an officer releases them."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import IncidentState

from .base import Row, VisibleQuerySet, WordField
from .project import Project

ENDED = (IncidentState.CLOSED, IncidentState.FALSE_ALARM)
"""States in which nothing more happens."""


class IncidentQuerySet(VisibleQuerySet):
    """Incidents a user may see: of whole projects, and those that the user's own parties reported."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible incidents. Whoever an incident is about does not read it for that."""
        whole = Project.objects.whole_for(user).values("id")
        return self.filter(Q(project__in=whole) | Q(reported_for__in=user.party_ids()))

    def open(self) -> Self:
        """Return those that are not closed, and no false alarm."""
        return self.exclude(state__in=ENDED)

    def to_notify(self) -> Self:
        """Return those of which an authority is still to be notified within a time."""
        return self.open().filter(notify_by__isnull=False)


class Incident(Row):
    """Something that happened to copies, or at a party, or may have.

    The clock is that of two entries, ``report_entry`` and ``stop_entry``; ``notify_by`` repeats its end for
    lists alone, while it runs, and is no fact of custody.
    """

    number = models.CharField(max_length=60, unique=True)
    serial = models.PositiveIntegerField(help_text="Within the project.")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="incidents")
    what = models.TextField(help_text="What happened.")
    noticed_at = models.DateTimeField(help_text="When it was noticed, as the reporter claims.")
    copies = models.JSONField(default=list, blank=True, help_text="Ids as text; empty: not known which.")
    party = models.ForeignKey(
        "custody.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reported_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    reported_for = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="+")
    hours = models.PositiveIntegerField(null=True, blank=True, help_text="Null: the regime sets no clock.")
    pack_sha256 = models.CharField(max_length=64, help_text="Of the rule pack that set the clock.")
    state = WordField(IncidentState, default=IncidentState.REPORTED)
    report_entry = models.UUIDField(help_text="Its time is when the clock starts.")
    stop_entry = models.UUIDField(null=True, blank=True, help_text="Its time is when the clock stops.")
    notify_by = models.DateTimeField(null=True, blank=True, help_text="While the clock runs.")
    authority = models.CharField(max_length=200, blank=True, default="", help_text="The first notified.")
    reference = models.CharField(max_length=100, blank=True, default="", help_text="Number given by it.")
    notified_at = models.DateTimeField(null=True, blank=True, help_text="When, as claimed.")
    findings = models.TextField(blank=True, default="")
    sanctions = models.TextField(blank=True, default="")
    dismissal = models.TextField(blank=True, default="", help_text="Why it was a false alarm.")

    objects: ClassVar[IncidentQuerySet] = IncidentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "serial"], name="incident_once_in_its_project")
        ]
        indexes = [
            models.Index(
                fields=["notify_by"], condition=Q(notify_by__isnull=False), name="incidents_to_notify"
            )
        ]

    def __str__(self) -> str:
        return self.number


class IncidentHoldQuerySet(VisibleQuerySet):
    """Holds a user may see: those of the incidents that the user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return the holds of visible incidents."""
        return self.filter(incident__in=Incident.objects.seen_outside(user).values("id"))

    def live(self) -> Self:
        """Return those that were not released."""
        return self.filter(release_entry__isnull=True)


class IncidentHold(Row):
    """A copy or a party that an incident holds; a party within the incident's project."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="holds")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    copy = models.ForeignKey(
        "custody.Copy", null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    party = models.ForeignKey(
        "custody.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField()
    held_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    released_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    release_reason = models.TextField(blank=True, default="")
    release_entry = models.UUIDField(null=True, blank=True, help_text="Null: it holds.")

    objects: ClassVar[IncidentHoldQuerySet] = IncidentHoldQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(copy__isnull=False, party__isnull=True)
                | Q(copy__isnull=True, party__isnull=False),
                name="hold_of_a_copy_or_a_party",
            ),
            models.UniqueConstraint(
                fields=["incident", "copy"],
                condition=Q(release_entry__isnull=True, copy__isnull=False),
                name="copy_held_once",
            ),
            models.UniqueConstraint(
                fields=["incident", "party"],
                condition=Q(release_entry__isnull=True, party__isnull=False),
                name="party_held_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["copy"], condition=Q(release_entry__isnull=True), name="copies_held_by_incident"
            ),
            models.Index(
                fields=["project", "party"],
                condition=Q(release_entry__isnull=True),
                name="parties_held_by_incident",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} holds {self.copy_id or self.party_id}"
