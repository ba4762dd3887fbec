"""A batch of entries on its way into the tree, and the second code path that checks it.

``ledger_append`` built each leaf in SQL. Before a leaf is numbered it is read, rebuilt from its row, its
disclosures and its predecessor in Python, and compared byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from ledger.errors import DisagreementError
from ledger.journal import JournalDisclosure, JournalEntry
from ledger.tlog import disclosure, leaf, merkle, tiles
from ledger.tlog.encoding import b64
from ledger.tlog.errors import FormatError


class Row(NamedTuple):
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
    """Entries in log order. `start` is the index of the first one, where they are numbered already.

    `disclosures` are those of a batch that was just taken, by entry.
    """

    entries: Sequence[Row]
    start: int = 0
    positions: Sequence[int] = ()
    disclosures: Mapping[UUID, Sequence[JournalDisclosure]] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """The index after the last one."""
        return self.start + len(self.entries)

    def before(self, db: psycopg.Connection[Any], start: int) -> Batch:
        """This batch with the numbered entries from `start` up to it read and put in front."""
        if start == self.start:
            return self
        front = Batch.numbered(db, start, self.start)
        return Batch([*front.entries, *self.entries], start, disclosures=self.disclosures)

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
        lines = [f"{n}\t{e.id}\t\\\\x{e.leaf_hash.hex()}\n" for n, e in enumerate(self.entries, start)]
        with db.cursor().copy("COPY public.ledger_logindex (idx, entry_id, leaf_hash) FROM STDIN") as copy:
            copy.write("".join(lines))
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
        ids = [entry.id for entry in entries]
        if all(id in self.disclosures for id in ids):
            found = _without_erased(db, self.disclosures, ids)
        else:
            found = disclosures_of(db, ids)
        return [JournalEntry(str(e.id), b64(e.leaf_hash), e.stream_name, tuple(found[e.id])) for e in entries]


def take(db: psycopg.Connection[Any], limit: int) -> Batch:
    """The next pending entries in insertion order, checked. Raises DisagreementError."""
    rows = (
        db.cursor(binary=True)
        .execute(
            """SELECT p.position, e.id, e.stream_id, s.name, e.seq, e.at, e.leaf, e.leaf_hash
             FROM public.ledger_pending p
             JOIN public.ledger_entry e ON e.id = p.entry_id
             JOIN public.ledger_stream s ON s.id = e.stream_id
            ORDER BY p.position LIMIT %s""",
            [limit],
        )
        .fetchall()
    )
    entries = [Row(*row[1:]) for row in rows]
    heads = _heads(db, entries)
    found = disclosures_of(db, [entry.id for entry in entries])
    for entry in entries:
        check(entry, heads.get((entry.stream, entry.seq - 1)), found[entry.id])
        heads[entry.stream, entry.seq] = entry.leaf_hash
    return Batch(entries, positions=[row[0] for row in rows], disclosures=found)


def disclosures_of(db: psycopg.Connection[Any], ids: Sequence[UUID]) -> dict[UUID, list[JournalDisclosure]]:
    """The disclosures of entries, by entry, ordered by name."""
    found: dict[UUID, list[JournalDisclosure]] = {id: [] for id in ids}
    lists = [found[id] for id in ids]
    # Entry by entry: for a join the planner would rather read the whole table, which grows for ever.
    rows = db.execute(
        """SELECT w.place, d.name, d.digest, d.text, d.personal, d.erased_by::text
             FROM unnest(%s::uuid[]) WITH ORDINALITY AS w(id, place)
            CROSS JOIN LATERAL (
                   SELECT * FROM public.ledger_disclosure x
                    WHERE x.entry_id = w.id ORDER BY x.name COLLATE "C"
                 ) d""",
        [_array(ids)],
    ).fetchall()
    for place, *values in rows:
        lists[place - 1].append(JournalDisclosure._make(values))
    return found


def _without_erased(
    db: psycopg.Connection[Any], known: Mapping[UUID, Sequence[JournalDisclosure]], ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[JournalDisclosure]]:
    """What was read of entries, without the texts that were erased since."""
    rows = db.execute(
        """SELECT DISTINCT d.entry_id
             FROM unnest(%s::uuid[]) AS w(id)
            CROSS JOIN LATERAL (
                   SELECT * FROM public.ledger_disclosure x
                    WHERE x.entry_id = w.id AND x.text IS NULL OFFSET 0
                 ) d""",
        [_array(ids)],
    )
    changed = [row[0] for row in rows]
    return {**known, **disclosures_of(db, changed)} if changed else known


def _array(ids: Sequence[UUID]) -> str:
    """An array as PostgreSQL writes it: one text is sent faster than a list of thousands."""
    return "{" + ",".join(map(str, ids)) + "}"


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
        for item in disclosures:
            if item.text is not None:
                disclosure.check(item.text, item.name, item.digest)
    except FormatError as error:
        raise DisagreementError(f"entry {entry.id}", got=str(error)) from error
    built = leaf.compose(
        digests=[d.digest for d in disclosures],
        at=read.at,
        id=entry.id,
        prev=prev,
        seq=entry.seq,
        stream=entry.stream,
        tags=read.tags,
    )
    if built != entry.leaf or merkle.leaf_hash(built) != entry.leaf_hash or read.time != entry.at:
        raise DisagreementError(
            f"entry {entry.id}", expected="the leaf that its columns and disclosures give", got="another leaf"
        )
