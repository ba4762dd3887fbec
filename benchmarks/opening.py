"""How long an old register of two thousand lines takes: read and judged, entered, judged by the rules.

python -m benchmarks.opening

A made-up register, ten copies to an item, every seventh line with a contractor, forty lines with a fault. The
peer is what one line alone costs.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable
from typing import Any

from benchmarks import site

LINES = 2_000


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what work gave, and the seconds that it took."""
    begin = time.perf_counter()
    found = work()
    return found, time.perf_counter() - begin


def taken(people: Any, code: str, lines: int) -> tuple[float, float, int]:
    """Read and enter a register of its own project; return both times and how many lines were entered."""
    from custody.actions import opening, opening_enter
    from custody.stories import cast
    from tests.old_register import csv, line, twenty_years

    project = cast.open_project(people, code, "Old register 旧登记簿")
    rows = twenty_years(lines)[0] if lines > 1 else [line(1)]
    raw, mei = csv(rows, "gb18030"), people.actor("mei")
    read, reading = timed(
        lambda: (
            opening.open_register(mei, project=project.id, name="Old", content=raw, filename="old.csv").object
        )
    )
    due = people.today + dt.timedelta(days=90)
    row, entering = timed(lambda: opening_enter.enter(mei, register=read.id, due=due).object)
    return reading, entering, row.entered


def measure() -> list[tuple[int, int, float, float]]:
    """Return lines, lines entered, and both times: of one line, and of all."""
    from custody.stories import cast

    people, found = cast.load(), []
    for code, lines in (("OLD-ONE", 1), ("OLD-ALL", LINES)):
        reading, entering, entered = taken(people, code, lines)
        found.append((lines, entered, reading, entering))
    return found


def main() -> int:
    """Measure and print the table; there is no limit."""
    with site.demo() as where:
        os.environ |= {**where.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
        import django

        django.setup()
        from django.db import connections

        rows = measure()
        connections.close_all()
    print(f"## An old register ({site.machine()})\n")
    print("| lines | entered | read and judged, s | entered, s |")
    print("|---:|---:|---:|---:|")
    for lines, entered, reading, entering in rows:
        print(f"| {lines:,} | {entered:,} | {reading:.2f} | {entering:.2f} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
