"""An account at the sign-in provider that is to sign somebody in: confirmed or refused by another person."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from custody import models as m
from custody.actions import identities as actions
from custody.actions.base import Actor, NotPermitted
from custody.transitions import IDENTITY

from .base import actor_of, screen, signed_in, told_in
from .forms.second import EndForm, SeenForm, own_password
from .patterns import Choice, Fact, Link
from .provider import said_by


@sensitive_post_parameters("password")
@screen("GET", "POST")
def detail(request: HttpRequest, identity: UUID) -> HttpResponse:
    """Show an account that is to sign somebody in, or does; confirm it, refuse it, or withdraw it."""
    rows = m.Identity.objects.to_judge(signed_in(request))
    row = get_object_or_404(rows.select_related("user__person", "proposed_by", "confirmed_by"), id=identity)
    actor = actor_of(request)
    actor.require("identity.confirm")
    may = _may(actor, row)
    sent = request.POST.get("step", "") if request.method == "POST" else ""
    if request.method == "POST" and sent not in may:
        raise NotPermitted(f"identity.{'refuse' if sent == 'refuse' else 'confirm'}")
    confirming = SeenForm(request.POST if sent == "confirm" else None, row)
    refusing = EndForm(request.POST if sent == "refuse" else None, auto_id="end_%s")
    form = confirming if sent == "confirm" else refusing
    if form.is_bound and form.is_valid() and own_password(request, form):
        with told_in(form):
            if sent == "confirm":
                actions.confirm(replace(actor, expects=form.cleaned_data["seen"]), identity=row.id)
                messages.success(request, _("Confirmed. It signs this person in from now on."))
            else:
                actions.refuse(actor, identity=row.id, reason=form.cleaned_data["reason"])
                messages.success(request, _("Ended. It never signed anybody in."))
            return redirect("proposed_identity", row.id)
    own = actor.person == row.proposed_by_id
    person = row.user.person
    context = {
        "crumbs": [
            Link(_("People"), reverse("people")),
            Link(person.name, reverse("person", args=[person.id])),
        ],
        "heading": _("Account at the sign-in provider for %(person)s") % {"person": person.name},
        "state": row.state,
        "facts": [
            Fact(_("Subject of the account"), row.subject, mono=True),
            Fact(_("Provider"), row.issuer, mono=True),
            Fact(_("User name"), row.user.username, mono=True),
            *said_by(row),
        ],
        "run_out": row.run_out,
        "waits_for_another": not row.run_out and "refuse" in may and "confirm" not in may,
        "confirming": confirming if "confirm" in may else None,
        "confirm_choices": [Choice("confirm", _("Confirm the account"), "primary", "step")],
        "refusing": refusing if "refuse" in may else None,
        "refuse_heading": _("Withdraw the proposal") if own else _("Refuse it"),
        "refuse_choices": [Choice("refuse", _("Withdraw it") if own else _("Refuse it"), "danger", "step")],
    }
    faults = confirming.errors or refusing.errors
    return render(request, "account/proposed.html", context, status=422 if faults else 200)


def _may(actor: Actor, row: m.Identity) -> set[str]:
    """Return what this reader may do with an account as it stands."""
    found = set()
    others = actor.person not in (row.proposed_by_id, row.user.person_id)
    if (row.state, "confirm") in IDENTITY and others and not row.run_out and actor.can("identity.confirm"):
        found.add("confirm")
    if (row.state, "refuse") in IDENTITY and actor.can("identity.refuse"):
        found.add("refuse")
    return found
