"""A batch of entries on its way into the tree, and the second code path that checks it.

``ledger_append`` built each leaf in SQL. Before a leaf is numbered it is read, rebuilt from its row, its
disclosures and its predecessor in Python, and compared byte for byte.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from ledger.errors import DisagreementError
from ledger.journal import JournalDisclosure, JournalEntry
from ledger.tlog import disclosure, leaf, merkle, tiles
from ledger.tlog.encoding import b64
from ledger.tlog.errors import FormatError


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as the table has it."""

    id: UUID
    stream: UUID
    stream_name: str
    seq: int
    at: datetime
    leaf: bytes
    leaf_hash: bytes


@dataclass(frozen=True)
class Batch:
    """Entries in log order. `start` is the index of the first one, where they are numbered already."""

    entries: Sequence[Row]
    start: int = 0
    positions: Sequence[int] = ()

    @classmethod
    def numbered(cls, db: psycopg.Connection[Any], start: int, end: int) -> Batch:
        """The numbered entries start..end-1. Raises DisagreementError when one is missing."""
        rows = db.execute(
            """SELECT e.id, e.stream_id, s.name, e.seq, e.at, e.leaf, i.leaf_hash
                 FROM public.ledger_logindex i
                 JOIN public.ledger_entry e ON e.id = i.entry_id
                 JOIN public.ledger_stream s ON s.id = e.stream_id
                WHERE i.idx >= %s AND i.idx < %s ORDER BY i.idx""",
            [start, end],
        ).fetchall()
        if len(rows) != end - start:
            raise DisagreementError(
                "log index", expected=f"{end - start} entries from {start}", got=str(len(rows))
            )
        return cls([Row(*row) for row in rows], start)

    def move(self, db: psycopg.Connection[Any], start: int) -> None:
        """Number the entries from `start` on and take them out of the queue."""
        db.execute(
            """INSERT INTO public.ledger_logindex (idx, entry_id, leaf_hash)
               SELECT %s + t.place - 1, t.id, t.hash
                 FROM unnest(%s::uuid[], %s::bytea[]) WITH ORDINALITY AS t(id, hash, place)""",
            [start, [e.id for e in self.entries], [e.leaf_hash for e in self.entries]],
        )
        done = db.execute(
            "DELETE FROM public.ledger_pending WHERE position = ANY(%s)", [list(self.positions)]
        ).rowcount
        if done != len(self.entries):
            raise DisagreementError("pending queue", expected=f"{len(self.entries)} rows", got=str(done))

    def bundle(self, tile: tiles.Tile) -> bytes:
        """The entry bundle that goes with a tile of level 0."""
        first = tile.n * tiles.WIDTH - self.start
        return tiles.encode_entries([entry.leaf for entry in self.entries[first : first + tile.width]])

    def journal_entries(self, db: psycopg.Connection[Any], start: int) -> list[JournalEntry]:
        """What the journal keeps of the entries from index `start` on."""
        entries = self.entries[start - self.start :]
        found = disclosures_of(db, [entry.id for entry in entries])
        return [JournalEntry(str(e.id), b64(e.leaf_hash), e.stream_name, tuple(found[e.id])) for e in entries]


def take(db: psycopg.Connection[Any], limit: int) -> Batch:
    """The next pending entries in insertion order, checked. Raises DisagreementError."""
    rows = db.execute(
        """SELECT p.position, e.id, e.stream_id, s.name, e.seq, e.at, e.leaf, e.leaf_hash
             FROM public.ledger_pending p
             JOIN public.ledger_entry e ON e.id = p.entry_id
             JOIN public.ledger_stream s ON s.id = e.stream_id
            ORDER BY p.position LIMIT %s""",
        [limit],
    ).fetchall()
    entries = [Row(*row[1:]) for row in rows]
    heads = _heads(db, entries)
    found = disclosures_of(db, [entry.id for entry in entries])
    for entry in entries:
        check(entry, heads.get((entry.stream, entry.seq - 1)), found[entry.id])
        heads[entry.stream, entry.seq] = entry.leaf_hash
    return Batch(entries, positions=[row[0] for row in rows])


def disclosures_of(db: psycopg.Connection[Any], ids: Sequence[UUID]) -> dict[UUID, list[JournalDisclosure]]:
    """The disclosures of entries, by entry, ordered by name."""
    found: dict[UUID, list[JournalDisclosure]] = defaultdict(list)
    for entry, name, digest, text, personal, erased_by in db.execute(
        """SELECT entry_id, name, digest, text, personal, erased_by::text FROM public.ledger_disclosure
            WHERE entry_id = ANY(%s) ORDER BY entry_id, name COLLATE "C" """,
        [list(ids)],
    ):
        found[entry].append(JournalDisclosure(name, digest, text, personal, erased_by))
    return found


def _heads(db: psycopg.Connection[Any], entries: Sequence[Row]) -> dict[tuple[UUID, int], bytes]:
    """Leaf hashes of the numbered entries that the batch's runs continue."""
    first: dict[UUID, int] = {}
    for entry in entries:
        first.setdefault(entry.stream, entry.seq)
    rows = db.execute(
        """SELECT e.stream_id, e.seq, i.leaf_hash
             FROM unnest(%s::uuid[], %s::bigint[]) AS w(stream, seq)
             JOIN public.ledger_entry e ON e.stream_id = w.stream AND e.seq = w.seq - 1
             JOIN public.ledger_logindex i ON i.entry_id = e.id""",
        [list(first), list(first.values())],
    )
    return {(stream, seq): leaf_hash for stream, seq, leaf_hash in rows}


def check(entry: Row, prev: bytes | None, disclosures: Sequence[JournalDisclosure]) -> None:
    """Rebuild the leaf and compare. Raises DisagreementError."""
    if (prev is None) != (entry.seq == 0):
        raise DisagreementError(
            f"entry {entry.id}", expected="its predecessor in the stream, numbered before it", got="none"
        )
    try:
        read = leaf.parse(entry.leaf)
        built = leaf.build(
            digests=[d.digest for d in disclosures],
            at=entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            id=entry.id,
            prev=prev,
            seq=entry.seq,
            stream=entry.stream,
            tags=read.tags,
        )
        for item in disclosures:
            if item.text is not None and (
                disclosure.digest_of(item.text) != item.digest
                or disclosure.parse(item.text).name != item.name
            ):
                raise FormatError(f"disclosure {item.name}", expected="its own name and digest", got="others")
    except FormatError as error:
        raise DisagreementError(f"entry {entry.id}", got=str(error)) from error
    if built != entry.leaf or merkle.leaf_hash(built) != entry.leaf_hash:
        raise DisagreementError(
            f"entry {entry.id}", expected="the leaf that its columns and disclosures give", got="another leaf"
        )
