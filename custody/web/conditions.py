"""Conditions of approvals: the list on a page, and showing, confirming, sending back or waiving one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import conditions as actions
from custody.actions.base import Actor, Outcome, done_before
from custody.terms import ApprovalState
from custody.transitions import CONDITION

from .base import actor_of, heads, screen, token_of, told_in, visible_or_404, words
from .forms.conditions import SettleForm, ShowForm
from .names import party_name, project_crumbs
from .patterns import Choice, Fact, Link, Section, Table
from .uploads import with_file

SHORT = 10
_Form = type[ShowForm] | type[SettleForm]


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on a condition: its words, its form, and what does it."""

    label: str | Promise
    lead: str | Promise
    form: _Form
    do: Callable[..., Outcome]
    weight: Literal["primary", "danger"] = "primary"


STEPS: dict[str, Step] = {
    "show": Step(
        _l("Show that it is met"),
        _l("An officer has to confirm it. Until then the condition is not met."),
        ShowForm,
        actions.show,
    ),
    "confirm": Step(
        _l("Confirm that it is met"),
        _l("Not by who showed it, asked for the subcontract or belongs to a party of it."),
        SettleForm,
        actions.confirm,
    ),
    "return": Step(
        _l("Do not accept it"), _l("The condition is open again."), SettleForm, actions.send_back, "danger"
    ),
    "waive": Step(
        _l("Waive the condition"),
        _l(
            "It bars nothing any more. Not by who showed it, asked for the subcontract or belongs to a party "
            "of it."
        ),
        SettleForm,
        actions.waive,
        "danger",
    ),
}


def table(request: HttpRequest, approval: m.Approval) -> Table | None:
    """Return the conditions of an approval with what this reader may do about each; None without any."""
    rows = approval.conditions.select_related("set_by", "shown_by", "settled_by")
    body = [[r.number, r.text, r.type, r.due, r.state, _told(r), _steps(request, approval, r)] for r in rows]
    if not body:
        return None
    return Table(
        heads(_("No."), _("Condition"), _("When"), _("To be met by"), _("State"), _("Shown"), _("To do")),
        body,
    )


def _told(row: m.Condition) -> list[Any]:
    lines = [row.evidence, row.paper, row.sha256, row.reason]
    people = [person.name for person in (row.shown_by, row.settled_by) if person]
    return [line for line in [*lines, *people] if line]


def _steps(request: HttpRequest, approval: m.Approval, row: m.Condition) -> list[Link]:
    return [
        Link(step.label, reverse(f"condition_{verb}", args=[row.id]))
        for verb, step in STEPS.items()
        if (row.state, verb) in CONDITION and _may(actor_of(request), verb, approval.hop)
    ]


def _may(actor: Actor, verb: str, hop: m.Hop) -> bool:
    return actor.can(f"condition.{verb}", owner=hop.project.owner_party_id, sender=hop.from_party_id)


@screen("GET", "POST")
def act(request: HttpRequest, id: UUID, verb: str) -> HttpResponse:
    """Show that a condition is met, or settle it, on a page of its own."""
    rows = m.Condition.objects.select_related("approval__hop__project", "approval__hop__to_party")
    row = visible_or_404(rows, request, id)
    step, actor, hop = STEPS[verb], actor_of(request), row.approval.hop
    name = f"condition.{verb}"
    actor.require(name, owner=hop.project.owner_party_id, sender=hop.from_party_id)
    page = reverse("approval", args=[row.approval_id])
    typed, came = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form: forms.Form = step.form(typed, came, row)
    token = token_of(request)
    if request.method == "POST" and token and done_before(actor, token, name):
        return redirect(page)
    if form.is_bound and form.is_valid():
        with told_in(form):
            given = with_file(form.cleaned_data)
            step.do(replace(actor, expects=given.pop("seen")), condition=row.id, **given)
            return redirect(page)
    context = {
        "crumbs": [*project_crumbs(hop.project), Link(party_name(hop.to_party), page)],
        "heading": step.label,
        "lead": step.lead,
        "facts": [
            Fact(_("Condition"), row.text),
            Fact(_("When"), row.type),
            Fact(_("To be met by"), row.due),
            Fact(_("State"), row.state),
            Fact(_("Shown"), _told(row) or None),
        ],
        "form": form,
        "choices": [Choice("do", step.label, step.weight, "step")],
        "cancel": page,
    }
    return render(request, "approval/condition.html", context, status=422 if form.errors else 200)


def waiting(request: HttpRequest) -> Section | None:
    """Return the conditions of approvals in force that are not settled, by their day; None without any."""
    rows = m.Condition.objects.visible_to(request.user).open().filter(approval__state=ApprovalState.GRANTED)
    related = "approval__hop__project", "approval__hop__to_party"
    found = list(rows.select_related(*related).order_by("due", "set_on", "id")[: SHORT + 1])
    if not found:
        return None
    body = [
        [
            Link(r.text, reverse("approval", args=[r.approval_id])),
            r.approval.hop.project.code,
            words(party_name(r.approval.hop.to_party)),
            r.due,
            r.state,
        ]
        for r in found[:SHORT]
    ]
    return Section(
        _l("Conditions to be met"),
        Table(heads(_("Condition"), _("Project"), _("Receiving party"), _("To be met by"), _("State")), body),
        reverse("approvals") + "?conditions=open",
        more=len(found) > SHORT,
    )
