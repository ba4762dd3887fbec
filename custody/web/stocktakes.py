"""Stocktakes: the list, opening one, its page, the acts that end it, and what became of its differences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.debug import sensitive_post_parameters

from custody import models as m
from custody import record, stock
from custody.actions import stocktaking
from custody.actions.base import Actor, NotPermitted, Outcome, done_before
from custody.filters import StocktakeFilter
from custody.models.stocktake import UNDER_WAY
from custody.terms import Counted, Difference, ReportKind, Role, StocktakeState
from custody.transitions import DIFFERENCE, STOCKTAKE, NotNow

from . import entries, incidents, reports
from .base import actor_of, heads, screen, signed_in, token_of, told_in, visible_or_404, words
from .forms.stocktakes import CancelForm, OpenForm, RecountForm, SettleForm, SignForm
from .listing import List, Listed, Shown
from .names import party_name
from .patterns import Choice, Fact, Link, Section, Table

SHORT, FEW = 200, 10
_OPENING = (Role.MANAGER, Role.CUSTODIAN)


class StocktakeTable(Listed):
    """Stocktakes, the newest first."""

    related = ("party", "project", "system")
    opened_on = Shown(
        _l("Begun"), lambda s: Link(s.opened_on, reverse("stocktake", args=[s.id])), "opened_on"
    )
    party = Shown(_l("Party"), lambda s: party_name(s.party), "party__name")
    project = Shown(
        _l("Project"), lambda s: s.project.code if s.project else _("All projects"), "project__code"
    )
    system = Shown(_l("Place"), lambda s: s.system.name if s.system else None, "system__name", first=False)
    expected = Shown(_l("Expected"), lambda s: s.expected, "expected")
    missing = Shown(_l("Missing"), lambda s: (s.counts or {}).get("missing", 0) if s.counts else None)
    state = Shown(_l("State"), lambda s: s.state, "state")
    closed_on = Shown(_l("Signed on"), lambda s: s.closed_on, "closed_on", first=False)


STOCKTAKES = List(
    "stocktakes", _l("Stocktakes"), StocktakeFilter, StocktakeTable, _l("No stocktake that you may see.")
)


def _may_open(actor: Actor) -> bool:
    """Return whether a reader may open a stocktake of some party."""
    return any(role in _OPENING for _party, role in actor.memberships)


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the stocktakes that this reader may see."""
    choices = []
    if _may_open(actor_of(request)):
        choices.append(Choice("", _("Open a stocktake"), "primary", href=reverse("stocktake_new")))
    return STOCKTAKES.answer(request, m.Stocktake.objects.visible_to(request.user), choices=choices)


def last_seen(request: HttpRequest, copy: m.Copy) -> list[Fact]:
    """Return how a copy was found at its last stocktake, as far as this reader may see; nothing without."""
    lines = m.StocktakeLine.objects.visible_to(request.user).filter(copy=copy)
    line = lines.exclude(stocktake__state=StocktakeState.CANCELLED).select_related("stocktake")
    if (last := line.order_by("-created_at").first()) is None:
        return []
    href = reverse("stocktake", args=[last.stocktake_id])
    return [
        Fact(_("Last stocktake"), last.found, href=href, note=last.difference or last.stocktake.opened_on)
    ]


def of_project(request: HttpRequest, project: m.Project) -> list[Section]:
    """Return the stocktakes of a project, and those of all that a party holds which met copies of it, as far
    as this reader may see them; nothing without any."""
    met = m.StocktakeLine.objects.filter(stocktake=OuterRef("pk"), copy__item__project=project)
    rows = m.Stocktake.objects.visible_to(request.user).filter(
        Q(project=project) | Q(project__isnull=True) & Exists(met)
    )
    found = list(StocktakeTable.whole(rows)[: FEW + 1])
    listed = f"{reverse('stocktakes')}?{urlencode({'project': project.id})}"
    table = StocktakeTable.short(found[:FEW])
    return [Section(_("Stocktakes"), table, listed, more=len(found) > FEW)] if found else []


def to_hold(request: HttpRequest) -> Section | None:
    """Return what this reader's parties are to count within 30 days, or should have counted (rule INV-01)."""
    user = signed_in(request)
    ends = timezone.localdate() + dt.timedelta(days=30)
    found = [one for one in stock.holdings(timezone.now(), user.party_ids()) if one.due <= ends]
    parties = m.Party.objects.in_bulk({one.party for one in found})
    projects = m.Project.objects.visible_to(user).in_bulk({one.project for one in found})
    actor = actor_of(request)
    body: list[Any] = []
    for one in found:
        if (project := projects.get(one.project)) is None:
            continue
        asked = urlencode({"party": one.party, "project": one.project})
        link = Link(project.code, f"{reverse('stocktake_new')}?{asked}")
        first = link if actor.can("stocktake.open", holder=one.party) else project.code
        body.append([first, party_name(parties[one.party]), one.counted_on or _("never"), one.due])
    columns = heads(_("Project"), _("Party"), _("Last counted"), _("To be counted by"))
    return Section(_("Copies to be counted"), Table(columns, body[:SHORT])) if body else None


@screen("GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """Freeze the list of what a party is to hold, and begin to count it."""
    actor, token = actor_of(request), token_of(request)
    if not _may_open(actor):
        raise NotPermitted("stocktake.open")
    if request.method == "POST" and token and (done := done_before(actor, token, "stocktake.open")):
        return redirect("stocktake", done.object.id)
    given = {name: request.GET.get(name, "") for name in ("party", "project", "system")}
    given |= {"counter": str(actor.person)}
    form = OpenForm(request.POST if request.method == "POST" else None, signed_in(request), given)
    if form.is_bound and form.is_valid():
        with told_in(form):
            made = stocktaking.open_stocktake(actor, asked=form.asked())
            return redirect("stocktake", made.object.id)
    context = {
        "crumbs": [Link(_("Stocktakes"), reverse("stocktakes"))],
        "heading": _("Open a stocktake"),
        "lead": _("The list of what is to be there is frozen now, and recorded. Then it is counted."),
        "form": form,
        "choices": [Choice("do", _("Freeze the list and begin"), "primary", "step")],
        "cancel": reverse("stocktakes"),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on a stocktake: its words, its permission, its form, and what does it."""

    label: str | Promise
    verb: str
    do: Callable[..., Outcome]
    weight: Literal["primary", "danger"]
    lead: str | Promise


STEPS: dict[str, Step] = {
    "recount": Step(
        _l("Begin the second count"), "stocktake.recount", stocktaking.recount, "primary",
        _l("What was not seen is looked for once more. What is not seen then is missing."),
    ),
    "close": Step(
        _l("Sign the result"), "stocktake.close", stocktaking.close, "primary",
        _l("Nothing can be counted after this. Each difference is then settled on its own."),
    ),
    "cancel": Step(
        _l("Call it off"), "stocktake.cancel", stocktaking.cancel, "danger",
        _l("It will have no result, and nothing counts as counted by it."),
    ),
}  # fmt: skip


def counted(row: m.Stocktake) -> dict[Counted, int]:
    """Return how many lines were found how, so far."""
    found = row.lines.values_list("found").annotate(n=Count("id")).order_by()
    return {Counted(how): n for how, n in found}


def _buttons(actor: Actor, row: m.Stocktake) -> list[Choice]:
    """Return what this reader may do with a stocktake now, the next step first."""
    scope, left = stocktaking.scope(row), counted(row).get(Counted.NOT_SEEN, 0)
    named = actor.person in (row.counter_id, row.second_id)
    found = []
    if row.state in UNDER_WAY and row.may_count(actor.person) and actor.can("stocktake.count", **scope):
        weight: Literal["primary", "plain"] = "primary" if left else "plain"
        found.append(Choice("", _("Count"), weight, href=reverse("stocktake_count", args=[row.id])))
    for verb, step in STEPS.items():
        fits = {
            "recount": named and left > 0,
            "close": named and (not left or row.state is StocktakeState.RECOUNT),
            "cancel": True,
        }[verb]
        fits = fits and (verb == "recount" or row.keeper_id is None)  # a handover ends with its own count
        if fits and (row.state, verb) in STOCKTAKE and actor.can(step.verb, **scope):
            address = reverse(f"stocktake_{verb}", args=[row.id])
            found.append(Choice("", step.label, "danger" if verb == "cancel" else "plain", href=address))
    return found


def _rows() -> Any:
    return m.Stocktake.objects.select_related(
        "party", "project", "system", "keeper", "handover", "counter", "second", "opened_by", "closed_by"
    )


@screen()
def detail(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a stocktake: what is expected, how far it is, and its differences."""
    row = visible_or_404(_rows(), request, id)
    actor = actor_of(request)
    context = {
        "crumbs": [Link(_("Stocktakes"), reverse("stocktakes"))],
        "heading": words(party_name(row.party)),
        "state": row.state,
        "choices": [*_buttons(actor, row), *_report(request, row)],
        "facts": _facts(row),
        "sections": [s for s in (differences(request, actor, row), not_seen(row)) if s],
        "entry_state": entries.state_of(row.entry),
    }
    return render(request, "stocktake/detail.html", context)


def _report(request: HttpRequest, row: m.Stocktake) -> list[Choice]:
    """Return the way to its report; one of all that a party holds is asked for on each of its projects."""
    if row.project is None:
        return []
    return reports.button(request, row.project, ReportKind.STOCKTAKE, stocktake=str(row.id))


def _facts(row: m.Stocktake) -> list[Fact]:
    found = counted(row)
    signed = [Fact(_("Signed by"), row.closed_by.name, note=row.closed_on)] if row.closed_by else []
    kept = Fact(_("What one person keeps"), row.keeper.name, note=_of_handover(row)) if row.keeper else None
    return [
        Fact(_("Expected"), row.expected),
        *([kept] if kept else []),
        *(Fact(how, found[how]) for how in Counted if how in found),
        Fact(_("Project"), row.project.code if row.project else _("All projects")),
        Fact(_("Place"), row.system.name if row.system else _("Wherever they are")),
        Fact(_("Counts"), row.counter.name),
        Fact(row.second_as, row.second.name),
        Fact(_("Begun"), row.opened_on, note=row.opened_by.name),
        *signed,
        *([Fact(_("Why it was called off"), row.reason)] if row.reason else []),
        Fact(_("Sealed ledger when the list was frozen"), row.ledger_size),
        Fact(_("SHA-256 of the list"), row.list_sha256, mono=True),
        *([Fact(_("SHA-256 of the result"), row.lines_sha256, mono=True)] if row.lines_sha256 else []),
    ]


def _of_handover(row: m.Stocktake) -> Link:
    return Link(_("Custodian handover"), reverse("handover", args=[row.handover.id]))


def differences(request: HttpRequest, actor: Actor, row: m.Stocktake) -> Section | None:
    """Return what was found otherwise than on the list, and what became of each; nothing without any."""
    lines = row.lines.filter(found__in=stocktaking.DIFFER).select_related(
        "copy__item__project", "place", "counted_by", "settled_by"
    )
    may = actor.can("stocktake.settle", **stocktaking.scope(row))
    ways: dict[UUID, list[Choice]] = {}
    body = []
    for line in lines[:SHORT]:
        open_ = line.difference and any(was is line.difference for was, _how in DIFFERENCE)
        to_do = [Link(_("Settle this difference"), reverse("stocktake_line", args=[line.id]))]
        if line.found is Counted.MISSING and line.copy and line.difference is Difference.OPEN:
            project = line.copy.item.project
            if project.id not in ways:
                ways[project.id] = incidents.button(request, project)
            asked = urlencode({"copy": line.copy_id})
            to_do = [*(Link(one.label, f"{one.href}?{asked}") for one in ways[project.id]), *to_do]
        said = [x for x in (line.resolution, line.settled_by.name if line.settled_by else "") if x]
        body.append(
            [line.code, line.found, _seen(line), line.difference, said, to_do if may and open_ else []]
        )
    columns = heads(
        _("Copy"), _("How it was found"), _("Seen"), _("State"), _("What became of it"), _("To do")
    )
    return Section(_("Differences"), Table(columns, body)) if body else None


def _seen(line: m.StocktakeLine) -> list[str]:
    return [
        x
        for x in (line.place.name if line.place else "", line.counted_by.name if line.counted_by else "")
        if x
    ]


def not_seen(row: m.Stocktake) -> Section | None:
    """Return what is still to be looked for; nothing once it is ended or all was seen."""
    if row.state not in UNDER_WAY:
        return None
    lines = row.lines.filter(found=Counted.NOT_SEEN).select_related("copy__item", "copy__system")
    body = [
        [
            line.code,
            f"{line.copy.item.codename} / {line.copy.number}",
            line.copy.system and line.copy.system.name,
        ]
        for line in lines[:SHORT]
        if line.copy
    ]
    columns = heads(_("Copy"), _("Item"), _("Kept in"))
    return Section(_("Not seen yet"), Table(columns, body)) if body else None


@sensitive_post_parameters("password")
@screen("GET", "POST")
def act(request: HttpRequest, id: UUID, verb: str) -> HttpResponse:
    """Begin the second count, sign the result, or call it off, on a page of its own."""
    row = visible_or_404(_rows(), request, id)
    step, actor, page = STEPS[verb], actor_of(request), reverse("stocktake", args=[id])
    actor.require(step.verb, **stocktaking.scope(row))
    token = token_of(request)
    if row.keeper_id is not None and verb != "recount":
        return redirect("handover", row.handover.id)
    if request.method == "POST" and token and done_before(actor, token, step.verb):
        return redirect(page)
    if (row.state, verb) not in STOCKTAKE:
        raise NotNow(row.state, verb)
    statement = stocktaking.statement(row, stocktaking.result(row)) if verb == "close" else ""
    form = _form(request, row, verb, statement)
    if form.is_bound and form.is_valid():
        with told_in(form):
            given = {k: v for k, v in form.cleaned_data.items() if k != "password"}
            step.do(replace(actor, expects=given.pop("seen")), stocktake=row.id, **given)
            return redirect(page)
    context = {
        "crumbs": [Link(_("Stocktakes"), reverse("stocktakes")), Link(words(party_name(row.party)), page)],
        "heading": step.label,
        "lead": step.lead,
        "facts": _facts(row),
        "statement": statement,
        "form": form,
        "choices": [Choice("do", step.label, step.weight, "step")],
        "cancel": page,
    }
    return render(request, "stocktake/act.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, row: m.Stocktake, verb: str, statement: str) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    if verb == "close":
        return SignForm(data, row, record.digest_of_text(statement), request)
    return RecountForm(data, row) if verb == "recount" else CancelForm(data, row)


@screen("GET", "POST")
def settle(request: HttpRequest, line: UUID) -> HttpResponse:
    """Say what became of a difference."""
    rows = m.StocktakeLine.objects.select_related("stocktake__party", "stocktake__project", "place")
    row = visible_or_404(rows, request, line)
    actor, token, name = actor_of(request), token_of(request), "stocktake.settle"
    actor.require(name, **stocktaking.scope(row.stocktake))
    page = reverse("stocktake", args=[row.stocktake_id])
    if request.method == "POST" and token and done_before(actor, token, name):
        return redirect(page)
    if row.difference is None or not any(was is row.difference for was, _how in DIFFERENCE):
        raise NotNow(row.difference or row.found, "find")
    form = SettleForm(request.POST if request.method == "POST" else None, row)
    if form.is_bound and form.is_valid():
        with told_in(form):
            given = dict(form.cleaned_data)
            stocktaking.settle(replace(actor, expects=given.pop("seen")), line=row.id, **given)
            return redirect(page)
    context = {
        "crumbs": [
            Link(_("Stocktakes"), reverse("stocktakes")), Link(words(party_name(row.stocktake.party)), page)
        ],
        "heading": _("What became of %(code)s?") % {"code": row.code},
        "facts": [
            Fact(_("Copy"), row.code, mono=True),
            Fact(_("How it was found"), row.found),
            Fact(_("State"), row.difference),
            Fact(_("What became of it"), row.resolution or None),
        ],
        "form": form,
        "choices": [Choice("do", _("Record it"), "primary", "step")],
        "cancel": page,
    }  # fmt: skip
    return render(request, "approval/condition.html", context, status=422 if form.errors else 200)
