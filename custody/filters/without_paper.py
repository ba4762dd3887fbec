"""What was received without valid paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters as filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custody.terms import Weakness

from .base import Among, On, Questions, Rows, Search, WordIs, can_be, party_columns, projects


class _Day(On):
    """A day by the calendar of the site; ``keeps`` tells what of the rows."""

    def __init__(self, column: str, *, after: bool = False, **kwargs: Any) -> None:
        """Take the column of a moment, and whether the rows from the day on are kept, or those up to it."""
        super().__init__(**kwargs)
        self.column, self.after = column, after

    def filter(self, qs: Rows, value: dt.date | None) -> Rows:
        """Return the rows from the start of the day on, or to its end."""
        if value is None or not can_be(value):
            return qs if value is None else qs.none()
        start = timezone.make_aware(dt.datetime.combine(value, dt.time()))
        if self.after:
            return qs.filter(**{f"{self.column}__gte": start})
        return qs.filter(**{f"{self.column}__lt": start + dt.timedelta(days=1)})


class _KnownAt(filters.IsoDateTimeFilter):
    """A moment at which it could be known; for programs."""

    def filter(self, qs: Rows, value: dt.datetime | None) -> Rows:
        """Return what could be known at that moment."""
        if value is None or not can_be(value.date()):
            return qs if value is None else qs.none()
        return qs.known(value)


class WithoutPaperFilter(Questions):
    """By party, project, reason and rule; received from a day to a day; as known on a day or at a moment."""

    q = Search("code", "handoff__number", *party_columns("party"), label=_("Rule, handoff or party"))
    weakness = WordIs(Weakness, label=_("Why"))
    since = _Day("at", after=True, label=_("Received from"))
    until = _Day("at", label=_("Received until"))
    known = _Day("known_at", label=_("As known on"))
    known_at = _KnownAt(widget=forms.HiddenInput)
    party = Among(field_name="party", label=_("Party"))
    project = projects()
    handoff = Among(field_name="handoff", label=_("Handoff"))
