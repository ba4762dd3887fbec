"""A journal with a hole restores nothing, and says which entries are missing and what helps."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from custody import models as m
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from ledger import api, journal
from ledger.checking import check_everything
from ledger.store import Store
from tests.backups import in_use
from tests.databases import Database, Databases, connected_to
from tests.ledger.scenes import seal
from tests.scale import share

WHY = ("--really", "--reason", "the disk died", "--ordered-by", "Guo An")


@pytest.fixture
def files(played: people.Cast, empty: Database, settings: Any) -> list[Path]:
    """The journal in six files, in order."""
    settings.VAR = empty.folder
    for number in range(5):
        people.open_project(played, f"LH-{number + 2}", "One more batch")
        seal()
    store = Store(settings.LEDGER_DIR)
    found = [store.folder / journal.path_of(first, after) for first, after in journal.ranges(store)]
    assert len(found) == 6
    return found


def entries_of(path: Path) -> str:
    """The entries that a file is named by, as an operator reads them: 17-23."""
    first, after = map(int, path.name.split("-"))
    return f"{first}-{after - 1}"


def refused() -> str:
    """What the operator is told; nothing was changed."""
    with pytest.raises(CommandError) as told:
        call_command("ledger_restore", *WHY)
    assert not m.Site.objects.exists()
    assert api.health().size == 0
    return str(told.value)


@pytest.mark.parametrize(
    "lost",
    share([[0], [2], [5], [1, 3], [2, 3], [0, 1, 2, 3, 4, 5]], 2),
    ids=lambda which: "-".join(map(str, which)),
)
def test_a_hole_is_named_by_its_entries_and_filled_from_a_copy(
    lost: list[int], files: list[Path], empty: Database, tmp_path_factory: Any, settings: Any
) -> None:
    copy = shutil.copytree(settings.LEDGER_DIR / "journal", tmp_path_factory.mktemp("copy") / "journal")
    for number in lost:
        files[number].unlink()
    with connected_to(empty):
        told = refused()
        named = re.search(r"these entries: ([0-9, -]+)\.", told)
        assert named is not None
        missing = {
            entry
            for hole in named[1].split(", ")
            for first, last in [map(int, hole.split("-"))]
            for entry in range(first, last + 1)
        }
        for number, path in enumerate(files):
            first, last = map(int, entries_of(path).split("-"))
            assert (missing >= set(range(first, last + 1))) == (number in lost)
        # As the sentence says: what is missing is put back from the copy, what is there is left.
        for number in lost:
            shutil.copy2(copy / files[number].relative_to(settings.LEDGER_DIR / "journal"), files[number])
        call_command("ledger_restore", *WHY)
        assert m.Project.objects.filter(code__startswith="LH-").count() == 6
        assert list(compare(rebuild())) == []


def test_two_holes_are_told_at_once(files: list[Path], empty: Database) -> None:
    files[1].unlink()
    files[3].unlink()
    with connected_to(empty):
        assert f"these entries: {entries_of(files[1])}, {entries_of(files[3])}." in refused()


def test_while_the_database_is_there_the_log_folder_gets_its_journal_back_from_it(
    files: list[Path], empty: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (files[1], files[3], files[5]):
        path.unlink()
    with pytest.raises(CommandError, match="--log-folder"):
        call_command("ledger_restore", "--old-database", *WHY)
    call_command("ledger_restore", "--log-folder", *WHY)
    assert "REWRITTEN: 3 files" in capsys.readouterr().out
    assert all(path.exists() for path in files)
    assert check_everything().found.faults == []
    seal()
    with connected_to(empty):
        call_command("ledger_restore", *WHY)
        assert m.Project.objects.filter(code__startswith="LH-").count() == 6
        assert list(compare(rebuild())) == []


def test_an_older_copy_of_the_database_fills_no_hole_and_nobody_is_told_that_it_does(
    files: list[Path], played: people.Cast, empty: Database, databases: Databases
) -> None:
    with databases.fresh(empty.folder, in_use(empty).name) as copy:
        people.open_project(played, "LH-LATER", "After the copy")
        seal()
        files[2].unlink()
        with connected_to(copy):
            with pytest.raises(CommandError) as told:
                call_command("ledger_restore", "--old-database", *WHY)
            assert entries_of(files[2]) in str(told.value)
            with pytest.raises(CommandError, match="older than what was signed"):
                call_command("ledger_restore", "--log-folder", *WHY)
            assert not files[2].exists()
            assert not m.Project.objects.filter(code="LH-LATER").exists()
