"""Keys that sign decisions: the list, naming one's own, confirming another's, ending one."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.debug import sensitive_post_parameters

from custody import models as m
from custody import signoff
from custody.actions import signing_keys as actions
from custody.actions.base import Actor, NotPermitted
from custody.filters import SigningKeyFilter
from custody.terms import FactorKind

from .base import actor_of, screen, told_in, visible_or_404, words
from .forms.second import OwnPasswordForm, own_password
from .listing import List, Listed, Shown
from .patterns import Fact, Link

GROUP = 4
"""Signs of a fingerprint that stand together, so that two people can read it to each other."""


class KeyTable(Listed):
    """Keys that sign, the newest first."""

    related = ("person", "confirmed_by")
    person = Shown(
        _l("Owner"),
        lambda k: Link(k.person.name, reverse("signing_key", args=[k.id])),
        "person__name",
    )
    form = Shown(_l("Kind"), lambda k: k.form, "form")
    fingerprint = Shown(_l("Fingerprint"), lambda k: k.fingerprint[:16], "fingerprint")
    state = Shown(_l("State"), lambda k: k.state, "state")
    asked = Shown(_l("Asked for"), lambda k: k.created_at, "created_at")
    confirmed_by = Shown(_l("Confirmed by"), lambda k: k.confirmed_by.name if k.confirmed_by else None)
    ended = Shown(_l("Ended"), lambda k: k.ended_at, "ended_at", first=False)


KEYS = List(
    "signing_keys", _l("Keys that sign decisions"), SigningKeyFilter, KeyTable, _l("No key signs yet.")
)


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the keys that sign decisions, or are to."""
    return KEYS.answer(request, m.SigningKey.objects.visible_to(request.user).order_by("-created_at"))


def may_ask(actor: Actor, row: m.Factor) -> bool:
    """Tell whether its owner may name a passkey for signing now."""
    return (
        row.kind is FactorKind.PASSKEY
        and row.ended_at is None
        and may_ask_of_any(actor)
        and not m.SigningKey.objects.live().filter(factor=row).exists()
    )


def may_ask_of_any(actor: Actor) -> bool:
    """Tell whether somebody may name passkeys of their own for signing."""
    return bool(actor.memberships) and actor.can("signing_key.ask", own=actor.memberships[0][0])


@sensitive_post_parameters("password")
@screen("GET", "POST")
def ask(request: HttpRequest, factor: UUID) -> HttpResponse:
    """Name one of one's own passkeys for signing decisions."""
    row = visible_or_404(m.Factor.objects, request, factor)
    actor = actor_of(request)
    if row.kind is not FactorKind.PASSKEY:
        raise Http404
    if not may_ask_of_any(actor):
        raise NotPermitted("signing_key.ask")
    form = OwnPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and own_password(request, form):
        with told_in(form):
            done = actions.ask(actor, factor=row.id)
            return redirect("signing_key", done.object.id)
    context = {
        "crumbs": [
            Link(_("How you sign in"), reverse("factors")),
            Link(row.name or words(row.kind.text), reverse("factor", args=[row.id])),
        ],
        "heading": _("Sign decisions with this passkey"),
        "lead": _(
            "An officer or administrator who is not you must confirm it first: show them the fingerprint, in "
            "person. From then on you can sign what you decide with it, and cannot deny what was signed."
        ),
        "facts": [fingerprint(row.public_key)],
        "form": form,
        "submit": _("Ask for it"),
        "cancel": reverse("factor", args=[row.id]),
    }
    return render(request, "approval/condition.html", context, status=422 if form.errors else 200)


def fingerprint(public_key: str) -> Fact:
    """Return the fingerprint of a key, in groups that can be read out."""
    try:
        whole = signoff.fingerprint(public_key)
    except signoff.NotSigned:
        whole = ""
    grouped = " ".join(whole[n : n + GROUP] for n in range(0, len(whole), GROUP))
    return Fact(_("Fingerprint of the key (SHA-256)"), grouped, mono=True)
