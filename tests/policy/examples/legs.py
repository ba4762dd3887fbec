"""Examples of the versions that ask less of some legs: all those of the version before, and each leg."""

from __future__ import annotations

from dataclasses import replace

from custody.policy.rules.legs import SPARED
from custody.terms import Leg
from tests.policy.examples import (  # noqa: F401 - their examples come first
    approvals,
    channels,
    classification,
    conditions,
    contractors,
    delegations,
    hops,
    papers,
    places,
    qualifications,
    splitting,
    strict,
    systems,
)
from tests.policy.examples.table import (
    ACCEPT,
    COPY_KEYS,
    EXAMPLES,
    HOP1_KEY,
    OFFER,
    Change,
    add,
    both,
    changed,
)
from tests.policy.world import BAIXI, HOP1, HOP2, OWNER, QINGSHI, VAULT, World


def _as_before(base: str, name: str) -> None:
    """Take over the examples of the version before, each way it can answer once."""
    seen = set()
    for example in [e for e in EXAMPLES if e.rule == base]:
        if (example.outcome, example.problems) not in seen:
            seen.add((example.outcome, example.problems))
            EXAMPLES.append(replace(example, rule=name))


def leg(leg: Leg) -> Change:
    """State the leg of the handoff."""
    return changed("act", leg=leg.value)


def going_up(world: World) -> World:
    """Turn the handoff round: Qingshi gives back to the owner what came over the first hop."""
    world.change("act", sender_party=QINGSHI, receiver_party=OWNER, leg=Leg.RETURN.value)
    for key in COPY_KEYS:
        world.change(key, custodian_party=QINGSHI, came_over=HOP1)
    return world


def inside(world: World) -> World:
    """Let the copies stay with the owner, over no hop."""
    return world.change("act", hop=None, receiver_party=OWNER, leg=Leg.INTERNAL.value)


for spared in SPARED:
    _as_before(spared.base, spared.name)
    for spared_leg, turned in (
        (Leg.RETURN, going_up),
        (Leg.INTERNAL, inside),
        (Leg.INSPECTION, leg(Leg.INSPECTION)),
    ):
        if spared_leg in spared.legs:
            add(spared.name, f"{spared_leg.text.en}: not asked", "not_applicable", turned)

_as_before("HOP-01@1", "HOP-01@2")
add("HOP-01@2", "a loan down the path", "pass", leg(Leg.LOAN))
for state in ("suspended", "revoked"):
    gone = both(changed(HOP1_KEY, state=state), going_up)
    add("HOP-01@2", f"a return over a hop that is {state}", "pass", gone)
    add("HOP-01@2", f"a return over a hop that is {state}, signed for", "pass", gone, verb=ACCEPT)
    add(
        "HOP-01@2",
        f"a loan over a hop that is {state}",
        "block",
        both(changed(HOP1_KEY, state=state), leg(Leg.LOAN)),
        "not_approved",
    )
add("HOP-01@2", "a return from a party that is barred", "pass",
    both(changed(f"party:{QINGSHI}", state="barred"), going_up))  # fmt: skip
add("HOP-01@2", "a return to a party that is barred", "block",
    both(changed(f"party:{OWNER}", state="barred"), going_up), "barred")  # fmt: skip
add("HOP-01@2", "a loan that calls itself a return", "block",
    both(leg(Leg.RETURN), *(changed(key, came_over=HOP1) for key in COPY_KEYS)), "not_up")  # fmt: skip
add("HOP-01@2", "a return of what came over another hop", "block",
    both(going_up, changed(COPY_KEYS[0], came_over=HOP2)), "not_from")  # fmt: skip
add("HOP-01@2", "a return of what came over none", "block",
    both(going_up, changed(COPY_KEYS[0], came_over=None)), "not_from")  # fmt: skip
add("HOP-01@2", "a return whose hop is not named", "cannot_tell", both(going_up, changed("act", hop=None)))
add("HOP-01@2", "from one desk of the owner to another", "pass", inside, verb=OFFER)
add("HOP-01@2", "read by one of the owner's own people", "pass",
    both(inside, leg(Leg.INSPECTION)))  # fmt: skip
add("HOP-01@2", "read over a hop that is revoked", "block",
    both(changed(HOP1_KEY, state="revoked"), leg(Leg.INSPECTION)), "not_approved")  # fmt: skip
add("HOP-01@2", "within one party, to another one", "block",
    both(inside, changed("act", receiver_party=BAIXI)), "not_inside", tier=2)  # fmt: skip

_as_before("SYS-01@1", "SYS-01@2")
add("SYS-01@2", "read in a room of the sender", "pass",
    both(leg(Leg.INSPECTION), changed(f"system:{VAULT}", owner_party=OWNER)))  # fmt: skip
add("SYS-01@2", "read in a room of the reader", "block", leg(Leg.INSPECTION), "reading_place")
