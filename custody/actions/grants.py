"""Leave to read for a regulator: of one project, or of all of a party or region."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from custody import models as m
from custody.events import people as people_events
from custody.record import SYSTEM_STREAM, party_stream
from custody.terms import Text

from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered


@entered(m.Grant)
def give_grant(
    actor: Actor,
    *,
    person: UUID,
    starts: dt.date,
    ends: dt.date,
    project: UUID | None = None,
    party: UUID | None = None,
    region: str | None = None,
) -> Outcome:
    """Let a regulator read, between inclusive dates, one project, or all that a party owns, or all that are
    done in a region (ISO 3166-2). Raises ActionError unless it is of exactly one of these."""
    actor.require("grant.give")
    if sum(map(bool, (project, party, region))) != 1:
        raise ActionError(
            Text(
                en="Choose one project, or one party, or one region.",
                zh="请选择一个项目、一个单位或一个地区，且只选其一。",
            ),
            "project",
        )

    def work(act: Act) -> Outcome:
        row = m.Grant(
            id=m.new_id(), person_id=person, project_id=project, party_id=party, region=region or "",
            starts=starts, ends=ends,
        )  # fmt: skip
        event = people_events.GrantGivenOfMore(
            grant=str(row.id),
            person=str(person),
            **told_of(row),
            starts=starts.isoformat(),
            ends=ends.isoformat(),
        )
        row.entry = act.record(event, stream_of(row))
        row.save(force_insert=True)
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="grant.give")


def told_of(row: m.Grant) -> dict[str, Any]:
    """Return of what a leave to read is, as its events tell it."""
    ids = {"project": row.project_id, "party": row.party_id}
    return {name: str(id) if id else None for name, id in ids.items()} | {"region": row.region or None}


def stream_of(row: m.Grant) -> str:
    """Return the stream of a leave to read: of its project or party; those of a region are the site's."""
    if row.project_id:
        return f"project:{row.project_id}"
    return party_stream(row.party_id) if row.party_id else SYSTEM_STREAM
