"""Examples of rules where a house demands what no shipped regime does (tests/policy/packs.py)."""

from __future__ import annotations

from datetime import date

from tests.policy.examples.table import (
    ACCEPT,
    HOP1_KEY,
    NATIONAL,
    STRICT,
    add,
    changed,
    held,
    sound,
)
from tests.policy.world import (
    SHEN,
    certificate,
)

add(
    "QUA-03@1",
    "expires before the return, where that bars",
    "block",
    held(certificate(60, valid_to=date(2027, 2, 28))),
    "later",
    regime=STRICT,
)
add("FOR-01@1", "receiving person of the country", "pass", sound, regime=STRICT)
add(
    "FOR-01@1",
    "receiving person with a second citizenship",
    "block",
    changed(f"person:{SHEN}", citizenships=("CN", "CA")),
    "person",
    regime=STRICT,
)
add(
    "FOR-01@1",
    "citizenships are not known",
    "cannot_tell",
    changed(f"person:{SHEN}", citizenships=None),
    regime=STRICT,
)
add("FOR-01@1", "receiving person of the country, national law", "pass", sound, regime=NATIONAL)
add(
    "FOR-01@1",
    "receiving person is a foreigner, national law",
    "block",
    changed(f"person:{SHEN}", citizenships=("US",)),
    "person",
    regime=NATIONAL,
)
add(
    "FOR-01@1",
    "citizenships are not known, national law",
    "cannot_tell",
    changed(f"person:{SHEN}", citizenships=None),
    verb=ACCEPT,
)
# Awarded Tuesday 2026-09-15; the tenth working day is the 29th: Sunday the 20th was worked, the 25th was not.
add(
    "CTR-01@1",
    "reported on the tenth working day",
    "pass",
    changed(HOP1_KEY, reported_on=date(2026, 9, 29)),
    regime=STRICT,
)
add(
    "CTR-01@1",
    "reported after the tenth working day",
    "warn",
    changed(HOP1_KEY, reported_on=date(2026, 9, 30)),
    "late",
    regime=STRICT,
)
add(
    "CTR-01@1",
    "working days of the year are not known",
    "cannot_tell",
    changed(HOP1_KEY, awarded_on=date(2031, 3, 3)),
    regime=STRICT,
)
