"""The tables of the ledger, written again from what lies outside the database.

It works as the owner, inside the caller's transaction, and only ever adds: entries, disclosures, places in
the log. The walls stay up: an old row is moved forward or emptied of an erased text, which the triggers allow
beside the erasing entry, and never changed otherwise. A database that says something else than the signed log
is refused. The caller commits all of it, together with the tables that entries make, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _

from ledger.errors import RestoreError
from ledger.outside import Outside, Progress, Sealed, look
from ledger.sealer import LOCK
from ledger.store import Store

__all__ = ["Outside", "RestoreError", "Restored", "alone", "look_outside", "write"]

OWNER = "owner"
_CHUNK = 1000
_TABLES = ("stream", "entry", "disclosure", "pending", "forgetting", "logindex", "logstate", "checkpoint")


@dataclass(slots=True)
class Restored:
    """What was written. `unsealed` counts recorded entries that the database had and the log does not."""

    size: int = 0
    last_at: datetime | None = None
    entries: int = 0
    numbered: int = 0
    erased: int = 0
    unsealed: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    leaf_hash: bytes
    index: int | None


def look_outside() -> Outside:
    """The log folder of this installation. Raises RestoreError."""
    return look(Store(settings.LEDGER_DIR), settings.KEYS_DIR, settings.TRUST_DIR)


@contextmanager
def alone() -> Iterator[None]:
    """Keep every sealer away while the body runs. Raises RestoreError when one works now."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", LOCK)
        if not cursor.fetchone()[0]:
            raise RestoreError(_("A sealer is at work. Stop Holdfast (web, worker, sealer) first."))
        try:
            with Store(settings.LEDGER_DIR).locked():
                yield
        finally:
            if not connections[OWNER].needs_rollback and connections[OWNER].is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", LOCK)
            else:
                connections[OWNER].close()


def write(outside: Outside, *, old: bool, progress: Progress = lambda _: None) -> Restored:
    """Bring the ledger's tables to what the verified log folder says; inside a transaction of `owner`.

    `old`: the database may hold entries already; each must be the log's. Raises RestoreError.
    """
    with connections[OWNER].cursor() as cursor:
        names = ", ".join(f"public.ledger_{name}" for name in _TABLES)
        cursor.execute(f"LOCK TABLE {names} IN EXCLUSIVE MODE")
        writing = _Writing(cursor, outside)
        if writing.known and not old:
            raise RestoreError(
                _(
                    "The database holds %(count)d entries already. Restore into an empty one, or say "
                    "--old-database to add only what it lacks."
                )
                % {"count": len(writing.known)}
            )
        found = outside.entries()
        while chunk := list(islice(found, _CHUNK)):
            writing.take(chunk)
            progress(len(chunk))
        return writing.finish()


class _Writing:
    """One restore on its way; ``known`` and ``places`` are what the database held before."""

    def __init__(self, cursor: Any, outside: Outside) -> None:
        self.cursor, self.outside, self.done = cursor, outside, Restored()
        cursor.execute(
            "SELECT e.id, e.stream_id, e.seq, e.leaf_hash, i.idx FROM public.ledger_entry e "
            "LEFT JOIN public.ledger_logindex i ON i.entry_id = e.id"
        )
        self.known: dict[UUID, _Known] = {}
        self.places: dict[tuple[UUID, int], UUID] = {}
        for id, stream, seq, leaf_hash, index in cursor.fetchall():
            self.known[id] = _Known(bytes(leaf_hash), index)
            self.places[stream, seq] = id
        cursor.execute("SELECT id, name, next_seq FROM public.ledger_stream")
        self.streams = {id: (name, next_seq) for id, name, next_seq in cursor.fetchall()}
        self.names = {name: id for id, (name, _next) in self.streams.items()}
        cursor.execute("SELECT size, epoch, origin FROM public.ledger_logstate WHERE id = 1")
        self.size, self.epoch, origin = cursor.fetchone()
        if origin not in (None, outside.checkpoint.origin):
            raise RestoreError(
                _("The database belongs to the log %(other)s, the folder to %(origin)s.")
                % {"other": origin, "origin": outside.checkpoint.origin}
            )
        if self.size > outside.size:
            raise RestoreError(
                _(
                    "The database knows %(size)d sealed entries, the log folder %(outside)d. Here the "
                    "folder is the older one: use --log-folder."
                )
                % {"size": self.size, "outside": outside.size}
            )

    def take(self, chunk: Sequence[Sealed]) -> None:
        """Write what is new of some entries, and compare the others."""
        fresh = [found for found in chunk if self._fresh(found)]
        old = [found for found in chunk if found.row.id in self.known]
        # Places first: an order to erase may stand in the chunk that holds its target.
        self._copy(
            "ledger_entry (id, stream_id, seq, at, leaf, leaf_hash)",
            [(r.id, r.stream, r.seq, r.at, r.leaf, r.leaf_hash) for r in (f.row for f in fresh)],
        )
        self._copy(
            "ledger_disclosure (entry_id, name, digest, text, personal, erased_by)",
            [
                (f.row.id, d.name, d.digest, d.text, d.personal, d.erased_by)
                for f in fresh
                for d in f.disclosures
            ],
        )
        numbered = [f for f in chunk if f.row.id not in self.known or self.known[f.row.id].index is None]
        self._copy(
            "ledger_logindex (idx, entry_id, leaf_hash)",
            [(f.index, f.row.id, f.row.leaf_hash) for f in numbered],
        )
        self._compare(old)
        self.done.entries += len(fresh)
        self.done.numbered += len(numbered)
        if chunk:
            self.done.last_at = chunk[-1].row.at

    def finish(self) -> Restored:
        """Move streams, log state and checkpoint forward; empty the queue of what has its place now."""
        self._erase_late()
        self._move_streams()
        self.cursor.execute(
            "DELETE FROM public.ledger_pending p USING public.ledger_logindex i WHERE i.entry_id = p.entry_id"
        )
        self.cursor.execute("SELECT count(*) FROM public.ledger_pending")
        self.done.unsealed = self.cursor.fetchone()[0]
        outside, note = self.outside, self.outside.checkpoint
        self.cursor.execute(
            "INSERT INTO public.ledger_checkpoint (size, root, note, at) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (size) DO NOTHING",
            [note.size, note.root, outside.note, self._published_at()],
        )
        self.cursor.execute("SELECT root FROM public.ledger_checkpoint WHERE size = %s", [note.size])
        if bytes(self.cursor.fetchone()[0]) != note.root:
            raise _differs(_("the checkpoint at size %(size)d") % {"size": note.size})
        self.cursor.execute("SELECT max(size) FROM public.ledger_checkpoint")
        if self.cursor.fetchone()[0] > note.size:
            raise _differs(_("a checkpoint that is newer than the published one"))
        self.cursor.execute(
            "UPDATE public.ledger_logstate SET origin = %s, size = %s, root = %s, edge = %s, epoch = %s, "
            "frozen = NULL WHERE id = 1",
            [
                note.origin,
                outside.frontier.size,
                outside.frontier.root(),
                b"".join(outside.frontier.hashes),
                max(self.epoch, outside.mark.epoch),
            ],
        )
        self.done.size = outside.size
        return self.done

    def _fresh(self, found: Sealed) -> bool:
        """Whether the database lacks an entry. Raises RestoreError when it has another one in its place."""
        row = found.row
        known = self.known.get(row.id)
        if known is None:
            name = self.streams.get(row.stream, (row.stream_name, 0))[0]
            if (row.stream, row.seq) in self.places or name != row.stream_name:
                raise self._forked(found)
            if self.names.setdefault(row.stream_name, row.stream) != row.stream:
                raise self._forked(found)
            return True
        if known.leaf_hash != row.leaf_hash or known.index not in (None, found.index):
            raise _differs(_("entry %(id)s") % {"id": row.id})
        return False

    def _forked(self, found: Sealed) -> RestoreError:
        return RestoreError(
            _(
                "Somebody went on working on this old database: in the stream “%(stream)s” it has another "
                "entry where the log has %(id)s. What was recorded there cannot become part of the log. "
                "Keep this database aside, and restore into an empty one."
            )
            % {"stream": found.row.stream_name, "id": found.row.id}
        )

    def _compare(self, old: Sequence[Sealed]) -> None:
        """The leaf and disclosures of entries that were there are the log's, but for what was erased."""
        if not old:
            return
        ids = [found.row.id for found in old]
        self.cursor.execute("SELECT id, leaf FROM public.ledger_entry WHERE id = ANY(%s)", [ids])
        leaves = {id: bytes(leaf) for id, leaf in self.cursor.fetchall()}
        self.cursor.execute(
            "SELECT entry_id, name, digest, text, personal FROM public.ledger_disclosure "
            "WHERE entry_id = ANY(%s)",
            [ids],
        )
        rows = {
            (entry, name): (digest, text, personal) for entry, name, digest, text, personal in self.cursor
        }
        for found in old:
            if leaves.get(found.row.id) != found.row.leaf:
                raise _differs(_("entry %(id)s") % {"id": found.row.id})
            for item in found.disclosures:
                digest, text, personal = rows.pop((found.row.id, item.name), ("", "", None))
                gone = text is None or item.text is None
                if (digest, personal) != (item.digest, item.personal) or not (gone or text == item.text):
                    raise _differs(
                        _("the field “%(name)s” of entry %(id)s") % {"name": item.name, "id": found.row.id}
                    )
        if rows:
            raise _differs(_("the fields of entry %(id)s") % {"id": next(iter(rows))[0]})

    def _erase_late(self) -> None:
        """Empty texts that the database still has although the log orders their erasure."""
        orders = self.outside.erasures
        self.cursor.execute(
            "UPDATE public.ledger_disclosure d SET text = NULL, erased_by = x.by "
            "FROM unnest(%s::text[], %s::uuid[]) AS x(digest, by) "
            "WHERE d.digest = x.digest AND d.personal AND d.text IS NOT NULL",
            [list(orders), list(orders.values())],
        )
        self.done.erased += self.cursor.rowcount
        self.cursor.execute(  # the journal may still have the text; doing it twice does no harm
            "INSERT INTO public.ledger_forgetting (entry_id) "
            "SELECT DISTINCT d.entry_id FROM public.ledger_disclosure d WHERE d.text IS NULL "
            "ON CONFLICT DO NOTHING"
        )

    def _move_streams(self) -> None:
        for id, chain in self.outside.streams.items():
            if chain.last is None:
                continue
            values = [chain.next_seq, chain.head, chain.last.at, id]
            if id not in self.streams:
                self.cursor.execute(
                    "INSERT INTO public.ledger_stream (next_seq, head, last_at, id, name) "
                    "VALUES (%s, %s, %s, %s, %s)",
                    [*values, chain.name],
                )
            elif self.streams[id][1] < chain.next_seq:
                self.cursor.execute(
                    "UPDATE public.ledger_stream SET next_seq = %s, head = %s, last_at = %s WHERE id = %s",
                    values,
                )

    def _published_at(self) -> datetime:
        """When the checkpoint was published, as its file says: no other record of it is left."""
        stamp = (self.outside.store.folder / "checkpoint").stat().st_mtime
        return datetime.fromtimestamp(stamp, UTC)

    def _copy(self, into: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            with self.cursor.copy(f"COPY public.{into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)


def _differs(what: str) -> RestoreError:
    return RestoreError(
        _(
            "The database says something else than the signed log: %(what)s. It was edited, or belongs to "
            "another site. Keep it as evidence, and restore into an empty database."
        )
        % {"what": what}
    )
