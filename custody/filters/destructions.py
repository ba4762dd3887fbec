"""Which destruction batches."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import DestructionMethod, DestructionState

from .base import Among, Questions, Search, WordIs, projects


class DestructionFilter(Questions):
    """By words, state, method, project and party."""

    q = Search("reason", "place", "certificate_number", "project__code", label=_("Search"))
    state = WordIs(DestructionState, label=_("State"))
    method = WordIs(DestructionMethod, label=_("Method of destruction"))
    project = projects()
    holder = Among(field_name="holder", label=_("Party"))
