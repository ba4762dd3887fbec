"""Signing a vote on a subcontract with a passkey: what its page shows, and the vote that comes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from custody import models as m
from custody import record
from custody.actions import conditioning, hops, limiting, signing_votes
from custody.actions import signing as actions
from custody.actions.base import Outcome, database_now
from custody.terms import ConditionType, KeyForm, VoteChoice

from . import signing
from .base import actor_of, screen, words
from .forms.approval import VoteForm
from .names import level_name, party_name, project_crumbs
from .patterns import Fact, Link


def put(request: HttpRequest, row: m.Approval, choice: VoteChoice, form: VoteForm) -> HttpResponse:
    """Make the statement of a vote that was filled in, and lead to the page on which it is signed.

    Raises ActionError for conditions that do not fit, and where the facts are not those that were shown.
    """
    actor, now = actor_of(request), database_now()
    person, limit = actor.human(), form.limit if choice.approves else None
    said = signing_votes.Said(form.cleaned_data["reason"], form.conditions, limit)
    conditioning.check(said.conditions, choice)
    limiting.check(limit, choice)
    ruling = hops.preview_vote(actor, row, now)
    shown = record.digest_of_text(hops.statement(row, ruling, choice, person))
    if not constant_time_compare(shown, form.shown(choice)):
        raise actions.ActionError(actions.CHANGED)
    text = signing_votes.begin(row, ruling, choice, person, said, now, form.key or KeyForm.PASSKEY)
    return signing.put(request, PAGE, row, text)


@screen("GET", "POST")
def sign(request: HttpRequest, approval: UUID, nonce: str) -> HttpResponse:
    """Show the statement of a vote that waits, and take the signature on it."""
    return signing.answer(request, PAGE, approval, nonce)


def _rows() -> Any:
    return m.Approval.objects.select_related("hop__project", "hop__from_party", "hop__to_party")


def _crumbs(row: m.Approval) -> list[Link]:
    name = _("Subcontract to %(party)s") % {"party": words(party_name(row.hop.to_party))}
    return [*project_crumbs(row.hop.project), Link(name, reverse("approval", args=[row.id]))]


def _facts(row: m.Approval, told: Mapping[str, Any]) -> list[Fact]:
    limit = told["limit"] or {}
    return [
        Fact(_("Decision"), VoteChoice(told["choice"])),
        Fact(_("From"), party_name(row.hop.from_party)),
        Fact(_("Receiving party"), party_name(row.hop.to_party)),
        Fact(_("Classification"), level_name(told["level"], row.hop.project.regime)),
        Fact(_("Reason"), told["reason"]),
        *[Fact(_("Condition"), one["text"], note=one["due"] or "") for one in told["conditions"]],
        *([Fact(_("How often may it be used?"), limit["uses"])] if limit.get("uses") else []),
        *([Fact(_("Until which day may it be used?"), limit["until"])] if limit.get("until") else []),
    ]


def _cast(
    request: HttpRequest, row: m.Approval, told: Mapping[str, Any], signed: actions.Signed, seen: str
) -> Outcome:
    limit = told["limit"]
    return hops.vote(
        actor_of(request),
        approval=row.id,
        choice=VoteChoice(told["choice"]),
        reason=told["reason"],
        conditions=[
            conditioning.Asked(ConditionType(one["type"]), one["text"], _day(one["due"]))
            for one in told["conditions"]
        ],
        limit=limiting.Limit(limit["uses"], _day(limit["until"])) if limit else None,
        signed=signed,
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


PAGE = signing.Page("approval", "approval_sign", _rows, _crumbs, _facts, _cast)
