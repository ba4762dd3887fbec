"""Examples that stand where rules on subcontracts, their papers and who receives turn, beside `edges`."""

from __future__ import annotations

from decimal import Decimal

from custody.terms import Leg
from tests.policy.examples.legs import leg
from tests.policy.examples.overdue import no_day
from tests.policy.examples.people import at, shen
from tests.policy.examples.table import HOP1_KEY, HOP2_KEY, NATIONAL, add, both, changed
from tests.policy.world import BAIXI, CLAUSES, OWNER, TODAY, party

# --- the path ---------------------------------------------------------------------------------------------
to_a_stranger = both(
    lambda w: w.add(party(BAIXI, state="barred")), changed("act", hop=None, receiver_party=BAIXI)
)
from_a_stranger = both(
    lambda w: w.add(party(BAIXI)),
    changed(HOP1_KEY, to_party=OWNER),
    changed("act", sender_party=BAIXI, receiver_party=OWNER),
)
for name in ("HOP-01@1", "HOP-01@2"):
    add(name, "to a party that has no hop and is barred", "block", to_a_stranger, "no_hop", "barred")
    add(name, "from one that has no hop, over one from a party to itself", "block", from_a_stranger,
        "no_hop", "circle")  # fmt: skip
    add(name, "hop starts today", "pass", changed(HOP1_KEY, starts=TODAY))
for name in ("HOP-03@1", "HOP-03@2"):
    add(name, "too much of the first of two", "block", changed(HOP1_KEY, share=Decimal(41)), "share", tier=2)
    add(name, "core work goes with the first of two", "block", changed(HOP1_KEY, keeps_core=False), "core",
        tier=2)  # fmt: skip

# --- papers -----------------------------------------------------------------------------------------------
for name in ("HOP-06@1", "HOP-06@2"):
    add(name, "work of the very level from which the client is asked", "block",
        changed(HOP1_KEY, level="gongkai", consents=()), "lacking")  # fmt: skip
for name in ("HOP-07@1", "HOP-07@2"):
    add(name, "signed by both today", "pass", changed(HOP1_KEY, giver_signed=TODAY, receiver_signed=TODAY))
    add(name, "the first asks for no clause, the second lacks one", "block",
        both(changed(HOP1_KEY, level="neibu", clauses=()), changed(HOP2_KEY, clauses=CLAUSES[1:])),
        "missing", tier=2, regime=NATIONAL)  # fmt: skip
    add(name, "the first lacks a clause, the second a signature: the first is shown", "block",
        both(changed(HOP1_KEY, clauses=CLAUSES[1:]), changed(HOP2_KEY, giver_signed=None)),
        "missing", tier=2, regime=NATIONAL)  # fmt: skip

# --- who receives, and until when -------------------------------------------------------------------------
add("HND-02@1", "on the first day of the vetting", "pass", shen(vetted_from=TODAY))
add("HND-02@1", "leaves today, and gives the copies back today", "pass",
    both(shen(leaves_on=TODAY), changed("act", due_back=TODAY)))  # fmt: skip
add("HND-05@1", "a public issue without a day", "pass", both(at("gongkai"), leg(Leg.ISSUE), no_day))
add("HND-05@1", "an issue above the level from which a day is asked", "block",
    both(at("jimi"), leg(Leg.ISSUE), no_day), "day")  # fmt: skip
