"""The kinds of question that a list can be asked; an answer that cannot be given is a fault, not ignored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.terms import Word

LONGEST = 100
_FIRST, _LAST = dt.date(1949, 1, 1), dt.date(2199, 12, 31)

Rows = Any


class Questions(filters.FilterSet):
    """The questions of one list; ``qs`` is empty while an answer is not one that can be given."""

    @property
    def qs(self) -> Rows:
        """Return the rows that fit all answers."""
        return super().qs if self.is_valid() else self.queryset.none()

    def person(self) -> Any:
        """Return the user who asks. Whoever made the questions without a request asks as nobody."""
        return getattr(self.request, "user", None)


class Search(filters.CharFilter):
    """Words that must all be found, each in one of several columns or ways to look."""

    def __init__(self, *columns: str | Callable[[str], Q], **kwargs: Any) -> None:
        """Take column names, looked through without case, and functions from a word to a condition."""
        super().__init__(max_length=LONGEST, **kwargs)
        self.ways = [way if callable(way) else _contains(way) for way in columns]

    def filter(self, qs: Rows, value: str) -> Rows:
        """Return the rows in which every word is found."""
        for word in (value or "").split():
            qs = qs.filter(reduce(or_, (way(word) for way in self.ways)))
        return qs


def _contains(column: str) -> Callable[[str], Q]:
    return lambda word: Q(**{f"{column}__icontains": word})


class OneOf(filters.ChoiceFilter):
    """One of several named answers, each with what it does to the rows."""

    def __init__(
        self, answers: Iterable[tuple[str, Any, Callable[[Rows, Any, dt.date], Rows]]], **kwargs: Any
    ) -> None:
        """Take (value, words, what it keeps of rows, for whom, today)."""
        rows = list(answers)
        self.keeps = {value: keep for value, _words, keep in rows}
        super().__init__(choices=[(value, words) for value, words, _keep in rows], empty_label="—", **kwargs)

    def filter(self, qs: Rows, value: str) -> Rows:
        """Return what the answer keeps."""
        if value in (None, ""):
            return qs
        return self.keeps[value](qs, self.parent.person(), timezone.localdate())


class WordIs(filters.ChoiceFilter):
    """A word of an enumeration, shown in the language of the reader."""

    def __init__(self, words: type[Word], **kwargs: Any) -> None:
        """Take the enumeration."""
        lang = lambda: get_language() or "en"  # noqa: E731
        super().__init__(
            choices=lambda: [(str(word), word.text.get(lang())) for word in words], empty_label="—", **kwargs
        )


def can_be(day: dt.date) -> bool:
    """Return whether a record can be about a day."""
    return _FIRST <= day <= _LAST


class On(filters.DateFilter):
    """A calendar date in ISO form."""

    def __init__(self, **kwargs: Any) -> None:
        """Take what a DateFilter takes; the year must be one that a record can be about."""
        super().__init__(
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **kwargs,
        )

    def filter(self, qs: Rows, value: dt.date | None) -> Rows:
        """Return the rows; a day that no record can have keeps none."""
        if value is not None and not can_be(value):
            return qs.none()
        return super().filter(qs, value)


class Among(filters.UUIDFilter):
    """The id of a thing that rows belong to. It travels in addresses and is not asked in the form."""

    def __init__(self, **kwargs: Any) -> None:
        """Take what a UUIDFilter takes."""
        super().__init__(widget=forms.HiddenInput, **kwargs)


def projects() -> Among:
    """Return the question for one project, by its id."""
    return Among(field_name="project", label=_("Project"))


def party_columns(*ends: str) -> list[str]:
    """Return the columns with the names of the parties at these ends of a row, in both scripts."""
    return [f"{end}__{name}" for end in ends for name in ("name", "other_name")]


def mine(user: Any) -> list[Any]:
    """Return the parties that a user stands for today; nobody stands for none."""
    return user.party_ids() if isinstance(user, m.User) else []
