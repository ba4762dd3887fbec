"""Which findings of the re-check."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import FindingOutcome, LapseNoun

from .base import Among, On, OneOf, Questions, Search, WordIs, party_columns, projects


class LapseFilter(Questions):
    """By rule, project or party, whether it stands now, and what it is about."""

    q = Search("project__code", "code", *party_columns("party"), label=_("Rule, project or party"))
    state = OneOf(
        [
            ("open", _("Stands now"), lambda rows, user, today: rows.open()),
            ("ended", _("Ended"), lambda rows, user, today: rows.filter(ended_on__isnull=False)),
        ],
        label=_("State"),
    )
    outcome = WordIs(FindingOutcome, label=_("What the rule says"))
    noun = WordIs(LapseNoun, label=_("About"))
    since = On(field_name="since", lookup_expr="gte", label=_("First day"))
    project = projects()
    party = Among(field_name="party", label=_("Party"))
    object = Among(field_name="object", label=_("About"))
    hop = Among(field_name="hop", label=_("Subcontract"))
    rule = Search("code", label=_("Rule"))
