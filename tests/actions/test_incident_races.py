"""A copy that is held at the moment at which it is signed for, and one that is offered while it is held:
whichever came first stands in the ledger first, and what came second knew of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from django.utils import timezone

from custody import models as m
from custody.actions import handoffs, incident_holds, incidents
from custody.actions.base import Outcome
from custody.stories import cast as people
from custody.terms import CopyState, HandoffState
from tests.actions.racing import deadlocks, pair
from tests.actions.test_last_moment import assert_both_ways, barring
from tests.actions.test_races import Ground, assert_streams_are_dense, ground, seq, states
from tests.scale import tries

__all__ = ["ground"]

Record = Callable[[str, object], None]
ROUNDS = tries(8, 200)


def incident(ground: Ground) -> m.Incident:
    told = incidents.Told("Lost 遗失", timezone.now(), unknown=True)
    row: m.Incident = incidents.report(ground.actor("tao"), project=ground.project.id, told=told).object
    return row


@pytest.mark.slow
@pytest.mark.parametrize("what", ["copy", "party"])
def test_a_hold_beside_a_receipt_has_one_order(ground: Ground, record_property: Record, what: str) -> None:
    """Either custody moved before it was held, or it is refused and the sender has the copy still."""
    tao, heng, westgate = ground.actor("tao"), ground.actor("heng"), ground.cast.party("westgate")
    copies = people.make_copies(ground.cast, ground.project, f"HELD-{what}", ROUNDS)
    seen: Counter[str] = Counter()
    with pair(ground.environ) as two:
        for copy in copies:
            ground.copy = copy
            handoff = ground.offer("yu")().object
            row = incident(ground)
            named = {"copies": [copy.id]} if what == "copy" else {"party": westgate}
            taken, held = two.both(
                partial(handoffs.accept, tao, handoff=handoff.id),
                partial(incident_holds.hold, heng, incident=row.id, reason="Evidence", **named),
            )
            assert states(held) == ["done"], held
            assert isinstance(taken, Outcome), taken
            seen[taken.state] += 1
            now, offered = m.Copy.objects.get(id=copy.id), m.Handoff.objects.get(id=handoff.id)
            if taken.state == "done":
                assert seq(taken.entry) < seq(held.entry), "signed for after it was held"
                assert (now.state, offered.state) == (CopyState.HELD, HandoffState.ACCEPTED)
                assert now.custodian_party_id == westgate
            else:
                assert seq(taken.entry) > seq(held.entry)
                assert barring(taken) == {"INC-01"}
                assert (now.state, offered.state) == (CopyState.OFFERED, HandoffState.OFFERED)
                assert now.custodian_party_id != westgate
            live = list(m.IncidentHold.objects.live().values_list("id", flat=True))
            incident_holds.release(heng, incident=row.id, holds=live, reason="Next round")
    assert_both_ways(seen, "done", "refused")
    record_property("rounds", f"{ROUNDS}: {seen['done']} signed first, {seen['refused']} held first")
    assert_streams_are_dense()
    assert deadlocks() == 0
