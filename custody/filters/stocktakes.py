"""Which stocktakes, and which of their lines."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import Counted, Difference, StocktakeState

from .base import Among, OneOf, Questions, Search, WordIs, party_columns, projects


class StocktakeFilter(Questions):
    """By party, state, open differences, project and place."""

    q = Search("project__code", *party_columns("party"), label=_("Party or project"))
    state = WordIs(StocktakeState, label=_("State"))
    wrong = OneOf(
        [("open", _("Differences to be settled"), lambda rows, user, today: rows.unsettled())],
        label=_("Differences"),
    )
    party = Among(field_name="party", label=_("Party"))
    project = projects()
    system = Among(field_name="system", label=_("Place"))


class StocktakeLineFilter(Questions):
    """By stocktake, copy, how it was found and what became of it."""

    found = WordIs(Counted, label=_("How it was found"))
    difference = WordIs(Difference, label=_("Difference"))
    stocktake = Among(field_name="stocktake", label=_("Stocktake"))
    copy = Among(field_name="copy", label=_("Copy"))
