"""Examples of HOP-04."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from tests.policy.examples.table import (
    HOP1_KEY,
    HOP2_KEY,
    NATIONAL,
    REQUEST,
    Change,
    add,
    both,
    changed,
    sound,
)
from tests.policy.world import BAIXI, HOLDING, OWNER, QINGSHI, World, uid


def beside(*shares: str | None, key: str = HOP1_KEY, first: int = 71, **changes: Any) -> Change:
    """Put siblings beside a hop, one for each share; they go to Baixi."""

    def run(w: World) -> World:
        hop = w.facts().hop(key.partition(":")[2])
        ids = tuple(uid(first + n) for n in range(len(shares)))
        for id, share in zip(ids, shares, strict=True):
            given = {"to_party": BAIXI, "share": None if share is None else Decimal(share), **changes}
            w.add(replace(hop, id=id, siblings=None, **given))
        return w.change(key, siblings=(*(hop.siblings or ()), *ids))

    return run


add("HOP-04@1", "the only subcontract of the owner", "pass", sound)
add("HOP-04@1", "the only one, and its share is not known", "pass", changed(HOP1_KEY, share=None))
add("HOP-04@1", "inside the owner", "not_applicable", changed("act", hop=None, receiver_party=OWNER))
add("HOP-04@1", "30 and 1 %, where 40 is the most", "pass", beside("1"))
add("HOP-04@1", "30 and 2 %, four fifths of the limit", "warn", beside("2"), "near")
add("HOP-04@1", "30 and 10 %, exactly the limit", "warn", beside("10"), "near")
add("HOP-04@1", "30 and 10.01 %", "block", beside("10.01"), "sum", verb=REQUEST)
add("HOP-04@1", "30 and ten times 1.01 %", "block", beside(*["1.01"] * 10), "sum")
add("HOP-04@1", "a sibling whose last day has passed", "block",
    beside("20", starts=date(2025, 1, 1), ends=date(2025, 12, 31)), "sum")  # fmt: skip
add("HOP-04@1", "a sibling that is only asked for", "block", beside("20", state="requested"), "sum")
add("HOP-04@1", "5 % stated, 15 % by the amount", "block", beside("5", amount=Decimal(150000)), "sum")
add("HOP-04@1", "a sibling that was revoked", "warn", beside("20", state="revoked"), "revoked")
add("HOP-04@1", "a small one that was revoked", "pass", beside("2", state="revoked"))
add("HOP-04@1", "a revoked one of unknown share", "warn", beside(None, state="revoked"), "revoked")
add("HOP-04@1", "a party that stands twice", "warn", beside("1", to_party=QINGSHI), "twice")
add("HOP-04@1", "two parts of one job to one party", "block", beside("30", to_party=QINGSHI), "sum", "twice")
add("HOP-04@1", "the whole in three parts, under national law", "block", beside("30", "40"), "whole",
    regime=NATIONAL)  # fmt: skip
add("HOP-04@1", "70 % in parts, under national law", "pass", beside("40"), regime=NATIONAL)
add("HOP-04@1", "80 % in parts, under national law", "warn", beside("50"), "near", regime=NATIONAL)
add("HOP-04@1", "the whole of the owner's work, seen from tier 2", "block", beside("70"), "whole",
    regime=NATIONAL, tier=2)  # fmt: skip
add("HOP-04@1", "the whole of the subcontractor's part", "block",
    beside("80", key=HOP2_KEY, to_party=HOLDING), "whole", regime=NATIONAL, tier=2)  # fmt: skip
add("HOP-04@1", "siblings are not known", "cannot_tell", changed(HOP1_KEY, siblings=None))
add("HOP-04@1", "a sibling is not in the facts", "cannot_tell", changed(HOP1_KEY, siblings=(uid(71),)))
add("HOP-04@1", "the share of a sibling is not known", "cannot_tell", beside("1", None))
add("HOP-04@1", "its own share is not known", "cannot_tell", both(beside("1"), changed(HOP1_KEY, share=None)))
add("HOP-04@1", "45 % alone beside one that was revoked, which is HOP-03's", "pass",
    both(changed(HOP1_KEY, share=Decimal(45)), beside("20", state="revoked")))  # fmt: skip
add("HOP-04@1", "two tiers that pass on 40 % each", "warn",
    both(beside("10"), beside("10", "10", key=HOP2_KEY, first=81, to_party=HOLDING)), "near",
    tier=2)  # fmt: skip
