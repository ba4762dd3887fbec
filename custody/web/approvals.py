"""Approvals: the officer's list by deadline, and the page on which one is decided or taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.db.models import Case, F, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.debug import sensitive_post_parameters

from custody import frozen, record
from custody import models as m
from custody.actions import against as standing_against
from custody.actions import deciders, delegating, hops, proofs
from custody.actions.base import ActionError
from custody.actions.signing import must_sign
from custody.filters import ApprovalFilter
from custody.terms import ApprovalState, Role, VoteChoice
from custody.transitions import APPROVAL, HOP
from custody.waiting import rank
from custody.waiting import requests as queued

from . import (
    advice,
    amending,
    approval_standing,
    conditions,
    corrections,
    entries,
    files,
    held,
    in_short,
    incidents,
    judged,
    limits,
    opening_subcontracts,
    papers,
    signing,
    signing_votes,
)
from .base import UNKNOWN_STEP, actor_of, screen, signed_in, told_in, visible_or_404, words
from .forms.approval import VoteForm
from .forms.fields import RevokeForm
from .hops import facts, path
from .listing import List, Listed, Shown
from .names import level_name, party_name, project_crumbs
from .patterns import Choice, Fact, Link, Table

RESTS_ON_IT = {"APR-01", "HOP-01"}
"""Rules that take the request itself for approved while it is decided: they hold once it is."""


class ApprovalTable(Listed):
    """Requests for approval: those that wait first, by deadline, then the newest decisions."""

    related = ("hop__project", "hop__to_party", "hop__from_party", "requested_by")
    party = Shown(
        _l("Receiving party"),
        lambda a: Link(party_name(a.hop.to_party), reverse("approval", args=[a.id])),
        "hop__to_party__name",
    )
    work = Shown(_l("Work"), lambda a: a.hop.scope.splitlines()[0][:80] if a.hop.scope else "–")
    project = Shown(_l("Project"), lambda a: a.hop.project.code, "hop__project__code")
    level = Shown(_l("Classification"), lambda a: level_name(a.level, a.hop.project.regime), "level")
    decide_by = Shown(_l("Decide by"), lambda a: a.decide_by, "decide_by")
    state = Shown(_l("State"), lambda a: a.state, "state")
    giver = Shown(_l("From"), lambda a: party_name(a.hop.from_party), first=False)
    asked_by = Shown(_l("Asked for by"), lambda a: a.requested_by.name, first=False)
    asked = Shown(_l("Asked for"), lambda a: timezone.localdate(a.created_at), "created_at", first=False)
    decided = Shown(_l("Decided"), lambda a: a.decided_at, "decided_at", first=False)


APPROVALS = List("approvals", _l("Approvals"), ApprovalFilter, ApprovalTable, _l("No request fits."))


def table(rows: Any, empty: str = "") -> Table:
    """Return approval requests as a short table."""
    return ApprovalTable.short(rows, empty or _("Nothing waits for a decision."))


def waiting(request: HttpRequest) -> Any:
    """Return the requests that wait and that this reader may see, by deadline and then by level."""
    return queued(request.user)


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List what waits for a decision, then what was decided."""
    rows = m.Approval.objects.visible_to(request.user).order_by(
        Case(When(state=ApprovalState.REQUESTED, then=0), default=1),
        Case(When(state=ApprovalState.REQUESTED, then=F("decide_by"))).asc(nulls_last=True),
        Case(When(state=ApprovalState.REQUESTED, then=rank())).desc(nulls_last=True),
        F("decided_at").desc(nulls_last=True),
        "-created_at",
    )
    queue = [Choice("", _("What waits for decision"), "primary", href=reverse("queue"))]
    own = [Choice("", _("Your decisions"), href=reverse("own_decisions"))]
    person = signed_in(request)
    choices = [
        *(queue if Role.OFFICER in person.roles() else []),
        *(own if proofs.own(person).exists() else []),
    ]
    return APPROVALS.answer(request, rows, choices=choices)


@sensitive_post_parameters("password")
@screen("GET", "POST")
def detail(request: HttpRequest, approval: UUID) -> HttpResponse:
    """Show a request with everything an officer answers for, and take the decision."""
    rows = m.Approval.objects.select_related(
        "hop__project__owner_party", "hop__from_party", "hop__to_party", "hop__requested_by", "requested_by"
    )
    row = visible_or_404(rows, request, approval)
    form: forms.Form | None = None
    if request.method == "POST":
        choice = request.POST.get("choice", "")
        if choice == "revoke":
            form = RevokeForm(request.POST)
            done = _revoke(request, row, form)
        elif choice in {word.value for word in VoteChoice}:
            form = VoteForm(request.POST, request=request, digests={}, keys=signing.keys(request))
            done = _vote(request, row, form, VoteChoice(choice))
        else:
            raise ActionError(UNKNOWN_STEP)
        if done:
            return done
    with transaction.atomic():
        row = visible_or_404(rows, request, approval)
        return _show(request, row, form)


def _vote(request: HttpRequest, row: m.Approval, form: VoteForm, choice: VoteChoice) -> HttpResponse | None:
    actor, project = actor_of(request), row.hop.project
    if not delegating.may_decide(actor, project):
        actor.require("hop.approve" if choice.approves else "hop.deny", owner=project.owner_party_id)
    if not form.is_valid():
        return None
    with told_in(form):
        if form.key:
            return signing_votes.put(request, row, choice, form)
        outcome = hops.vote(
            actor,
            approval=row.id,
            choice=choice,
            reason=form.cleaned_data["reason"],
            statement_sha256=form.shown(choice),
            conditions=form.conditions,
            limit=form.limit if choice.approves else None,
            coded=form.coded,
        )
        if outcome.state == "refused":
            return redirect("refusal", outcome.object.id)
        return redirect("approval", row.id)
    return None


def _revoke(request: HttpRequest, row: m.Approval, form: RevokeForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    with told_in(form):
        hops.revoke(actor_of(request), approval=row.id, **form.cleaned_data)
        return redirect("approval", row.id)
    return None


def _show(request: HttpRequest, row: m.Approval, form: forms.Form | None) -> HttpResponse:
    actor, project = actor_of(request), row.hop.project
    may_decide = row.state is ApprovalState.REQUESTED and delegating.may_decide(actor, project)
    stands = (row.state, "revoke") in APPROVAL and (row.hop.state, "revoke") in HOP
    may_revoke = stands and actor.can("hop.revoke", owner=project.owner_party_id)
    earlier = amending.before(row) if row.state is ApprovalState.REQUESTED else None
    context = {
        "crumbs": project_crumbs(project),
        "heading": _("Subcontract to %(party)s") % {"party": words(party_name(row.hop.to_party))},
        "state": row.state,
        "row": row,
        "path": path(request, row.hop),
        "sections": [
            *opening_subcontracts.about(request, row.hop),
            *incidents.of_party(request, row.hop.to_party, _("Incidents of the receiving party")),
        ],
        "path_title": _("Chain if approved") if row.state is ApprovalState.REQUESTED else "",
        "facts": [
            *facts(amending.as_asked(row)),
            Fact(_("Decide by"), row.decide_by),
            *_progress(request, row),
            *limits.facts(row),
            Fact(_("SHA-256 of what is approved"), row.subject_sha256, mono=True),
        ],
        "may_decide": may_decide,
        "may_revoke": may_revoke,
        "votes": _votes(row, signed_in(request).person_id),
        "changes": amending.changes(row),
        "conditions": conditions.table(request, row),
        "conditions_before": conditions.table(request, earlier) if earlier else None,
        "buttons": [*approval_standing.choices(request, row), *advice.choices(request, row)],
        "advice": advice.table(request, row),
        "corrections": corrections.history(request, row),
        "entry_state": entries.state_of(row.entry),
        "evidence": files.shown(request, files.papers_of_request(row)),
        "form": form,
        **papers.beside(request, row.hop),
    }
    if row.state is ApprovalState.REQUESTED:
        context |= _deciding(request, row, form, context["evidence"], may_decide=may_decide)
        if "statements" in context:
            context["buttons"] = [
                Choice("", _("Go to the decision"), "plain", href="#decide"),
                *context["buttons"],
            ]
    else:
        context |= _decided(request, row, form, may_revoke=may_revoke)
    return render(request, "approval/detail.html", context, status=422 if form and form.errors else 200)


def _progress(request: HttpRequest, row: m.Approval) -> list[Fact]:
    """Return how many officers approved and, for the project's side, who can still decide."""
    standing = deciders.standing(row)
    count = _("%(have)d of %(needed)d") % {"have": standing.have, "needed": standing.needed}
    found = [Fact(_("Officers who approved"), count)]
    inside = signed_in(request).in_house or row.hop.project.owner_party_id in signed_in(request).party_ids()
    if row.state is not ApprovalState.REQUESTED or not inside:
        return found
    names = [person.name for person in standing.can]
    note = (
        _("Too few are left. Name another officer who is no party to this, or withdraw the request.")
        if standing.stuck
        else ""
    )
    to = deciders.referred_to(row)
    last = m.Person.objects.filter(id=to).first() if to else None
    if last is not None:
        found.append(Fact(_("Referred to"), last.name, note=_("It is not granted without this officer.")))
    return [*found, Fact(_("Can still decide"), names or _("Nobody"), note=note)]


def _deciding(
    request: HttpRequest, row: m.Approval, form: Any, evidence: Any, *, may_decide: bool
) -> dict[str, Any]:
    """Return the live checks and, for an officer, the two statements and the form bound to them."""
    actor, project = actor_of(request), row.hop.project
    ruling = hops.preview_vote(actor, row, timezone.now())
    parties = (row.hop.from_party_id, row.hop.to_party_id)
    found: dict[str, Any] = {
        "alike": papers.alike(request, row.hop),
        "held": held.of(request, ruling),
        "checks": [
            replace(c, said=_("Holds once approved")) if c.code in RESTS_ON_IT and c.tone == "ok" else c
            for c in judged.live(request, ruling, project, *parties, opened=True)
        ],
    }
    if not may_decide or found["held"]:
        return found
    person = signed_in(request).person_id
    codes = standing_against.against(row, ruling.judgement)
    confirmed = opening_subcontracts.confirmed(row.hop)
    fitting = [
        c
        for c in VoteChoice
        if standing_against.fits(c, ruling.judgement, codes) and (confirmed or not c.approves)
    ]
    texts = {c: hops.statement(row, ruling, c, person) for c in VoteChoice}
    digests = {c: record.digest_of_text(text) for c, text in texts.items()}
    if form is None:
        form = VoteForm(None, request=request, digests=digests, keys=signing.keys(request))
    else:  # what is shown again is bound to the facts of now
        form.data = form.data.copy()
        for choice, digest in digests.items():
            form.data[f"{choice}_sha256"] = digest
    buttons = {
        VoteChoice.APPROVE: Choice("approve", _("Approve"), "primary"),
        VoteChoice.AGAINST: Choice("approve_against_advice", _("Approve against advice"), "plain"),
        VoteChoice.DENY: Choice("deny", _("Refuse"), "danger"),
    }
    found |= {
        "short": in_short.facts(request.user, row, ruling, found["checks"], found["alike"], evidence),
        "form": form,
        "must_sign": must_sign() and ruling.allowed,
        "blocked": not ruling.allowed,
        "not_compared": not confirmed,
        "approved_by_reader": deciders.have_approved(row) & {person},
        "against": in_short.opposing(codes, found["checks"]) if ruling.allowed else [],
        "choices": [buttons[c] for c in fitting],
        "statements": [(c.text, texts[c], digests[c]) for c in fitting],
    }
    return found


def _decided(request: HttpRequest, row: m.Approval, form: Any, *, may_revoke: bool) -> dict[str, Any]:
    """Return what the rules said when it was decided, and the way to take it back."""
    vote = row.votes.first()
    decision = m.Decision.objects.filter(entry=vote.entry).first() if vote else None
    parties = (row.hop.from_party_id, row.hop.to_party_id)
    found: dict[str, Any] = {
        "checks": judged.stored(request, decision, row.hop.project, *parties) if decision else []
    }
    if may_revoke:
        person = signed_in(request).person_id
        asked = [str(id) for id in (row.id, row.hop_id, row.hop.project_id, person)]
        found |= {
            "held": held.told(request, frozen.rested_on(asked)),
            "form": form or RevokeForm(),
            "choices": [Choice("revoke", _("Revoke the approval"), "danger")],
        }
    return found


def _votes(row: m.Approval, person: UUID) -> list[dict[str, Any]]:
    return [
        {
            "facts": [
                Fact(_("Decision"), v.choice),
                Fact(_("By"), v.person.name),
                *([Fact(_("In the place of"), v.delegation.delegator.name)] if v.delegation else []),
                *([Fact(_("Against"), v.against)] if v.against else []),
                Fact(_("When"), v.created_at),
                Fact(_("Reason"), v.reason),
                Fact(_("Method"), v.method),
                *_signature(v),
                Fact(_("SHA-256 of the statement"), v.statement_sha256, mono=True),
            ],
            "statement": v.statement,
            "assertion": record.canonical_text(v.assertion) if v.assertion else "",
            "entry_state": entries.state_of(v.entry),
            "proof": reverse("vote_proof", args=[v.id]) if v.person_id == person else "",
        }
        for v in row.votes.select_related("person", "delegation__delegator", "key__confirmed_by")
    ]


def _signature(v: m.Vote) -> list[Fact]:
    """Return with which key a vote was signed, and who had put that on record."""
    if v.key is None:
        return []
    by = v.key.confirmed_by.name if v.key.confirmed_by else None
    return [
        Fact(_("Fingerprint of the key (SHA-256)"), v.key.fingerprint, mono=True),
        Fact(_("Key confirmed by"), by),
    ]
