"""A project's results on its page: accepted, submitted, by when, and what may be recorded of them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custody import due, regimes
from custody import models as m
from custody.actions.base import Actor

from .patterns import Choice, Fact


def facts(row: m.Project) -> list[Fact]:
    """Return what is recorded of a project's results, and by when they are to be submitted."""
    if row.accepted_on is None:
        return []
    by = _("by %(who)s · No. %(number)s") % {"who": row.accepted_by, "number": row.acceptance_number}
    found = [Fact(_("Results accepted"), row.accepted_on, note=by)]
    if row.submitted_on is not None:
        said = {"to": row.submitted_to, "who": row.submitted_by, "number": row.submission_number}
        note = _("to %(to)s, by %(who)s · No. %(number)s") % said
        return [*found, Fact(_("Results submitted"), row.submitted_on, note=note)]
    today = regimes.today(row.regime, timezone.now())
    last = due.submission_day(row, today)
    if last is None:
        return found
    return [*found, Fact(_("Results to be submitted by"), last, note=_("overdue") if last < today else "")]


def choices(actor: Actor, row: m.Project) -> list[Choice]:
    """Return what this reader may record of the results."""
    owner = row.owner_party_id
    found: list[tuple[str, str, Any]] = []
    if row.accepted_on is None:
        found.append(("project.accept_results", "results_accepted", _("Record the acceptance of results")))
    elif row.submitted_on is None:
        found.append(("project.submit_results", "results_submitted", _("Record the submission of results")))
    if row.accepted_on is not None:
        found.append(("project.correct", "project_correct", _("Correct acceptance and submission")))
    return [
        Choice("", label, "plain", href=reverse(route, args=[row.id]))
        for verb, route, label in found
        if actor.can(verb, owner=owner)
    ]
