"""Ten people at once over two copies: offering, signing, signing for a part, declining, withdrawing, sending
off, losing, giving back. Whatever order they come in, each copy has one custodian, and the rows are what the
entries say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from custody import models as m
from custody.actions import handoffs, losing, on_the_way, receipts
from custody.actions.base import Actor, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.stories.told import approved_hop
from custody.terms import Channel, CopyState, HandoffState, Leg, Received, Source
from tests.actions.racing import crowd, deadlocks
from tests.databases import Database
from tests.scale import FULL, tries

ROUNDS, CONTENDERS = tries(30, 1000), 10
EXPECTED = ("NotNow", "ActionError")
"""How a contender may be told that another was faster; Busy would be an error shown."""


def answer(actor: Actor, leg: str, verb: str) -> Any:
    """Answer the newest open handoff of a leg: None where there is none by now."""
    rows = m.Handoff.objects.filter(state=HandoffState.OFFERED)
    rows = rows.filter(leg=Leg.RETURN) if leg == "up" else rows.exclude(leg=Leg.RETURN)
    row = rows.order_by("-offered_at").first()
    if row is None:
        return None
    if verb == "accept":
        return handoffs.accept(actor, handoff=row.id)
    if verb == "part":
        first = row.lines.order_by("copy_id")[0].copy_id
        wrong = [receipts.Wrong(first, Received.DAMAGED)]
        return handoffs.accept(actor, handoff=row.id, wrong=wrong)
    if verb in ("send", "lose"):
        today = row.offered_at.date()
        sent = on_the_way.Sent(today, today + timedelta(days=2), 1, carriers=[actor.human()])
        left = on_the_way.dispatch(actor, handoff=row.id, sent=sent)
        return left if verb == "send" else losing.lose(actor, handoff=row.id, reason="Crowd")
    act = handoffs.decline if verb == "decline" else handoffs.withdraw
    return act(actor, handoff=row.id, reason="Crowd")


def settle_all(actors: dict[UUID, Actor]) -> None:
    """Have the sender of each discrepancy find its copy in order, so that the next round can go on."""
    for case in m.Discrepancy.objects.unsettled().select_related("handoff"):
        actor = actors[case.handoff.sender_party_id]
        receipts.settle(actor, discrepancy=case.id, how="find", resolution="Crowd")


def holding(offer: handoffs.Offer, party: str, cast: people.Cast) -> handoffs.Offer:
    """The offer with those of its copies that a party holds; with all of them where it holds none."""
    rows = m.Copy.objects.filter(id__in=offer.copies, custodian_party=cast.party(party))
    return replace(offer, copies=list(rows.values_list("id", flat=True)) or offer.copies)


@pytest.mark.slow
def test_ten_contenders_leave_each_copy_with_one_custodian(
    committed_cast: people.Cast,
    database_committed: Database,
    record_property: Callable[[str, object], None],
) -> None:
    cast = committed_cast
    project = people.open_project(cast, "CROWD-1", "Crowd")
    hop = approved_hop(cast, project, "westgate", "Crowd 竞争")
    copies = people.make_copies(cast, project, "CROWD-A", 2)
    who = {key: cast.actor(key, Source.PAPER) for key in ("mei", "yu", "tao")}
    holders = {cast.party("northfield"): who["yu"], cast.party("westgate"): who["tao"]}
    down = handoffs.Offer(
        hop=hop.id,
        copies=[c.id for c in copies],
        receiver_person=cast.people["tao"].id,
        purpose="Crowd",
        due_back=cast.today + timedelta(days=30),
        channel=Channel.IN_PERSON,
        system=cast.systems["westgate_room"].id,
    )
    up = handoffs.Offer(
        hop=hop.id,
        copies=[c.id for c in copies],
        receiver_person=cast.people["yu"].id,
        purpose="",
        channel=Channel.IN_PERSON,
        system=cast.systems["workstation"].id,
        leg=Leg.RETURN,
        statement="Deleted",
    )
    seen: Counter[str] = Counter()
    with crowd(database_committed.environ, CONTENDERS) as ten:
        for _ in range(ROUNDS):
            # What was signed for in part is with both: each gives what it has, or what it does not have.
            given, back = holding(down, "northfield", cast), holding(up, "westgate", cast)
            acts: list[Callable[[], Any]] = [
                partial(handoffs.offer, who["mei"], given),
                partial(handoffs.offer, who["yu"], given),
                partial(handoffs.offer, who["tao"], back),
                partial(answer, who["tao"], "down", "accept"),
                partial(answer, who["tao"], "down", "part"),
                partial(answer, who["mei"], "down", "withdraw"),
                partial(answer, who["tao"], "down", "decline"),
                partial(answer, who["yu"], "up", "accept"),
                partial(answer, who["mei"], "down", "send"),
                partial(answer, who["yu"], "down", "lose"),
            ]
            for came in ten.all(acts):
                if isinstance(came, Outcome):
                    seen[came.state] += 1
                elif came is not None:
                    assert came.kind in EXPECTED, came
                    seen[came.kind] += 1
            for copy in m.Copy.objects.filter(id__in=[c.id for c in copies]):
                open_in = set(
                    m.Handoff.objects.filter(lines__copy=copy, state=HandoffState.OFFERED).values_list(
                        "id", flat=True
                    )
                )
                assert copy.custodian_party_id in holders
                assert open_in == ({copy.offered_in_id} if copy.state is CopyState.OFFERED else set())
            settle_all(holders)
    assert seen["done"] >= ROUNDS / 2, seen
    if FULL:  # in a few rounds nobody is fast enough to send it off and to lose it
        assert m.Handoff.objects.filter(state=HandoffState.LOST).exists()
    tables = ("copy", "handoff", "discrepancy", "dispatch", "incident")
    assert not [d for d in compare(rebuild()) if d.table.removeprefix("custody_") in tables]
    assert deadlocks() == 0
    ways = f"{m.Dispatch.objects.count()} sent off"
    record_property("rounds", f"{ROUNDS}: {dict(seen)}, {ways}")
