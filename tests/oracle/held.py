"""What the notes say of copies that somebody keeps."""

from __future__ import annotations

import datetime as dt

from tests.oracle.verdict import Verdict
from tests.oracle.world import Id, World

KEPT_DAYS = 30


def kept(world: World, party: Id, said: Verdict) -> None:
    """HND-05: who keeps something for more than a month past its day gets nothing more."""
    came = [d for d in world.handoffs.values() if d.state == "accepted"]
    for deal in came:
        if world.hops[deal.hop].taker != party or deal.due_back is None:
            continue
        held = [id for id in deal.copies if world.copies[id].holder == party]
        last = {id: [d for d in came if id in d.copies][-1] for id in held}
        still = any(last[id] is deal for id in held)
        if still and (world.today - deal.due_back).days > KEPT_DAYS:
            said.no("HND-05", f"{party} keeps what was due back on {deal.due_back}")


def counted(world: World, project: Id, party: Id, said: Verdict) -> None:
    """INV-01: what is held is counted within a year, here never; a month later its holder gets no more."""
    came = {id: deal.accepted for deal in world.handoffs.values() if deal.accepted for id in deal.copies}
    copies = [c for c in world.copies.values() if c.project == project and c.holder == party]
    since = min((came[c.id] for c in copies if c.id in came), default=None)
    if since and world.today > _year_after(since) + dt.timedelta(days=KEPT_DAYS):
        said.no("INV-01", f"{party} holds copies since {since} and never counted them")


def _year_after(day: dt.date) -> dt.date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap else day.day)
