"""For whom a regulator acts on a project: the one place where a live grant meets the role."""

from __future__ import annotations

from uuid import UUID

from custody import models as m
from custody.terms import Role

from .base import Actor


def authority(actor: Actor, project: m.Project, same: UUID | None = None) -> UUID | None:
    """Return the party for which the actor regulates under a live grant on a project; None without one.

    ``same``: the authority that began what is gone on with. Another one has no part in it.
    """
    for party, role in actor.memberships:
        if role is Role.REGULATOR and same in (None, party):
            live = m.Grant.objects.live().covering(project).filter(person=actor.person)
            return party if live.exists() else None
    return None
