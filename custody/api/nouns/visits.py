"""Visits, exchanges and joint research."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from rest_framework import serializers

from custody import models as m
from custody.actions import visits
from custody.actions.base import Outcome
from custody.filters.visits import VisitFilter
from custody.terms import VisitKind

from ..base import Visible, act
from ..fields import Asked, Id, Line, Pattern, Seen, Shown, Words


class VisitShown(Shown):
    """A visit; ``guests`` are those who are not registered, null once erased."""

    class Meta:
        model = m.Visit
        fields: ClassVar[list[str]] = [
            "id", "project", "hop", "host", "kind", "purpose", "level", "items", "starts", "ends", "people",
            "guests", "approval_reference", "approved_on", "requested_by", "state", "ended_on", "remark",
            "entry",
        ]  # fmt: skip


class GuestAsked(Asked):
    """Somebody who comes and is not registered; no citizenship: not known."""

    name = Line(max_length=200)
    citizenships = serializers.ListField(child=Pattern(r"^[A-Z]{2}$"), required=False, max_length=10)
    party = Seen(m.Party, required=False, allow_null=True)


class VisitAsked(Asked):
    """A visit to ask for; ``hop``: at the receiving party of a subcontract, else at the owner."""

    kind = Words(VisitKind)
    purpose = Line(max_length=2000)
    level = Line(max_length=40)
    starts = serializers.DateField()
    ends = serializers.DateField()
    hop = Seen(m.Hop, required=False, allow_null=True)
    items = serializers.ListField(child=Id(), required=False, max_length=visits.MOST)
    people = serializers.ListField(child=Id(), required=False, max_length=visits.MOST)
    guests = serializers.ListField(child=GuestAsked(), required=False, max_length=visits.MOST)
    approval_reference = Line(max_length=200, required=False, allow_blank=True)
    approved_on = serializers.DateField(required=False, allow_null=True)


class VisitEnded(Asked):
    """The day on which the visitors left, and what they saw."""

    ended_on = serializers.DateField()
    remark = Line(max_length=2000)


class Visits(Visible):
    """Visits, exchanges and joint research."""

    queryset = m.Visit.objects.all()
    serializer_class = VisitShown
    filterset_class = VisitFilter

    @act(VisitEnded)
    def end(self, row: m.Visit, ended_on: dt.date, remark: str) -> Outcome:
        """Record that the visitors left, and what they saw."""
        return visits.end(self.actor(), visit=row.id, ended_on=ended_on, remark=remark)


def asked_of(given: dict[str, Any]) -> visits.Asked:
    """Return a visit as the action takes it."""
    guests = [visits.Guest(**guest) for guest in given.pop("guests", ())]
    return visits.Asked(**given, guests=guests)
