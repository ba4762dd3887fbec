"""A lost log folder comes back from the database, as long as the database leads to what was signed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from custody.actions.restore import RestoreError, rewrite_log_folder
from ledger import api
from ledger.restore import look_outside
from tests.databases import Database
from tests.ledger.scenes import seal, write

WHY: dict[str, Any] = {"really": True, "reason": "the disk died", "ordered_by": "Guo An"}


def everything(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but the journal, whose nonces differ, and the empty lock."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "journal" not in path.parts and path.name != "mark.lock"
    }


@pytest.fixture
def folder(log: str, database_committed: Database, settings: Any) -> Path:
    """A log of 600 entries in three batches."""
    for count in (300, 299, 1):
        api.append(*[api.Draft(f"s{n % 7}", [api.Field("kind", "test/1")]) for n in range(count)])
        seal()
    return Path(settings.LEDGER_DIR)


@pytest.fixture
def log(database_committed: Database, settings: Any) -> str:
    """A log with an origin and keys."""
    return api.ensure_log("localhost")


@pytest.mark.parametrize("lost", ["tile", "journal", "tile/0", "tile/entries", "checkpoint"])
def test_what_was_wiped_is_written_again_byte_for_byte_and_sealing_goes_on(folder: Path, lost: str) -> None:
    before = everything(folder)
    path = folder / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert rewrite_log_folder(really=False).files
    assert not path.exists()
    assert rewrite_log_folder(**WHY).files
    assert {name: raw for name, raw in before.items() if name in everything(folder)} == everything(folder)
    outside = look_outside()
    outside.verify()
    assert outside.size == 600
    write("a")
    assert seal().size == 602
    assert api.health().frozen is None
    assert not rewrite_log_folder(really=False).files


def test_with_the_mark_lost_too_somebody_must_say_so(folder: Path) -> None:
    published = (folder / "checkpoint").read_text("utf-8")
    shutil.rmtree(folder)
    with pytest.raises(RestoreError, match="--mark-lost"):
        rewrite_log_folder(**WHY)
    assert rewrite_log_folder(**WHY, mark_lost=True, seen=[published]).mark_lost
    assert (folder / "checkpoint").read_text("utf-8") == published
    write("a")
    assert seal().size == 602


def test_a_file_that_is_no_checkpoint_is_refused_in_a_sentence(folder: Path, tmp_path: Path) -> None:
    (folder / "mark").unlink()
    seen = tmp_path / "photo.jpg"
    seen.write_bytes(b"\xff\xd8\xff")
    with pytest.raises(CommandError, match="not one of this log"):
        call_command("ledger_restore", "--log-folder", "--mark-lost", "--seen", str(seen))


def test_an_old_database_does_not_get_a_folder_of_its_own(
    folder: Path, database_committed: Database, databases: Any, tmp_path: Path
) -> None:
    from django.db import connections

    from tests.databases import connected_to

    connections.close_all()
    with databases.fresh(tmp_path, database_committed.name) as old:
        write("a")
        seal()
        newest = (folder / "checkpoint").read_text("utf-8")
        with connected_to(old):
            with pytest.raises(RestoreError, match="older"):
                rewrite_log_folder(**WHY)
            shutil.rmtree(folder)
            with pytest.raises(RestoreError, match="older"):
                rewrite_log_folder(**WHY, mark_lost=True, seen=[newest])
            assert not (folder / "mark").exists()


def test_an_edited_database_writes_nothing(folder: Path, database_committed: Database) -> None:
    shutil.rmtree(folder / "tile")
    with database_committed.connect("superuser") as admin:
        admin.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
        admin.execute("UPDATE ledger_entry SET at = at + interval '1 second' WHERE seq = 3")
    with pytest.raises(RestoreError, match="edited"):
        rewrite_log_folder(**WHY)
    assert not (folder / "tile").exists()


def test_a_changed_tile_is_refused_by_name(folder: Path) -> None:
    path = folder / "tile/0/000"
    path.write_bytes(bytes(len(path.read_bytes())))
    with pytest.raises(RestoreError, match="tile/0/000"):
        rewrite_log_folder(**WHY)


def test_a_frozen_log_goes_on_after_its_folder_is_whole_again(folder: Path, capsys: Any) -> None:
    shutil.rmtree(folder / "tile")
    write("a")
    with pytest.raises(api.FrozenError):
        seal()
    with pytest.raises(CommandError, match="--reason"):
        call_command("ledger_restore", "--log-folder", "--really")
    call_command("ledger_restore", "--log-folder")
    assert "CAN BE REWRITTEN" in capsys.readouterr().out
    call_command("ledger_restore", "--log-folder", "--really", "--reason", "r", "--ordered-by", "o")
    assert "REWRITTEN" in capsys.readouterr().out
    assert api.health().frozen is None
    assert seal().size == 602
    call_command("ledger_restore", "--log-folder")
    assert "lacks nothing" in capsys.readouterr().out
