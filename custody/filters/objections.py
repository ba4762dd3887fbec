"""Which objections of regulators."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from custody.terms import ObjectionState

from .base import Among, OneOf, Questions, Search, WordIs, projects


def _to_answer(rows: Any, user: Any, today: dt.date) -> Any:
    return rows.waiting()


def _to_judge(rows: Any, user: Any, today: dt.date) -> Any:
    return rows.filter(state=ObjectionState.ANSWERED)


def _overdue(rows: Any, user: Any, today: dt.date) -> Any:
    return rows.waiting().filter(due__lt=today)


class ObjectionFilter(Questions):
    """By words, state, what is still to be done, project and random sample."""

    q = Search("number", "text", "basis", "project__code", label=_("Search"))
    state = WordIs(ObjectionState, label=_("State"))
    still = OneOf(
        [
            ("answer", _("To be answered"), _to_answer),
            ("overdue", _("Answer overdue"), _overdue),
            ("judge", _("Answers to be judged"), _to_judge),
        ],
        label=_("To do"),
    )
    project = projects()
    sample = Among(field_name="line__sample")
