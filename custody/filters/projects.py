"""Which projects."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters as filters
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from custody import due, regimes
from custody import models as m
from custody.terms import ProjectState

from .base import OneOf, Questions, Search, WordIs, party_columns


def _regimes() -> list[tuple[str, str]]:
    lang = get_language() or "en"
    return [(name, regimes.pack(name).label.text.get(lang)) for name in regimes.all_names()]


def _to_submit(rows: Any, user: Any, today: dt.date, **when: dt.date) -> Any:
    """Return the projects that this reader sees whole whose results wait to be submitted."""
    whole = m.Project.objects.whole_for(user).values("id")
    return rows.filter(id__in=due.submissions(today).filter(id__in=whole, **when).values("id"))


class ProjectFilter(Questions):
    """By code, title or owner, regime and state."""

    q = Search("code", "title", *party_columns("owner_party"), label=_("Code, title or owner"))
    regime = filters.ChoiceFilter(choices=_regimes, empty_label="—", label=_("Regime"))
    state = WordIs(ProjectState, label=_("State"))
    results = OneOf(
        [
            ("due", _("To be submitted"), lambda rows, user, today: _to_submit(rows, user, today)),
            (
                "overdue",
                _("To be submitted, overdue"),
                lambda rows, user, today: _to_submit(rows, user, today, due__lt=today),
            ),
        ],
        label=_("Results"),
    )
