"""The rule on signed receipts beside what was asked for, on every mix of levels, keys and ways to sign."""

from __future__ import annotations

import itertools

from custody.policy.engine import decide
from custody.terms import Verb
from tests.oracle import receipts
from tests.policy.examples.table import COPY_KEYS
from tests.policy.packs import KEYS, overlaid
from tests.policy.world import WEN, World, uid


def test_every_receipt_is_judged_as_it_was_asked_for() -> None:
    seen: set[str] = set()
    for first in (*receipts.ORDER, None):
        pack = overlaid(KEYS.replace("from_level: jimi", f"from_level: {first or 'null'}"))
        every = itertools.product(
            receipts.ORDER, receipts.ORDER, (None, "passkey", "certificate"), (False, True)
        )
        for one, other, key, by_hand in every:
            world = World(Verb.HANDOFF_ACCEPT, "house_keys")
            for at, level in zip(COPY_KEYS, (one, other), strict=True):
                world.change(at, level=level)
            hand = {"witness": WEN, "at_counter_of": uid(90)} if by_hand else {}
            facts = world.change("act", signed_with=key, **hand).facts()
            (finding,) = decide(Verb.HANDOFF_ACCEPT, facts, pack, ["HND-09@1"]).findings
            told = receipts.said((one, other), first, key, by_hand=by_hand)
            assert "".join(finding.problems) == told, (first, one, other, key, by_hand)
            assert (str(finding.outcome) == "block") is bool(told)
            seen.add(told)
    assert seen == {"", "unsigned", "by_hand"}
