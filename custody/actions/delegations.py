"""An officer's right to vote put into another person's hands, and taken out of them.

Only who is an officer by membership can delegate, so a delegate cannot pass it on. The delegate belongs to
the same party in a role of its own staff, and is no officer: officers vote in their own right. A deputy for
an absent officer takes two others: one proposes, another confirms. A vote share-locks the delegation that it
is cast by, so it is saved either wholly before or wholly after its end.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.events import delegation as events
from custody.models.base import INTERNAL_ROLES
from custody.policy.facts import Missing
from custody.terms import DelegationState, Role, Text
from custody.transitions import DELEGATION, move

from . import locking
from .base import Act, ActionError, Actor, Outcome, latest_day, perform
from .correcting import needed
from .entered import entered
from .registers import party_stream


@dataclass(frozen=True, slots=True)
class Scope:
    """On what and when: a project or all of the party's, up to a level, from and to inclusive days."""

    level: str
    starts: dt.date
    ends: dt.date
    project: UUID | None = None


@entered(m.Delegation)
def give(actor: Actor, *, party: UUID, delegate: UUID, scope: Scope, reason: str) -> Outcome:
    """Delegate the own right to vote to another person of the party; in force from its first day.

    Raises ActionError for a person who is no staff of the party or is an officer, and for a level that the
    regime does not know.
    """
    actor.require("delegation.give", owner=party)
    needed(reason)

    def work(act: Act) -> Outcome:
        delegator = actor.human()
        _check(act, party, delegator, delegate, scope)
        row = _row(party, delegator, delegate, scope, reason, DelegationState.ACTIVE)
        row.entry = act.record(events.DelegationGiven(**_told(row)), party_stream(party))
        row.save(force_insert=True)
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="delegation.give")


@entered(m.Delegation)
def propose(
    actor: Actor, *, party: UUID, delegator: UUID, delegate: UUID, scope: Scope, reason: str
) -> Outcome:
    """Propose who votes in an absent officer's place; it counts once another person has confirmed it.

    Raises ActionError for the officer and the deputy themselves, and as for what an officer delegates.
    """
    actor.require("delegation.propose", owner=party)
    needed(reason)

    def work(act: Act) -> Outcome:
        person = actor.human()
        _others(person, delegator, delegate)
        _check(act, party, delegator, delegate, scope)
        row = _row(party, delegator, delegate, scope, reason, DelegationState.PROPOSED)
        row.proposed_by_id = person
        told = events.DeputyProposed(**_told(row), proposed_by=str(person))
        row.entry = act.record(told, party_stream(party))
        row.save(force_insert=True)
        return Outcome("held", row.entry, row)

    return perform(actor, work, verb="delegation.propose")


def confirm(actor: Actor, *, delegation: UUID) -> Outcome:
    """Confirm a deputy whom somebody else proposed."""
    found = m.Delegation.objects.get(id=delegation)
    actor.require("delegation.confirm", owner=found.party_id)

    def work(act: Act) -> Outcome:
        person = actor.human()
        scope = Scope(found.level, found.starts, found.ends, found.project_id)
        _check(act, found.party_id, found.delegator_id, found.delegate_id, scope)
        row = _lock(act, delegation)
        state = move(DELEGATION, row.state, "confirm")
        _others(person, row.delegator_id, row.delegate_id, row.proposed_by_id)
        told = events.DeputyConfirmed(delegation=str(delegation), confirmed_by=str(person))
        row.entry = act.record(told, party_stream(row.party_id))
        row.state, row.confirmed_by_id = state, person
        row.save()
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="delegation.confirm")


@entered(m.Delegation)
def revoke(actor: Actor, *, delegation: UUID, reason: str) -> Outcome:
    """End a delegation or a deputy at once; votes that were cast stand."""
    found = m.Delegation.objects.get(id=delegation)
    actor.require("delegation.revoke", owner=found.party_id)
    needed(reason)

    def work(act: Act) -> Outcome:
        row = _lock(act, delegation)
        state = move(DELEGATION, row.state, "revoke")
        told = events.DelegationRevoked(delegation=str(delegation), person=str(actor.human()), reason=reason)
        row.entry = act.record(told, party_stream(row.party_id))
        row.state = state
        row.save()
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="delegation.revoke")


def staff(party: UUID) -> Any:
    """Return the persons to whom an officer of a party may delegate today."""
    members = m.Membership.objects.current().filter(party=party)
    officers = members.filter(role=Role.OFFICER).values("person")
    own = members.filter(role__in=INTERNAL_ROLES).exclude(person__in=officers)
    return m.Person.objects.filter(id__in=own.values("person"))


def officers_of(party: UUID) -> Any:
    """Return the officers of a party by membership today."""
    members = m.Membership.objects.current().filter(party=party, role=Role.OFFICER)
    return m.Person.objects.filter(id__in=members.values("person"))


def _check(act: Act, party: UUID, delegator: UUID, delegate: UUID, scope: Scope) -> None:
    """Lock party, persons and project, and raise ActionError for what cannot be delegated."""
    locking.together(
        ("share", "party", [party]),
        ("share", "person", [delegator, delegate]),
        ("share", "project", [scope.project] if scope.project else []),
    )
    if not officers_of(party).filter(id=delegator).exists():
        raise ActionError(
            Text(en="This person is no approval officer of the party.", zh="该人员不是该单位的审批人。"),
            "delegator",
        )
    if not staff(party).filter(id=delegate).exists():
        raise ActionError(
            Text(
                en="Choose a person of the party's own staff who is no approval officer.",
                zh="请选择该单位的内部人员，且不能是审批人。",
            ),
            "delegate",
        )
    if scope.ends < scope.starts or scope.ends < latest_day(act.now) - dt.timedelta(days=1):
        raise ActionError(
            Text(en="The last day is before the first day, or gone.", zh="止日早于起日，或已过。"), "ends"
        )
    project = m.Project.objects.filter(id=scope.project).first() if scope.project else None
    names = [project.regime] if project else regimes.all_names()
    if not any(_knows(name, scope.level) for name in names):
        raise ActionError(
            Text(en="The regime does not know this classification.", zh="规则包中没有此密级。"), "level"
        )


def _knows(regime: str, level: str) -> bool:
    try:
        regimes.pack(regime).rank(level)
    except Missing:
        return False
    return True


def _others(person: UUID, *those: UUID | None) -> None:
    if person in those:
        raise ActionError(
            Text(
                en="A deputy is proposed by one person and confirmed by another; neither is the officer or "
                "the deputy.",
                zh="代理人须由一人提名、另一人确认，且两人均不得为该审批人或代理人本人。",
            )
        )


def _lock(act: Act, delegation: UUID) -> m.Delegation:
    locking.update("delegation", [delegation])
    row = m.Delegation.objects.get(id=delegation)
    act.unchanged(row)
    return row


def _row(
    party: UUID, delegator: UUID, delegate: UUID, scope: Scope, reason: str, state: DelegationState
) -> m.Delegation:
    given = {**asdict(scope), "project_id": scope.project}
    del given["project"]
    return m.Delegation(
        id=m.new_id(),
        party_id=party,
        delegator_id=delegator,
        delegate_id=delegate,
        reason=reason,
        state=state,
        **given,
    )


def _told(row: m.Delegation) -> dict[str, Any]:
    return {
        "delegation": str(row.id),
        "party": str(row.party_id),
        "delegator": str(row.delegator_id),
        "delegate": str(row.delegate_id),
        "project": str(row.project_id) if row.project_id else None,
        "level": row.level,
        "starts": row.starts.isoformat(),
        "ends": row.ends.isoformat(),
        "reason": row.reason,
    }
