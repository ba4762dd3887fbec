import functools
import hashlib
import json
from pathlib import Path

import pytest

from ledger.tlog import merkle
from ledger.tlog.errors import FormatError, ProofError
from ledger.tlog.merkle import Frontier

from .builders import MemoryTree

VECTORS = Path(__file__).parents[2] / "vectors" / "tlog"
TREES = json.loads((VECTORS / "rfc6962_tree.json").read_text())


@functools.cache
def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def roots(hashes: list[bytes]) -> list[bytes]:
    """The root at every size, from the definition: split at the largest power of two below the size."""

    @functools.cache
    def mth(start: int, end: int) -> bytes:
        if end - start == 1:
            return hashes[start]
        k = 1
        while k * 2 < end - start:
            k *= 2
        return hashlib.sha256(b"\x01" + mth(start, start + k) + mth(start + k, end)).digest()

    return [hashlib.sha256().digest(), *(mth(0, size) for size in range(1, len(hashes) + 1))]


def test_the_roots_are_those_of_the_certificate_transparency_vectors():
    entries = [bytes.fromhex(text) for text in TREES["leaves"]]
    for size, root in enumerate(TREES["roots"]):
        assert merkle.root_of(map(merkle.leaf_hash, entries[:size])).hex() == root


def test_the_proofs_are_those_of_the_certificate_transparency_vectors():
    hashes = [merkle.leaf_hash(bytes.fromhex(text)) for text in TREES["leaves"]]
    tree = MemoryTree(hashes)
    for case in TREES["inclusion"]:
        proof = merkle.inclusion_proof(case["index"], case["size"], tree)
        assert [value.hex() for value in proof] == case["hashes"]
    for case in TREES["consistency"]:
        proof = merkle.consistency_proof(case["old"], case["new"], tree)
        assert [value.hex() for value in proof] == case["hashes"]


def test_the_frontier_has_the_defined_root_at_every_size_and_survives_being_stored():
    hashes = leaves(300)
    frontier = Frontier()
    for size, root in enumerate(roots(hashes)):
        assert (frontier.size, frontier.root()) == (size, root)
        frontier = Frontier.from_hashes(frontier.size, frontier.hashes)
        if size < 300:
            frontier.append(hashes[size])


def test_every_leaf_is_proven_in_every_tree_up_to_300(record_property):
    hashes, tree, proven = leaves(300), MemoryTree(leaves(300)), 0
    for size, root in enumerate(roots(hashes)):
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, tree)
            merkle.verify_inclusion(hashes[index], index, size, proof, root)
            with pytest.raises(ProofError):
                merkle.verify_inclusion(
                    hashes[index - 1] if size > 1 else root[::-1], index, size, proof, root
                )
            proven += 1
    record_property("proofs", proven)
    assert proven == 300 * 301 // 2


def test_every_tree_up_to_300_is_consistent_with_every_earlier_one(record_property):
    tree, at, proven = MemoryTree(leaves(300)), roots(leaves(300)), 0
    for new in range(301):
        for old in range(new + 1):
            proof = merkle.consistency_proof(old, new, tree)
            merkle.verify_consistency(old, at[old], new, at[new], proof)
            if 0 < old < new:
                with pytest.raises(ProofError):
                    merkle.verify_consistency(old, at[old][::-1], new, at[new], proof)
            proven += 1
    record_property("proofs", proven)
    assert proven == 301 * 302 // 2


LARGE = [255, 256, 257, 511, 512, 600, 4096, 65_535, 65_536, 65_537, 70_000]


def test_proofs_hold_in_large_trees():
    hashes, tree = leaves(70_000), MemoryTree(leaves(70_000))
    at: dict[int, bytes] = {0: merkle.EMPTY_ROOT, 1: hashes[0]}
    frontier = Frontier()
    for value in hashes:
        frontier.append(value)
        if frontier.size in LARGE:
            at[frontier.size] = frontier.root()
    for new in LARGE:
        for index in (0, 1, 255, 256, new // 3, new - 1):
            if index < new:
                proof = merkle.inclusion_proof(index, new, tree)
                merkle.verify_inclusion(hashes[index], index, new, proof, at[new])
        for old in at:
            if old <= new:
                proof = merkle.consistency_proof(old, new, tree)
                merkle.verify_consistency(old, at[old], new, at[new], proof)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13, 64, 65])
def test_a_changed_inclusion_proof_is_refused(size):
    hashes, tree = leaves(size), MemoryTree(leaves(size))
    root = merkle.root_of(hashes)
    for index in range(size):
        proof = merkle.inclusion_proof(index, size, tree)
        changed = [
            *([*proof[:at], proof[at][::-1], *proof[at + 1 :]] for at in range(len(proof))),
            *([*proof[:at], *proof[at + 1 :]] for at in range(len(proof))),
            [*proof, root],
            [root, *proof],
        ]
        for bad in changed:
            with pytest.raises(ProofError):
                merkle.verify_inclusion(hashes[index], index, size, bad, root)
        for other in {*range(size)} - {index}:
            with pytest.raises(ProofError):
                merkle.verify_inclusion(hashes[index], other, size, proof, root)
        with pytest.raises(ProofError):
            merkle.verify_inclusion(hashes[index], index, size, proof, root[::-1])


@pytest.mark.parametrize(("old", "new"), [(1, 2), (1, 8), (2, 5), (3, 7), (4, 8), (6, 8), (8, 13), (64, 65)])
def test_a_changed_consistency_proof_is_refused(old, new):
    tree, at = MemoryTree(leaves(new)), roots(leaves(new))
    proof = merkle.consistency_proof(old, new, tree)
    changed = [
        *([*proof[:i], proof[i][::-1], *proof[i + 1 :]] for i in range(len(proof))),
        *([*proof[:i], *proof[i + 1 :]] for i in range(len(proof))),
        [*proof, proof[0]],
        [proof[-1], *proof],
        [],
    ]
    for bad in changed:
        with pytest.raises(ProofError):
            merkle.verify_consistency(old, at[old], new, at[new], bad)
    for bad_old, bad_new in ((at[old][::-1], at[new]), (at[old], at[new][::-1]), (at[new], at[old])):
        with pytest.raises(ProofError):
            merkle.verify_consistency(old, bad_old, new, bad_new, proof)


def test_a_rewritten_history_has_no_consistency_proof():
    honest, forged = leaves(9), [*leaves(9)[:2], merkle.leaf_hash(b"forged"), *leaves(9)[3:]]
    proof = merkle.consistency_proof(5, 9, MemoryTree(forged))
    with pytest.raises(ProofError):
        merkle.verify_consistency(5, merkle.root_of(honest[:5]), 9, merkle.root_of(forged), proof)


def test_a_proof_for_a_smaller_tree_does_not_serve_a_larger_one():
    tree, at = MemoryTree(leaves(4)), roots(leaves(4))
    proof = merkle.consistency_proof(2, 4, tree)
    merkle.verify_consistency(2, at[2], 4, at[4], proof)
    for claimed in (8, 16, 2**40):
        with pytest.raises(ProofError, match="more hashes"):
            merkle.verify_consistency(2, at[2], claimed, at[4], proof)
        with pytest.raises(ProofError, match="more hashes"):
            merkle.verify_inclusion(leaves(4)[0], 0, claimed, merkle.inclusion_proof(0, 4, tree), at[4])


def test_two_roots_at_one_size_are_refused():
    with pytest.raises(ProofError, match="one root per size"):
        merkle.verify_consistency(3, leaves(1)[0], 3, leaves(2)[1], [])


def test_a_tree_of_no_leaves_is_consistent_only_under_the_empty_root():
    root = leaves(1)[0]
    merkle.verify_consistency(0, merkle.EMPTY_ROOT, 1, root, [])
    merkle.verify_consistency(0, merkle.EMPTY_ROOT, 0, merkle.EMPTY_ROOT, [])
    for arguments in (
        (0, root, 1, root, []),
        (0, bytes(32), 1, root, []),
        (0, merkle.EMPTY_ROOT, 1, root, [root]),
    ):
        with pytest.raises(ProofError):
            merkle.verify_consistency(*arguments)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_place_outside_the_tree_is_refused(index, size):
    with pytest.raises(ProofError):
        merkle.inclusion_proof(index, size, MemoryTree(leaves(3)))
    with pytest.raises(ProofError):
        merkle.verify_inclusion(leaves(1)[0], index, size, [], leaves(1)[0])


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3)])
def test_sizes_in_the_wrong_order_are_refused(old, new):
    with pytest.raises(ProofError):
        merkle.consistency_proof(old, new, MemoryTree(leaves(3)))
    with pytest.raises(ProofError):
        merkle.verify_consistency(old, leaves(1)[0], new, leaves(1)[0], [])


def test_hashes_of_another_length_are_refused():
    good = leaves(2)
    root = merkle.root_of(good)
    for leaf, proof, top in (
        (good[0][:31], [good[1]], root),
        (good[0], [good[1] + b"x"], root),
        (good[0], [good[1]], b""),
    ):
        with pytest.raises(FormatError):
            merkle.verify_inclusion(leaf, 0, 2, proof, top)
    with pytest.raises(FormatError):
        merkle.verify_consistency(1, good[0], 2, root, [b"short"])
    with pytest.raises(FormatError):
        Frontier().append(b"short")


@pytest.mark.parametrize(
    ("size", "hashes"), [(1, []), (2, [bytes(32)] * 2), (-1, []), (3, [bytes(32), b"x"])]
)
def test_a_right_edge_that_cannot_belong_to_the_size_is_refused(size, hashes):
    with pytest.raises(FormatError):
        Frontier.from_hashes(size, hashes)
