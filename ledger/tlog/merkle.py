"""The Merkle tree: RFC 6962 section 2.1, proofs verified by RFC 9162 sections 2.1.3.2 and 2.1.4.2.

A tree of n leaves splits at the largest power of two below n; an odd node is never padded or doubled.
Provers get the hashes through `read(level, index)`, the root of the perfect subtree of 2^level leaves that
starts at leaf index * 2^level: from memory, from tiles, from a table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from ledger.tlog.errors import FormatError, ProofError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Read: TypeAlias = Callable[[int, int], bytes]

_sha256 = hashlib.sha256


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry)."""
    return _sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return _sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of its perfect subtrees, largest (leftmost) first.

    A size of n has as many hashes as n has one-bits, so the whole state of a log of any size is small
    enough to be kept in one row.
    """

    def __init__(self) -> None:
        self._size = 0
        self._hashes: list[bytes] = []

    @classmethod
    def from_hashes(cls, size: int, hashes: Sequence[bytes]) -> Frontier:
        """A frontier as it was kept. Raises FormatError when the hashes cannot belong to `size`."""
        if size < 0 or len(hashes) != size.bit_count():
            raise FormatError(
                "right edge",
                expected=f"{max(size, 0).bit_count()} hashes for size {size}",
                got=f"{len(hashes)}",
            )
        frontier = cls()
        frontier._size = size
        frontier._hashes = [_checked(bytes(value), "right edge") for value in hashes]
        return frontier

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._size

    @property
    def hashes(self) -> list[bytes]:
        """The subtree roots, largest first; a copy."""
        return list(self._hashes)

    def append(self, value: bytes) -> None:
        """Add the next leaf, by its leaf hash."""
        _checked(value, "leaf hash")
        hashes, size = self._hashes, self._size
        while size & 1:
            value = node_hash(hashes.pop(), value)
            size >>= 1
        hashes.append(value)
        self._size += 1

    def root(self) -> bytes:
        """The root of the tree; of no leaves, SHA-256 of nothing."""
        return _folded(self._hashes)


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in order."""
    frontier = Frontier()
    for value in hashes:
        frontier.append(value)
    return frontier.root()


def subtree_root(start: int, end: int, read: Read) -> bytes:
    """The root over leaves start..end-1, where `start` is a multiple of the power of two covering them."""
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(read(level, start >> level))
        start += 1 << level
    return _folded(parts)


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962 section 2.1.1, from the leaf upward. Raises ProofError."""
    if not 0 <= index < size:
        raise ProofError("inclusion proof", expected=f"an index below the size {size}", got=str(index))
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(subtree_root(middle, end, read))
            end = middle
        else:
            proof.append(subtree_root(start, middle, read))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, read: Read) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 6962 section 2.1.2; empty for old 0 and for old = new. Raises ProofError."""
    if not 0 <= old <= new:
        raise ProofError("consistency proof", expected=f"an old size up to {new}", got=str(old))
    if old in (0, new):
        return []
    proof: list[bytes] = []
    start, end, whole = 0, new, True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(subtree_root(middle, end, read))
            end = middle
        else:
            proof.append(subtree_root(start, middle, read))
            start, whole = middle, False
    if not whole:
        proof.append(subtree_root(start, end, read))
    return proof[::-1]


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise ProofError unless `proof` shows that leaf `index` of the tree (size, root) is `leaf_hash`."""
    if not 0 <= index < size:
        raise ProofError("inclusion proof", expected=f"an index below the size {size}", got=str(index))
    _checked(root, "root")
    value = _checked(leaf_hash, "leaf hash")
    fn, sn = index, size - 1
    for part in proof:
        _checked(part, "inclusion proof")
        if sn == 0:
            raise ProofError("inclusion proof", expected="fewer hashes", got=f"{len(proof)} for size {size}")
        if fn & 1 or fn == sn:
            value = node_hash(part, value)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            value = node_hash(value, part)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofError("inclusion proof", expected="more hashes", got=f"{len(proof)} for size {size}")
    if value != root:
        raise ProofError(
            "inclusion proof", expected=f"the root {root.hex()[:16]}...", got=f"{value.hex()[:16]}..."
        )


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise ProofError unless the tree (new, new_root) begins with the tree (old, old_root)."""
    if not 0 <= old <= new:
        raise ProofError("consistency proof", expected=f"an old size up to {new}", got=str(old))
    for value in (old_root, new_root, *proof):
        _checked(value, "consistency proof")
    if (old == 0 and old_root != EMPTY_ROOT) or (new == 0 and new_root != EMPTY_ROOT):
        raise ProofError("consistency proof", expected="the empty root at size 0", got="another root")
    if old in (0, new):
        if proof:
            raise ProofError("consistency proof", expected="no hashes", got=str(len(proof)))
        if old == new and old_root != new_root:
            raise ProofError("consistency proof", expected="one root per size", got=f"two at size {new}")
        return
    old_value, new_value = _consistency_roots(old, old_root, new, proof)
    if old_value != old_root:
        raise ProofError("consistency proof", expected="the old root", got=f"{old_value.hex()[:16]}...")
    if new_value != new_root:
        raise ProofError("consistency proof", expected="the new root", got=f"{new_value.hex()[:16]}...")


def _consistency_roots(old: int, old_root: bytes, new: int, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The two roots that a proof leads to, for 0 < old < new (RFC 9162 section 2.1.4.2, steps 2 to 7)."""
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise ProofError("consistency proof", expected="at least one hash", got="none")
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old_value = new_value = path[0]
    for part in path[1:]:
        if sn == 0:
            raise ProofError("consistency proof", expected="fewer hashes", got=str(len(proof)))
        if fn & 1 or fn == sn:
            old_value, new_value = node_hash(part, old_value), node_hash(part, new_value)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new_value = node_hash(new_value, part)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofError("consistency proof", expected="more hashes", got=str(len(proof)))
    return old_value, new_value


def _split(count: int) -> int:
    """The largest power of two below `count`, for count > 1."""
    return 1 << ((count - 1).bit_length() - 1)


def _folded(parts: Sequence[bytes]) -> bytes:
    """The root over perfect subtrees given largest first: joined from the right."""
    if not parts:
        return EMPTY_ROOT
    value = parts[-1]
    for part in reversed(parts[:-1]):
        value = node_hash(part, value)
    return value


def _checked(value: bytes, what: str) -> bytes:
    if len(value) != HASH_BYTES:
        raise FormatError(what, expected=f"hashes of {HASH_BYTES} bytes", got=f"{len(value)} bytes")
    return value
