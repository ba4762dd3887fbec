"""How much a test tries: a seeded sample, or with HOLDFAST_FULL=1 the full figure of `.ci/nightly`.

A sample is another each day, so that within some days all is tried by day too; each kind of case is in each.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

FULL = os.environ.get("HOLDFAST_FULL") == "1"
BY_HAND = os.environ.get("CI") != "true"
DAY = int(os.environ.get("HOLDFAST_DAY") or dt.datetime.now(dt.UTC).date().toordinal())
"""Which sample is tried. HOLDFAST_DAY, which a failed run names, tries the same again."""
MANY = 3
"""How many cases of one test, each on a database, `.ci/run` tries every day; of more, one in EVERY_OTHER.
Whoever runs a test by hand tries all."""
EVERY_OTHER = 4
TURNS = {
    test: int(days)
    for days, test in (
        line.split()
        for line in (Path(__file__).parent / "turns.txt").read_text().splitlines()
        if line[0] != "#"
    )
}
"""On one of how many days `.ci/run` tries each of the tests that take longest."""
T = TypeVar("T")


def tries(sample: int, full: int) -> int:
    """Return how many rounds or changes to try in this run."""
    return full if FULL else sample


def chance(what: object) -> random.Random:
    """Return what today's sample of something is drawn with."""
    return random.Random(f"{DAY} {what}")


def share(cases: Iterable[T], every: int, first: int = 0) -> list[T]:
    """Return every so many of the cases, at least one, and all within as many days; at night all at once."""
    given = list(cases)
    if FULL or not given:
        return given
    return given[(DAY + first) % every :: every] or [given[(DAY + first) % len(given)]]


def of_today(name: str, number: int = 0, every: int = EVERY_OTHER) -> bool:
    """Say whether the case of this number, of a test with many, is in today's share; each is within as many
    days, and tests begin with different ones."""
    return FULL or BY_HAND or (DAY + zlib.crc32(name.encode()) + number) % every == 0


def turn_of_today(name: str, days: int) -> bool:
    """Say whether a test that is tried on one of some days is tried today.

    Every twelve days its turn moves on by one: where its cases have days too, as `share` gives them 2, 3, 4
    or 12, each meets a turn.
    """
    return FULL or BY_HAND or (DAY + DAY // 12 + zlib.crc32(name.encode())) % days == 0
