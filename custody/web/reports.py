"""Custody reports: asking for one, watching it being built, taking it away."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import report_subjects, reports
from custody.actions.base import NotPermitted
from custody.filters import ReportFilter
from custody.reports import build, files
from custody.reports.attachments import read_attachments
from custody.terms import ReportKind, ReportState, ReportStep

from . import entries
from .base import actor_of, screen, visible_or_404, words
from .forms.reports import LANGUAGES, ReportForm
from .listing import List, Listed, Shown
from .names import project_crumbs
from .patterns import Choice, Fact, Link, Progress, Receipt, Table

STOP_POLLING = 286  # htmx takes the content and asks no more
KINDS = {"pdf": "application/pdf", "receipt": "text/plain; charset=utf-8", "bundle": "application/json"}
SUFFIXES = {"pdf": ".pdf", "receipt": ".pdf.receipt", "bundle": ".bundle.json"}
RECEIPT_WAIT = dt.timedelta(minutes=2)


LEADS: Mapping[ReportKind, Any] = {
    ReportKind.PROJECT: _l(
        "The report holds parties, chain, handoffs, refusals and approvals with their proof. "
        "It is sealed and can be checked without this site. That you asked is recorded."
    ),
    ReportKind.COPY: _l(
        "The report holds who had this copy, and when, with the proof that nothing of it is left out. "
        "It tells nothing of any other copy, so it can be given to whoever may know of this one alone."
    ),
    ReportKind.OFFICER: _l(
        "The report holds each decision of one officer in this project: on what, what the rules had said, "
        "why, and whether it was signed. The evidence inside holds the whole project."
    ),
    ReportKind.REFUSALS: _l(
        "The report holds what the rules refused in a period, with the reason that the person gave, and "
        "every override. The evidence inside holds the whole project."
    ),
    ReportKind.PARTY: _l(
        "The report holds one party of this project: who controls it, its certificates, subcontracts, "
        "copies, refusals and acts. The evidence inside holds the whole project."
    ),
    ReportKind.INSPECTION: _l(
        "The report holds what the ledger tells on each of the 13 heads by which the secrecy authority "
        "inspects, in their order, and says where it holds nothing. The evidence inside holds the whole "
        "project."
    ),
    ReportKind.DESTRUCTION: _l(
        "The report certifies one destruction: which copies, who approved it and how it was signed, what the "
        "rules said, who carried it out and who saw it. The evidence inside holds the whole project."
    ),
    ReportKind.STOCKTAKE: _l(
        "The report holds one stocktake: what was expected, both counts, what is missing and who answers for "
        "it, how differences were settled, and who signed. The evidence inside holds the whole project."
    ),
}


def _language(row: m.Report) -> Any:
    """Return what the language of a report is called; ``zh-hans`` is Chinese too."""
    return LANGUAGES.get(row.language) or LANGUAGES.get(row.language[:2], row.language)


class ReportTable(Listed):
    """Reports, the newest first."""

    related = ("project", "requested_by")
    asked = Shown(_l("Asked for"), lambda r: Link(r.created_at, reverse("report", args=[r.id])), "created_at")
    project = Shown(_l("Project"), lambda r: r.project.code, "project__code")
    kind = Shown(_l("Kind"), lambda r: r.kind.text, "kind")
    language = Shown(_l("Language"), _language, "language")
    by = Shown(_l("By"), lambda r: r.requested_by.name, "requested_by__name")
    state = Shown(_l("State"), lambda r: r.state, "state")
    built = Shown(_l("Built"), lambda r: r.built_at, "built_at", first=False)
    sha256 = Shown(_l("SHA-256 of the file"), lambda r: r.sha256, first=False)


REPORTS = List("reports", _l("Reports"), ReportFilter, ReportTable, _l("No reports requested yet."))


def table(rows: Any) -> Table:
    """Return reports as a short table."""
    return ReportTable.short(rows, _("No reports requested yet."))


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the reports that this reader may see."""
    return REPORTS.answer(request, m.Report.objects.visible_to(request.user))


@screen("GET", "POST")
def new(request: HttpRequest, project: UUID) -> HttpResponse:
    """Ask for a report on a project."""
    row = visible_or_404(m.Project.objects, request, project)
    actor = actor_of(request)
    if not reports.may_request(actor, row):
        raise NotPermitted("report.request")
    given = request.POST if request.method == "POST" else None
    kind = _kind(given or request.GET)
    language = "zh" if request.LANGUAGE_CODE.startswith("zh") else "en"
    form = ReportForm(
        given,
        kind,
        row,
        request.user,
        initial={"language": language, **request.GET.dict(), "kind": str(kind)},
    )
    if form.is_bound and form.is_valid():
        asked = {"language": form.cleaned_data["language"], **form.said}
        done = reports.request(actor, project=row.id, kind=kind, **asked)
        return redirect("report", done.object.id)
    here = reverse("report_new", args=[row.id])
    context = {
        "crumbs": project_crumbs(row),
        "heading": _("Request a report"),
        "lead": LEADS[kind],
        "kinds": [
            {"label": words(one.text), "href": f"{here}?kind={one}", "current": one is kind}
            for one in ReportKind
        ],
        "form": form,
        "submit": _("Request the report"),
        "cancel": reverse("project", args=[row.id]),
    }
    return render(request, "report/new.html", context, status=422 if form.errors else 200)


def _kind(given: QueryDict) -> ReportKind:
    """Return the kind that is asked for; the whole project's where none is, or one that is not known."""
    try:
        return ReportKind(given.get("kind") or ReportKind.PROJECT)
    except ValueError:
        return ReportKind.PROJECT


def button(request: HttpRequest, project: m.Project, kind: ReportKind, **asked: str) -> list[Choice]:
    """Return the way to a report of a kind, where this reader may ask for one; ``asked``: on what."""
    if not reports.may_request(actor_of(request), project):
        return []
    address = f"{reverse('report_new', args=[project.id])}?{urlencode({'kind': str(kind), **asked})}"
    return [Choice("", _("Request a report"), href=address)]


@screen()
def detail(request: HttpRequest, report: UUID) -> HttpResponse:
    """Show how far a report is, and give it once it is ready; htmx gets the middle part alone."""
    row = visible_or_404(m.Report.objects.select_related("project", "requested_by"), request, report)
    running = row.state in (ReportState.REQUESTED, ReportState.BUILDING) or _receipt_to_come(row)
    context = {
        "crumbs": project_crumbs(row.project),
        "heading": _("Report on %(project)s") % {"project": row.project.code},
        "job": _job(row, running=running),
        "receipt": _receipt(row) if row.state is ReportState.READY else None,
        "facts": [
            Fact(_("Project"), row.project.title),
            Fact(_("Kind"), row.kind.text, note=report_subjects.named(row)),
            Fact(_("Language"), _language(row)),
            Fact(_("Asked for by"), row.requested_by.name),
            Fact(_("Asked for"), row.created_at),
        ],
    }
    if request.headers.get("HX-Request"):
        status = 200 if running else STOP_POLLING
        return render(request, "report/_progress.html", context, status=status)
    return render(request, "report/detail.html", context)


def _job(row: m.Report, *, running: bool) -> Progress:
    here = reverse("report", args=[row.id])
    if row.state is ReportState.READY:
        said = _("The report is ready; its receipt follows.") if running else _("The report is ready.")
        return Progress(here, said, 100, running=running, tone="ok")
    if row.state is ReportState.FAILED:
        said = _(
            "The report could not be built. Ask for it again; if it fails again, tell the administrator."
        )
        return Progress(here, said, running=False, tone="bad")
    if row.state is ReportState.WITHDRAWN:
        said = _(
            "This report held personal data that was erased on order. It was withdrawn; ask for a new one."
        )
        return Progress(here, said, running=False, tone="bad")
    step = next((s.text for s in ReportStep if s.value == row.step), row.state.text)
    return Progress(here, step, row.progress, running=running)


def _receipt_to_come(row: m.Report) -> bool:
    """Tell whether a report was issued a moment ago and its receipt is not there yet."""
    if row.state is not ReportState.READY or _file(row, "receipt") or row.built_at is None:
        return False
    return timezone.now() - row.built_at < RECEIPT_WAIT


def _receipt(row: m.Report) -> Receipt:
    names = {
        "pdf": _("Download the report (PDF)"),
        "receipt": _("Download the receipt"),
        "bundle": _("Download the evidence file"),
    }
    links = [
        Link(words, reverse("report_file", args=[row.id, kind]))
        for kind, words in names.items()
        if _file(row, kind)
    ]
    facts = [
        Fact(_("Built"), row.built_at),
        Fact(_("Ledger size it rests on"), row.log_size),
        Fact(_("Size in bytes"), row.length),
        Fact(_("Time of sealing"), words(row.seal_time.text)),
        *([Fact(_("Time stamp"), row.stamped_at, note=row.stamped_by)] if row.stamped_at else []),
        Fact(
            _("How to check it"),
            _(
                "Keep the receipt beside the PDF. Check both on any computer with the trust folder "
                "that you were given by another way."
            ),
        ),
    ]
    return Receipt(_("Sealed report"), facts, entries.state_of(row.entry), row.sha256, links)


def _file(row: m.Report, kind: str) -> Path | None:
    """Return the file of a built report if it is there."""
    if row.state is not ReportState.READY:
        return None
    return files.built(Path(settings.REPORTS_DIR), row.file, receipt=kind == "receipt")


def _evidence(pdf: bytes) -> bytes:
    """Return the evidence file that a report carries inside. Raises Http404 when there is none to read."""
    try:
        return read_attachments(pdf)[build.EVIDENCE]
    except (KeyError, ValueError):
        raise Http404 from None


@screen()
def file(request: HttpRequest, report: UUID, kind: str) -> Any:
    """Give the sealed PDF, its receipt or its evidence file, to be saved and never opened in the browser."""
    row = visible_or_404(m.Report.objects.select_related("project"), request, report)
    path = _file(row, kind) if kind in KINDS else None
    if path is None:
        raise Http404
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", row.project.code).strip("-.") or "report"
    name = f"holdfast-{stem}-{str(row.id)[:8]}{SUFFIXES[kind]}"
    if kind == "bundle":
        return entries.download(_evidence(path.read_bytes()), name, KINDS[kind])
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=name)
    answer["Content-Type"] = KINDS[kind]
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
