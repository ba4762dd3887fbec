"""The full check on one snapshot of the database, beside a sealer that works.

The log folder is looked at before and after the snapshot is taken: what was there before must not be ahead of
it, what is there after must not be behind it. Files that grew meanwhile are compared as far as the snapshot
goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import IsolationLevel

from ledger import keys
from ledger.errors import KeyFileError
from ledger.fsck.diary import Diary
from ledger.fsck.entries import Chains, Row, check_heads
from ledger.fsck.faults import Found
from ledger.fsck.notes import Notes, Published, believed
from ledger.fsck.tree import Tree, check_stray, files_of
from ledger.fsck.values import Value, check_values
from ledger.fsck.witnesses import check_witnesses
from ledger.store import Store
from ledger.tlog import tiles
from ledger.tlog.errors import LogError
from ledger.tlog.merkle import HASH_BYTES

Connection = psycopg.Connection[Any]
Progress = Callable[[int, int], None]

CHUNK = 4_096
_MOST_MISSING = 65_536
_TIME = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_ENTRY = f"e.id::text, e.stream_id::text, e.seq, {_TIME.format('e.at')}, e.leaf, e.leaf_hash"


class State(NamedTuple):
    """The log as the snapshot has it."""

    origin: str | None
    size: int
    root: bytes
    edge: bytes
    epoch: int
    frozen: str | None
    now: str


def check(
    connect: Callable[[], Connection],
    store: Store,
    keys_folder: Path,
    trust_folder: Path,
    *,
    quick: bool = False,
    progress: Progress = lambda done, total: None,
) -> Found:
    """Check everything; `quick` leaves out the values beside the log, the journal and the witnesses.

    Raises psycopg.Error and OSError when database or folder cannot be read: then nothing was judged.
    """
    found = Found()
    if not store.folder.is_dir():
        found.unknown.append(f"there is no log folder {store.folder}: run this on a host that has it")
        return found
    with connect() as db:
        before = Published.read(store, found)
        db.isolation_level, db.read_only = IsolationLevel.REPEATABLE_READ, True
        with db.transaction():
            state = _state(db, found)
            after = Published.read(store, found) if not found.counts else before
            _Check(db, store, found, state, keys_folder, trust_folder, quick, progress).run(before, after)
        # Before the size: a file is written once the size that it serves is committed.
        files = files_of(store)
        with db.transaction():
            row = db.execute("SELECT size FROM public.ledger_logstate WHERE id = 1").fetchone()
        check_stray(found, files, row[0] if row else 0)
    return found


def _state(db: Connection, found: Found) -> State:
    row = db.execute(
        f"""SELECT origin, size, root, edge, epoch, frozen, {_TIME.format("clock_timestamp()")}
              FROM public.ledger_logstate WHERE id = 1"""  # noqa: S608
    ).fetchone()
    if row is None:
        found.fault("state", "ledger_logstate", "one row", "nothing")
        return State(None, 0, b"", b"", 0, None, "9")
    return State(*row)


class _Check:
    """One run over the snapshot."""

    def __init__(
        self,
        db: Connection,
        store: Store,
        found: Found,
        state: State,
        keys_folder: Path,
        trust_folder: Path,
        quick: bool,
        progress: Progress,
    ) -> None:
        self.db, self.store, self.found, self.state = db, store, found, state
        self.quick, self.progress = quick, progress
        newest = db.execute(
            "SELECT size, note FROM public.ledger_checkpoint ORDER BY size DESC LIMIT 1"
        ).fetchone()
        self.newest: tuple[int, str] | None = (newest[0], newest[1]) if newest else None
        self.published = min(self.newest[0], state.size) if self.newest else 0
        self.names: dict[str, str] = {}
        self.chains = Chains(found)
        self.tree = Tree(store, found, self.published)
        self.notes = Notes(
            found, believed(found, trust_folder, keys_folder, state.origin), state.origin, state.size
        )
        self.orders: dict[str, str] = {}
        self.values = 0
        self.diary = None if quick else self._diary(keys_folder)
        self.broken = False

    def run(self, before: Published, after: Published) -> None:
        """Judge all of it."""
        streams = self.db.execute(
            f"SELECT id::text, name, next_seq, head, {_TIME.format('last_at')} FROM public.ledger_stream"  # noqa: S608
        ).fetchall()
        self.names = {row[0]: row[1] for row in streams}
        self._checkpoints()
        self.notes.published(before, after, self.newest, self.state.epoch)
        self._numbered()
        self.tree.finish()
        self._log_state()
        self._waiting()
        check_heads(self.found, self.chains.heads, streams)
        self._strays()
        if not self.quick:
            check_witnesses(self.db, self.found)
        self.found.checked["streams"] = len(streams)

    def _diary(self, keys_folder: Path) -> Diary | None:
        try:
            key = keys.journal_key(keys_folder)
        except KeyFileError as error:
            if self.state.size:
                self.found.unknown.append(f"the journal was not checked: {error}")
            return None
        return Diary(self.store, key, self.found, self.published)

    def _checkpoints(self) -> None:
        with self.db.cursor(name="holdfast_checkpoints") as cursor:
            cursor.execute(
                f"SELECT size, root, note, {_TIME.format('at')} FROM public.ledger_checkpoint ORDER BY size"  # noqa: S608
            )
            sizes = set()
            for size, root, note, at in cursor:
                self.notes.row(size, root, note, at, self.state.now)
                sizes.add(size)
        # Each journal file was written for one checkpoint. A killed sealer leaves the newest row to its heir.
        for end in self.diary.ends if self.diary else ():
            if end <= self.state.size and end not in sizes:
                self.found.notes.append(f"ledger_checkpoint {end}: the row is not there")

    # --- what is numbered ---

    def _numbered(self) -> None:
        """Entries in log order: chains, values, journal, tree."""
        sizes = self.notes.sizes()
        wanted = next(sizes, None)
        expected = 0
        for rows in self._pages(
            f"""SELECT i.idx, i.entry_id::text, i.leaf_hash, {_ENTRY}
                  FROM public.ledger_logindex i LEFT JOIN public.ledger_entry e ON e.id = i.entry_id
                 ORDER BY i.idx"""  # noqa: S608
        ):
            values = self._values_of([row[1] for row in rows])
            there = [Row._make((f"entry {r[0]} ({r[1]})", *r[3:], r[2])) for r in rows if r[3] is not None]
            followed = iter(self.chains.follow(there))
            for index, id, index_hash, *entry in rows:
                if entry[0] is None:
                    self.found.fault(
                        "index", f"ledger_logindex {index}, entry_id", "an entry that exists", id
                    )
                    computed, leaf = index_hash, None
                else:
                    (computed, committed), leaf = next(followed), entry[4]
                    if not self.quick:
                        self._value(f"entry {index} ({id})", id, committed, values)
                        if self.diary is not None and index < self.published:
                            name = self.names.get(entry[1], "")
                            self.diary.compare(index, id, computed, name, values.get(id, []))
                if index != expected:
                    expected = self._gap(expected, index)
                    if self.broken:
                        continue
                while wanted is not None and wanted <= self.tree.size:
                    self.notes.compare(wanted, self.tree.root())
                    wanted = next(sizes, None)
                if not self.broken:
                    self.tree.append(computed, leaf)
                expected = index + 1
            self.found.checked["entries"] += len(rows)
            self.progress(expected, self.state.size)
        while wanted is not None and wanted <= self.tree.size:
            self.notes.compare(wanted, self.tree.root())
            wanted = next(sizes, None)

    def _gap(self, expected: int, index: int) -> int:
        """Places are missing: go on with the hashes of the tiles, so that one hole is one fault."""
        self.found.fault("index", "ledger_logindex", f"place {expected}", f"place {index}")
        if not expected < index < min(self.state.size, expected + _MOST_MISSING):
            self.broken = True
            return index
        read = tiles.TileReader(self.store.read, self.published)
        for place in range(expected, index):
            try:
                value = read(0, place)
            except (LogError, OSError):
                value = bytes(HASH_BYTES)
            self.tree.append(value, None)
        return index

    def _log_state(self) -> None:
        found, state, tree = self.found, self.state, self.tree
        if self.broken:
            return
        if tree.size != state.size:
            found.fault("state", "ledger_logstate.size", f"{tree.size}, as numbered", state.size)
            return
        if tree.root() != state.root:
            found.fault("state", "ledger_logstate.root", tree.root(), state.root)
        if b"".join(tree.edge()) != state.edge:
            found.fault("state", "ledger_logstate.edge", b"".join(tree.edge()), state.edge)

    # --- what waits, and what belongs nowhere ---

    def _waiting(self) -> None:
        """Recorded entries that have no place yet, in the order in which they will get one."""
        for rows in self._pages(
            f"""SELECT p.entry_id::text, {_ENTRY}
                  FROM public.ledger_pending p LEFT JOIN public.ledger_entry e ON e.id = p.entry_id
                 ORDER BY p.position"""  # noqa: S608
        ):
            there = [Row._make((f"waiting entry {r[0]}", *r[1:], None)) for r in rows if r[1] is not None]
            values = self._values_of([row.id for row in there])
            for row, (_, committed) in zip(there, self.chains.follow(there), strict=True):
                if not self.quick:
                    self._value(row.place, row.id, committed, values)
            for row in rows:
                if row[1] is None:
                    self.found.fault("queue", f"ledger_pending {row[0]}", "an entry that exists", "nothing")
            self.found.checked["waiting"] += len(rows)

    def _strays(self) -> None:
        for id, numbered in self.db.execute(
            """SELECT e.id::text, i.idx IS NOT NULL
                 FROM public.ledger_entry e
                 LEFT JOIN public.ledger_logindex i ON i.entry_id = e.id
                 LEFT JOIN public.ledger_pending p ON p.entry_id = e.id
                WHERE (i.idx IS NULL) = (p.position IS NULL) ORDER BY e.seq, e.id LIMIT 1000"""
        ):
            self.found.fault("queue", f"entry {id}", "one of the two", "both" if numbered else "neither")
        if self.quick:
            return
        count = self.db.execute("SELECT count(*) FROM public.ledger_disclosure").fetchone()
        if count is None or count[0] != self.values:
            for id, name in self.db.execute(
                """SELECT d.entry_id::text, d.name FROM public.ledger_disclosure d
                     LEFT JOIN public.ledger_entry e ON e.id = d.entry_id
                    WHERE e.id IS NULL ORDER BY 1, 2 LIMIT 1000"""
            ):
                self.found.fault(
                    "disclosure", f"ledger_disclosure {id}, {name}", "an entry that has it", "none"
                )
        ordering = list(self.orders)
        for start in range(0, len(ordering), CHUNK):
            part = ordering[start : start + CHUNK]
            there = self.db.execute(
                "SELECT id::text FROM public.ledger_entry WHERE id = ANY(%s::uuid[])", [part]
            )
            for missing in set(part) - {row[0] for row in there}:
                self.found.fault("erasure", self.orders[missing], "an entry that orders it", missing)

    # --- reading ---

    def _pages(self, query: str) -> Iterator[Sequence[Any]]:
        with self.db.cursor(name="holdfast_entries", binary=True) as cursor:
            cursor.execute(query)
            while rows := cursor.fetchmany(CHUNK):
                yield rows

    def _values_of(self, ids: Sequence[str]) -> dict[str, list[Value]]:
        values: dict[str, list[Value]] = defaultdict(list)
        if self.quick:
            return values
        with self.db.cursor(binary=True) as cursor:
            cursor.execute(
                """SELECT entry_id::text, name, digest, text, personal, erased_by::text
                     FROM public.ledger_disclosure WHERE entry_id = ANY(%s::uuid[])
                    ORDER BY entry_id, name COLLATE "C" """,
                [list(ids)],
            )
            make = Value._make
            for row in cursor.fetchall():
                values[row[0]].append(make(row[1:]))
            self.values += cursor.rowcount
        self.found.checked["values"] = self.values
        return values

    def _value(self, place: str, id: str, committed: bytes, values: dict[str, list[Value]]) -> None:
        for order in check_values(self.found, place, committed, values.get(id, [])):
            self.orders.setdefault(order, place)
