"""Visits, exchanges and joint research: asking for one, and the page of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from custody import models as m
from custody.actions import visits as actions
from custody.actions.base import NotPermitted, done_before
from custody.terms import ProjectState, Verb
from custody.transitions import VISIT

from . import entries, judged
from .base import actor_of, heads, screen, signed_in, token_of, told_in, visible_or_404, words
from .forms.visits import LISTED, EndForm, VisitForm
from .names import level_name, party_link, party_name, project_crumbs
from .patterns import Choice, Fact, Link, Section, Table


def button(request: HttpRequest, project: m.Project) -> list[Choice]:
    """Return the way to ask for a visit, where this reader may."""
    if project.state is not ProjectState.OPEN or not _places(request, project):
        return []
    return [Choice("", _("Ask for a visit"), href=reverse("visit_new", args=[project.id]))]


def _places(request: HttpRequest, project: m.Project) -> list[tuple[str, str]]:
    """Return where this reader may ask for a visit: at the owner, at receiving parties; none, nowhere."""
    actor, owner = actor_of(request), project.owner_party_id
    hops = m.Hop.objects.visible_to(request.user).filter(project=project).select_related("to_party")
    found = [("", words(party_name(project.owner_party)))] if actor.can("visit.request", owner=owner) else []
    return found + [
        (str(hop.id), words(party_name(hop.to_party)))
        for hop in hops[:LISTED]
        if actor.can("visit.request", owner=owner, receiver=hop.to_party_id)
    ]


def sections(request: HttpRequest, project: m.Project) -> list[Section]:
    """Return the visits of a project that this reader may see; nothing without any."""
    rows = list(m.Visit.objects.visible_to(request.user).filter(project=project).select_related("host")[:50])
    body = [
        [
            Link(v.kind, reverse("visit", args=[v.id])),
            v.starts,
            v.ends,
            party_name(v.host),
            _count(v),
            v.state,
        ]
        for v in rows
    ]
    columns = heads(_("Kind"), _("First day"), _("Last day"), _("At"), _("Visitors"), _("State"))
    return [Section(_("Visits"), Table(columns, body))] if body else []


def _count(row: m.Visit) -> int | None:
    return None if row.guests is None else len(row.people) + len(row.guests)


@screen("GET", "POST")
def new(request: HttpRequest, project: UUID) -> HttpResponse:
    """Ask for a visit; the rules allow it at once, or it is refused and recorded."""
    row = visible_or_404(m.Project.objects.select_related("owner_party"), request, project)
    actor = actor_of(request)
    places = _places(request, row)
    if not places:
        raise NotPermitted("visit.request")
    form = VisitForm(
        request.POST if request.method == "POST" else None,
        user=signed_in(request),
        project=row,
        places=places,
    )
    token = token_of(request)
    if request.method == "POST" and token and (done := done_before(actor, token, "visit.request")):
        return _lead(done)
    if form.is_bound and form.is_valid():
        with told_in(form):
            return _lead(actions.request(actor, project=row.id, asked=form.asked(), submission=token))
    context = {
        "crumbs": project_crumbs(row),
        "heading": _("Ask for a visit"),
        "lead": _("The rules decide at once. A request that they refuse is recorded, with the reason."),
        "form": form,
        "choices": [Choice("do", _("Send the request"), "primary", "step")],
        "cancel": reverse("project", args=[row.id]),
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)


def _lead(outcome: Any) -> HttpResponse:
    return redirect("refusal" if outcome.state == "refused" else "visit", outcome.object.id)


@screen("GET", "POST")
def detail(request: HttpRequest, visit: UUID) -> HttpResponse:
    """Show a visit, who comes and what the rules said; end it."""
    rows = m.Visit.objects.select_related("project", "host", "requested_by", "hop")
    row = visible_or_404(rows, request, visit)
    actor = actor_of(request)
    may = (row.state, "end") in VISIT and actor.can(
        "visit.end", owner=row.project.owner_party_id, receiver=row.host_id
    )
    posted = request.method == "POST"
    if posted:
        actor.require("visit.end", owner=row.project.owner_party_id, receiver=row.host_id)
    form = EndForm(request.POST if posted else None, row)
    token = token_of(request)
    if posted and token and done_before(actor, token, "visit.end"):
        return redirect("visit", row.id)
    if form.is_bound and form.is_valid():
        with told_in(form):
            given = dict(form.cleaned_data)
            actions.end(replace(actor, expects=given.pop("seen")), visit=row.id, **given)
            return redirect("visit", row.id)
    asked = m.Decision.objects.filter(project=row.project_id, verb=Verb.VISIT_REQUEST)
    decision = asked.filter(entry=row.entry).first()  # once it has ended the ledger tells it
    context = {
        "crumbs": project_crumbs(row.project),
        "heading": words(row.kind.text),
        "state": row.state,
        "facts": _facts(request, row),
        "visitors": _visitors(request, row),
        "checks": judged.stored(request, decision, row.project, row.host_id) if decision else [],
        "form": form if may or form.errors else None,
        "choices": [Choice("do", _("Record the end"), "primary", "step")],
        "entry_state": entries.state_of(row.entry),
    }
    return render(request, "project/visit.html", context, status=422 if form.errors else 200)


def _facts(request: HttpRequest, row: m.Visit) -> list[Fact]:
    items = m.Item.objects.visible_to(request.user).filter(id__in=row.items)
    return [
        Fact(_("At"), party_link(row.host)),
        Fact(_("What for"), row.purpose),
        Fact(_("First day"), row.starts),
        Fact(_("Last day"), row.ends),
        Fact(_("Highest classification"), level_name(row.level, row.project.regime)),
        Fact(
            _("Items that are seen"), [Link(i.codename, reverse("item", args=[i.id])) for i in items] or None
        ),
        Fact(_("Approval of the authority"), row.approval_reference or None, note=row.approved_on or ""),
        Fact(_("Requested by"), row.requested_by.name),
        Fact(_("Ended on"), row.ended_on),
        Fact(_("What was seen"), row.remark or None),
    ]


def _visitors(request: HttpRequest, row: m.Visit) -> Table:
    people = m.Person.objects.visible_to(request.user).filter(id__in=row.people)
    parties = m.Party.objects.in_bulk([g["party"] for g in row.guests or () if g["party"]])
    body: list[Any] = [[p.name, ", ".join(p.citizenships or ()), None] for p in people]
    body += [
        [
            g["name"],
            ", ".join(g["citizenships"] or ()),
            party_link(parties[UUID(g["party"])]) if g["party"] else None,
        ]
        for g in row.guests or ()
    ]
    erased = _("The names of guests were erased.") if row.guests is None else ""
    return Table(heads(_("Name"), _("Citizenships"), _("For which party")), body, empty=erased)
