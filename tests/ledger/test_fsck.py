"""The full check: a good log is good, and one wrong bit anywhere is found and named."""

from __future__ import annotations

import json
import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from ledger import api
from ledger.fsck.faults import Found
from ledger.fsck.run import check
from ledger.sealer import Sealer, connect_directly
from ledger.store import Store
from tests.databases import Database
from tests.ledger.scenes import draft, seal, write
from tests.scale import tries

TABLES = ("stream", "entry", "disclosure", "pending", "logindex", "logstate", "checkpoint")
UNBOUND = {
    # No hash can bind these, and none needs to: the order of waiting entries, the moment a row was written,
    # a takeover that did not happen, and whether somebody has stopped the sealer.
    ("pending", "position"),
    ("checkpoint", "at"),
    ("logstate", "epoch"),
    ("logstate", "frozen"),
    ("logstate", "id"),
}
FLIPS = {
    "uuid": "translate({c}::text, '0123456789abcdef', '1032547698badcfe')::uuid",
    "bytea": "set_bit({c}, mod({bit}, 8 * length({c})), 1 - get_bit({c}, mod({bit}, 8 * length({c}))))",
    "int8": "{c} # 65536",
    "bool": "NOT {c}",
    "timestamptz": "{c} + interval '1 microsecond'",
    "text": "overlay({c} PLACING chr(97 + mod(ascii(substr({c}, {at})) + 1, 26)) FROM {at} FOR 1)",
}


@pytest.fixture
def folder(log: str, settings: Any) -> Path:
    """The folder of a log with 300 sealed entries in five streams, three batches, and three that wait."""
    for number in range(3):
        api.append(*(draft(f"s{number + i % 3}", f"张三 {i}", personal=bool(i % 2)) for i in range(100)))
        seal()
    write("s1", 2)
    write("s2")
    return Path(settings.LEDGER_DIR)


def look(settings: Any, **options: Any) -> Found:
    return check(
        connect_directly, Store(Path(settings.LEDGER_DIR)), settings.KEYS_DIR, settings.TRUST_DIR, **options
    )


@contextmanager
def superuser(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """Somebody with full power, who has seen to it that no trigger fires."""
    with database.connect("superuser", autocommit=True) as admin:
        for table in TABLES:
            admin.execute(
                sql.SQL("ALTER TABLE {} DISABLE TRIGGER ALL").format(sql.Identifier(f"ledger_{table}"))
            )
        yield admin


def test_a_good_log_is_good_at_every_size(folder: Path, settings: Any) -> None:
    assert look(settings).as_json()["verdict"] == "good"
    for count in (1, 200, 9, 1):
        api.append(*(draft("grows") for _ in range(count)))
        seal()
        found = look(settings)
        assert (found.state, found.faults, found.notes) == ("ok", [], [])
    assert found.checked["entries"] == found.checked["journal entries"] == 514
    assert found.checked["values"] == 514 * 2
    assert found.checked["waiting"] == 0
    assert found.checked["checkpoints"] == 7
    assert found.checked["bundles"] >= 3


def test_an_empty_log_and_one_that_was_never_sealed_are_good(log: str, settings: Any) -> None:
    assert look(settings).state == "ok"
    write("a", 3)
    found = look(settings)
    assert (found.state, found.checked["waiting"]) == ("ok", 3)


def test_it_runs_while_the_sealer_works_and_finds_nothing(folder: Path, settings: Any) -> None:
    stop = threading.Event()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with Sealer.from_settings(batch=19) as sealer:
                while not stop.is_set():
                    api.append(*(draft(f"s{i}") for i in range(5)))
                    sealer.seal_once()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        found = [look(settings) for _ in range(tries(12, 150))]
    finally:
        stop.set()
        thread.join()
    assert failed == []
    assert [f.faults for f in found if f.faults] == []
    assert found[-1].checked["entries"] > found[0].checked["entries"]


def test_a_batch_that_is_sealed_while_the_files_are_listed_is_no_stranger(
    folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = os.walk

    def slowly(top: Any) -> Any:
        api.append(*(draft(f"late{i}") for i in range(5)))
        with Sealer.from_settings() as sealer:
            sealer.seal_once()
        return walk(top)

    monkeypatch.setattr("ledger.fsck.tree.os.walk", slowly)
    found = look(settings)
    assert found.faults == [] and found.state == "ok"


def test_each_column_of_each_row_that_differs_is_found_and_named(
    folder: Path, settings: Any, database_committed: Database, record_property: Callable[[str, object], None]
) -> None:
    chance, flips = random.Random(4), 0
    with superuser(database_committed) as admin:
        columns = admin.execute(
            """SELECT substr(table_name, 8), column_name, udt_name FROM information_schema.columns
                WHERE table_name = ANY (%s) AND table_schema = 'public' ORDER BY 1, 2""",
            [[f"ledger_{table}" for table in TABLES]],
        ).fetchall()
        assert len(columns) >= 30
        for table, column, kind in columns:
            if (table, column) in UNBOUND:
                continue
            for _ in range(tries(1, 12)):
                said = flip(admin, settings, chance, table, column, kind)
                assert said, f"a changed {table}.{column} was not found"
                flips += 1
    assert look(settings).state == "ok", "the test put everything back"
    record_property("flipped columns found", flips)


def flip(
    admin: psycopg.Connection[Any], settings: Any, chance: random.Random, table: str, column: str, kind: str
) -> list[str]:
    """Change one column of one row, look, put it back; return what was said."""
    name, col = sql.Identifier(f"ledger_{table}"), sql.Identifier(column)
    rows = admin.execute(
        sql.SQL("SELECT ctid::text FROM {} WHERE {} IS NOT NULL AND {}::text <> '' ORDER BY ctid").format(
            name, col, col
        )
    ).fetchall()
    if not rows:  # erased_by is empty everywhere: then something is put there
        rows = admin.execute(sql.SQL("SELECT ctid::text FROM {} ORDER BY ctid").format(name)).fetchall()
        change: sql.Composable = sql.SQL("gen_random_uuid()")
    else:
        at, bit = chance.randint(1, 20), chance.randrange(10_000)
        change = sql.SQL(
            FLIPS[kind].replace("{at}", f"least({at}, length({{c}}))").replace("{bit}", str(bit))
        ).format(c=col)
    (place,) = chance.choice(rows)
    (before,) = admin.execute(
        sql.SQL("SELECT {} FROM {} WHERE ctid = %s::tid").format(col, name), [place]
    ).fetchone() or (None,)
    admin.execute("ALTER TABLE ledger_disclosure DROP CONSTRAINT IF EXISTS ledger_disclosure_erased_says_by")
    updated = admin.execute(
        sql.SQL("UPDATE {} SET {} = {} WHERE ctid = %s::tid RETURNING ctid::text, {}").format(
            name, col, change, col
        ),
        [place],
    ).fetchone()
    assert updated is not None
    assert updated[1] != before
    found = look(settings)
    admin.execute(
        sql.SQL("UPDATE {} SET {} = %s WHERE ctid = %s::tid").format(name, col), [before, updated[0]]
    )
    assert found.state == "bad" or not found.counts
    return [fault.text() for fault in found.faults]


@pytest.mark.parametrize("table", ["entry", "logindex", "disclosure", "stream", "pending"])
def test_a_deleted_row_is_found(
    folder: Path, settings: Any, database_committed: Database, table: str
) -> None:
    with superuser(database_committed) as admin:
        admin.execute(
            sql.SQL("DELETE FROM {t} WHERE ctid = (SELECT max(ctid) FROM {t})").format(
                t=sql.Identifier(f"ledger_{table}")
            )
        )
    assert look(settings).state == "bad"


@pytest.mark.parametrize("order", ["ASC", "DESC"])
def test_a_checkpoint_row_that_is_gone_is_told(
    folder: Path, settings: Any, database_committed: Database, order: str
) -> None:
    """No fault: a sealer that was killed leaves the same, and the next one writes the row again."""
    with superuser(database_committed) as admin:
        admin.execute(
            sql.SQL(
                """DELETE FROM ledger_checkpoint
                    WHERE size = (SELECT size FROM ledger_checkpoint ORDER BY size {} LIMIT 1)"""
            ).format(sql.SQL(order))
        )
    found = look(settings)
    assert (found.state, len(found.notes)) == ("ok", 1)
    assert "ledger_checkpoint" in found.notes[0]


def test_a_value_that_nobody_committed_to_and_an_entry_from_nowhere_are_found(
    folder: Path, settings: Any, database_committed: Database
) -> None:
    with superuser(database_committed) as admin:
        admin.execute(
            """INSERT INTO ledger_disclosure (entry_id, name, digest, text, personal)
               SELECT entry_id, 'added', digest, text, personal FROM ledger_disclosure LIMIT 1"""
        )
        assert {fault.code for fault in look(settings).faults} == {"disclosure", "journal"}
        admin.execute("DELETE FROM ledger_disclosure WHERE name = 'added'")
        admin.execute(
            """INSERT INTO ledger_entry (id, stream_id, seq, at, leaf, leaf_hash)
               SELECT gen_random_uuid(), stream_id, 999, at, leaf, leaf_hash FROM ledger_entry LIMIT 1"""
        )
    (fault,) = look(settings).faults
    assert (fault.code, fault.got) == ("queue", "neither")


def test_a_value_emptied_without_an_order_is_found(
    folder: Path, settings: Any, database_committed: Database
) -> None:
    with superuser(database_committed) as admin:
        admin.execute(
            """UPDATE ledger_disclosure SET text = NULL, erased_by = gen_random_uuid()
                WHERE ctid = (SELECT min(ctid) FROM ledger_disclosure WHERE personal)"""
        )
    found = look(settings)
    assert {fault.code for fault in found.faults} == {"erasure"}
    assert "an entry that orders it" in found.faults[0].text()


def test_each_changed_byte_of_each_file_is_found(
    folder: Path, settings: Any, record_property: Callable[[str, object], None]
) -> None:
    chance, flips = random.Random(7), 0
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "mark.lock")
    kinds = {path.relative_to(folder).parts[0] for path in paths}
    assert kinds == {"tile", "journal", "mark", "checkpoint"}
    for path in paths:
        raw = path.read_bytes()
        # The last line of the mark is the epoch; a lower one is what any older mark would say.
        end = raw.rindex(b"\n", 0, -1) + 1 if path.name == "mark" else len(raw)
        for _ in range(tries(3, 300)):
            place = chance.randrange(end)
            changed = bytearray(raw)
            changed[place] ^= 1 << chance.randrange(8)
            path.write_bytes(changed)
            found = look(settings)
            assert found.state == "bad", f"{path.name}, byte {place}"
            assert any(path.name in fault.where or "journal" in fault.where for fault in found.faults)
            flips += 1
        path.write_bytes(raw)
    for path in paths:
        raw = path.read_bytes()
        for less in (raw[:-1], b"", raw + b"\n"):
            path.write_bytes(less)
            assert look(settings).state == "bad", path.name
        path.unlink()
        if not path.parent.name.endswith(".p") or "300" in path.name or path.name == "44":
            assert look(settings).state == "bad", path.name
        path.write_bytes(raw)
        flips += 3
    assert look(settings).state == "ok", "the test put everything back"
    record_property("changed bytes found", flips)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/002.p/7",
        "tile/3/000.p/1",
        "tile/x",
        "tile/entries/009",
        "journal/00000000/x",
        "tile/0/001.p/99",
    ],
)
def test_a_file_that_belongs_to_no_log_is_found(folder: Path, settings: Any, path: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(b"x" * 32)
    assert {fault.code for fault in look(settings).faults} == {"stray"}


def test_a_checkpoint_of_another_tree_with_our_own_key_is_found(folder: Path, settings: Any) -> None:
    from ledger import keys
    from ledger.tlog.checkpoint import Checkpoint
    from ledger.tlog.note import sign_note

    origin = (folder / "checkpoint").read_text("utf-8").split("\n")[0]
    signer = keys.log_signer(settings.KEYS_DIR, origin)
    other = sign_note(Checkpoint(origin, 300, b"\7" * 32).text(), signer)
    (folder / "checkpoint.witnessed").write_text(other, "utf-8")
    found = look(settings)
    assert {fault.code for fault in found.faults} == {"checkpoint"}
    assert "checkpoint.witnessed" in found.faults[0].where


def test_without_journal_key_trust_or_folder_it_says_that_it_cannot_tell(folder: Path, settings: Any) -> None:
    (settings.KEYS_DIR / "journal.key").unlink()
    found = look(settings)
    assert (found.state, len(found.unknown)) == ("unknown", 1)
    settings.LEDGER_DIR = folder / "nowhere"
    assert look(settings).state == "unknown"


# --- the command ---


def command(*options: str) -> tuple[int, str]:
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("ledger_fsck", *options, stdout=said)
    return int(ended.value.code or 0), said.getvalue()


def test_the_command_says_good_names_a_fault_and_freezes_the_log(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = command("--quiet")
    assert (code, said[:5]) == (0, "GOOD.")
    with monkeypatch.context() as patch:
        patch.setenv("LC_ALL", "zh_CN.UTF-8")
        assert "账本完整" in command("--quiet", "--quick")[1]
    assert api.health().frozen is None
    path = folder / "tile/0/000"
    raw = bytearray(path.read_bytes())
    raw[70] ^= 1
    path.write_bytes(raw)
    code, said = command("--json", "--quiet")
    told = json.loads(said)
    assert (code, told["verdict"]) == (1, "bad")
    assert told["faults"][0]["code"] == "tile"
    assert "tile/0/000, hash 2" in (api.health().frozen or "")
    with pytest.raises(api.FrozenError):
        seal()
    assert len(write("still-recorded")) == 1


def test_the_command_cannot_tell_without_the_log_folder(log: str, settings: Any) -> None:
    settings.LEDGER_DIR = Path("/nonexistent/ledger")
    code, said = command()
    assert (code, said[:11]) == (2, "CANNOT TELL")
