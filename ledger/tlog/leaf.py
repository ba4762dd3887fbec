"""The leaf: what the log itself holds of an entry. Its layout never changes.

A leaf is a canonical JSON object with exactly these members, in this order, all of it ASCII:

    _sd       digests of all disclosures of the entry, ascending as text, each once
    _sd_alg   "sha-256"
    at        recorded time, UTC, "2026-11-21T10:00:00.123456Z"
    id        UUID of the entry
    prev      leaf hash of seq-1 in the same stream, base64url; null exactly when seq is 0
    seq       place in the stream, dense from 0
    stream    random UUID of the stream
    tags      one 16-byte value per copy concerned (see `tag`), base64url, ascending as text, each once
    v         1

The layout is fixed, so reading it is one regular expression, which is also the proof that the bytes are
canonical: nothing in it has a second spelling.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from ledger.tlog.canonical import MAX_INTEGER
from ledger.tlog.encoding import b64url, unb64url_checked
from ledger.tlog.errors import FormatError, shown

VERSION = 1
MAX_BYTES = 65_535
"""An entry's length is two bytes in an entry bundle (c2sp.org/tlog-tiles)."""
MAX_TAGS = 200
TAG_BYTES = 16

# The last character of an unpadded base64 text carries 2 or 4 unused bits, which must be zero.
_HASH = r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"
_TAG = r"[A-Za-z0-9_-]{21}[AQgw]"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_LAYOUT = re.compile(
    r'\{"_sd":\[((?:"' + _HASH + r'"(?:,"' + _HASH + r'")*)?)\],"_sd_alg":"sha-256",'
    r'"at":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)",'
    r'"id":"(' + _UUID + r')","prev":(null|"' + _HASH + r'"),"seq":(0|[1-9][0-9]{0,15}),'
    r'"stream":"(' + _UUID + r')","tags":\[((?:"' + _TAG + r'"(?:,"' + _TAG + r'")*)?)\],"v":1\}'
)


class Leaf(NamedTuple):
    """A leaf that was read. Texts are kept as they stand in it."""

    digests: tuple[str, ...]
    at: str
    id: str
    prev: bytes | None
    seq: int
    stream: str
    tags: tuple[bytes, ...]

    @property
    def time(self) -> datetime:
        """The recorded time, with its zone (UTC)."""
        return datetime.fromisoformat(self.at)


def build(
    *,
    digests: Iterable[str],
    at: str,
    id: UUID | str,
    prev: bytes | None,
    seq: int,
    stream: UUID | str,
    tags: Iterable[bytes] = (),
) -> bytes:
    """The bytes of a leaf. Digests and tags may come in any order. Raises FormatError."""
    raw = compose(digests=digests, at=at, id=id, prev=prev, seq=seq, stream=stream, tags=tags)
    parse(raw)
    return raw


def compose(
    *,
    digests: Iterable[str],
    at: str,
    id: UUID | str,
    prev: bytes | None,
    seq: int,
    stream: UUID | str,
    tags: Iterable[bytes] = (),
) -> bytes:
    """What `build` gives, without reading it again: for comparing with bytes that were read."""
    sd = ",".join([f'"{digest}"' for digest in sorted(digests)])
    tag_texts = ",".join([f'"{text}"' for text in sorted(map(b64url, tags))])
    prev_text = "null" if prev is None else f'"{b64url(prev)}"'
    return (
        f'{{"_sd":[{sd}],"_sd_alg":"sha-256","at":"{at}","id":"{id}","prev":{prev_text},"seq":{seq},'
        f'"stream":"{stream}","tags":[{tag_texts}],"v":{VERSION}}}'
    ).encode("utf-8", "replace")


def parse(raw: bytes) -> Leaf:
    """The leaf that `raw` is. Raises FormatError for any other bytes."""
    if len(raw) > MAX_BYTES:
        raise FormatError("leaf", expected=f"at most {MAX_BYTES:,} bytes", got=f"{len(raw):,} bytes")
    match = _LAYOUT.fullmatch(raw.decode("ascii", "replace"))
    if match is None:
        raise FormatError("leaf", expected="the members of version 1 in their order", got=shown(raw, 90))
    sd, at, identity, prev, seq_digits, stream, tag_list = match.groups()
    seq = int(seq_digits)
    if seq > MAX_INTEGER:
        raise FormatError("leaf seq", expected="at most 2^53-1", got=seq_digits)
    if (prev == "null") != (seq == 0):
        raise FormatError("leaf prev", expected="null exactly when seq is 0", got=f"{prev} at seq {seq}")
    try:
        datetime.fromisoformat(at)
    except ValueError:
        raise FormatError("leaf at", expected="a time that exists", got=at) from None
    tags = _ascending(tag_list, "leaf tags")
    if len(tags) > MAX_TAGS:
        raise FormatError("leaf tags", expected=f"at most {MAX_TAGS}", got=str(len(tags)))
    return Leaf(
        digests=_ascending(sd, "leaf _sd"),
        at=at,
        id=identity,
        prev=None if prev == "null" else unb64url_checked(prev[1:-1]),
        seq=seq,
        stream=stream,
        tags=tuple(map(unb64url_checked, tags)),
    )


def tag(copy_key: bytes, entry: UUID | str) -> bytes:
    """The mark that an entry concerns a copy: the first 16 bytes of HMAC-SHA-256(copy key, entry UUID).

    The UUID enters as its 16 bytes. Whoever has the copy's key can test every leaf for silence about the
    copy; nobody else can tell two copies apart.
    """
    identity = entry if isinstance(entry, UUID) else UUID(entry)
    return hmac.new(copy_key, identity.bytes, hashlib.sha256).digest()[:TAG_BYTES]


def _ascending(quoted: str, what: str) -> tuple[str, ...]:
    """The texts of a quoted list, which must strictly ascend (so that none stands twice)."""
    if not quoted:
        return ()
    texts = quoted[1:-1].split('","')
    if texts != sorted(set(texts)):
        raise FormatError(what, expected="texts in ascending order, each once", got="another order")
    return tuple(texts)
