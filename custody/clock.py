"""The clock within which an authority is notified of an incident. Pure: every moment is an argument.

It starts at the time of the ledger entry of the report, which nobody can choose, and ends at that of the
first entry which says that the authority was notified, or that it was a false alarm. Hours are hours of UTC:
no change to summer time and no claimed time lengthens or shortens them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

STAGES = (50, 80, 100)
"""Per cent of the time that has gone when somebody is told."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that runs, or has been stopped."""

    started: dt.datetime
    hours: int
    stopped: dt.datetime | None = None

    @property
    def deadline(self) -> dt.datetime:
        """Return the last moment that is in time, in UTC."""
        return self.started.astimezone(dt.UTC) + dt.timedelta(hours=self.hours)

    @property
    def runs(self) -> bool:
        """Return whether nobody has notified the authority yet."""
        return self.stopped is None

    def late(self, now: dt.datetime) -> bool:
        """Return whether the deadline passed before it was stopped; once so, it stays so."""
        return (self.stopped or now) > self.deadline

    def left(self, now: dt.datetime) -> dt.timedelta:
        """Return how much time is or was left; negative when it is over."""
        return self.deadline - (self.stopped or now)

    def percent(self, now: dt.datetime) -> int:
        """Return how much of the time has gone, in whole per cent, never less than nothing."""
        gone = max((self.stopped or now) - self.started, dt.timedelta())
        return int(gone * 100 // dt.timedelta(hours=self.hours))

    def stage(self, now: dt.datetime) -> int | None:
        """Return the highest of STAGES that a running clock has reached; None before the first."""
        if not self.runs:
            return None
        percent = self.percent(now)
        return max((stage for stage in STAGES if percent >= stage), default=None)
