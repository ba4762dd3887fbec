"""Proof files: c2sp.org/tlog-proof (`.tlog-proof`). That a log holds an entry, in one small text.

    c2sp.org/tlog-proof@v1
    extra <base64>                  optional; proves nothing and is not covered by any signature
    index <place in the log, from 0>
    <inclusion proof, one base64 hash a line, from the leaf upward>
    <empty line>
    <checkpoint with its signatures, as it came>

What is proven is a leaf hash; how it comes from an entry is for the caller (`ledger.tlog.merkle.leaf_hash`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.tlog import checkpoint as checkpoints
from ledger.tlog import merkle
from ledger.tlog.encoding import b64, decimal, unb64
from ledger.tlog.errors import FormatError, SignatureError, shown
from ledger.tlog.note import split_note
from ledger.tlog.policy import Policy, Trusted

HEAD = "c2sp.org/tlog-proof@v1"
MAX_BYTES = 2_000_000
MAX_HASHES = 63
"""A path in the largest tree that a checkpoint can state."""


@dataclass(frozen=True, slots=True)
class ProofFile:
    """A proof file that was read; nothing in it is proven yet. `checkpoint` is the signed note."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def verify(self, leaf_hash: bytes, policy: Policy) -> Trusted:
        """The checkpoint that holds the leaf at `index`, believed because the policy's quorum is met.

        Raises SignatureError for a checkpoint that the policy does not believe or that too few witnesses
        have cosigned, ProofError when the leaf is not in its tree at that place, PolicyError without a log.
        """
        trusted = policy.open(self.checkpoint.encode("utf-8"))
        if not trusted.quorum_met:
            raise SignatureError(
                "checkpoint",
                expected="the cosignatures that the trust policy demands",
                got=", ".join(shown(witness.name) for witness in trusted.witnesses) or "none",
                todo="Get the proof again once the witnesses have cosigned.",
            )
        at = trusted.checkpoint
        merkle.verify_inclusion(leaf_hash, self.index, at.size, self.hashes, at.root)
        return trusted


def build(index: int, hashes: Sequence[bytes], checkpoint: str, extra: bytes | None = None) -> str:
    """The text of a proof file. Its form is checked as a reader would. Raises FormatError."""
    more = [] if extra is None else [f"extra {b64(extra)}"]
    text = "\n".join([HEAD, *more, f"index {index}", *map(b64, hashes), "", checkpoint])
    parse(text)
    return text


def parse(raw: bytes | str) -> ProofFile:
    """The proof file that `raw` is. Raises FormatError."""
    if isinstance(raw, str):
        try:
            raw = raw.encode("utf-8")
        except UnicodeEncodeError:
            raise FormatError("tlog-proof", expected="no lone surrogates", got=shown(raw)) from None
    if len(raw) > MAX_BYTES:
        raise FormatError("tlog-proof", expected=f"at most {MAX_BYTES:,} bytes", got=f"{len(raw):,}")
    # The first empty line ends the head: a hash line is never empty, while a note may hold empty lines.
    head, blank, note = raw.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    if not blank or lines.pop(0) != HEAD:
        raise FormatError("tlog-proof", expected=f"{HEAD}, a head and a checkpoint", got=shown(head))
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = unb64(lines.pop(0).removeprefix("extra "), what="tlog-proof extra")
        if not extra:
            raise FormatError("tlog-proof extra", expected="no line when there is no extra data", got="one")
    if not lines or not lines[0].startswith("index "):
        raise FormatError("tlog-proof", expected="an index line", got=shown(lines[:1]))
    index = decimal(lines.pop(0).removeprefix("index "), "tlog-proof index")
    if len(lines) > MAX_HASHES:
        raise FormatError("tlog-proof", expected=f"at most {MAX_HASHES} hashes", got=str(len(lines)))
    hashes = tuple(unb64(line, merkle.HASH_BYTES, "tlog-proof hash") for line in lines)
    # Or else lines cut off from the head would pass as part of the note.
    checkpoints.parse(split_note(note)[0].decode("utf-8"))
    return ProofFile(index, hashes, note.decode("utf-8"), extra)
