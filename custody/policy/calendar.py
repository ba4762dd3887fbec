"""Days of a regime: working days from its holiday file, and the ends of months.

Days are calendar dates in the regime's time zone. A year without a holiday file is not guessed at.
"""

from __future__ import annotations

from datetime import date, timedelta

from custody.policy.facts import Missing
from custody.policy.regime import Pack
from custody.terms import Text

_SATURDAY = 5


def is_working_day(pack: Pack, day: date) -> bool:
    """Return whether offices work on ``day``. Raises Missing when the year has no holiday file."""
    year = pack.holidays.years.get(f"{day.year:04}") if pack.holidays else None
    if year is None:
        what = Text(f"the working days of {day.year}", f"{day.year}年的工作日安排")
        raise Missing(what, "act")
    return day in year.workdays or (day.weekday() < _SATURDAY and day not in year.holidays)


def after_working_days(pack: Pack, day: date, count: int) -> date:
    """Return the ``count``-th working day after ``day``, which itself does not count. Raises Missing."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(pack, day)
    return day


def months_later(day: date, months: int) -> date:
    """Return the same day some months on, or the last of that month where it has no such day.

    So ends a period of months or years that began on ``day`` (Civil Code of the PRC, Art. 201 and 202).
    """
    month = day.year * 12 + day.month - 1 + months  # months since year 0
    first = date(month // 12, month % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def end_of_next_month(day: date) -> date:
    """Return the last day of the month after the month of ``day``."""
    month = day.year * 12 + day.month + 1  # months since year 0, of the month after the next
    return date(month // 12, month % 12 + 1, 1) - timedelta(days=1)
