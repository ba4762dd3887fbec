"""The receipt of one entry: proven offline, and refused for whatever is not as it was written."""

from __future__ import annotations

import json
import random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.tlog import canonical, disclosure, leaf, merkle, policy, receipt
from ledger.tlog import proof as proofs
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.errors import FormatError
from ledger.tlog.note import Signer, sign_note

ORIGIN = "unit.example/ledger/0123456789abcdef"
ENTRY = "01a1ffb6-9fd4-7204-b3b6-b7635f889a19"


def signer() -> Signer:
    return Signer(ORIGIN, Ed25519PrivateKey.generate())


def made(key: Signer, index: int = 2, size: int = 5) -> bytes:
    """A receipt of the entry at `index` in a log of `size` entries."""
    told = [disclosure.make(name, value) for name, value in (("kind", "report.issued/1"), ("length", 7))]
    raw = leaf.build(
        digests=[d.digest for d in told],
        at="2026-11-21T10:00:00.000000Z",
        id=ENTRY,
        prev=None,
        seq=0,
        stream=ENTRY,
    )
    hashes = [merkle.leaf_hash(raw if i == index else f"other {i}".encode()) for i in range(size)]
    root, proof = _tree(hashes, index)
    note = sign_note(Checkpoint(ORIGIN, size, root).text(), key)
    return receipt.build(raw, [d.text for d in told], proofs.build(index, proof, note))


def _tree(hashes: list[bytes], index: int) -> tuple[bytes, list[bytes]]:
    """Root and inclusion proof, straight from RFC 6962 section 2.1."""
    if len(hashes) == 1:
        return hashes[0], []
    split = 1 << (len(hashes) - 1).bit_length() - 1
    left, right = hashes[:split], hashes[split:]
    if index < split:
        here, proof = _tree(left, index)
        other = _tree(right, 0)[0]
        return merkle.node_hash(here, other), [*proof, other]
    here, proof = _tree(right, index - split)
    other = _tree(left, 0)[0]
    return merkle.node_hash(other, here), [*proof, other]


def trusting(key: Signer, quorum: str = "quorum none\n") -> policy.Policy:
    return policy.parse(f"log {key.vkey}\n{quorum}".encode())


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (2, 5), (4, 5), (7, 8)])
def test_a_receipt_proves_its_entry_wherever_it_stands(index: int, size: int) -> None:
    key = signer()
    verdict = receipt.verify_receipt(made(key, index, size), trusting(key))
    assert verdict.state == "ok", verdict.checks
    assert verdict.entry is not None
    assert verdict.entry.values == {"kind": "report.issued/1", "length": 7}
    assert verdict.trusted is not None
    assert verdict.trusted.checkpoint.size == size


def test_any_changed_byte_is_noticed() -> None:
    key = signer()
    raw, chance, trust = made(key), random.Random(5), trusting(key)
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ chance.randrange(1, 256)]) + raw[place + 1 :]
        assert receipt.verify_receipt(changed, trust).state == "bad", place


def test_a_value_left_out_of_the_receipt_is_noticed() -> None:
    key = signer()
    members = json.loads(made(key))
    members["disclosures"].pop()
    said = receipt.verify_receipt(canonical.encode(members), trusting(key))
    assert [c.code for c in said.checks if c.state == "bad"] == ["disclosures-differ"]


def test_a_receipt_in_part_proves_what_it_shows_and_counts_what_it_withholds() -> None:
    key = signer()
    members = json.loads(made(key))
    members["disclosures"].pop()
    members["format"] = receipt.PART
    said = receipt.verify_receipt(canonical.encode(members), trusting(key))
    assert said.state == "ok", said.checks
    assert "1 of the entry's values are withheld" in next(
        c.en for c in said.checks if c.code == "disclosures-part"
    )
    assert said.entry is not None and len(said.entry.values) == 1
    members["disclosures"] = sorted([*members["disclosures"], disclosure.make("length", 8).text])
    said = receipt.verify_receipt(canonical.encode(members), trusting(key))
    assert [c.code for c in said.checks if c.state == "bad"] == ["disclosures-differ"]


def test_a_changed_byte_of_a_receipt_in_part_is_noticed_or_is_its_format() -> None:
    key = signer()
    members = json.loads(made(key))
    members["format"] = receipt.PART
    raw, chance, trust = canonical.encode(members), random.Random(6), trusting(key)
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ chance.randrange(1, 256)]) + raw[place + 1 :]
        assert receipt.verify_receipt(changed, trust).state == "bad", place


def test_another_logs_receipt_is_not_believed() -> None:
    said = receipt.verify_receipt(made(signer()), trusting(signer()))
    assert [c.code for c in said.checks if c.state == "bad"] == ["checkpoint-key"]


def test_an_extra_line_in_the_proof_is_not_accepted() -> None:
    members = json.loads(made(signer()))
    members["proof"] = members["proof"].replace("\nindex", "\nextra YWJj\nindex", 1)
    with pytest.raises(FormatError, match="extra"):
        receipt.parse(canonical.encode(members))
