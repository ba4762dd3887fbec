"""Which reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import ReportKind, ReportState

from .base import Questions, Search, WordIs, projects


class ReportFilter(Questions):
    """By project, kind and state."""

    q = Search("project__code", "project__title", label=_("Project"))
    kind = WordIs(ReportKind, label=_("Kind"))
    state = WordIs(ReportState, label=_("State"))
    project = projects()
