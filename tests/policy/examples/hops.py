"""Examples of HOP."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from custody.terms import Verb
from tests.policy.examples.table import (
    COPY1_KEY,
    HOP1_KEY,
    HOP2_KEY,
    NATIONAL,
    QINGSHI_KEY,
    REQUEST,
    add,
    both,
    changed,
    sound,
)
from tests.policy.world import (
    BAIXI,
    OWNER,
    QINGSHI,
    party,
)

add("HOP-01@1", "along an approved hop", "pass", sound)
add("HOP-01@1", "along the second of two approved hops", "pass", sound, tier=2, regime=NATIONAL)
add("HOP-01@1", "inside the owner, no hop", "pass", changed("act", hop=None, receiver_party=OWNER))
add("HOP-01@1", "inside the subcontractor", "pass", changed("act", sender_party=QINGSHI))
add(
    "HOP-01@1",
    "to a party that has no hop",
    "block",
    both(lambda w: w.add(party(BAIXI)), changed("act", hop=None, receiver_party=BAIXI)),
    "no_hop",
)
add(
    "HOP-01@1",
    "past the subcontractor, from the root to tier 2",
    "block",
    changed("act", sender_party=OWNER),
    "no_hop",
    tier=2,
    regime=NATIONAL,
)
add("HOP-01@1", "hop not approved yet", "block", changed(HOP1_KEY, state="requested"), "not_approved")
add(
    "HOP-01@1",
    "hop above revoked",
    "block",
    changed(HOP1_KEY, state="revoked"),
    "not_approved",
    tier=2,
    regime=NATIONAL,
)
add(
    "HOP-01@1",
    "asked for under a hop that is not approved",
    "block",
    changed(HOP1_KEY, state="requested"),
    "not_approved",
    verb=REQUEST,
    tier=2,
    regime=NATIONAL,
)
add("HOP-01@1", "hop starts tomorrow", "block", changed(HOP1_KEY, starts=date(2026, 11, 22)), "dates")
add("HOP-01@1", "hop ended yesterday", "block", changed(HOP1_KEY, ends=date(2026, 11, 20)), "dates")
add("HOP-01@1", "hop ends today", "pass", changed(HOP1_KEY, ends=date(2026, 11, 21)))
add(
    "HOP-01@1",
    "the hop hangs in the air",
    "block",
    changed(HOP2_KEY, parent=None),
    "broken",
    tier=2,
    regime=NATIONAL,
)
add(
    "HOP-01@1",
    "a party is its own subcontractor's subcontractor",
    "block",
    both(changed(HOP2_KEY, to_party=OWNER), changed("act", receiver_party=OWNER)),
    "circle",
    tier=2,
    regime=NATIONAL,
)
add("HOP-01@1", "recipient barred", "block", changed(QINGSHI_KEY, state="barred"), "barred")
add(
    "HOP-01@1",
    "hop above is not in the facts",
    "cannot_tell",
    lambda w: w.drop(HOP1_KEY),
    tier=2,
    regime=NATIONAL,
)

add("HOP-02@1", "tier 1 where 1 is the most", "pass", sound)
add("HOP-02@1", "tier 2 where 1 is the most", "block", sound, "too_deep", tier=2)
add("HOP-02@1", "tier 2 under national law", "not_applicable", sound, tier=2, regime=NATIONAL)
add("HOP-02@1", "hop above is not in the facts", "cannot_tell", lambda w: w.drop(HOP1_KEY), tier=2)

add("HOP-03@1", "30 % where 40 is the most", "pass", sound)
add("HOP-03@1", "exactly 40 %", "pass", changed(HOP1_KEY, share=Decimal(40)))
add("HOP-03@1", "40.01 %", "block", changed(HOP1_KEY, share=Decimal("40.01")), "share")
add(
    "HOP-03@1",
    "30 % stated, 45 % by the amounts",
    "block",
    changed(HOP1_KEY, amount=Decimal(450000)),
    "share",
)
add("HOP-03@1", "60 % under national law", "pass", changed(HOP1_KEY, share=Decimal(60)), regime=NATIONAL)
add(
    "HOP-03@1",
    "the whole under national law",
    "block",
    changed(HOP1_KEY, share=Decimal(100)),
    "whole",
    regime=NATIONAL,
)
add("HOP-03@1", "core work goes", "block", changed(HOP1_KEY, keeps_core=False), "core")
add("HOP-03@1", "inside the owner", "not_applicable", changed("act", hop=None, receiver_party=OWNER))
add("HOP-03@1", "share is not known", "cannot_tell", changed(HOP1_KEY, share=None))
add("HOP-03@1", "core work is not known", "cannot_tell", changed(HOP1_KEY, keeps_core=None))

add("HOP-05@1", "an organisation", "pass", sound)
add("HOP-05@1", "an individual", "block", changed(QINGSHI_KEY, kind="individual"), "individual", verb=REQUEST)
add("HOP-05@1", "recipient is not in the facts", "cannot_tell", lambda w: w.drop(QINGSHI_KEY))

add("HOP-08@1", "within the project", "pass", sound)
add(
    "HOP-08@1",
    "hop above the project's level",
    "block",
    changed("project", level="neibu"),
    "level",
    verb=REQUEST,
)
add("HOP-08@1", "one copy above the hop's level", "block", changed(COPY1_KEY, level="jimi"), "level")
add(
    "HOP-08@1",
    "hop above its parent's level",
    "block",
    changed(HOP2_KEY, level="jimi"),
    "level",
    tier=2,
    verb=REQUEST,
    regime=NATIONAL,
)
add(
    "HOP-08@1",
    "work that the project does not have",
    "block",
    changed(HOP1_KEY, categories=("marine",)),
    "categories",
)
add(
    "HOP-08@1",
    "open-ended under a parent that ends",
    "block",
    changed(HOP2_KEY, ends=None),
    "dates",
    tier=2,
    verb=REQUEST,
    regime=NATIONAL,
)
add(
    "HOP-08@1",
    "starts before its parent",
    "block",
    changed(HOP2_KEY, starts=date(2026, 9, 30)),
    "dates",
    tier=2,
    verb=REQUEST,
    regime=NATIONAL,
)
add("HOP-08@1", "due back after the hop ends", "block", changed("act", due_back=date(2027, 7, 1)), "due_back")
add(
    "HOP-08@1",
    "an item at the project's ceiling",
    "pass",
    changed("act", level="jimi"),
    verb=Verb.ITEM_REGISTER,
)
add(
    "HOP-08@1",
    "an item above the project's ceiling",
    "block",
    changed("act", level="juemi"),
    "level",
    verb=Verb.ITEM_REGISTER,
)
add("HOP-08@1", "a level that the regime does not know", "cannot_tell", changed(COPY1_KEY, level="geheim"))
