"""Random samples: asked for by a regulator, drawn by lot, printed as a tick sheet, entered and closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import granted, tick_sheets
from custody.actions import samples as actions
from custody.actions.base import Actor, Outcome, done_before
from custody.actions.files import TICKED_IN
from custody.filters.samples import SampleFilter
from custody.terms import SampleFound, SampleState
from custody.transitions import SAMPLE, move

from . import entries, files, objections
from .base import actor_of, heads, screen, token_of, told_in, visible_or_404
from .forms import samples as forms
from .listing import List, Listed, Shown
from .names import party_link, party_name, project_crumbs
from .patterns import Choice, Fact, Link, Section, Table

SHORT = 10


class SampleTable(Listed):
    """Random samples, the newest first."""

    related = ("project", "authority", "asked_by")
    number = Shown(_l("Sample"), lambda r: Link(r.number, reverse("sample", args=[r.id])), "number")
    project = Shown(_l("Project"), lambda r: r.project.code, "project__code")
    state = Shown(_l("State"), lambda r: r.state, "state")
    count = Shown(_l("Copies asked for"), lambda r: r.count, "count")
    population = Shown(_l("Of so many"), lambda r: r.population, "population")
    asked = Shown(_l("Asked for on"), lambda r: r.asked_on, "asked_on")
    authority = Shown(_l("Authority"), lambda r: party_name(r.authority), "authority__name")
    closed = Shown(_l("Closed on"), lambda r: r.closed_on, "closed_on", first=False)


SAMPLES = List("samples", _l("Random samples"), SampleFilter, SampleTable, _l("No random sample fits."))


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on a sample: its words, what they mean, what is asked, and what does it."""

    label: str | Promise
    lead: str | Promise
    form: type[Any]
    do: Callable[..., Outcome]
    weight: Literal["primary", "plain", "danger"] = "primary"


STEPS: dict[str, Step] = {
    "draw": Step(
        _l("Draw the sample"),
        _l(
            "Draw on site: what is drawn is seen by the unit at once. The copies follow from your word and "
            "from the first checkpoint that was signed after you asked."
        ),
        forms.DrawForm,
        actions.draw,
    ),
    "enter": Step(
        _l("Enter what was found"),
        _l("What you leave empty can be entered another time. Entered again, the later counts; both stay."),
        forms.EnterForm,
        actions.enter,
    ),
    "close": Step(
        _l("Close the sample"), _l("Nothing more is entered then."), forms.CloseForm, actions.close, "plain"
    ),
    "withdraw": Step(
        _l("Withdraw the sample"),
        _l("It is not drawn then. That it was asked for stays in the ledger."),
        forms.WithdrawForm,
        actions.withdraw,
        "danger",
    ),
}


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the random samples that this reader may see."""
    return SAMPLES.answer(request, m.Sample.objects.visible_to(request.user))


def button(request: HttpRequest, project: m.Project) -> list[Choice]:
    """Return the way to ask for a sample, for a regulator with leave to read the project."""
    actor = actor_of(request)
    if not actor.can("sample.ask", grant=granted.authority(actor, project)):
        return []
    return [Choice("", _("Draw a random sample"), href=reverse("sample_new", args=[project.id]))]


def of_project(request: HttpRequest, project: m.Project) -> list[Section]:
    """Return the samples of a project that this reader may see; nothing without any."""
    rows = m.Sample.objects.visible_to(request.user).filter(project=project)
    found = list(SampleTable.whole(rows)[: SHORT + 1])
    if not found:
        return []
    listed = f"{reverse('samples')}?{urlencode({'project': project.id})}"
    table = SampleTable.short(found[:SHORT])
    return [Section(_("Random samples"), table, listed, more=len(found) > SHORT)]


@screen("GET", "POST")
def new(request: HttpRequest, project: UUID) -> HttpResponse:
    """Ask for a random sample under a sealed word."""
    row = visible_or_404(m.Project.objects.all(), request, project)
    actor, token = actor_of(request), token_of(request)
    actor.require("sample.ask", grant=granted.authority(actor, row))
    posted = request.method == "POST"
    if posted and token and (before := done_before(actor, token, "sample.ask")):
        return redirect("sample", before.object.id)
    form = forms.AskForm(request.POST if posted else None)
    if form.is_bound and form.is_valid():
        with told_in(form):
            given = form.cleaned_data
            made = actions.ask(
                actor, project=row.id, count=given["count"], word_sha256=given["sealed"], submission=token
            )
            return redirect("sample", made.object.id)
    context = {
        "crumbs": project_crumbs(row),
        "heading": _("Draw a random sample"),
        "lead": _(
            "First you ask, under a word that only you know. Then the ledger signs a checkpoint that covers "
            "your request. Then you tell the word, and both together decide which copies are drawn: neither "
            "you nor the unit can choose them, and everybody can draw again."
        ),
        "form": form,
        "submit": _("Ask for the sample"),
        "cancel": reverse("project", args=[row.id]),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


def _row(request: HttpRequest, id: UUID) -> m.Sample:
    related = ("project__owner_party", "authority", "asked_by", "drawn_by", "closed_by")
    row: m.Sample = visible_or_404(m.Sample.objects.select_related(*related), request, id)
    return row


@screen()
def detail(request: HttpRequest, sample: UUID) -> HttpResponse:
    """Show a sample: what decided it, what was drawn, how it was found."""
    row = _row(request, sample)
    paper = files.ticked(row)
    context = {
        "crumbs": [*project_crumbs(row.project), Link(_("Random samples"), reverse("samples"))],
        "heading": _("Random sample %(number)s") % {"number": row.number},
        "state": row.state,
        "choices": [*_choices(actor_of(request), row), *_sheets(row)],
        "facts": _facts(row),
        "sections": [*_sections(request, row), *objections.of_sample(request, row)],
        "entry_state": entries.state_of(row.entry),
        "evidence": files.shown(request, [paper]),
        "attach": files.attach_choices(request, [paper]) if row.state in TICKED_IN else [],
    }
    return render(request, "sample/detail.html", context)


def _choices(actor: Actor, row: m.Sample) -> list[Choice]:
    scope = actions.scope(actor, row)
    waits = row.state is SampleState.DRAWN and row.lines.filter(found=SampleFound.OPEN).exists()
    return [
        Choice("", step.label, step.weight, href=reverse(f"sample_{verb}", args=[row.id]))
        for verb, step in STEPS.items()
        if (row.state, verb) in SAMPLE
        and not (verb == "close" and waits)
        and actor.can(f"sample.{verb}", **scope)
    ]


def _sheets(row: m.Sample) -> list[Choice]:
    if row.ledger_size is None:
        return []
    return [Choice("", _("Tick sheet (PDF)"), href=reverse("sample_pdf", args=[row.id, "both"]))]


def _facts(row: m.Sample) -> list[Fact]:
    facts = [
        Fact(_("Authority"), party_link(row.authority)),
        Fact(_("Asked for on"), row.asked_on, note=row.asked_by.name),
        Fact(_("Copies asked for"), row.count),
        Fact(_("Of so many"), row.population, note=_("Copies of the project that were not destroyed then.")),
        Fact(_("SHA-256 of their numbers"), row.population_sha256, mono=True),
        Fact(_("SHA-256 of the word"), row.word_sha256, mono=True),
    ]
    if row.drawn_by is not None:
        facts += [
            Fact(_("Drawn on"), row.drawn_on, note=row.drawn_by.name),
            Fact(_("Word"), row.word, mono=True),
            Fact(_("Size of the checkpoint"), row.ledger_size),
            Fact(_("Root of the checkpoint"), row.root, mono=True),
        ]
    if row.closed_by is not None:
        facts.append(Fact(_("Closed on"), row.closed_on, note=row.closed_by.name))
    if row.remark:
        facts.append(Fact(_("Remark"), row.remark))
    return facts


def _sections(request: HttpRequest, row: m.Sample) -> list[Section]:
    lines = m.SampleLine.objects.visible_to(request.user).filter(sample=row)
    lodges = objections.may_lodge(request, row.project)
    body: list[list[Any]] = [
        [
            line.position,
            Link(line.code, reverse("copy", args=[line.copy_id])),
            f"{line.copy.item.codename} / {line.copy.number}",
            _where(line),
            line.found,
            [x for x in (line.note, line.entered_by.name if line.entered_by else "") if x],
            *([_to_object(line)] if lodges else []),
        ]
        for line in lines.select_related("sample", "copy__item", "party", "person", "system", "entered_by")
    ]
    columns = heads(
        _("No."),
        _("Copy"),
        _("Item"),
        _("Where it should be, and with whom"),
        _("As found on site"),
        _("Note"),
        *([_("To do")] if lodges else []),
    )
    return [Section(_("Copies drawn"), Table(columns, body))] if body else []


def _to_object(line: m.SampleLine) -> Any:
    if line.found is SampleFound.OPEN:
        return []
    address = reverse("objection_new", args=[line.sample.project_id])
    return Link(_("Lodge an objection"), f"{address}?{urlencode({'line': line.id})}")


def _where(line: m.SampleLine) -> list[Any]:
    place = line.system.name if line.system else ""
    person = line.person.name if line.person else ""
    return [x for x in (place, party_name(line.party), person) if x]


@screen("GET", "POST")
def act(request: HttpRequest, sample: UUID, verb: str) -> HttpResponse:
    """Draw a sample, enter what was found, close it, or withdraw it before it is drawn."""
    row, step, actor = _row(request, sample), STEPS[verb], actor_of(request)
    name = f"sample.{verb}"
    actor.require(name, **actions.scope(actor, row))
    token = token_of(request)
    if request.method == "POST" and token and done_before(actor, token, name):
        return redirect("sample", row.id)
    move(SAMPLE, row.state, verb)
    form = step.form(request.POST if request.method == "POST" else None, row)
    if form.is_bound and form.is_valid():
        with told_in(form):
            sure = replace(actor, expects=form.cleaned_data["seen"])
            step.do(sure, sample=row.id, **form.given())
            return redirect("sample", row.id)
    here = reverse("sample", args=[row.id])
    context = {
        "crumbs": [*project_crumbs(row.project), Link(row.number, here)],
        "heading": step.label,
        "lead": step.lead,
        "form": form,
        "lines": [(line, _where(line), *fields) for line, *fields in form.lines()] if verb == "enter" else [],
        "choices": [Choice("do", step.label, step.weight, "step")],
        "cancel": here,
    }
    page = "sample/enter.html" if verb == "enter" else "party/act.html"
    return render(request, page, context, status=422 if form.errors else 200)


@screen()
def sheet(request: HttpRequest, sample: UUID, language: str) -> HttpResponse:
    """Give the tick sheet of a sample as a PDF."""
    row = _row(request, sample)
    return entries.download(tick_sheets.pdf(row, language), f"{row.number}-{language}.pdf", "application/pdf")
