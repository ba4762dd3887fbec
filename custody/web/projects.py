"""Projects: the list, and the page that shows a whole chain of custody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custody import models as m
from custody.actions import reports
from custody.terms import CopyState, ProjectState, Text

from . import chains, handoffs, judged
from .base import actor_of, heads, page_of, screen, visible_or_404
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


def table(rows: Iterable[m.Project], empty: str = "") -> Table:
    """Return projects as a table."""
    columns = heads(_("Project"), _("Title"), _("Classification"), _("Owner"), _("State"))
    body = [
        [
            Link(p.code, reverse("project", args=[p.id])),
            p.title,
            level_name(p.level, p.regime),
            party_name(p.owner_party),
            p.state,
        ]
        for p in rows
    ]
    return Table(columns, body, empty=empty or _("No project that you may see."))


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the projects that this reader may see."""
    page = page_of(request, m.Project.objects.visible_to(request.user).select_related("owner_party"))
    return render(
        request, "project/list.html", {"heading": _("Projects"), "table": table(page), "page": page}
    )


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
    copies = m.Copy.objects.visible_to(request.user).filter(item__project=row).select_related(
        "item", "custodian_party", "custodian_person", "system", "offered_in"
    )  # fmt: skip
    page = page_of(request, copies)
    drawn = chains.drawn(request, row, hops, refused, whole=whole)
    context = {
        "crumbs": [Link(_("Projects"), reverse("projects"))],
        "heading": f"{row.code} {row.title}",
        "state": row.state,
        "row": row,
        "facts": _facts(row, whole=whole),
        "picture": drawn,
        "other_form": "outline" if drawn.form == "tidy" else "tidy",
        "copies": _copies(row, page),
        "page": page,
        "handoffs": handoffs.table(here[:SHORT], _("No copies were handed over yet.")),
        "refusals": refusals(refused[:SHORT]),
        "doubts": _doubts(request, row),
        "reports": report_table(m.Report.objects.visible_to(request.user).filter(project=row)[:SHORT]),
        "whole": whole,
        "choices": _choices(request, row, hops),
    }
    return render(request, "project/detail.html", context)


def _choices(request: HttpRequest, row: m.Project, hops: list[m.Hop]) -> list[Choice]:
    """Return the buttons for what this reader may do here."""
    actor = actor_of(request)
    owner = row.owner_party_id
    found: list[Choice] = []
    if row.state is not ProjectState.OPEN:
        return found
    if any(actor.can("handoff.offer", owner=owner, sender=h.from_party_id) for h in hops):
        found.append(_button("handoff_new", row, _("Offer a handoff"), "primary"))
    if actor.can("hop.request", owner=owner, sender=owner):
        found.append(_button("hop_new", row, _("Request a subcontract"), "plain" if found else "primary"))
    if reports.may_request(actor, row):
        found.append(_button("report_new", row, _("Request a report"), "plain" if found else "primary"))
    return found


def _button(route: str, row: m.Project, label: str, weight: Any) -> Choice:
    return Choice("", label, weight, href=reverse(route, args=[row.id]))


def _facts(row: m.Project, *, whole: bool) -> list[Fact]:
    facts = [
        Fact(_("Owner"), party_link(row.owner_party)),
        Fact(_("Regime"), regime_name(row.regime)),
        Fact(_("Highest classification"), level_name(row.level, row.regime)),
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
    return facts


def _copies(row: m.Project, copies: Iterable[m.Copy]) -> Table:
    columns = heads(_("Copy"), _("Item"), _("Classification"), _("Held by"), _("Kept in"), _("State"))
    body = [
        [
            c.code,
            f"{c.item.codename} / {c.number}",
            level_name(c.item.level, row.regime),
            [party_name(c.custodian_party), c.custodian_person.name if c.custodian_person else ""],
            c.system.name if c.system else None,
            Link(c.state, reverse("handoff", args=[c.offered_in_id]))
            if c.state is CopyState.OFFERED
            else c.state,
        ]
        for c in copies
    ]
    return Table(columns, body, empty=_("No copies are numbered yet."))


def refusals(rows: Iterable[m.Refusal]) -> Table:
    """Return refused attempts as a table."""
    columns = heads(_("What"), _("To"), _("Rules"), _("By"), _("When"))
    body = [
        [
            Link(r.verb, reverse("refusal", args=[r.id])),
            party_name(r.to_party) if r.to_party else None,
            judged.codes(r.decision),
            r.attempted_by.name,
            timezone.localdate(r.attempted_at),
        ]
        for r in rows
    ]
    return Table(columns, body, empty=_("Nothing was refused."))


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


def report_table(rows: Iterable[m.Report]) -> Table:
    """Return reports as a table, newest first."""
    languages = {"en": _("English"), "zh": _("Chinese"), "zh-hans": _("Chinese")}
    columns = heads(_("Asked for"), _("Project"), _("Language"), _("By"), _("State"))
    body = [
        [
            Link(r.created_at, reverse("report", args=[r.id])),
            r.project.code,
            languages.get(r.language, r.language),
            r.requested_by.name,
            r.state,
        ]
        for r in rows
    ]
    return Table(columns, body, empty=_("No reports requested yet."))
