"""The home page of a real site on its first day is sound: both languages, on desk and phone."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Stage
from tests.browser.person import Person
from tests.config.test_first_run import PASSWORDS, Terminal, answered

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


def test_the_checklist_of_a_new_site_is_sound(chromium: Any) -> None:
    folder = Path(tempfile.mkdtemp(prefix="hfnew"))
    folder.chmod(0o755)
    pictures = os.environ.get("HOLDFAST_PICTURES")
    terminal = Terminal(folder / "var", "--new")
    try:
        answered(terminal)
        terminal.until("Ctrl-C")
        stage = Stage(terminal, chromium, Path(pictures) if pictures else None)  # type: ignore[arg-type]
        for name, password, language in (("ann", PASSWORDS[0], "en"), ("ben", PASSWORDS[1], "zh-hans")):
            person = Person(stage, name, language)
            person.go("/")
            person.fill(login=name, password=password)
            person.press("Sign in")
            person.reads("Up to the first handoff: %(done)d of %(all)d steps done", done=0, all=10)
            person.follow(person.word("Record a certificate and have it verified"))
            person.leave()
    finally:
        terminal.end()
        shutil.rmtree(folder)
