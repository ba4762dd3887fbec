"""A log in memory that grows, and may fork: what a witness is shown."""

from __future__ import annotations

from ledger.tlog import merkle
from ledger.tlog import witness as messages
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.note import Signer, sign_note

from .tlog.builders import LOG, MemoryTree


class GrowingLog:
    """Leaves are "0", "1", ... and, in a fork, others from `fork` on."""

    def __init__(self, signer: Signer = LOG, fork: int | None = None) -> None:
        self.signer, self.fork = signer, fork

    def hashes(self, size: int) -> list[bytes]:
        fork = size if self.fork is None else self.fork
        return [merkle.leaf_hash(f"{n}{'' if n < fork else 'fork'}".encode()) for n in range(size)]

    def note(self, size: int) -> bytes:
        root = merkle.root_of(self.hashes(size))
        return sign_note(Checkpoint(self.signer.name, size, root).text(), self.signer).encode()

    def proof(self, old: int, size: int) -> tuple[bytes, ...]:
        if old in (0, size):
            return ()
        return tuple(merkle.consistency_proof(old, size, MemoryTree(self.hashes(size))))

    def request(self, old: int, size: int) -> bytes:
        return messages.Request(old, self.proof(old, size), self.note(size)).encode()
