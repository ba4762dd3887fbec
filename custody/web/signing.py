"""Signing a decision with a passkey: the exact statement on a page of its own, and what the passkey answers.

What is to be signed waits in the session for five minutes, and is taken out of it by the first answer.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody import record, signoff
from custody.actions import conditioning, hops, limiting, signing
from custody.actions.base import ActionError, Busy, NotPermitted, PackGone, TooManyRefusals, database_now
from custody.terms import ConditionType, VoteChoice

from .base import actor_of, screen, signed_in, visible_or_404, words
from .forms.approval import VoteForm
from .forms.second import Answer
from .names import level_name, party_name, project_crumbs
from .passkeys import obstacle
from .patterns import Fact, Link

KEPT = "sign_off"
MOST = 5
"""Statements that one session keeps waiting; the oldest goes."""


class SignForm(forms.Form):
    """What a passkey answered to a statement."""

    credential = Answer(
        error_messages={
            "required": _l("Nothing came from your passkey. Signing needs scripts; load the page again."),
        },
    )


def can_sign(request: HttpRequest) -> bool:
    """Tell whether this reader has a passkey that signs, and is where passkeys work."""
    return bool(signing.keys_of(actor_of(request).human())) and not obstacle(request)


def put(request: HttpRequest, row: m.Approval, choice: VoteChoice, form: VoteForm) -> HttpResponse:
    """Make the statement of a vote that was filled in, and lead to the page on which it is signed.

    Raises ActionError for conditions that do not fit, and where the facts are not those that were shown.
    """
    actor, now = actor_of(request), database_now()
    person, limit = actor.human(), form.limit if choice.approves else None
    said = signing.Said(form.cleaned_data["reason"], form.conditions, limit)
    conditioning.check(said.conditions, choice)
    limiting.check(limit, choice)
    ruling = hops.preview_vote(actor, row, now)
    shown = record.digest_of_text(hops.statement(row, ruling, choice, person))
    if not constant_time_compare(shown, form.shown(choice)):
        raise ActionError(signing.CHANGED)
    text = signing.begin(row, ruling, choice, person, said, now)
    waiting: dict[str, Any] = request.session.get(KEPT, {})
    nonce = signoff.read(text)["nonce"]
    kept = dict(list(waiting.items())[1 - MOST :])
    request.session[KEPT] = {**kept, nonce: {"approval": str(row.id), "statement": text}}
    return redirect("approval_sign", row.id, nonce)


@screen("GET", "POST")
def sign(request: HttpRequest, approval: UUID, nonce: str) -> HttpResponse:
    """Show the statement that waits, and take the signature on it."""
    rows = m.Approval.objects.select_related("hop__project", "hop__from_party", "hop__to_party")
    row = visible_or_404(rows, request, approval)
    waits = request.session.get(KEPT, {}).get(nonce)
    if waits is None or waits["approval"] != str(row.id):
        return _begin_again(request, row)
    text = waits["statement"]
    told = signoff.read(text)
    if request.method != "POST" and not signoff.in_time(told, database_now()):
        return _begin_again(request, row)
    form = SignForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        request.session[KEPT] = {n: one for n, one in request.session[KEPT].items() if n != nonce}
        return _cast(request, row, told, signing.Signed(text, _answer(form.cleaned_data["credential"])))
    return _page(request, row, text, told, form)


def _begin_again(request: HttpRequest, row: m.Approval) -> HttpResponse:
    messages.error(
        request, _("This statement was used already, or waited longer than five minutes. Decide once more.")
    )
    return redirect("approval", row.id)


def _cast(
    request: HttpRequest, row: m.Approval, told: dict[str, Any], signed: signing.Signed
) -> HttpResponse:
    limit = told["limit"]
    try:
        outcome = hops.vote(
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
    except (NotPermitted, Busy, PackGone, TooManyRefusals):
        raise
    except ActionError as error:
        messages.error(request, words(error.text))
        return redirect("approval", row.id)
    if outcome.state == "refused" and outcome.object is not None:
        return redirect("refusal", outcome.object.id)
    return redirect("approval", row.id)


def _page(
    request: HttpRequest, row: m.Approval, text: str, told: dict[str, Any], form: SignForm
) -> HttpResponse:
    keys = signing.keys_of(signed_in(request).person_id)
    options = {
        "challenge": signoff.base64url(signoff.challenge(text)),
        "rpId": told["rp_id"],
        "allowCredentials": [{"type": "public-key", "id": key.credential} for key in keys],
        "userVerification": "required",
        "timeout": int(signoff.LASTS.total_seconds() * 1000),
    }
    choice, limit = VoteChoice(told["choice"]), told["limit"]
    context = {
        "crumbs": [
            *project_crumbs(row.hop.project),
            Link(
                _("Subcontract to %(party)s") % {"party": words(party_name(row.hop.to_party))},
                reverse("approval", args=[row.id]),
            ),
        ],
        "heading": _("Sign your decision"),
        "lead": _("Your passkey signs the text below. It stands in the ledger as yours, with its signature."),
        "facts": [
            Fact(_("Decision"), choice),
            Fact(_("From"), party_name(row.hop.from_party)),
            Fact(_("Receiving party"), party_name(row.hop.to_party)),
            Fact(_("Classification"), level_name(told["level"], row.hop.project.regime)),
            Fact(_("Reason"), told["reason"]),
            *[Fact(_("Condition"), one["text"], note=one["due"] or "") for one in told["conditions"]],
            *([Fact(_("How often may it be used?"), limit["uses"])] if limit and limit["uses"] else []),
            *(
                [Fact(_("Until which day may it be used?"), limit["until"])]
                if limit and limit["until"]
                else []
            ),
        ],
        "statement": text,
        "domain": signoff.DOMAIN,
        "digest": signoff.challenge(text).hex(),
        "options": json.dumps({"publicKey": options}),
        "form": form,
        "cancel": reverse("approval", args=[row.id]),
    }
    return render(request, "approval/sign.html", context, status=422 if form.errors else 200)


def _answer(given: Any) -> Any:
    """Return what our script sends in the form in which a signature is kept; judged by who takes it."""
    response = given.get("response") if isinstance(given, dict) else None
    if not isinstance(response, dict):
        return None
    names = ("authenticatorData", "clientDataJSON", "signature")
    parts = dict(zip(("authenticator_data", "client_data", "signature"), names, strict=True))
    return {"credential": given.get("id"), **{part: response.get(name) for part, name in parts.items()}}


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
