"""Who has decided on a request, how many still must, and who can."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from custody import models as m
from custody import regimes
from custody.permissions import PERMISSIONS
from custody.policy.rules.approvals import votes_needed
from custody.terms import ApprovalState, Role

from .delegating import covers


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a request has come. ``can`` is who may still cast a vote that counts, by name; ``left`` how
    many votes they make, for an officer and who votes in the officer's place are one."""

    have: int
    needed: int
    can: list[m.Person]
    left: int
    answers: bool = True
    """Whether the officer to whom it was referred has approved or still can."""

    @property
    def stuck(self) -> bool:
        """Return whether nobody is left who could complete the votes."""
        return self.have + self.left < self.needed or not self.answers


def needed(approval: m.Approval) -> int:
    """Return how many must approve: what was demanded when it was asked, or what is today if that is more."""
    return max(approval.needed, votes_needed(regimes.pack(approval.hop.project.regime), approval.level))


def referrals(approval: m.Approval) -> list[m.Referral]:
    """Return how a request was referred, the latest last."""
    return sorted(approval.referrals.all(), key=lambda row: row.id)


def referred_to(approval: m.Approval) -> UUID | None:
    """Return without whose approval the request is not granted (APR-08); None where it was not referred."""
    rows = referrals(approval)
    return rows[-1].to_id if rows else None


def stepped_aside(approval: m.Approval) -> set[UUID]:
    """Return the persons who referred the request to others: their approval does not count."""
    rows = referrals(approval)
    return {
        person
        for row in rows
        for person in (row.person_id, row.delegation and row.delegation.delegator_id)
        if person
    }


def heads(approval: m.Approval) -> list[set[UUID]]:
    """Return the approving votes that count, each as the persons behind it; nobody stands behind two, and no
    passkey signs for two."""
    found: list[set[UUID]] = []
    aside, passkeys = stepped_aside(approval), set()
    for vote in sorted(approval.votes.all(), key=lambda vote: vote.id):
        behind = {vote.person_id, *([vote.delegation.delegator_id] if vote.delegation else [])}
        key = vote.key.fingerprint if vote.key else None
        counts = vote.choice.approves and not behind & aside and (key is None or key not in passkeys)
        if counts and not any(behind & other for other in found):
            found.append(behind)
            passkeys.add(key)
    return found


def have_approved(approval: m.Approval) -> set[UUID]:
    """Return the persons who approved, and in whose place somebody did."""
    return {person for behind in heads(approval) for person in behind}


def completes(approval: m.Approval, behind: set[UUID]) -> bool:
    """Return whether an approval with these persons behind it is the last that the request needs."""
    before = heads(approval)
    enough = len(before) + (not any(behind & other for other in before)) >= needed(approval)
    last = referred_to(approval)
    return enough and (last is None or last in behind.union(*before))


def standing(approval: m.Approval, without: Set[UUID] = frozenset()) -> Standing:
    """Return how far a request has come and who can still decide (APR-03, APR-04, APR-05, APR-08).

    ``without``: persons who are thought away, as they would be after they referred it.
    """
    have = len(heads(approval))
    if approval.state is not ApprovalState.REQUESTED:
        return Standing(have, approval.needed, [], 0)
    concerned = partial(approval).values_list("person_id", flat=True)
    out = {*have_approved(approval), *concerned, approval.requested_by_id, *stepped_aside(approval), *without}
    can = list(officers(approval.hop.project.owner_party_id).exclude(id__in=out))
    deputies = _deputies(approval, out)
    more = {d.delegate_id for d in deputies if d.delegator_id not in {person.id for person in can}}
    named = {d.delegate_id: d.delegate for d in deputies}
    left = len(can) + len(more)
    last = referred_to(approval)
    reach = {person.id for person in can} | {d.delegator_id for d in deputies} | have_approved(approval)
    return Standing(have, needed(approval), [*can, *named.values()], left, last is None or last in reach)


def _deputies(approval: m.Approval, out: set[UUID]) -> list[m.Delegation]:
    """Return by what somebody who can sign in may vote in an officer's place today."""
    project = approval.hop.project
    today = regimes.today(project.regime, timezone.now())
    places = {m.Site.operator_id_or_none(), project.owner_party_id}
    rows = m.Delegation.objects.in_force(today).filter(party__in=places, delegate__users__is_active=True)
    rows = rows.exclude(delegate__in=out).exclude(delegator__in=out).select_related("delegate").distinct()
    return [row for row in rows if covers(row, project, approval.hop.level, today) and _stands(row)]


def _stands(row: m.Delegation) -> bool:
    """Return whether the officer still is one, and the delegate still of the party and no officer."""
    members = m.Membership.objects.current().filter(party=row.party_id)
    officers_ = members.filter(role=Role.OFFICER).values_list("person_id", flat=True)
    own = members.filter(person=row.delegate_id).exists()
    return own and row.delegator_id in officers_ and row.delegate_id not in officers_


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
