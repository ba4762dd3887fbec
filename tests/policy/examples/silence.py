"""Examples of SIL-01: something was heard of every copy in time."""

from __future__ import annotations

from datetime import date, timedelta

from custody.terms import Leg
from tests.policy.examples.legs import leg
from tests.policy.examples.table import (
    ACCEPT,
    COPY_KEYS,
    CUI,
    NATIONAL,
    Change,
    add,
    both,
    changed,
    sound,
)
from tests.policy.world import BAIXI, QINGSHI, TODAY


def heard(days: int | None, *keys: str, **more: object) -> Change:
    """Let the last entry on copies be so many days old."""
    last: date | None = None if days is None else TODAY - timedelta(days=days)
    return both(*(changed(key, last_event_on=last, **more) for key in keys or COPY_KEYS))


def lent(days: int, holder: str = QINGSHI) -> Change:
    """Let the same be so, and another than the owner hold the first copy."""
    return both(heard(1), heard(days, COPY_KEYS[0], custodian_party=holder))


RULE = "SIL-01@1"
add(RULE, "heard of today", "pass", both(leg(Leg.LOAN), sound))
add(RULE, "the same on receipt", "pass", sound, verb=ACCEPT)
add(RULE, "with the owner, the last day", "pass", heard(400))
add(RULE, "with the owner, a day later", "warn", heard(401), "silent")
add(RULE, "one of two is silent", "warn", both(heard(3), heard(900, COPY_KEYS[1])), "silent")
add(RULE, "with another, the last day", "pass", lent(180))
add(RULE, "with another, a day later", "warn", lent(181), "silent")
add(RULE, "with another still, on its way back", "warn", both(lent(181, BAIXI), leg(Leg.RETURN)), "silent")
add(RULE, "silent on receipt", "warn", heard(500), "silent", verb=ACCEPT)
add(RULE, "public", "not_applicable", heard(5000, level="gongkai"))
add(RULE, "one is public, the other heard of", "pass",
    both(heard(5000, COPY_KEYS[0], level="gongkai"), heard(2, COPY_KEYS[1])))  # fmt: skip
add(RULE, "of the national regime", "warn", heard(401), "silent", regime=NATIONAL)
add(RULE, "federal contract information", "not_applicable", heard(900, level="fci"), regime=CUI)
add(RULE, "not known when", "cannot_tell", heard(None))
add(RULE, "one not known when, the other silent", "cannot_tell", both(heard(900), heard(None, COPY_KEYS[0])))
add(
    RULE, "not known who holds it", "cannot_tell", both(heard(1), changed(COPY_KEYS[0], custodian_party=None))
)
