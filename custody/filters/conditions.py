"""Which conditions of approvals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import ConditionState

from .base import Among, Questions, Search, WordIs


class ConditionFilter(Questions):
    """By words, state, approval and project."""

    q = Search("text", label=_("Condition"))
    state = WordIs(ConditionState, label=_("State"))
    approval = Among(field_name="approval", label=_("Approval"))
    project = Among(field_name="approval__hop__project", label=_("Project"))
