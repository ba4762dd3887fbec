"""Examples of QUA-05, QUA-07, QUA-08 and QUA-09: the work, who does it, and what the party is."""

from __future__ import annotations

from datetime import date
from typing import Any

from custody.policy import facts as f
from tests.policy.examples.table import (
    ACCEPT,
    APPROVE,
    COPY_KEYS,
    CUI,
    HOP1_KEY,
    HOP2_KEY,
    NATIONAL,
    QINGSHI_KEY,
    REQUEST,
    Change,
    add,
    both,
    changed,
    cmmc,
    held,
    sound,
)
from tests.policy.world import BAIXI, CHECKER, OWNER, QINGSHI, certificate

SURVEY = certificate(52)
COPYING = changed(HOP1_KEY, business=("copying",))
TOP = both(COPYING, *(changed(key, level="juemi") for key in COPY_KEYS))
PUBLIC = both(*(changed(key, level="gongkai") for key in COPY_KEYS))
INSIDE = changed("act", hop=None, receiver_party=OWNER)


def secret(**changes: Any) -> Change:
    """The work is copying, and the recipient holds this secrecy certificate beside its survey one."""
    return both(COPYING, held(SURVEY, paper(**changes)))


def paper(number: int = 61, **changes: Any) -> f.Qualification:
    given = {"type": "secrecy", "grade": "B", "categories": ("copying", "storage"), **changes}
    return certificate(number, **given)


add("QUA-05@1", "copying, by a party qualified for it", "pass", secret())
add("QUA-05@1", "asked for: copying, by a party qualified for it", "pass", secret(), verb=REQUEST)
add("QUA-05@1", "work that is no listed business", "not_applicable", sound)
add("QUA-05@1", "copying, and only a survey certificate is held", "block", COPYING, "none")
add("QUA-05@1", "copying, nationally", "block", COPYING, "none", regime=NATIONAL, verb=APPROVE)
add("QUA-05@1", "copying, accepted without the certificate", "block", COPYING, "none", verb=ACCEPT)
add(
    "QUA-05@1",
    "the secrecy certificate was verified by who recorded it",
    "block",
    secret(recorded_by=CHECKER),
    "none",
)
add("QUA-05@1", "the secrecy certificate is only recorded", "block", secret(state="submitted"), "none")
add("QUA-05@1", "the secrecy certificate is suspended", "block", secret(state="suspended"), "stopped")
add("QUA-05@1", "the secrecy certificate is revoked", "block", secret(state="revoked"), "stopped")
add(
    "QUA-05@1",
    "one secrecy certificate is revoked, another is active",
    "pass",
    both(COPYING, held(SURVEY, paper(state="revoked"), paper(62))),
)
add(
    "QUA-05@1",
    "one secrecy certificate is suspended, another is active",
    "block",
    both(COPYING, held(SURVEY, paper(state="suspended"), paper(62))),
    "stopped",
)
add("QUA-05@1", "its last day is today", "pass", secret(valid_to=date(2026, 11, 21)))
add("QUA-05@1", "its last day was yesterday", "block", secret(valid_to=date(2026, 11, 20)), "expired")
add("QUA-05@1", "its first day is tomorrow", "block", secret(valid_from=date(2026, 11, 22)), "expired")
add("QUA-05@1", "it covers storage only", "block", secret(categories=("storage",)), "cover")
add(
    "QUA-05@1",
    "two businesses, each covered by another certificate",
    "pass",
    both(
        changed(HOP1_KEY, business=("copying", "repair")),
        held(SURVEY, paper(), paper(62, categories=("repair",))),
    ),
)
add(
    "QUA-05@1",
    "two businesses, one of them not covered",
    "block",
    both(changed(HOP1_KEY, business=("copying", "repair")), held(SURVEY, paper())),
    "cover",
)
add("QUA-05@1", "top secret with grade A", "pass", both(TOP, held(SURVEY, paper(grade="A"))))
add("QUA-05@1", "top secret with grade B", "block", both(TOP, held(SURVEY, paper())), "cover")
add("QUA-05@1", "copying of what is public", "not_applicable", both(COPYING, PUBLIC))
add("QUA-05@1", "inside the owner", "not_applicable", INSIDE)
add("QUA-05@1", "it is not known what the work is", "cannot_tell", changed(HOP1_KEY, business=None))
add("QUA-05@1", "a business that no list has", "cannot_tell", changed(HOP1_KEY, business=("printing",)))
add("QUA-05@1", "its last day is not known", "cannot_tell", secret(valid_to=None))
add("QUA-05@1", "its grade is not known", "cannot_tell", secret(grade=None))
add(
    "QUA-05@1",
    "US: one status stands for all work",
    "not_applicable",
    both(cmmc("L1", "L2_SELF"), changed(HOP1_KEY, business=None)),
    regime=CUI,
)

add("QUA-07@1", "the receiving party does the work", "pass", sound)
add("QUA-07@1", "another does the work", "block", changed(HOP1_KEY, performer=BAIXI), "other")
add(
    "QUA-07@1",
    "asked for: another does the work",
    "block",
    changed(HOP1_KEY, performer=BAIXI),
    "other",
    verb=REQUEST,
)
add(
    "QUA-07@1",
    "approved: another does the work",
    "block",
    changed(HOP1_KEY, performer=BAIXI),
    "other",
    verb=APPROVE,
)
add(
    "QUA-07@1",
    "accepted: another does the work",
    "block",
    changed(HOP1_KEY, performer=BAIXI),
    "other",
    verb=ACCEPT,
)
add("QUA-07@1", "the giver does the work itself", "block", changed(HOP1_KEY, performer=OWNER), "other")
add(
    "QUA-07@1",
    "public copies, and another does the work",
    "block",
    both(PUBLIC, changed(HOP1_KEY, performer=BAIXI)),
    "other",
)
add("QUA-07@1", "the other has its own hop below, and does its own work", "pass", sound, tier=2)
add(
    "QUA-07@1",
    "a hop below, for which the one above does the work",
    "block",
    changed(HOP2_KEY, performer=QINGSHI),
    "other",
    tier=2,
)
add("QUA-07@1", "inside the owner", "not_applicable", INSIDE)
add("QUA-07@1", "it is not known who does the work", "cannot_tell", changed(HOP1_KEY, performer=None))
add(
    "QUA-07@1",
    "asked for: it is not known who does the work",
    "cannot_tell",
    changed(HOP1_KEY, performer=None),
    verb=REQUEST,
)
add(
    "QUA-07@1",
    "US: no rule speaks of it",
    "not_applicable",
    both(cmmc("L1", "L2_SELF"), changed(HOP1_KEY, performer=BAIXI)),
    regime=CUI,
)


def states(**changes: object) -> Change:
    return changed(QINGSHI_KEY, **changes)


add("QUA-08@1", "old enough, clean, PRC staff", "pass", sound)
add("QUA-08@1", "asked for: old enough, clean, PRC staff", "pass", sound, verb=REQUEST)
add("QUA-08@1", "a year old today", "pass", states(established_on=date(2025, 11, 21)))
add("QUA-08@1", "a year old tomorrow", "block", states(established_on=date(2025, 11, 22)), "age")
add("QUA-08@1", "a leak within a year", "block", states(clean_record=False), "record")
add("QUA-08@1", "staff from abroad", "block", states(prc_staff=False), "staff", verb=APPROVE)
add(
    "QUA-08@1",
    "all of it",
    "block",
    states(established_on=date(2026, 1, 5), clean_record=False, prc_staff=False),
    "age",
    "record",
    "staff",
)
add("QUA-08@1", "stated just a year ago", "pass", states(conditions_on=date(2025, 11, 21)))
add("QUA-08@1", "stated a year and a day ago", "block", states(conditions_on=date(2025, 11, 20)), "stale")
add("QUA-08@1", "public copies to a young party", "not_applicable", both(PUBLIC, states(established_on=None)))
add("QUA-08@1", "inside the owner", "not_applicable", INSIDE)
add(
    "QUA-08@1",
    "nothing was stated",
    "cannot_tell",
    states(conditions_on=None, clean_record=None, prc_staff=None),
)
add("QUA-08@1", "the day of its founding is not known", "cannot_tell", states(established_on=None))
add("QUA-08@1", "the record was left open", "cannot_tell", states(clean_record=None))
add("QUA-08@1", "the staff was left open", "cannot_tell", states(prc_staff=None))
add(
    "QUA-08@1",
    "US: the conditions do not apply",
    "not_applicable",
    both(cmmc("L1", "L2_SELF"), states(conditions_on=None)),
    regime=CUI,
)

add("QUA-09@1", "inspected this year", "pass", sound)
add("QUA-09@1", "inspected just a year ago", "pass", states(inspected_on=date(2025, 11, 21)))
add("QUA-09@1", "inspected a year and a day ago", "warn", states(inspected_on=date(2025, 11, 20)), "overdue")
add("QUA-09@1", "never inspected, and the certificate is old", "warn", states(inspected_on=None), "overdue")
add(
    "QUA-09@1",
    "never inspected, and the certificate is new",
    "pass",
    both(states(inspected_on=None), held(certificate(52, valid_from=date(2025, 11, 21)))),
)
add("QUA-09@1", "no certificate is active", "not_applicable", held())
add(
    "QUA-09@1",
    "never inspected, and it is not known since when the certificate runs",
    "cannot_tell",
    both(states(inspected_on=None), held(certificate(52, valid_from=None))),
)
add(
    "QUA-09@1",
    "US: no inspection is asked for",
    "not_applicable",
    both(cmmc("L1", "L2_SELF"), states(inspected_on=None)),
    regime=CUI,
)
