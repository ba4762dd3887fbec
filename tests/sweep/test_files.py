"""A list gives nothing away, a result is taken whole or not at all."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.sweep.files import (
    Found,
    Listing,
    Result,
    SweepError,
    Unread,
    keyed,
    looked_for,
    one_line,
)

ID = UUID("01a20dd9-7649-72c3-8cf5-c74b1e6894e5")
KEY, OTHER = bytes(range(32)), bytes(32)
SHEET = hashlib.sha256(b"sheet 1").hexdigest()
LISTING = Listing(ID, KEY, looked_for(KEY, [SHEET]), "2026-11-29T08:00:00+00:00")
RESULT = Result(
    ID, "/srv/maps", "2026-11-29T08:00:00+00:00", "2026-11-29T08:01:00+00:00", 3, 21, 1,
    (Found("a/图幅.tif", 7, keyed(KEY, SHEET)),), (Unread("b", "Permission denied"),),
)  # fmt: skip


def test_list_and_result_are_read_as_they_were_written() -> None:
    assert Listing.read(LISTING.written()) == LISTING
    assert Result.read(RESULT.written(KEY), KEY) == RESULT
    assert Result.list_of(RESULT.written(KEY)) == ID


def test_the_keyed_digest_is_hmac_sha256_of_rfc_2104() -> None:
    """Test case 1 of RFC 4231, its data given by its bytes: the digest of a digest is the same function."""
    key, data = b"\x0b" * 20, b"Hi There"
    assert keyed(key, data.hex()) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"


def test_a_list_holds_no_hash_that_could_be_looked_up() -> None:
    raw = LISTING.written().decode()
    assert SHEET not in raw and keyed(KEY, SHEET) in raw
    again = Listing(ID, OTHER, looked_for(OTHER, [SHEET]))
    assert not again.digests & LISTING.digests, "each list under a key of its own"


@given(st.data())
def test_a_result_that_was_changed_or_cut_off_anywhere_is_not_taken(data: st.DataObject) -> None:
    raw = bytearray(RESULT.written(KEY))
    at = data.draw(st.integers(0, len(raw) - 1))
    if data.draw(st.booleans()):
        changed = bytes(raw[:at])
    else:
        raw[at] ^= data.draw(st.integers(1, 127))
        changed = bytes(raw)
    try:
        read = Result.read(changed, KEY)
    except SweepError:
        return
    assert read == RESULT, "only blanks between members may differ"


def test_a_result_of_another_list_is_not_taken() -> None:
    with pytest.raises(SweepError, match="seal"):
        Result.read(RESULT.written(KEY), OTHER)


@pytest.mark.parametrize(
    "change",
    [
        {"list": "x"}, {"folder": 5}, {"folder": "a\0b"}, {"folder": "x" * 5000}, {"files": -1},
        {"files": True}, {"size": 1 << 63}, {"links": "1"}, {"found": [{}]},
        {"found": [{"path": "\ud800", "size": 1, "digest": "0" * 64}]},
        {"found": [{"path": "a", "size": 1, "digest": "0" * 63}]}, {"unread": [{"path": "a"}]}, {"unread": 5},
        {"began_at": "x" * 41}, {"format": "holdfast-sweep-list/1"},
    ],
    ids=str,
)  # fmt: skip
def test_a_result_with_a_right_seal_and_wrong_members_is_not_taken(change: dict[str, object]) -> None:
    """Whoever has the list can make the seal: what is inside is checked all the same."""
    from custody.sweep import files

    body = {**json.loads(RESULT.written(KEY)), **change}
    body.pop("seal")
    forged = {**body, "seal": files._seal(KEY, body)}
    with pytest.raises(SweepError):
        Result.read(json.dumps(forged).encode(), KEY)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, LISTING.written()], ids=len)
def test_what_is_no_result_is_told(raw: bytes) -> None:
    with pytest.raises(SweepError):
        Result.read(raw, KEY)
    with pytest.raises(SweepError):
        Result.list_of(raw)


@pytest.mark.parametrize(
    "change", [{"key": "AAAA"}, {"key": "!"}, {"digests": ["x"]}, {"digests": 5}, {"id": 7}], ids=str
)
def test_a_list_that_is_not_whole_is_told(change: dict[str, object]) -> None:
    with pytest.raises(SweepError):
        Listing.read(json.dumps({**json.loads(LISTING.written()), **change}).encode())


@given(st.text())
def test_any_name_of_a_file_can_be_written_down(name: str) -> None:
    line = one_line(name)
    assert one_line(line) == line and "\n" not in line and "\0" not in line
    line.encode()
