"""Full checks: what they found, what is frozen, and its settling; and the state of the site for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from custody import frozen
from custody import models as m
from custody.actions import checks
from custody.actions.base import NotPermitted
from custody.actions.checks import Standing
from custody.terms import CheckKind, CheckVerdict

from .base import actor_of, heads, screen, told_in, words
from .forms.fields import ReasonForm
from .patterns import Fact, Link, Table

Answer = Callable[[HttpRequest], HttpResponse]


def health(log: Answer) -> Answer:
    """Return the page for programs: what the log says of itself, the full checks, the frozen records.

    Its word is `attention` where a check failed, is missing or froze a record, unless the log itself is
    frozen. Strangers to the log learn the word alone. No names, no values.
    """

    @login_not_required
    @require_safe
    def answer(request: HttpRequest) -> HttpResponse:
        own = log(request)
        told = json.loads(own.content)
        standing = checks.standing(timezone.now())
        held = len(frozen.open_ones())
        if held or not all(s.good or _fresh(s) for s in standing.values()):
            told["status"] = "frozen" if told["status"] == "frozen" else "attention"
        if len(told) > 1:
            told["frozen_records"] = held
            told["full_checks"] = {str(kind): _told(s) for kind, s in standing.items()}
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
            Link(f"{row.table} {row.object}", reverse("frozen", args=[row.id])),
            ", ".join(row.columns),
            row.created_at,
        ]
        for row in frozen.open_ones()
    ]
    context = {
        "heading": _("Full checks"),
        "lead": _("Every night the ledger is checked against itself, and every record against the ledger."),
        "facts": facts(),
        "table": Table(
            heads(_("Record"), _("What differs"), _("Since")),
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
    context = {
        "heading": f"{row.table} {row.object}",
        "lead": _(
            "This record was changed without an entry. Acts that rest on it are held. Put it right, or have "
            "it set back on the server with manage.py custody_fsck --repair; then say here what was found."
        ),
        "facts": [
            Fact(_("What differs"), ", ".join(row.columns)),
            Fact(_("Since"), row.created_at),
            Fact(_("Settled"), _("Yes") if row.settled_entry else _("No")),
        ],
        "crumbs": [Link(_("Full checks"), reverse("checks"))],
        "form": None if row.settled_entry else form,
        "submit": _("Check again and settle"),
    }
    return render(request, "check/page.html", context, status=422 if form.errors else 200)


def facts() -> list[Fact]:
    """Return a line for each full check: when, what came of it, whether one is missing."""
    lines = []
    for kind, standing in checks.standing(timezone.now()).items():
        run = standing.run
        value = _("Not run yet") if run is None else f"{words(run.verdict.text)} · {_when(run)}"
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


def _when(run: m.CheckRun) -> str:
    return timezone.localtime(run.finished_at).strftime("%Y-%m-%d %H:%M")


def _for_administrators(request: HttpRequest) -> None:
    if not actor_of(request).can("object.settle"):
        raise NotPermitted("object.settle")
