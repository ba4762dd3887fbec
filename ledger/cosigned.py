"""What is kept of witnesses: their cosignatures, which checkpoints are witnessed, how each one stands.

A checkpoint is witnessed once cosignatures by witnesses of the policy meet its quorum. Then the note with
those lines is published as `checkpoint.witnessed`, and after it the row is written: a crash between the two
is made good by `settle_newest`. A policy without a quorum makes nothing witnessed, whoever cosigned.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from ledger.asking import Contradicted, Cosigned
from ledger.store import Store
from ledger.tlog import checkpoint as checkpoints
from ledger.tlog import merkle, tiles
from ledger.tlog import witness as messages
from ledger.tlog.cosignature import time_of
from ledger.tlog.errors import FormatError, LogError, SignatureError
from ledger.tlog.note import open_note
from ledger.tlog.policy import NO_QUORUM, Policy, Witness

logger = logging.getLogger("ledger.witnessing")

FILE = "checkpoint.witnessed"
_LOOKED_BACK = 100  # cosigned sizes that are looked through for a quorum after a change of policy or a crash


@dataclass(frozen=True)
class Newest:
    """The newest checkpoint row."""

    size: int
    root: bytes
    note: bytes


@dataclass(frozen=True)
class Found:
    """The log as it stands: its name, why it is frozen, its newest checkpoint."""

    origin: str | None
    frozen: str | None
    newest: Newest | None


class Records:
    """The tables of witnesses, over one connection of the sealer's role, in the light of one policy."""

    def __init__(self, connection: psycopg.Connection[Any], store: Store, policy: Policy) -> None:
        self._db = connection
        self._store = store
        self._policy = policy

    def look(self) -> Found:
        """Read the state of the log."""
        row = self._db.execute(
            """SELECT s.origin, s.frozen, c.size, c.root, c.note FROM public.ledger_logstate s
                 LEFT JOIN LATERAL (
                        SELECT k.size, k.root, k.note FROM public.ledger_checkpoint k
                         ORDER BY k.size DESC LIMIT 1
                      ) c ON true
                WHERE s.id = 1"""
        ).fetchone()
        if row is None:
            return Found(None, None, None)
        origin, frozen, size, root, note = row
        return Found(origin, frozen, None if size is None else Newest(size, bytes(root), note.encode()))

    def list_witnesses(self, urls: Mapping[str, str] | None = None) -> dict[str, int]:
        """Write down whom the policy names, and who has an address; return what each cosigned last, by name.

        Without `urls` what is known of addresses stays: a command may not know what the loop was told.
        """
        witnesses = self._policy.witnesses
        with self._db.transaction():
            self._db.execute(
                "UPDATE public.ledger_witness SET listed = false WHERE listed AND NOT vkey = ANY (%s)",
                [[w.verifier.vkey for w in witnesses.values()]],
            )
            for name, witness in witnesses.items():
                self._db.execute(
                    """INSERT INTO public.ledger_witness AS w (vkey, name, listed, asked, size, problem)
                       VALUES (%s, %s, true, %s, 0, '')
                       ON CONFLICT (vkey) DO UPDATE SET name = EXCLUDED.name, listed = true,
                          asked = CASE WHEN %s THEN EXCLUDED.asked ELSE w.asked END""",
                    [witness.verifier.vkey, name, name in (urls or {}), urls is not None],
                )
        rows = self._db.execute("SELECT vkey, size FROM public.ledger_witness").fetchall()
        sizes = dict(rows)
        return {name: sizes[witness.verifier.vkey] for name, witness in witnesses.items()}

    def answered(self, witness: Witness, size: int) -> None:
        """The witness answered, and cosigned `size` last."""
        self._db.execute(
            """UPDATE public.ledger_witness SET size = %s, problem = '', silent_since = NULL,
                      answered_at = clock_timestamp() WHERE vkey = %s""",
            [size, witness.verifier.vkey],
        )

    def failed(self, witness: Witness, reason: str) -> None:
        """The witness gave no cosignature, for this reason; since when is kept."""
        self._db.execute(
            """UPDATE public.ledger_witness SET problem = %s,
                      silent_since = coalesce(silent_since, clock_timestamp()) WHERE vkey = %s""",
            [reason, witness.verifier.vkey],
        )

    def cosigned(self, witness: Witness, result: Cosigned) -> None:
        """Keep a verified cosignature, and publish when it makes the quorum."""
        self._db.execute(
            """INSERT INTO public.ledger_cosignature (size, vkey, line, time, at)
               VALUES (%s, %s, %s, %s, clock_timestamp()) ON CONFLICT DO NOTHING""",
            [result.size, witness.verifier.vkey, result.line, result.time],
        )
        self.answered(witness, result.size)
        self.settle(result.size)

    def take(self, witness: Witness, answer: bytes) -> int:
        """Take in an answer that came as a file; return the size it cosigns, -1 when it tells a size only.

        Raises FormatError, and SignatureError for an answer to nothing of ours.
        """
        try:
            size = messages.parse_conflict(answer)
        except FormatError:
            messages.parse_answer(answer)
        else:
            self.answered(witness, size)
            return -1
        rows = self._db.execute("SELECT size, note FROM public.ledger_checkpoint ORDER BY size DESC")
        for size, note in rows:
            text = note.encode().partition(b"\n\n")[0] + b"\n"
            try:
                line, signature = messages.cosignature_in(answer, text, witness.verifier)
            except SignatureError:
                continue
            self.cosigned(witness, Cosigned(size, line, time_of(signature)))
            return int(size)
        raise SignatureError(
            f"answer of {witness.name}",
            expected="its cosignature on a checkpoint of this log",
            got="none that holds",
        )

    def size_of(self, witness: Witness) -> int:
        """The size that a witness cosigned last, as far as we know."""
        row = self._db.execute(
            "SELECT size FROM public.ledger_witness WHERE vkey = %s", [witness.verifier.vkey]
        ).fetchone()
        return int(row[0]) if row else 0

    def settle_newest(self) -> None:
        """Publish the newest checkpoint that meets the quorum, if a crash or a new policy left it undone."""
        rows = self._db.execute(
            """SELECT DISTINCT size FROM public.ledger_cosignature
                WHERE size >= coalesce((SELECT max(size) FROM public.ledger_witnessed), 0)
                ORDER BY size DESC LIMIT %s""",
            [_LOOKED_BACK],
        ).fetchall()
        for (size,) in rows:
            if self.settle(size):
                return

    def settle(self, size: int) -> bool:
        """Publish the checkpoint of this size if its cosignatures meet the quorum; say whether they do."""
        names = {witness.verifier.vkey: name for name, witness in self._policy.witnesses.items()}
        lines = {
            names[vkey]: line
            for vkey, line in self._db.execute(
                "SELECT vkey, line FROM public.ledger_cosignature WHERE size = %s", [size]
            )
            if vkey in names
        }
        if self._policy.quorum == NO_QUORUM or not self._policy.satisfied_by(set(lines)):
            return False
        row = self._db.execute("SELECT note FROM public.ledger_checkpoint WHERE size = %s", [size]).fetchone()
        if row is None:
            return False
        note = (row[0] + "".join(lines[name] for name in sorted(lines))).encode()
        self._policy.open(note)  # what does not verify as readers will verify it is not published
        if size >= self._published():
            self._store.replace(FILE, note)
        self._db.execute(
            """INSERT INTO public.ledger_witnessed (size, at) VALUES (%s, clock_timestamp())
               ON CONFLICT DO NOTHING""",
            [size],
        )
        return True

    def _published(self) -> int:
        try:
            return self._policy.open(self._store.read(FILE)).checkpoint.size
        except (FileNotFoundError, LogError):
            return 0

    def contradiction(self, origin: str, said: Contradicted) -> str | None:
        """Say why what a witness shows contradicts this log; None when it shows nothing signed by our key.

        The shown note is kept under `evidence/`.
        """
        if said.shown is None:
            return None
        own = [log.verifier for log in self._policy.logs if log.verifier.name == origin]
        try:
            shown = checkpoints.parse(open_note(said.shown, own).text)
        except LogError:
            return None
        newest = self.look().newest  # read now: the sealer may have gone on since the witness was asked
        if shown.origin != origin or newest is None:
            return None
        if shown.size <= newest.size:
            root = tiles.TileReader(self._store.read, newest.size).root(shown.size)
            if root == shown.root:
                return None
        self._store.create(f"evidence/{hashlib.sha256(said.shown).hexdigest()}", said.shown)
        if shown.size > newest.size:
            return (
                f"a witness shows a checkpoint of size {shown.size} signed by this log's key, and this log "
                f"ends at {newest.size}. An old copy was put back, or a second site signs with the same key."
            )
        return (
            f"a witness shows a checkpoint of size {shown.size} signed by this log's key with another root. "
            "A second site signs with the same key, or the history was rewritten."
        )

    def freeze(self, reason: str) -> None:
        """Stop the signing until an operator has looked."""
        logger.critical("ledger FROZEN: %s", reason)
        self._db.execute(
            "UPDATE public.ledger_logstate SET frozen = %s WHERE id = 1 AND frozen IS NULL", [reason]
        )

    def request(self, old: int) -> bytes:
        """The request for the newest checkpoint, from size `old`. Raises FormatError without one."""
        newest = self.look().newest
        if newest is None:
            raise FormatError("log", expected="a signed checkpoint", got="none yet")
        old = min(old, newest.size)
        return messages.Request(old, consistency(self._store, old, newest.size), newest.note).encode()


def consistency(store: Store, old: int, size: int) -> tuple[bytes, ...]:
    """The consistency proof between two sizes, out of the tiles; empty where none is sent."""
    if old in (0, size):
        return ()
    return tuple(merkle.consistency_proof(old, size, tiles.TileReader(store.read, size)))
