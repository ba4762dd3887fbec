"""Examples of FOR-04: how fresh the screening of the chain is."""

from __future__ import annotations

from datetime import timedelta

from custody.policy import facts as f
from custody.terms import Leg
from tests.policy.examples.legs import leg
from tests.policy.examples.table import (
    ACCEPT,
    APPROVE,
    COPY_KEYS,
    CUI,
    HOP1_KEY,
    NATIONAL,
    QINGSHI_KEY,
    REQUEST,
    SCREENING,
    Change,
    add,
    both,
    changed,
    cmmc,
    sound,
)
from tests.policy.world import BAIXI, CLIENT, HOLDING, OWNER, QINGSHI, TODAY, World, party, uid

RULE = "FOR-04@1"
PAYER = uid(6)


def screened(days: int, key: str = QINGSHI_KEY) -> Change:
    """Let a party have been held against the lists last so many days ago."""
    return changed(key, screened_on=TODAY - timedelta(days=days))


def came(days: int, key: str = QINGSHI_KEY) -> Change:
    """Let the list that a party was held against have come in so many days ago."""
    return changed(key, listed_on=TODAY - timedelta(days=days))


NEVER: dict[str, object] = {"unscreened": 1, "screened_on": None, "listed_on": None}
NOBODY = NEVER | {"lists": 0, "unscreened": 0}
NO_LIST: Change = both(*(changed(f"party:{id}", **NOBODY) for id in (OWNER, CLIENT, QINGSHI, HOLDING)))


def paid_by_a_stranger(world: World) -> World:
    """Let somebody pay who stands nowhere in the chain and was never held against a list."""
    world.add(party(PAYER, **NEVER))
    return world.change(HOP1_KEY, payer=PAYER)


def never_over_two_tiers(world: World) -> World:
    control = f.Controller(party=HOLDING, kind="owner", share=None, entry=None)
    world.change(QINGSHI_KEY, controllers=(control,))
    return world.change(f"party:{HOLDING}", **NEVER)


add(RULE, "all screened three days ago", "pass", sound)
add(RULE, "asked for", "pass", sound, verb=REQUEST)
add(RULE, "decided", "pass", sound, verb=APPROVE)
add(RULE, "the thirtieth day after it", "pass", screened(30))
add(RULE, "a day later", "warn", screened(31), "look")
add(RULE, "a day later, on receipt", "warn", screened(31), "look", verb=ACCEPT)
add(RULE, "a day later, asked for", "warn", screened(31), "look", verb=REQUEST)
add(RULE, "a day later, decided", "warn", screened(31), "look", verb=APPROVE)
add(RULE, "the ninetieth day of the list", "pass", came(90))
add(RULE, "a list of the day before that", "warn", came(91), "look")
add(RULE, "never held against any", "warn", changed(QINGSHI_KEY, **NEVER), "look")
add(RULE, "of two lists held against one", "warn", changed(QINGSHI_KEY, lists=2, unscreened=1), "look")
add(RULE, "a likeness that nobody judged", "warn", changed(QINGSHI_KEY, hits_open=1), "look")
add(RULE, "its controller was never screened", "warn", changed(f"party:{HOLDING}", **NEVER), "look")
add(RULE, "the client was screened long ago", "warn", screened(99, f"party:{CLIENT}"), "look")
add(RULE, "the first tier, seen from the second", "warn", screened(31), "look", tier=2, regime=NATIONAL)
add(RULE, "its controller, seen from the second", "warn", never_over_two_tiers, "look", tier=2, verb=REQUEST)
add(RULE, "who pays was never screened", "warn", paid_by_a_stranger, "look")
add(RULE, "the owner is not asked for", "pass", changed(f"party:{OWNER}", hits_open=3, **NEVER))
add(RULE, "who stands elsewhere is not asked for", "pass", changed(f"party:{BAIXI}", hits_open=3, **NEVER))
add(RULE, "nor a controller that is closed", "pass", changed(f"party:{HOLDING}", state="closed", **NEVER))
add(RULE, "no list is kept", "not_applicable", NO_LIST)
add(RULE, "no list is kept where the house asks for one", "warn", NO_LIST, "no_list", regime=SCREENING)
add(RULE, "public copies", "not_applicable",
    both(screened(99), *(changed(key, level="gongkai") for key in COPY_KEYS)))  # fmt: skip
add(RULE, "on the way back", "not_applicable", both(screened(99), leg(Leg.RETURN)))
add(RULE, "within one party", "not_applicable", both(screened(99), leg(Leg.INTERNAL)))
add(RULE, "US: CUI", "warn", both(cmmc("L1", "L2_SELF"), screened(31)), "look", regime=CUI)
add(RULE, "US: federal contract information", "not_applicable",
    both(cmmc("L1", "L1", "fci"), screened(31)), regime=CUI)  # fmt: skip
add(RULE, "not known which lists there are", "cannot_tell", changed(QINGSHI_KEY, lists=None))
add(RULE, "not known against which it was held", "cannot_tell", changed(QINGSHI_KEY, unscreened=None))
add(RULE, "not known when", "cannot_tell", changed(QINGSHI_KEY, screened_on=None))
add(RULE, "not known how old the list was", "cannot_tell", changed(QINGSHI_KEY, listed_on=None))
add(RULE, "not known what was judged", "cannot_tell", changed(QINGSHI_KEY, hits_open=None))
add(RULE, "the client is not known", "cannot_tell", changed("project", client_party=None))
add(RULE, "the ultimate client is not known", "cannot_tell", changed("project", ultimate_client_party=None))
add(RULE, "who pays is not known", "pass", changed(HOP1_KEY, payer=None))
add(RULE, "who pays is not among the facts", "cannot_tell", changed(HOP1_KEY, payer=PAYER))
