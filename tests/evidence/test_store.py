"""Evidence files in their folder: sealed, bound to their place, capped, and gone when their key is."""

from __future__ import annotations

import hashlib
import os
import random
import stat
import threading
import uuid
from pathlib import Path

import pytest

from custody.evidence.frames import FRAME_BYTES, TAG_BYTES, SealedError
from custody.evidence.store import ABANDONED_SECONDS, NoFile, Received, Store, TooLarge

PDF = b"%PDF-1.7\nlicence of Nine Dragons\n"
HEADER = 24
SEALED_FRAME = FRAME_BYTES + TAG_BYTES


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files", tmp_path / "keys", 5_000_000)


def put(store: Store, data: bytes, piece: int = 70_000) -> Received:
    incoming = store.begin(uuid.uuid4())
    for start in range(0, len(data), piece):
        incoming.write(data[start : start + piece])
    return incoming.finish()


def sealed(store: Store, got: Received) -> Path:
    return next(store.folder.glob(f"*/{got.id}.new"))


@pytest.mark.parametrize("length", [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES])
def test_what_was_put_in_comes_out_and_its_hash_was_taken_on_the_way(store: Store, length: int) -> None:
    data = os.urandom(length)
    got = put(store, data)
    assert (got.sha256, got.length) == (hashlib.sha256(data).hexdigest(), length)
    assert b"".join(store.read(got.id)) == data
    store.check(got.id, got.sha256, got.length)
    store.keep(got.id)
    store.keep(got.id)
    assert b"".join(store.read(got.id)) == data


def test_a_thief_of_the_disk_finds_no_plain_text_and_no_name_anybody_gave(store: Store) -> None:
    got = put(store, PDF * 10_000)
    store.put_page(got.id, 1, "l", b"\x89PNG picture of Nine Dragons")
    for path in store.folder.rglob("*"):
        if path.is_file():
            assert b"Nine Dragons" not in path.read_bytes()
            assert path.name.startswith(str(got.id))
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_beyond_the_limit_is_refused_while_it_comes_and_leaves_nothing(store: Store) -> None:
    incoming = store.begin(uuid.uuid4())
    incoming.write(bytes(store.limit))
    with pytest.raises(TooLarge):
        incoming.write(b"x")
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (PDF, "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"II*\x00....", "image/tiff"),
        (b"<html>%PDF-1.7", "application/octet-stream"),
        (b"PK\x03\x04", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_what_a_file_is_is_told_from_its_bytes(store: Store, head: bytes, told: str) -> None:
    assert put(store, head, piece=3).media_type == told


def test_no_changed_file_opens_of_two_thousand(store: Store) -> None:
    chosen = random.Random(7)
    data = os.urandom(2 * FRAME_BYTES + 1000)
    got = put(store, data)
    path = sealed(store, got)
    whole = path.read_bytes()
    accepted = 0
    for _ in range(2000):
        changed = bytearray(whole)
        kind = chosen.randrange(4)
        at = chosen.randrange(len(changed))
        if kind == 0:
            changed[at] ^= 1 << chosen.randrange(8)
        elif kind == 1:
            del changed[at:]
        elif kind == 2:
            changed[at:at] = os.urandom(chosen.randrange(1, 40))
        else:
            del changed[at : at + chosen.randrange(1, 40)]
        path.write_bytes(changed)
        try:
            store.check(got.id, got.sha256, got.length)
            accepted += 1
        except SealedError:
            pass
    assert accepted == 0


def frames(whole: bytes) -> tuple[bytes, list[bytes]]:
    body = whole[HEADER:]
    return whole[:HEADER], [body[n : n + SEALED_FRAME] for n in range(0, len(body), SEALED_FRAME)]


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 0, 1, 2), (0, 2), (0, 1), (0,), (), (0, 1, 2, 2), (2,)])
def test_frames_swapped_doubled_left_out_or_cut_off_do_not_open(store: Store, order: tuple[int, ...]) -> None:
    got = put(store, os.urandom(2 * FRAME_BYTES + 1000))
    head, parts = frames(sealed(store, got).read_bytes())
    assert len(parts) == 3
    sealed(store, got).write_bytes(head + b"".join(parts[n] for n in order))
    with pytest.raises(SealedError):
        list(store.read(got.id))


def test_a_frame_of_another_file_does_not_open(store: Store) -> None:
    one, two = (put(store, os.urandom(FRAME_BYTES + 9)) for _ in range(2))
    head, mine = frames(sealed(store, one).read_bytes())
    _, others = frames(sealed(store, two).read_bytes())
    sealed(store, one).write_bytes(head + mine[0] + others[1])
    with pytest.raises(SealedError):
        list(store.read(one.id))


def test_one_file_in_the_place_of_another_does_not_open_even_with_its_key(store: Store) -> None:
    one, two = put(store, PDF), put(store, PDF + b"!")
    sealed(store, one).write_bytes(sealed(store, two).read_bytes())
    with pytest.raises(SealedError):
        list(store.read(one.id))
    sealed(store, one).with_suffix(".key").write_bytes(sealed(store, two).with_suffix(".key").read_bytes())
    with pytest.raises(SealedError, match="key of the file"):
        list(store.read(one.id))


def test_the_key_of_another_site_opens_nothing(store: Store, tmp_path: Path) -> None:
    got = put(store, PDF)
    other = Store(store.folder, tmp_path / "keys of others", store.limit)
    with pytest.raises(SealedError, match="missing, and evidence files are there"):
        other.read(got.id)
    put(Store(tmp_path / "elsewhere", other.keys, store.limit), PDF)
    with pytest.raises(SealedError, match="key of the file"):
        other.read(got.id)


def test_a_file_whose_key_is_gone_is_gone(store: Store) -> None:
    got = put(store, PDF)
    store.keep(got.id)
    store.put_page(got.id, 1, "s", b"picture")
    assert store.forget(got.id)
    assert not store.forget(got.id)
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []
    with pytest.raises(NoFile):
        store.read(got.id)
    with pytest.raises(NoFile):
        store.page(got.id, 1, "s")


def test_the_sweeper_keeps_what_is_named_and_leaves_alone_what_may_still_be(store: Store) -> None:
    named, orphan, kept = put(store, PDF), put(store, PDF), put(store, PDF)
    store.keep(kept.id)
    assert store.sweep(lambda id: id == named.id) == []
    later = sealed(store, orphan).stat().st_mtime + ABANDONED_SECONDS + 60
    assert store.sweep(lambda id: id == named.id, later) == [f"{orphan.id}.new"]
    assert b"".join(store.read(named.id)) == PDF
    assert b"".join(store.read(kept.id)) == PDF  # no row names it now: the database may have been set back
    with pytest.raises(NoFile):
        store.read(orphan.id)


def test_a_page_image_comes_back_and_belongs_to_its_place(store: Store) -> None:
    got = put(store, PDF)
    store.put_page(got.id, 1, "l", b"first")
    store.put_page(got.id, 2, "l", b"second")
    store.put_page(got.id, 1, "l", b"first again")
    assert store.page(got.id, 1, "l") == b"first again"
    folder = sealed(store, got).parent
    (folder / f"{got.id}.p1l").write_bytes((folder / f"{got.id}.p2l").read_bytes())
    with pytest.raises(SealedError):
        store.page(got.id, 1, "l")
    with pytest.raises(NoFile):
        store.page(got.id, 3, "l")


def test_files_that_come_at_once_to_a_new_site_share_one_key(store: Store) -> None:
    got: list[Received] = []
    threads = [threading.Thread(target=lambda: got.append(put(store, PDF))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [b"".join(store.read(one.id)) for one in got] == [PDF] * 8
    assert [path.name for path in store.keys.iterdir()] == ["evidence.key"]
