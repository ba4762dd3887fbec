"""Which projects."""

from __future__ import annotations

import django_filters as filters
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from custody import regimes
from custody.terms import ProjectState

from .base import Questions, Search, WordIs, party_columns


def _regimes() -> list[tuple[str, str]]:
    lang = get_language() or "en"
    return [(name, regimes.pack(name).label.text.get(lang)) for name in regimes.all_names()]


class ProjectFilter(Questions):
    """By code, title or owner, regime and state."""

    q = Search("code", "title", *party_columns("owner_party"), label=_("Code, title or owner"))
    regime = filters.ChoiceFilter(choices=_regimes, empty_label="—", label=_("Regime"))
    state = WordIs(ProjectState, label=_("State"))
