"""Saying of a subcontract what its request had left open: who performs it, which listed business it is.

Subcontracts from before these were asked for, and those taken over from files, say neither; the rules that
need them (QUA-05, QUA-07) cannot tell until somebody does. What was said once is not changed here: it is part
of what was approved, and another answer needs another request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from custody import models as m
from custody import record
from custody.events import hop as hop_events
from custody.terms import Text
from custody.transitions import HOP, move

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .correcting import needed
from .entered import entered
from .hops import subject_of


@entered(m.Hop)
def describe(
    actor: Actor,
    *,
    hop: UUID,
    reason: str,
    performer: UUID | None = None,
    business: Sequence[str] | None = None,
) -> Outcome:
    """Say who performs the work of a hop, or which listed business it is (empty: none), or both.

    ``reason`` says from where that is known. Raises ActionError for what was said already, or for nothing
    said; NotNow for a hop that was refused, withdrawn or revoked.
    """
    row = m.Hop.objects.select_related("project").get(id=hop)
    actor.require("hop.describe", owner=row.project.owner_party_id)
    needed(reason)
    if performer is None and business is None:
        raise ActionError(
            Text(
                en="Say who performs the work, or which listed business it is.",
                zh="请填写实际作业单位或业务类别。",
            ),
            "performer",
        )

    def work(act: Act) -> Outcome:
        locking.update("hop", [hop])
        fresh = m.Hop.objects.get(id=hop)
        act.unchanged(fresh)
        move(HOP, fresh.state, "describe")
        for given, stands, about in (
            (performer, fresh.performer_id, "performer"),
            (business, fresh.business, "business"),
        ):
            if given is not None and stands is not None:
                raise ActionError(
                    Text(
                        en="The subcontract says this already. If that is wrong, ask for another one.",
                        zh="该分包已载明此项。如有不同，请另行申请分包。",
                    ),
                    about,
                )
        said: dict[str, Any] = {
            "performer_id": performer,
            "business": None if business is None else sorted(set(business)),
        }
        entry = act.record(
            hop_events.HopDescribed(
                hop=str(hop),
                performer=str(performer) if performer else None,
                business=said["business"],
                reason=reason,
            ),
            row.project.stream,
            on_behalf_of=row.project.owner_party_id,
        )
        for column, value in said.items():
            if value is not None:
                setattr(fresh, column, value)
        fresh.entry = entry
        fresh.save()
        return Outcome("done", entry, fresh)

    return perform(actor, work, verb="hop.describe")


def subject_as_asked(hop: Any, row: Mapping[str, Any], sha256: str) -> dict[str, Any] | None:
    """Return the subject that was approved of a hop, made again from its columns; None where none fits.

    What was described after the request is no part of it; ``sha256`` tells what was.
    """
    plain = [f.name for f in m.Hop._meta.fields if f.is_relation or f.name == "entry"]
    for later in ((), ("business",), ("performer_id",), ("business", "performer_id")):
        asked = m.Hop(pk=hop, **{**row, **dict.fromkeys(later)})
        asked.clean_fields(exclude=plain)
        subject = subject_of(asked)
        if record.digest(subject) == sha256:
            return subject
    return None
