"""Who has decided on a request, how many still must, and who can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.permissions import PERMISSIONS
from custody.policy.rules.approvals import votes_needed
from custody.terms import ApprovalState, VoteChoice


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a request has come. ``can`` is who may still cast a vote that counts, by name."""

    have: int
    needed: int
    can: list[m.Person]

    @property
    def stuck(self) -> bool:
        """Return whether nobody is left who could complete the votes."""
        return self.have + len(self.can) < self.needed


def needed(approval: m.Approval) -> int:
    """Return how many must approve: what was demanded when it was asked, or what is today if that is more."""
    return max(approval.needed, votes_needed(regimes.pack(approval.hop.project.regime), approval.level))


def have_approved(approval: m.Approval) -> set[UUID]:
    """Return the persons who approved."""
    return set(approval.votes.filter(choice=VoteChoice.APPROVE).values_list("person_id", flat=True))


def completes(approval: m.Approval, officer: UUID) -> bool:
    """Return whether this officer's approval is the last that the request needs; a person counts once."""
    return len(have_approved(approval) | {officer}) >= needed(approval)


def standing(approval: m.Approval) -> Standing:
    """Return how far a request has come and who can still decide (APR-03, APR-04)."""
    voted = have_approved(approval)
    if approval.state is not ApprovalState.REQUESTED:
        return Standing(len(voted), approval.needed, [])
    can = officers(approval.hop.project.owner_party_id).exclude(id__in=partial(approval).values("person"))
    return Standing(
        len(voted), needed(approval), list(can.exclude(id__in={*voted, approval.requested_by_id}))
    )


def partial(approval: m.Approval) -> Any:
    """Return the memberships that make their persons a party to the matter (APR-04)."""
    hop = approval.hop
    parties = {hop.to_party_id, hop.from_party_id} - {hop.project.owner_party_id}
    return m.Membership.objects.current().filter(party__in=parties)


def barred(approval: m.Approval, person: UUID) -> bool:
    """Return whether a person asked for the subcontract or belongs to a party of it (APR-04)."""
    return person == approval.requested_by_id or partial(approval).filter(person=person).exists()


def officers(owner: UUID) -> Any:
    """Return the persons who may decide for a project of ``owner`` and can sign in today."""
    permit = PERMISSIONS["hop.approve"]
    places = {"house": m.Site.operator_id_or_none(), "owner": owner}
    members = m.Membership.objects.current().filter(
        role__in=permit.roles, party__in=[places[w] for w in permit.where], person__users__is_active=True
    )
    return m.Person.objects.filter(id__in=members.values("person"))


def too_few(project: m.Project) -> tuple[int, int] | None:
    """Return how many officers there are and how many the project's level demands, where that is more."""
    demanded = votes_needed(regimes.pack(project.regime), project.level)
    there = officers(project.owner_party_id).count()
    return (there, demanded) if there < demanded else None
