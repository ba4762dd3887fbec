"""Eight people at once over one copy: offering it, signing for it, taking the offer back, counting it, having
it destroyed. Whatever order they come in, it has one custodian until it is destroyed, and none afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from custody import models as m
from custody.actions import destructions, handoffs, scanning, stocktaking
from custody.actions.base import Actor, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.stories import destruction as batches
from custody.stories.told import approved_hop
from custody.terms import (
    Channel,
    CopyState,
    DestructionState,
    Had,
    HandoffState,
    SecondPerson,
    Source,
)
from tests.actions.racing import crowd, deadlocks
from tests.actions.scenes import done
from tests.actions.test_crowds import EXPECTED, answer
from tests.databases import Database
from tests.scale import tries

ROUNDS, CONTENDERS = tries(100, 1000), 8
TABLES = {
    f"custody_{name}" for name in ("copy", "handoff", "destruction", "holding", "stocktake", "stocktakeline")
}
ENDS = {  # by the state in which a batch is looked for
    "approve": DestructionState.REQUESTED,
    "withdraw": DestructionState.REQUESTED,
    "record": DestructionState.APPROVED,
}


def ending(actor: Actor, verb: str, done_by: destructions.Done) -> Any:
    """Take the newest batch that waits for it one step further: None where there is none by now."""
    row = m.Destruction.objects.filter(state=ENDS[verb]).order_by("-created_at").first()
    if row is None:
        return None
    if verb == "record":
        return destructions.record_done(actor, destruction=row.id, done=done_by)
    act = destructions.approve if verb == "approve" else destructions.withdraw
    return act(actor, destruction=row.id, reason="Crowd")


@pytest.mark.slow
def test_a_copy_that_is_counted_offered_and_destroyed_at_once_has_one_custodian_or_is_gone(
    committed_cast: people.Cast,
    database_committed: Database,
    record_property: Callable[[str, object], None],
) -> None:
    cast = committed_cast
    project = people.open_project(cast, "CROWD-2", "Crowd")
    hop = approved_hop(cast, project, "westgate", "Crowd 竞争")
    who = {key: cast.actor(key, Source.PAPER) for key in ("mei", "yu", "tao", "heng")}
    unit, seen, gone = batches.certified(cast), Counter[str](), 0
    saw = [cast.people[key].id for key in batches.WITNESSES]
    left: list[m.Copy] = []
    count: m.Stocktake | None = None
    with crowd(database_committed.environ, CONTENDERS) as eight:
        for number in range(ROUNDS):
            if not left:
                left = people.make_copies(cast, project, f"CROWD-{number}", 20)
                if count is not None:
                    done(stocktaking.cancel(who["yu"], stocktake=count.id, reason="Next items"))
                count = _begun(cast, who["yu"], project.id)
            copy = left[-1]
            offered = partial(handoffs.offer, offer=_offer(cast, hop.id, copy.id))
            asked = batches.asked(cast, [copy])
            said = destructions.Done(unit, asked.method, cast.today, 1, saw)
            assert count is not None
            acts: list[Callable[[], Any]] = [
                partial(offered, who["mei"]),
                partial(answer, who["tao"], "down", "accept"),
                partial(answer, who["mei"], "down", "withdraw"),
                partial(destructions.request, who["yu"], project=project.id, asked=asked),
                partial(ending, who["heng"], "approve", said),
                partial(ending, who["yu"], "record", said),
                # Two who record it at once; now and then it is taken back instead.
                partial(ending, who["yu"], "record" if number % 4 else "withdraw", said),
                partial(scanning.count, who["yu"], stocktake=count.id, codes=[copy.code]),
            ]
            for came in eight.all(acts):
                if isinstance(came, Outcome):
                    seen[came.state] += 1
                elif came is not None:
                    assert came.kind in EXPECTED, came
                    seen[came.kind] += 1
            copy.refresh_from_db()
            _in_order(copy)
            if copy.state is CopyState.DESTROYED or copy.custodian_party_id == cast.party("westgate"):
                gone += copy.state is CopyState.DESTROYED
                left.pop()
    assert gone and seen["done"], seen
    assert not [d for d in compare(rebuild()) if d.table in TABLES]
    assert deadlocks() == 0
    record_property("rounds", f"{ROUNDS}: {dict(seen)}, destroyed {gone}")


def _begun(cast: people.Cast, actor: Actor, project: UUID) -> m.Stocktake:
    asked = stocktaking.Asked(
        cast.party("northfield"), cast.people["yu"].id, cast.people["mei"].id, SecondPerson.COUNTER, project
    )
    row: m.Stocktake = done(stocktaking.open_stocktake(actor, asked=asked))
    return row


def _offer(cast: people.Cast, hop: UUID, copy: UUID) -> handoffs.Offer:
    return handoffs.Offer(
        hop=hop,
        copies=[copy],
        receiver_person=cast.people["tao"].id,
        purpose="Crowd",
        due_back=cast.today + timedelta(days=30),
        channel=Channel.IN_PERSON,
        system=cast.systems["westgate_room"].id,
    )


def _in_order(copy: m.Copy) -> None:
    """Check that a copy is where one paper says, and that its past has one custodian, or an end."""
    offers = m.Handoff.objects.filter(lines__copy=copy, state=HandoffState.OFFERED)
    batch = m.Destruction.objects.filter(
        copies__contains=[copy.id], state__in=[DestructionState.REQUESTED, DestructionState.APPROVED]
    )
    assert [bool(offers), bool(batch)] == [
        copy.state is CopyState.OFFERED,
        copy.state is CopyState.MARKED,
    ]
    past = list(m.Holding.objects.filter(copy=copy).with_until().order_by("created_at"))
    lasting = [row for row in past if row.until is None]
    if copy.state is CopyState.DESTROYED:
        assert past[-1].how is Had.GONE and not lasting
    else:
        assert [row.party_id for row in lasting] == [copy.custodian_party_id]
