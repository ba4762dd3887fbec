"""The sealer: gives recorded entries their place in the tree and signs the tree.

    T1   take pending entries in insertion order, check each by a second code path, number them, one durable commit
    T2   write tiles and entry bundles, create-exclusive
    T2b  write the disclosures, encrypted, to the journal outside the database
    T3   under the lock of the mark: same epoch, size not smaller, consistency proven from the last signed size;
         then move the mark, sign, publish ``checkpoint``, insert the checkpoint row

T1 is the decision; all later steps follow from what it committed, so recovery is: run T2 to T3 again. T1 never runs
while an earlier batch is unpublished, hence each batch is published with the bounds that T1 gave it.

One leader at a time, by a session advisory lock on the same connection that commits T1; a takeover raises the epoch.
Two sealers by mistake are harmless: the second does not get the lock, and one that lost its lock finds another epoch
in T3. When two records contradict each other, the log is frozen with the reason and nothing is signed: entries are
still recorded, because a custody event must never be lost over it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, Self

import psycopg
from django.conf import settings
from django.db import connections
from psycopg.rows import namedtuple_row

from ledger import journal, keys
from ledger.batch import Batch, take
from ledger.errors import DisagreementError, FrozenError, JournalError
from ledger.store import Mark, Store
from ledger.tlog import merkle, tiles
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.checkpoint import parse as parse_checkpoint
from ledger.tlog.errors import FormatError, ProofError, SignatureError
from ledger.tlog.note import Signer, Verifier, open_note, sign_note

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.1
BATCH = 4096
_LOCK = (0x484F4C44, 1)  # "HOLD": advisory lock of the leading sealer
_DJANGO_ONLY = {"pool", "isolation_level", "assume_role", "server_side_binding"}


class LostLeadError(Exception):
    """Another sealer took over; this one must begin anew."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one pass did. `size` is the newest signed size that this pass knows of."""

    leading: bool
    taken: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """The committed state of the log, with the newest checkpoint row."""

    origin: str | None
    size: int
    root: bytes
    edge: bytes
    epoch: int
    frozen: str | None
    signed_size: int | None
    signed_root: bytes | None
    pending: bool


class Sealer:
    """One sealer. Use as a context manager; `seal_once` may be called any number of times."""

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection[Any]],
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
        self._connection: psycopg.Connection[Any] | None = None
        self._epoch = 0

    @classmethod
    def from_settings(cls, **options: Any) -> Self:
        """The sealer of this installation, on the direct connection (alias ``sealer``)."""
        return cls(
            connect_directly, Store(settings.LEDGER_DIR), settings.KEYS_DIR, settings.TRUST_DIR, **options
        )

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
        """Called before each step; whatever it raises ends the pass there, as a kill would."""

    def seal_once(self) -> Sealed:
        """Finish what an earlier run left, then seal one batch.

        Raises FrozenError when the log is frozen or has just been, KeyFileError without keys, and lets errors of
        the disk and the database pass: after each of them a new pass takes up where this one stopped.
        """
        try:
            return self._pass()
        except (DisagreementError, FormatError, ProofError, SignatureError, JournalError) as error:
            self._freeze(str(error))
        except FrozenError:
            raise
        except BaseException:
            self.close()  # an open transaction or an unknown state must not be carried into the next pass
            raise

    def _pass(self) -> Sealed:
        if self._connection is None and not self._take_lead():
            return Sealed(leading=False)
        self.step("look")
        state = self._state()
        if state.frozen is not None:
            raise FrozenError("the log is frozen", got=state.frozen)
        if state.origin is None:
            return Sealed(leading=True)
        self._same_epoch(state)
        unpublished = state.signed_size is None or state.signed_size < state.size
        if not state.pending and not (unpublished and state.size):
            return Sealed(leading=True, size=state.size)
        signer = self._signer(state.origin)
        self._check_published(state, signer)
        if unpublished and state.size:
            self._publish(state, signer)
            state = self._state()
        taken = 0
        if state.pending:
            taken = self._number(state)
            if taken:
                state = self._state()
                self._publish(state, signer)
        return Sealed(leading=True, taken=taken, size=state.size)

    # --- the lead ---------------------------------------------------------------------------------------------

    def _take_lead(self) -> bool:
        """Connect, and lead if nobody else does."""
        connection = self._connect()
        try:
            row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", _LOCK).fetchone()
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

    def _same_epoch(self, state: State) -> None:
        if state.epoch != self._epoch:
            raise LostLeadError(f"epoch {state.epoch}, mine is {self._epoch}")

    @property
    def _db(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            raise LostLeadError("no connection")
        return self._connection

    def _state(self) -> State:
        with self._db.cursor(row_factory=namedtuple_row) as cursor:
            cursor.execute(
                """SELECT s.origin, s.size, s.root, s.edge, s.epoch, s.frozen, c.size AS signed_size,
                          c.root AS signed_root, EXISTS (SELECT FROM public.ledger_pending) AS pending
                     FROM public.ledger_logstate s
                     LEFT JOIN LATERAL (SELECT size, root FROM public.ledger_checkpoint ORDER BY size DESC LIMIT 1) c
                       ON true
                    WHERE s.id = 1"""
            )
            row = cursor.fetchone()
        if row is None:
            raise DisagreementError("log state", expected="one row", got="none")
        return State(*row)

    # --- before anything is numbered --------------------------------------------------------------------------

    def _signer(self, origin: str) -> Signer:
        """The signer, whose key must be the one that verifiers were given."""
        signer = keys.log_signer(self._keys, origin)
        trusted = keys.trusted_vkey(self._trust)
        if trusted is not None and trusted != signer.vkey:
            raise DisagreementError("log key", expected=f"the key {trusted}", got=signer.vkey)
        return signer

    def _check_published(self, state: State, signer: Signer) -> None:
        """Compare database, mark, published checkpoint and the right edge of the tiles.

        Raises DisagreementError when one of them is older, newer or other than it can be.
        """
        mark = self._store.mark()
        note = self._published(signer)
        if state.signed_size is None:
            if note is not None and note.size != state.size:
                raise DisagreementError(
                    "database", expected=f"the checkpoint of size {note.size}, which is published", got="none"
                )
        else:
            if note is None or note.size not in (state.signed_size, state.size):
                raise DisagreementError(
                    "published checkpoint",
                    expected=f"size {state.signed_size}",
                    got="no file" if note is None else f"size {note.size}",
                )
            if state.signed_root is None or (
                note.size == state.signed_size and note.root != state.signed_root
            ):
                raise DisagreementError(
                    "published checkpoint", expected="the root of the database", got="another"
                )
            self._check_edge(state.signed_size, state.signed_root)
        if mark is None and note is not None:
            raise DisagreementError("mark file", expected=f"one at size {note.size} or above", got="no file")
        self._check_mark(state, mark)

    def _check_mark(self, state: State, mark: Mark | None) -> None:
        if mark is None:
            if state.signed_size is not None:
                raise DisagreementError(
                    "mark file", expected=f"one at size {state.signed_size}", got="no file"
                )
            return
        if mark.origin != state.origin:
            raise DisagreementError("origin", expected=mark.origin, got=str(state.origin))
        if mark.size > state.size or mark.size < (state.signed_size or 0) or mark.epoch > state.epoch:
            raise DisagreementError(
                "database",
                expected=f"size {mark.size} and epoch {mark.epoch} or above, as the mark says",
                got=f"size {state.size}, epoch {state.epoch}",
                todo="An old copy of the database seems to have been restored.",
            )
        if mark.size == state.size and mark.root != state.root:
            raise DisagreementError(
                "root", expected=f"the one in the mark at size {mark.size}", got="another"
            )

    def _published(self, signer: Signer) -> Checkpoint | None:
        """The checkpoint that is published now, if any; it must be signed with our key."""
        try:
            raw = self._store.read("checkpoint")
        except FileNotFoundError:
            return None
        published = parse_checkpoint(open_note(raw, [Verifier.from_vkey(signer.vkey)]).text)
        if published.origin != signer.name:
            raise DisagreementError("published checkpoint", expected=signer.name, got=published.origin)
        return published

    def _check_edge(self, size: int, root: bytes) -> None:
        """Recompute the root at `size` from the tiles on disk."""
        if self._from_tiles(lambda read: read.root(), size) != root:
            raise DisagreementError(
                "tiles",
                expected=f"the root that was signed at size {size}",
                got="another root",
                todo="A tile was changed; compare with a monitor's copy.",
            )

    def _from_tiles(self, question: Callable[[tiles.TileReader], Any], size: int) -> Any:
        try:
            return question(tiles.TileReader(self._store.read, size))
        except FileNotFoundError as error:
            raise DisagreementError(
                "tiles", expected="all tiles on disk", got=f"no {error.filename}"
            ) from None

    # --- T1 ---------------------------------------------------------------------------------------------------

    def _number(self, state: State) -> int:
        """T1: number one batch in one durable commit; return how many entries it has."""
        self.step("number")
        with self._db.transaction():
            self._db.execute("SET LOCAL synchronous_commit = on")
            row = self._db.execute(
                "SELECT epoch, size, frozen FROM public.ledger_logstate WHERE id = 1 FOR UPDATE"
            ).fetchone()
            if row != (self._epoch, state.size, None):
                raise LostLeadError(f"log state is {row}")
            edge = [state.edge[i : i + 32] for i in range(0, len(state.edge), 32)]
            frontier = merkle.Frontier.from_hashes(state.size, edge)
            if frontier.root() != state.root:
                raise DisagreementError("log state", expected="the root of its right edge", got="another")
            batch = take(self._db, self._batch)
            for entry in batch.entries:
                frontier.append(entry.leaf_hash)
            batch.move(self._db, state.size)
            self._db.execute(
                "UPDATE public.ledger_logstate SET size = %s, root = %s, edge = %s WHERE id = 1",
                [frontier.size, frontier.root(), b"".join(frontier.hashes)],
            )
            self.step("commit")
        self.step("numbered")
        return len(batch.entries)

    # --- T2, T2b ----------------------------------------------------------------------------------------------

    def _publish(self, state: State, signer: Signer) -> None:
        """T2 to T3 for what lies between the newest checkpoint row and the committed size."""
        start = state.signed_size or 0
        batch = Batch.numbered(self._db, start // tiles.WIDTH * tiles.WIDTH, state.size)
        new = tiles.needed_tiles(start, state.size)
        self.step("tiles")
        self._write_tiles(state, start, batch, new)
        self.step("journal")
        journal.write(
            self._store, keys.journal_key(self._keys), start, batch.journal_entries(self._db, start)
        )
        self.step("mark")
        self._sign(state, signer, new)

    def _write_tiles(self, state: State, start: int, batch: Batch, new: list[tiles.Tile]) -> None:
        old = tiles.TileReader(self._store.read, start)
        fresh: dict[tuple[int, int], bytes] = {}  # (tile level, index) -> hash, for what this batch adds
        for place, entry in enumerate(batch.entries, batch.start):
            fresh[0, place] = merkle.leaf_hash(entry.leaf)
            if fresh[0, place] != entry.leaf_hash:
                raise DisagreementError(
                    f"entry {entry.id}", expected="a leaf with its hash", got="another leaf"
                )
            if place < start and old(0, place) != entry.leaf_hash:
                raise DisagreementError(f"index {place}", expected="the hash in its tile", got="another hash")

        def read(level: int, index: int) -> bytes:
            known = fresh.get((level // tiles.HEIGHT, index))
            return old(level, index) if known is None else known

        paths = []
        for tile in new:
            data = tiles.tile_bytes(tile, read)
            if tile.width == tiles.WIDTH:
                fresh[tile.level + 1, tile.n] = _root(data)
            files = {tile.path: data}
            if tile.level == 0:
                first = tile.n * tiles.WIDTH - batch.start
                leaves = [entry.leaf for entry in batch.entries[first : first + tile.width]]
                files[tiles.entries_path(tile.n, tile.width)] = tiles.encode_entries(leaves)
            for path, content in files.items():
                self._store.create(path, content)
                paths.append(path)
                self.step("tile")
        self._check_bundle(start, batch)
        self._store.settle(*paths)

    def _check_bundle(self, start: int, batch: Batch) -> None:
        """The bundle that was unfinished at the last checkpoint must begin as it did then."""
        width = start % tiles.WIDTH
        if not width:
            return
        path = tiles.entries_path(start // tiles.WIDTH, width)
        leaves = [entry.leaf for entry in batch.entries[:width]]
        try:
            same = self._store.read(path) == tiles.encode_entries(leaves)
        except FileNotFoundError:
            return  # dropped by an interrupted run, once the full bundle stood
        if not same:
            raise DisagreementError(
                f"file {path}", expected="the entries of the database", got="other content"
            )

    # --- T3 ---------------------------------------------------------------------------------------------------

    def _sign(self, state: State, signer: Signer, new: list[tiles.Tile]) -> None:
        with self._store.locked():
            now = self._state()
            self._same_epoch(now)
            if now.frozen is not None:
                raise FrozenError("the log is frozen", got=now.frozen)
            if (now.origin, now.size, now.root) != (state.origin, state.size, state.root):
                raise LostLeadError("the log state moved")
            mark = self._store.mark()
            self._check_mark(now, mark)
            self._check_edge(state.size, state.root)
            if mark is not None:
                proof = self._from_tiles(
                    lambda read: merkle.consistency_proof(mark.size, state.size, read), state.size
                )
                merkle.verify_consistency(mark.size, mark.root, state.size, state.root, proof)
            self._store.set_mark(Mark(signer.name, state.size, state.root, self._epoch))
            self.step("sign")
            # Ed25519 is deterministic: signing the same size again after a crash gives the same note.
            note = sign_note(Checkpoint(signer.name, state.size, state.root).text(), signer)
            self.step("publish")
            self._store.replace("checkpoint", note.encode())
            self.step("record")
            for tile in new:
                if tile.width == tiles.WIDTH:
                    self._store.drop_partials(tile.path)
                    if tile.level == 0:
                        self._store.drop_partials(tiles.entries_path(tile.n))
            self._db.execute(
                "INSERT INTO public.ledger_checkpoint (size, root, note, at) VALUES (%s, %s, %s, clock_timestamp())",
                [state.size, state.root, note],
            )

    def _freeze(self, reason: str) -> NoReturn:
        """Stop signing until an operator has looked; say so in the database and the log."""
        logger.critical("ledger FROZEN: %s", reason)
        self.close()
        with self._connect() as connection:
            connection.execute(
                "UPDATE public.ledger_logstate SET frozen = %s WHERE id = 1 AND frozen IS NULL", [reason]
            )
        raise FrozenError("the log is frozen", got=reason)


def connect_directly() -> psycopg.Connection[Any]:
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
    """One pass on its own: lead, seal, let go. For tests and set-up; ``ledger_seal`` keeps the lead."""
    with Sealer.from_settings() as sealer:
        return sealer.seal_once()


def _root(data: bytes) -> bytes:
    frontier = merkle.Frontier()
    for start in range(0, len(data), merkle.HASH_BYTES):
        frontier.append(data[start : start + merkle.HASH_BYTES])
    return frontier.root()
