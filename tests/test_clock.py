"""The clock of an incident: hours of UTC from one entry to another, whatever the clocks on walls do."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from custody.clock import STAGES, Clock

START = dt.datetime(2026, 10, 30, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def after(clock: Clock, percent: float) -> dt.datetime:
    return clock.started + clock.hours * HOUR * percent / 100


@pytest.mark.parametrize(
    ("percent", "stage"),
    [
        (0, None),
        (49, None),
        (49.99, None),
        (50, 50),
        (79.99, 50),
        (80, 80),
        (99.99, 80),
        (100, 100),
        (900, 100),
    ],
)
def test_a_stage_is_reached_at_its_share_of_the_time_and_not_a_moment_before(
    percent: float, stage: int | None
) -> None:
    for hours in (24, 72):
        clock = Clock(START, hours)
        assert clock.stage(after(clock, percent)) == stage
    assert STAGES == (50, 80, 100)


def test_the_last_moment_is_in_time_and_the_next_is_late() -> None:
    clock = Clock(START, 24)
    assert not clock.late(clock.deadline) and clock.left(clock.deadline) == dt.timedelta()
    assert clock.late(clock.deadline + dt.timedelta(microseconds=1))


def test_what_was_late_stays_late_and_what_was_in_time_stays_in_time() -> None:
    for stopped, late in ((START + 25 * HOUR, True), (START + 23 * HOUR, False)):
        clock = Clock(START, 24, stopped)
        for now in (START, START + 1000 * HOUR):
            assert clock.late(now) is late
            assert clock.stage(now) is None and not clock.runs
    assert Clock(START, 24, START + 25 * HOUR).left(START) == -HOUR
    assert Clock(START, 24, START + 6 * HOUR).percent(START + 90 * HOUR) == 25


def test_a_report_in_another_zone_has_the_same_end_though_summer_time_ends_meanwhile() -> None:
    """In New York clocks go back on 1 November 2026: 72 hours are not three days of the calendar."""
    zone = ZoneInfo("America/New_York")
    here = START.astimezone(zone)
    clock = Clock(here, 72)
    assert clock.deadline == START + 72 * HOUR
    wall = clock.deadline.astimezone(zone)
    assert (here.hour, wall.hour) == (8, 7) and (wall.date() - here.date()).days == 3
    assert (
        clock.stage(START + 36 * HOUR) == 50
        and clock.stage(START + 36 * HOUR - dt.timedelta(seconds=1)) is None
    )


def test_a_clock_asked_before_it_started_has_lost_nothing() -> None:
    assert Clock(START, 24).percent(START - 5 * HOUR) == 0
