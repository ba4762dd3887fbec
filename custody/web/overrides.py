"""The override log: which rules were let pass, for whom, until when and by whom; asking, voting, ending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.debug import sensitive_post_parameters

from custody import models as m
from custody import regimes
from custody.actions import overriding
from custody.actions.base import NotPermitted, Outcome, done_before
from custody.filters import OverrideFilter
from custody.terms import OverrideState, Role, VoteChoice
from custody.transitions import OVERRIDE

from . import entries
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
    return OVERRIDES.answer(request, m.Override.objects.visible_to(request.user))


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
    actor = actor_of(request)
    buttons = [
        Choice("", step.label, step.weight, href=reverse(f"override_{verb}", args=[row.id]))
        for verb, step in STEPS.items()
        if (row.state, verb) in OVERRIDE and actor.can(step.verb, owner=row.project.owner_party_id)
    ]
    votes = row.votes.select_related("person")
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
                    Fact(_("SHA-256 of the statement"), v.subject_sha256, mono=True),
                ],
                "entry_state": entries.state_of(v.entry),
            }
            for v in votes
        ],
        "statement": overriding.statement(row),
        "entry_state": entries.state_of(row.entry),
    }
    return render(request, "approval/override.html", context)


@sensitive_post_parameters("password")
@screen("GET", "POST")
def act(request: HttpRequest, id: UUID, verb: str) -> HttpResponse:
    """Agree to an override, refuse it, or end it, on a page of its own."""
    row = visible_or_404(_rows(), request, id)
    step, actor, page = STEPS[verb], actor_of(request), reverse("override", args=[id])
    actor.require(step.verb, owner=row.project.owner_party_id)
    token = token_of(request)
    if request.method == "POST" and token and done_before(actor, token, step.verb):
        return redirect(page)
    form = step.form(request.POST if request.method == "POST" else None, row, request)
    if form.is_bound and form.is_valid():
        with told_in(form):
            given = {k: v for k, v in form.cleaned_data.items() if k != "password"} | step.given
            step.do(replace(actor, expects=given.pop("seen")), override=row.id, **given)
            return redirect(page)
    context = {
        "crumbs": [*project_crumbs(row.project), Link(row.rule, page)],
        "heading": step.label,
        "facts": _facts(row),
        "form": form,
        "choices": [Choice("do", step.label, step.weight, "step")],
        "cancel": page,
    }
    return render(request, "approval/condition.html", context, status=422 if form.errors else 200)


def _rows() -> Any:
    return m.Override.objects.select_related("project__owner_party", "party", "hop", "requested_by")


def _facts(row: m.Override) -> list[Fact]:
    agreed = [vote.person.name for vote in row.votes.select_related("person") if vote.choice.approves]
    return [
        Fact(_("Rule"), row.rule),
        Fact(_("What the rule says"), row.problems),
        Fact(_("Party"), party_name(row.party)),
        Fact(_("Subcontract"), row.hop.scope if row.hop else _("All to that party")),
        Fact(_("Last day"), row.until),
        Fact(_("State"), _state(row)),
        Fact(_("Agreed"), agreed or _("Nobody"), note=_("%(needed)d must agree.") % {"needed": row.needed}),
        Fact(_("Asked for by"), row.requested_by.name),
        Fact(_("Reason"), row.reason),
        Fact(_("Subject"), row.subject_sha256, mono=True),
    ]
