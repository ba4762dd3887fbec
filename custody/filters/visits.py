"""Which visits."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import VisitKind, VisitState

from .base import Among, Questions, WordIs, projects


class VisitFilter(Questions):
    """By project, subcontract, kind and state."""

    project = projects()
    hop = Among(field_name="hop")
    kind = WordIs(VisitKind, label=_("Kind"))
    state = WordIs(VisitState, label=_("State"))
