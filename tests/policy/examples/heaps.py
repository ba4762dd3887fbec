"""Examples of CLS-03 and HLD-01: what one party has together."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from custody.terms import Leg
from tests.policy.examples.legs import leg
from tests.policy.examples.table import (
    ACCEPT,
    COPY_KEYS,
    CUI,
    NATIONAL,
    QINGSHI_KEY,
    Change,
    add,
    both,
    changed,
    sound,
)
from tests.policy.world import BAIXI, ITEM, OWNER, QINGSHI, TODAY

RULE = "CLS-03@1"
ITEM_KEY = f"item:{ITEM}"


def has(items: int | None, km2: str | None = None, without: int = 0) -> Change:
    """Let the recipient have so much of the project already."""
    area = None if km2 is None else Decimal(km2)
    return changed(QINGSHI_KEY, heap=items, heap_km2=area, heap_without_area=without)


def covers(km2: str | None, **more: object) -> Change:
    """Let what is handed over show so much ground."""
    return changed(ITEM_KEY, area_km2=None if km2 is None else Decimal(km2), **more)


add(RULE, "the first item, without an area", "pass", both(leg(Leg.LOAN), sound))
add(RULE, "the first item, twenty-five square kilometres", "pass", covers("25.0000"))
add(RULE, "a little more", "warn", covers("25.0001"), "area")
add(RULE, "the same on receipt", "warn", covers("25.0001"), "area", verb=ACCEPT)
add(RULE, "twenty and five", "pass", both(has(3, "20.0000"), covers("5")))
add(RULE, "twenty and six", "warn", both(has(3, "20.0000"), covers("6")), "area")
add(RULE, "twenty and six, which it has already", "pass",
    both(has(3, "20.0000"), covers("6", with_parties=(QINGSHI,))))  # fmt: skip
add(RULE, "twenty and six, which another has", "warn",
    both(has(3, "20.0000"), covers("6", with_parties=(BAIXI,))), "area")  # fmt: skip
add(RULE, "the fiftieth item", "pass", has(49, None, 49))
add(RULE, "the fifty-first", "warn", has(50, None, 50), "items")
add(RULE, "too many and too large", "warn", both(has(50, "24.5"), covers("1")), "area", "items")
add(RULE, "public, and much of it", "pass", both(has(3, "20.0000"), covers("600", level="gongkai")))
add(RULE, "of the national regime", "warn", covers("26"), "area", regime=NATIONAL)
add(RULE, "on the way back", "not_applicable", both(covers("600"), leg(Leg.RETURN)))
add(RULE, "only read", "not_applicable", both(covers("600"), leg(Leg.INSPECTION)))
add(RULE, "within one party", "not_applicable", both(covers("600"), leg(Leg.INTERNAL)))
add(RULE, "to the owner", "not_applicable", both(covers("600"), changed("act", receiver_party=OWNER)))
add(RULE, "not known what it has", "cannot_tell", has(None))
add(RULE, "not known who has the item", "cannot_tell", covers("6", with_parties=None))

HOARD = "HLD-01@1"


def lies(**more: object) -> Change:
    """Let the recipient have the first copy already."""
    return changed(COPY_KEYS[0], **{"custodian_party": QINGSHI} | more)


def without(days: int, got: int = 400, **more: object) -> Change:
    """Let no subcontract to a holder have been in force for so many days."""
    last, since = TODAY - timedelta(days=days), TODAY - timedelta(days=got)
    known: dict[str, object] = {"covered_by": 0, "covered_until": last, "held_since": since}
    return lies(**known | more)


add(HOARD, "the owner has all", "not_applicable", both(leg(Leg.LOAN), sound))
add(HOARD, "a holder with a subcontract", "pass", lies())
add(HOARD, "the same on receipt", "pass", lies(), verb=ACCEPT)
add(HOARD, "the last day after it", "pass", without(30))
add(HOARD, "a day later", "warn", without(31), "too_long")
add(HOARD, "a day later, got since", "pass", without(31, got=2))
add(HOARD, "never one at all", "warn", without(0, covered_until=None), "too_long")
add(HOARD, "ten copies of one item", "pass", lies(beside=10))
add(HOARD, "eleven", "warn", lies(beside=11), "too_many")
add(HOARD, "eleven for two subcontracts", "pass", lies(beside=11, covered_by=2))
add(HOARD, "eleven without any, in time", "pass", without(3, beside=11))
add(HOARD, "two hundred in one hand", "pass", lies(person_has=200))
add(HOARD, "one more", "warn", lies(person_has=201), "one_person")
add(
    HOARD, "too many in one hand, for too long", "warn", without(90, person_has=201), "one_person", "too_long"
)
add(HOARD, "with another still, on its way back", "not_applicable", both(without(90), leg(Leg.RETURN)))
add(HOARD, "public", "not_applicable", without(90, level="gongkai"))
add(HOARD, "federal contract information", "not_applicable", without(90, level="fci"), regime=CUI)
add(HOARD, "of the national regime", "warn", without(90), "too_long", regime=NATIONAL)
add(HOARD, "not known who holds it", "cannot_tell", lies(custodian_party=None))
add(HOARD, "not known by what right", "cannot_tell", lies(covered_by=None))
add(HOARD, "not known how many", "cannot_tell", lies(beside=None))
add(HOARD, "not known since when", "cannot_tell", without(90, held_since=None))
