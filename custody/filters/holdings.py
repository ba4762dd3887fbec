"""Who had which copy."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custody.codes import normalise
from custody.models import Copy
from custody.terms import Had

from .base import Among, On, Questions, Rows, Search, WordIs, can_be, party_columns, projects


def _start(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _copies(asked: Questions) -> Any:
    """Return the copies of the project, or the one copy, that is asked about; None where it is another
    question, or somebody asks who may not see all that those went through."""
    given, user = asked.form.cleaned_data, asked.request.user
    if not user.in_house or not (given.get("copy") or given.get("project")):
        return None
    chosen = {"pk": given["copy"]} if given.get("copy") else {"item__project": given["project"]}
    return Copy.objects.filter(**chosen)


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
        return qs.between(_start(value), _start(last) + dt.timedelta(days=1), _copies(self.parent))


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
        return qs.between(value, value + dt.timedelta(microseconds=1), _copies(self.parent))


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
