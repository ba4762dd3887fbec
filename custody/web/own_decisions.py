"""One's own decisions, each with the evidence file that proves it after one has left."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody.actions import proofs
from custody.actions.base import ActionError
from custody.filters import OverrideVoteFilter, VoteFilter

from .base import screen, signed_in
from .listing import List, Listed, Shown
from .names import party_name
from .patterns import Choice, Link


class DecisionTable(Listed):
    """One's own decisions, the newest first."""

    related = ("approval__hop__project", "approval__hop__to_party")
    party = Shown(
        _l("Receiving party"),
        lambda v: Link(party_name(v.approval.hop.to_party), reverse("approval", args=[v.approval_id])),
        "approval__hop__to_party__name",
    )
    project = Shown(_l("Project"), lambda v: v.approval.hop.project.code, "approval__hop__project__code")
    choice = Shown(_l("Decision"), lambda v: v.choice, "choice")
    method = Shown(_l("Method"), lambda v: v.method)
    when = Shown(_l("When"), lambda v: v.created_at, "created_at")
    proof = Shown(
        _l("Proof"),
        lambda v: Link(_("Download the proof of your decision"), reverse("vote_proof", args=[v.id])),
    )


DECISIONS = List(
    "own_decisions",
    _l("Your decisions"),
    VoteFilter,
    DecisionTable,
    _l("You have decided on no request yet."),
)


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List one's own decisions."""
    rows = proofs.own(signed_in(request)).order_by("-created_at")
    return DECISIONS.answer(request, rows, choices=_archives(request))


@screen()
def proof(request: HttpRequest, vote: UUID) -> HttpResponse:
    """Give whoever decided the evidence file of their decision, to keep."""
    row = proofs.own(signed_in(request)).select_related("approval").filter(id=vote).first()
    if row is None:
        raise Http404
    return HttpResponse(proofs.of_vote(row), headers=proofs.headers(row))


class OverrideDecisionTable(Listed):
    """One's own votes on overrides, the newest first."""

    related = ("override__project", "override__party")
    rule = Shown(
        _l("Rule"),
        lambda v: Link(v.override.rule, reverse("override", args=[v.override_id])),
        "override__rule",
    )
    party = Shown(_l("Party"), lambda v: party_name(v.override.party), "override__party__name")
    project = Shown(_l("Project"), lambda v: v.override.project.code, "override__project__code")
    choice = Shown(_l("Decision"), lambda v: v.choice, "choice")
    method = Shown(_l("Method"), lambda v: v.method)
    when = Shown(_l("When"), lambda v: v.created_at, "created_at")
    proof = Shown(
        _l("Proof"),
        lambda v: Link(_("Download the proof of your decision"), reverse("override_vote_proof", args=[v.id])),
    )


OVERRIDE_DECISIONS = List(
    "own_override_votes",
    _l("Your decisions on overrides"),
    OverrideVoteFilter,
    OverrideDecisionTable,
    _l("You have decided on no override yet."),
)


@screen()
def overrides(request: HttpRequest) -> HttpResponse:
    """List one's own votes on overrides."""
    rows = proofs.own_of_overrides(signed_in(request))
    return OVERRIDE_DECISIONS.answer(request, rows.order_by("-created_at"), choices=_archives(request))


def _archives(request: HttpRequest) -> list[Choice]:
    """Return the buttons that take all proofs of one's own decisions, as many as there are parts."""
    parts = proofs.parts(signed_in(request))
    return [
        Choice(
            "",
            _("Download all your proofs")
            if parts == 1
            else _("Download your proofs, part %(n)d of %(all)d") % {"n": part, "all": parts},
            href=f"{reverse('own_proofs')}?part={part}",
        )
        for part in range(1, parts + 1)
    ]


@screen()
def archive(request: HttpRequest) -> HttpResponse:
    """Give whoever decided one archive with the proofs of all their decisions, to keep."""
    part = request.GET.get("part", "1")
    try:
        packed = proofs.archive(signed_in(request), int(part) if re.fullmatch(r"[0-9]{1,6}", part) else 0)
    except ActionError as error:
        raise Http404 from error
    answer = HttpResponse(packed, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="holdfast-decisions-{int(part)}.zip"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@screen()
def override_proof(request: HttpRequest, vote: UUID) -> HttpResponse:
    """Give whoever voted on an override the evidence file of the vote, to keep."""
    row = proofs.own_of_overrides(signed_in(request)).filter(id=vote).first()
    if row is None:
        raise Http404
    return HttpResponse(proofs.of_vote(row), headers=proofs.headers(row))
