"""Examples of HND-06: a receipt that was signed by hand, before a witness."""

from __future__ import annotations

from tests.policy.examples.table import (
    ACCEPT,
    COPY_KEYS,
    CUI,
    NATIONAL,
    STRICT,
    Change,
    add,
    both,
    changed,
    cmmc,
    sound,
)
from tests.policy.world import LU, SHEN, WEN, World, uid

RULE = "HND-06@1"
CUSTODIAN = uid(90)


def signed(witness: str = WEN, **more: object) -> Change:
    """Let the receiver sign by hand at a counter."""
    return changed("act", **{"witness": witness, "at_counter_of": CUSTODIAN} | more)


def of_level(level: str) -> Change:
    return both(*(changed(key, level=level) for key in COPY_KEYS))


def gone(world: World) -> World:
    return both(signed(), changed(f"person:{WEN}", memberships=()))(world)


add(RULE, "with an own sign-in", "not_applicable", sound, verb=ACCEPT)
add(RULE, "before another of the sender", "pass", signed(), verb=ACCEPT)
add(RULE, "of the national regime", "pass", signed(), verb=ACCEPT, regime=NATIONAL)
add(RULE, "one level too high", "block", both(signed(), of_level("jimi")), "too_high", verb=ACCEPT)
add(RULE, "one of two copies too high", "block",
    both(signed(), changed(COPY_KEYS[1], level="juemi")), "too_high", verb=ACCEPT)  # fmt: skip
add(RULE, "before the custodian", "block", signed(WEN, at_counter_of=WEN), "concerned", verb=ACCEPT)
add(RULE, "before whoever offered it", "block", signed(LU), "concerned", verb=ACCEPT)
add(RULE, "before whoever accompanies it", "block", signed(WEN, second_carrier=WEN), "concerned", verb=ACCEPT)
add(RULE, "before the receiver", "block", signed(SHEN), "concerned", "stranger", verb=ACCEPT)
add(RULE, "before one who stands for nobody today", "block", gone, "stranger", verb=ACCEPT)
add(RULE, "of a house that lets none be", "block", signed(), "never", verb=ACCEPT, regime=STRICT)
add(RULE, "of CUI", "pass", both(cmmc("L2_SELF", "L2_SELF"), signed()), verb=ACCEPT, regime=CUI)
add(RULE, "the witness is not in the facts", "cannot_tell", both(signed(), lambda w: w.drop(f"person:{WEN}")),
    verb=ACCEPT)  # fmt: skip
add(RULE, "not known at whose counter", "cannot_tell", signed(at_counter_of=None), verb=ACCEPT)
add(RULE, "a level that nobody knows", "cannot_tell", both(signed(), of_level("ultra")), verb=ACCEPT)
