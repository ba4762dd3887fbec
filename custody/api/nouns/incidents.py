"""Incidents, their clocks, and what they hold."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from custody import models as m
from custody.actions import incident_holds, incidents
from custody.actions.base import Outcome
from custody.filters.incidents import IncidentFilter

from ..base import Visible, act
from ..fields import Asked, Ids, Line, Moment, Seen, SeenMany, Shown, Truth

TEXT = 10_000


class IncidentHoldShown(Shown):
    """A copy or a party that an incident holds; ``release_entry`` null: it still does."""

    class Meta:
        model = m.IncidentHold
        fields: ClassVar[list[str]] = [
            "id", "copy", "party", "reason", "held_by", "released_by", "release_reason", "release_entry",
        ]  # fmt: skip


class IncidentShown(Shown):
    """An incident; ``noticed_at`` and ``notified_at`` are claimed, ``deadline`` and ``late`` are told from
    the ledger entries that started and stopped the clock. Without a clock they are null. Of copies and holds
    those that the caller may see."""

    copies = serializers.SerializerMethodField()
    deadline = serializers.SerializerMethodField()
    late = serializers.SerializerMethodField()
    holds = serializers.SerializerMethodField()

    class Meta:
        model = m.Incident
        fields: ClassVar[list[str]] = [
            "id", "number", "project", "what", "noticed_at", "copies", "party", "person", "reported_by",
            "reported_for", "hours", "deadline", "late", "state", "authority", "reference", "notified_at",
            "findings", "sanctions", "dismissal", "holds", "report_entry", "stop_entry", "entry",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_copies(self, row: m.Incident) -> Any:
        """Return the copies that it is about, as far as the caller may see them."""
        seen = m.Copy.objects.visible_to(self.context["request"].user)
        return [str(id) for id in seen.filter(id__in=row.copies).order_by("id").values_list("id", flat=True)]

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_deadline(self, row: m.Incident) -> Any:
        """Return until when an authority is to be notified."""
        clock = incidents.clocks([row]).get(row.id)
        return clock.deadline if clock else None

    @extend_schema_field(serializers.BooleanField(allow_null=True))
    def get_late(self, row: m.Incident) -> bool | None:
        """Return whether that passed before one was."""
        clock = incidents.clocks([row]).get(row.id)
        return clock.late(timezone.now()) if clock else None

    @extend_schema_field(IncidentHoldShown(many=True))
    def get_holds(self, row: m.Incident) -> Any:
        """Return what it holds, or held, as far as the caller may see it."""
        seen = m.Copy.objects.visible_to(self.context["request"].user).values("id")
        rows = row.holds.filter(Q(copy__isnull=True) | Q(copy__in=seen))
        return IncidentHoldShown(rows, many=True).data


class IncidentAsked(Asked):
    """An incident to report: what happened, when it was noticed, and which copies, party or person it is
    about, or that this is not known. ``sure``: it is reported although a copy was seen after that time."""

    what = Line(max_length=TEXT)
    noticed_at = Moment()
    copies = SeenMany(m.Copy, required=False, max_length=incidents.MOST)
    party = Seen(m.Party, required=False, allow_null=True)
    person = Seen(m.Person, required=False, allow_null=True)
    unknown = Truth(required=False)
    sure = Truth(required=False)


class IncidentCorrected(Asked):
    """What was reported, as it should be, and what was wrong."""

    what = Line(max_length=TEXT)
    noticed_at = Moment()
    copies = SeenMany(m.Copy, max_length=incidents.MOST)
    party = Seen(m.Party, allow_null=True)
    person = Seen(m.Person, allow_null=True)
    reason = Line(max_length=2000)


class IncidentNoted(Asked):
    """What is noted with a step."""

    note = Line(max_length=TEXT)


class IncidentNotified(Asked):
    """The authority that was notified, the number under which, and when, as claimed."""

    authority = Line(max_length=200)
    reference = Line(max_length=100)
    notified_at = Moment()


class IncidentClosed(Asked):
    """What was found, and what followed."""

    findings = Line(max_length=TEXT)
    sanctions = Line(max_length=TEXT, required=False, allow_blank=True)


class IncidentDismissed(Asked):
    """Why it was a false alarm."""

    reason = Line(max_length=2000)


class IncidentHoldAsked(Asked):
    """What to hold: copies, all copies that a party holds now, or a party itself; and why."""

    copies = SeenMany(m.Copy, required=False, max_length=incidents.MOST)
    copies_of = Seen(m.Party, required=False, allow_null=True)
    party = Seen(m.Party, required=False, allow_null=True)
    reason = Line(max_length=2000)


class IncidentHoldReleased(Asked):
    """What to let go, and why."""

    holds = Ids(max_length=incidents.MOST, allow_empty=False)
    reason = Line(max_length=2000)


class Incidents(Visible):
    """Incidents: reported at ``projects/{id}/incidents``, moved on here by who answers for the project."""

    queryset = m.Incident.objects.all()
    serializer_class = IncidentShown
    filterset_class = IncidentFilter

    @act(IncidentCorrected)
    def correct(self, row: m.Incident, **asked: Any) -> Outcome:
        """Put right what was reported; the clock does not move."""
        return incidents.correct(self.actor(), incident=row.id, **asked)

    @act(IncidentNoted)
    def triage(self, row: m.Incident, note: str) -> Outcome:
        """Take the incident up."""
        return incidents.triage(self.actor(), incident=row.id, note=note)

    @act(IncidentNoted)
    def contain(self, row: m.Incident, note: str) -> Outcome:
        """Say what was done so that it goes no further."""
        return incidents.contain(self.actor(), incident=row.id, note=note)

    @act(IncidentNotified)
    def notify(self, row: m.Incident, **asked: Any) -> Outcome:
        """Record that an authority was notified; the first stops the clock."""
        return incidents.notify(self.actor(), incident=row.id, **asked)

    @act(IncidentNoted)
    def investigate(self, row: m.Incident, note: str) -> Outcome:
        """Say who looks into it, and how."""
        return incidents.investigate(self.actor(), incident=row.id, note=note)

    @act(IncidentClosed)
    def close(self, row: m.Incident, **asked: Any) -> Outcome:
        """Close the incident; never who reported it."""
        return incidents.close(self.actor(), incident=row.id, **asked)

    @act(IncidentDismissed)
    def dismiss(self, row: m.Incident, reason: str) -> Outcome:
        """Say that it was a false alarm; never who reported it."""
        return incidents.dismiss(self.actor(), incident=row.id, reason=reason)

    @act(IncidentHoldAsked)
    def hold(self, row: m.Incident, **asked: Any) -> Outcome:
        """Hold copies or a party until an officer releases them."""
        return incident_holds.hold(self.actor(), incident=row.id, **asked)

    @act(IncidentHoldReleased)
    def release(self, row: m.Incident, **asked: Any) -> Outcome:
        """Let go what the incident holds."""
        return incident_holds.release(self.actor(), incident=row.id, **asked)
