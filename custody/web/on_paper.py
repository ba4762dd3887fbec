"""Handoffs that took place on paper: entered from a filled-in form, shown, and settled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from custody import models as m
from custody.actions import legs
from custody.actions import on_paper as actions
from custody.actions.base import ActionError, NotPermitted, done_before
from custody.filters import PaperHandoffFilter
from custody.terms import CopyState, Leg, PaperState, ProjectState
from custody.transitions import ON_PAPER, move

from .base import UNKNOWN_STEP, actor_of, heads, screen, signed_in, token_of, told_in, visible_or_404, words
from .blanks import _crumbs, _row
from .forms.blanks import FilledForm
from .forms.fields import Paragraph
from .forms.handoff import Way, hop_words
from .listing import List, Listed, Shown
from .names import party_name
from .patterns import Choice, Fact, Link, Section, Table


class PaperTable(Listed):
    """Handoffs that took place on paper, those entered last first."""

    related = ("handoff__project", "handoff__sender_party", "handoff__receiver_party", "form", "entered_by")
    handoff = Shown(
        _l("Handoff"),
        lambda p: Link(p.handoff.number, reverse("handoff", args=[p.handoff_id])),
        "handoff__number",
    )
    form = Shown(_l("Form"), lambda p: p.form.number, "form__number")
    sender = Shown(_l("From"), lambda p: party_name(p.handoff.sender_party))
    receiver = Shown(_l("To"), lambda p: party_name(p.handoff.receiver_party))
    at = Shown(_l("Took place"), lambda p: p.took_place_at, "took_place_at")
    entered = Shown(_l("Entered"), lambda p: p.created_at, "created_at")
    state = Shown(_l("State"), lambda p: p.state, "state")
    due = Shown(_l("Due"), lambda p: p.due, "due")
    project = Shown(_l("Project"), lambda p: p.handoff.project.code, first=False)
    answer = Shown(_l("Answer"), lambda p: p.handoff.state, first=False)
    by = Shown(_l("Entered by"), lambda p: p.entered_by.name, first=False)
    reason = Shown(_l("Why"), lambda p: p.reason, first=False)
    done = Shown(_l("What was done"), lambda p: p.resolution or None, first=False)


PAPERS = List(
    "paper_handoffs", _l("Handoffs on paper"), PaperHandoffFilter, PaperTable, _l("No handoff fits.")
)  # fmt: skip


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the handoffs on paper that this reader may see."""
    return PAPERS.answer(request, m.PaperHandoff.objects.visible_to(request.user))


# --- entering ---


def _ways(request: HttpRequest, form: m.BlankReceipt) -> dict[tuple[str, UUID], tuple[m.Project, Any]]:
    """Return the ways that copies of the form's party can have gone, as far as this reader may enter them."""
    actor, party = actor_of(request), form.party_id
    if party is None:
        return {}
    hops = m.Hop.objects.visible_to(request.user).filter(project__state=ProjectState.OPEN)
    if form.project_id:
        hops = hops.filter(project=form.project_id)
    related = hops.select_related("project", "from_party", "to_party").order_by("project__code", "path")
    found: dict[tuple[str, UUID], tuple[m.Project, Any]] = {}
    for hop in related.filter(from_party=party):
        if legs.may(actor, Leg.TRANSFER, hop.project.owner_party_id, party):
            found["down", hop.id] = (hop.project, hop)
    for hop in related.filter(to_party=party):
        if legs.may(actor, Leg.RETURN, hop.project.owner_party_id, party):
            back = f"{words(party_name(hop.to_party))} → {words(party_name(hop.from_party))}"
            found["up", hop.id] = (hop.project, Way(hop.id, hop.to_party, hop.from_party, back))
    held = m.Copy.objects.filter(custodian_party=party, state=CopyState.HELD).values("item__project")
    for project in m.Project.objects.visible_to(request.user).filter(id__in=held, state=ProjectState.OPEN):
        own = form.party if form.project_id in (None, project.id) else None
        if own and legs.may(actor, Leg.INTERNAL, project.owner_party_id, party):
            name = words(party_name(own))
            found["inside", project.id] = (project, Way(project.id, own, own, name))
    return found


_KINDS = {
    "down": _l("Down a subcontract"),
    "up": _l("Given back"),
    "inside": _l("Within one party"),
}
_TURN = {"down": None, "up": Leg.RETURN, "inside": Leg.INTERNAL}


@screen()
def ways(request: HttpRequest, form: UUID) -> HttpResponse:
    """Ask which way the copies went."""
    row = _row(request, form)
    actor_of(request).require("paper.enter", sender=row.party_id)
    body = [
        [
            Link(
                hop_words(way), reverse("paper_new", args=[row.id, kind, id])
            ),
            _KINDS[kind],
            project.code,
        ]
        for (kind, id), (project, way) in _ways(request, row).items()
    ]  # fmt: skip
    context = {
        "crumbs": [*_crumbs(row), Link(row.number, reverse("blank", args=[row.id]))],
        "heading": _("Which way did the copies of %(number)s go?") % {"number": row.number},
        "table": Table(
            heads(_("From → to"), _("Kind of handoff"), _("Project")),
            body,
            empty=_("There is no way on which you may enter a handoff of this party"),
        ),
    }
    return render(request, "handoff/start.html", context)


@screen("GET", "POST")
def new(request: HttpRequest, form: UUID, way: str, id: UUID) -> HttpResponse:
    """Enter what took place on paper; it waits for the receiver's own receipt."""
    row, actor, token = _row(request, form), actor_of(request), token_of(request)
    actor.require("paper.enter", sender=row.party_id)
    posted = request.method == "POST"
    if posted and token and (done := done_before(actor, token, "paper.enter")):
        return redirect("handoff", done.object.id)
    known = _ways(request, row).get((way, id))
    if known is None:
        raise Http404
    project, chosen = known
    asked = FilledForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        form=row,
        way=chosen,
        user=signed_in(request),
        project=project,
        turn=_TURN[way],
    )
    if asked.is_bound and asked.is_valid():
        offer, given = asked.offer(), asked.cleaned_data
        if offer is None:
            raise ActionError(UNKNOWN_STEP)
        with told_in(asked):
            outcome = actions.enter(
                actor,
                offer=offer,
                form=row.number,
                handed_over_by=UUID(given["handed_over_by"]),
                took_place_at=given["took_place_at"],
                reason=given["reason"],
                file=given["evidence_file"],
                submission=token,
            )
            return redirect("handoff", outcome.object.id)
    context = {
        "crumbs": [*_crumbs(row), Link(row.number, reverse("blank", args=[row.id]))],
        "heading": _("Enter the handoff of %(number)s") % {"number": row.number},
        "lead": _(
            "%(way)s. It has taken place, so nothing is refused: what a rule bars is recorded as done "
            "without leave, and shown in every report. Custody moves when the receiver confirms it here."
        )
        % {"way": hop_words(chosen)},
        "form": asked,
        "choices": [Choice("do", _("Enter it"), "primary", "step")],
        "cancel": reverse("blank", args=[row.id]),
    }
    return render(request, "party/act.html", context, status=422 if asked.errors else 200)


# --- shown with the handoff ---


def about(request: HttpRequest, handoff: m.Handoff) -> list[Section]:
    """Return what is known of the paper of a handoff; nothing for one that was done here."""
    rows = m.PaperHandoff.objects.visible_to(request.user).filter(handoff=handoff)
    row = rows.select_related("form", "entered_by", "settled_by").first()
    if row is None:
        return []
    scans = m.EvidenceFile.objects.visible_to(request.user).filter(subject=row.id)
    seen = m.BlankReceipt.objects.visible_to(request.user).filter(id=row.form_id).exists()
    form, took = reverse("blank", args=[row.form_id]) if seen else "", row.took_place_at
    facts = [
        Fact(_("State"), row.state),
        Fact(_("Number of the form"), row.form.number, href=form, mono=True),
        Fact(_("Took place, as the paper says"), row.took_place_at),
        Fact(_("Entered"), row.created_at, note=[row.entered_by.name, _later(took, row.created_at)]),
        Fact(_("Why on paper"), row.reason),
        *(
            Fact(_("Scan of the signed receipt"), Link(_("Open it"), reverse("file", args=[scan.id])))
            for scan in scans
        ),
        *([Fact(_("To be settled by"), row.due)] if row.due and not row.resolution else []),
        *([Fact(_("What was done"), row.resolution, note=row.settled_by.name)] if row.settled_by else []),
    ]  # fmt: skip
    if handoff.answered_at:
        facts.insert(4, Fact(_("Answered"), handoff.answered_at, note=_later(took, handoff.answered_at)))
    may = actor_of(request).can("paper.settle", owner=handoff.project.owner_party_id)
    if may and row.state is PaperState.WITHOUT_LEAVE and handoff.answered_at:
        facts.append(
            Fact(_("To do"), Link(_("Say what was done about it"), reverse("paper_settle", args=[row.id])))
        )
    return [Section(_("It took place on paper"), facts=facts)]


def _later(was: Any, then: Any) -> str:
    """Return how much later something was done, in whole hours or days."""
    hours = max(int((then - was).total_seconds() // 3600), 0)
    if hours < 48:
        return ngettext("%(n)d hour later", "%(n)d hours later", hours) % {"n": hours}
    return ngettext("%(n)d day later", "%(n)d days later", hours // 24) % {"n": hours // 24}


class SettleForm(forms.Form):
    """What was done about it."""

    resolution = Paragraph(
        label=_l("What was done about it?"), error_messages={"required": _l("Say what was done")}
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)


@screen("GET", "POST")
def settle(request: HttpRequest, paper: UUID) -> HttpResponse:
    """Say what was done about a handoff that took place without leave."""
    rows = m.PaperHandoff.objects.select_related("handoff__project", "form")
    row = visible_or_404(rows, request, paper)
    actor, token, page = actor_of(request), token_of(request), reverse("handoff", args=[row.handoff_id])
    may = actor.can("paper.settle", owner=row.handoff.project.owner_party_id)
    if not may:
        raise NotPermitted("paper.settle")
    if request.method == "POST" and token and done_before(actor, token, "paper.settle"):
        return redirect(page)
    move(ON_PAPER, row.state, "settle")
    form = SettleForm(request.POST if request.method == "POST" else None, initial={"seen": row.entry})
    if form.is_bound and form.is_valid():
        with told_in(form):
            given = dict(form.cleaned_data)
            actions.settle(replace(actor, expects=given.pop("seen")), paper=row.id, **given)
            return redirect(page)
    context = {
        "crumbs": [Link(_("Handoffs on paper"), reverse("paper_handoffs")), Link(row.handoff.number, page)],
        "heading": _("What was done about %(number)s?") % {"number": row.handoff.number},
        "lead": _("It took place on paper though a rule bars it. Who had a hand in it does not settle it."),
        "form": form,
        "choices": [Choice("do", _("Record it"), "primary", "step")],
        "cancel": page,
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)
