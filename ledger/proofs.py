"""Proofs out of the tiles on disk, checked before they are handed out."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from ledger.store import Store
from ledger.tlog import merkle, tiles


def inclusion(
    leaf_hash: bytes, index: int, size: int, root: bytes, folder: Path | None = None
) -> list[bytes]:
    """The inclusion proof of a leaf in the tree of a checkpoint.

    Raises ProofError when tiles and checkpoint disagree, FileNotFoundError when this host has no tiles.
    """
    reader = tiles.TileReader(Store(folder or settings.LEDGER_DIR).read, size)
    proof = merkle.inclusion_proof(index, size, reader)
    merkle.verify_inclusion(leaf_hash, index, size, proof, root)
    return proof
