"""The standing of a certificate: suspending, reinstating, downgrading, revoking it, and what rests on it.

Each is filled in, checked beside what would stop and what is to be called back, then done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody import recall
from custody.actions import qualifications as actions
from custody.actions.base import Outcome, done_before
from custody.terms import HandoffState
from custody.transitions import QUALIFICATION

from . import copies, handoffs
from .base import actor_of, heads, screen, token_of, told_in, visible_or_404
from .forms.party import StandingForm
from .names import party_name, qualification_name
from .patterns import Choice, Fact, Link, Section, Table, answers

SHORT = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on a certificate: its words, what it does, and whether it stops anything."""

    verb: str
    label: str | Promise
    do: Callable[..., Outcome]
    lead: str | Promise
    stops: bool = True


STEPS: dict[str, Step] = {
    "reinstate": Step(
        "qualification.reinstate",
        _l("End the suspension"),
        actions.reinstate,
        _l("It counts again at once, as it did before. Whoever recorded or corrected it cannot do this."),
        stops=False,
    ),
    "suspend": Step(
        "qualification.suspend",
        _l("Suspend"),
        actions.suspend,
        _l("It stops counting at once, until the suspension is ended."),
    ),
    "downgrade": Step(
        "qualification.downgrade",
        _l("Downgrade"),
        actions.downgrade,
        _l("It stops counting at once, until somebody else has verified it at its lower grade."),
    ),
    "revoke": Step(
        "qualification.revoke",
        _l("Revoke"),
        actions.revoke,
        _l("It stops counting at once and for good."),
    ),
}


def choices(request: HttpRequest, row: m.Qualification) -> list[Choice]:
    """Return what this reader may do now about the standing of a certificate."""
    actor = actor_of(request)
    return [
        Choice(
            "",
            step.label,
            "danger" if step.stops else "primary",
            href=reverse(f"qualification_{verb}", args=[row.id]),
        )
        for verb, step in STEPS.items()
        if (row.state, verb) in QUALIFICATION
        and actor.can(step.verb)
        and (verb != "downgrade" or actions.lower_grades(row))
    ]


@screen("GET", "POST")
def change(request: HttpRequest, id: UUID, verb: str) -> HttpResponse:
    """Change the standing of a certificate: the reason, then what it stops, then it is done."""
    row = visible_or_404(m.Qualification.objects.select_related("party"), request, id)
    page, step, actor = reverse("qualification", args=[row.id]), STEPS[verb], actor_of(request)
    actor.require(step.verb)
    grades = actions.lower_grades(row) if verb == "downgrade" else None
    data = request.POST if request.method == "POST" else None
    form = StandingForm(data, row, grades, may_be_void=verb == "revoke")
    asked = request.POST.get("step", "")
    token = token_of(request)
    if asked == "do" and token and done_before(actor, token, step.verb):
        return redirect(page)
    context: dict[str, Any] = {
        "crumbs": [
            Link(party_name(row.party), reverse("party", args=[row.party_id])),
            Link(qualification_name(row.type, row.grade), page),
        ],
        "heading": step.label,
        "lead": step.lead,
        "cancel": page,
        "form": form,
    }
    if form.is_bound and form.is_valid() and asked != "change":
        with told_in(form):
            if asked == "do":
                sure = replace(actor, expects=form.cleaned_data["seen"])
                step.do(sure, qualification=row.id, **form.given())
                return redirect(page)
            return render(request, "party/standing.html", context | _checked(request, row, verb, form))
    context["choices"] = [Choice("check", _("Continue"), "primary", "step")]
    wrong = form.is_bound and bool(form.errors)
    return render(request, "correction/form.html", context, status=422 if wrong else 200)


def _checked(request: HttpRequest, row: m.Qualification, verb: str, form: StandingForm) -> dict[str, Any]:
    step = STEPS[verb]
    return {
        "answers": answers(form),
        "stops": step.stops,
        "sections": resting(request, row) if step.stops else [],
        "choices": [
            Choice("do", step.label, "danger" if step.stops else "primary", "step"),
            Choice("change", _("Change the answers"), "plain", "step"),
        ],
    }


def stands(row: m.Qualification) -> list[Fact]:
    """Return since when, by whom and why a certificate counts no more; nothing for one that does."""
    last = m.Correction.objects.of(row).select_related("person").last()
    if row.state not in recall.STOPPED or last is None:
        return []
    by = last.person.name if last.person else None
    return [Fact(row.state.text, by, note=last.created_at), Fact(_("Reason"), last.reason)]


def resting(request: HttpRequest, row: m.Qualification) -> list[Section]:
    """Return what rests on a certificate, with numbers, as far as this reader may see it."""
    found = recall.resting(row).visible_to(request.user)
    offers = {"state": HandoffState.OFFERED.value, "q": row.party.name}
    return [
        section(
            _("Copies that it holds, to be called back"),
            found.copies,
            copies.table,
            f"{reverse('copies')}?custodian_party={row.party_id}",
        ),
        section(
            _("Open offers to it, which it can no longer accept"),
            found.offers,
            handoffs.table,
            f"{reverse('handoffs')}?{urlencode(offers)}",
        ),
        section(
            _("Subcontracts to it, over which nothing more passes"),
            found.hops,
            hops,
            reverse("party", args=[row.party_id]),
        ),
    ]


def section(title: str, rows: Any, table: Callable[[Any], Table], href: str) -> Section:
    """Return the first of some rows under their number, with a way to all."""
    count = rows.count()
    return Section(f"{title} ({count})", table(rows[:SHORT]) if count else None, href, more=count > SHORT)


def hops(rows: Any) -> Table:
    """Return subcontracts as a short table."""
    columns = heads(_("Subcontract"), _("From"), _("Work"), _("Last day"))
    body = [
        [Link(h.project.code, reverse("hop", args=[h.id])), party_name(h.from_party), h.scope, h.ends]
        for h in rows.select_related("project", "from_party")
    ]
    return Table(columns, body)
