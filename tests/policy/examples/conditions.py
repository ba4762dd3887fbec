"""Examples of APR-06."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.policy.examples.table import ACCEPT, APPROVAL1_KEY, add, changed, sound
from tests.policy.world import condition

YESTERDAY, TODAY = date(2026, 11, 20), date(2026, 11, 21)


def set_(*conditions: Any) -> Any:
    """The approval at tier 1 was granted under these conditions."""
    return changed(APPROVAL1_KEY, conditions=conditions)


def running(number: int, state: str, due: date | None) -> Any:
    return condition(number, type="running", state=state, due=due)


add("APR-06@1", "no condition was set", "not_applicable", sound)
for state in ("met", "waived"):
    add("APR-06@1", f"a precondition that is {state}", "pass", set_(condition(1, state=state)))
    add(
        "APR-06@1",
        f"a running one that is {state}, after its day",
        "pass",
        set_(running(1, state, YESTERDAY)),
    )
for state in ("open", "evidenced"):
    add("APR-06@1", f"a precondition that is {state}", "block", set_(condition(1, state=state)), "open")
    late = set_(running(1, state, YESTERDAY))
    add("APR-06@1", f"a running one that is {state}, after its day", "block", late, "overdue")
add("APR-06@1", "a running one on its last day", "pass", set_(running(1, "open", TODAY)))
add(
    "APR-06@1",
    "one of each, at the receipt",
    "block",
    set_(condition(1), condition(2, state="open"), running(3, "open", YESTERDAY)),
    "open",
    "overdue",
    verb=ACCEPT,
)
add(
    "APR-06@1",
    "where the pack only warns",
    "warn",
    set_(running(1, "open", YESTERDAY)),
    "overdue",
    regime="us_cui",
)
add("APR-06@1", "a running one whose day is not known", "cannot_tell", set_(running(1, "open", None)))
add("APR-06@1", "the conditions are not known", "cannot_tell", changed(APPROVAL1_KEY, conditions=None))
add("APR-06@1", "approval is not in the facts", "cannot_tell", lambda w: w.drop(APPROVAL1_KEY))
