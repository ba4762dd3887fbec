"""Examples of HND-05: purpose, day of return, and what the recipient keeps too long."""

from __future__ import annotations

from datetime import date

from custody.terms import Leg
from tests.policy.examples.legs import going_up, inside, leg
from tests.policy.examples.table import ACCEPT, QINGSHI_KEY, Change, add, both, changed, sound


def late(since: date) -> Change:
    """Let Qingshi hold two copies past their day."""
    return changed(QINGSHI_KEY, overdue=2, overdue_since=since)


no_day = changed("act", due_back=None)
add("HND-05@1", "a purpose, a day, nothing overdue", "pass", both(leg(Leg.LOAN), sound))
add("HND-05@1", "the same on receipt", "pass", leg(Leg.LOAN), verb=ACCEPT)
add("HND-05@1", "no leg stated, as before", "pass", both(no_day, sound))
add("HND-05@1", "a transfer has no day", "pass", both(leg(Leg.TRANSFER), no_day))
add("HND-05@1", "no purpose", "block", changed("act", has_purpose=False), "purpose")
add("HND-05@1", "a loan without a day", "block", both(leg(Leg.LOAN), no_day), "day")
add("HND-05@1", "a secret issue without a day", "block", both(leg(Leg.ISSUE), no_day), "day")
add("HND-05@1", "some days overdue", "warn", late(date(2026, 11, 1)), "overdue")
add("HND-05@1", "the last day of the limit", "warn", late(date(2026, 10, 22)), "overdue")
add("HND-05@1", "a day beyond the limit", "block", late(date(2026, 10, 21)), "long_overdue")
add("HND-05@1", "no purpose, and long overdue", "block",
    both(changed("act", has_purpose=False), late(date(2026, 1, 5))), "purpose", "long_overdue")  # fmt: skip
add("HND-05@1", "given back by whoever is late", "not_applicable", both(late(date(2026, 1, 5)), going_up))
add("HND-05@1", "within one party", "not_applicable", inside)
add("HND-05@1", "not known what is overdue", "cannot_tell", changed(QINGSHI_KEY, overdue=None))
