"""Which copies that were not in order."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import DiscrepancyState, Received

from .base import Among, Questions, WordIs


class DiscrepancyFilter(Questions):
    """By how they were found, state, handoff and project."""

    found = WordIs(Received, label=_("How it was found"))
    state = WordIs(DiscrepancyState, label=_("State"))
    handoff = Among(field_name="handoff", label=_("Handoff"))
    project = Among(field_name="handoff__project", label=_("Project"))
