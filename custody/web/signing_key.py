"""One key that signs, or is to: its page, confirming it with an own key, and ending it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.debug import sensitive_post_parameters

from custody import models as m
from custody.actions import signing as signed_with
from custody.actions import signing_keys as actions
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome, database_now
from custody.terms import KeyForm, SignedType, SigningKeyState, VoteMethod
from custody.transitions import SIGNING_KEY

from . import signing
from .base import actor_of, screen, signed_in, told_in, visible_or_404
from .forms.second import EndForm, SeenForm, own_password
from .patterns import Choice, Fact, Link
from .signing_keys import fingerprint


@sensitive_post_parameters("password")
@screen("GET", "POST")
def detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a key that signs or is to; confirm it, or end it."""
    row = visible_or_404(m.SigningKey.objects.select_related("person", "confirmed_by"), request, key)
    actor = actor_of(request)
    mine = row.person_id == signed_in(request).person_id
    may = _may(actor, row, mine=mine)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    sent = "confirm" if step in signing.STEPS else step
    keys = signing.keys(request) if "confirm" in may else []
    confirming = SeenForm(request.POST if sent == "confirm" else None, row)
    if keys:  # who has a key signs with it, and types no password
        del confirming.fields["password"]
    ending = EndForm(request.POST if sent == "end" else None, auto_id="end_%s")
    if request.method == "POST" and sent not in may:
        raise NotPermitted(f"signing_key.{sent or 'confirm'}")
    form = confirming if sent == "confirm" else ending
    if form.is_bound and form.is_valid() and step in signing.STEPS:
        with told_in(form):
            return _put(request, row, signing.STEPS[step], form.cleaned_data["seen"])
    elif form.is_bound and form.is_valid() and ("password" not in form.fields or own_password(request, form)):
        with told_in(form):
            if sent == "confirm":
                actions.confirm(replace(actor, expects=form.cleaned_data["seen"]), key=row.id)
                messages.success(request, _("Confirmed. It signs decisions from now on."))
            else:
                actions.end(actor, key=row.id, reason=form.cleaned_data["reason"])
                messages.success(request, _("Ended. What it signed before stands."))
            return redirect("signing_key", row.id)
    in_house = (
        [Link(_("Keys that sign decisions"), reverse("signing_keys"))] if signed_in(request).in_house else []
    )
    context = {
        "crumbs": in_house or [Link(_("How you sign in"), reverse("factors"))],
        "heading": _("Key of %(person)s that signs decisions") % {"person": row.person.name}
        if row.state is not SigningKeyState.ASKED
        else _("Key of %(person)s that is to sign decisions") % {"person": row.person.name},
        "state": row.state,
        "facts": [
            Fact(_("Owner"), row.person.name),
            Fact(_("Kind"), row.form),
            fingerprint(row.public_key),
            Fact(_("Signs on pages of"), row.origin, mono=True),
            Fact(_("Asked for"), row.created_at),
            Fact(_("Confirmed by"), row.confirmed_by.name if row.confirmed_by else None),
            *_signed(row),
            *([Fact(_("Ended"), row.ended_at, note=row.ended_how)] if row.ended_at else []),
        ],
        "waits_for_another": mine and row.state is SigningKeyState.ASKED,
        "confirming": confirming if "confirm" in may else None,
        "confirm_choices": signing.buttons(keys, primary=True)
        or [Choice("confirm", _("Confirm the key"), "primary", "step")],
        "lacks": "confirm" in may and not keys and actions.unsigned(actor.human(), row.person_id),
        "ending": ending if "end" in may else None,
        "end_choices": [Choice("end", _("End it now"), "danger", "step")],
    }
    faults = confirming.errors or ending.errors
    return render(request, "signing/key.html", context, status=422 if faults else 200)


def _may(actor: Actor, row: m.SigningKey, *, mine: bool) -> set[str]:
    """Return what this reader may do with a key as it stands."""
    found = set()
    if (row.state, "confirm") in SIGNING_KEY and not mine and actor.can("signing_key.confirm"):
        found.add("confirm")
    own = actor.memberships[0][0] if actor.memberships else None
    allowed = actor.can("signing_key.end", own=own) if mine else actor.can("signing_key.revoke")
    if (row.state, "end") in SIGNING_KEY and allowed:
        found.add("end")
    return found


def _signed(row: m.SigningKey) -> list[Fact]:
    """Return how a key was confirmed; nothing where nobody did."""
    if row.confirmed is None:
        return []
    rows = m.Signature.objects.filter(type=SignedType.KEY, decision_entry=row.confirmed)
    if not (given := rows.select_related("key").first()):
        return [Fact(_("Confirmation"), _("With the password, not signed"))]
    link = Link(_("Entry in the ledger"), reverse("entry", args=[given.entry]))
    return [
        Fact(_("Confirmation"), VoteMethod(str(given.key.form))),
        Fact(_("The signature on it"), link),
    ]


def _put(request: HttpRequest, row: m.SigningKey, form: KeyForm, seen: UUID) -> HttpResponse:
    """Make the statement that confirms a key, and lead to the page on which it is signed. Raises
    ActionError."""
    if row.entry != seen:
        raise ActionError(signed_with.CHANGED)
    text = actions.begin(actor_of(request), row, database_now(), form)
    return signing.put(request, PAGE, row, text, str(seen))


@screen("GET", "POST")
def sign(request: HttpRequest, key: UUID, nonce: str) -> HttpResponse:
    """Show the statement that confirms a key, and take the signature on it."""
    return signing.answer(request, PAGE, key, nonce)


def _rows() -> Any:
    return m.SigningKey.objects.select_related("person")


def _crumbs(row: m.SigningKey) -> list[Link]:
    listed = Link(_("Keys that sign decisions"), reverse("signing_keys"))
    return [listed, Link(row.person.name, reverse("signing_key", args=[row.id]))]


def _facts(row: m.SigningKey, told: Mapping[str, Any]) -> list[Fact]:
    return [Fact(_("Owner"), row.person.name), Fact(_("Kind"), row.form), fingerprint(row.public_key)]


def _cast(
    request: HttpRequest, row: m.SigningKey, told: Mapping[str, Any], signed: signed_with.Signed, seen: str
) -> Outcome:
    return actions.confirm(replace(actor_of(request), expects=UUID(seen)), key=row.id, signed=signed)


PAGE = signing.Page(
    "signing_key", "signing_key_sign", _rows, _crumbs, _facts, _cast, _l("Sign that the key is theirs")
)
