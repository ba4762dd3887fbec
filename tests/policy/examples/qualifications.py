"""Examples of QUA."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.policy.examples.table import (
    APPROVAL1_KEY,
    COPY1_KEY,
    CUI,
    HOP1_KEY,
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
from tests.policy.world import (
    CLERK,
    TODAY,
    certificate,
)

add("QUA-01@1", "holds a verified certificate", "pass", sound)
add("QUA-01@1", "no certificate at all", "block", held(), "none")
add("QUA-01@1", "a certificate of another type", "block", held(certificate(60, type="catering")), "none")
add(
    "QUA-01@1",
    "recorded, nobody verified it",
    "block",
    held(certificate(60, state="submitted", verified_by=None, verified_on=None)),
    "none",
)
add("QUA-01@1", "verified by its own recorder", "block", held(certificate(60, verified_by=CLERK)), "none")
add("QUA-01@1", "suspended", "block", held(certificate(60, state="suspended")), "none")
add(
    "QUA-01@1",
    "needed type not known, but the regime has only one",
    "pass",
    changed("project", qualification_type=None),
)
add("QUA-01@1", "who recorded it is not known", "cannot_tell", held(certificate(60, recorded_by=None)))
add("QUA-01@1", "the recipient is not in the facts", "cannot_tell", lambda w: w.drop(QINGSHI_KEY))


def stopped(state: str, **changes: object) -> Change:
    """The one certificate was verified and counts no more."""
    return held(certificate(60, state=state, **changes))


STATES = ("suspended", "downgraded", "revoked")
RAN_OUT = date(2026, 11, 20)

add("QUA-01@2", "holds a verified certificate", "pass", sound)
add("QUA-01@2", "no certificate at all", "block", held(), "none")
add("QUA-01@2", "a certificate of another type", "block", held(certificate(60, type="catering")), "none")
add("QUA-01@2", "recorded, nobody verified it", "block", stopped("submitted", verified_by=None), "none")
for state in STATES:
    add("QUA-01@2", f"the only one is {state}", "block", stopped(state), "stopped")
add(
    "QUA-01@2",
    "one that was revoked beside a verified one",
    "pass",
    held(certificate(60, state="revoked"), certificate(61)),
)
add("QUA-01@2", "suspended, and has run out", "block", stopped("suspended", valid_to=RAN_OUT), "none")
add("QUA-01@2", "who recorded it is not known", "cannot_tell", held(certificate(60, recorded_by=None)))
add("QUA-01@2", "last day of a revoked one is not known", "cannot_tell", stopped("revoked", valid_to=None))
add("QUA-01@2", "the recipient is not in the facts", "cannot_tell", lambda w: w.drop(QINGSHI_KEY))

add("QUA-02@1", "grade A where B is asked", "pass", sound)
add(
    "QUA-02@1",
    "grade B where A is asked",
    "block",
    both(held(certificate(60, grade="B")), changed("project", qualification_grade="A")),
    "grade",
)
add(
    "QUA-02@1",
    "grade B where the grade asked is not known",
    "block",
    both(held(certificate(60, grade="B")), changed("project", qualification_grade=None)),
    "grade",
)
add(
    "QUA-02@1",
    "category not on the certificate",
    "block",
    held(certificate(60, categories=("gis",))),
    "category",
)
add(
    "QUA-02@1",
    "two categories on two certificates",
    "pass",
    both(
        changed(HOP1_KEY, categories=("engineering", "gis")),
        held(certificate(60, categories=("gis",)), certificate(61, categories=("engineering",))),
    ),
)
add(
    "QUA-02@1",
    "one category on a certificate of too low a grade, one on none",
    "block",
    both(
        changed("project", qualification_grade="A"),
        changed(HOP1_KEY, categories=("engineering", "gis")),
        held(certificate(60, grade="B", categories=("engineering",))),
    ),
    "category",
    "grade",
)
add("QUA-02@1", "nothing active", "not_applicable", held())
add("QUA-02@1", "grade held is not known", "cannot_tell", held(certificate(60, grade=None)))
add("QUA-02@1", "categories of the hop are not known", "cannot_tell", changed(HOP1_KEY, categories=()))
for prime, need in (("L1", "L2_SELF"), ("L2_SELF", "L2_SELF"), ("L2_C3PAO", "L2_C3PAO"), ("L3", "L2_C3PAO")):
    add(
        "QUA-02@1",
        f"CUI under a {prime} prime contract: {need} is enough",
        "pass",
        cmmc(prime, need),
        regime=CUI,
    )
for prime, less in (("L2_SELF", "L1"), ("L2_C3PAO", "L2_SELF"), ("L3", "L2_SELF")):
    add(
        "QUA-02@1",
        f"CUI under a {prime} prime contract: {less} is not",
        "block",
        cmmc(prime, less),
        "grade",
        regime=CUI,
    )
add(
    "QUA-02@1",
    "CUI, prime level not known: the strictest row counts",
    "block",
    cmmc(None, "L2_SELF"),
    "grade",
    regime=CUI,
)
add(
    "QUA-02@1", "FCI only: L1 is enough under any prime contract", "pass", cmmc("L3", "L1", "fci"), regime=CUI
)

add("QUA-03@1", "valid to the day of return", "pass", held(certificate(60, valid_to=date(2027, 3, 1))))
add("QUA-03@1", "valid for the last day", "warn", held(certificate(60, valid_to=date(2026, 11, 21))), "later")
add("QUA-03@1", "expired yesterday", "block", held(certificate(60, valid_to=date(2026, 11, 20))), "today")
add("QUA-03@1", "begins tomorrow", "block", held(certificate(60, valid_from=date(2026, 11, 22))), "today")
add(
    "QUA-03@1",
    "an expired one beside a valid one",
    "pass",
    held(certificate(60, valid_to=date(2025, 1, 1)), certificate(61)),
)
add(
    "QUA-03@1",
    "valid, but only the expired one covers the category",
    "block",
    held(certificate(60, valid_to=date(2025, 1, 1)), certificate(61, categories=("gis",))),
    "today",
)
add(
    "QUA-03@1",
    "ends before the hop does",
    "warn",
    held(certificate(60, valid_to=date(2027, 6, 29))),
    "later",
    verb=REQUEST,
)
add("QUA-03@1", "no return agreed", "pass", changed("act", due_back=None))
add("QUA-03@1", "nothing active", "not_applicable", held())
add("QUA-03@1", "last day is not known", "cannot_tell", held(certificate(60, valid_to=None)))
add("QUA-03@1", "first day is not known", "cannot_tell", held(certificate(60, valid_from=None)))


def at_level(level: str) -> Change:
    return both(
        changed(HOP1_KEY, level=level), changed(APPROVAL1_KEY, level=level), changed(COPY1_KEY, level=level)
    )


add("QUA-06@1", "verified by a second person", "pass", sound)
add("QUA-06@1", "only declared", "warn", held(certificate(60, state="submitted")), "self_declared")
add(
    "QUA-06@1",
    "only declared, from jimi",
    "block",
    both(held(certificate(60, verified_by=CLERK)), at_level("jimi")),
    "self_declared",
)
add("QUA-06@1", "checked just a year ago", "pass", held(certificate(60, verified_on=date(2025, 11, 21))))
add(
    "QUA-06@1",
    "checked longer than a year ago",
    "warn",
    held(certificate(60, verified_on=date(2025, 11, 20))),
    "stale",
)
add("QUA-06@1", "no certificate", "not_applicable", held())
add("QUA-06@1", "day of verification is not known", "cannot_tell", held(certificate(60, verified_on=None)))

add("QUA-04@1", "holds a verified certificate", "pass", sound)
for state in STATES:
    add("QUA-04@1", f"the only one is {state}", "block", stopped(state), state)
    add("QUA-04@1", f"{state}, at the asking for a hop", "block", stopped(state), state, verb=REQUEST)
for state in STATES[:2]:
    add(
        "QUA-04@1",
        f"{state}, beside a verified one",
        "block",
        held(certificate(60, state=state), certificate(61)),
        state,
    )
add(
    "QUA-04@1",
    "one that was revoked beside a verified one",
    "pass",
    held(certificate(60, state="revoked"), certificate(61)),
)
add(
    "QUA-04@1",
    "one that was revoked beside one that nobody verified",
    "block",
    held(certificate(60, state="revoked"), certificate(61, state="submitted")),
    "revoked",
)
add(
    "QUA-04@1",
    "one suspended, one revoked",
    "block",
    held(certificate(60, state="revoked"), certificate(61, state="suspended")),
    "suspended",
    "revoked",
)
add(
    "QUA-04@1",
    "suspended for the last day",
    "block",
    stopped("suspended", valid_to=date(2026, 11, 21)),
    "suspended",
)
add("QUA-04@1", "suspended, and has run out", "pass", stopped("suspended", valid_to=RAN_OUT))
add(
    "QUA-04@1",
    "a suspended one of another type",
    "pass",
    held(certificate(60, type="catering", state="suspended"), certificate(61)),
)
add("QUA-04@1", "no certificate at all", "not_applicable", held())
add(
    "QUA-04@1", "last day of a suspended one is not known", "cannot_tell", stopped("suspended", valid_to=None)
)
add("QUA-04@1", "the recipient is not in the facts", "cannot_tell", lambda w: w.drop(QINGSHI_KEY))

add("QUA-06@2", "verified by a second person", "pass", sound)
add("QUA-06@2", "only declared", "warn", stopped("submitted"), "self_declared")
add(
    "QUA-06@2",
    "only declared, from jimi",
    "block",
    both(held(certificate(60, verified_by=CLERK)), at_level("jimi")),
    "self_declared",
)
for state in STATES:
    add(
        "QUA-06@2",
        f"{state}, which is not only declared",
        "not_applicable",
        both(stopped(state), at_level("jimi")),
    )
add(
    "QUA-06@2",
    "one suspended, one only declared",
    "warn",
    held(certificate(60, state="suspended"), certificate(61, state="submitted")),
    "self_declared",
)
add(
    "QUA-06@2",
    "checked longer than a year ago",
    "warn",
    held(certificate(60, verified_on=date(2025, 11, 20))),
    "stale",
)
add("QUA-06@2", "no certificate", "not_applicable", held())
add("QUA-06@2", "day of verification is not known", "cannot_tell", held(certificate(60, verified_on=None)))

# --- where they turn --------------------------------------------------------------------------------------
EARLIER = certificate(60, valid_to=date(2026, 12, 31))
for name in ("QUA-01@1", "QUA-01@2"):
    add(name, "the project asks for another type than the main one", "block",
        changed("project", qualification_type="secrecy"), "none")  # fmt: skip
add("QUA-02@1", "the contract asks for a grade that the regime does not know", "cannot_tell",
    cmmc("L9", "L2_C3PAO"), regime=CUI)  # fmt: skip
add("QUA-02@1", "a grade that the regime does not know is held", "cannot_tell",
    held(certificate(60, grade="C")))  # fmt: skip
add("QUA-02@1", "the category is on one of two certificates, of too low a grade", "block",
    both(changed("project", qualification_grade="A"),
         held(certificate(60, grade="B", categories=("engineering",)), certificate(61, categories=("gis",)))),
    "grade")  # fmt: skip
add("QUA-03@1", "begins today", "pass", held(certificate(60, valid_from=TODAY)))
add("QUA-03@1", "two cover the work, and one of them lasts to the end", "pass",
    held(EARLIER, certificate(61)))  # fmt: skip
add("QUA-03@1", "two have expired, the later yesterday", "block",
    held(certificate(60, valid_to=date(2025, 1, 1)), certificate(61, valid_to=RAN_OUT)), "today")  # fmt: skip
add("QUA-03@1", "of two categories one is covered to the end, one until the year is over", "warn",
    both(changed(HOP1_KEY, categories=("engineering", "gis")),
         held(replace(EARLIER, categories=("gis",)), certificate(61, categories=("engineering",)))),
    "later")  # fmt: skip
for name in ("QUA-06@1", "QUA-06@2"):
    add(name, "two certificates, one checked long ago and one lately", "pass",
        held(certificate(60, verified_on=date(2025, 1, 5)), certificate(61)))  # fmt: skip
