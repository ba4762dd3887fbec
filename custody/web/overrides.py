"""The override log: which rules were let pass, for whom, until when and by whom; asking, voting, ending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.debug import sensitive_post_parameters

from custody import models as m
from custody import regimes
from custody.actions import overriding, proofs
from custody.actions import signing as signed_with
from custody.actions.base import ActionError, NotPermitted, Outcome, database_now, done_before
from custody.filters import OverrideFilter
from custody.terms import KeyForm, OverrideState, Role, VoteChoice
from custody.transitions import OVERRIDE

from . import entries, signing
from .base import actor_of, screen, signed_in, token_of, told_in, visible_or_404
from .forms.overrides import EndForm, OverrideForm, OverrideVoteForm
from .listing import List, Listed, Shown
from .names import party_name, project_crumbs
from .patterns import Choice, Fact, Link

READERS = {Role.OFFICER, Role.ADMINISTRATOR, Role.REGULATOR, Role.MANAGER}


class OverrideTable(Listed):
    """Overrides, the newest first."""

    related = ("project", "party", "hop", "requested_by")
    rule = Shown(_l("Rule"), lambda o: Link(o.rule, reverse("override", args=[o.id])), "rule")
    party = Shown(_l("Party"), lambda o: party_name(o.party), "party__name")
    project = Shown(_l("Project"), lambda o: o.project.code, "project__code")
    hop = Shown(_l("Subcontract"), lambda o: o.hop.scope if o.hop else _("All to that party"))
    until = Shown(_l("Last day"), lambda o: o.until, "until")
    state = Shown(_l("State"), lambda o: _state(o), "state")
    agreed = Shown(
        _l("Agreed"), lambda o: [v.person.name for v in o.votes.all() if v.choice.approves] or None
    )
    asked_by = Shown(_l("Asked for by"), lambda o: o.requested_by.name, first=False)
    reason = Shown(_l("Reason"), lambda o: o.reason, first=False)
    asked = Shown(_l("Asked for"), lambda o: timezone.localdate(o.created_at), "created_at", first=False)

    @classmethod
    def whole(cls, rows: Any) -> Any:
        """Return rows with their votes too."""
        return super().whole(rows).prefetch_related("votes__person")


OVERRIDES = List("overrides", _l("Override log"), OverrideFilter, OverrideTable, _l("No override fits."))


def _state(row: m.Override) -> Any:
    """Return how an override stands; one whose day is over covers nothing."""
    over = row.state is OverrideState.ACTIVE and row.until < regimes.today(row.project.regime, timezone.now())
    return _("Ended by its day") if over else row.state


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the overrides of projects that this reader sees whole."""
    if not READERS & {role for _party, role in actor_of(request).memberships}:
        raise NotPermitted("override.vote")
    own = [Choice("", _("Your decisions on overrides"), href=reverse("own_override_votes"))]
    choices = own if proofs.own_of_overrides(signed_in(request)).exists() else []
    return OVERRIDES.answer(request, m.Override.objects.visible_to(request.user), choices=choices)


@screen("GET", "POST")
def new(request: HttpRequest, project: UUID) -> HttpResponse:
    """Ask for an override in a project."""
    row = visible_or_404(m.Project.objects.all(), request, project)
    actor = actor_of(request)
    actor.require("override.ask", owner=row.owner_party_id)
    token = token_of(request)
    if request.method == "POST" and token and (done := done_before(actor, token, "override.ask")):
        return redirect("override", done.object.id)
    form = OverrideForm(
        request.POST if request.method == "POST" else None, user=signed_in(request), project=row
    )
    if form.is_bound and form.is_valid():
        with told_in(form):
            asked = overriding.ask(actor, project=row.id, **form.cleaned_data)
            return redirect("override", asked.object.id)
    context = {
        "crumbs": project_crumbs(row),
        "heading": _("Ask for an override"),
        "lead": _("Others who are not concerned must agree. What the rule says is still shown everywhere."),
        "form": form,
        "choices": [Choice("do", _("Ask for an override"), "primary", "step")],
        "cancel": reverse("project", args=[row.id]),
    }
    return render(request, "approval/condition.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on an override: its words, its permission and form, and what does it."""

    label: str | Promise
    verb: str
    form: type[OverrideVoteForm] | type[EndForm]
    do: Callable[..., Outcome]
    weight: Literal["primary", "danger"]
    given: dict[str, Any]


STEPS: dict[str, Step] = {
    "agree": Step(
        _l("Agree to the override"), "override.vote", OverrideVoteForm, overriding.vote, "primary",
        {"choice": VoteChoice.APPROVE},
    ),
    "refuse": Step(
        _l("Refuse the override"), "override.vote", OverrideVoteForm, overriding.vote, "danger",
        {"choice": VoteChoice.DENY},
    ),
    "revoke": Step(
        _l("End the override now"), "override.revoke", EndForm, overriding.revoke, "danger", {}
    ),
}  # fmt: skip


@screen()
def detail(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show an override with its votes and the exact text that was agreed to."""
    row = visible_or_404(_rows(), request, id)
    actor, person = actor_of(request), signed_in(request).person_id
    buttons = [
        Choice("", step.label, step.weight, href=reverse(f"override_{verb}", args=[row.id]))
        for verb, step in STEPS.items()
        if (row.state, verb) in OVERRIDE and actor.can(step.verb, owner=row.project.owner_party_id)
    ]
    votes = row.votes.select_related("person")
    given = {
        one.decision_entry: one
        for one in m.Signature.objects.filter(object=row.id).select_related("key__confirmed_by")
    }
    context = {
        "crumbs": project_crumbs(row.project),
        "heading": _("Override of %(rule)s") % {"rule": row.rule},
        "state": row.state,
        "facts": _facts(row),
        "buttons": buttons,
        "votes": [
            {
                "facts": [
                    Fact(_("Decision"), v.choice),
                    Fact(_("By"), v.person.name),
                    Fact(_("When"), v.created_at),
                    Fact(_("Reason"), v.reason),
                    Fact(_("Method"), v.method),
                    *_signature(given.get(v.entry)),
                    Fact(_("SHA-256 of the statement"), v.subject_sha256, mono=True),
                ],
                "entry_state": entries.state_of(v.entry),
                "signed": v.entry in given,
                "proof": reverse("override_vote_proof", args=[v.id]) if v.person_id == person else "",
            }
            for v in votes
        ],
        "statement": overriding.statement(row),
        "entry_state": entries.state_of(row.entry),
    }
    return render(request, "approval/override.html", context)


def _signature(given: m.Signature | None) -> list[Fact]:
    """Return with which key a vote was signed, who had put that on record, and where the signature stands."""
    if given is None:
        return []
    by = given.key.confirmed_by.name if given.key.confirmed_by else None
    return [
        Fact(_("Fingerprint of the key (SHA-256)"), given.key.fingerprint, mono=True),
        Fact(_("Key confirmed by"), by),
        Fact(_("SHA-256 of the text that was signed"), given.statement_sha256, mono=True),
        Fact(_("The signature on it"), Link(_("Entry in the ledger"), reverse("entry", args=[given.entry]))),
    ]


@sensitive_post_parameters("password", "code")
@screen("GET", "POST")
def act(request: HttpRequest, id: UUID, verb: str) -> HttpResponse:
    """Agree to an override, refuse it, or end it, on a page of its own."""
    row = visible_or_404(_rows(), request, id)
    step, actor, page = STEPS[verb], actor_of(request), reverse("override", args=[id])
    actor.require(step.verb, owner=row.project.owner_party_id)
    token = token_of(request)
    if request.method == "POST" and token and done_before(actor, token, step.verb):
        return redirect(page)
    typed = request.POST if request.method == "POST" else None
    choice = step.given.get("choice")
    form: OverrideVoteForm | EndForm = (
        OverrideVoteForm(typed, row, request=request, keys=signing.keys(request))
        if choice
        else EndForm(typed, row)
    )
    if form.is_bound and form.is_valid():
        with told_in(form):
            if isinstance(form, OverrideVoteForm) and form.key:
                return _put(request, row, step.given["choice"], form)
            ways = {"way", "password", "code"}
            given = {k: v for k, v in form.cleaned_data.items() if k not in ways} | step.given
            if isinstance(form, OverrideVoteForm):
                given["coded"] = form.coded
            step.do(replace(actor, expects=given.pop("seen")), override=row.id, **given)
            return redirect(page)
    context = {
        "crumbs": [*project_crumbs(row.project), Link(row.rule, page)],
        "heading": step.label,
        "facts": _facts(row),
        "form": form,
        "choices": [Choice("do", step.label, step.weight, "step")],
        "cancel": page,
        "must_sign": choice is VoteChoice.APPROVE and signed_with.must_sign(),
    }
    return render(request, "approval/condition.html", context, status=422 if form.errors else 200)


def _put(request: HttpRequest, row: m.Override, choice: VoteChoice, form: OverrideVoteForm) -> HttpResponse:
    """Make the statement of a vote that was filled in, and lead to the page on which it is signed."""
    given = form.cleaned_data
    if not constant_time_compare(row.subject_sha256, given["statement_sha256"]):
        raise ActionError(signed_with.CHANGED)
    person = actor_of(request).human()
    text = overriding.begin(row, choice, person, given["reason"], database_now(), form.key or KeyForm.PASSKEY)
    return signing.put(request, SIGNED, row, text, str(given["seen"]))


@screen("GET", "POST")
def sign(request: HttpRequest, id: UUID, nonce: str) -> HttpResponse:
    """Show the statement of a vote on an override that waits, and take the signature on it."""
    return signing.answer(request, SIGNED, id, nonce)


def _cast(
    request: HttpRequest, row: m.Override, told: Mapping[str, Any], signed: signed_with.Signed, seen: str
) -> Outcome:
    actor = replace(actor_of(request), expects=UUID(seen))
    choice = VoteChoice(told["choice"])
    return overriding.vote(actor, override=row.id, choice=choice, reason=told["reason"], signed=signed)


def _signed_facts(row: m.Override, told: Mapping[str, Any]) -> list[Fact]:
    """Return what a vote on an override is on, and what it says."""
    return [
        Fact(_("Decision"), VoteChoice(told["choice"])),
        *_terms(row),
        Fact(_("Reason"), told["reason"]),
    ]


def _crumbs(row: m.Override) -> list[Link]:
    name = _("Override of %(rule)s") % {"rule": row.rule}
    return [*project_crumbs(row.project), Link(name, reverse("override", args=[row.id]))]


def _rows() -> Any:
    return m.Override.objects.select_related("project__owner_party", "party", "hop", "requested_by")


def _facts(row: m.Override) -> list[Fact]:
    agreed = [vote.person.name for vote in row.votes.select_related("person") if vote.choice.approves]
    return [
        *_terms(row),
        Fact(_("State"), _state(row)),
        Fact(_("Agreed"), agreed or _("Nobody"), note=_("%(needed)d must agree.") % {"needed": row.needed}),
        Fact(_("Asked for by"), row.requested_by.name),
        Fact(_("Reason"), row.reason),
        Fact(_("Subject"), row.subject_sha256, mono=True),
    ]


def _terms(row: m.Override) -> list[Fact]:
    """Return what is agreed to."""
    return [
        Fact(_("Rule"), row.rule),
        Fact(_("What the rule says"), row.problems),
        Fact(_("Party"), party_name(row.party)),
        Fact(_("Subcontract"), row.hop.scope if row.hop else _("All to that party")),
        Fact(_("Last day"), row.until),
    ]


SIGNED = signing.Page("override", "override_sign", _rows, _crumbs, _signed_facts, _cast)
