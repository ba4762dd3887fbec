from typing import Any
from uuid import UUID

import pytest
import rfc8785

from ledger.tlog import canonical, leaf
from ledger.tlog.encoding import b64url
from ledger.tlog.errors import FormatError

from .builders import members_of, uuid

DIGESTS = [b64url(bytes([number]) * 32) for number in (200, 3, 90)]
TAGS = [bytes([number]) * 16 for number in (250, 4)]


def a_leaf(**changes: Any) -> bytes:
    members: dict[str, Any] = {
        "digests": DIGESTS,
        "at": "2026-11-21T10:00:00.123456Z",
        "id": uuid(1),
        "prev": bytes(32),
        "seq": 7,
        "stream": uuid(2),
        "tags": TAGS,
    }
    return leaf.build(**(members | changes))


def test_a_leaf_is_canonical_json_in_the_fixed_order():
    raw = a_leaf()
    assert canonical.encode(canonical.decode(raw)) == raw
    assert rfc8785.dumps(canonical.decode(raw)) == raw
    assert list(members_of(raw)) == ["_sd", "_sd_alg", "at", "id", "prev", "seq", "stream", "tags", "v"]


def test_a_leaf_says_what_was_put_in():
    read = leaf.parse(a_leaf(id=UUID(uuid(1))))
    assert read.digests == tuple(sorted(DIGESTS))
    assert set(read.tags) == set(TAGS)
    assert (read.id, read.stream, read.seq, read.prev) == (uuid(1), uuid(2), 7, bytes(32))
    assert read.time.isoformat() == "2026-11-21T10:00:00.123456+00:00"


def test_the_first_leaf_of_a_stream_has_no_predecessor():
    assert leaf.parse(a_leaf(prev=None, seq=0)).prev is None


@pytest.mark.parametrize(
    "changes",
    [
        {"prev": None},
        {"seq": 0},
        {"prev": None, "seq": -1},
        {"seq": 2**53},
        {"prev": b"short"},
        {"digests": [DIGESTS[0], DIGESTS[0]]},
        {"digests": ["short"]},
        {"digests": [DIGESTS[0][:-1] + "B"]},
        {"tags": [TAGS[0], TAGS[0]]},
        {"tags": [b"short"]},
        {"tags": [number.to_bytes(16, "big") for number in range(201)]},
        {"at": "2026-11-21T10:00:00Z"},
        {"at": "2026-11-21T10:00:00.123456+00:00"},
        {"at": "2026-02-30T10:00:00.123456Z"},
        {"at": "2026-11-21T10:00:60.123456Z"},
        {"at": "2026-11-21T10:00:00.12345٦Z"},
        {"id": uuid(0xABC).upper()},
        {"id": "urn:uuid:" + uuid(1)},
        {"stream": uuid(2).replace("-", "")},
        {"digests": [b64url(number.to_bytes(32, "big")) for number in range(1500)]},
    ],
)
def test_a_leaf_that_breaks_a_rule_is_refused(changes):
    with pytest.raises(FormatError):
        a_leaf(**changes)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":2'),
        (b'"v":1}', b'"v":1,"w":1}'),
        (b"sha-256", b"sha-512"),
        (b'"seq":7', b'"seq":07'),
        (b'"seq":7', b'"seq":7.0'),
        (b'"seq":7', b'"seq": 7'),
        (b'"at":', b'"At":'),
        (b'"v":1}', b'"v":1}\n'),
        (b'"v":1}', b'"v":1} '),
        (b"2026", b"\\u0032026"),
    ],
)
def test_another_spelling_is_refused(old, new):
    raw = a_leaf()
    assert old in raw
    with pytest.raises(FormatError):
        leaf.parse(raw.replace(old, new))


def test_members_in_another_order_are_refused():
    raw = a_leaf()
    first, second = (f'"{text}"'.encode() for text in sorted(DIGESTS)[:2])
    with pytest.raises(FormatError, match="ascending"):
        leaf.parse(raw.replace(first, b"X").replace(second, first).replace(b"X", second))


def test_two_hundred_copies_fit():
    tags = [number.to_bytes(16, "big") for number in range(200)]
    assert len(leaf.parse(a_leaf(tags=tags)).tags) == 200


def test_a_tag_can_be_found_only_with_the_key_of_the_copy():
    key, entry = b"k" * 32, uuid(5)
    assert leaf.tag(key, entry) == leaf.tag(key, UUID(entry))
    assert len(leaf.tag(key, entry)) == 16
    assert leaf.tag(key, entry) not in (leaf.tag(b"j" * 32, entry), leaf.tag(key, uuid(6)))
