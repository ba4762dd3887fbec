"""Keeping periods: how long a regime wants the records of a project to stay as they are.

The days are calendar dates in the regime's time zone.
"""

from __future__ import annotations

from datetime import date, timedelta

from custody.policy.regime import Keeping, Pack


def binding(pack: Pack, level: str) -> Keeping | None:
    """Return the period that binds a project whose ceiling is ``level``; None when the regime names none.

    A level that the regime does not know counts as the highest: whoever cannot tell keeps.
    """
    keeping = pack.keeping
    if keeping is None or keeping.from_level is None:
        return keeping
    ranks = {level.id: level.rank for level in pack.levels}
    lowest = ranks[keeping.from_level]
    return keeping if ranks.get(level, lowest) >= lowest else None


def first_free_day(keeping: Keeping, last: date) -> date | None:
    """Return the first day on which what was last recorded on ``last`` need not be kept; None: never.

    The day itself does not count, and the period ends with the same day of its last year, or with the last of
    the month where there is no such day (Civil Code of the PRC, Art. 201 and 202).
    """
    if keeping.years is None:
        return None
    year = last.year + keeping.years
    try:
        end = last.replace(year=year)
    except ValueError:  # 29 February
        end = date(year, 2, 28)
    return end + timedelta(days=1)
