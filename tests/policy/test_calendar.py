"""Days in the regime's own calendar; a year that nobody announced is not guessed at."""

from __future__ import annotations

from datetime import date

import pytest

from custody.policy.calendar import after_working_days, end_of_next_month, is_working_day, months_later
from custody.policy.facts import Missing
from tests.policy.packs import pack

CHINA = pack("cn_surveying")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 9), True),  # Friday after National Day
        (date(2026, 10, 10), True),  # Saturday, worked
        (date(2026, 10, 11), False),  # Sunday
        (date(2026, 10, 7), False),  # Wednesday, National Day
        (date(2026, 2, 28), True),  # Saturday, worked for the Spring Festival
        (date(2026, 11, 21), False),  # Saturday
    ],
)
def test_make_up_workdays_and_holidays_count_as_announced(day: date, works: bool) -> None:
    assert is_working_day(CHINA, day) is works


def test_working_days_are_counted_over_a_holiday() -> None:
    assert after_working_days(CHINA, date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert after_working_days(CHINA, date(2026, 9, 30), 0) == date(2026, 9, 30)


def test_a_year_without_a_holiday_file_cannot_be_told() -> None:
    with pytest.raises(Missing, match="working days of 2027"):
        after_working_days(CHINA, date(2026, 12, 30), 3)
    with pytest.raises(Missing):
        is_working_day(pack("generic"), date(2026, 1, 5))


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2024, 1, 1), date(2024, 2, 29)),
        (date(2026, 10, 15), date(2026, 11, 30)),
        (date(2026, 11, 15), date(2026, 12, 31)),
        (date(2026, 12, 1), date(2027, 1, 31)),
    ],
)
def test_the_month_after_ends_on_its_last_day(day: date, end: date) -> None:
    assert end_of_next_month(day) == end


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 10, 31), 2, date(2026, 12, 31)),
        (date(2026, 11, 21), 1, date(2026, 12, 21)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 3, 2), 120, date(2036, 3, 2)),
    ],
    ids=str,
)
def test_months_end_on_the_same_day_or_on_the_last_of_a_month_without_it(
    day: date, months: int, end: date
) -> None:
    assert months_later(day, months) == end
