"""Which random samples, and which of their lines."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from custody.terms import SampleFound, SampleState

from .base import Among, OneOf, Questions, Search, WordIs, projects


def _under_way(rows: Any, user: Any, today: dt.date) -> Any:
    return rows.under_way()


class SampleFilter(Questions):
    """By number, state, what is still to be done, and project."""

    q = Search("number", "project__code", label=_("Search"))
    state = WordIs(SampleState, label=_("State"))
    still = OneOf([("open", _("Not ended"), _under_way)], label=_("To do"))
    project = projects()


class SampleLineFilter(Questions):
    """By sample, copy and how it was found."""

    sample = Among(field_name="sample")
    copy = Among(field_name="copy")
    found = WordIs(SampleFound, label=_("As found on site"))
