"""Projects: the list, and the page that shows a whole chain of custody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import overriding, reports
from custody.actions.base import Actor
from custody.filters import ProjectFilter
from custody.regions import name as region_name
from custody.terms import LapseNoun, ProjectState, Text

from . import (
    access,
    blanks,
    chains,
    copies,
    corrections,
    destructions,
    ending,
    field_permits,
    handoffs,
    holdings,
    incidents,
    lapses,
    looks,
    moves,
    objections,
    offers,
    opening,
    refusals,
    register_prints,
    results,
    samples,
    stocktakes,
    visits,
)
from . import reports as report_pages
from .base import actor_of, heads, page_of, screen, visible_or_404
from .listing import List, Listed, Shown
from .names import (
    category_names,
    doubt_name,
    level_name,
    party_link,
    party_name,
    qualification_name,
    regime_name,
)
from .patterns import Choice, Fact, Link, Table

SHORT = 20


class ProjectTable(Listed):
    """Projects, by code."""

    related = ("owner_party", "client_party")
    code = Shown(_l("Project"), lambda p: Link(p.code, reverse("project", args=[p.id])), "code")
    title = Shown(_l("Title"), lambda p: p.title, "title")
    level = Shown(_l("Classification"), lambda p: level_name(p.level, p.regime), ("regime", "level"))
    owner = Shown(_l("Owner"), lambda p: party_name(p.owner_party), "owner_party__name")
    state = Shown(_l("State"), lambda p: p.state, "state")
    regime = Shown(_l("Regime"), lambda p: regime_name(p.regime), "regime", first=False)
    opened = Shown(_l("Opened"), lambda p: timezone.localdate(p.created_at), "created_at", first=False)


PROJECTS = List("projects", _l("Projects"), ProjectFilter, ProjectTable, _l("No project that you may see."))


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the projects that this reader may see."""
    may = actor_of(request).can("project.open")
    choices = [Choice("", _("Open a project"), "primary", href=reverse("project_new"))] if may else []
    return PROJECTS.answer(request, m.Project.objects.visible_to(request.user), choices=choices)


@screen()
def detail(request: HttpRequest, project: UUID) -> HttpResponse:
    """Show a project: facts, chain, copies, handoffs, refusals, doubts, reports, and what may be done."""
    row = visible_or_404(
        m.Project.objects.select_related("owner_party", "client_party", "ultimate_client_party"),
        request,
        project,
    )
    whole = m.Project.objects.whole_for(request.user).filter(id=row.id).exists()
    hops = chains.hops_of(request, row)
    refused = chains.refusals_of(request, row)
    here = m.Handoff.objects.visible_to(request.user).filter(project=row)
    held = m.Copy.objects.visible_to(request.user).filter(item__project=row)
    page = page_of(request, copies.told(request, held))
    drawn = chains.drawn(request, row, hops, refused, whole=whole)
    context = {
        "crumbs": [Link(_("Projects"), reverse("projects"))],
        "heading": f"{row.code} {row.title}",
        "state": row.state,
        "row": row,
        "facts": _facts(row, whole=whole),
        "picture": drawn,
        "other_form": "outline" if drawn.form == "tidy" else "tidy",
        "copies": copies.table(list(page)),
        "page": page,
        "handoffs": handoffs.table(here[:SHORT], _("No copies were handed over yet.")),
        "refusals": refusals.table(refused[:SHORT]),
        "doubts": _doubts(request, row),
        "reports": report_pages.table(m.Report.objects.visible_to(request.user).filter(project=row)[:SHORT]),
        "whole": whole,
        "choices": _choices(request, row, hops),
        "sections": [
            *refusals.before_opening(request, row),
            *access.readers(request, row),
            *ending.beside(request, row),
            *lapses.about(request, LapseNoun.PROJECT, row.id),
            *visits.sections(request, row),
            *field_permits.of_project(request, row),
            *destructions.of_project(request, row),
            *incidents.of_project(request, row),
            *stocktakes.of_project(request, row),
            *objections.of_project(request, row),
            *samples.of_project(request, row),
        ],
        "history": corrections.history(request, row),
        "items": corrections.items(request, row),
        "corrections": corrections.of_items(request, row),
    }
    return render(request, "project/detail.html", context)


def _choices(request: HttpRequest, row: m.Project, hops: list[m.Hop]) -> list[Choice]:
    """Return the buttons for what this reader may do here."""
    actor = actor_of(request)
    owner = row.owner_party_id
    found: list[Choice] = []
    had = holdings.link(_("Who held or read what"), project=row.id)
    if row.state is not ProjectState.OPEN:
        may = reports.may_request(actor, row)
        if may:
            found.append(_button("report_new", row, _("Request a report"), "primary"))
        return [
            *found,
            *results.choices(actor, row),
            *_region(actor, row),
            *destructions.button(request, row),
            *incidents.button(request, row),
            *samples.button(request, row),
            *objections.button(request, row),
            *register_prints.link(request, row),
            had,
            *looks.link(request, owner, project=row.id),
        ]
    if any(actor.can("handoff.offer", owner=owner, sender=h.from_party_id) for h in hops):
        found.append(_button("handoff_new", row, _("Offer a handoff"), "primary"))
        if last := offers.newest(request, row):
            found.append(Choice("", _("Repeat my last handoff"), href=offers.again(request, last)))
    found += moves.choices(request, row)
    if actor.can("hop.request", owner=owner, sender=owner):
        found.append(_button("hop_new", row, _("Request a subcontract"), "plain" if found else "primary"))
    if actor.can("item.register", owner=owner):
        found.append(_button("item_new", row, _("Register an item"), "plain" if found else "primary"))
    if actor.can("override.ask", owner=owner) and overriding.overridable(row):
        found.append(_button("override_new", row, _("Ask for an override"), "plain"))
    if reports.may_request(actor, row):
        found.append(_button("report_new", row, _("Request a report"), "plain" if found else "primary"))
    return [
        *found,
        *visits.button(request, row),
        *destructions.button(request, row),
        *incidents.button(request, row),
        *samples.button(request, row),
        *objections.button(request, row),
        *results.choices(actor, row),
        *ending.choices(request, row),
        *_region(actor, row),
        *opening.button(request, row),
        *blanks.link(request, row),
        *register_prints.link(request, row),
        had,
        *looks.link(request, owner, project=row.id),
    ]


def _region(actor: Actor, row: m.Project) -> list[Choice]:
    """Return the way to record where it is done; for whoever gives leave to read."""
    return (
        [_button("project_region", row, _("Record the region"), "plain")]
        if actor.can("project.locate")
        else []
    )


def _button(route: str, row: m.Project, label: str, weight: Any) -> Choice:
    return Choice("", label, weight, href=reverse(route, args=[row.id]))


def _facts(row: m.Project, *, whole: bool) -> list[Fact]:
    facts = [
        Fact(_("Owner"), party_link(row.owner_party)),
        Fact(_("Regime"), regime_name(row.regime)),
        Fact(_("Highest classification"), level_name(row.level, row.regime)),
        Fact(_("Region"), region_name(row.region) if row.region else None),
    ]
    if not whole:
        return facts
    asked = (
        qualification_name(row.qualification_type, row.qualification_grade)
        if row.qualification_type
        else None
    )
    money = f"{row.contract_value:,.2f} {row.currency}" if row.contract_value is not None else None
    facts += [
        Fact(_("Client"), party_link(row.client_party)),
        Fact(_("Qualification asked for"), asked),
        Fact(_("Categories of work"), category_names(row.categories, row.qualification_type)),
        Fact(_("Contract"), row.contract_number, note=row.contract_signed or ""),
        Fact(_("Contract value"), money),
    ]
    if row.ultimate_client_party_id and row.ultimate_client_party_id != row.client_party_id:
        facts.insert(4, Fact(_("Ultimate client"), party_link(row.ultimate_client_party)))
    return [*facts, *results.facts(row)]


def _doubts(request: HttpRequest, row: m.Project) -> Table | None:
    rows = m.Doubt.objects.visible_to(request.user).filter(project=row).select_related("party", "hop")
    columns = heads(_("Doubt"), _("About"), _("What was seen"), _("Place in the file"))
    body = [
        [
            doubt_name(d.code),
            party_link(d.party)
            if d.party
            else (Link(_("Subcontract"), reverse("hop", args=[d.hop_id])) if d.hop_id else None),
            Text(d.text_en, d.text_zh),
            d.position,
        ]
        for d in rows[:200]
    ]
    return Table(columns, body) if body else None
