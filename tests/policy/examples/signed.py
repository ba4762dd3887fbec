"""Examples of HND-09: from a level on, a receipt is signed with the receiver's own key."""

from __future__ import annotations

from custody.terms import Leg
from tests.policy.examples.legs import leg
from tests.policy.examples.table import (
    ACCEPT,
    COPY_KEYS,
    CUI,
    KEYS,
    NATIONAL,
    Change,
    add,
    both,
    changed,
    cmmc,
    sound,
)
from tests.policy.examples.witnessed import of_level
from tests.policy.examples.witnessed import signed as by_hand

RULE = "HND-09@1"


def signed(form: str | None = "passkey") -> Change:
    """Let the receiver sign with a key of a form."""
    return changed("act", signed_with=form)


add(RULE, "a level below, not signed", "not_applicable", sound, verb=ACCEPT, regime=KEYS)
add(RULE, "a level below, signed all the same", "not_applicable", signed(), verb=ACCEPT, regime=KEYS)
add(RULE, "a regime that asks for none", "not_applicable", of_level("juemi"), verb=ACCEPT, regime=NATIONAL)
add(RULE, "a house that names no level", "not_applicable", of_level("juemi"), verb=ACCEPT,
    regime="house_no_keys")  # fmt: skip
add(RULE, "US: none is asked for", "not_applicable", cmmc("L2_SELF", "L2_SELF"), verb=ACCEPT, regime=CUI)
add(RULE, "at the level, not signed", "block", of_level("jimi"), "unsigned", verb=ACCEPT, regime=KEYS)
add(RULE, "at the level, with a passkey", "pass", both(of_level("jimi"), signed()), verb=ACCEPT, regime=KEYS)
add(RULE, "at the level, with a card", "pass", both(of_level("jimi"), signed("certificate")),
    verb=ACCEPT, regime=KEYS)  # fmt: skip
add(RULE, "above the level, not signed", "block", of_level("juemi"), "unsigned", verb=ACCEPT, regime=KEYS)
add(RULE, "above the level, signed", "pass", both(of_level("juemi"), signed()), verb=ACCEPT, regime=KEYS)
add(RULE, "one copy of two at the level", "block", changed(COPY_KEYS[1], level="jimi"), "unsigned",
    verb=ACCEPT, regime=KEYS)  # fmt: skip
add(RULE, "on paper before a witness", "block", both(of_level("jimi"), by_hand()), "by_hand",
    verb=ACCEPT, regime=KEYS)  # fmt: skip
add(RULE, "on paper before a witness, a level below", "not_applicable", by_hand(), verb=ACCEPT, regime=KEYS)
add(RULE, "given back, not signed", "block", both(leg(Leg.RETURN), of_level("jimi")), "unsigned",
    verb=ACCEPT, regime=KEYS)  # fmt: skip
add(RULE, "a level that nobody knows", "cannot_tell", of_level("ultra"), verb=ACCEPT, regime=KEYS)
add(RULE, "a copy is not among the facts", "cannot_tell", lambda w: w.drop(COPY_KEYS[0]),
    verb=ACCEPT, regime=KEYS)  # fmt: skip
