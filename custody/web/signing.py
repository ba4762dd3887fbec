"""Signing a decision: the exact statement on a page of its own, and what a passkey or smart card answers.

What is to be signed waits in the session for five minutes, or thirty where it is taken away as a file for a
card, and is taken out of it by the first answer that can be read. What
is shown beside the text, and what is done with the signature, is the :class:`Page` of each kind of decision.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import signoff
from custody.actions import proofs, signing
from custody.actions.base import (
    ActionError,
    Busy,
    NotPermitted,
    Outcome,
    PackGone,
    TooManyRefusals,
    database_now,
)
from custody.terms import KeyForm, SignedType

from . import cards
from .base import actor_of, signed_in, visible_or_404, words
from .forms.second import Answer
from .passkeys import obstacle
from .patterns import Choice, Fact, Link

KEPT = "sign_off"
HEADING = _l("Sign your decision")
MOST = 5
"""Statements that one session keeps waiting; the oldest goes."""
Cast = Callable[[HttpRequest, Any, Mapping[str, Any], signing.Signed, str], Outcome]


@dataclass(frozen=True, slots=True)
class Page:
    """The page on which one kind of decision is signed: the route of what is decided on and its own, the rows
    that a reader may see, what is shown beside the text, and the act that takes the signature."""

    back: str
    route: str
    rows: Callable[[], Any]
    crumbs: Callable[[Any], list[Link]]
    facts: Callable[[Any, Mapping[str, Any]], list[Fact]]
    cast: Cast
    heading: str | Promise = HEADING
    again: str = ""
    """The route where one begins again, where there is nothing yet to go back to."""

    def address(self, row: Any, *, done: bool) -> str:
        """Return where to go on once it is signed, or where it was not."""
        return reverse(self.again) if self.again and not done else reverse(self.back, args=[row.id])


STEPS: Mapping[str, KeyForm] = {f"sign_{form}": form for form in KeyForm}
"""What a button posts that leads on to the page of a statement."""
_WORDS = {
    KeyForm.PASSKEY: _l("Sign with my passkey"),
    KeyForm.CERTIFICATE: _l("Sign with my smart card"),
}


def buttons(keys: Sequence[KeyForm], *, primary: bool) -> list[Choice]:
    """Return the ways to sign with an own key."""
    return [
        Choice(f"sign_{form}", _WORDS[form], "primary" if primary and not n else "plain", "step")
        for n, form in enumerate(keys)
    ]


class SignForm(forms.Form):
    """What a passkey answered to a statement."""

    credential = Answer(
        error_messages={
            "required": _l("Nothing came from your passkey. Signing needs scripts; load the page again."),
        },
    )


def keys(request: HttpRequest) -> list[KeyForm]:
    """Return with what this reader can sign here: a passkey only where passkeys work."""
    held = {key.form for key in signing.keys_of(actor_of(request).human())}
    return [form for form in KeyForm if form in held and not (form is KeyForm.PASSKEY and obstacle(request))]


def put(request: HttpRequest, page: Page, row: Any, text: str, seen: str = "") -> HttpResponse:
    """Keep a statement waiting, and lead to the page on which it is signed; ``seen``: the entry that was
    shown of what is decided on, or what else the act is to hold to."""
    waiting: dict[str, Any] = request.session.get(KEPT, {})
    nonce = signoff.read(text)["nonce"]
    kept = dict(list(waiting.items())[1 - MOST :])
    waits = {"route": page.route, "object": str(row.id), "statement": text, "seen": seen}
    request.session[KEPT] = {**kept, nonce: waits}
    return redirect(page.route, row.id, nonce)


def answer(request: HttpRequest, page: Page, object: UUID, nonce: str) -> HttpResponse:
    """Show the statement that waits, and take the signature on it."""
    return answered(request, page, visible_or_404(page.rows(), request, object), nonce)


def answered(request: HttpRequest, page: Page, row: Any, nonce: str) -> HttpResponse:
    """Do the same for a row that the reader may see."""
    waits = request.session.get(KEPT, {}).get(nonce)
    if waits is None or (waits.get("route"), waits.get("object")) != (page.route, str(row.id)):
        return _begin_again(request, page, row)
    text = waits["statement"]
    told = signoff.read(text)
    if request.method != "POST" and not signoff.in_time(told, database_now()):
        return _begin_again(request, page, row)
    with_card = signoff.lasts(told) == signoff.LASTS_AWAY
    if with_card and "file" in request.GET:
        return cards.file_of(signoff.signed_file(text), f"{told['type']}-{nonce[:8]}")
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form: cards.CardForm | SignForm = cards.CardForm(*sent) if with_card else SignForm(sent[0])
    if form.is_bound and form.is_valid():
        request.session[KEPT] = {n: one for n, one in request.session[KEPT].items() if n != nonce}
        given = form.cleaned_data
        signed = signing.Signed(text, given["file"] if with_card else _answer(given["credential"]))
        return _cast(request, page, row, told, signed, waits["seen"])
    return _page(request, page, row, text, told, form)


def _begin_again(request: HttpRequest, page: Page, row: Any) -> HttpResponse:
    messages.error(request, _("This statement was used already, or waited too long. Decide once more."))
    return redirect(page.address(row, done=False))


def _cast(
    request: HttpRequest, page: Page, row: Any, told: Mapping[str, Any], signed: signing.Signed, seen: str
) -> HttpResponse:
    try:
        outcome = page.cast(request, row, told, signed, seen)
    except (NotPermitted, Busy, PackGone, TooManyRefusals):
        raise
    except ActionError as error:
        messages.error(request, words(error.text))
        return redirect(page.address(row, done=False))
    if outcome.state == "refused" and outcome.object is not None:
        return redirect("refusal", outcome.object.id)
    return redirect(page.address(row, done=True))


def _page(
    request: HttpRequest, page: Page, row: Any, text: str, told: Mapping[str, Any], form: forms.Form
) -> HttpResponse:
    with_card = isinstance(form, cards.CardForm)
    context = {
        "crumbs": page.crumbs(row),
        "heading": page.heading,
        "lead": _("Your card signs the text below. It stands in the ledger as yours, with its signature.")
        if with_card
        else _("Your passkey signs the text below. It stands in the ledger as yours, with its signature."),
        "facts": page.facts(row, told),
        "statement": text,
        "domain": signoff.kind_of(told).domain,
        "digest": signoff.challenge(text).hex(),
        "form": form,
        "cancel": page.address(row, done=False),
    }
    if with_card:
        context["to_sign"] = "?file=1"
    else:
        context["options"] = json.dumps({"publicKey": _options(request, text, told)})
    template = "signing/card.html" if with_card else "signing/sign.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _options(request: HttpRequest, text: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the browser is to ask a passkey (WebAuthn level 3, section 5.5)."""
    keys = signing.keys_of(signed_in(request).person_id)
    return {
        "challenge": signoff.base64url(signoff.challenge(text)),
        "rpId": told["rp_id"],
        "allowCredentials": [
            {"type": "public-key", "id": key.credential} for key in keys if key.form is KeyForm.PASSKEY
        ],
        "userVerification": "required",
        "timeout": int(signoff.LASTS.total_seconds() * 1000),
    }


def _answer(given: Any) -> Any:
    """Return what our script sends in the form in which a signature is kept; judged by who takes it."""
    response = given.get("response") if isinstance(given, dict) else None
    if not isinstance(response, dict):
        return None
    names = ("authenticatorData", "clientDataJSON", "signature")
    parts = dict(zip(("authenticator_data", "client_data", "signature"), names, strict=True))
    return {"credential": given.get("id"), **{part: response.get(name) for part, name in parts.items()}}


def own_proof(request: HttpRequest, type: SignedType, object: UUID) -> HttpResponse:
    """Give whoever signed something with an own key the evidence file of it, to keep. Raises Http404 for
    everybody else."""
    given = proofs.own_signature(signed_in(request), type, object)
    if given is None:
        raise Http404
    return HttpResponse(proofs.of_vote(given), headers=proofs.headers(given))
