"""What the notes say of accepted results (SUB-01): submitted within three months, by the calendar. Nothing
here looks at the product."""

from __future__ import annotations

import datetime as dt

DAY = dt.timedelta(days=1)
MONTHS, WARNED = 3, 30
"""SMR 9; and the days before the last one from which house policy says so."""


def last_day(accepted: dt.date) -> dt.date:
    """The day on which the time is over, found day by day: the first one in the third month after that is of
    the same number, or the last of that month where it has no such day (Civil Code 202)."""
    day, gone = accepted, 0
    while gone < MONTHS:
        day += DAY
        gone += day.day == 1
    while day.day < accepted.day and (day + DAY).month == day.month:
        day += DAY
    return day


def said(accepted: dt.date | None, submitted: dt.date | None, today: dt.date) -> str:
    """What is to be said of a project's results on a day; empty: nothing."""
    if accepted is None or submitted is not None:
        return ""
    left = (last_day(accepted) - today).days
    return "overdue" if left < 0 else "soon" if left <= WARNED else ""
