"""Entries: each leaf against its columns and its predecessor, each stream dense.

The layout of a leaf is fixed, so the usual case is one comparison of bytes: what lies between the digests
and the tags is written anew from the columns and must stand there. Only when it does not is the leaf read
member by member, to say which column is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

from ledger.fsck.faults import Found
from ledger.tlog import leaf as leaves
from ledger.tlog.encoding import b64url
from ledger.tlog.errors import FormatError

_HEAD = b'{"_sd":['
_TAIL = b'],"v":1}'
_MIDDLE = b'],"_sd_alg":"sha-256","at":"%b","id":"%b","prev":%b,"seq":%d,"stream":"%b","tags":['
_TAG = rb'"[A-Za-z0-9_-]{21}[AQgw]"'
_TAGS = re.compile(_TAG + rb"(?:," + _TAG + rb"){0,199}")


class Row(NamedTuple):
    """An entry as the tables have it; `place` says where it stands. Texts, so that no value is refused."""

    place: str
    id: str
    stream: str
    seq: int
    at: str
    leaf: bytes
    leaf_hash: bytes
    index_hash: bytes | None


class Head(NamedTuple):
    """The newest entry of a stream so far."""

    next_seq: int
    hash: bytes
    at: str


class Chains:
    """Entries in log order; keeps the head of each stream."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.heads: dict[str, Head] = {}

    def follow(self, rows: Iterable[Row]) -> list[tuple[bytes, bytes]]:
        """Check rows in order; for each its leaf hash and the list of its digests as it stands."""
        heads, out, none = self.heads, [], Head(0, b"", "")
        for row in rows:
            _, id, stream, seq, at, leaf, leaf_hash, index_hash = row
            head = heads.get(stream, none)
            computed = sha256(b"\x00" + leaf).digest()
            prev = b'"%b"' % b64url(head.hash).encode() if head.next_seq else b"null"
            end = leaf.find(b"]", 8)
            middle = _MIDDLE % (at.encode(), id.encode(), prev, seq, stream.encode())
            tags = leaf[end + len(middle) : -8]
            if not (
                computed == leaf_hash
                and (index_hash is None or computed == index_hash)
                and seq == head.next_seq
                and at >= head.at
                and leaf.startswith(middle, end)
                and leaf.startswith(_HEAD)
                and leaf.endswith(_TAIL)
                and (not tags or _ordered(tags))
                and len(leaf) <= leaves.MAX_BYTES
            ):
                computed = self._explain(row, head, computed)
            heads[stream] = Head(
                max(seq, head.next_seq) + 1 if seq < 2**60 else seq, computed, max(at, head.at)
            )
            out.append((computed, leaf[8:end]))
        return out

    def _explain(self, row: Row, head: Head, computed: bytes) -> bytes:
        """Name what is wrong; return the hash that the others speak for, so that one fault stays one."""
        fault, where = self.found.fault, row.place
        if computed != row.leaf_hash:
            fault("leaf-hash", f"{where}, ledger_entry.leaf_hash", computed, row.leaf_hash)
        if row.index_hash is not None and computed != row.index_hash:
            fault("leaf-hash", f"{where}, ledger_logindex.leaf_hash", computed, row.index_hash)
        if row.seq != head.next_seq:
            fault("sequence", f"{where}, stream {row.stream}", f"number {head.next_seq}", row.seq)
        try:
            read = leaves.parse(row.leaf)
        except FormatError as error:
            fault("leaf", f"{where}, ledger_entry.leaf", error.expected, error.got)
        else:
            for name in ("id", "stream", "seq", "at"):
                said, stored = getattr(read, name), getattr(row, name)
                if said != stored:
                    fault("column", f"{where}, ledger_entry.{name}", said, stored)
            if read.prev != (head.hash if head.next_seq else None):
                fault("link", where, head.hash if head.next_seq else None, read.prev)
            if read.at < head.at:
                fault("time", f"{where}, at", f"{head.at} or later", read.at)
        if row.leaf_hash == row.index_hash:
            return row.leaf_hash
        return computed


def _ordered(tags: bytes) -> bool:
    """Whether the tags stand as they must: 16 bytes each, ascending, each once."""
    if not _TAGS.fullmatch(tags):
        return False
    listed = tags.split(b",")
    return all(a < b for a, b in pairwise(listed))


def check_heads(
    found: Found, heads: dict[str, Head], streams: Sequence[tuple[str, str, int, bytes, str]]
) -> None:
    """Compare the rows of ``ledger_stream`` (id, name, next_seq, head, last_at) with what was followed."""
    for id, name, next_seq, head, last_at in streams:
        where = f"ledger_stream {id}"
        last = heads.get(id)
        if not name:
            found.fault("head", f"{where}, name", "a name", "nothing")
        told = (0, None, None) if last is None else (last.next_seq, last.hash, last.at)
        for column, expected, got in zip(
            ("next_seq", "head", "last_at"), told, (next_seq, head, last_at), strict=True
        ):
            if expected != got:
                found.fault("head", f"{where}, {column}", expected, got)
    for missing in heads.keys() - {row[0] for row in streams}:
        found.fault("head", f"ledger_stream {missing}", "a row", "nothing")
