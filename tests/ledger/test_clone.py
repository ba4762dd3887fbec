"""A whole deployment is copied, database, keys and folders, and both go on: who notices, and who does not."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings

from ledger import api, trust, witnessing
from ledger.monitor import Alarm, Copy, Monitor, Visit
from ledger.source import Folder
from ledger.tlog import merkle, tiles
from ledger.tlog import witness as messages
from ledger.tlog.checkpoint import parse
from ledger.tlog.verify import verify_bundle
from tests.conftest import FOLDERS
from tests.databases import PROJECT, Database, Databases, connected_to
from tests.ledger import running
from tests.ledger.scenes import seal, write
from tests.ledger.town import Town


class Copied:
    """The original, and from `copy` on the clone; `at(...)` makes one of them the site that works here."""

    def __init__(self, databases: Databases, original: Database, folder: Path, town: Town) -> None:
        self.databases, self.original, self.folder, self.town = databases, original, folder, town
        self.clone: Database | None = None

    @contextmanager
    def copy(self) -> Iterator[None]:
        """Copy all of it: nobody is connected, and all that was written is on both sides."""
        connections.close_all()
        for name in FOLDERS.values():
            shutil.copytree(self.original.folder / name, self.folder / name)
        with self.databases.fresh(self.folder, self.original.name) as self.clone:
            yield

    @contextmanager
    def at(self, clone: bool) -> Iterator[Database]:
        """Work at the clone, or at the original."""
        database = self.clone if clone else self.original
        assert database is not None
        folders = {setting: database.folder / name for setting, name in FOLDERS.items()}
        with connected_to(database), override_settings(**folders):
            yield database

    def goes_on(self, clone: bool, entries: int, until: Callable[[], bool] | None = None) -> None:
        """Record entries at one of them, seal them, and have the witnesses asked if there are any."""
        with self.at(clone):
            write("clone" if clone else "original", entries)
            seal()
            if until is not None:
                self.town.ask(until)


@pytest.fixture
def town(log: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(witnessing, "PACE", 0.01)
    with Town(settings, tmp_path) as town:
        yield town


@pytest.fixture
def copied(
    town: Town, databases: Databases, database_committed: Database, tmp_path_factory: pytest.TempPathFactory
) -> Copied:
    return Copied(databases, database_committed, tmp_path_factory.mktemp("clone"), town)


def witnessed(size: int) -> Callable[[], bool]:
    return lambda: api.health().witnessed_size == size


# --- with a witness ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["original", "clone"])
@pytest.mark.parametrize(("one", "other"), [(2, 1), (2, 2), (1, 2)])
def test_whoever_comes_second_to_the_witness_freezes_and_the_first_goes_on(
    copied: Copied, town: Town, first: str, one: int, other: int
) -> None:
    """The second has fewer entries than the witness saw, as many, or more."""
    town.policy("w0", 1)
    town.serve(0)
    write("a", 3)
    seal()
    town.ask(witnessed(3))
    late = first == "original"
    with copied.copy():
        copied.goes_on(not late, one, witnessed(3 + one))
        with pytest.raises(api.FrozenError, match="signed by this log's key"):
            copied.goes_on(late, other, lambda: False)
        with copied.at(late):
            health = api.health()
            assert health.frozen is not None
            assert f"a witness shows a checkpoint of size {3 + one} " in health.frozen
            assert "second site signs with the same key" in health.frozen
            assert (health.size, health.witnessed_size) == (3 + other, 3)
            entry = write("after", 1)[0].id  # no event is lost over it ...
            with pytest.raises(api.FrozenError):
                seal()
            assert api.state_of([entry])[entry].state == "recorded"  # ... and nothing more is signed
            (kept,) = (Path(town.settings.LEDGER_DIR) / "evidence").iterdir()
            assert parse(kept.read_bytes().decode().partition("\n\n")[0] + "\n").size == 3 + one
        copied.goes_on(not late, 1, witnessed(4 + one))
        with copied.at(not late):
            assert api.frozen() is None


def test_the_witness_itself_keeps_what_the_log_signed_twice(copied: Copied, town: Town) -> None:
    town.policy("w0", 1)
    write("a", 3)
    seal()
    with (
        running.witness(copied.folder / "hall", "witness.example/hall", [town.log_vkey]) as hall,
        copied.copy(),
    ):
        copied.goes_on(False, 2)
        copied.goes_on(True, 2)
        answers = []
        for clone in (False, True):
            with copied.at(clone):
                note = (Path(town.settings.LEDGER_DIR) / "checkpoint").read_bytes()
                for old in (0, 5):
                    answers.append(hall.post(messages.Request(old, (), note).encode()).status)
        assert answers == [200, 200, 409, 422], "cosigned, again; another size; another tree"
        copied.goes_on(True, 4)
        with copied.at(True):
            note = (Path(town.settings.LEDGER_DIR) / "checkpoint").read_bytes()
            tree = tiles.TileReader(lambda path: (Path(town.settings.LEDGER_DIR) / path).read_bytes(), 9)
            proof = tuple(merkle.consistency_proof(5, 9, tree))
            assert hall.post(messages.Request(5, proof, note).encode()).status == 422, (
                "its own proof is no help"
            )
        kept = list((copied.folder / "hall" / "state").rglob("evidence/*"))
        assert len(kept) == 2, "the fork at 5, and what grew from it"


def test_of_two_sites_at_work_at_once_one_freezes_and_one_goes_on(
    copied: Copied, town: Town, tmp_path: Path
) -> None:
    """Real sealers, each on its own copy, and one witness for both."""
    town.policy("w0", 1)
    town.serve(0)
    write("a", 3)
    seal()
    town.ask(witnessed(3))
    sealers = []
    with copied.copy():
        try:
            for clone in (False, True):
                with copied.at(clone) as database:
                    environ = {**database.environ, "HOLDFAST_WITNESSES": f"w0={town.urls['w0']}"}
                    command = [sys.executable, str(PROJECT / "manage.py"), "ledger_seal"]
                    sealers.append(
                        subprocess.Popen(command, cwd=PROJECT, env=environ, stderr=subprocess.DEVNULL)
                    )
            end = time.monotonic() + 90
            frozen: list[bool] = []
            while True not in frozen and time.monotonic() < end:
                frozen = []
                for clone in (False, True):
                    with copied.at(clone):
                        write("clone" if clone else "original")
                        frozen.append(api.frozen() is not None)
                time.sleep(0.1)
            assert sorted(frozen) == [False, True]
            with copied.at(not frozen[1]):
                last = write("original")[0].id
                assert api.wait_witnessed(last, 30), "it goes on"
        finally:
            for sealer in sealers:
                sealer.terminate()
            for sealer in sealers:
                sealer.wait(30)


# --- with a monitor ---------------------------------------------------------------------------------------


def visit(copied: Copied, clone: bool, keep: Path) -> Visit:
    with copied.at(clone) as database:
        policy = trust.load(database.folder / "trust")
        return Monitor(Folder(database.folder / "ledger"), Copy(keep), policy, 72 * 3600.0).visit()


@pytest.mark.parametrize(("one", "other"), [(2, 1), (2, 2), (1, 2), (300, 400)])
def test_a_monitor_that_followed_one_names_the_other(
    copied: Copied, tmp_path: Path, one: int, other: int
) -> None:
    write("a", 3)
    seal()
    keep = tmp_path / "keep"
    visit(copied, False, keep)
    with copied.copy():
        copied.goes_on(False, one)
        copied.goes_on(True, other)
        assert visit(copied, False, keep).size == 3 + one
        with pytest.raises(Alarm) as alarm:
            visit(copied, True, keep)
        assert alarm.value.code == ("shrunk" if other < one else "fork")
        assert alarm.value.evidence is not None
        shown = {path.name for path in alarm.value.evidence.iterdir()}
        assert shown == {"alarm.json", "checkpoint.kept", "checkpoint.new"}
        assert visit(copied, False, keep).new == 0, "it still follows the one that it followed"


# --- with neither -----------------------------------------------------------------------------------------


def test_without_witnesses_and_with_monitors_apart_nobody_notices(copied: Copied, tmp_path: Path) -> None:
    """What docs/ledger.md and THREAT_MODEL.md (15) say is not promised."""
    write("a", 3)
    seal()
    with copied.copy():
        notes = []
        for clone in (False, True):
            copied.goes_on(clone, 2)
            copied.goes_on(clone, 2)
            visit(copied, clone, tmp_path / f"keep{clone}")
            with copied.at(clone) as database:
                assert (api.health().frozen, api.health().size) == (None, 7)
                evidence = api.bundle(["a", "clone" if clone else "original"])
                judged = verify_bundle(evidence, trust.load(database.folder / "trust"))
                assert judged.state == "ok" and judged.trusted is not None
                notes.append(judged.trusted.checkpoint)
        assert notes[0].size == notes[1].size and notes[0].root != notes[1].root
        # Only who holds both checkpoints beside each other sees it.
        with pytest.raises(Alarm, match="two roots at 7"):
            visit(copied, True, tmp_path / "keepFalse")
