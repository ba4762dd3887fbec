"""The mutation run: `python -m tests.mutation [--quick] [--jobs N] [PART...]`.

Tries every mutant of the files whose path has a PART in it, in that order; of all without one. A survivor
needs a reason in `survivors.yaml`; one without, and in a run of all a reason for what is no survivor, make it
fail. `--quick` asks examples, vectors and a few tests alone, for work on rules: what it calls alive may be
noticed at night.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import hypothesis
import pytest
import yaml

from tests.mutation.judges import PROJECT, QUICK, Court, arguments
from tests.mutation.mutants import POLICY, Mutant, mutants, targets

REASONS = Path(__file__).with_name("survivors.yaml")
SECONDS = 30, 600
"""A mutant may compute so long before examples and vectors, and before tests, however busy the machine is."""
ROOM = 2 << 30
"""It may take so many bytes more than it began with: one that only grows would take the machine's memory."""
WAIT = 10
"""It may wait for the machine so many times longer."""
COLUMNS = ("mutants", "by examples", "by tests", "by time", "alive", "could not be tried")


def say(what: str) -> None:
    """Tell how far it is, beside what is kept."""
    print(what, file=sys.stderr, flush=True)


def reasons() -> dict[str, str]:
    """Return why each survivor changes nothing, by its name."""
    groups = yaml.safe_load(REASONS.read_text("utf-8")) or []
    return {name: group["why"] for group in groups for name in group["mutants"]}


class Trial:
    """One mutant before the judges, in a process split off from ours."""

    def __init__(self, work: Callable[[], bool], seconds: int) -> None:
        self.reader, writer = os.pipe()
        self.until = time.monotonic() + seconds * WAIT
        self.process = os.fork()
        if self.process == 0:
            os.setpgid(0, 0)
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            room = ROOM + int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (room, room))
            null = os.open(os.devnull, os.O_RDWR)
            for stream in range(3):
                os.dup2(null, stream)
            noticed = True  # whatever breaks down is noticed
            with contextlib.suppress(BaseException):
                noticed = work()
            os.write(writer, b"n" if noticed else b"a")
            os._exit(0)
        os.close(writer)

    def awaited(self) -> str:
        """Wait for it and return what came of it."""
        select.select([self.reader], [], [], max(self.until - time.monotonic(), 0))
        return self.end()

    def end(self) -> str:
        """Return what came of it, when the pipe has something to say or its time is over."""
        ready = select.select([self.reader], [], [], 0)[0]
        said = os.read(self.reader, 1) if ready else b""
        os.close(self.reader)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        if not said:  # it was ended before it could speak
            return "by time"
        return "alive" if said == b"a" else "noticed"


class Run:
    """A pytest plugin: once the tests are collected, they judge mutants instead of being run."""

    def __init__(self, files: list[Path], *, whole: bool, jobs: int) -> None:
        self.files, self.whole, self.jobs = files, whole, jobs
        self.table: dict[str, Counter[str]] = {}
        self.survivors: list[Mutant] = []
        self.reasons = reasons()
        self.status = 1

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try all mutants."""
        begun = time.monotonic()
        self.court = Court(session, self.files)
        self.court.settle()
        if Trial(lambda: not self.court.is_content(), SECONDS[1]).awaited() != "alive":
            raise SystemExit("in a process of their own the judges are not content where nothing is broken")
        tests = len(self.court.light.tests) + len(self.court.heavy.tests)
        asked = f"{len(self.court.quick)} examples and vectors, {tests} tests"
        say(f"{asked}: all content after {time.monotonic() - begun:.0f} s")
        print("\n| file | " + " | ".join(COLUMNS) + " |\n|---|" + "---:|" * len(COLUMNS))
        for file in self.files:
            begun = time.monotonic()
            name = str(file.relative_to(POLICY))
            count = self.table[name] = Counter()
            alive = self._try(mutants(file), self.court.notices_quickly, SECONDS[0], "by examples", count)
            known = [m for m in alive if m.name in self.reasons]
            left = [m for m in alive if m.name not in self.reasons]
            left = self._try(left, self.court.notices_lightly, SECONDS[1], "by tests", count)
            if left and self.court.heavy.tests:
                self.court.call_all()
                left = self._try(left, self.court.notices, SECONDS[1], "by tests", count)
            found = known + left
            count["alive"] = len(found)
            count["mutants"] = count.total() - count["mutants"]  # some were tried more than once
            self.survivors += found
            self._row(name, count)
            say(f"{name}: {len(found)} alive after {time.monotonic() - begun:.0f} s")
            for mutant in sorted(found, key=lambda m: m.line):
                if mutant.name not in self.reasons:
                    say(f"  ALIVE line {mutant.line}: {mutant.name}")
        self.status = self._told()
        return True

    def _try(
        self,
        given: Iterable[Mutant],
        judge: Callable[[Mutant], bool],
        seconds: int,
        column: str,
        count: Counter[str],
    ) -> list[Mutant]:
        """Run trials side by side; return who is alive."""
        alive: list[Mutant] = []
        running: dict[int, tuple[Trial, Mutant]] = {}

        def wait(room: int) -> None:
            while len(running) > room:
                until = min(trial.until for trial, _ in running.values())
                ready = select.select(list(running), [], [], max(until - time.monotonic(), 0))[0]
                now = time.monotonic()
                for reader in [r for r, (trial, _) in running.items() if r in ready or trial.until <= now]:
                    trial, mutant = running.pop(reader)
                    came = trial.end()
                    count[column if came == "noticed" else came] += 1
                    if came == "alive":
                        alive.append(mutant)

        for mutant in given:
            count["mutants"] += 1
            if not self.court.can_try(mutant):
                count["could not be tried"] += 1
                say(f"  could not be tried: {mutant.name}")
                continue
            wait(self.jobs - 1)
            trial = Trial(lambda mutant=mutant: judge(mutant), seconds)  # type: ignore[misc]
            running[trial.reader] = trial, mutant
        wait(0)
        return alive

    def _row(self, name: str, count: Counter[str]) -> None:
        """Print a row of the table, as soon as it is known: the whole takes hours."""
        print(f"| {name} | " + " | ".join(str(count[c]) for c in COLUMNS) + " |", flush=True)

    def _told(self) -> int:
        """Print what all files come to and what is wrong; return the status."""
        total: Counter[str] = sum(self.table.values(), Counter())
        self._row("all", total)
        unexplained = [m for m in self.survivors if m.name not in self.reasons]
        names = {m.name for m in self.survivors}
        mine = [f"{file.relative_to(POLICY)} " for file in self.files]
        gone = [n for n in self.reasons if n not in names and (self.whole or n.startswith(tuple(mine)))]
        print(f"\n{len(names)} survivors, {len(unexplained)} without a written reason")
        for mutant in unexplained:
            print(f"no test notices, and no reason is given (line {mutant.line}): {mutant.name}")
        for name in gone:
            print(f"a reason is given for what is no survivor: {name}")
        return 1 if unexplained or gone or total["could not be tried"] else 0


def main(given: list[str]) -> int:
    """Try the mutants asked for; 0 when each survivor has its reason."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="examples, vectors and a few tests alone")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("parts", nargs="*")
    asked = parser.parse_args(given)
    files = list(dict.fromkeys(f for part in asked.parts or [""] for f in targets() if part in str(f)))
    # What is found broken need not be made small, nor be remembered; tests take their samples.
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile("mutants", deadline=None, database=None, phases=phases)
    hypothesis.settings.load_profile("mutants")
    os.environ.pop("HOLDFAST_FULL", None)
    sys.dont_write_bytecode = True
    run = Run(files, whole=not asked.parts, jobs=asked.jobs)
    tests = PROJECT / "tests" / "policy"
    pytest.main(arguments([tests / name for name in QUICK] if asked.quick else [tests]), plugins=[run])
    return run.status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
