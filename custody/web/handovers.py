"""Handovers from one custodian to the next: the list, opening one, its page, the signature, giving it up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters

from custody import models as m
from custody import record
from custody.actions import handing_over, stocktaking
from custody.actions.base import Actor, NotPermitted, done_before
from custody.filters import HandoverFilter
from custody.models.handover import UNDER_WAY
from custody.terms import Counted, HandoverState, Leg, SignsAs, StocktakeState
from custody.transitions import HANDOVER, NotNow

from . import entries, judged, stocktakes
from .base import actor_of, heads, screen, signed_in, token_of, told_in, visible_or_404
from .forms.handovers import HandoverForm
from .forms.stocktakes import CancelForm, SignForm
from .listing import List, Listed, Shown
from .names import party_link, party_name
from .patterns import Choice, Fact, Link, Section, Table

SHORT = 200
NAMED = 10
_PEOPLE = ("outgoing", "incoming", "supervisor")


class HandoverTable(Listed):
    """Handovers, the newest first."""

    related = ("party", *_PEOPLE)
    opened_on = Shown(_l("Begun"), lambda h: Link(h.opened_on, reverse("handover", args=[h.id])), "opened_on")
    party = Shown(_l("Party"), lambda h: party_name(h.party), "party__name")
    outgoing = Shown(_l("Hands over"), lambda h: h.outgoing.name, "outgoing__name")
    incoming = Shown(_l("Takes over"), lambda h: h.incoming.name, "incoming__name")
    supervisor = Shown(_l("Supervises"), lambda h: h.supervisor.name, "supervisor__name", first=False)
    passed = Shown(_l("Passed"), lambda h: h.passed, "passed")
    stayed = Shown(_l("Stayed"), lambda h: h.stayed, "stayed")
    state = Shown(_l("State"), lambda h: h.state, "state")
    completed_on = Shown(_l("Handed over on"), lambda h: h.completed_on, "completed_on", first=False)


HANDOVERS = List(
    "handovers", _l("Custodian handovers"), HandoverFilter, HandoverTable, _l("No handover that you may see.")
)


def _may_open(actor: Actor) -> bool:
    """Return whether a reader may open a handover of some party."""
    return any(actor.can("handover.open", holder=party) for party, _role in actor.memberships)


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the handovers that this reader may see."""
    choices = []
    if _may_open(actor_of(request)):
        choices.append(Choice("", _("Begin a handover"), "primary", href=reverse("handover_new")))
    return HANDOVERS.answer(request, m.Handover.objects.visible_to(request.user), choices=choices)


def button(request: HttpRequest, person: m.Person) -> list[Choice]:
    """Return the button that begins a handover of what a person keeps; nothing for who keeps none."""
    held = m.Copy.objects.there().visible_to(request.user).filter(custodian_person=person)
    parties = held.order_by().values_list("custodian_party", flat=True).distinct()
    if not any(actor_of(request).can("handover.open", holder=party) for party in parties):
        return []
    address = f"{reverse('handover_new')}?outgoing={person.id}"
    return [Choice("", _("Hand over to another custodian"), href=address)]


def of_handoff(request: HttpRequest, row: m.Handoff) -> list[Section]:
    """Return the handover by which a handoff was made, for who may see it."""
    if row.leg is not Leg.INTERNAL:
        return []
    rows = m.Handover.objects.visible_to(request.user).filter(lines__handoff=row)
    if (found := rows.select_related(*_PEOPLE).first()) is None:
        return []
    link = Link(found.opened_on, reverse("handover", args=[found.id]))
    three = [Fact(label, getattr(found, name).name) for name, label in zip(_PEOPLE, SignsAs, strict=True)]
    return [Section(_("Custodian handover"), facts=[Fact(_("Begun"), link), *three])]


@screen("GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """Freeze the list of what a person keeps, to be counted and handed over."""
    actor, token = actor_of(request), token_of(request)
    if not _may_open(actor):
        raise NotPermitted("handover.open")
    if request.method == "POST" and token and (done := done_before(actor, token, "handover.open")):
        return redirect("handover", done.object.id)
    data = request.POST if request.method == "POST" else None
    form = HandoverForm(data, signed_in(request), actor, request.GET.get("outgoing", ""))
    if form.is_bound and form.is_valid():
        with told_in(form):
            made = handing_over.open_handover(actor, asked=form.asked())
            return redirect("handover", made.object.id)
    context = {
        "crumbs": [Link(_("Custodian handovers"), reverse("handovers"))],
        "heading": _("Begin a handover"),
        "lead": _(
            "The list of all that the person keeps is frozen now, and recorded. Both count it together; when "
            "all three have signed, custody passes at once."
        ),
        "form": form,
        "choices": [Choice("do", _("Freeze the list and begin"), "primary", "step")],
        "cancel": reverse("handovers"),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


def _rows() -> Any:
    return m.Handover.objects.select_related(
        "party", "opened_by", *_PEOPLE, "stocktake__project", "stocktake__party"
    )


@screen()
def detail(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a handover: what is next, who has signed, what was found, what passed and what stayed."""
    row = visible_or_404(_rows(), request, id)
    actor = actor_of(request)
    sections = [
        _signatures(row),
        *_barred(request, row),
        _stayed(request, row),
        _passed(request, row),
        stocktakes.differences(request, actor, row.stocktake),
        stocktakes.not_seen(row.stocktake),
    ]
    context = {
        "crumbs": [Link(_("Custodian handovers"), reverse("handovers"))],
        "heading": _title(row),
        "state": row.state,
        "choices": _buttons(actor, row),
        "facts": [*_next(row), *_facts(row)],
        "sections": [s for s in sections if s],
        "entry_state": entries.state_of(row.entry),
    }
    return render(request, "stocktake/detail.html", context)


def _title(row: m.Handover) -> str:
    return f"{row.outgoing.name} → {row.incoming.name}"


def _left(row: m.Handover) -> int:
    """Return how many copies are to be looked for."""
    return int(row.stocktake.lines.filter(found=Counted.NOT_SEEN).count())


def _buttons(actor: Actor, row: m.Handover) -> list[Choice]:
    """Return what this reader may do with a handover now, the next step first."""
    found, scope, take = [], {"holder": row.party_id}, row.stocktake
    left = _left(row) if row.state is HandoverState.COUNTING else 0
    if row.state is HandoverState.COUNTING and take.may_count(actor.person):
        if actor.can("stocktake.count", **stocktaking.scope(take)):
            href = reverse("stocktake_count", args=[take.id])
            found.append(Choice("", _("Count"), "primary" if left else "plain", href=href))
        if left and take.state is StocktakeState.COUNTING:
            href = reverse("stocktake_recount", args=[take.id])
            found.append(Choice("", _("Begin the second count"), href=href))
    if _may_sign(actor, row) and (not left or take.state is StocktakeState.RECOUNT):
        weight: Any = "plain" if left else "primary"
        found.append(Choice("", _("Sign"), weight, href=reverse("handover_sign", args=[row.id])))
    if row.state in UNDER_WAY and actor.can("handover.abandon", **scope):
        href = reverse("handover_abandon", args=[row.id])
        found.append(Choice("", _("Abandon it"), "danger", href=href))
    return found


def _may_sign(actor: Actor, row: m.Handover) -> bool:
    if row.state not in UNDER_WAY or row.signs_as(actor.person) is None:
        return False
    signed = row.signatures.filter(person=actor.person).exists()
    return not signed and actor.can("handover.sign", holder=row.party_id)


def _next(row: m.Handover) -> list[Fact]:
    """Return what is to be done next, and by whom, while it is under way."""
    if row.state not in UNDER_WAY:
        return []
    two = f"{row.outgoing.name}, {row.incoming.name}"
    left = _left(row) if row.state is HandoverState.COUNTING else 0
    if left and row.stocktake.state is StocktakeState.COUNTING:
        what = ngettext(
            "Count together: %(n)d copy not seen yet", "Count together: %(n)d copies not seen yet", left
        )
        return [Fact(_("What is next"), what % {"n": left}, note=two)]
    if left:
        what = ngettext(
            "Look for %(n)d copy once more, then sign", "Look for %(n)d copies once more, then sign", left
        )
        return [Fact(_("What is next"), what % {"n": left}, note=two)]
    signed = set(row.signatures.values_list("person_id", flat=True))
    waits = [getattr(row, name).name for name in _PEOPLE if getattr(row, f"{name}_id") not in signed]
    return [Fact(_("What is next"), _("Three sign; custody passes with the last signature"), note=waits)]


def _facts(row: m.Handover) -> list[Fact]:
    take = row.stocktake
    found = stocktakes.counted(take)
    done = row.state is HandoverState.DONE
    return [
        Fact(_("Party"), party_link(row.party)),
        *(Fact(label, getattr(row, name).name) for name, label in zip(_PEOPLE, SignsAs, strict=True)),
        Fact(_("Reason"), row.reason),
        *([Fact(_("Passed"), row.passed), Fact(_("Stayed"), row.stayed)] if done else []),
        Fact(_("Copies on the list"), take.expected, href=reverse("stocktake", args=[take.id])),
        *(Fact(how, found[how]) for how in Counted if how in found),
        Fact(_("What stays is to be settled by"), row.due),
        Fact(_("Begun"), row.opened_on, note=row.opened_by.name),
        *([Fact(_("Handed over on"), row.completed_on)] if row.completed_on else []),
        *([Fact(_("Why it was abandoned"), row.abandoned_because)] if row.abandoned_because else []),
        Fact(_("SHA-256 of the list"), take.list_sha256, mono=True),
        *(
            [Fact(_("SHA-256 of the text that is signed"), row.statement_sha256, mono=True)]
            if row.statement_sha256
            else []
        ),
    ]


def _signatures(row: m.Handover) -> Section:
    signed = {one.signs_as: one for one in row.signatures.all()}
    body = [
        [label, getattr(row, name).name, signed[label].signed_on if label in signed else _("Not signed yet")]
        for name, label in zip(_PEOPLE, SignsAs, strict=True)
    ]
    return Section(_("Signatures"), Table(heads(_("Signs as"), _("Person"), _("Signed on")), body))


def _barred(request: HttpRequest, row: m.Handover) -> list[Section]:
    """Return what the rules would bar today, with what can be done about it, while it is under way."""
    if row.state not in UNDER_WAY:
        return []
    body: list[Any] = []
    for copies, ruling in handing_over.preview(actor_of(request), row, timezone.now()):
        lines = [x for x in judged.live(request, ruling, copies[0].item.project, row.party_id) if x.blocks]
        named = [copy.code for copy in copies[:NAMED]] + (["…"] if len(copies) > NAMED else [])
        body += [[line.code, line.sentence, line.remedy, named] for line in lines]
    columns = heads(_("Rule"), _("What it demands"), _("What to do"), _("Copies"))
    title = _("Copies that the rules would bar today: they would stay")
    return [Section(title, Table(columns, body))] if body else []


def _stayed(request: HttpRequest, row: m.Handover) -> Section | None:
    lines = row.lines.visible_to(request.user).filter(stays__isnull=False)
    refusals = m.Refusal.objects.visible_to(request.user).in_bulk(
        {line.refusal_id for line in lines if line.refusal_id}
    )
    body = [
        [
            Link(line.code, reverse("copy", args=[line.copy_id])),
            Link(line.stays.text, reverse("refusal", args=[line.refusal_id]))
            if line.refusal_id in refusals
            else line.stays,
        ]
        for line in lines[:SHORT]
    ]
    title = _("Stayed with %(name)s, to be settled by %(day)s") % {
        "name": row.outgoing.name, "day": row.due,
    }  # fmt: skip
    table = Table(heads(_("Copy"), _("Why it stayed")), body)
    return Section(title, table, count=len(lines), more=len(lines) > SHORT) if body else None


def _passed(request: HttpRequest, row: m.Handover) -> Section | None:
    rows = m.Handoff.objects.visible_to(request.user).filter(handover_lines__handover=row)
    found = rows.annotate(n=Count("handover_lines")).select_related("project", "system").order_by("number")
    body = [
        [Link(h.number, reverse("handoff", args=[h.id])), h.project.code, h.system.name, h.n]
        for h in found[:SHORT]
    ]
    columns = heads(_("Handoff"), _("Project"), _("Kept in"), _("Copies"))
    return Section(_("Passed"), Table(columns, body)) if body else None


@sensitive_post_parameters("password")
@screen("GET", "POST")
def sign(request: HttpRequest, id: UUID) -> HttpResponse:
    """Sign as one of the three, with the password."""
    row = visible_or_404(_rows(), request, id)
    actor, page, token = actor_of(request), reverse("handover", args=[id]), token_of(request)
    actor.require("handover.sign", holder=row.party_id)
    if request.method == "POST" and token and done_before(actor, token, "handover.sign"):
        return redirect(page)
    if (row.state, "sign") not in HANDOVER:
        raise NotNow(row.state, "sign")
    signs_as = row.signs_as(actor.person)
    if signs_as is None:
        raise NotPermitted("handover.sign")
    statement = handing_over.statement(row, stocktaking.result(row.stocktake))
    data = request.POST if request.method == "POST" else None
    form = SignForm(data, row, record.digest_of_text(statement), request)
    if form.is_bound and form.is_valid():
        with told_in(form):
            given = form.cleaned_data
            sure = replace(actor, expects=given["seen"])
            handing_over.sign(sure, handover=row.id, statement_sha256=given["statement_sha256"])
            return redirect(page)
    context = {
        "heading": _("Sign"),
        "lead": _leads(row)[signs_as],
        "facts": _facts(row),
        "statement": statement,
        "choices": [Choice("do", _("Sign"), "primary", "step")],
    }
    return _act(request, row, form, context)


def _leads(row: m.Handover) -> dict[SignsAs, str]:
    return {
        SignsAs.OUTGOING: _("You sign that these are all the copies that you keep, as they were counted."),
        SignsAs.INCOMING: _(
            "You sign that you counted these copies and take custody of those that were found."
        ),
        SignsAs.SUPERVISOR: _("You sign that the two counted together and that this is what was found."),
    }


@screen("GET", "POST")
def abandon(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give a handover up, with the reason."""
    row = visible_or_404(_rows(), request, id)
    actor, page, token = actor_of(request), reverse("handover", args=[id]), token_of(request)
    actor.require("handover.abandon", holder=row.party_id)
    if request.method == "POST" and token and done_before(actor, token, "handover.abandon"):
        return redirect(page)
    if (row.state, "abandon") not in HANDOVER:
        raise NotNow(row.state, "abandon")
    form = CancelForm(request.POST if request.method == "POST" else None, row)
    if form.is_bound and form.is_valid():
        with told_in(form):
            given = form.cleaned_data
            sure = replace(actor, expects=given["seen"])
            handing_over.abandon(sure, handover=row.id, reason=given["reason"])
            return redirect(page)
    context = {
        "heading": _("Abandon it"),
        "lead": _("Nothing passes. What a signed count has found stays, and is settled on its own."),
        "facts": _facts(row),
        "choices": [Choice("do", _("Abandon it"), "danger", "step")],
    }
    return _act(request, row, form, context)


def _act(request: HttpRequest, row: m.Handover, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    page = reverse("handover", args=[row.id])
    context |= {
        "crumbs": [Link(_("Custodian handovers"), reverse("handovers")), Link(_title(row), page)],
        "form": form,
        "cancel": page,
    }
    return render(request, "stocktake/act.html", context, status=422 if form.errors else 200)
