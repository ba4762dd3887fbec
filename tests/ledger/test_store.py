"""Files of the log: made once, never half, and one signer at a time. The journal forgives only an erasure."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ledger import journal
from ledger.errors import DisagreementError, JournalError
from ledger.store import Mark, Store

KEY = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "ledger")


def entry(number: int, text: str | None = "dGV4dA") -> journal.JournalEntry:
    erased_by = None if text else "01a1ff9b-cbe1-701e-bf49-927ed2edaeb9"
    item = journal.JournalDisclosure("note", f"digest-{number}", text, True, erased_by)
    return journal.JournalEntry(f"id-{number}", f"hash-{number}", "stream", (item,))


def test_a_file_is_made_once_and_never_changed(store: Store) -> None:
    assert store.create("tile/0/000", b"one")
    assert not store.create("tile/0/000", b"one")
    with pytest.raises(DisagreementError, match="tile/0/000"):
        store.create("tile/0/000", b"two")
    assert store.read("tile/0/000") == b"one"
    assert [path.name for path in (store.folder / "tile/0").iterdir()] == ["000"]


def test_what_a_killed_maker_left_is_swept_and_the_file_that_it_made_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the temporary name went, the file has two names: its bytes are not to be zeroed."""
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda *_: (_ for _ in ()).throw(OSError(5, "Input/output error")))
        with pytest.raises(OSError, match="Input/output"):
            store.create("journal/00/made", b"what nobody else keeps", 0o600)
    (half,) = (store.folder / "journal/00").glob(".*.tmp")
    (store.folder / "journal/00/.begun.1.tmp").write_bytes(b"half")
    assert half.stat().st_nlink == 2
    store.sweep("journal")
    assert [path.name for path in (store.folder / "journal/00").iterdir()] == ["made"]
    assert store.read("journal/00/made") == b"what nobody else keeps"


def test_makers_of_the_same_file_agree_or_one_is_told(store: Store) -> None:
    start = threading.Barrier(8)
    made: list[bool] = []
    told: list[DisagreementError] = []

    def work(number: int) -> None:
        start.wait()
        try:
            made.append(store.create("tile/0/000", b"odd" if number % 2 else b"even"))
        except DisagreementError as error:
            told.append(error)

    threads = [threading.Thread(target=work, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made.count(True) == 1
    assert len(told) == 4


def test_a_replaced_file_is_whole(store: Store) -> None:
    store.replace("checkpoint", b"one")
    store.replace("checkpoint", b"two")
    assert store.read("checkpoint") == b"two"
    assert [path.name for path in store.folder.iterdir()] == ["checkpoint"]


def test_partial_tiles_go_when_the_full_one_stands(store: Store) -> None:
    store.create("tile/0/000.p/1", b"x")
    store.create("tile/0/000.p/2", b"xy")
    store.drop_partials("tile/0/000")
    store.drop_partials("tile/0/001")
    assert list((store.folder / "tile/0").iterdir()) == []


def test_a_mark_reads_back(store: Store) -> None:
    assert store.mark() is None
    mark = Mark("localhost/ledger/0", 7, bytes(range(32)), 3)
    store.set_mark(mark)
    assert store.mark() == mark
    assert (store.folder / "mark").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("line", range(5))
@pytest.mark.parametrize("bad", ["", "-1", "07", "x"])
def test_a_damaged_mark_is_not_believed(store: Store, line: int, bad: str) -> None:
    lines = Mark("o", 7, bytes(32), 3).text().split("\n")
    lines[line] = bad
    store.replace("mark", "\n".join(lines).encode())
    if line == 1:  # any origin reads back; the sealer compares it
        return
    with pytest.raises(DisagreementError):
        store.mark()


def test_the_lock_of_the_signer_lets_one_in(store: Store) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        for _ in range(20):
            with store.locked():
                inside.append(number)
                most.append(len(inside))
                inside.remove(number)

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(most) == {1}
    assert len(most) == 80


def test_a_journal_file_of_an_interrupted_run_is_kept_if_it_says_the_same(store: Store) -> None:
    batch = [entry(4), entry(5)]
    path = journal.write(store, KEY, 4, batch)
    raw = store.read(path)
    assert journal.write(store, KEY, 4, batch) == path
    assert store.read(path) == raw
    assert journal.read(store, KEY, 4, 6) == batch


def test_the_journal_forgives_an_erasure_and_nothing_else(store: Store) -> None:
    journal.write(store, KEY, 0, [entry(0), entry(1)])
    journal.write(store, KEY, 0, [entry(0, None), entry(1)])
    for other in (
        [entry(0), entry(1, "b3RoZXI")],
        [entry(1), entry(0)],
        [entry(0), replace(entry(1), stream_name="else")],
        [entry(0), replace(entry(1), disclosures=())],
    ):
        with pytest.raises(DisagreementError, match="journal"):
            journal.write(store, KEY, 0, other)


def test_a_journal_file_opens_only_with_its_key_and_under_its_name(store: Store) -> None:
    path = journal.write(store, KEY, 0, [entry(0)])
    with pytest.raises(JournalError):
        journal.read(store, bytes(32), 0, 1)
    elsewhere = store.folder / journal.path_of(1, 2)
    elsewhere.write_bytes(store.read(path))
    with pytest.raises(JournalError):
        journal.read(store, KEY, 1, 2)
    elsewhere.write_bytes(store.read(path).replace(b" 0 1\n", b" 1 2\n", 1))
    with pytest.raises(JournalError):
        journal.read(store, KEY, 1, 2)
    with pytest.raises(FileNotFoundError):
        journal.read(store, KEY, 2, 3)
