"""The rule on accepted results beside what the notes say of them, on every day of two years."""

from __future__ import annotations

import datetime as dt

from custody.policy.engine import decide
from custody.terms import Verb
from tests.oracle import results
from tests.oracle.results import DAY
from tests.policy.packs import pack
from tests.policy.world import World

FIRST, LAST = dt.date(2027, 1, 1), dt.date(2028, 12, 31)


def answered(world: World, **told: dt.date | None) -> str:
    today = told.pop("today")
    assert today is not None
    facts = world.change("project", **told).change("act", today=today).facts()
    (finding,) = decide(Verb.PROJECT_CLOSE, facts, pack("cn_surveying"), ["SUB-01@1"]).findings
    return "".join(finding.problems)


def test_every_day_of_two_years_is_judged_as_the_notes_have_it() -> None:
    seen: set[str] = set()
    world, accepted = World(Verb.PROJECT_CLOSE, "cn_surveying"), FIRST
    while accepted <= LAST:
        last = results.last_day(accepted)
        for today in (accepted, last - 31 * DAY, last - 30 * DAY, last, last + DAY):
            told = answered(world, accepted_on=accepted, submitted_on=None, today=today)
            assert told == results.said(accepted, None, today), (accepted, today)
            seen.add(told)
        accepted += DAY
    assert seen == {"", "soon", "overdue"}


def test_what_was_submitted_or_not_accepted_is_left_alone_on_any_day() -> None:
    world = World(Verb.PROJECT_CLOSE, "cn_surveying")
    for accepted, submitted in ((FIRST, FIRST), (FIRST, LAST), (None, None)):
        for today in (FIRST, LAST):
            told = answered(world, accepted_on=accepted, submitted_on=submitted, today=today)
            assert told == results.said(accepted, submitted, today) == ""
