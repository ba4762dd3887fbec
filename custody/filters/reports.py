"""Which reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import ReportState

from .base import Questions, Search, WordIs, projects


class ReportFilter(Questions):
    """By project, and state."""

    q = Search("project__code", "project__title", label=_("Project"))
    state = WordIs(ReportState, label=_("State"))
    project = projects()
