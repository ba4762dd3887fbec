"""Two people at once: two processes with connections of their own, let go at the same moment, round after
round."""

from __future__ import annotations

import atexit
import importlib
import os
import pickle
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, cast

from asgiref.local import Local
from django.conf import settings
from django.core.cache import caches
from django.db import connection, connections
from django.utils.functional import empty

from config.process import die_with

PROJECT = Path(__file__).resolve().parents[2]
LEAD, LATE = 0.004, 0.012  # seconds: until both have their act in hand; how late one of them may come
STEP, MOST = 0.004, 0.064  # seconds: what the first of a round gives away in the next; at most


@dataclass(frozen=True, slots=True)
class Failed:
    """What an act raised: errors with arguments of their own do not travel."""

    kind: str
    words: str


class Forge:
    """One process in which all is loaded and nothing is connected: runners are made by splitting off from it,
    since loading takes a hundred times as long as an act."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="forge"))
        ours, theirs = os.pipe()
        environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.actions.racing", str(self.address), str(theirs)],
            cwd=PROJECT,
            env=environ,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs],
        )
        os.close(theirs)
        with os.fdopen(ours, "rb") as ready:
            assert ready.read(1), "the forge did not come up"
        atexit.register(self.end)

    @property
    def address(self) -> Path:
        """Where it listens."""
        return self.folder / "socket"

    def end(self) -> None:
        """End it; runners end with their connections."""
        self.process.kill()
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


@cache
def forge() -> Forge:
    """Return the one of this test process, made when the first race is run."""
    return Forge()


class Runner:
    """One process that does acts as they come; it has nothing in common with us but the database."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.line = socket.socket(socket.AF_UNIX)
        self.line.connect(str(forge().address))
        self.stream = self.line.makefile("rwb")
        pickle.dump(dict(environ), self.stream)
        self.stream.flush()
        self.answer()  # it is ready

    def start(self, act: partial[Any], at: float) -> None:
        """Hand an act over that is to begin at a moment of the monotonic clock, which processes share."""
        pickle.dump((at, act), self.stream)
        self.stream.flush()

    def answer(self) -> Any:
        """Return what the act gave, or how it failed; when it was done stands in ``ended``."""
        self.ended, found = pickle.load(self.stream)  # noqa: S301 - our own process
        return found

    def end(self) -> None:
        """Close the line, and wait until the runner has closed its end, its connections before."""
        self.line.shutdown(socket.SHUT_WR)
        self.stream.read()
        self.stream.close()
        self.line.close()


class Pair:
    """Two runners; each round runs one act in each."""

    def __init__(self, runners: tuple[Runner, Runner], seed: int) -> None:
        self.runners = runners
        self.chance = random.Random(seed)
        self.head, self.step = 0.0, STEP

    def both(self, one: Callable[[], Any], other: Callable[[], Any]) -> tuple[Any, Any]:
        """Run two acts at once, one a little late by chance; give what each returned, or how it failed.

        The acts are partials of functions of a module, for they travel to other processes.
        """
        # Mostly so close that they meet; sometimes so far apart that on a busy machine either comes first.
        late = self.head + self.chance.uniform(-LATE, LATE) * self.chance.choice((1, 1, 4, 12))
        now = time.monotonic() + LEAD
        first, second = self.runners
        first.start(cast("partial[Any]", one), now + max(late, 0.0))
        second.start(cast("partial[Any]", other), now + max(-late, 0.0))
        found = first.answer(), second.answer()
        self._learn(first.ended < second.ended)
        return found

    def _learn(self, first_won: bool) -> None:
        """Let whoever was done first start later from now on, so that both orders are seen: one act takes
        longer than another, by more on a busy machine. Who wins again gives away twice as much."""
        step = STEP if first_won == (self.step < 0) else 2 * abs(self.step)
        self.step = min(step, MOST) * (1 if first_won else -1)
        self.head += self.step


@contextmanager
def pair(environ: Mapping[str, str], seed: int = 20261121) -> Iterator[Pair]:
    """Give two runners on a database that is committed to, and end them afterwards."""
    runners = Runner(environ), Runner(environ)
    try:
        yield Pair(runners, seed)
    finally:
        for runner in runners:
            runner.end()


class Crowd:
    """Several runners, each of which runs one act a round, all let go at about the same moment."""

    def __init__(self, runners: Sequence[Runner], seed: int) -> None:
        self.runners = runners
        self.chance = random.Random(seed)

    def all(self, acts: Sequence[Callable[[], Any]]) -> list[Any]:
        """Run an act in each runner; give what each returned, or how it failed, in their order."""
        now = time.monotonic() + LEAD
        for runner, act in zip(self.runners, acts, strict=True):
            runner.start(cast("partial[Any]", act), now + self.chance.uniform(0.0, LATE))
        return [runner.answer() for runner in self.runners]


@contextmanager
def crowd(environ: Mapping[str, str], size: int, seed: int = 20261129) -> Iterator[Crowd]:
    """Give so many runners on a database that is committed to, and end them afterwards."""
    runners = [Runner(environ) for _ in range(size)]
    try:
        yield Crowd(runners, seed)
    finally:
        for runner in runners:
            runner.end()


def deadlocks() -> int:
    """Return how many deadlocks the server has broken in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def serve(address: str, ready: int) -> None:
    """Load all that acts need, then split off a runner for each line that comes, until we are killed."""
    import django

    die_with(os.getppid())
    django.setup()
    importlib.import_module("config.urls")  # acts import as they go; what screens use is most of it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for runners
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        os.write(ready, b"1")
        os.close(ready)
        while True:
            line, _ = door.accept()
            if os.fork() == 0:
                door.close()
                run(line)
                os._exit(0)
            line.close()


def move_to(environ: Mapping[str, str]) -> None:
    """Have this process work where `environ` says, as if it had been started there."""
    os.environ.clear()
    os.environ.update({**environ, "DJANGO_SETTINGS_MODULE": "config.settings"})
    del sys.modules["config.settings"]
    settings._wrapped = empty
    handlers: tuple[Any, ...] = (connections, caches)
    for handler in handlers:
        handler._settings = None
        handler.__dict__.pop("settings", None)
        handler._connections = Local(handler.thread_critical)


def run(line: socket.socket) -> None:
    """Do what comes in, until the line is closed."""
    stream = line.makefile("rwb")
    move_to(pickle.load(stream))  # noqa: S301 - from the test that asked for us
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    _say(stream, "ready")
    while True:
        try:
            at, act = pickle.load(stream)  # noqa: S301 - from the test that asked for us
        except EOFError:
            connections.close_all()
            return
        time.sleep(max(at - time.monotonic(), 0.0))
        try:
            found = act()
        except Exception as error:
            found = Failed(type(error).__name__, str(error))
        _say(stream, found)


def _say(stream: Any, value: Any) -> None:
    stream.write(pickle.dumps((time.monotonic(), value)))
    stream.flush()


if __name__ == "__main__":
    from tests.actions import racing  # under its own name, which is what its answers are known by

    racing.serve(sys.argv[1], int(sys.argv[2]))
