"""Small logs, made in memory: the raw material of the tests of `ledger.tlog`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypedDict
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.tlog import bundle, canonical, disclosure, leaf, merkle
from ledger.tlog.canonical import Json
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.cosignature import CosignSigner
from ledger.tlog.note import Signer, sign_note

ORIGIN = "holdfast.example/ledger/0011223344556677"
WITNESS_TIME = 1_795_255_200


def key(seed: int) -> Ed25519PrivateKey:
    """The same key for the same seed, so that a failing test fails again."""
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


LOG = Signer(ORIGIN, key(1))
WITNESSES = [CosignSigner(f"witness.example/w{number}", key(10 + number)) for number in range(3)]


def policy_text(quorum: str = "none") -> str:
    """A policy that knows the log and the three witnesses w0 to w2."""
    lines = [f"log {LOG.vkey}"]
    lines += [f"witness w{number} {witness.vkey}" for number, witness in enumerate(WITNESSES)]
    lines += ["group two 2 w0 w1 w2", f"quorum {quorum}"]
    return "\n".join(lines) + "\n"


def uuid(number: int) -> str:
    """A UUID with a number in it."""
    return str(UUID(int=0x0193_0000_0000_7000_8000_0000_0000_0000 + number))


def members_of(raw: bytes) -> dict[str, Json]:
    """The members of a canonical JSON object, in the order in which they stand."""
    read = canonical.decode(raw)
    assert isinstance(read, dict)
    return read


class Parts(TypedDict):
    """The arguments that `bundle.build` cannot do without."""

    checkpoint: str
    entries: list[bytes]
    runs: list[bundle.Run]
    proofs: list[bundle.Proof]
    disclosures: dict[str, str]


class MemoryTree:
    """All hashes of a tree, for `read` of the provers; the plainest thing that can be right."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.levels = [leaves]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            self.levels.append(
                [merkle.node_hash(*below[i : i + 2]) for i in range(0, len(below) - len(below) % 2, 2)]
            )

    def __call__(self, level: int, index: int) -> bytes:
        return self.levels[level][index]


@dataclass
class SampleLog:
    """A log of a few streams, from which evidence files are made."""

    leaves: list[bytes] = field(default_factory=list)
    disclosures: dict[str, str] = field(default_factory=dict)
    streams: dict[str, list[int]] = field(default_factory=dict)

    def append(self, stream: str, values: dict[str, Json], **changes: Any) -> bytes:
        """Record an entry; `changes` overrides members of the leaf, to make false ones."""
        run = self.streams.setdefault(stream, [])
        made = [
            disclosure.make(name, value, salt=bytes([len(self.leaves) % 256, place]) * 16)
            for place, (name, value) in enumerate(values.items())
        ]
        members: dict[str, Any] = {
            "digests": [one.digest for one in made],
            "at": f"2026-11-21T10:00:{len(self.leaves) % 60:02}.000001Z",
            "id": uuid(1000 + len(self.leaves)),
            "prev": merkle.leaf_hash(self.leaves[run[-1]]) if run else None,
            "seq": len(run),
            "stream": stream,
            "tags": [],
        }
        raw = leaf.build(**(members | changes))
        self.disclosures |= {one.digest: one.text for one in made}
        run.append(len(self.leaves))
        self.leaves.append(raw)
        return raw

    @property
    def hashes(self) -> list[bytes]:
        return [merkle.leaf_hash(raw) for raw in self.leaves]

    def note(self, *witnesses: CosignSigner) -> str:
        """The signed checkpoint over all entries."""
        text = Checkpoint(ORIGIN, len(self.leaves), merkle.root_of(self.hashes)).text()
        note = sign_note(text, LOG)
        return note + "".join(witness.sign(text, WITNESS_TIME) for witness in witnesses)

    def parts(self, *witnesses: CosignSigner) -> Parts:
        """The arguments of `bundle.build` for all streams, everything disclosed."""
        tree = MemoryTree(self.hashes)
        return {
            "checkpoint": self.note(*witnesses),
            "entries": [self.leaves[index] for run in self.streams.values() for index in run],
            "runs": [bundle.Run(stream, 0, len(run) - 1) for stream, run in self.streams.items()],
            "proofs": [
                bundle.Proof(
                    run[-1],
                    self.hashes[run[-1]],
                    tuple(merkle.inclusion_proof(run[-1], len(self.leaves), tree)),
                )
                for run in self.streams.values()
            ],
            "disclosures": dict(self.disclosures),
        }


def sample_log() -> SampleLog:
    """Two streams of three and two entries, woven into each other."""
    log = SampleLog()
    project, party = uuid(1), uuid(2)
    log.append(project, {"kind": "project.opened/1", "actor": "system"})
    log.append(party, {"kind": "party.registered/1", "name": "甲测绘院"})
    log.append(project, {"kind": "hop.proposed/1", "depth": 1})
    log.append(party, {"kind": "qualification.verified/1", "grade": "B", "level": None})
    log.append(project, {"kind": "handoff.offered/1", "copies": ["1", "2"], "checked": True})
    return log
