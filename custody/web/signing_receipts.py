"""Signing for copies with an own passkey or smart card: the buttons, the page of the statement, and what a
handoff that was signed so shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import handoffs, receipts
from custody.actions import signing as actions
from custody.actions import signing_receipts as signed_with
from custody.actions.base import Outcome, database_now
from custody.terms import HandoffState, KeyForm, Received, SignedType, VoteMethod
from custody.transitions import NotNow

from . import signing
from .base import actor_of, language, screen, signed_in
from .names import party_name
from .patterns import Fact, Link, Section


def demanded(row: m.Handoff, copies: Sequence[m.Copy]) -> bool:
    """Return whether a receipt of these copies counts only when it is signed (rule HND-09)."""
    return signed_with.demanded(row, [copy.item.level for copy in copies])


def put(
    request: HttpRequest,
    row: m.Handoff,
    form: KeyForm,
    *,
    wrong: Sequence[receipts.Wrong] = (),
    hashes: Mapping[UUID, str] | None = None,
) -> HttpResponse:
    """Make the statement of a receipt, and lead to the page on which it is signed.

    Raises NotPermitted for who may not receive, ActionError for what is said to be wrong and cannot be.
    """
    actor = actor_of(request)
    actor.require("handoff.accept", receiver=row.receiver_party_id)
    if row.state is not HandoffState.OFFERED:
        raise NotNow(row.state, "accept")
    text = handoffs.begin(actor, row, database_now(), form, wrong=wrong, hashes=hashes)
    return signing.put(request, PAGE, row, text, str(row.entry))


@screen("GET", "POST")
def sign(request: HttpRequest, handoff: UUID, nonce: str) -> HttpResponse:
    """Show the statement of a receipt that waits, and take the signature on it."""
    return signing.answer(request, PAGE, handoff, nonce)


@screen()
def proof(request: HttpRequest, handoff: UUID) -> HttpResponse:
    """Give whoever signed a receipt with an own key the evidence file of it, to keep."""
    return signing.own_proof(request, SignedType.RECEIPT, handoff)


def about(request: HttpRequest, row: m.Handoff) -> list[Section]:
    """Return with what key the receiver signed, and the proof for whoever did; nothing where with none."""
    found = signed_with.given(row)
    if found is None:
        return []
    own = signed_in(request).person_id == found.person_id
    files = [
        Link(_("Download the proof of your signature"), reverse("handoff_signed_proof", args=[row.id])),
        Link(_("Download all your proofs"), reverse("own_proofs")),
    ]
    facts = [
        Fact(_("How it was signed"), VoteMethod(str(found.key.form))),
        Fact(_("Fingerprint of the key (SHA-256)"), found.key.fingerprint, mono=True),
        Fact(_("SHA-256 of the text that was signed"), found.statement_sha256, mono=True),
        Fact(_("The signature on it"), Link(_("Entry in the ledger"), reverse("entry", args=[found.entry]))),
        *([Fact(_("Proof"), files)] if own else []),
    ]
    return [Section(_("Signed with the receiver's own key"), facts=facts)]


def _rows() -> Any:
    return m.Handoff.objects.select_related("project", "sender_party", "receiver_party", "system")


def _crumbs(row: m.Handoff) -> list[Link]:
    return [
        Link(_("Handoffs"), reverse("handoffs")),
        Link(row.number, reverse("handoff", args=[row.id])),
    ]


def _facts(row: m.Handoff, told: Mapping[str, Any]) -> list[Fact]:
    codes = {str(c.id): c.code for c in m.Copy.objects.filter(id__in=[one["copy"] for one in told["wrong"]])}
    wrong = [
        " · ".join(filter(None, (codes[w["copy"]], Received(w["found"]).text.get(language()), w["note"])))
        for w in told["wrong"]
    ]
    return [
        Fact(_("Handoff"), row.number, mono=True),
        Fact(_("From"), party_name(row.sender_party)),
        Fact(_("To"), party_name(row.receiver_party)),
        Fact(_("Copies"), told["copies"], mono=True),
        *([Fact(_("Not in order, still with the sender"), wrong)] if wrong else []),
        Fact(_("To be kept in"), row.system.name),
    ]


def _cast(
    request: HttpRequest, row: m.Handoff, told: Mapping[str, Any], signed: actions.Signed, seen: str
) -> Outcome:
    return handoffs.accept(
        replace(actor_of(request), expects=UUID(seen)),
        handoff=row.id,
        note=told["reason"],
        wrong=[receipts.Wrong(UUID(w["copy"]), Received(w["found"]), w["note"]) for w in told["wrong"]],
        signed=signed,
    )


PAGE = signing.Page(
    "handoff", "handoff_sign", _rows, _crumbs, _facts, _cast, _l("Sign the receipt with your key")
)
