"""Votes in other hands: who votes in an officer's place, delegating, naming a deputy, ending it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custody import models as m
from custody import regimes
from custody.actions import delegating
from custody.actions import delegations as actions
from custody.actions.base import NotPermitted, done_before
from custody.terms import Role
from custody.transitions import DELEGATION

from . import approvals
from .base import actor_of, heads, screen, signed_in, token_of, told_in, visible_or_404
from .forms.amendment import SeenReason
from .forms.delegations import DelegationForm
from .names import level_name, party_name
from .patterns import Choice, Fact, Link, Section, Table

LISTED, SHORT = 200, 10
_ROLES = {"give": {Role.OFFICER}, "propose": {Role.OFFICER, Role.ADMINISTRATOR}}


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the delegations that this reader may see, the newest first."""
    related = ("party", "delegator", "delegate", "project")
    rows = m.Delegation.objects.visible_to(request.user).select_related(*related)[:LISTED]
    columns = heads(
        _("Officer"), _("Votes in the officer's place"), _("Party"), _("Project"), _("Up to"), _("First day"),
        _("Last day"), _("State"), _("To do"),
    )  # fmt: skip
    body = [
        [
            r.delegator.name,
            r.delegate.name,
            party_name(r.party),
            r.project.code if r.project else _("All"),
            _level(r),
            r.starts,
            r.ends,
            r.state,
            _steps(request, r),
        ]
        for r in rows
    ]
    choices = []
    if _party(request, "give"):
        choices.append(Choice("", _("Delegate my vote"), "primary", href=reverse("delegation_new")))
    if _party(request, "propose"):
        label = _("Propose a deputy for an absent officer")
        choices.append(Choice("", label, href=reverse("deputy_new")))
    context = {
        "heading": _("Votes in other hands"),
        "lead": _("An officer and who votes in the officer's place count as one."),
        "table": Table(columns, body, empty=_("Nobody votes in an officer's place.")),
        "choices": choices,
    }
    return render(request, "pack/list.html", context)


@screen("GET", "POST")
def new(request: HttpRequest, verb: str) -> HttpResponse:
    """Delegate the own vote, or propose a deputy for an absent officer."""
    party, name, actor = _party(request, verb), f"delegation.{verb}", actor_of(request)
    if party is None or not actor.can(name, owner=party):
        raise NotPermitted(name)
    form = DelegationForm(
        request.POST if request.method == "POST" else None,
        user=signed_in(request),
        party=party,
        deputy=verb == "propose",
    )
    token = token_of(request)
    if request.method == "POST" and token and done_before(actor, token, name):
        return redirect("delegations")
    if form.is_bound and form.is_valid():
        with told_in(form):
            (actions.give if verb == "give" else actions.propose)(actor, party=party, **form.given())
            return redirect("delegations")
    deputy = verb == "propose"
    context = {
        "crumbs": [Link(_("Votes in other hands"), reverse("delegations"))],
        "heading": _("Propose a deputy for an absent officer") if deputy else _("Delegate my vote"),
        "lead": _("It counts once another officer or administrator has confirmed it.")
        if deputy
        else _("It holds from its first day to its last, and cannot be passed on."),
        "form": form,
        "submit": _("Propose") if deputy else _("Delegate"),
        "cancel": reverse("delegations"),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


@screen("GET", "POST")
def act(request: HttpRequest, id: UUID, verb: str) -> HttpResponse:
    """Confirm a deputy, or end a delegation, on a page of its own."""
    related = ("party", "delegator", "delegate", "project")
    row = visible_or_404(m.Delegation.objects.select_related(*related), request, id)
    name, actor = f"delegation.{verb}", actor_of(request)
    actor.require(name, owner=row.party_id)
    form = SeenReason(request.POST if request.method == "POST" else None, row)
    if verb == "confirm":
        del form.fields["reason"]
    token = token_of(request)
    if request.method == "POST" and token and done_before(actor, token, name):
        return redirect("delegations")
    if form.is_bound and form.is_valid():
        with told_in(form):
            sure = replace(actor, expects=form.cleaned_data["seen"])
            if verb == "confirm":
                actions.confirm(sure, delegation=row.id)
            else:
                actions.revoke(sure, delegation=row.id, reason=form.cleaned_data["reason"])
            return redirect("delegations")
    label = _("Confirm the deputy") if verb == "confirm" else _("End it now")
    context = {
        "crumbs": [Link(_("Votes in other hands"), reverse("delegations"))],
        "heading": label,
        "lead": _("Not by who proposed it, nor by the officer or the deputy.")
        if verb == "confirm"
        else _("Votes that were cast stand."),
        "facts": [
            Fact(_("Officer"), row.delegator.name),
            Fact(_("Votes in the officer's place"), row.delegate.name),
            Fact(_("Party"), party_name(row.party)),
            Fact(_("Project"), row.project.code if row.project else _("All")),
            Fact(_("Up to"), _level(row)),
            Fact(_("First day"), row.starts),
            Fact(_("Last day"), row.ends),
            Fact(_("Reason"), row.reason),
        ],
        "form": form,
        "choices": [Choice("do", label, "primary" if verb == "confirm" else "danger", "step")],
        "cancel": reverse("delegations"),
    }
    return render(request, "approval/condition.html", context, status=422 if form.errors else 200)


def waiting(request: HttpRequest) -> Section | None:
    """Return the requests on which this reader may vote in an officer's place today; None without any."""
    actor, now = actor_of(request), timezone.now()
    if not m.Delegation.objects.in_force(timezone.localdate()).filter(delegate=actor.person).exists():
        return None
    found = []
    for row in approvals.waiting(request).select_related(*approvals.ApprovalTable.related)[:LISTED]:
        project = row.hop.project
        by = delegating.used(actor, project, row.hop.level, regimes.today(project.regime, now))
        if by and delegating.covers(by, project, row.hop.level, regimes.today(project.regime, now)):
            found.append(row)
    if not found:
        return None
    return Section(_("To decide in an officer's place"), approvals.table(found[:SHORT]), reverse("approvals"))


def _steps(request: HttpRequest, row: m.Delegation) -> list[Link]:
    actor = actor_of(request)
    labels = {"confirm": _("Confirm the deputy"), "revoke": _("End it now")}
    return [
        Link(label, reverse(f"delegation_{verb}", args=[row.id]))
        for verb, label in labels.items()
        if (row.state, verb) in DELEGATION and actor.can(f"delegation.{verb}", owner=row.party_id)
    ]


def _level(row: m.Delegation) -> Any:
    return level_name(row.level, row.project.regime) if row.project else row.level


def _party(request: HttpRequest, verb: str) -> UUID | None:
    """Return the party for which this reader may do it, the house first."""
    actor = actor_of(request)
    own = [party for party, role in actor.memberships if role in _ROLES[verb]]
    return next((party for party in own if party == actor.house), own[0] if own else None)
