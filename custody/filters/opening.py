"""Which old registers, and which of their lines."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import LineState, RegisterState

from .base import Among, Questions, Search, WordIs, projects


class OpeningRegisterFilter(Questions):
    """By name, project and state."""

    q = Search("name", "project__code", label=_("Name or project"))
    state = WordIs(RegisterState, label=_("State"))
    project = projects()


class OpeningLineFilter(Questions):
    """By register, old number and how it stands."""

    q = Search("number", "page", label=_("Old number or page"))
    state = WordIs(LineState, label=_("State"))
    register = Among(field_name="register", label=_("Old register"))
