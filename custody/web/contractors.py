"""What a party states of itself as a contractor, and its yearly self-inspection: shown, and recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import due
from custody import models as m
from custody.actions import contractors
from custody.actions.base import Outcome
from custody.terms import PartyKind

from .base import actor_of, screen, told_in, visible_or_404
from .forms.contractors import ConditionsForm, InspectionForm
from .names import party_name
from .patterns import Choice, Fact, Link
from .uploads import with_file


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is recorded of a party: who may, its words, what is asked, what is done."""

    verb: str
    label: str | Promise
    lead: str | Promise
    form: Callable[[Any, Any, m.Party], forms.Form]
    do: Callable[..., Outcome]


STEPS: dict[str, Step] = {
    "conditions": Step(
        "party.state_conditions",
        _l("Record its statement on the conditions of a contractor"),
        _l("It takes the place of the statement before. Nobody records that of a party they belong to."),
        ConditionsForm,
        contractors.state_conditions,
    ),
    "inspection": Step(
        "party.inspect",
        _l("Record a self-inspection"),
        _l("Holders of certificates inspect themselves every year."),
        InspectionForm,
        contractors.record_inspection,
    ),
}


def choices(request: HttpRequest, row: m.Party) -> list[Choice]:
    """Return what this reader may record of a party."""
    if row.kind is PartyKind.INDIVIDUAL:
        return []
    actor = actor_of(request)
    member = row.id != actor.house and actor.stands_for(row.id)
    return [
        Choice("", step.label, href=reverse(f"party_{name}", args=[row.id]))
        for name, step in STEPS.items()
        if actor.can(step.verb) and not (name == "conditions" and member)
    ]


def facts(row: m.Party) -> list[Fact]:
    """Return what a party has stated, and when it inspected itself; nothing of an individual."""
    if row.kind is PartyKind.INDIVIDUAL:
        return []
    return [
        Fact(_("Established on"), row.established_on),
        Fact(_("Conditions stated on"), row.conditions_on, note=row.conditions_evidence),
        Fact(_("No leak or conviction within a year"), row.clean_record),
        Fact(_("All staff are PRC nationals"), row.prc_staff),
        Fact(_("Last self-inspection"), row.inspected_on, note=row.inspection_evidence),
    ]


def overdue(row: m.Party) -> str:
    """Return that a party's self-inspection is overdue and since when; empty when it is not."""
    today = timezone.localdate()
    found = due.inspections(today).filter(id=row.id, inspection_due__lt=today).first()
    if found is None:
        return ""
    return _("Its yearly self-inspection was due by %(day)s.") % {"day": found.inspection_due.isoformat()}


@screen("GET", "POST")
def record(request: HttpRequest, party: UUID, step: str) -> HttpResponse:
    """Record a statement or a self-inspection of a party."""
    doing = STEPS[step]
    row = visible_or_404(m.Party.objects, request, party)
    actor = actor_of(request)
    actor.require(doing.verb)
    typed, came = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = doing.form(typed, came, row)
    page = reverse("party", args=[row.id])
    if form.is_bound and form.is_valid():
        with told_in(form):
            doing.do(actor, party=row.id, **with_file(form.cleaned_data))
            return redirect(page)
    context = {
        "crumbs": [Link(_("Parties"), reverse("parties")), Link(party_name(row), page)],
        "heading": doing.label,
        "lead": doing.lead,
        "form": form,
        "submit": _("Record"),
        "cancel": page,
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)
