"""Examples of HOP-06 and HOP-07."""

from __future__ import annotations

from datetime import date
from typing import Any

from custody.policy import facts as f
from tests.policy.examples.table import (
    ACCEPT,
    APPROVE,
    HOP1_KEY,
    HOP2_KEY,
    NATIONAL,
    REQUEST,
    add,
    both,
    changed,
    cmmc,
    sound,
)
from tests.policy.world import CHECKER, CLAUSES, OWNER, TODAY


def consent(kind: str = "client", **changes: Any) -> f.Consent:
    given = {"given_on": date(2026, 9, 10), "document_sha256": None, "recorded_by": CHECKER, "entry": None}
    return f.Consent(kind=kind, **{**given, **changes})


add("HOP-06@1", "the client consented in writing", "pass", sound)
add("HOP-06@1", "at the request, with the paper", "pass", sound, verb=REQUEST)
add(
    "HOP-06@1",
    "at the request, the paper to come",
    "warn",
    changed(HOP1_KEY, consents=()),
    "soon",
    verb=REQUEST,
)
add("HOP-06@1", "at the approval, no paper", "block", changed(HOP1_KEY, consents=()), "lacking", verb=APPROVE)
add("HOP-06@1", "a handoff over a hop without paper", "block", changed(HOP1_KEY, consents=()), "lacking")
add("HOP-06@1", "its acceptance too", "block", changed(HOP1_KEY, consents=()), "lacking", verb=ACCEPT)
add("HOP-06@1", "only an authority consented", "block", changed(HOP1_KEY, consents=(consent("authority"),)),
    "lacking", verb=APPROVE)  # fmt: skip
add("HOP-06@1", "dated tomorrow", "block",
    changed(HOP1_KEY, consents=(consent(given_on=date(2026, 11, 22)),)), "lacking", verb=APPROVE)  # fmt: skip
add("HOP-06@1", "dated today", "pass", changed(HOP1_KEY, consents=(consent(given_on=TODAY),)), verb=APPROVE)
add("HOP-06@1", "the owner is its own client", "not_applicable",
    both(changed("project", client_party=OWNER), changed(HOP1_KEY, consents=())), verb=APPROVE)  # fmt: skip
add("HOP-06@1", "the client is not known", "block",
    both(changed("project", client_party=None), changed(HOP1_KEY, consents=())), "lacking")  # fmt: skip
add("HOP-06@1", "inside the owner", "not_applicable", changed("act", hop=None, receiver_party=OWNER))
add("HOP-06@1", "under national law", "not_applicable", changed(HOP1_KEY, consents=()), regime=NATIONAL)
add("HOP-06@1", "the hop above has no paper", "block", changed(HOP1_KEY, consents=()), "lacking",
    verb=REQUEST, tier=2)  # fmt: skip
add("HOP-06@1", "consents are not known", "cannot_tell", changed(HOP1_KEY, consents=None))

add("HOP-07@1", "all clauses, signed by both", "pass", sound)
add("HOP-07@1", "at the request, to come", "warn", changed(HOP1_KEY, clauses=()), "soon", verb=REQUEST)
add("HOP-07@1", "at the request, not signed yet", "warn", changed(HOP1_KEY, giver_signed=None), "soon",
    verb=REQUEST)  # fmt: skip
add("HOP-07@1", "at the request, complete", "pass", sound, verb=REQUEST)
add("HOP-07@1", "a clause lacks at the approval", "block", changed(HOP1_KEY, clauses=CLAUSES[1:]), "missing",
    verb=APPROVE)  # fmt: skip
add("HOP-07@1", "the receiver has not signed", "block", changed(HOP1_KEY, receiver_signed=None), "unsigned",
    verb=APPROVE)  # fmt: skip
add("HOP-07@1", "signed tomorrow", "block", changed(HOP1_KEY, giver_signed=date(2026, 11, 22)), "unsigned")
NOTHING = changed(HOP1_KEY, clauses=(), giver_signed=None, receiver_signed=None)
add("HOP-07@1", "nothing agreed, and a handoff", "block", NOTHING, "missing", "unsigned")
add("HOP-07@1", "its acceptance too", "block", changed(HOP1_KEY, clauses=()), "missing", verb=ACCEPT)
add("HOP-07@1", "the hop above lacks one", "block", changed(HOP1_KEY, clauses=CLAUSES[:1]), "missing",
    verb=REQUEST, tier=2, regime=NATIONAL)  # fmt: skip
add("HOP-07@1", "only the hop below lacks one", "block", changed(HOP2_KEY, clauses=CLAUSES[:1]), "missing",
    tier=2, regime=NATIONAL)  # fmt: skip
add("HOP-07@1", "work below the level of the clauses", "not_applicable",
    changed(HOP1_KEY, level="neibu", clauses=()), verb=APPROVE)  # fmt: skip
add("HOP-07@1", "inside the owner", "not_applicable", changed("act", hop=None, receiver_party=OWNER))
add("HOP-07@1", "CUI without the clauses of its contract", "block", cmmc("L2_SELF", "L2_SELF"), "missing",
    regime="us_cui")  # fmt: skip
add("HOP-07@1", "CUI with them", "pass",
    both(cmmc("L2_SELF", "L2_SELF"), changed(HOP1_KEY, clauses=("dd-254", "dfars-7012"))),
    regime="us_cui")  # fmt: skip
add("HOP-07@1", "FCI alone", "not_applicable", cmmc(None, "L1", "fci"), regime="us_cui")
add("HOP-07@1", "the clauses are not known", "cannot_tell", changed(HOP1_KEY, clauses=None))
