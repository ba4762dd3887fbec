"""Examples that stand where a rule turns: the very day, the second of two, nobody where somebody might be.

A run of `tests.mutation` found that nothing else noticed when the rule turned elsewhere.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.policy.examples.delegations import by_guan
from tests.policy.examples.limits import YESTERDAY, limit, limited
from tests.policy.examples.referrals import referred, told
from tests.policy.examples.table import (
    APPROVAL1_KEY,
    APPROVE,
    COPY1_KEY,
    CUI,
    HOP1_KEY,
    HOP2_KEY,
    STRICT,
    Change,
    add,
    both,
    changed,
    cmmc,
    held,
)
from tests.policy.world import (
    APPROVAL2,
    BAIXI,
    GUAN,
    ITEM,
    LU,
    OWNER,
    QINGSHI,
    SOURCE,
    TODAY,
    WEN,
    World,
    certificate,
    delegation,
    item,
    person,
    uid,
    vote,
)

APPROVAL2_KEY = f"approval:{APPROVAL2}"
UNASKED = changed(HOP1_KEY, approval=None)

# --- approvals --------------------------------------------------------------------------------------------
for name in ("APR-01@1", "APR-01@2"):
    add(name, "the first is granted, the second denied", "block", changed(APPROVAL2_KEY, state="denied"),
        "not_granted", tier=2)  # fmt: skip
for name in ("APR-02@1", "APR-02@2"):
    add(name, "its first day is today", "pass", changed(APPROVAL1_KEY, starts=TODAY))
    add(name, "the request decided on is not to be found", "not_applicable", UNASKED, verb=APPROVE)
for name in ("APR-03@1", "APR-03@2"):
    add(name, "the request decided on is not to be found", "not_applicable", UNASKED, verb=APPROVE)
    add(name, "of two tiers the lower request is not to be found", "pass", changed(HOP2_KEY, approval=None),
        verb=APPROVE, tier=2)  # fmt: skip
    add(name, "none was demanded and none given", "block", changed(APPROVAL1_KEY, needed=0, votes=()),
        "too_few")  # fmt: skip
    add(name, "the second of two votes is being cast", "pass",
        changed(APPROVAL1_KEY, needed=2, votes=(vote(LU, OWNER),)), verb=APPROVE)  # fmt: skip
for name in ("APR-04@1", "APR-04@2"):
    add(name, "not decided yet", "not_applicable", changed(APPROVAL1_KEY, state="requested", votes=()))
    add(name, "none was demanded and none given", "block", changed(APPROVAL1_KEY, needed=0, votes=()),
        "not_independent")  # fmt: skip
    add(name, "one of two votes is the requester's", "block",
        changed(APPROVAL1_KEY, needed=2, votes=(vote(WEN, OWNER), vote(LU, OWNER))),
        "not_independent")  # fmt: skip
    add(name, "the requester voted, who is of the recipient too", "block",
        changed(APPROVAL1_KEY, votes=(vote(LU, OWNER, QINGSHI),)), "not_independent")  # fmt: skip
    add(name, "a party passes on to itself, and one of its people decides", "block",
        lambda w: w.change(HOP2_KEY, to_party=QINGSHI).add(person(WEN, OWNER, QINGSHI)), "party",
        verb=APPROVE, tier=2)  # fmt: skip


def two_delegations(world: World) -> World:
    """One that is over stands before the one that is used."""
    by_guan()(world)
    over = delegation(id=uid(81), state="revoked")
    return world.change(f"person:{GUAN}", delegations=(over, delegation()))


add("APR-05@1", "on its first day", "pass", by_guan(starts=TODAY), verb=APPROVE)
add("APR-05@1", "it reaches up to the very level", "pass", by_guan(level="mimi"), verb=APPROVE)
add("APR-05@1", "one that was revoked stands before it", "pass", two_delegations, verb=APPROVE)
add("APR-07@1", "the hop above has none and is judged by APR-01", "pass", UNASKED, tier=2)
add("APR-07@1", "below a hop without one, the scope was changed", "block",
    both(UNASKED, changed(HOP2_KEY, changed=("scope",))), "changed", tier=2)  # fmt: skip
add("APR-08@1", "the request decided on is not to be found", "not_applicable", UNASKED, verb=APPROVE)
add("APR-08@1", "whom it was referred to has approved, where none was demanded", "pass",
    told(referred(), votes=(vote(GUAN, OWNER),), needed=0))  # fmt: skip
add("APR-09@1", "two officers, the earlier day", "block",
    limited(limit(until=YESTERDAY), limit(until=TODAY)), "over")  # fmt: skip
add("APR-09@1", "one officer says how often, another until when", "pass",
    limited(limit(until=TODAY), limit(1)))  # fmt: skip


# --- items ------------------------------------------------------------------------------------------------
def second(**changes: Any) -> Change:
    """A copy of a second item is handed over, the later of the two."""

    def run(world: World) -> World:
        world.change(f"item:{ITEM}", sources=())
        return world.add(item(uid(199), **changes)).change(COPY1_KEY, item=uid(199))

    return run


add("CLS-01@1", "the first has no period, the second one that is too long", "block",
    both(changed(f"item:{ITEM}", until=None, has_release_condition=True), second(until=date(2050, 1, 1))),
    "too_long")  # fmt: skip
add("CLS-02@1", "the first was processed, the second is below its source", "block",
    both(second(sources=(SOURCE,)), changed(f"item:{ITEM}", certificate_on=date(2026, 10, 1)),
         changed(f"item:{SOURCE}", level="jimi")), "below")  # fmt: skip
add("CLS-04@1", "the first is public, the period of the second has ended", "warn",
    both(second(until=date(2026, 11, 20)), changed(f"item:{ITEM}", level="gongkai")), "ended")  # fmt: skip
add("CLS-04@1", "the first is in time, the period of the second has ended", "warn",
    second(until=date(2026, 11, 20)), "ended")  # fmt: skip

# --- parties ----------------------------------------------------------------------------------------------
OTHERS = certificate(55, type="iso9001", valid_from=date(2020, 1, 1))
OLD, NEW = certificate(52, valid_from=date(2024, 1, 1)), certificate(56, valid_from=date(2026, 1, 1))
RUN_OUT = certificate(57, valid_from=date(2020, 1, 1), valid_to=date(2025, 12, 31))


def uninspected(*certificates: object) -> Change:
    return both(changed(f"party:{QINGSHI}", inspected_on=None), held(*certificates))  # type: ignore[arg-type]


add("QUA-09@1", "never inspected, an old and a new certificate", "warn", uninspected(NEW, OLD), "overdue")
add("QUA-09@1", "never inspected, the old certificate has run out", "pass", uninspected(NEW, RUN_OUT))
add("QUA-09@1", "never inspected, the old certificate is of no type here", "pass", uninspected(NEW, OTHERS))
add("QUA-08@1", "established on 29 February, a year ago on the 28th", "pass",
    both(changed(f"party:{QINGSHI}", established_on=date(2024, 2, 29)),
         changed("act", today=date(2025, 2, 28))))  # fmt: skip
add("QUA-08@1", "established on 29 February, not yet a year ago", "block",
    both(changed(f"party:{QINGSHI}", established_on=date(2024, 2, 29)),
         changed("act", today=date(2025, 2, 27))), "age")  # fmt: skip


# --- reports ----------------------------------------------------------------------------------------------
def below(world: World) -> World:
    """The second tier under us_cui, nothing reported."""
    cmmc("L2_SELF", "L2_SELF")(world)
    world.change(HOP2_KEY, level="cui", categories=(), reported_on=None, awarded_on=date(2026, 1, 5))
    return world.change(APPROVAL2_KEY, level="cui").change(f"party:{BAIXI}", country="US")


add("CTR-01@1", "US: only the first tier is reported", "not_applicable", below, regime=CUI, tier=2)
add("CTR-01@1", "not reported, and due today", "pass",
    changed(HOP1_KEY, reported_on=None, starts=date(2026, 11, 22)))  # fmt: skip
add("CTR-01@1", "the second tier too, where a house asks it", "warn", changed(HOP2_KEY, reported_on=None),
    "overdue", tier=2, regime=STRICT)  # fmt: skip

# --- endings ----------------------------------------------------------------------------------------------
add("HOP-09@1", "copies go back up the second subcontract, which is closed", "not_applicable",
    both(changed(HOP2_KEY, state="closed"), changed("act", sender_party=BAIXI, receiver_party=QINGSHI)),
    tier=2)  # fmt: skip
add("HOP-09@1", "from the third to the owner, past the first, which is closed", "block",
    both(changed(HOP1_KEY, state="closed"), changed("act", sender_party=BAIXI, receiver_party=OWNER)),
    "ended", tier=2)  # fmt: skip

# --- business ---------------------------------------------------------------------------------------------
EVERY_BUSINESS = ("copying", "repair", "destruction", "systems", "storage")
for name in ("QUA-05@1", "QUA-05@2"):
    add(name, "every business at once, and only a survey certificate is held", "block",
        changed(HOP1_KEY, business=EVERY_BUSINESS), "none")  # fmt: skip
