"""Which of one's own decisions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import VoteChoice

from .base import Among, Questions, Search, WordIs


class VoteFilter(Questions):
    """By words, choice and project."""

    q = Search("reason", "approval__hop__project__code", "approval__hop__to_party__name", label=_("Decision"))
    choice = WordIs(VoteChoice, label=_("Decision"))
    project = Among(field_name="approval__hop__project", label=_("Project"))


class OverrideVoteFilter(Questions):
    """By words, choice and project."""

    q = Search("reason", "override__rule", "override__project__code", label=_("Decision"))
    choice = WordIs(VoteChoice, label=_("Decision"))
    project = Among(field_name="override__project", label=_("Project"))
