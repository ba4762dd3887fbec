"""Examples of SUB-01: by when results that were accepted are submitted, at the ends of months too."""

from __future__ import annotations

from datetime import date

from custody.terms import Verb
from tests.policy.examples.ending import ends
from tests.policy.examples.table import CUI, Change, add, both, changed
from tests.policy.world import TODAY

RULE, END = "SUB-01@1", Verb.PROJECT_CLOSE


def at(today: date, accepted_on: date | None, submitted_on: date | None = None) -> Change:
    """The project is closed on a day, its results accepted and submitted on others."""
    told = changed("project", accepted_on=accepted_on, submitted_on=submitted_on)
    return both(ends(), told, changed("act", today=today))


for name, change, outcome, *problems in (
    ("no results were accepted", at(TODAY, None), "not_applicable"),
    ("accepted today", at(TODAY, TODAY), "pass"),
    ("thirty-one days are left", at(date(2026, 10, 31), date(2026, 9, 1)), "pass"),
    ("thirty days are left", at(date(2026, 11, 1), date(2026, 9, 1)), "warn", "soon"),
    ("the last day", at(date(2026, 12, 1), date(2026, 9, 1)), "warn", "soon"),
    ("a day late", at(date(2026, 12, 2), date(2026, 9, 1)), "warn", "overdue"),
    ("a year late", at(TODAY, date(2025, 8, 21)), "warn", "overdue"),
    ("31 August, on 30 November", at(date(2026, 11, 30), date(2026, 8, 31)), "warn", "soon"),
    ("31 August, on 1 December", at(date(2026, 12, 1), date(2026, 8, 31)), "warn", "overdue"),
    ("30 November, on 28 February", at(date(2027, 2, 28), date(2026, 11, 30)), "warn", "soon"),
    ("30 November, on 1 March", at(date(2027, 3, 1), date(2026, 11, 30)), "warn", "overdue"),
    ("30 November, on 29 February", at(date(2028, 2, 29), date(2027, 11, 30)), "warn", "soon"),
    ("29 February, on 29 May", at(date(2028, 5, 29), date(2028, 2, 29)), "warn", "soon"),
    ("28 February, on 29 May", at(date(2027, 5, 29), date(2027, 2, 28)), "warn", "overdue"),
    ("submitted in time", at(TODAY, date(2026, 9, 1), date(2026, 11, 20)), "pass"),
    ("submitted late", at(TODAY, date(2025, 9, 1), TODAY), "pass"),
):
    add(RULE, str(name), str(outcome), change, *map(str, problems), verb=END)
add(RULE, "US: no authority asks for it", "not_applicable", at(TODAY, date(2025, 9, 1)), verb=END, regime=CUI)
add(RULE, "the project is not among the facts", "cannot_tell",
    both(ends(), lambda w: w.drop("project")), verb=END)  # fmt: skip
