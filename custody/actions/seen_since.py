"""Which copies were seen after a moment: signed for by who received them, or counted.

A report about a time since which the ledger knows better is no slip that anybody has to see: its reporter is
told so, and whoever stands by it has that recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from custody import models as m
from custody import record, regimes
from custody.models.handoff import SIGNED
from custody.terms import Counted, StocktakeState, Text

from .base import ActionError, Actor

_SEEN = (Counted.SEEN, Counted.DAMAGED, Counted.ELSEWHERE)
TOLD = 5
"""Copies that are named to a reporter."""


def seen_since(
    actor: Actor, project: m.Project, copies: Iterable[UUID], moment: dt.datetime
) -> dict[str, dt.datetime]:
    """Return by id the copies of a project that were seen after a moment, and when first after it. Forms tell
    a moment to the minute, so what was seen within that minute is not after it.

    Left out is what the actor is not to know: whoever passed a copy on is not told what became of it there.
    """
    over = moment.replace(second=0, microsecond=0) + dt.timedelta(minutes=1)
    rows = m.Copy.objects.filter(id__in=set(copies))
    own = {party for party, _role in actor.memberships}
    if actor.person is not None and not own & {project.owner_party_id, actor.house}:
        rows = rows.filter(custodian_party__in=own)
    lines = m.HandoffCopy.objects.taken().filter(
        copy__in=rows, handoff__state__in=SIGNED, handoff__answered_at__gte=over
    )
    signed = lines.values_list("copy", "handoff__answered_at")
    sights: list[tuple[UUID, dt.datetime]] = [(copy, at) for copy, at in signed if at is not None]
    counts = m.StocktakeLine.objects.filter(copy__in=rows, found__in=_SEEN).exclude(
        stocktake__state=StocktakeState.CANCELLED
    )
    told = list(counts.values_list("copy", "entry", "difference", "created_at"))
    times = record.times_of(entry for _copy, entry, difference, _at in told if difference is None)
    # What was settled later bears that entry: then only the freezing of its list is certain to lie before.
    sights += [(copy, times.get(entry, frozen)) for copy, entry, _difference, frozen in told]
    found: dict[str, dt.datetime] = {}
    for copy, at in sorted(sights, key=lambda sight: sight[1]):
        if at >= over:
            found.setdefault(str(copy), at)
    return found


def stood_by(project: m.Project, seen: dict[str, dt.datetime], *, sure: bool) -> list[str]:
    """Return the ids of what was seen since, once the reporter is sure. Raises ActionError before."""
    if seen and not sure:
        codes = dict(m.Copy.objects.filter(id__in=seen).values_list("id", "code"))
        days = sorted((codes[UUID(id)], regimes.today(project.regime, at)) for id, at in seen.items())
        en = ", ".join(f"{code} on {day}" for code, day in days[:TOLD])
        zh = "、".join(f"{code}（{day}）" for code, day in days[:TOLD])
        more = len(days) - TOLD
        raise ActionError(
            Text(
                en=f"Counted or received after the time that you state: {en}"
                f"{f', and {more} more' if more > 0 else ''}. Correct the time or the numbers, or say that "
                f"you report it all the same; that is recorded.",
                zh=f"下列副本在您所述时间之后已经清点或签收：{zh}{f'等{len(days)}份' if more > 0 else ''}。"
                f"请更正时间或编号；如仍要报告，请予以确认，该确认将记入账本。",
            ),
            "sure",
        )
    return sorted(seen)
