"""What officers say of a request beside their votes: giving an opinion, referring the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import advising, delegating
from custody.actions.base import Actor, Outcome, done_before
from custody.terms import ApprovalState

from .base import actor_of, heads, screen, signed_in, token_of, told_in, visible_or_404
from .forms.advice import OpinionForm, ReferForm
from .names import party_name, project_crumbs
from .patterns import Choice, Fact, Link, Table


@dataclass(frozen=True, slots=True)
class Step:
    """One thing an officer does beside voting: its words, its form, and what does it."""

    label: str | Promise
    lead: str | Promise
    form: type[OpinionForm] | type[ReferForm]
    do: Callable[..., Outcome]


STEPS: dict[str, Step] = {
    "advise": Step(
        _l("Give an opinion"),
        _l("It is no vote. Whoever approves against it has to say why. Your latest opinion stands."),
        OpinionForm,
        advising.advise,
    ),
    "refer": Step(
        _l("Refer to another officer"),
        _l(
            "The request is then not granted without that officer. Your own approval does not count "
            "any more; "
            "you can still refuse it."
        ),
        ReferForm,
        advising.refer,
    ),
}


def choices(request: HttpRequest, row: m.Approval) -> list[Choice]:
    """Return what this reader may do now beside voting."""
    if row.state is not ApprovalState.REQUESTED:
        return []
    actor, person = actor_of(request), signed_in(request).person_id
    found = [verb for verb in STEPS if _may(actor, verb, row.hop.project)]
    return [
        Choice("", STEPS[verb].label, "plain", href=reverse(f"approval_{verb}", args=[row.id]))
        for verb in found
        if verb != "refer" or advising.may_refer(row, person)
    ]


def _may(actor: Actor, verb: str, project: m.Project) -> bool:
    if verb == "refer" and delegating.may_decide(actor, project):
        return True
    return actor.can(f"hop.{verb}", owner=project.owner_party_id)


@screen("GET", "POST")
def act(request: HttpRequest, id: UUID, verb: str) -> HttpResponse:
    """Give an opinion on a request, or refer it, on a page of its own."""
    rows = m.Approval.objects.select_related("hop__project", "hop__to_party")
    row = visible_or_404(rows, request, id)
    step, actor, project = STEPS[verb], actor_of(request), row.hop.project
    name, page = f"hop.{verb}", reverse("approval", args=[row.id])
    if not _may(actor, verb, project):
        actor.require(name, owner=project.owner_party_id)
    form = step.form(request.POST if request.method == "POST" else None, row, signed_in(request).person_id)
    token = token_of(request)
    if request.method == "POST" and token and done_before(actor, token, name):
        return redirect(page)
    if form.is_bound and form.is_valid():
        with told_in(form):
            given = dict(form.cleaned_data)
            step.do(replace(actor, expects=given.pop("seen")), approval=row.id, **given)
            return redirect(page)
    context = {
        "crumbs": [*project_crumbs(project), Link(party_name(row.hop.to_party), page)],
        "heading": step.label,
        "lead": step.lead,
        "facts": [Fact(_("Scope"), row.hop.scope), Fact(_("State"), row.state)],
        "form": form,
        "choices": [Choice("do", step.label, "primary", "step")],
        "cancel": page,
    }
    return render(request, "approval/condition.html", context, status=422 if form.errors else 200)


def table(request: HttpRequest, row: m.Approval) -> Table | None:
    """Return the opinions and referrals of a request that this reader may see; None without any."""
    seen: list[tuple[Any, list[Any]]] = [
        (o.id, [o.code, o.person.name, o.stance, o.reason, o.created_at])
        for o in m.Opinion.objects.visible_to(request.user).filter(approval=row).select_related("person")
    ]
    referred = m.Referral.objects.visible_to(request.user).filter(approval=row)
    seen += [
        (r.id, ["", r.person.name, _("Referred to %(name)s") % {"name": r.to.name}, r.reason, r.created_at])
        for r in referred.select_related("person", "to")
    ]
    if not seen:
        return None
    return Table(
        heads(_("Code"), _("Officer"), _("What the officer says"), _("Reason"), _("When")),
        [cells for _id, cells in sorted(seen, key=lambda pair: pair[0])],
    )
