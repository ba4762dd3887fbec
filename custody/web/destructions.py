"""Destruction of copies: the list, asking for a batch, its page, deciding, recording and certifying."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import destructions as actions
from custody.actions import proofs
from custody.actions import signing as signed_with
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome, database_now, done_before
from custody.evidence.words import EvidenceOf
from custody.filters import DestructionFilter
from custody.terms import (
    CopyState,
    DestructionState,
    KeyForm,
    ReportKind,
    SignedType,
    Verb,
    VoteChoice,
    VoteMethod,
)
from custody.transitions import DESTRUCTION

from . import entries, files, judged, reports, signing
from .base import actor_of, screen, signed_in, token_of, told_in, visible_or_404
from .copies import CopyTable
from .forms.amendment import SeenReason
from .forms.destruction import ApproveForm, CertificateForm, DoneForm, RequestForm
from .listing import List, Listed, Shown
from .names import party_link, party_name, project_crumbs
from .patterns import Check, Choice, Fact, Link, Section, Table
from .uploads import with_file

SHORT = 10


class DestructionTable(Listed):
    """Destruction batches, the newest first."""

    related = ("project", "holder", "unit", "requested_by")
    reason = Shown(_l("Why"), lambda r: Link(r.reason[:80], reverse("destruction", args=[r.id])))
    holder = Shown(_l("Given up by"), lambda r: party_name(r.holder), "holder__name")
    count = Shown(_l("Copies"), lambda r: r.count, "count")
    method = Shown(_l("Method of destruction"), lambda r: r.method, "method")
    state = Shown(_l("State"), lambda r: r.state, "state")
    project = Shown(_l("Project"), lambda r: r.project.code, "project__code")
    unit = Shown(_l("Destroyed by"), lambda r: party_name(r.unit), "unit__name", first=False)
    asked = Shown(_l("Asked by"), lambda r: r.requested_by.name, "requested_by__name", first=False)
    day = Shown(_l("Destroyed on"), lambda r: r.destroyed_on, "destroyed_on", first=False)


DESTRUCTIONS = List(
    "destructions",
    _l("Destruction of copies"),
    DestructionFilter,
    DestructionTable,
    _l("No destruction that you may see."),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on a batch: its words, what they mean, what asks for its answers, and what does it."""

    label: str | Promise
    lead: str | Promise
    form: Callable[[HttpRequest, m.Destruction], forms.Form]
    do: Callable[[Actor, m.Destruction, Any], Outcome]
    weight: Literal["primary", "plain", "danger"] = "primary"


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _why(request: HttpRequest, row: m.Destruction) -> forms.Form:
    return SeenReason(_sent(request), row)


def _why_signed(request: HttpRequest, row: m.Destruction) -> forms.Form:
    return ApproveForm(_sent(request), row, keys=signing.keys(request))


def _what(request: HttpRequest, row: m.Destruction) -> forms.Form:
    return DoneForm(_sent(request), user=signed_in(request), row=row)


def _paper(request: HttpRequest, row: m.Destruction) -> forms.Form:
    return CertificateForm(_sent(request), request.FILES if request.method == "POST" else None, row=row)


def _reason(act: Callable[..., Outcome]) -> Callable[[Actor, m.Destruction, Any], Outcome]:
    return lambda actor, row, form: act(actor, destruction=row.id, reason=form.cleaned_data["reason"])


def _approve(actor: Actor, row: m.Destruction, form: Any) -> Outcome:
    return actions.approve(
        actor, destruction=row.id, reason=form.cleaned_data["reason"], subject_sha256=row.subject_sha256
    )


def _certify(actor: Actor, row: m.Destruction, form: Any) -> Outcome:
    given = with_file({name: value for name, value in form.cleaned_data.items() if name != "seen"})
    return actions.certify(actor, destruction=row.id, **given)


STEPS: dict[str, Step] = {
    "approve": Step(
        _l("Approve"),
        _l("You answer for exactly what stands here. Not for who asked or holds a copy of it."),
        _why_signed,
        _approve,
    ),
    "refuse": Step(
        _l("Do not approve"),
        _l("The copies are free again."),
        _why,
        _reason(actions.refuse_batch),
        "plain",
    ),
    "record": Step(
        _l("Record the destruction"),
        _l("From then on the copies are no more. This cannot be undone."),
        _what,
        lambda actor, row, form: actions.record_done(actor, destruction=row.id, done=form.done()),
    ),
    "certify": Step(
        _l("Record the certificate"),
        _l("What the unit that destroyed the copies has confirmed in writing."),
        _paper,
        _certify,
    ),
    "fail": Step(
        _l("It failed"),
        _l("Nothing was destroyed: the copies are there, and free again."),
        _why,
        _reason(actions.fail),
        "plain",
    ),
    "withdraw": Step(
        _l("Withdraw"),
        _l("Nothing was destroyed: the copies are free again."),
        _why,
        _reason(actions.withdraw),
        "plain",
    ),
}


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the destruction batches that this reader may see."""
    lead = _("One asks for a destruction on the page of a project, for copies that one holds there.")
    return DESTRUCTIONS.answer(request, m.Destruction.objects.visible_to(request.user), lead=lead)


@screen("GET", "POST")
def new(request: HttpRequest, project: UUID) -> HttpResponse:
    """Ask that copies be destroyed; the rules decide whether it waits for an officer, or is refused."""
    row = visible_or_404(m.Project.objects.select_related("owner_party"), request, project)
    actor, holders = actor_of(request), _holders(request, row)
    if not holders:
        raise NotPermitted("destruction.request")
    form = RequestForm(_sent(request), user=signed_in(request), project=row, holders=holders)
    token = token_of(request)
    if form.is_bound and token and (done := done_before(actor, token, "destruction.request")):
        return _after(done)
    if form.is_bound and form.is_valid():
        with told_in(form):
            return _after(actions.request(actor, project=row.id, asked=form.asked(), submission=token))
    context = {
        "crumbs": project_crumbs(row),
        "heading": _("Ask for the destruction of copies"),
        "lead": _("The copies cannot be offered from then on, until the batch has ended."),
        "form": form,
        "submit": _("Send the request"),
        "cancel": reverse("project", args=[row.id]),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


@screen()
def detail(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a batch: what is asked, what the rules say, its copies, what was done."""
    row = _row(request, id)
    paper = files.Paper(EvidenceOf.DESTRUCTION, row.id, EvidenceOf.DESTRUCTION.text)
    owner = row.project.owner_party_id
    decides = actor_of(request).can("destruction.approve", owner=owner)
    context = _context(request, row) | {
        "entry_state": entries.state_of(row.entry),
        "choices": [
            *_choices(request, row),
            *reports.button(request, row.project, ReportKind.DESTRUCTION, destruction=str(row.id)),
        ],
        "proof": reverse("destruction_proof", args=[row.id])
        if proofs.own_signature(signed_in(request), SignedType.DESTRUCTION, row.id)
        else "",
        "checks": _checks(request, row) if decides and row.state is DestructionState.REQUESTED else None,
        "evidence": files.shown(request, [paper]),
        "attach": files.attach_choices(request, [paper]) if row.certificate_number else [],
    }
    return render(request, "destruction/detail.html", context)


@screen("GET", "POST")
def act(request: HttpRequest, id: UUID, verb: str) -> HttpResponse:
    """Decide, record, certify or end a batch, on a page that shows all of it."""
    row, step, actor = _row(request, id), STEPS[verb], actor_of(request)
    name = f"destruction.{verb}"
    actor.require(name, **_scope(row))
    form = step.form(request, row)
    token = token_of(request)
    if form.is_bound and token and (before := done_before(actor, token, name)):
        return _after(before)
    if form.is_bound and form.is_valid():
        with told_in(form):
            if isinstance(form, ApproveForm) and form.key:
                return _put(request, row, form)
            return _after(step.do(replace(actor, expects=form.cleaned_data["seen"]), row, form))
    context = _context(request, row) | {
        "heading": step.label,
        "lead": step.lead,
        "form": form,
        "choices": [Choice("do", step.label, step.weight, "step")],
        "cancel": reverse("destruction", args=[row.id]),
        "checks": _checks(request, row) if verb == "approve" else None,
        "must_sign": verb == "approve" and signed_with.must_sign(),
    }
    return render(request, "destruction/act.html", context, status=422 if form.errors else 200)


def _put(request: HttpRequest, row: m.Destruction, form: ApproveForm) -> HttpResponse:
    """Make the statement of an approval that was filled in, and lead to the page on which it is signed."""
    seen = form.cleaned_data["seen"]
    if row.entry != seen:
        raise ActionError(signed_with.CHANGED)
    text = actions.begin(
        actor_of(request), row, form.cleaned_data["reason"], database_now(), form.key or KeyForm.PASSKEY
    )
    return signing.put(request, SIGNED, row, text, str(seen))


@screen("GET", "POST")
def sign(request: HttpRequest, id: UUID, nonce: str) -> HttpResponse:
    """Show the statement of an approval that waits, and take the signature on it."""
    return signing.answer(request, SIGNED, id, nonce)


@screen()
def proof(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give whoever signed the approval of a batch the evidence file of it, to keep."""
    return signing.own_proof(request, SignedType.DESTRUCTION, id)


def _cast(
    request: HttpRequest, row: m.Destruction, told: Mapping[str, Any], signed: signed_with.Signed, seen: str
) -> Outcome:
    return actions.approve(
        replace(actor_of(request), expects=UUID(seen)),
        destruction=row.id,
        reason=told["reason"],
        subject_sha256=told["subject_sha256"],
        signed=signed,
    )


def _signed_facts(row: m.Destruction, told: Mapping[str, Any]) -> list[Fact]:
    """Return what the approval of a batch is on, and what it says."""
    return [
        Fact(_("Decision"), VoteChoice(told["choice"])),
        Fact(_("Given up by"), party_name(row.holder)),
        Fact(_("How many copies"), row.count),
        Fact(_("Destroyed by"), party_name(row.unit)),
        Fact(_("Method of destruction"), row.method),
        Fact(_("Place of the destruction"), row.place),
        Fact(_("Why"), row.reason),
        Fact(_("Reason"), told["reason"]),
        Fact(_("SHA-256 of what is asked"), row.subject_sha256, mono=True),
    ]


def _rows() -> Any:
    return m.Destruction.objects.select_related("project__owner_party", "holder", "unit")


def _crumbs(row: m.Destruction) -> list[Link]:
    listed = Link(_("Destruction of copies"), reverse("destructions"))
    return [
        *project_crumbs(row.project),
        listed,
        Link(row.reason[:80], reverse("destruction", args=[row.id])),
    ]


SIGNED = signing.Page("destruction", "destruction_sign", _rows, _crumbs, _signed_facts, _cast)


def _signature(row: m.Destruction) -> list[Fact]:
    """Return how the approval of a batch is bound to whoever gave it; nothing where nobody did."""
    if not row.approved_sha256:
        return []
    given = m.Signature.objects.filter(type=SignedType.DESTRUCTION, object=row.id).select_related("key")
    if not (found := given.first()):
        return [Fact(_("Signature"), _("Confirmed in the own session, no password asked, not signed"))]
    return [
        Fact(_("Signature"), VoteMethod(str(found.key.form))),
        Fact(_("Fingerprint of the key (SHA-256)"), found.key.fingerprint, mono=True),
        Fact(_("SHA-256 of the text that was signed"), found.statement_sha256, mono=True),
        Fact(_("The signature on it"), Link(_("Entry in the ledger"), reverse("entry", args=[found.entry]))),
    ]


def button(request: HttpRequest, project: m.Project) -> list[Choice]:
    """Return the way to ask for a destruction, where this reader may and something is there to destroy."""
    if not _holders(request, project):
        return []
    href = reverse("destruction_new", args=[project.id])
    return [Choice("", _("Ask for the destruction of copies"), href=href)]


def of_project(request: HttpRequest, project: m.Project) -> list[Section]:
    """Return the batches of a project that this reader may see; nothing where there is none."""
    rows = m.Destruction.objects.visible_to(request.user).filter(project=project)
    found = list(DestructionTable.whole(rows)[: SHORT + 1])
    listed = f"{reverse('destructions')}?{urlencode({'project': project.id})}"
    table = DestructionTable.short(found[:SHORT])
    return [Section(_("Destruction of copies"), table, listed, more=len(found) > SHORT)] if found else []


def _holders(request: HttpRequest, project: m.Project) -> list[m.Party]:
    """Return the parties that hold free copies of a project and for which this reader may ask."""
    actor = actor_of(request)
    held = m.Copy.objects.filter(item__project=project, state=CopyState.HELD).values("custodian_party")
    parties = m.Party.objects.filter(id__in=held).order_by("name")
    return [party for party in parties if actor.can("destruction.request", holder=party.id)]


def _row(request: HttpRequest, id: UUID) -> m.Destruction:
    people = ("requested_by", "decided_by", "recorded_by", "certified_by", "ended_by")
    rows = m.Destruction.objects.select_related("project__owner_party", "holder", "unit", *people)
    row: m.Destruction = visible_or_404(rows, request, id)
    return row


def _scope(row: m.Destruction) -> dict[str, UUID]:
    return {"owner": row.project.owner_party_id, "holder": row.holder_id}


def _after(outcome: Outcome) -> HttpResponse:
    return redirect("refusal" if outcome.state == "refused" else "destruction", outcome.object.id)


def _context(request: HttpRequest, row: m.Destruction) -> dict[str, Any]:
    listed = Link(_("Destruction of copies"), reverse("destructions"))
    return {
        "crumbs": [*project_crumbs(row.project), listed],
        "heading": row.reason[:80],
        "state": row.state,
        "facts": _facts(request, row),
        "copies": _copies(request, row),
    }


def _choices(request: HttpRequest, row: m.Destruction) -> list[Choice]:
    actor = actor_of(request)
    return [
        Choice("", step.label, step.weight, href=reverse(f"destruction_{verb}", args=[row.id]))
        for verb, step in STEPS.items()
        if (row.state, verb) in DESTRUCTION and actor.can(f"destruction.{verb}", **_scope(row))
    ]


def _checks(request: HttpRequest, row: m.Destruction) -> list[Check]:
    ruling = actions.preview(actor_of(request), row, Verb.DESTRUCTION_APPROVE, timezone.now())
    return judged.live(request, ruling, row.project, row.holder_id, opened=True)


def _copies(request: HttpRequest, row: m.Destruction) -> Table:
    rows = m.Copy.objects.visible_to(request.user).filter(id__in=row.copies).order_by("code")
    return CopyTable.short(rows.select_related(*CopyTable.related), _("No copy that you may see."))


def _facts(request: HttpRequest, row: m.Destruction) -> list[Fact]:
    seen = set(m.Party.objects.visible_to(request.user).filter(id__in=[row.holder_id, row.unit_id]))
    people = m.Person.objects.filter(id__in=row.witnesses).order_by("name")
    holder, unit = (party_link(p) if p in seen else party_name(p) for p in (row.holder, row.unit))
    facts = [
        Fact(_("Given up by"), holder),
        Fact(_("How many copies"), row.count),
        Fact(_("Destroyed by"), unit),
        Fact(_("Method of destruction"), row.method),
        Fact(_("Place of the destruction"), row.place),
        Fact(_("Why"), row.reason),
        Fact(_("Asked by"), row.requested_by.name),
        Fact(_("Decided by"), row.decided_by.name if row.decided_by else None, note=row.decision_reason),
        *_signature(row),
        Fact(_("SHA-256 of what is asked"), row.subject_sha256, mono=True),
    ]
    if row.destroyed_on:
        facts += [
            Fact(_("Destroyed on"), row.destroyed_on, note=row.remark),
            Fact(_("Copies destroyed"), row.counted),
            Fact(_("Seen by"), [p.name for p in people] or None),
            Fact(_("Recorded by"), row.recorded_by.name if row.recorded_by else None),
            Fact(
                _("Certificate of destruction"), row.certificate_number or None, note=row.certified_on or ""
            ),
        ]
    if row.ended_by:
        facts.append(Fact(_("Ended by"), row.ended_by.name, note=row.end_reason))
    return facts
