"""The sealer: gives recorded entries their place in the tree and signs the tree.

    T1   take pending entries in insertion order, check each by a second code path, number them: one commit
    T2   write tiles and entry bundles, create-exclusive
    T2b  write the disclosures, encrypted, to the journal outside the database
    T3   under the lock of the mark: same epoch, size not smaller, consistency proven from the last signed
         size; then move the mark, sign, publish `checkpoint`, insert the checkpoint row

T1 is the decision; all later steps follow from what it committed, so recovery is: run T2 to T3 again. T1
never runs while an earlier batch is unpublished, hence each batch is published with the bounds T1 gave it.

Beside these, each pass takes out of the journal what was erased since (ledger.forgetting).

One leader at a time, by a session advisory lock on the connection that also commits T1; a takeover raises the
epoch. Two sealers by mistake are harmless: the second does not get the lock, and one that lost its lock finds
another epoch in T3. When two records contradict each other, the log is frozen with the reason and nothing is
signed; entries are still recorded, because no event may be lost over it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn, Self

import psycopg
from django.conf import settings
from django.db import connections

from ledger import journal, keys, trust
from ledger.agreement import State, check_all, check_extends, check_mark
from ledger.batch import Batch, take
from ledger.errors import DisagreementError, FrozenError, JournalError, KeyFileError
from ledger.forgetting import forget
from ledger.store import Mark, Store
from ledger.tlog import merkle, tiles
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.errors import FormatError, ProofError, SignatureError
from ledger.tlog.note import Signer, sign_note

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.1
BATCH = 4096
LOCK = (0x484F4C44, 1)
"""The advisory lock of the leading sealer ("HOLD"); whoever restores takes it too."""
_DJANGO_ONLY = {"pool", "isolation_level", "assume_role", "server_side_binding"}
_DISAGREE = (DisagreementError, FormatError, ProofError, SignatureError, JournalError)

Connection = psycopg.Connection[Any]


class LostLeadError(Exception):
    """Another sealer took over; this one must begin anew."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one pass did. `size` is the newest signed size that it knows of."""

    leading: bool
    taken: int = 0
    size: int = 0


class Sealer:
    """One sealer. Use as a context manager; `seal_once` may be called any number of times."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        store: Store,
        keys_folder: Path,
        trust_folder: Path,
        *,
        batch: int = BATCH,
    ) -> None:
        self._connect = connect
        self._store = store
        self._keys = keys_folder
        self._trust = trust_folder
        self._batch = batch
        self._connection: Connection | None = None
        self._epoch = 0

    @classmethod
    def from_settings(cls, **options: Any) -> Self:
        """The sealer of this installation, on the direct connection (alias `sealer`)."""
        store = Store(settings.LEDGER_DIR)
        return cls(connect_directly, store, settings.KEYS_DIR, settings.TRUST_DIR, **options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Give up the lead."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def step(self, name: str) -> None:
        """Called before each step; whatever an heir raises here ends the pass, as a kill would."""

    def seal_once(self) -> Sealed:
        """Finish what an earlier run left, then seal one batch.

        Raises FrozenError when the log is frozen or has just been, LostLeadError, and KeyFileError without
        keys. Errors of disk and database pass through: the next pass takes up where this one stopped.
        """
        try:
            return self._pass()
        except _DISAGREE as error:
            self._freeze(str(error))
        except FrozenError:
            raise
        except BaseException:
            self.close()  # an open transaction or an unknown state must not reach the next pass
            raise

    def _pass(self) -> Sealed:
        if self._connection is None and not self._take_lead():
            return Sealed(leading=False)
        self.step("look")
        state = self._state()
        forget(self._db, self._store, self._keys, self.step)
        if state.origin is None or not (state.pending or state.unpublished):
            return Sealed(leading=True, size=state.size)
        signer = self._signer(state.origin)
        check_all(state, self._store, signer, trust.own(self._trust))
        if state.unpublished:
            self._publish(state, signer)
            state = self._state()
        taken = self._number(state) if state.pending else None
        if taken is not None:
            state = self._state()
            self._publish(state, signer, taken)
        return Sealed(leading=True, taken=len(taken.entries) if taken else 0, size=state.size)

    # --- the lead ---

    def _take_lead(self) -> bool:
        """Connect, and lead if nobody else does."""
        connection = self._connect()
        try:
            row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", LOCK).fetchone()
            if row is None or not row[0]:
                connection.close()
                return False
            row = connection.execute(
                "UPDATE public.ledger_logstate SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch"
            ).fetchone()
            if row is None:
                raise DisagreementError("log state", expected="one row", got="none")
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        self._epoch = row[0]
        return True

    @property
    def _db(self) -> Connection:
        if self._connection is None:
            raise LostLeadError("the connection is gone")
        return self._connection

    def _state(self) -> State:
        """Read the committed state. Raises LostLeadError, FrozenError."""
        row = self._db.execute(
            """SELECT s.origin, s.size, s.root, s.edge, s.epoch, s.frozen, c.size, c.root,
                      EXISTS (SELECT FROM public.ledger_pending)
                 FROM public.ledger_logstate s
                 LEFT JOIN LATERAL (
                        SELECT k.size, k.root FROM public.ledger_checkpoint k ORDER BY k.size DESC LIMIT 1
                      ) c ON true
                WHERE s.id = 1"""
        ).fetchone()
        if row is None:
            raise DisagreementError("log state", expected="one row", got="none")
        state = State(*row)
        if state.epoch != self._epoch:
            raise LostLeadError(f"the epoch is {state.epoch}, mine was {self._epoch}")
        if state.frozen is not None:
            raise FrozenError("the log is frozen", got=state.frozen)
        return state

    def _signer(self, origin: str) -> Signer:
        """The signer, whose key must be the one that verifiers were given."""
        signer = keys.log_signer(self._keys, origin)
        trusted = keys.trusted_vkey(self._trust)
        if trusted not in (None, signer.vkey):
            if (self._keys / keys.NEXT_KEY).exists():
                raise KeyFileError(
                    "log key",
                    expected="one key",
                    got="a change of key that was begun and not ended",
                    todo="Run `manage.py change_log_key` again; it ends what it began.",
                )
            raise DisagreementError("log key", expected=f"the key {trusted}", got=signer.vkey)
        return signer

    def _freeze(self, reason: str) -> NoReturn:
        """Stop signing until an operator has looked; say so in the database and in the program's log."""
        self.close()
        freeze(self._connect, reason)
        raise FrozenError("the log is frozen", got=reason)

    # --- T1 ---

    def _number(self, state: State) -> Batch | None:
        """T1: number one batch in one durable commit; return it, if there was anything."""
        self.step("number")
        with self._db.transaction():
            self._db.execute("SET LOCAL synchronous_commit = on")
            row = self._db.execute(
                "SELECT epoch, size, frozen FROM public.ledger_logstate WHERE id = 1 FOR UPDATE"
            ).fetchone()
            if row != (self._epoch, state.size, None):
                raise LostLeadError(f"the log state is {row}")
            batch = take(self._db, self._batch)
            frontier = state.frontier
            for entry in batch.entries:
                frontier.append(entry.leaf_hash)
            batch.move(self._db, state.size)
            self._db.execute(
                "UPDATE public.ledger_logstate SET size = %s, root = %s, edge = %s WHERE id = 1",
                [frontier.size, frontier.root(), b"".join(frontier.hashes)],
            )
            self.step("commit")
        self.step("numbered")
        return replace(batch, start=state.size) if batch.entries else None

    # --- T2, T2b ---

    def _publish(self, state: State, signer: Signer, taken: Batch | None = None) -> None:
        """T2 to T3 for what lies between the newest checkpoint row and the committed size.

        `taken` is what T1 has just committed; after a restart it is read again.
        """
        start = state.signed_size or 0
        first = start - start % tiles.WIDTH
        if taken is not None and (taken.start, taken.end) == (start, state.size):
            batch = taken.before(self._db, first)
        else:
            batch = Batch.numbered(self._db, first, state.size)
        new = tiles.needed_tiles(start, state.size)
        self.step("tiles")
        self._check_bundle(start, batch)
        self._write_tiles(start, batch, new)
        self.step("journal")
        entries = batch.journal_entries(self._db, start)
        journal.write(self._store, keys.journal_key(self._keys), start, entries)
        self.step("mark")
        self._sign(state, signer)
        for tile in new:
            if tile.width == tiles.WIDTH:
                self._drop_partials(tile)
        self.step("done")

    def _write_tiles(self, start: int, batch: Batch, new: list[tiles.Tile]) -> None:
        """T2: the files that the growth from `start` needs, lower levels first."""
        old = tiles.TileReader(self._store.read, start)
        fresh: dict[tuple[int, int], bytes] = {}  # (tile level, index) -> hash, of all that is not in `old`
        for place, entry in enumerate(batch.entries, batch.start):
            if merkle.leaf_hash(entry.leaf) != entry.leaf_hash:
                raise DisagreementError(
                    f"entry {entry.id}", expected="a leaf with its hash", got="another leaf"
                )
            if place >= start:
                fresh[0, place] = entry.leaf_hash
            elif old(0, place) != entry.leaf_hash:
                raise DisagreementError(f"index {place}", expected="the hash in its tile", got="another hash")

        def read(level: int, index: int) -> bytes:
            known = fresh.get((level // tiles.HEIGHT, index))
            return old(level, index) if known is None else known

        paths = []
        for tile in new:
            data = tiles.tile_bytes(tile, read)
            if tile.width == tiles.WIDTH:
                fresh[tile.level + 1, tile.n] = merkle.root_of(
                    data[i : i + merkle.HASH_BYTES] for i in range(0, len(data), merkle.HASH_BYTES)
                )
            files = {tile.path: data}
            if tile.level == 0:
                files[tiles.entries_path(tile.n, tile.width)] = batch.bundle(tile)
            for path, content in files.items():
                self.step("tile")
                self._store.create(path, content)
                paths.append(path)
        self._store.settle(*paths)

    def _check_bundle(self, start: int, batch: Batch) -> None:
        """The bundle that was unfinished at the last checkpoint must still hold what it held."""
        tile = tiles.Tile(0, start // tiles.WIDTH, start % tiles.WIDTH)
        if not tile.width:
            return
        path = tiles.entries_path(tile.n, tile.width)
        try:
            there = self._store.read(path)
        except FileNotFoundError:
            return  # an interrupted run dropped it, once the full bundle stood
        if there != batch.bundle(tile):
            raise DisagreementError(
                f"file {path}", expected="the entries of the database", got="other content"
            )

    def _drop_partials(self, tile: tiles.Tile) -> None:
        self._store.drop_partials(tile.path)
        if tile.level == 0:
            self._store.drop_partials(tiles.entries_path(tile.n))

    # --- T3 ---

    def _sign(self, state: State, signer: Signer) -> None:
        """T3: nothing else on any host signs while this holds the lock."""
        with self._store.locked():
            now = self._state()
            if (now.size, now.root) != (state.size, state.root):
                raise LostLeadError("the log state moved")
            mark = self._store.mark()
            check_mark(now, mark)
            check_extends(self._store, mark, now.size, now.root)
            self._store.set_mark(Mark(signer.name, now.size, now.root, self._epoch))
            self.step("sign")
            # Ed25519 is deterministic: signing the same size again after a crash gives the same note.
            note = sign_note(Checkpoint(signer.name, now.size, now.root).text(), signer)
            self.step("publish")
            self._store.replace("checkpoint", note.encode())
            self.step("record")
            self._db.execute(
                """INSERT INTO public.ledger_checkpoint (size, root, note, at)
                   VALUES (%s, %s, %s, clock_timestamp())""",
                [now.size, now.root, note],
            )


def freeze(connect: Callable[[], Connection], reason: str) -> None:
    """Keep every sealer from signing, and say why; the first reason stands. Raises psycopg.Error."""
    logger.critical("ledger FROZEN: %s", reason)
    with connect() as connection:
        connection.execute(
            "UPDATE public.ledger_logstate SET frozen = %s WHERE id = 1 AND frozen IS NULL", [reason]
        )


def connect_directly() -> Connection:
    """A connection of the sealer's own: no pool may stand between it and its advisory lock."""
    given = connections["sealer"].settings_dict
    options = {name: value for name, value in given["OPTIONS"].items() if name not in _DJANGO_ONLY}
    return psycopg.connect(
        dbname=given["NAME"],
        user=given["USER"] or None,
        password=given["PASSWORD"] or None,
        host=given["HOST"] or None,
        port=given["PORT"] or None,
        autocommit=True,
        **options,
    )


def seal_once() -> Sealed:
    """One pass on its own: lead, seal, let go. For tests and set-up; `ledger_seal` keeps the lead."""
    with Sealer.from_settings() as sealer:
        return sealer.seal_once()
