"""What a person says about an own refused attempt."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from custody import models as m
from custody.events.hop import RefusalExplained
from custody.record import SYSTEM_STREAM
from custody.terms import Leg, Text

from . import locking
from .base import Act, ActionError, Actor, NotPermitted, Outcome, perform
from .entered import entered

WINDOW = dt.timedelta(hours=24)


@entered(m.Refusal)
def explain(actor: Actor, *, refusal: UUID, reason: str) -> Outcome:
    """Add the reason of the person who was refused, once, within 24 hours of the attempt."""
    row = m.Refusal.objects.select_related("project", "hop", "parent_hop").get(id=refusal)
    if row.attempted_by_id != actor.person:
        raise NotPermitted("refusal.explain")
    owner = row.project.owner_party_id if row.project else None
    giver = row.hop.from_party_id if row.hop else row.parent_hop.to_party_id if row.parent_hop else owner
    if row.hop and row.attempt.get("leg") == str(Leg.RETURN):
        giver = row.hop.to_party_id
    actor.require("refusal.explain", owner=owner, sender=giver, receiver=row.to_party_id)
    if not reason.strip():
        raise ActionError(Text(en="Write the reason.", zh="请填写说明。"), "reason")

    def work(act: Act) -> Outcome:
        locking.update("refusal", [refusal])
        current = m.Refusal.objects.get(id=refusal)
        act.unchanged(current)
        if current.reason or act.now - current.attempted_at > WINDOW:
            raise ActionError(
                Text(
                    en="A reason can be added once, within 24 hours of the attempt.",
                    zh="说明只能在操作后24小时内填写一次。",
                )
            )
        about = row.project.stream if row.project else SYSTEM_STREAM
        entry = act.record(RefusalExplained(refusal=str(refusal), reason=reason), about)
        current.reason, current.entry = reason, entry
        current.save()
        return Outcome("done", entry, current)

    return perform(actor, work, verb="refusal.explain")
