"""Examples of third versions: those of the version before, but for what was mended, and what is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.policy.examples import legs  # noqa: F401 - their examples come first
from tests.policy.examples.table import (
    APPROVAL1_KEY,
    APPROVE,
    CUI,
    EXAMPLES,
    HOP1_KEY,
    NATIONAL,
    QINGSHI_KEY,
    REQUEST,
    add,
    both,
    changed,
    cmmc,
)

for code, but in (
    ("CTR-01", {"not reported, start is still to come"}),
    ("HOP-03", set[str]()),
    ("QUA-08", set[str]()),
):
    for example in [e for e in EXAMPLES if e.rule == f"{code}@2" and e.name not in but]:
        EXAMPLES.append(replace(example, rule=f"{code}@3"))

FILED = "CTR-01@3"
UNREPORTED = changed(HOP1_KEY, reported_on=None)


def decided(day: date | None) -> dict[str, object]:
    return {"decided_on": day}


add(FILED, "asked for: nothing to report yet", "not_applicable", UNREPORTED, verb=REQUEST)
add(FILED, "to be decided: nothing to report yet", "not_applicable", UNREPORTED, verb=APPROVE)
add(FILED, "asked for, and reported late already", "warn",
    changed(HOP1_KEY, reported_on=date(2026, 10, 1)), "late", verb=REQUEST)  # fmt: skip
add(FILED, "approved a week ago, after the start", "pass",
    both(UNREPORTED, changed(APPROVAL1_KEY, **decided(date(2026, 11, 14)))))  # fmt: skip
add(FILED, "approved a week and a day ago", "warn",
    both(UNREPORTED, changed(APPROVAL1_KEY, **decided(date(2026, 11, 13)))), "overdue")  # fmt: skip
add(FILED, "approved late, and reported in a week", "pass",
    both(changed(HOP1_KEY, reported_on=date(2026, 11, 20)),
         changed(APPROVAL1_KEY, **decided(date(2026, 11, 13)))))  # fmt: skip
add(FILED, "it is not known when it was approved", "warn",
    both(UNREPORTED, changed(APPROVAL1_KEY, **decided(None))), "overdue")  # fmt: skip
add(FILED, "in force without an approval", "warn",
    changed(HOP1_KEY, reported_on=None, approval=None), "overdue")  # fmt: skip
add(FILED, "suspended, judged as if asked for", "warn",
    changed(HOP1_KEY, reported_on=None, state="suspended"), "overdue", verb=REQUEST)  # fmt: skip
add(FILED, "its approval is not among the facts", "cannot_tell",
    both(UNREPORTED, lambda w: w.drop(APPROVAL1_KEY)))  # fmt: skip
add(FILED, "US: approved this week, awarded long before", "pass",
    both(cmmc("L1", "L2_SELF"), changed(HOP1_KEY, awarded_on=date(2026, 5, 4), reported_on=None),
         changed(APPROVAL1_KEY, **decided(date(2026, 11, 16)))), regime=CUI)  # fmt: skip

AMOUNTS = "HOP-03@3"
add(AMOUNTS, "30 % stated, and the whole contract sum", "block",
    changed(HOP1_KEY, amount=Decimal("1000000.00")), "whole")  # fmt: skip
add(AMOUNTS, "30 % stated, and half the contract sum", "block",
    changed(HOP1_KEY, amount=Decimal("500000.00")), "share")  # fmt: skip
add(AMOUNTS, "30 % stated, and as much of the contract sum", "pass",
    changed(HOP1_KEY, amount=Decimal("300000.00")))  # fmt: skip
add(AMOUNTS, "an amount, of a contract without one", "pass",
    both(changed(HOP1_KEY, amount=Decimal("500000.00")),
         changed("project", contract_value=None)))  # fmt: skip
add(AMOUNTS, "60 % of the second tier, under national law", "pass",
    changed(HOP1_KEY, share=Decimal(60)), tier=2, regime=NATIONAL)  # fmt: skip

PERSON = "QUA-08@3"
add(PERSON, "a person, of whom no founding is known", "not_applicable",
    changed(QINGSHI_KEY, kind="individual", established_on=None, conditions_on=None))  # fmt: skip
add(PERSON, "a government unit", "pass", changed(QINGSHI_KEY, kind="government"))
