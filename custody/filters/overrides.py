"""Which overrides of rules."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import OverrideState

from .base import Among, OneOf, Questions, Search, WordIs


class OverrideFilter(Questions):
    """By rule, state, party and project."""

    q = Search("rule", "project__code", label=_("Rule or project"))
    state = WordIs(OverrideState, label=_("State"))
    now = OneOf(
        [
            ("yes", _("In force today"), lambda rows, user, today: rows.in_force(today)),
            (
                "ended",
                _("Ended by its day"),
                lambda rows, user, today: rows.filter(state=OverrideState.ACTIVE, until__lt=today),
            ),
        ],
        label=_("In force"),
    )
    party = Among(field_name="party", label=_("Party"))
    project = Among(field_name="project", label=_("Project"))
