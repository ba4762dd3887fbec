"""Examples of INV-01: counted in time, and differences settled."""

from __future__ import annotations

from datetime import date

from custody.terms import Leg
from tests.policy.examples.legs import going_up, inside, leg
from tests.policy.examples.table import ACCEPT, QINGSHI_KEY, Change, add, both, changed, sound


def holds(since: date, counted: date | None = None) -> Change:
    """Let Qingshi hold copies of the project since a day, and have counted them on another."""
    return changed(QINGSHI_KEY, holds=True, held_since=since, counted_on=counted)


def differs(since: date) -> Change:
    """Let two differences be open since a day."""
    return changed(QINGSHI_KEY, differences=2, differences_since=since)


OLD = date(2019, 1, 7)
add("INV-01@1", "nothing held, nothing open", "pass", both(leg(Leg.LOAN), sound))
add("INV-01@1", "the same on receipt", "pass", leg(Leg.LOAN), verb=ACCEPT)
add("INV-01@1", "held for a year to the day, never counted", "pass", holds(date(2025, 11, 21)))
add("INV-01@1", "counted a year ago to the day", "pass", holds(OLD, date(2025, 11, 21)))
add("INV-01@1", "all went back, and others came", "pass", holds(date(2026, 1, 5), OLD))
add("INV-01@1", "never counted, a day late", "warn", holds(date(2025, 11, 20)), "overdue")
add("INV-01@1", "counted a year and a day ago", "warn", holds(OLD, date(2025, 11, 20)), "overdue")
add("INV-01@1", "the last day of the limit", "warn", holds(OLD, date(2025, 10, 22)), "overdue")
add("INV-01@1", "a day beyond the limit", "block", holds(OLD, date(2025, 10, 21)), "long_overdue")
add("INV-01@1", "differences of this month", "warn", differs(date(2026, 11, 1)), "differences")
add("INV-01@1", "their last day", "warn", differs(date(2026, 10, 22)), "differences")
add("INV-01@1", "differences for too long", "block", differs(date(2026, 10, 21)), "long_open")
add("INV-01@1", "overdue, and differences for too long", "block",
    both(holds(OLD, date(2025, 11, 20)), differs(date(2026, 1, 5))), "overdue", "long_open")  # fmt: skip
add("INV-01@1", "given back by whoever is late", "not_applicable", both(differs(OLD), going_up))
add("INV-01@1", "for destruction", "not_applicable", both(differs(OLD), leg(Leg.DESTRUCTION)))
add("INV-01@1", "within one party", "not_applicable", inside)
add("INV-01@1", "not known what is held", "cannot_tell", changed(QINGSHI_KEY, holds=None))
add("INV-01@1", "not known since when", "cannot_tell", changed(QINGSHI_KEY, holds=True, held_since=None))
add("INV-01@1", "not known what is open", "cannot_tell", changed(QINGSHI_KEY, differences=None))
add("INV-01@1", "not known since when it is open", "cannot_tell", changed(QINGSHI_KEY, differences=1))
