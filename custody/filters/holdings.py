"""Who had which copy."""

from __future__ import annotations

import datetime as dt

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custody.codes import normalise
from custody.terms import Had

from .base import Among, On, Questions, Rows, Search, WordIs, can_be, party_columns, projects


def _start(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


class OnDay(On):
    """A day, by the calendar of the site, on which somebody had a copy for some moment at least; with a last
    day beside it, the first of several."""

    def filter(self, qs: Rows, value: dt.date | None) -> Rows:
        """Return who had a copy on that day, or on one up to the last."""
        if value is None or not can_be(value):
            return qs if value is None else qs.none()
        last = self.parent.form.cleaned_data.get("to") or value
        if not value <= last or not can_be(last):
            return qs.none()
        return qs.between(_start(value), _start(last) + dt.timedelta(days=1))


class LastDay(On):
    """The last of several days; without a first, whoever had a copy by then."""

    def filter(self, qs: Rows, value: dt.date | None) -> Rows:
        """Return what began by that day; the first day is asked beside it."""
        if value is None or not can_be(value):
            return qs if value is None else qs.none()
        return qs.filter(created_at__lt=_start(value) + dt.timedelta(days=1))


class At(filters.IsoDateTimeFilter):
    """A moment at which somebody had a copy; for programs."""

    def filter(self, qs: Rows, value: dt.datetime | None) -> Rows:
        """Return who had a copy at that moment."""
        if value is None or not can_be(value.date()):
            return qs if value is None else qs.none()
        return qs.between(value, value + dt.timedelta(microseconds=1))


class HoldingFilter(Questions):
    """By copy or holder, day or moment, and whether it was held or read."""

    q = Search(
        lambda word: Q(copy__code__icontains=normalise(word)),
        "copy__item__codename",
        "person__name",
        *party_columns("party"),
        label=_("Copy, item or holder"),
    )
    on = OnDay(label=_("On this day"))
    to = LastDay(label=_("Or up to this day"))
    how = WordIs(Had, label=_("Held or read"))
    at = At(widget=forms.HiddenInput)
    copy = Among(field_name="copy", label=_("Copy"))
    project = projects()
    party = Among(field_name="party", label=_("Party"))
    person = Among(field_name="person", label=_("Person"))
