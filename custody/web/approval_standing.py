"""The standing of an approval: suspending it and lifting that, and what rests on it.

Each is filled in, checked beside what would stop, then done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody import recall
from custody.actions import standing as actions
from custody.actions.base import Outcome, done_before
from custody.transitions import APPROVAL, HOP

from . import copies, handoffs
from .base import actor_of, screen, token_of, told_in, visible_or_404
from .forms.amendment import SeenReason
from .names import party_name, project_crumbs
from .patterns import Choice, Link, Section, answers
from .standing import hops, section


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on an approval: its words, what it does, and whether it stops anything."""

    verb: str
    label: str | Promise
    do: Callable[..., Outcome]
    lead: str | Promise
    stops: bool = True


STEPS: dict[str, Step] = {
    "suspend": Step(
        "hop.suspend",
        _l("Suspend the approval"),
        actions.suspend,
        _l("Nothing passes this subcontract or those below it from now on, until the suspension is lifted."),
    ),
    "lift": Step(
        "hop.lift",
        _l("Lift the suspension"),
        actions.lift,
        _l(
            "The approval counts again at once, as it was granted. Whoever asked for the subcontract or "
            "belongs to a party of it cannot do this."
        ),
        stops=False,
    ),
}


def choices(request: HttpRequest, row: m.Approval) -> list[Choice]:
    """Return what this reader may do now about the standing of an approval."""
    actor = actor_of(request)
    return [
        Choice(
            "",
            step.label,
            "danger" if step.stops else "primary",
            href=reverse(f"approval_{verb}", args=[row.id]),
        )
        for verb, step in STEPS.items()
        if (row.state, verb) in APPROVAL
        and (row.hop.state, verb) in HOP
        and actor.can(step.verb, owner=row.hop.project.owner_party_id)
    ]


@screen("GET", "POST")
def change(request: HttpRequest, id: UUID, verb: str) -> HttpResponse:
    """Change the standing of an approval: the reason, then what it stops, then it is done."""
    rows = m.Approval.objects.select_related("hop__project", "hop__to_party")
    row = visible_or_404(rows, request, id)
    page, step, actor = reverse("approval", args=[row.id]), STEPS[verb], actor_of(request)
    actor.require(step.verb, owner=row.hop.project.owner_party_id)
    form = SeenReason(request.POST if request.method == "POST" else None, row)
    asked = request.POST.get("step", "")
    token = token_of(request)
    if asked == "do" and token and done_before(actor, token, step.verb):
        return redirect(page)
    context: dict[str, Any] = {
        "crumbs": [*project_crumbs(row.hop.project), Link(party_name(row.hop.to_party), page)],
        "heading": step.label,
        "lead": step.lead,
        "cancel": page,
        "form": form,
    }
    if form.is_bound and form.is_valid() and asked != "change":
        with told_in(form):
            if asked == "do":
                sure = replace(actor, expects=form.cleaned_data["seen"])
                step.do(sure, approval=row.id, reason=form.cleaned_data["reason"])
                return redirect(page)
            return render(request, "approval/standing.html", context | _checked(request, row, step, form))
    context["choices"] = [Choice("check", _("Continue"), "primary", "step")]
    wrong = form.is_bound and bool(form.errors)
    return render(request, "correction/form.html", context, status=422 if wrong else 200)


def _checked(request: HttpRequest, row: m.Approval, step: Step, form: SeenReason) -> dict[str, Any]:
    return {
        "answers": answers(form),
        "stops": step.stops,
        "sections": resting(request, row) if step.stops else [],
        "choices": [
            Choice("do", step.label, "danger" if step.stops else "primary", "step"),
            Choice("change", _("Change the answers"), "plain", "step"),
        ],
    }


def resting(request: HttpRequest, row: m.Approval) -> list[Section]:
    """Return what rests on an approval, with numbers, as far as this reader may see it."""
    found = recall.beyond(row.hop).visible_to(request.user)
    project = f"?project={row.hop.project_id}"
    return [
        section(
            _("Open offers, which can no longer be accepted"),
            found.offers,
            handoffs.table,
            reverse("handoffs") + project,
        ),
        section(
            _("Subcontracts over which nothing more passes"),
            found.hops,
            hops,
            reverse("project", args=[row.hop.project_id]),
        ),
        section(
            _("Copies that lie beyond; they stay where they are"),
            found.copies,
            copies.table,
            reverse("copies") + project,
        ),
    ]
