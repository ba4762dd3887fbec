"""A new key of the log: the tree goes on, both keys are believed, and a kill anywhere is made good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from custody.applying.rows import APPLIES
from ledger import api, keys, models, trust
from ledger.errors import KeyFileError, RestoreError
from ledger.fsck.run import check
from ledger.outside import look
from ledger.rekey import changing
from ledger.sealer import Sealer, connect_directly
from ledger.store import Store
from ledger.tlog.errors import SignatureError
from tests.databases import Database
from tests.ledger.scenes import Killed, seal, write
from tests.ledger.test_sealer import check_log
from tests.ledger.town import Town

STEPS = ("key", "policy", "vkey", "aside", "swap")


@pytest.fixture
def folder(log: str, settings: Any) -> Path:
    """The folder of a log that has signed three entries, with one that waits."""
    write("a", 3)
    seal()
    write("a")
    return Path(settings.LEDGER_DIR)


def change(step: str = "") -> tuple[str, str]:
    """Change the key; with a step, be killed before it."""

    def at(name: str) -> None:
        if name == step:
            raise Killed(name)

    with changing(at) as done:
        pass
    return done.old, done.new


def vkey(settings: Any) -> str:
    return (settings.TRUST_DIR / "log.vkey").read_text().strip()


def good(folder: Path, settings: Any, size: int) -> None:
    """The log is whole and goes on, and the full check finds nothing."""
    while seal().taken:
        pass
    assert api.health().frozen is None
    check_log(folder, settings.TRUST_DIR, size)
    found = check(connect_directly, Store(folder), settings.KEYS_DIR, settings.TRUST_DIR)
    assert (found.faults, found.unknown) == ([], []), found.reason()


def test_the_tree_goes_on_under_the_new_key_and_what_the_old_one_signed_holds(
    folder: Path, settings: Any
) -> None:
    before, first = (folder / "checkpoint").read_bytes(), trust.load(settings.TRUST_DIR)
    old, new = change()
    assert (old, new) == (first.logs[0].verifier.vkey, vkey(settings)) and old != new
    assert not (settings.KEYS_DIR / keys.NEXT_KEY).exists()
    kept = list(settings.KEYS_DIR.glob("log-*.pem"))
    assert [path.stat().st_mode & 0o777 for path in kept] == [0o600]
    good(folder, settings, 4)
    both = trust.load(settings.TRUST_DIR)
    assert [log.verifier.vkey for log in both.logs] == [new, old]
    assert [both.open(note).checkpoint.size for note in (before, (folder / "checkpoint").read_bytes())] == [
        3,
        4,
    ]
    with pytest.raises(SignatureError) as refused:
        first.open((folder / "checkpoint").read_bytes())
    assert refused.value.code == "key", "who was not told of the new key is told to ask"


def test_it_may_be_changed_again_and_at_once(folder: Path, settings: Any) -> None:
    named = [change()[0], change()[0], change()[0], vkey(settings)]
    assert len(set(named)) == 4
    assert [log.verifier.vkey for log in trust.load(settings.TRUST_DIR).logs] == named[::-1]
    good(folder, settings, 4)


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_nothing_freezes_and_the_next_call_ends_it(
    folder: Path, settings: Any, step: str
) -> None:
    old = vkey(settings)
    with pytest.raises(Killed):
        change(step)
    try:
        seal()
    except KeyFileError as told:
        assert "change_log_key" in str(told)
        assert step in ("aside", "swap"), "until then the old key signs"
    assert api.health().frozen is None
    assert change()[0] == old
    assert old != vkey(settings)
    assert len(trust.load(settings.TRUST_DIR).logs) == 2, "the key that was made is the one that came"
    assert len(list(settings.KEYS_DIR.glob("log*"))) == 2
    good(folder, settings, 4)


def test_a_restore_believes_what_the_old_key_signed_last(folder: Path, settings: Any) -> None:
    change()
    found = look(Store(folder), settings.KEYS_DIR, settings.TRUST_DIR)
    assert found.checkpoint.size == 3


def stranger(settings: Any) -> None:
    """log.pem is not the key that verifiers were given."""
    (settings.KEYS_DIR / "log.pem").unlink()
    keys.make_next(settings.KEYS_DIR)
    (settings.KEYS_DIR / keys.NEXT_KEY).rename(settings.KEYS_DIR / "log.pem")


def unread(settings: Any) -> None:
    (settings.TRUST_DIR / "policy").write_text("quorum\n")


def frozen(settings: Any) -> None:
    with connect_directly() as db:
        db.execute("UPDATE ledger_logstate SET frozen = 'the mark file is missing.'")


@pytest.mark.parametrize(("hurt", "says"), [(stranger, "log key"), (unread, "policy"), (frozen, "frozen")])
def test_a_log_that_is_in_doubt_gets_no_new_key(folder: Path, settings: Any, hurt: Any, says: str) -> None:
    hurt(settings)
    before = {
        path: path.read_bytes() for at in (settings.KEYS_DIR, settings.TRUST_DIR) for path in at.iterdir()
    }
    with pytest.raises(RestoreError, match=says):
        change()
    after = {
        path: path.read_bytes() for at in (settings.KEYS_DIR, settings.TRUST_DIR) for path in at.iterdir()
    }
    assert after == before


def test_while_a_sealer_works_the_key_stays(folder: Path, settings: Any) -> None:
    old = vkey(settings)
    with Sealer.from_settings() as sealer:
        assert sealer.seal_once().leading
        with pytest.raises(RestoreError, match="sealer"):
            change()
    assert vkey(settings) == old


def test_a_published_checkpoint_of_a_stranger_freezes_after_a_change_too(folder: Path, settings: Any) -> None:
    change()
    path = folder / "checkpoint"
    path.write_bytes(path.read_bytes().replace(b"\n3\n", b"\n2\n"))
    with pytest.raises(api.FrozenError):
        seal()


@pytest.fixture
def town(log: str, settings: Any, tmp_path: Path) -> Iterator[Town]:
    with Town(settings, tmp_path) as town:
        town.policy("w0", 1)
        town.serve(0)
        write("a", 3)
        seal()
        town.ask(lambda: api.health().witnessed_size == 3)
        yield town


def test_a_witness_that_was_told_goes_on_and_one_that_was_not_stops_nothing(
    town: Town, settings: Any
) -> None:
    old, new = change()
    write("a", 2)
    assert seal().size == 5
    town.ask()
    health = api.health()
    assert (health.size, health.witnessed_size) == (5, 3)
    assert health.witnesses[0].silent_since is not None
    port = int(town.urls["w0"].rpartition(":")[2])
    town.silence(0)
    from ledger.cosigning import Witness
    from ledger.tlog.note import Verifier
    from ledger.witness import Server
    from tests.ledger.tlog.builders import WITNESSES

    both = [Verifier.from_vkey(key) for key in (old, new)]
    town.serve(0, lambda at: Server(at, Witness(WITNESSES[0], town.folder / "w0", both)), port)
    town.ask(lambda: api.health().witnessed_size == 5)


def test_the_change_is_an_entry_that_the_new_key_signs_first(
    folder: Path, settings: Any, capsys: Any, database_committed: Database
) -> None:
    old = vkey(settings)
    with pytest.raises(CommandError, match="whose order"):
        call_command("change_log_key", reason=" ", ordered_by="Zhang")
    assert vkey(settings) == old
    call_command("change_log_key", reason="the officer who knew it left", ordered_by="张三, director")
    said = capsys.readouterr().out
    assert old in said and vkey(settings) in said
    (entry,) = [e for e in api.run("system") if e.values.get("kind") == "log.key_changed/1"]
    assert {entry.values["old_key"], entry.values["new_key"]} == {old, vkey(settings)}
    assert models.Checkpoint.objects.count() == 1
    good(folder, settings, 5)
    assert "log.key_changed/1" in APPLIES, "it changes no row, and the full check of the tables reads past it"
