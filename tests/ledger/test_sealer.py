"""Sealing: every kill is survived, every contradiction freezes, two sealers never sign two trees."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connections
from psycopg import sql
from psycopg.types.json import Jsonb

from ledger import api, journal, keys, models
from ledger.sealer import LostLeadError, Sealer
from ledger.store import Mark, Store
from ledger.tlog import merkle, tiles
from ledger.tlog import policy as policies
from tests.databases import PROJECT, Database, Databases
from tests.ledger.scenes import FragileSealer, Killed, cut_leaders, draft, parts, seal, seal_in_child, write


def check_log(folder: Path, trust: Path, count: int) -> None:
    """All `count` entries are sealed, once, in order; all checkpoints are of one tree, as the files say."""
    policy = policies.parse((trust / "policy").read_bytes())
    newest = policy.open((folder / "checkpoint").read_bytes()).checkpoint
    assert newest.size == count
    read = tiles.TileReader(Store(folder).read, count)
    leaves = [
        bytes(row.entry.leaf) for row in models.LogIndex.objects.order_by("idx").select_related("entry")
    ]
    assert len(leaves) == count
    assert merkle.root_of(map(merkle.leaf_hash, leaves)) == newest.root == read.root()
    stored = []
    for start in range(0, count, tiles.WIDTH):
        path = tiles.entries_path(start // tiles.WIDTH, min(tiles.WIDTH, count - start))
        stored += tiles.decode_entries((folder / path).read_bytes())
    assert stored == leaves
    for row in models.Checkpoint.objects.all():
        opened = policy.open(row.note.encode()).checkpoint
        proof = merkle.consistency_proof(row.size, count, read)
        merkle.verify_consistency(row.size, bytes(row.root), count, newest.root, proof)
        assert (opened.size, opened.root) == (row.size, bytes(row.root))
    mark = Store(folder).mark()
    assert mark is not None
    assert (mark.size, mark.root) == (count, newest.root)
    assert models.Pending.objects.count() == models.Entry.objects.count() - count


def frozen(says: str) -> None:
    """A pass must end frozen for this reason, and the next one must not sign either."""
    before = [row.size for row in models.Checkpoint.objects.all()]
    for _ in range(2):
        with pytest.raises(api.FrozenError, match=says):
            seal()
    assert [row.size for row in models.Checkpoint.objects.all()] == before
    assert says.split(".*")[0] in (api.health().frozen or "")
    write("still-recorded")


@pytest.fixture
def folder(log: str, settings: Any) -> Path:
    """The log folder of a named log."""
    return Path(settings.LEDGER_DIR)


# --- the good day ---


def test_states_go_from_recorded_to_sealed(folder: Path, settings: Any) -> None:
    (first,) = write("a")
    assert api.state_of([first.id, first.stream]) == {first.id: api.EntryState("recorded")}
    assert (api.health().pending, api.checkpoint()) == (1, None)
    assert not api.wait_sealed(first.id, 0)
    assert seal().taken == 1
    write("b", 2)
    seal()
    assert api.state_of([first.id])[first.id] == api.EntryState("sealed", 0, 1)
    assert api.wait_sealed(first.id, 0)
    assert (api.health().pending, api.health().size, api.health().frozen) == (0, 3, None)
    at = api.checkpoint()
    assert at is not None
    assert (at.size, at.witnesses, at.witnessed) == (3, 0, False)
    check_log(folder, settings.TRUST_DIR, 3)


def test_a_log_grows_over_tile_borders_in_batches(folder: Path, settings: Any) -> None:
    for count, batch in ((255, 1000), (1, 10), (1, 10), (300, 97), (210, 256)):
        api.append(*(draft("a") for _ in range(count)))
        while seal(batch=batch).taken:
            check_log(folder, settings.TRUST_DIR, models.LogIndex.objects.count())
    assert models.LogIndex.objects.count() == 767
    assert not (folder / "tile/0/000.p").exists()
    assert not (folder / "tile/entries/001.p").exists()
    assert sorted(path.name for path in (folder / "tile/entries").iterdir()) == ["000", "001", "002.p"]


def test_an_idle_log_writes_nothing(folder: Path) -> None:
    assert seal().size == 0
    assert not (folder / "checkpoint").exists()
    write("a")
    seal()
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert (seal().taken, seal().size) == (0, 1)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_sealing_goes_on_while_others_write(folder: Path, settings: Any) -> None:
    def work() -> None:
        write("hot", 40)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    with Sealer.from_settings(batch=7) as sealer:
        while any(thread.is_alive() for thread in threads):
            sealer.seal_once()
        while sealer.seal_once().taken:
            pass
    check_log(folder, settings.TRUST_DIR, 120)


def test_the_journal_keeps_what_the_leaves_do_not_say(folder: Path, settings: Any) -> None:
    api.append(draft("project:1", "张三", personal=True))
    seal()
    write("b", 2)
    seal()
    key = keys.journal_key(settings.KEYS_DIR)
    (entry,) = journal.read(Store(folder), key, 0, 1)
    assert entry.stream_name == "project:1"
    assert [(d.name, d.personal) for d in entry.disclosures] == [("kind", False), ("note", True)]
    assert [d.text for d in entry.disclosures] == list(api.run("project:1")[0].disclosures)
    assert len(journal.read(Store(folder), key, 1, 3)) == 2
    raw = (folder / journal.path_of(0, 1)).read_bytes()
    kind = entry.disclosures[0].text
    assert kind is not None
    assert kind.encode() not in raw
    (folder / journal.path_of(0, 1)).write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    with pytest.raises(journal.JournalError):
        journal.read(Store(folder), key, 0, 1)


def test_what_is_erased_while_it_is_being_sealed_does_not_reach_the_journal(
    folder: Path, settings: Any, database_committed: Database
) -> None:
    (first,) = api.append(draft("a", "张三", personal=True))

    def erase(name: str) -> None:
        if name == "journal" and models.Disclosure.objects.filter(text=None).count() == 0:
            with database_committed.connect("eraser") as eraser:
                entry = uuid4()
                document = {"id": str(entry), "stream": "a", "tags": [], "disclosures": [parts("kind", "e")]}
                eraser.execute("SELECT ledger_append(%s)", [Jsonb([document])])
                eraser.execute("SELECT ledger_erase(%s, %s, %s)", [first.id, ["note"], entry])

    with FragileSealer.from_settings() as sealer:
        sealer.at = erase
        assert sealer.seal_once().taken == 1
    (entry,) = journal.read(Store(folder), keys.journal_key(settings.KEYS_DIR), 0, 1)
    assert [(d.name, d.text is None) for d in entry.disclosures] == [("kind", False), ("note", True)]


# --- kills ---


def test_a_kill_at_any_step_loses_and_doubles_nothing(folder: Path, settings: Any) -> None:
    total, kills, step = 0, 0, 1
    while True:
        api.append(*(draft(f"s{step % 3}") for _ in range(23)))
        total += 23
        killed = seal_in_child(step)
        connections.close_all()
        write("meanwhile")
        total += 1
        while seal().taken:
            pass
        check_log(folder, settings.TRUST_DIR, total)
        if not killed:
            break
        kills += 1
        step += 1
    assert kills >= 12


def test_an_error_at_any_step_is_taken_up_by_the_same_sealer(folder: Path, settings: Any) -> None:
    with FragileSealer.from_settings() as sealer:
        write("a")
        sealer.seal_once()
        write("a")
        del sealer.steps[:]  # type: ignore[attr-defined]
        sealer.seal_once()
        names = list(sealer.steps)  # type: ignore[attr-defined]
        for number in range(len(names)):
            write("a", 3)
            seen = 0

            def fail(name: str, number: int = number) -> None:
                nonlocal seen
                seen += 1
                if seen == number + 1:
                    raise Killed(name)

            sealer.at = fail
            with pytest.raises(Killed):
                sealer.seal_once()
            sealer.at = lambda name: None
            sealer.seal_once()
            check_log(folder, settings.TRUST_DIR, 2 + 3 * (number + 1))
    assert names[0] == "look"
    assert names[-1] == "done"


def test_a_full_disk_delays_and_loses_nothing(
    folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a", 3)
    full = OSError(28, "No space left on device")

    def fail(*args: Any, **kwargs: Any) -> None:
        raise full

    with monkeypatch.context() as patch:
        patch.setattr("ledger.store.write_temporary", fail)
        for _ in range(2):
            with pytest.raises(OSError, match="No space"):
                seal()
    assert (api.health().frozen, api.health().pending) == (None, 3)
    seal()
    check_log(folder, settings.TRUST_DIR, 3)


def test_sigterm_ends_the_command_cleanly_and_the_rest_is_sealed(
    log: str, database_committed: Database, settings: Any
) -> None:
    command = [sys.executable, str(PROJECT / "manage.py"), "ledger_seal"]
    process = subprocess.Popen(command, cwd=PROJECT, env=database_committed.environ)
    try:
        (recorded,) = write("a")
        assert api.wait_sealed(recorded.id, 30)
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()
    write("a", 2)
    seal()
    check_log(settings.LEDGER_DIR, settings.TRUST_DIR, 3)


# --- two sealers ---


def test_of_two_sealers_one_leads(folder: Path, settings: Any) -> None:
    with Sealer.from_settings() as one, Sealer.from_settings() as two:
        write("a")
        assert one.seal_once().leading
        assert not two.seal_once().leading
        one.close()
        write("a")
        time.sleep(0.2)
        assert two.seal_once().taken == 1
        assert not one.seal_once().leading
    assert models.LogState.objects.get().epoch == 2
    check_log(folder, settings.TRUST_DIR, 2)


@pytest.mark.parametrize("step", ["number", "commit", "tiles", "journal", "mark"])
def test_a_leader_that_was_overtaken_does_not_sign(
    folder: Path, settings: Any, database_committed: Database, step: str
) -> None:
    write("a", 2)
    seal()
    write("a")
    before = (folder / "checkpoint").read_bytes()

    def overtake(name: str) -> None:
        if name == step:
            with database_committed.connect("sealer") as other:
                other.execute("SET lock_timeout = '200ms'")
                try:
                    other.execute("UPDATE ledger_logstate SET epoch = epoch + 1")
                except psycopg.errors.LockNotAvailable:
                    raise LostLeadError("kept off by the row lock") from None

    with FragileSealer.from_settings() as slow:
        slow.at = overtake
        with pytest.raises(LostLeadError):
            slow.seal_once()
    assert (folder / "checkpoint").read_bytes() == before
    seal()
    check_log(folder, settings.TRUST_DIR, 3)


def test_a_leader_whose_connection_is_cut_does_not_sign(
    folder: Path, settings: Any, database_committed: Database
) -> None:
    write("a")

    def cut(name: str) -> None:
        if name == "mark":
            with database_committed.connect("superuser") as admin:
                cut_leaders(admin)

    with FragileSealer.from_settings() as sealer:
        sealer.at = cut
        with pytest.raises(psycopg.OperationalError):
            sealer.seal_once()
    assert not (folder / "checkpoint").exists()
    seal()
    check_log(folder, settings.TRUST_DIR, 1)


def test_sealers_started_at_once_seal_each_entry_once(folder: Path, settings: Any) -> None:
    write("a", 60)
    start = threading.Barrier(4)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with Sealer.from_settings(batch=5) as sealer:
                start.wait()
                for _ in range(20):
                    if sealer.seal_once().leading:
                        sealer.close()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    while seal().taken:
        pass
    check_log(folder, settings.TRUST_DIR, 60)


# --- contradictions ---


@pytest.fixture
def sealed(folder: Path) -> Path:
    """A log with 300 sealed entries and one that waits."""
    api.append(*(draft("a") for _ in range(300)))
    seal()
    write("a")
    return folder


@pytest.mark.parametrize("path", ["tile/0/001.p/44", "tile/1/000.p/1"])
def test_an_edited_tile_freezes(sealed: Path, path: str) -> None:
    raw = bytearray((sealed / path).read_bytes())
    raw[5] ^= 1
    (sealed / path).write_bytes(raw)
    frozen("tiles.*root")


def test_a_shortened_tile_freezes(sealed: Path) -> None:
    path = sealed / "tile/0/001.p/44"
    path.write_bytes(path.read_bytes()[:-1])
    frozen("tile/0/001.p/44")


def test_an_edited_entry_bundle_freezes(sealed: Path) -> None:
    path = sealed / "tile/entries/001.p/44"
    path.write_bytes(path.read_bytes().replace(b'"v":1', b'"v":2', 1))
    frozen("file tile/entries/001.p/44")


def test_a_tile_that_waits_for_us_with_other_content_freezes(sealed: Path) -> None:
    (sealed / "tile/0/001.p/45").write_bytes(b"x" * 45 * 32)
    frozen("file tile/0/001.p/45")


def test_wiped_tiles_freeze(sealed: Path) -> None:
    shutil.rmtree(sealed / "tile")
    frozen("tiles.*no file")


def test_a_wiped_folder_freezes(sealed: Path) -> None:
    shutil.rmtree(sealed)
    sealed.mkdir()
    frozen("mark file")


def test_a_missing_mark_freezes(sealed: Path) -> None:
    (sealed / "mark").unlink()
    frozen("mark file")


def test_an_old_mark_freezes(sealed: Path) -> None:
    old = (sealed / "mark").read_bytes()
    seal()
    write("a")
    (sealed / "mark").write_bytes(old)
    frozen("mark file")


@pytest.mark.parametrize("text", ["", "holdfast-mark/1\n", "x\n" * 5])
def test_a_broken_mark_freezes(sealed: Path, text: str) -> None:
    (sealed / "mark").write_text(text)
    frozen("mark file")


def test_an_old_checkpoint_file_freezes(sealed: Path) -> None:
    old = (sealed / "checkpoint").read_bytes()
    seal()
    write("a", 2)
    seal()
    write("a")
    (sealed / "checkpoint").write_bytes(old)
    frozen("published checkpoint")


def test_a_checkpoint_that_we_did_not_sign_freezes(sealed: Path) -> None:
    raw = (sealed / "checkpoint").read_bytes()
    (sealed / "checkpoint").write_bytes(raw.replace(b"\n300\n", b"\n299\n"))
    frozen("signature")


def test_a_key_that_verifiers_do_not_know_freezes(sealed: Path, settings: Any) -> None:
    (settings.KEYS_DIR / "log.pem").unlink()
    with pytest.raises(api.KeyFileError):
        seal()
    assert api.health().frozen is None
    vkey = (settings.TRUST_DIR / "log.vkey").read_text()
    (settings.TRUST_DIR / "log.vkey").unlink()
    keys.make_missing(settings.KEYS_DIR, settings.TRUST_DIR, vkey.split("+")[0])
    (settings.TRUST_DIR / "log.vkey").write_text(vkey)
    frozen("log key")


def test_a_second_deployment_on_the_same_folder_freezes(sealed: Path) -> None:
    mark = Store(sealed).mark()
    assert mark is not None
    Store(sealed).set_mark(Mark("elsewhere/ledger/0123456789abcdef", mark.size, mark.root, mark.epoch))
    frozen("origin")


@pytest.mark.parametrize("grown", [0, 1, 5])
def test_a_restored_old_database_freezes(
    sealed: Path, databases: Databases, database_committed: Database, grown: int
) -> None:
    name, old = (sql.Identifier(database_committed.name + tail) for tail in ("", "_old"))
    connections.close_all()
    databases.admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(old, name))
    write("a", 2)
    seal()
    connections.close_all()
    databases.admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
    databases.admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(old, name))
    write("other", grown)
    frozen("database")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE ledger_entry SET leaf = overlay(leaf PLACING 'x' FROM 9 FOR 1) WHERE seq = 300", "entry"),
        ("UPDATE ledger_entry SET at = at + interval '1 s' WHERE seq = 300", "entry"),
        ("UPDATE ledger_entry SET leaf_hash = sha256('') WHERE seq = 300", "entry"),
        ("UPDATE ledger_disclosure SET digest = repeat('A', 43) WHERE entry_id = NEWEST", "entry"),
        ("UPDATE ledger_disclosure SET name = 'k' WHERE name = 'kind' AND entry_id = NEWEST", "entry"),
        ("DELETE FROM ledger_disclosure WHERE entry_id = NEWEST", "entry"),
        ("UPDATE ledger_entry SET seq = 301 WHERE seq = 300", "entry.*predecessor"),
        ("UPDATE ledger_entry SET leaf = convert_to('x', 'UTF8') WHERE seq = 299", "entries/001"),
        ("UPDATE ledger_logindex SET leaf_hash = sha256('') WHERE idx = 299", "entry"),
        ("UPDATE ledger_logstate SET edge = edge || edge", "right edge"),
        ("UPDATE ledger_logstate SET size = 200", "database"),
        ("UPDATE ledger_logstate SET root = sha256('x')", "root"),
        ("UPDATE ledger_checkpoint SET root = sha256('x')", "published checkpoint"),
        ("DELETE FROM ledger_logindex WHERE idx = 299", "log index|entry"),
    ],
)
def test_an_edit_in_the_database_freezes(
    sealed: Path, database_committed: Database, change: str, says: str
) -> None:
    with database_committed.connect("superuser", autocommit=True) as admin:
        for table in ("entry", "disclosure", "logindex", "logstate", "checkpoint"):
            admin.execute(
                sql.SQL("ALTER TABLE {} DISABLE TRIGGER ALL").format(sql.Identifier(f"ledger_{table}"))
            )
        admin.execute(change.replace("NEWEST", "(SELECT id FROM ledger_entry WHERE seq = 300)"))
    before = (sealed / "checkpoint").read_bytes()
    with pytest.raises(api.FrozenError, match=says):
        seal()
    assert (sealed / "checkpoint").read_bytes() == before


def test_a_deleted_checkpoint_row_comes_back_as_it_was(
    sealed: Path, settings: Any, database_committed: Database
) -> None:
    before = api.checkpoint()
    with database_committed.connect("superuser", autocommit=True) as admin:
        admin.execute("ALTER TABLE ledger_checkpoint DISABLE TRIGGER ALL")
        admin.execute("DELETE FROM ledger_checkpoint")
    seal()
    check_log(sealed, settings.TRUST_DIR, 301)
    assert before is not None
    assert models.Checkpoint.objects.get(size=300).note == before.note
