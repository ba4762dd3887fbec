"""The log folder, written again from the database: tiles, entry bundles, journal, checkpoint, lost mark.

The database holds every entry whole, so it can give back each file byte for byte (the journal: what it
says). It works only while the database leads to the newest signed checkpoint that anybody shows: what is
still in the folder, and checkpoints kept elsewhere. A lost mark is the one thing that cannot be proven back;
whoever orders it must say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from ledger import journal, keys
from ledger.batch import Batch, check, disclosures_of
from ledger.errors import DisagreementError, RestoreError
from ledger.outside import Progress, own_keys, signed
from ledger.sealer import LOCK, Connection, connect_directly
from ledger.store import Mark, Store
from ledger.tlog import merkle, tiles
from ledger.tlog.checkpoint import Checkpoint

_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Refilled:
    """What was written, or would be. `size` is the tree that the published checkpoint covers."""

    size: int
    files: tuple[str, ...]
    mark_lost: bool


def refill(
    *,
    really: bool,
    mark_lost: bool = False,
    seen: Sequence[str] = (),
    progress: Progress = lambda _: None,
) -> Refilled:
    """Write what is missing in the log folder; without `really` nothing.

    `seen` are checkpoints kept elsewhere (notes as published); each must be of this tree. `mark_lost`: a
    missing mark is set to what the database has numbered. Raises RestoreError with nothing written for a
    database that contradicts a checkpoint, a mark or a file that is there.
    """
    store = Store(settings.LEDGER_DIR)
    with closing(connect_directly()) as db, store.locked():
        if not _row(db, "SELECT pg_try_advisory_lock(%s, %s)", LOCK)[0]:
            raise RestoreError(_("A sealer is at work. Stop Holdfast (web, worker, sealer) first."))
        work = _Refill(db, store)
        work.judge(seen, mark_lost, progress)
        missing = work.missing()
        if really:
            work.write(missing)
        return Refilled(work.size, (*missing, *work.singles), work.mark_lost)


class _Refill:
    """One refilling: the tree of the database, and what the folder still has."""

    def __init__(self, db: Connection, store: Store) -> None:
        self.db, self.store = db, store
        self.hashes: list[bytes] = []
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.singles: list[str] = []
        self.mark_lost = False
        origin, self.size_numbered, self.root, self.epoch = _row(
            db, "SELECT origin, size, root, epoch FROM public.ledger_logstate WHERE id = 1"
        )
        row = db.execute(
            "SELECT size, root, note FROM public.ledger_checkpoint ORDER BY size DESC LIMIT 1"
        ).fetchone()
        if row is None:
            raise RestoreError(_("The database has no checkpoint: nothing was ever signed from it."))
        self.origin, (self.size, self.signed_root, self.note) = str(origin), row

    def judge(self, seen: Sequence[str], mark_lost: bool, progress: Progress) -> None:
        """Read every numbered entry; hold checkpoint, mark and all that was seen against the tree."""
        self._read(progress)
        own = own_keys(settings.TRUST_DIR)
        for note in [self.note, *seen]:
            self._must_lead_to(signed(note, own))
        try:
            published = self.store.read("checkpoint").decode()
        except FileNotFoundError:
            self.singles.append("checkpoint")
        else:
            found = signed(published, own)
            self._must_lead_to(found)
            if found.size < self.size:
                self.singles.append("checkpoint")
        self._judge_mark(mark_lost)

    def _judge_mark(self, mark_lost: bool) -> None:
        try:
            mark = self.store.mark()
        except DisagreementError:
            mark = None
        if mark is None:
            if not mark_lost:
                raise RestoreError(
                    _(
                        "The mark is lost, so nobody can tell from the folder what was signed last. Put its "
                        "newest copy back. If there is none, say --mark-lost, and give with --seen every "
                        "newest checkpoint that others have (monitor, witnesses, receipts)."
                    )
                )
            self.mark_lost = True
            self.singles.append("mark")
            return
        if mark.origin != self.origin or mark.epoch > self.epoch:
            raise _older(_("the mark"))
        self._must_lead_to(Checkpoint(mark.origin, mark.size, mark.root))

    def _read(self, progress: Progress) -> None:
        heads: dict[Any, bytes] = {}
        for start in range(0, self.size_numbered, _CHUNK):
            try:
                batch = Batch.numbered(self.db, start, min(start + _CHUNK, self.size_numbered))
                found = disclosures_of(self.db, [entry.id for entry in batch.entries])
                for entry in batch.entries:
                    check(entry, heads.get(entry.stream), found[entry.id])
                    heads[entry.stream] = entry.leaf_hash
                    self.hashes.append(entry.leaf_hash)
            except DisagreementError as error:
                raise _edited(str(error)) from None
            progress(len(batch.entries))
        if merkle.root_of(self.hashes) != bytes(self.root):
            raise _edited(_("the root of the first %(size)d entries") % {"size": self.size_numbered})

    def _must_lead_to(self, point: Checkpoint) -> None:
        if point.origin != self.origin or point.size > self.size_numbered:
            raise _older(_("the checkpoint at size %(size)d") % {"size": point.size})
        if merkle.root_of(self.hashes[: point.size]) != point.root:
            raise _edited(_("the checkpoint at size %(size)d") % {"size": point.size})

    def missing(self) -> list[str]:
        """The files that the published tree needs and the folder lacks; one with other content is refused."""
        found = []
        for path, content in self._files():
            try:
                there = self.store.read(path)
            except FileNotFoundError:
                found.append(path)
                continue
            if there != content:
                raise RestoreError(
                    _(
                        "The file %(path)s has other content than the database gives. It was changed: keep "
                        "it as evidence, move it away, and run this again."
                    )
                    % {"path": path}
                )
        return found + [journal.path_of(start, end) for start, end in self._gaps()]

    def write(self, missing: Sequence[str]) -> None:
        """Write the missing files, the checkpoint last."""
        wanted = set(missing)
        for path, content in self._files():
            if path in wanted:
                self.store.create(path, content)
                self.store.settle(path)
        key = keys.journal_key(settings.KEYS_DIR)
        for start, end in self._gaps():
            batch = Batch.numbered(self.db, start, end)
            journal.write(self.store, key, start, batch.journal_entries(self.db, start))
        if "mark" in self.singles:
            self.store.set_mark(Mark(self.origin, self.size_numbered, bytes(self.root), self.epoch))
        if "checkpoint" in self.singles:
            self.store.replace("checkpoint", self.note.encode())
        self.db.execute("UPDATE public.ledger_logstate SET frozen = NULL WHERE id = 1")

    def _files(self) -> Iterator[tuple[str, bytes]]:
        """The tiles and bundles of the published tree, with their content."""
        for tile in tiles.needed_tiles(0, self.size):
            data = tiles.tile_bytes(tile, self._node)
            yield tile.path, data
            if tile.level == 0:
                first = tile.n * tiles.WIDTH
                batch = Batch.numbered(self.db, first, first + tile.width)
                yield tiles.entries_path(tile.n, tile.width), batch.bundle(tile)

    def _node(self, level: int, index: int) -> bytes:
        if level == 0:
            return self.hashes[index]
        if (level, index) not in self.nodes:
            below = level - tiles.HEIGHT
            parts = range(index << tiles.HEIGHT, (index + 1) << tiles.HEIGHT)
            self.nodes[level, index] = merkle.root_of(self._node(below, part) for part in parts)
        return self.nodes[level, index]

    def _gaps(self) -> Iterator[tuple[int, int]]:
        """The ranges of the published tree that no journal file covers, cut into batches."""
        at = 0
        for start, end in [*journal.ranges(self.store), (self.size, self.size)]:
            while at < min(start, self.size):
                upto = min(at + _CHUNK, start, self.size)
                yield at, upto
                at = upto
            at = max(at, end)


def _row(db: Connection, query: str, values: Sequence[Any] = ()) -> tuple[Any, ...]:
    row = db.execute(query, values).fetchone()
    if row is None:
        raise RestoreError(_("The database has no log state."))
    return tuple(row)


def _older(what: str) -> RestoreError:
    return RestoreError(
        _(
            "The database is older than what was signed: %(what)s. Restore the database first "
            "(ledger_restore without --log-folder)."
        )
        % {"what": what}
    )


def _edited(what: str) -> RestoreError:
    return RestoreError(
        _(
            "The database does not lead to what was signed: %(what)s. It was edited. Keep database and "
            "folder as evidence, and put the newest copies of both back."
        )
        % {"what": what}
    )
