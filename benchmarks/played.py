"""Tasks played at human speed: a demo under `bin/run` with a story put on it, and its people in Chromium."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.human import Newcomer, Shots, Tally
from config import bootstrap
from tests.browser.person import DESK, PHONE
from tests.chromium import FLAGS
from tests.config.test_run import Site, clean_environ


def asked(name: str, arguments: list[str], aim: int, width: int = DESK) -> argparse.Namespace:
    """Return what a script is asked for."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}")
    parser.add_argument("--language", choices=("en", "zh-hans"), default="en")
    parser.add_argument("--width", type=int, choices=(DESK, PHONE), default=width)
    parser.add_argument("--shots", type=Path, metavar="DIR", help="keep a picture of every page here")
    parser.add_argument("--fast", action="store_true", help="only add up the times of people")
    parser.add_argument("--aim", type=int, default=aim, metavar="S", help="seconds (%(default)s)")
    return parser.parse_args(arguments)


@contextmanager
def staged(folder: Path, story: str) -> Iterator[tuple[Site, Any]]:
    """Start a demo, run the story on it, give what its last line says in JSON; end the demo afterwards."""
    site = Site(folder / "var")
    try:
        site.start()
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", story],
            cwd=bootstrap.PROJECT,
            env={**clean_environ(), "HOLDFAST_VAR": str(site.var)},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        yield site, json.loads(done.stdout.splitlines()[-1])
    finally:
        if site.process is not None:
            site.process.terminate()
            site.process.wait(60)


def play(
    story: str,
    names: Sequence[str],
    given: argparse.Namespace,
    tasks: Callable[[list[Newcomer], Any, Path], list[Tally]],
    kind: type[Newcomer] = Newcomer,
) -> list[Tally]:
    """Let the people of these names do the tasks on a demo with this story; return what each task took.

    Raises SystemExit where there is no Chromium.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is not installed.")
    with tempfile.TemporaryDirectory(prefix="hfplay", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with staged(folder, story) as (site, told):
            return _in_the_browser(site, chromium, names, given, kind, lambda who: tasks(who, told, folder))


def _in_the_browser(
    site: Site,
    chromium: str,
    names: Sequence[str],
    given: argparse.Namespace,
    kind: type[Newcomer],
    tasks: Callable[[list[Newcomer]], list[Tally]],
) -> list[Tally]:
    os.environ |= {**bootstrap.environment(site.var), "HOLDFAST_DEMO": "1", "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
    import django
    from playwright.sync_api import sync_playwright

    django.setup()  # for the words of the screens
    shots = Shots(given.shots)
    phone = {"has_touch": True, "is_mobile": True} if given.width == PHONE else {}
    options: dict[str, Any] = {"fast": given.fast, "shots": shots, "width": given.width, **phone}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        stage = SimpleNamespace(site=site, browser=browser, pictures=None, origin="")
        people = [kind(stage, name, given.language, **options) for name in names]
        try:
            tallies = tasks(people)
        except Exception:
            shots.take(people[0].page, "where-it-ended")
            raise
        for person in people:
            person.leave()
        browser.close()
    return tallies


def table(tallies: list[Tally]) -> str:
    """Return the Markdown table with its sum."""
    lines = ["| what | clicks | keys | pages | person, s | of it reading | machine, s |"]
    lines.append("|---|" + "---:|" * 6)
    rows = [(t.what, t.clicks, t.keys, t.pages, t.human, t.reading, t.machine) for t in tallies]
    rows.append(("**all**", *(sum(column) for column in list(zip(*rows, strict=True))[1:])))
    lines += [f"| {w} | {c} | {k} | {p} | {h:.1f} | {r:.1f} | {m:.1f} |" for w, c, k, p, h, r, m in rows]
    return "\n".join(lines)
