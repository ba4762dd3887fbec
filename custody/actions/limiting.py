"""How often and until when an approval may be used, as an officer sets it with a vote, inside its act."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from custody import models as m
from custody.events import limit as events
from custody.terms import Text, VoteChoice

from .base import Act, ActionError

MOST = 10_000
"""Uses that a limit may name."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many handoffs over the subcontract, and none after a day; None: no such limit."""

    uses: int | None = None
    until: dt.date | None = None


def check(limit: Limit | None, choice: VoteChoice) -> None:
    """Raise ActionError for a limit that cannot be set with a vote."""
    if limit is None or limit == Limit():
        return
    if not choice.approves:
        raise ActionError(
            Text(en="A limit belongs to an approval only.", zh="只有同意时才能限定使用。"), "uses"
        )
    if limit.uses is not None and not 1 <= limit.uses <= MOST:
        raise ActionError(
            Text(en=f"Give a number from 1 to {MOST}.", zh=f"请填写1至{MOST}之间的数。"), "uses"
        )


def put(act: Act, approval: m.Approval, vote: UUID, limit: Limit | None, today: dt.date) -> None:
    """Save the limit of a vote with an entry of its own. Raises ActionError for a day that is gone."""
    if limit is None or limit == Limit():
        return
    if limit.until is not None and limit.until < today:
        raise ActionError(
            Text(
                en="This day is gone. Give a day that is still to come.", zh="该日期已过，请填写今后的日期。"
            ),
            "use_until",
        )
    id, person = m.new_id(), act.actor.human()
    entry = act.record(
        events.ApprovalLimited(
            limit=str(id),
            approval=str(approval.id),
            hop=str(approval.hop_id),
            vote=str(vote),
            uses=limit.uses,
            until=limit.until.isoformat() if limit.until else None,
            person=str(person),
        ),
        approval.hop.project.stream,
        on_behalf_of=approval.hop.project.owner_party_id,
    )
    m.UseLimit.objects.create(
        id=id, entry=entry, approval=approval, uses=limit.uses, until=limit.until, set_by_id=person
    )


def narrowest(approval: m.Approval) -> Limit:
    """Return what an approval is limited to by all of its limits."""
    rows: list[m.UseLimit] = list(cast(Any, approval).limits.all())  # prefetched in lists
    return Limit(
        min((row.uses for row in rows if row.uses is not None), default=None),
        min((row.until for row in rows if row.until is not None), default=None),
    )
