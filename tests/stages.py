"""What stands before a test begins, made once per test process: the cast, and the two scenes on top of it.

A stage is a database of its own, the folders that go with it, and what its maker returned. Nobody is
connected to it between tests: a test that is rolled back works in it, a test that commits in a copy of it.
"""

from __future__ import annotations

import copy
import datetime as dt
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.databases import TEMPLATE, Database, Databases, connected_to, let_go

FOLDERS = {
    "LEDGER_DIR": "ledger",
    "KEYS_DIR": "keys",
    "TRUST_DIR": "trust",
    "REPORTS_DIR": "reports",
    "FILES_DIR": "files",
}


@dataclass(frozen=True)
class Stage:
    """A database in which something stands, and what its maker returned: each test gets a copy."""

    database: Database
    kept: Any = field(repr=False)


def _cast(below: Any) -> Any:
    from custody.stories import cast

    return cast.enter(sign_ins=False)


def _screens(cast: Any) -> Any:
    from tests.web import scene

    return scene.set_up(cast)


def _acts(cast: Any) -> Any:
    from tests.actions import scenes

    return scenes.set_up(cast)


MAKERS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "cast": ("", _cast),
    "screens": ("cast", _screens),
    "acts": ("cast", _acts),
}
"""By name: the stage that it begins from, and what is done there."""
FIXTURES = {
    "screens_stage": "screens",
    "committed_screens_stage": "screens",
    "acts_stage": "acts",
    "cast": "cast",
    "committed_cast": "cast",
}
"""Which fixture asks for which stage, what stands on another first."""


class Stages:
    """The stages of one test process, each made when it is first asked for."""

    def __init__(self, databases: Databases, folder: Path, close: ExitStack) -> None:
        self._databases, self._folder, self._close = databases, folder, close
        self._made: dict[tuple[str, dt.date], Stage] = {}

    def get(self, name: str) -> Stage:
        """Return a stage; outside of any test's database, or in one that is put back afterwards. Where the
        cast lives a day begins while tests run: what was to last for the day before is over then."""
        from custody.stories import cast

        key = (name, cast.today())
        if key not in self._made:
            self._made[key] = self._make(*key)
        return self._made[key]

    def _make(self, name: str, day: dt.date) -> Stage:
        from django.test import override_settings

        from custody import regimes

        below, maker = MAKERS[name]
        start = self.get(below) if below else None
        folder = self._folder / f"{name}-{day}"
        lay_out(folder, start)
        template = start.database.name if start else TEMPLATE
        let_go()
        own = self._close.enter_context(self._databases.fresh(folder, template))
        fast = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # guards nothing
        places = {setting: folder / sub for setting, sub in FOLDERS.items()}
        regimes.forget()
        with connected_to(own), override_settings(PASSWORD_HASHERS=fast, **places):
            kept = maker(copy.deepcopy(start.kept) if start else None)
        return Stage(own, kept)


def bring_folders(source: Path, to: Path) -> None:
    """Copy the folders beside a database; one that nothing was ever written to need not exist."""
    for sub in FOLDERS.values():
        if (source / sub).exists():
            shutil.copytree(source / sub, to / sub, dirs_exist_ok=True)


def lay_out(folder: Path, stage: Stage | None) -> None:
    """Make the folders of a test, as they are on the stage that it begins from."""
    for sub in FOLDERS.values():
        if stage:
            shutil.copytree(stage.database.folder / sub, folder / sub)
        else:
            (folder / sub).mkdir(parents=True)
