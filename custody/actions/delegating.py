"""Which delegation an officer's vote is cast by, and who may decide at all."""

from __future__ import annotations

import datetime as dt

from custody import models as m
from custody import regimes
from custody.policy.facts import Missing
from custody.terms import DelegationState

from .base import Actor

PROPOSED = DelegationState.PROPOSED


def used(actor: Actor, project: m.Project, level: str, today: dt.date) -> m.Delegation | None:
    """Return the delegation by which an actor would vote on a subcontract of a level.

    None for an officer, who votes in their own right, and for whom nobody has delegated to. Where none
    covers the matter today it is one that does not: the rules then say what is wrong with it (APR-05).
    """
    if actor.can("hop.approve", owner=project.owner_party_id) or not _scoped(actor):
        return None
    rows = list(received(actor, project))
    return next((row for row in rows if covers(row, project, level, today)), rows[0] if rows else None)


def received(actor: Actor, project: m.Project) -> m.DelegationQuerySet:
    """Return what officers who may decide on a project have put into an actor's hands, the newest first;
    also what has ended."""
    places = {actor.house, project.owner_party_id} & {party for party, _ in actor.memberships}
    return m.Delegation.objects.filter(delegate=actor.person, party__in=places).exclude(state=PROPOSED)


def may_decide(actor: Actor, project: m.Project) -> bool:
    """Return whether an actor may vote on a project's requests: as officer, or in an officer's place."""
    if actor.can("hop.approve", owner=project.owner_party_id):
        return True
    return _scoped(actor) and received(actor, project).exists()


def covers(row: m.Delegation, project: m.Project, level: str, today: dt.date) -> bool:
    """Return whether a delegation is in force and reaches a subcontract of a level of a project."""
    pack = regimes.pack(project.regime)
    try:
        reaches = pack.rank(level) <= pack.rank(row.level)
    except Missing:
        return False
    return (
        row.state is DelegationState.ACTIVE
        and row.starts <= today <= row.ends
        and row.project_id in (None, project.id)
        and reaches
    )


def _scoped(actor: Actor) -> bool:
    return actor.scopes is None or "hop" in actor.scopes
