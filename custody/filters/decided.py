"""Which lines of the register of decisions."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from custody import decided, regimes
from custody.policy.rule import published
from custody.terms import RequestOutcome

from .base import Among, On, OneOf, Questions, Rows, Search, WordIs, party_columns


def _levels() -> list[tuple[str, str]]:
    """Return every level of every regime under its own name; one id may be called alike in several."""
    found: dict[str, str] = {}
    for regime in regimes.all_names():
        for level in regimes.pack(regime).levels:
            found.setdefault(level.id, level.label.text.get(get_language() or "en"))
    return list(found.items())


def _rules() -> list[tuple[str, str]]:
    lang = get_language() or "en"
    return [(rule.code, f"{rule.code} {rule.title.get(lang)}") for rule in published().newest()]


@extend_schema_field(OpenApiTypes.STR)
class RuleSpoke(filters.ChoiceFilter):
    """A rule that warned, barred or could not tell when the request was voted on."""

    def filter(self, qs: Rows, value: Any) -> Rows:
        """Return the lines on which the rule had something to say."""
        return qs.filter(decided.by_rule(value)) if value else qs


@extend_schema_field(OpenApiTypes.STR)
class Outcome(WordIs):
    """What came of a request, which no column of the table holds."""


class DecidedFilter(Questions):
    """By project and parties, officer, outcome, level, rule, and the day of the decision."""

    q = Search(
        "hop__project__code", *party_columns("hop__to_party", "hop__from_party"), label=_("Party or project")
    )
    officer = Search(decided.by_officer, label=_("Officer"))
    outcome = Outcome(RequestOutcome, label=_("Outcome"))
    level = filters.ChoiceFilter(choices=_levels, empty_label="—", label=_("Classification"))
    rule = RuleSpoke(choices=_rules, empty_label="—", label=_("Warned or barred by"))
    since = On(field_name="decided_at", lookup_expr="date__gte", label=_("Decided from"))
    until = On(field_name="decided_at", lookup_expr="date__lte", label=_("Decided until"))
    whose = OneOf(
        [
            (
                "mine",
                _("My decisions"),
                lambda rows, user, today: rows.filter(decided.by_person(user.person_id)) if user else rows,
            )
        ],
        label=_("Whose"),
    )
    project = Among(field_name="hop__project", label=_("Project"))
    party = Among(field_name="hop__to_party", label=_("Receiving party"))
