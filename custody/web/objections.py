"""Objections of regulators: lodged with a day, answered by the owner's side, accepted or sent back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody import record, regimes
from custody.actions import granted
from custody.actions import objections as actions
from custody.actions.base import Outcome, done_before
from custody.filters.objections import ObjectionFilter
from custody.terms import SampleFound, Text
from custody.transitions import OBJECTION, move

from . import entries, files
from .base import actor_of, screen, token_of, told_in, visible_or_404
from .forms import objections as forms
from .listing import List, Listed, Shown
from .names import party_link, party_name, project_crumbs
from .patterns import Choice, Fact, Link, Moment, Section, Tone

SHORT = 10
OVERDUE = Text("overdue", "已逾期")


def _due(row: m.Objection) -> Any:
    return [row.due, OVERDUE] if row.overdue(_today(row)) else row.due


def _today(row: m.Objection) -> dt.date:
    return regimes.today(row.project.regime, timezone.now())


class ObjectionTable(Listed):
    """Objections, the newest first."""

    related = ("project", "authority")
    number = Shown(_l("Objection"), lambda r: Link(r.number, reverse("objection", args=[r.id])), "number")
    text = Shown(_l("What is wrong"), lambda r: r.text[:80])
    state = Shown(_l("State"), lambda r: r.state, "state")
    due = Shown(_l("Answer due by"), _due, "due")
    authority = Shown(_l("Authority"), lambda r: party_name(r.authority), "authority__name")
    project = Shown(_l("Project"), lambda r: r.project.code, "project__code")
    basis = Shown(_l("Legal basis"), lambda r: r.basis, first=False)
    lodged = Shown(_l("Lodged on"), lambda r: r.lodged_on, "lodged_on", first=False)
    answered = Shown(_l("Answered on"), lambda r: r.answered_on, "answered_on", first=False)


OBJECTIONS = List(
    "objections",
    _l("Objections of regulators"),
    ObjectionFilter,
    ObjectionTable,
    _l("No objection that you may see."),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on an objection: its words, what they mean, what is asked, and what does it."""

    label: str | Promise
    lead: str | Promise
    form: type[Any]
    do: Callable[..., Outcome]
    weight: Literal["primary", "plain", "danger"] = "primary"


STEPS: dict[str, Step] = {
    "answer": Step(
        _l("Answer it"),
        _l("Say what was done, or why nothing is to be done. The regulator accepts it or sends it back."),
        forms.AnswerForm,
        actions.answer,
    ),
    "accept": Step(
        _l("Accept the answer"), _l("Nothing more is asked for then."), forms.AcceptForm, actions.accept
    ),
    "send_back": Step(
        _l("Send the answer back"),
        _l("Say why it is not enough, and by when another answer is due."),
        forms.SendBackForm,
        actions.send_back,
        "plain",
    ),
    "withdraw": Step(
        _l("Withdraw the objection"),
        _l("For one that was made in error. That it was made stays in the ledger."),
        forms.WithdrawForm,
        actions.withdraw,
        "danger",
    ),
}


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the objections that this reader may see."""
    return OBJECTIONS.answer(request, m.Objection.objects.visible_to(request.user))


def may_lodge(request: HttpRequest, project: m.Project) -> bool:
    """Return whether this reader regulates a project under a live grant."""
    actor = actor_of(request)
    return actor.can("objection.lodge", grant=granted.authority(actor, project))


def button(request: HttpRequest, project: m.Project) -> list[Choice]:
    """Return the way to lodge an objection, for a regulator with leave to read the project."""
    if not may_lodge(request, project):
        return []
    return [Choice("", _("Lodge an objection"), href=reverse("objection_new", args=[project.id]))]


def of_project(request: HttpRequest, project: m.Project) -> list[Section]:
    """Return the objections to a project that this reader may see; nothing without any."""
    rows = m.Objection.objects.visible_to(request.user).filter(project=project)
    return _section(rows, f"{reverse('objections')}?{urlencode({'project': project.id})}")


def of_sample(request: HttpRequest, sample: m.Sample) -> list[Section]:
    """Return the objections that arose from a random sample; nothing without any."""
    rows = m.Objection.objects.visible_to(request.user).filter(line__sample=sample)
    return _section(rows, f"{reverse('objections')}?{urlencode({'sample': sample.id})}")


def _section(rows: Any, listed: str) -> list[Section]:
    found = list(ObjectionTable.whole(rows)[: SHORT + 1])
    if not found:
        return []
    table = ObjectionTable.short(found[:SHORT])
    return [Section(_("Objections of regulators"), table, listed, more=len(found) > SHORT)]


@screen("GET", "POST")
def new(request: HttpRequest, project: UUID) -> HttpResponse:
    """Lodge an objection to a project, or to how a copy of a random sample was found (``?line=``)."""
    row = visible_or_404(m.Project.objects.all(), request, project)
    actor, token = actor_of(request), token_of(request)
    actor.require("objection.lodge", grant=granted.authority(actor, row))
    posted = request.method == "POST"
    if posted and token and (before := done_before(actor, token, "objection.lodge")):
        return redirect("objection", before.object.id)
    line = _line(request, row)
    form = forms.LodgeForm(request.POST if posted else None, line.id if line else None)
    if form.is_bound and form.is_valid():
        with told_in(form):
            made = actions.lodge(actor, project=row.id, submission=token, **form.cleaned_data)
            return redirect("objection", made.object.id)
    context = {
        "crumbs": project_crumbs(row),
        "heading": _("Lodge an objection"),
        "lead": _(
            "The owner of the project is told at once and reminded of the day. Nothing is stopped by it: "
            "copies go on to move as the rules allow."
        ),
        "sections": [Section(_("About this copy"), facts=_about(line))] if line else [],
        "form": form,
        "choices": [Choice("do", _("Lodge it"), "primary", "step")],
        "cancel": reverse("project", args=[row.id]),
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)


def _line(request: HttpRequest, project: m.Project) -> m.SampleLine | None:
    """Return the copy of a random sample that the address or the form names, where there is one."""
    try:
        asked = UUID(request.POST.get("line") or request.GET.get("line", ""))
    except ValueError:
        return None
    rows = m.SampleLine.objects.visible_to(request.user).filter(id=asked, sample__project=project)
    return rows.exclude(found=SampleFound.OPEN).select_related("sample").first()


def _about(line: m.SampleLine) -> list[Fact]:
    return [
        Fact(_("Random sample"), line.sample.number, href=reverse("sample", args=[line.sample_id])),
        Fact(_("Copy"), line.code, href=reverse("copy", args=[line.copy_id])),
        Fact(_("As found on site"), line.found, note=line.note),
    ]


def _row(request: HttpRequest, id: UUID) -> m.Objection:
    related = (
        "project__owner_party", "authority", "line__sample", "lodged_by", "answered_by", "ended_by",
    )  # fmt: skip
    row: m.Objection = visible_or_404(m.Objection.objects.select_related(*related), request, id)
    return row


@screen()
def detail(request: HttpRequest, objection: UUID) -> HttpResponse:
    """Show an objection: what is wrong, the answer, what became of it, and its history."""
    row = _row(request, objection)
    late = row.overdue(_today(row))
    paper = files.objection(row)
    context = {
        "crumbs": [*project_crumbs(row.project), Link(_("Objections of regulators"), reverse("objections"))],
        "heading": _("Objection %(number)s") % {"number": row.number},
        "state": row.state,
        "entry_state": entries.state_of(row.entry),
        "alarm": "bad" if late else "",
        "alarm_words": Text(f"Overdue: an answer was due by {row.due}.", f"已逾期：答复期限为{row.due}。"),
        "choices": _choices(request, row),
        "sections": [Section(_("About this copy"), facts=_about(row.line))] if row.line else [],
        "facts": _facts(row),
        "evidence": files.shown(request, [paper]),
        "attach": files.attach_choices(request, [paper]) if row.ended_on is None else [],
        "moments": _moments(row),
    }
    return render(request, "objection/detail.html", context)


def _choices(request: HttpRequest, row: m.Objection) -> list[Choice]:
    actor = actor_of(request)
    return [
        Choice("", step.label, step.weight, href=reverse(f"objection_{verb}", args=[row.id]))
        for verb, step in STEPS.items()
        if (row.state, verb) in OBJECTION
        and actor.can(f"objection.{verb}", **actions.scope(actor, row, verb))
    ]


def _facts(row: m.Objection) -> list[Fact]:
    facts = [
        Fact(_("What is wrong"), row.text),
        Fact(_("Legal basis"), row.basis),
        Fact(_("Answer due by"), _due(row)),
        Fact(_("Authority"), party_link(row.authority)),
        Fact(_("Lodged on"), row.lodged_on, note=row.lodged_by.name),
    ]
    if row.answered_by is not None:
        late = [OVERDUE] if row.late else []
        facts.append(Fact(_("Answer"), row.answer, note=[row.answered_by.name, row.answered_on, *late]))
    if row.remark:
        facts.append(Fact(_("The regulator says"), row.remark))
    if row.ended_by is not None:
        facts.append(Fact(_("Ended on"), row.ended_on, note=row.ended_by.name))
    return facts


_TONES: dict[str, Tone] = {
    "objection.lodged": "warn",
    "objection.sent_back": "warn",
    "objection.accepted": "ok",
}
_SAID = ("text", "reason", "remark", "basis")


def _moments(row: m.Objection) -> list[Moment]:
    """Return what happened with an objection, the oldest first, with what each side said."""
    found = []
    for entry in record.naming(str(row.id), stream=row.project.stream):
        if not str(entry.values.get("kind", "")).startswith("objection."):
            continue
        moment = entries.moment(entry.id, _TONES)
        if moment is not None:
            said = [str(entry.values[name]) for name in _SAID if entry.values.get(name)]
            found.append(replace(moment, detail=said))
    return sorted(found, key=lambda moment: moment.at)


@screen("GET", "POST")
def act(request: HttpRequest, objection: UUID, verb: str) -> HttpResponse:
    """Answer an objection, accept the answer, send it back, or withdraw the objection."""
    row, step, actor = _row(request, objection), STEPS[verb], actor_of(request)
    name = f"objection.{verb}"
    actor.require(name, **actions.scope(actor, row, verb))
    token = token_of(request)
    if request.method == "POST" and token and done_before(actor, token, name):
        return redirect("objection", row.id)
    move(OBJECTION, row.state, verb)
    form = step.form(*((request.POST, request.FILES) if request.method == "POST" else (None, None)), row)
    if form.is_bound and form.is_valid():
        with told_in(form):
            sure = replace(actor, expects=form.cleaned_data["seen"])
            step.do(sure, objection=row.id, **form.given())
            return redirect("objection", row.id)
    here = reverse("objection", args=[row.id])
    context = {
        "crumbs": [*project_crumbs(row.project), Link(row.number, here)],
        "heading": step.label,
        "lead": step.lead,
        "sections": [Section(_("The objection"), facts=_facts(row))],
        "form": form,
        "choices": [Choice("do", step.label, step.weight, "step")],
        "cancel": here,
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)
