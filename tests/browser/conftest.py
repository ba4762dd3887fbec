"""The product as a newcomer starts it, a browser, and the people in front of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser.person import Person
from tests.chromium import program
from tests.config.test_run import Site, clean_environ
from tests.databases import PROJECT

# A project with three copies for each language in which the job is played, one for the play without scripts,
# and one with a subcontract for the play without a mouse.
STAGE = """
from django.utils import timezone
from custody.actions import notices, registers
from custody.actions.base import Actor
from custody.stories import cast, told
people = cast.load()
for code in ("BR-EN", "BR-ZH", "BR-PLAIN", "BR-KEYS"):
    project = cast.open_project(people, code, "Sheet revision 图幅修测")
    cast.make_copies(people, project, code + "-SHEET", 3)
    registers.give_grant(Actor.setup(), person=people.people["jing"].id, project=project.id,
        starts=people.today, ends=people.today)
told.approved_hop(people, project, "westgate", "Scanning 扫描")
notices.tell(timezone.now())
"""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demo under `bin/run`: web, worker, sealer and servers, with the projects of these tests."""
    program()  # no site for nobody
    site = Site(tmp_path_factory.mktemp("site") / "var")
    site.start()
    try:
        subprocess.run(
            [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", STAGE],
            cwd=PROJECT,
            env={**clean_environ(), "HOLDFAST_VAR": str(site.var), "PYTHONDONTWRITEBYTECODE": "1"},
            check=True,
        )
        yield site
    finally:
        if site.process is not None:
            site.process.terminate()
            site.process.wait(60)


@dataclass
class Stage:
    """Lets people in, each in a browser of their own, and looks at every page that they pass."""

    site: Site
    browser: Any
    pictures: Path | None

    def enter(self, name: str, language: str, **browser: Any) -> Person:
        """Return a person of the cast before the first page; `name` is the user name, empty for a guest."""
        return Person(self, name, language, **browser)


@pytest.fixture
def enter(site: Site, chromium: Any) -> Iterator[Callable[..., Person]]:
    """Let people in; HOLDFAST_PICTURES names a folder that keeps a picture of each page."""
    pictures = os.environ.get("HOLDFAST_PICTURES")
    stage = Stage(site, chromium, Path(pictures) if pictures else None)
    people: list[Person] = []

    def let_in(name: str, language: str, **browser: Any) -> Person:
        people.append(stage.enter(name, language, **browser))
        return people[-1]

    yield let_in
    for person in people:
        person.leave()
