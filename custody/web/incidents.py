"""Incidents: the report in three fields, the page with its clock and its history, and each step on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody import record, regimes
from custody.actions import incident_holds
from custody.actions import incidents as actions
from custody.actions.base import Actor, NotPermitted, Outcome, done_before
from custody.clock import Clock
from custody.filters.incidents import IncidentFilter
from custody.models.incident import ENDED
from custody.terms import IncidentState, Text
from custody.transitions import INCIDENT, move

from . import entries, files
from .base import actor_of, heads, screen, signed_in, token_of, told_in, visible_or_404
from .corrections import history
from .forms import incidents as forms
from .listing import List, Listed, Shown
from .names import party_link, party_name, project_crumbs
from .patterns import Choice, Fact, Link, Moment, Section, Table, Tone

SHORT, FEW = 10, 3


def _time(row: m.Incident) -> Any:
    if row.notify_by is None:
        return None
    return [row.notify_by, left_words(row.notify_by - timezone.now())]


class IncidentTable(Listed):
    """Incidents, the newest first."""

    related = ("project", "reported_for", "party")
    number = Shown(_l("Incident"), lambda r: Link(r.number, reverse("incident", args=[r.id])), "number")
    what = Shown(_l("What happened there"), lambda r: r.what[:80])
    state = Shown(_l("State"), lambda r: r.state, "state")
    notify_by = Shown(_l("To notify by"), _time, "notify_by")
    reported = Shown(_l("Reported"), lambda r: r.created_at, "created_at")
    reported_for = Shown(_l("Reported by"), lambda r: party_name(r.reported_for), "reported_for__name")
    project = Shown(_l("Project"), lambda r: r.project.code, "project__code", first=False)


INCIDENTS = List(
    "incidents", _l("Incidents"), IncidentFilter, IncidentTable, _l("No incident that you may see.")
)


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on an incident: its words, what they mean, what is asked, and what does it."""

    label: str | Promise
    lead: str | Promise
    form: type[Any]
    do: Callable[..., Outcome]
    weight: Literal["primary", "plain", "danger"] = "plain"


STEPS: dict[str, Step] = {
    "triage": Step(
        _l("Take it up"),
        _l("Say who assesses it and how bad it looks."),
        forms.NoteForm,
        actions.triage,
        "primary",
    ),
    "hold": Step(
        _l("Freeze copies or a party"),
        _l("What is frozen is not offered, signed for or destroyed until an officer releases it."),
        forms.HoldForm,
        incident_holds.hold,
        "danger",
    ),
    "contain": Step(
        _l("It is contained"),
        _l("Say what was done so that it goes no further."),
        forms.NoteForm,
        actions.contain,
    ),
    "notify": Step(
        _l("The authority was notified"),
        _l("The clock stops with this entry, not at the time that you state."),
        forms.NotifyForm,
        actions.notify,
        "primary",
    ),
    "investigate": Step(
        _l("It is being investigated"),
        _l("Say who looks into it, and how."),
        forms.NoteForm,
        actions.investigate,
    ),
    "release": Step(
        _l("Release what is frozen"),
        _l("It can be handed over again from now on."),
        forms.ReleaseForm,
        incident_holds.release,
    ),
    "close": Step(
        _l("Close it"),
        _l("What was found stays with it. Whoever reported it cannot close it."),
        forms.CloseForm,
        actions.close,
    ),
    "dismiss": Step(
        _l("It was a false alarm"),
        _l("Nothing more happens with it. Whoever reported it cannot say so."),
        forms.DismissForm,
        actions.dismiss,
    ),
    "correct": Step(
        _l("Correct the report"),
        _l(
            "The report stays as it was in the ledger; the new entry names the old one. The clock does not "
            "move."
        ),
        forms.CorrectionForm,
        actions.correct,
    ),
}


def left_words(left: dt.timedelta) -> Text:
    """Return how much time is left, or how long it has been over, to the minute."""
    minutes = int(abs(left).total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if left < dt.timedelta():
        return Text(f"over for {hours} h {rest} min", f"已超时{hours}小时{rest}分钟")
    return Text(f"{hours} h {rest} min left", f"剩余{hours}小时{rest}分钟")


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the incidents that this reader may see."""
    choices: list[Choice] = []
    projects = m.Project.objects.visible_to(request.user).select_related("owner_party")
    for project in projects.order_by("-created_at")[:FEW]:
        label = _("Report an incident in %(code)s") % {"code": project.code}
        choices += button(request, project, label)
    return INCIDENTS.answer(request, m.Incident.objects.visible_to(request.user), choices=choices)


def button(
    request: HttpRequest, project: m.Project, label: Any = "", weight: Any = "plain", **asked: str
) -> list[Choice]:
    """Return the way to report an incident in a project, where this reader may; ``asked``: about what."""
    if actions.reports_for(actor_of(request), project) is None:
        return []
    address = reverse("incident_new", args=[project.id]) + (f"?{urlencode(asked)}" if asked else "")
    return [Choice("", label or _("Report an incident"), weight, href=address)]


@screen("GET", "POST")
def new(request: HttpRequest, project: UUID) -> HttpResponse:
    """Report an incident: its clock begins with the entry of the report."""
    row = visible_or_404(m.Project.objects.all(), request, project)
    actor = actor_of(request)
    if actions.reports_for(actor, row) is None:
        raise NotPermitted("incident.report")
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.IncidentForm(
        *sent, user=signed_in(request), project=row, opened=forms.opened_from(request, row)
    )
    token = token_of(request)
    if request.method == "POST" and token and (before := done_before(actor, token, "incident.report")):
        return redirect("incident", before.object.id)
    if form.is_bound and form.is_valid():
        with told_in(form):
            made = actions.report(
                actor,
                project=row.id,
                told=form.told(),
                file=form.cleaned_data["evidence_file"],
                submission=token,
            )
            return redirect("incident", made.object.id)
    context = {
        "crumbs": project_crumbs(row),
        "heading": _("Report an incident"),
        "lead": _("Report it now, even if you are not sure. What is not known yet can be added later."),
        "form": form,
        "submit": _("Report it"),
        "cancel": reverse("project", args=[row.id]),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


@screen()
def detail(request: HttpRequest, incident: UUID) -> HttpResponse:
    """Show an incident: its clock, what was reported, what it holds, what was done."""
    return render(request, "incident/detail.html", _context(request, _row(request, incident)))


@screen("GET", "POST")
def act(request: HttpRequest, incident: UUID, verb: str) -> HttpResponse:
    """Take one step with an incident, on a page that shows its clock."""
    row, step, actor = _row(request, incident), STEPS[verb], actor_of(request)
    name = f"incident.{verb}"
    actor.require(name, **_scope(row, verb))
    form = step.form(request.POST if request.method == "POST" else None, row, signed_in(request))
    token = token_of(request)
    if request.method == "POST" and token and done_before(actor, token, name):
        return redirect("incident", row.id)
    move(INCIDENT, row.state, verb)
    if form.is_bound and form.is_valid():
        with told_in(form):
            sure = replace(actor, expects=form.cleaned_data["seen"])
            step.do(sure, incident=row.id, **form.given())
            return redirect("incident", row.id)
    here = reverse("incident", args=[row.id])
    context = {
        "crumbs": [*project_crumbs(row.project), Link(row.number, here)],
        "heading": step.label,
        "lead": step.lead,
        "sections": _clock(row),
        "form": form,
        "choices": [Choice("do", step.label, step.weight, "step")],
        "cancel": here,
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)


def _row(request: HttpRequest, id: UUID) -> m.Incident:
    related = ("project", "party", "person", "reported_by", "reported_for")
    row: m.Incident = visible_or_404(m.Incident.objects.select_related(*related), request, id)
    return row


def _scope(row: m.Incident, verb: str) -> dict[str, UUID]:
    scope = {"owner": row.project.owner_party_id}
    return scope | {"sender": row.reported_for_id} if verb == "correct" else scope


def _context(request: HttpRequest, row: m.Incident) -> dict[str, Any]:
    now = timezone.now()
    clock = actions.clocks([row]).get(row.id)
    late = bool(clock and clock.late(now))
    urgent = bool(clock and clock.runs and not late)
    return {
        "crumbs": [*project_crumbs(row.project), Link(_("Incidents"), reverse("incidents"))],
        "heading": _("Incident %(number)s") % {"number": row.number},
        "state": row.state,
        "entry_state": entries.state_of(row.entry),
        "alarm": ("bad" if late else "wait") if late or urgent else "",
        "alarm_words": _alarm(clock, now) if clock and (late or urgent) else "",
        "choices": _choices(request, row),
        "sections": [*_clock(row), *_holds(request, row)],
        "facts": _facts(request, row),
        "moments": _moments(request, row),
        "evidence": files.shown(request, [files.incident(row)]),
        "attach": files.attach_choices(request, [files.incident(row)]) if row.state not in ENDED else [],
    }


def _alarm(clock: Clock, now: dt.datetime) -> Text:
    if not clock.late(now):
        left = left_words(clock.left(now))
        return Text(f"The authority is to be notified: {left.en}.", f"须向主管部门报告，{left.zh}。")
    if clock.runs:
        over = left_words(clock.left(now))
        return Text(
            f"Late: the time to notify the authority is {over.en}.", f"超时：向主管部门报告的时限{over.zh}。"
        )
    return Text("The authority was notified late.", "向主管部门报告时已超时。")


def _clock(row: m.Incident) -> list[Section]:
    """Return the clock of an incident as facts: how long, since when, until when, and on what it rests."""
    clock = actions.clocks([row]).get(row.id)
    if clock is None:
        none = Text("The regime sets no time within which an authority is notified", "该制度未规定报告时限")
        return [Section(_("Clock"), facts=[Fact(_("To notify by"), none)])]
    now = timezone.now()
    basis = [
        Text(
            f"{c['source'].en}{' ' + c['article'].en if c['article'] else ''} ({c['status'].text.en})",
            f"{c['source'].zh}{c['article'].zh if c['article'] else ''}（{c['status'].text.zh}）",
        )
        for c in actions.citations(row)
    ]
    facts = [
        Fact(_("Length"), Text(f"{clock.hours} hours", f"{clock.hours}小时"), note=basis),
        Fact(_("Started with the entry of"), clock.started),
        Fact(_("To notify by"), clock.deadline, note=_in_zone(row, clock.deadline)),
    ]
    if clock.stopped is None:
        gone = Text(f"{clock.percent(now)} % of it gone", f"已用{clock.percent(now)}%")
        facts.append(Fact(_("Time left"), left_words(clock.left(now)), note=gone))
    else:
        facts.append(Fact(_("Stopped with the entry of"), clock.stopped))
        late = Text("Late", "超时") if clock.late(now) else Text("In time", "未超时")
        facts.append(Fact(_("In time?"), late))
    return [Section(_("Clock"), facts=facts)]


def _in_zone(row: m.Incident, moment: dt.datetime) -> str:
    """Return a moment in the zone of the regime, which need not be that of the site."""
    try:
        zone = regimes.pack(row.project.regime).time_zone
    except (KeyError, ValueError):
        return ""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def _facts(request: HttpRequest, row: m.Incident) -> list[Fact]:
    seen = m.Copy.objects.visible_to(request.user).filter(id__in=row.copies).order_by("code")
    copies: list[Any] = [Link(c.code, reverse("copy", args=[c.id])) for c in seen]
    if hidden := len(row.copies) - len(copies):
        copies.append(Text(f"and {hidden} more", f"另有{hidden}份"))
    party = row.party
    if party is not None:
        known = m.Party.objects.visible_to(request.user).filter(id=party.id).exists()
        of: Any = party_link(party) if known else party_name(party)
    else:
        of = None
    unknown = Text("Not known", "尚不清楚")
    facts = [
        Fact(_("What happened there"), row.what),
        Fact(_("Noticed at, as stated"), row.noticed_at),
        Fact(_("Copies"), copies or unknown),
        Fact(_("Party"), of or unknown),
        Fact(_("Person"), row.person.name if row.person else unknown),
        Fact(_("Reported by"), row.reported_by.name, note=party_name(row.reported_for)),
    ]
    if row.authority:
        facts.append(
            Fact(_("Authority"), row.authority, note=[row.reference, row.notified_at or "", _("as stated")])
        )
    if row.state is IncidentState.CLOSED:
        facts += [
            Fact(_("What was found out"), row.findings),
            Fact(_("What followed"), row.sanctions or None),
        ]
    if row.dismissal:
        facts.append(Fact(_("Why it was a false alarm"), row.dismissal))
    return facts


def _holds(request: HttpRequest, row: m.Incident) -> list[Section]:
    """Return what an incident holds and held, as far as a reader may see it."""
    rows = m.IncidentHold.objects.visible_to(request.user).filter(incident=row)
    seen = set(m.Copy.objects.visible_to(request.user).filter(holds__in=rows).values_list("id", flat=True))
    body: list[Any] = []
    for one in rows.select_related("copy__item", "party", "held_by", "released_by"):
        if one.copy_id is not None and one.copy_id not in seen:
            continue
        name: Any = forms.held_name(one)
        if one.copy_id is not None:
            name = Link(name, reverse("copy", args=[one.copy_id]))
        let = one.released_by
        body.append(
            [
                name,
                Text("Frozen", "管控中") if one.release_entry is None else Text("Released", "已解除"),
                [one.reason, one.held_by.name],
                [x for x in (one.release_reason, let.name if let else "") if x],
            ]
        )
    columns = heads(_("Copy or party"), _("State"), _("Why it is frozen"), _("Why it was released"))
    return [Section(_("Frozen by this incident"), Table(columns, body))] if body else []


def _choices(request: HttpRequest, row: m.Incident) -> list[Choice]:
    actor = actor_of(request)
    holds = m.IncidentHold.objects.live().filter(incident=row).exists()
    found = []
    for verb, step in STEPS.items():
        if (row.state, verb) not in INCIDENT or (verb == "release" and not holds):
            continue
        if verb in ("close", "dismiss") and not _may_end(actor, row, verb, holds):
            continue
        if actor.can(f"incident.{verb}", **_scope(row, verb)):
            weight: Any = "plain" if verb == "notify" and row.stop_entry else step.weight
            address = reverse(f"incident_{verb}", args=[row.id])
            found.append(Choice("", step.label, weight, href=address))
    return found


def _may_end(actor: Actor, row: m.Incident, verb: str, holds: bool) -> bool:
    waits = verb == "close" and row.hours is not None and row.stop_entry is None
    return not (holds or waits or row.reported_by_id == actor.person)


_TONES: dict[str, Tone] = {
    "incident.reported": "bad",
    "incident.held": "warn",
    "incident.notified": "ok",
    "incident.closed": "ok",
}
_SAID = ("note", "reason", "findings", "sanctions", "reference")


def _moments(request: HttpRequest, row: m.Incident) -> list[Moment]:
    """Return what happened with an incident, the oldest first: each entry with what was said in it."""
    put_right = {moment.at: moment for moment in history(request, row)}
    found = []
    for entry in record.naming(str(row.id), stream=row.project.stream):
        kind = str(entry.values.get("kind", ""))
        if not kind.startswith("incident.") or str(entry.values.get("incident")) != str(row.id):
            continue
        moment = put_right.get(entry.at) or entries.moment(entry.id, _TONES)
        if moment is None:
            continue
        if entry.at not in put_right:
            said: list[Any] = [str(entry.values[name]) for name in _SAID if entry.values.get(name)]
            known = entry.values.get("seen_since")
            if isinstance(known, list) and known:
                said.append(_all_the_same(len(known)))
            claimed = entry.values.get("noticed_at") or entry.values.get("notified_at")
            moment = replace(
                moment,
                detail=said,
                took_place_at=dt.datetime.fromisoformat(str(claimed)) if claimed else None,
            )
        found.append(moment)
    return sorted(found, key=lambda moment: moment.at)


def _all_the_same(n: int) -> Text:
    return Text(
        f"Reported all the same, knowing that {n} of these copies were counted or received after that time",
        f"已知其中{n}份副本在该时间之后清点或签收过，仍予报告",
    )


def of_project(request: HttpRequest, project: m.Project) -> list[Section]:
    """Return the incidents of a project that this reader may see; nothing without any."""
    rows = m.Incident.objects.visible_to(request.user).filter(project=project)
    found = list(IncidentTable.whole(rows)[: SHORT + 1])
    if not found:
        return []
    listed = f"{reverse('incidents')}?{urlencode({'project': project.id})}"
    return [Section(_("Incidents"), IncidentTable.short(found[:SHORT]), listed, more=len(found) > SHORT)]


def about(user: Any, party: UUID) -> Any:
    """Return the incidents about a party, by it, or that hold what it has; those that are open first."""
    holds = m.IncidentHold.objects.live().filter(Q(party=party) | Q(copy__custodian_party=party))
    rows = m.Incident.objects.visible_to(user).filter(
        Q(party=party) | Q(reported_for=party) | Q(id__in=holds.values("incident"))
    )
    return rows.order_by(Case(When(state__in=ENDED, then=1), default=0), "-created_at", "-id")


def counted(user: Any, party: UUID) -> tuple[int, int]:
    """Return how many of them are open, and how many have ended."""
    rows = about(user, party).order_by()
    ended = rows.filter(state__in=ENDED).count()
    return rows.count() - ended, ended


def of_party(request: HttpRequest, party: m.Party, title: str = "") -> list[Section]:
    """Return them as a short list; nothing without any."""
    found = list(IncidentTable.whole(about(request.user, party.id))[: SHORT + 1])
    if not found:
        return []
    listed = f"{reverse('incidents')}?{urlencode({'party': party.id})}"
    return [Section(title or _("Incidents"), IncidentTable.short(found[:SHORT]), listed, more=True)]


def of_copy(request: HttpRequest, copy: m.Copy) -> Fact | None:
    """Return that an incident holds a copy, to everyone who sees the copy; which one, to who may see it."""
    live = m.IncidentHold.objects.live().filter(copy=copy).select_related("incident")
    if not live.exists():
        return None
    seen = live.filter(incident__in=m.Incident.objects.visible_to(request.user).values("id"))
    links = [Link(one.incident.number, reverse("incident", args=[one.incident_id])) for one in seen]
    note = _("Until an officer releases it, it is not handed over.")
    return Fact(_("Frozen by incident"), links or _("Yes"), note=note)


def waiting(request: HttpRequest) -> Section | None:
    """Return the incidents whose authority is still to be notified, those with the least time first."""
    rows = m.Incident.objects.visible_to(request.user).to_notify().order_by("notify_by")
    found = list(IncidentTable.whole(rows)[: SHORT + 1])
    if not found:
        return None
    href = f"{reverse('incidents')}?still=notify"
    table = IncidentTable.short(found[:SHORT])
    return Section(_("Incidents to be notified"), table, href, more=len(found) > SHORT)
