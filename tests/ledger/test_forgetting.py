"""An erasure reaches the journal: the text is gone from the file and its old bytes, killed or not."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from ledger import api, journal, keys, models
from ledger.journal import JournalDisclosure
from ledger.restore import look_outside
from ledger.store import Store
from ledger.tlog import disclosure
from tests.databases import Database

from .scenes import FragileSealer, draft, erase, seal, seal_in_child, write

SECRET = "张三丰-unique-7f3a"


def texts(settings: Any) -> list[JournalDisclosure]:
    """Every disclosure that the journal holds."""
    store, key = Store(settings.LEDGER_DIR), keys.journal_key(settings.KEYS_DIR)
    found = []
    for start, end in journal.ranges(store):
        found += [d for entry in journal.read(store, key, start, end) for d in entry.disclosures]
    return found


def told(settings: Any) -> bool:
    """Whether the journal still tells the secret."""
    return any(d.text is not None and disclosure.parse(d.text).value == SECRET for d in texts(settings))


@pytest.fixture
def target(log: str, database_committed: Database) -> api.Recorded:
    """A sealed entry with a secret, among others."""
    write("a", 3)
    (secret,) = api.append(draft("a", SECRET, personal=True))
    seal()
    write("b", 2)
    seal()
    return secret


def test_the_next_pass_takes_the_text_out_of_the_journal_and_names_the_order(
    target: api.Recorded, database_committed: Database, settings: Any
) -> None:
    assert told(settings)
    order = erase(database_committed, target.id, "note")
    assert told(settings)
    seal()
    assert not told(settings)
    (gone,) = [d for d in texts(settings) if d.text is None]
    assert (gone.name, gone.erased_by) == ("note", str(order))
    assert not models.Forgetting.objects.exists()
    look_outside().verify()


def test_the_old_bytes_of_the_file_are_overwritten(
    target: api.Recorded, database_committed: Database, settings: Any
) -> None:
    folder = Path(settings.LEDGER_DIR)
    path = folder / journal.path_of(0, 4)
    before = path.read_bytes()
    kept = folder / "another-name-of-the-old-file"
    os.link(path, kept)  # the inode of before, seen after its name is gone
    leftover = path.with_name(".x.tmp")
    leftover.write_bytes(before)
    erase(database_committed, target.id, "note")
    seal()
    assert kept.read_bytes() == bytes(len(before))
    assert not leftover.exists()
    assert path.read_bytes() != before


@pytest.mark.parametrize("step", ["forget", "forgotten"])
def test_killed_on_the_way_the_next_pass_finishes(
    target: api.Recorded, database_committed: Database, settings: Any, step: str
) -> None:
    from django.db import connections

    erase(database_committed, target.id, "note")
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            with FragileSealer.from_settings() as sealer:
                sealer.at = lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == step else None
                sealer.seal_once()
        finally:
            os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert models.Forgetting.objects.exists()
    assert told(settings) is (step == "forget")
    seal()
    assert not told(settings)
    assert not models.Forgetting.objects.exists()
    assert api.health().frozen is None


def test_what_is_erased_before_it_was_sealed_never_reaches_the_journal(
    log: str, database_committed: Database, settings: Any
) -> None:
    (secret,) = api.append(draft("a", SECRET, personal=True))
    erase(database_committed, secret.id, "note")
    seal()
    seal()
    assert not told(settings)
    assert not models.Forgetting.objects.exists()


def test_erased_between_numbering_and_journal_it_is_gone_after_the_next_pass(
    log: str, database_committed: Database, settings: Any
) -> None:
    (secret,) = api.append(draft("a", SECRET, personal=True))
    for kill_at in range(1, 12):
        if seal_in_child(kill_at) and models.LogIndex.objects.exists():
            break
    erase(database_committed, secret.id, "note")
    seal()
    seal()
    assert not told(settings)
    assert not models.Forgetting.objects.exists()


def test_without_the_journal_file_the_log_freezes(
    target: api.Recorded, database_committed: Database, settings: Any
) -> None:
    (Path(settings.LEDGER_DIR) / journal.path_of(0, 4)).unlink()
    erase(database_committed, target.id, "note")
    with pytest.raises(api.FrozenError, match="journal"):
        seal()
