"""Full checks: what they found, what is frozen, and its settling; and the state of the site for programs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from custody import frozen, outbox, record, single
from custody import models as m
from custody.actions import attempts, checks
from custody.actions.base import NotPermitted
from custody.actions.checks import Standing
from custody.compare import differences, plain
from custody.fields import field_name
from custody.terms import CheckKind, CheckVerdict, Text, Verb
from ledger import api as ledger

from . import held
from .base import actor_of, heads, screen, told_in, words
from .forms.fields import ReasonForm
from .patterns import Fact, Link, Table

Answer = Callable[[HttpRequest], HttpResponse]
WHOLE = Text("The whole row", "整行")
NO_ROW = Text("No such row", "无此行")
ATTEMPTS = 50
"""So many attempts that a frozen record held are shown, the newest first."""
HIDDEN = Text("Hidden", "不显示")


def health(log: Answer) -> Answer:
    """Return the page for programs: what the log says of itself, the full checks, the frozen records, the
    background work, the clock.

    Its word is `attention` where a check failed, is missing or froze a record, a job is late or the clock is
    doubtful, unless the log itself is frozen. Strangers to the log learn the word alone. No names of people
    or things, no values.
    """

    @login_not_required
    @require_safe
    def answer(request: HttpRequest) -> HttpResponse:
        own = log(request)
        told = json.loads(own.content)
        standing = checks.standing(timezone.now())
        count = len(frozen.open_ones())
        jobs, clock = outbox.standing(timezone.now()), ledger.clock()
        bad = not all(s.good or _fresh(s) for s in standing.values())
        if count or bad or jobs.late or clock.doubtful:
            told["status"] = "frozen" if told["status"] == "frozen" else "attention"
        if len(told) > 1:
            told["frozen_records"] = count
            told["full_checks"] = {str(kind): _told(s) for kind, s in standing.items()}
            told["jobs"] = asdict(jobs)
            told["clock"] = asdict(clock) | {"doubtful": clock.doubtful}
        return JsonResponse(told, status=own.status_code, headers={"Cache-Control": "no-store"})

    return answer


def _told(standing: Standing) -> dict[str, Any]:
    run = standing.run
    return {
        "verdict": str(run.verdict) if run else None,
        "finished_at": run.finished_at if run else None,
        "faults": run.faults if run else None,
        "missing": standing.late,
    }


def _fresh(standing: Standing) -> bool:
    """Whether nothing was checked yet because the site has only just been set up."""
    return standing.run is None and not standing.late


@screen()
def page(request: HttpRequest) -> HttpResponse:
    """Show the newest full checks and every record that is frozen."""
    _for_administrators(request)
    rows = [
        [
            Link(held.name_of(row), reverse("frozen", args=[row.id])),
            _columns(row),
            row.created_at,
        ]
        for row in frozen.open_ones()
    ]
    context = {
        "heading": _("Full checks"),
        "lead": _("Every night the ledger is checked against itself, and every record against the ledger."),
        "facts": facts(),
        "table": Table(
            heads(_("The record"), _("What differs"), _("Since")),
            rows,
            empty=_("Every record agreed with the ledger when it was last checked.")
            if checks.newest_run(CheckKind.CUSTODY)
            else _("No record was checked yet."),
        ),
    }
    return render(request, "check/page.html", context)


@screen("GET", "POST")
def one(request: HttpRequest, frozen: UUID) -> HttpResponse:
    """Show one frozen record, and settle it once it agrees again."""
    _for_administrators(request)
    row = get_object_or_404(m.FrozenObject, id=frozen)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with told_in(form):
            checks.settle(actor_of(request), frozen=row.id, reason=form.cleaned_data["reason"])
            return redirect("checks")
    table, agrees = _values(row)
    context = {
        "heading": words(held.name_of(row)),
        "values": table,
        "agrees": agrees and not row.settled_entry,
        "attempts": _attempts(row),
        "lead": _(
            "This record was changed without an entry. Acts that rest on it are held. Put it right, or have "
            "it set back on the server with manage.py custody_fsck --repair; then say here what was found."
        ),
        "facts": [
            Fact(_("Row in its table"), f"{row.table} {row.object}", href=held.page_of(row), mono=True),
            Fact(_("Since"), row.created_at),
            Fact(_("Settled"), _("Yes") if row.settled_entry else _("No")),
        ],
        "crumbs": [Link(_("Full checks"), reverse("checks"))],
        "form": None if row.settled_entry else form,
        "submit": _("Check again and settle"),
    }
    return render(request, "check/page.html", context, status=422 if form.errors else 200)


def _columns(row: m.FrozenObject) -> list[Text]:
    """Return the names of the columns that differed; what is said of a whole row needs no column."""
    return [WHOLE if column == "*" else _field(column) for column in row.columns]


def _field(column: str) -> Text:
    """Return what a field is called, and its column, under which the owner of the database finds it."""
    name = field_name(column)
    return name if name.en == column else Text(f"{name.en} ({column})", f"{name.zh}（{column}）")


def _values(row: m.FrozenObject) -> tuple[Table, bool]:
    """Return what ledger and table say of each column that differed or differs, and whether they agree now.

    What the table said when the record was frozen is told by the entry; a person who was erased is not.
    """
    columns_ = heads(
        _("Field"), _("The ledger says"), _("The table says now"), _("The table said when it was found")
    )
    model = checks.BY_TABLE.get(row.table)
    if model is None:  # put in past the ledger
        return Table(columns_, [], empty=_("It names no table of Holdfast.")), False
    # None: this row was itself put in past the ledger.
    entries = record.naming(str(row.id), ("object.frozen/1",))
    found: Any = entries[0].values.get("database") if entries else None
    found = found or {}
    told, stored = single.rows(model, row.object)
    now = list(differences(model, row.object, told, stored))
    columns = dict.fromkeys([*row.columns, *(d.column for d in now)])
    if "*" in columns:
        columns = dict.fromkeys(single.columns(model, told))
    lines = [
        [
            _field(c),
            *(
                HIDDEN if single.secret(model, c) else v
                for v in (_said(told, c), _said(stored, c), _then(found, c))
            ),
        ]
        for c in columns
    ]
    return Table(columns_, lines), not now


def _attempts(row: m.FrozenObject) -> Table:
    """Return the newest attempts that this record has held."""
    entries = attempts.held(str(row.id), row.created_at)
    newest = sorted(entries, key=lambda entry: entry.at, reverse=True)[:ATTEMPTS]
    persons = {str(e.values["person"]) for e in newest} - {"None"}
    names = {str(p.id): p.name for p in m.Person.objects.filter(id__in=persons)}
    ids = {stream.removeprefix("project:") for e in newest for stream in _strings(e.values["streams"])}
    projects = {str(p.id): p for p in m.Project.objects.filter(id__in=[i for i in ids if len(i) == 36])}
    lines: list[list[Any]] = []
    for entry in newest:
        about = [projects.get(s.removeprefix("project:")) for s in _strings(entry.values["streams"])]
        lines.append(
            [
                entry.at,
                names.get(str(entry.values["person"]), _("The system")),
                _verb(str(entry.values["verb"])),
                [Link(p.code, reverse("project", args=[p.id])) for p in about if p],
            ]
        )
    columns = heads(_("When"), _("By"), _("What"), _("Project"))
    return Table(columns, lines, empty=_("No act has met it."))


def _verb(verb: str) -> Text | str:
    """Return what was tried as the rules call it; an act on which no rule is asked stands for itself."""
    return Verb(verb).text if verb in {str(each) for each in Verb} else verb


def _strings(value: Any) -> list[str]:
    return [str(each) for each in value]


def _said(row: Mapping[str, Any] | None, column: str) -> Any:
    if row is None:
        return NO_ROW
    return _shown(plain(row.get(column)))


def _then(found: Mapping[str, str], column: str) -> Any:
    return _shown(json.loads(found[column])) if column in found else None


def _shown(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def going() -> list[Fact]:
    """Return a line for the background work and one for the clock, with what is wrong."""
    now = timezone.now()
    jobs, reasons = outbox.standing(now), ledger.clock().reasons()
    late = ""
    if jobs.late and jobs.since:
        late = _(
            "%(late)d wait for more than five minutes, the oldest since %(since)s. "
            "See whether worker, timer and broker run."
        ) % {"late": jobs.late, "since": _when(jobs.since)}
    return [
        Fact(_("Background work that waits"), jobs.due, note=late),
        Fact(_("Clock of this site"), _("DOUBTFUL") if reasons else _("Agrees"), note=" ".join(reasons)),
    ]


def facts() -> list[Fact]:
    """Return a line for each full check: when, what came of it, whether one is missing."""
    lines = []
    for kind, standing in checks.standing(timezone.now()).items():
        run = standing.run
        value = _("Not run yet") if run is None else f"{words(run.verdict.text)} · {_when(run.finished_at)}"
        note = (
            _("MISSING: no check in the last 36 hours. See whether worker and timer run.")
            if standing.late
            else ""
        )
        if run is not None and run.verdict is not CheckVerdict.OK:
            note = f"{note} {run.summary.splitlines()[0] if run.summary else ''}".strip()
        lines.append(Fact(_label(kind), value, href=reverse("checks"), note=note))
    return lines


def _label(kind: CheckKind) -> str:
    return _("Full check: %(what)s") % {"what": words(kind.text)}


def _when(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _for_administrators(request: HttpRequest) -> None:
    if not actor_of(request).can("object.settle"):
        raise NotPermitted("object.settle")
