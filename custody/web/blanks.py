"""Blank receipts: printed, given out, accounted for; and what their QR code opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import codes
from custody import models as m
from custody.actions import blanks as actions
from custody.actions.base import Outcome, done_before
from custody.filters import BlankReceiptFilter
from custody.reports import blank_receipts
from custody.terms import BlankState, ProjectState
from custody.transitions import BLANK, move

from . import entries
from .base import actor_of, screen, token_of, told_in, visible_or_404
from .forms.blanks import BecameForm, IssueForm, PrintForm
from .listing import List, Listed, Shown
from .names import party_link, party_name, project_crumbs
from .patterns import Choice, Fact, Link, Section


class BlankTable(Listed):
    """Blank receipts, the newest numbers first."""

    related = ("project", "issued_to", "party", "handoff", "printed_by", "issued_by")
    number = Shown(_l("Number"), lambda b: Link(b.number, reverse("blank", args=[b.id])), "number")
    project = Shown(
        _l("Project"), lambda b: b.project.code if b.project else _l("Any project"), "project__code"
    )
    state = Shown(_l("State"), lambda b: b.state, "state")
    to = Shown(_l("Issued to"), lambda b: b.issued_to.name if b.issued_to else None, "issued_to__name")
    at = Shown(_l("Issued on"), lambda b: b.issued_at, "issued_at")
    used = Shown(
        _l("Used for"),
        lambda b: Link(b.handoff.number, reverse("handoff", args=[b.handoff_id])) if b.handoff else None,
    )
    party = Shown(_l("For the party"), lambda b: party_name(b.party) if b.party else None, first=False)
    by = Shown(_l("Given out by"), lambda b: b.issued_by.name if b.issued_by else None, first=False)
    printed = Shown(_l("Printed on"), lambda b: b.created_at, "created_at", first=False)
    why = Shown(_l("Why"), lambda b: b.reason or None, first=False)


BLANKS = List(
    "blanks", _l("Blank receipts"), BlankReceiptFilter, BlankTable, _l("No blank receipt fits.")
)  # fmt: skip


def link(request: HttpRequest, project: m.Project | None = None) -> list[Choice]:
    """Return the way to blank receipts, for who may print some or sees some."""
    rows = m.BlankReceipt.objects.visible_to(request.user)
    rows = rows.filter(project=project) if project else rows
    owner = project.owner_party_id if project else None
    if not (actor_of(request).can("blank.print", owner=owner) or rows.exists()):
        return []
    asked = f"?project={project.id}" if project else ""
    return [Choice("", _("Blank receipts"), href=reverse("blanks") + asked)]


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the blank receipts that this reader may see, with the way to print more."""
    choices = []
    project = _asked_project(request)
    if project is None or project.state is ProjectState.OPEN:
        owner = project.owner_party_id if project else None
        if actor_of(request).can("blank.print", owner=owner):
            href = reverse("blanks_of_project_new", args=[project.id]) if project else reverse("blanks_new")
            choices = [Choice("", _("Print blank receipts"), "primary", href=href)]
    return BLANKS.answer(request, m.BlankReceipt.objects.visible_to(request.user), choices=choices)


def _asked_project(request: HttpRequest) -> m.Project | None:
    try:
        asked = UUID(request.GET.get("project", ""))
    except ValueError:
        return None
    return m.Project.objects.visible_to(request.user).filter(id=asked).first()


@screen("GET", "POST")
def new(request: HttpRequest, project: UUID | None = None) -> HttpResponse:
    """Number a block of blank receipts; its forms are then taken as a PDF."""
    row = visible_or_404(m.Project.objects, request, project) if project else None
    actor, token = actor_of(request), token_of(request)
    actor.require("blank.print", owner=row.owner_party_id if row else None)
    posted = request.method == "POST"
    if posted and token and (done := done_before(actor, token, "blank.print")):
        return redirect("blank", done.object.id)
    form = PrintForm(request.POST if posted else None)
    if form.is_bound and form.is_valid():
        with told_in(form):
            outcome = actions.print_block(
                actor, count=form.cleaned_data["count"], project=row.id if row else None
            )
            return redirect("blank", outcome.object.id)
    listed = reverse("blanks") + (f"?project={row.id}" if row else "")
    context = {
        "crumbs": [*(project_crumbs(row) if row else []), Link(_("Blank receipts"), listed)],
        "heading": _("Print blank receipts"),
        "lead": _(
            "For handoffs while there is no network. Each number is accounted for: issued, used, spoiled or "
            "missing."
        ),
        "form": form,
        "choices": [Choice("do", _("Number them"), "primary", "step")],
        "cancel": listed,
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)


@screen()
def forms_pdf(request: HttpRequest, block: UUID, language: str) -> HttpResponse:
    """Give the forms of a block that nobody has taken yet, as a PDF to be printed."""
    rows = m.BlankReceipt.objects.visible_to(request.user).filter(block=block, state=BlankState.PRINTED)
    found = list(rows.select_related("project__owner_party").order_by("number"))
    if not found or language not in blank_receipts.LANGUAGES:
        raise Http404
    project = found[0].project
    actor_of(request).require("blank.print", owner=project.owner_party_id if project else None)
    site = m.Site.objects.first()
    made = [
        blank_receipts.Form(
            row.number,
            settings.SITE_URL + reverse("blank_scanned", args=[row.number]),
            row.project.code if row.project else "",
        )
        for row in found
    ]
    body = blank_receipts.draw(made, site=site.name if site else "", language=language)
    return entries.download(body, f"{found[0].number}-{found[-1].number}.pdf", "application/pdf")


@screen()
def scanned(request: HttpRequest, code: str) -> HttpResponse:
    """Lead from the address on a form to the handoff that it was used for, else to the form itself."""
    rows = m.BlankReceipt.objects.visible_to(request.user)
    row = get_object_or_404(rows, number=codes.normalise(code))
    used = row.handoff_id and m.Handoff.objects.visible_to(request.user).filter(id=row.handoff_id).exists()
    return redirect("handoff", row.handoff_id) if used else redirect("blank", row.id)


def _row(request: HttpRequest, id: UUID) -> m.BlankReceipt:
    rows = m.BlankReceipt.objects.select_related(*BlankTable.related, "project__owner_party")
    row: m.BlankReceipt = visible_or_404(rows, request, id)
    return row


def _scope(row: m.BlankReceipt) -> dict[str, UUID | None]:
    return {"owner": row.project.owner_party_id if row.project else None, "holder": row.party_id}


def _crumbs(row: m.BlankReceipt) -> list[Link]:
    listed = reverse("blanks") + (f"?project={row.project_id}" if row.project_id else "")
    return [*(project_crumbs(row.project) if row.project else []), Link(_("Blank receipts"), listed)]


@screen()
def detail(request: HttpRequest, form: UUID) -> HttpResponse:
    """Show one form: who has it, what became of it, and the rest of its block."""
    row = _row(request, form)
    block = m.BlankReceipt.objects.visible_to(request.user).filter(block=row.block).order_by("number")
    given_out = row.issued_by.name if row.issued_by else ""
    context = {
        "crumbs": _crumbs(row),
        "heading": row.number,
        "state": row.state,
        "facts": [
            Fact(_("Project"), row.project.code if row.project else _("Any project")),
            Fact(_("Printed on"), row.created_at, note=row.printed_by.name),
            Fact(_("Issued to"), row.issued_to.name if row.issued_to else None),
            *([Fact(_("For the party"), party_link(row.party))] if row.party else []),
            *([Fact(_("Issued on"), row.issued_at, note=given_out)] if row.issued_at else []),
            *(
                [Fact(_("Used for"), row.handoff.number, href=reverse("handoff", args=[row.handoff_id]))]
                if row.handoff
                else []
            ),
            *([Fact(_("Why"), row.reason)] if row.reason else []),
        ],
        "choices": _choices(request, row),
        "sections": [Section(_("Its block"), BlankTable.short(block))],
        "entry_state": entries.state_of(row.entry),
    }
    return render(request, "blank/detail.html", context)


def _choices(request: HttpRequest, row: m.BlankReceipt) -> list[Choice]:
    actor = actor_of(request)
    found = []
    ended = row.handoff is not None and row.handoff.state.value in ("declined", "withdrawn")
    if (row.state is BlankState.ISSUED or (row.state is BlankState.USED and ended)) and actor.can(
        "paper.enter", sender=row.party_id
    ):
        href = reverse("paper_ways", args=[row.id])
        found.append(Choice("", _("Enter the handoff that took place"), "primary", href=href))
    if row.state is BlankState.PRINTED and actor.can("blank.print", **_scope(row)):
        for language, label in (
            ("both", _("Take the forms as a PDF, in both languages")),
            ("en", _("In English")),
            ("zh", _("In Chinese")),
        ):
            href = reverse("blanks_pdf", args=[row.block, language])
            found.append(Choice("", label, "primary" if language == "both" else "plain", href=href))
    for verb, step in STEPS.items():
        if (row.state, verb) in BLANK and actor.can(f"blank.{verb}", **_scope(row)):
            weight: Literal["plain", "danger"] = "danger" if step.weight == "danger" else "plain"
            href = reverse(f"blank_{verb}", args=[row.id])
            found.append(Choice("", step.label, weight, href=href))
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """What may be done with a form on a page of its own."""

    label: Any
    lead: Any
    form: Callable[[Any, m.BlankReceipt, UUID | None], Any]
    do: Callable[..., Outcome]
    weight: Literal["primary", "danger"] = "primary"


STEPS: dict[str, Step] = {
    "issue": Step(
        _l("Issue it"),
        _l("Whoever takes the forms answers for them until each is used, spoiled or found missing."),
        IssueForm,
        actions.issue,
    ),
    "spoil": Step(
        _l("It is spoiled"), _l("It can never be used again."), BecameForm, actions.spoil, "danger"
    ),
    "miss": Step(
        _l("It is missing"),
        _l("Nothing can be entered from it until it is found."),
        BecameForm,
        actions.miss,
        "danger",
    ),
    "find": Step(_l("It was found"), _l("It stands as issued again."), BecameForm, actions.find),
}  # fmt: skip


@screen("GET", "POST")
def act(request: HttpRequest, form: UUID, verb: str) -> HttpResponse:
    """Issue a form, or say what became of it."""
    row, step, actor, token = _row(request, form), STEPS[verb], actor_of(request), token_of(request)
    page, name = reverse("blank", args=[row.id]), f"blank.{verb}"
    actor.require(name, **_scope(row))
    if request.method == "POST" and token and done_before(actor, token, name):
        return redirect(page)
    move(BLANK, row.state, verb)
    asked = step.form(request.POST if request.method == "POST" else None, row, actor.person)
    if asked.is_bound and asked.is_valid():
        with told_in(asked):
            step.do(replace(actor, expects=asked.cleaned_data["seen"]), form=row.id, **asked.given())
            return redirect(page)
    context = {
        "crumbs": [*_crumbs(row), Link(row.number, page)],
        "heading": f"{row.number}: {step.label}",
        "lead": step.lead,
        "form": asked,
        "choices": [Choice("do", step.label, step.weight, "step")],
        "cancel": page,
    }
    return render(request, "party/act.html", context, status=422 if asked.errors else 200)
