"""Examples of APR-09: an approval that may be used so often, or until a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from custody.policy import facts as f
from tests.policy.examples.table import ACCEPT, APPROVAL1_KEY, add, both, changed, sound

YESTERDAY, TODAY = date(2026, 11, 20), date(2026, 11, 21)


def limit(uses: int | None = None, until: date | None = None) -> f.UseLimit:
    return f.UseLimit(uses=uses, until=until, entry=None)


def limited(*limits: f.UseLimit, used: int | None = 0) -> Any:
    return changed(APPROVAL1_KEY, limits=limits, used=used)


add("APR-09@1", "no limit is set", "not_applicable", sound)
add("APR-09@1", "once, and not used yet", "pass", limited(limit(1)))
add("APR-09@1", "once, and it is this receipt", "pass", limited(limit(1)), verb=ACCEPT)
add("APR-09@1", "once, and used", "block", limited(limit(1), used=1), "used_up")
add("APR-09@1", "three times, and used twice", "pass", limited(limit(3), used=2))
add("APR-09@1", "three times, and used thrice", "block", limited(limit(3), used=3), "used_up", verb=ACCEPT)
add("APR-09@1", "two officers, the narrower limit", "block", limited(limit(5), limit(2), used=2), "used_up")
add("APR-09@1", "until today", "pass", limited(limit(until=TODAY), used=9))
add("APR-09@1", "until yesterday", "block", limited(limit(until=YESTERDAY)), "over")
add("APR-09@1", "once and until yesterday, used", "block", limited(limit(1, YESTERDAY), used=1), "over",
    "used_up")  # fmt: skip
add("APR-09@1", "used up above, which this does not use", "pass", limited(limit(1), used=1), tier=2)
add("APR-09@1", "over above", "block", limited(limit(until=YESTERDAY)), "over", tier=2)
add("APR-09@1", "used up, and copies come back", "not_applicable",
    both(limited(limit(1), used=1), changed("act", leg="return")))  # fmt: skip
add("APR-09@1", "used up, and copies are only read", "pass",
    both(limited(limit(1), used=1), changed("act", leg="inspection")))  # fmt: skip
add("APR-09@1", "how often it was used is not known", "cannot_tell", limited(limit(1), used=None))
add("APR-09@1", "the limits are not known", "cannot_tell", changed(APPROVAL1_KEY, limits=None))
add("APR-09@1", "approval is not in the facts", "cannot_tell", lambda w: w.drop(APPROVAL1_KEY))
