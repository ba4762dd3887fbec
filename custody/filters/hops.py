"""Which subcontracts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import HopState

from .base import Among, Questions, Search, WordIs, party_columns, projects


class HopFilter(Questions):
    """By party or project, and state."""

    q = Search("project__code", *party_columns("from_party", "to_party"), label=_("Party or project"))
    state = WordIs(HopState, label=_("State"))
    project = projects()
    to_party = Among(field_name="to_party", label=_("Receiving party"))
