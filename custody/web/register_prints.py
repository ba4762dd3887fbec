"""Printed registers: printed, listed, taken as a PDF; and the page that their QR code opens, which takes the
scan of the stamped paper."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import register_prints as actions
from custody.actions.base import NotPermitted, done_before
from custody.actions.files import FIELD
from custody.filters import RegisterPrintFilter

from . import entries, files
from .base import actor_of, screen, signed_in, token_of, told_in, visible_or_404
from .forms.files import ScanForm
from .forms.register_prints import RegisterPrintForm
from .listing import List, Listed, Shown
from .names import party_link, party_name, project_crumbs
from .patterns import Choice, Fact, Link

LANGUAGES = {"both": _l("Chinese and English"), "zh": _l("Chinese"), "en": _l("English")}


class RegisterPrintTable(Listed):
    """Printed registers, the newest first."""

    related = ("project", "party", "printed_by")
    number = Shown(_l("Number"), lambda r: Link(r.number, reverse("register_print", args=[r.id])), "number")
    register = Shown(_l("Kind of register"), lambda r: r.register, "register")
    project = Shown(
        _l("Project"), lambda r: r.project.code if r.project else _l("All projects"), "project__code"
    )
    party = Shown(
        _l("Whose lines"), lambda r: party_name(r.party) if r.party else _l("All parties"), "party__name"
    )
    starts = Shown(_l("First day"), lambda r: r.starts, "starts")
    ends = Shown(_l("Last day"), lambda r: r.ends, "ends")
    lines = Shown(_l("Lines"), lambda r: r.lines, "lines")
    at = Shown(_l("Printed on"), lambda r: r.printed_at, "printed_at")
    by = Shown(_l("Printed by"), lambda r: r.printed_by.name, "printed_by__name", first=False)
    pages = Shown(_l("Number of pages"), lambda r: r.pages, first=False)
    size = Shown(_l("Ledger size"), lambda r: r.ledger_size, first=False)
    sha256 = Shown(_l("SHA-256 of the file"), lambda r: r.sha256, first=False)


PRINTS = List(
    "register_prints",
    _l("Printed registers"),
    RegisterPrintFilter,
    RegisterPrintTable,
    _l("No printed register fits."),
)


def _may_somewhere(request: HttpRequest, project: m.Project | None) -> bool:
    actor = actor_of(request)
    own: list[UUID | None] = [None, *(party for party, _role in actor.memberships)]
    return any(actions.may_print(actor, project, party) for party in own)


def link(request: HttpRequest, project: m.Project | None = None) -> list[Choice]:
    """Return the way to printed registers, for who may print some or sees some."""
    if not _may_somewhere(request, project):
        rows = m.RegisterPrint.objects.visible_to(request.user)
        if not (rows.filter(project=project) if project else rows).exists():
            return []
    asked = f"?project={project.id}" if project else ""
    return [Choice("", _("Printed registers"), href=reverse("register_prints") + asked)]


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the printed registers that this reader may see, with the way to print another."""
    project = _asked_project(request)
    choices = [Choice("", _("Attach a scan by its QR code"), href=reverse("scan_new"))]
    if _may_somewhere(request, project):
        href = (
            reverse("register_print_of_project", args=[project.id])
            if project
            else reverse("register_print_new")
        )
        choices.insert(0, Choice("", _("Print a register"), "primary", href=href))
    return PRINTS.answer(request, m.RegisterPrint.objects.visible_to(request.user), choices=choices)


def _asked_project(request: HttpRequest) -> m.Project | None:
    try:
        asked = UUID(request.GET.get("project", ""))
    except ValueError:
        return None
    return m.Project.objects.visible_to(request.user).filter(id=asked).first()


@screen("GET", "POST")
def new(request: HttpRequest, project: UUID | None = None) -> HttpResponse:
    """Ask which register, and print it."""
    row = visible_or_404(m.Project.objects, request, project) if project else None
    if not _may_somewhere(request, row):
        raise NotPermitted("register_print.make_own")
    actor, token = actor_of(request), token_of(request)
    posted = request.method == "POST"
    for verb in ("register_print.make", "register_print.make_own") if posted and token else ():
        if token and (done := done_before(actor, token, verb)):
            return redirect("register_print", done.object.id)
    form = RegisterPrintForm(
        request.POST if posted else None, user=signed_in(request), actor=actor, project=row
    )
    if form.is_bound and form.is_valid():
        with told_in(form):
            done = actions.make_either(actor, form.asked())
            return redirect("register_print", done.object.id)
    listed = reverse("register_prints") + (f"?project={row.id}" if row else "")
    context = {
        "crumbs": [*(project_crumbs(row) if row else []), Link(_("Printed registers"), listed)],
        "heading": _("Print a register"),
        "lead": _(
            "The lines are told from the sealed ledger. The printing is recorded, and each gets a number of "
            "its own."
        ),
        "form": form,
        "choices": [Choice("do", _("Print it"), "primary", "step")],
        "cancel": listed,
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)


def _row(request: HttpRequest, id: UUID) -> m.RegisterPrint:
    rows = m.RegisterPrint.objects.select_related(*RegisterPrintTable.related, "project__owner_party")
    row: m.RegisterPrint = visible_or_404(rows, request, id)
    return row


@screen("GET", "POST")
def detail(request: HttpRequest, print: UUID) -> HttpResponse:
    """Show a printed register, the file and the scans of its stamped paper; take another scan."""
    row, actor, token = _row(request, print), actor_of(request), token_of(request)
    form = None
    if actions.may_attach(actor, row):
        form = ScanForm(*((request.POST, request.FILES) if request.method == "POST" else (None, None)))
    if request.method == "POST":
        if form is None:
            raise NotPermitted("register_print.attach")
        if token and done_before(actor, token, "register_print.attach"):
            return redirect("register_print", row.id)
        if form.is_valid():
            with told_in(form):
                actions.attach(actor, print=row.id, file=form.cleaned_data[FIELD])
                return redirect("register_print", row.id)
    listed = reverse("register_prints") + (f"?project={row.project_id}" if row.project_id else "")
    stamped = files.printed(row)
    project = (
        Fact(_("Project"), row.project.code, href=reverse("project", args=[row.project_id]))
        if row.project
        else Fact(_("Project"), _("All projects"))
    )
    context = {
        "crumbs": [
            *(project_crumbs(row.project) if row.project else []),
            Link(_("Printed registers"), listed),
        ],
        "heading": row.number,
        "lead": row.register.text,
        "facts": [
            project,
            Fact(_("Whose lines"), party_link(row.party) if row.party else _("All parties")),
            Fact(_("First day"), row.starts),
            Fact(_("Last day"), row.ends, note=row.zone),
            Fact(_("Lines"), row.lines),
            Fact(_("Number of pages"), row.pages),
            Fact(_("Language"), LANGUAGES.get(row.language, row.language)),
            Fact(_("Printed on"), row.printed_at, note=row.printed_by.name),
            Fact(_("Ledger size"), row.ledger_size, note=_("What was recorded after is not in it.")),
            Fact(_("SHA-256 of the file"), row.sha256, mono=True),
        ],
        "choices": [
            Choice(
                "",
                _("Take the register as a PDF"),
                "primary",
                href=reverse("register_print_pdf", args=[row.id]),
            )
        ],
        "entry_state": entries.state_of(row.entry),
        "evidence": files.shown(request, [stamped]),
        "form": form,
        "scan": [Choice("do", _("Attach the scan"), "primary", "step")],
    }
    bad = form is not None and form.errors
    return render(request, "register_print/detail.html", context, status=422 if bad else 200)


@screen()
def paper(request: HttpRequest, print: UUID) -> HttpResponse:
    """Give the very file that was printed."""
    row = _row(request, print)
    return entries.download(actions.content(row), f"{row.number}.pdf", "application/pdf")


@screen()
def scanned(request: HttpRequest, address: str) -> HttpResponse:
    """Lead from the address in a QR code to its register, for whoever may see it."""
    row = get_object_or_404(m.RegisterPrint.objects.visible_to(request.user), address=address)
    return redirect("register_print", row.id)
