"""Two people at once: two processes with connections of their own, let go at the same moment, round after
round."""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.db import connection

PROJECT = Path(__file__).resolve().parents[2]
LEAD, LATE = 0.004, 0.012  # seconds: until both have their act in hand; how late one of them may come


@dataclass(frozen=True, slots=True)
class Failed:
    """What an act raised: errors with arguments of their own do not travel."""

    kind: str
    words: str


class Runner:
    """One process that does acts as they come; it has nothing in common with us but the database."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.actions.racing"],
            cwd=PROJECT,
            env={**environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.answer()  # it is ready

    def start(self, act: partial[Any], at: float) -> None:
        """Hand an act over that is to begin at a moment of the monotonic clock, which processes share."""
        pickle.dump((at, act), cast(BinaryIO, self.process.stdin))
        cast(BinaryIO, self.process.stdin).flush()

    def answer(self) -> Any:
        """Return what the act gave, or how it failed."""
        return pickle.load(cast(BinaryIO, self.process.stdout))  # noqa: S301 - our own process

    def end(self) -> None:
        """Close its input, which ends it."""
        cast(BinaryIO, self.process.stdin).close()
        self.process.wait(30)
        cast(BinaryIO, self.process.stdout).close()


class Pair:
    """Two runners; each round runs one act in each."""

    def __init__(self, runners: tuple[Runner, Runner], seed: int) -> None:
        self.runners = runners
        self.chance = random.Random(seed)

    def both(self, one: Callable[[], Any], other: Callable[[], Any]) -> tuple[Any, Any]:
        """Run two acts at once, one a little late by chance; give what each returned, or how it failed.

        The acts are partials of functions of a module, for they travel to other processes.
        """
        late, now = self.chance.uniform(-LATE, LATE), time.monotonic() + LEAD
        first, second = self.runners
        first.start(cast("partial[Any]", one), now + max(late, 0.0))
        second.start(cast("partial[Any]", other), now + max(-late, 0.0))
        return first.answer(), second.answer()


@contextmanager
def pair(environ: Mapping[str, str], seed: int = 20261121) -> Iterator[Pair]:
    """Give two runners on a database that is committed to, and end them afterwards."""
    runners = Runner(environ), Runner(environ)
    try:
        yield Pair(runners, seed)
    finally:
        for runner in runners:
            runner.end()


def deadlocks() -> int:
    """Return how many deadlocks the server has broken in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def run() -> None:
    """Do what comes in, until the input ends."""
    import django

    django.setup()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    answers, acts = sys.stdout.buffer, sys.stdin.buffer
    sys.stdout = sys.stderr
    _say(answers, "ready")
    while True:
        try:
            at, act = pickle.load(acts)  # noqa: S301 - from the test that started us
        except EOFError:
            return
        time.sleep(max(at - time.monotonic(), 0.0))
        try:
            found = act()
        except Exception as error:
            found = Failed(type(error).__name__, str(error))
        _say(answers, found)


def _say(stream: BinaryIO, value: Any) -> None:
    stream.write(pickle.dumps(value))
    stream.flush()


if __name__ == "__main__":
    from tests.actions import racing  # under its own name, which is what its answers are known by

    racing.run()
