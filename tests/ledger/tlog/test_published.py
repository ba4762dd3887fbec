"""What RFCs and specifications print as examples, word for word, beside those in the tests of each format."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.tlog import canonical, disclosure, ed25519, merkle, note, tiles
from ledger.tlog.errors import CanonicalError, LogError

from .builders import MemoryTree

VECTORS = Path(__file__).parents[2] / "vectors" / "tlog"
ED25519 = json.loads((VECTORS / "rfc8032_ed25519.json").read_text("utf-8"))["cases"]
DISCLOSURES = json.loads((VECTORS / "rfc9901_disclosures.json").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", ED25519, ids=["1", "2", "3", "SHA(abc)"])
def test_ed25519_signs_and_verifies_as_rfc_8032_prints(case: dict[str, str]) -> None:
    secret, public, message, signature = (
        bytes.fromhex(case[name]) for name in ("secret", "public", "message", "signature")
    )
    signer = Ed25519PrivateKey.from_private_bytes(secret)
    assert signer.public_key().public_bytes_raw() == public
    assert signer.sign(message) == signature
    key = ed25519.public_key(public)
    assert note.ed25519_verifies(key, signature, message)
    for place in range(64):
        changed = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]
        assert not note.ed25519_verifies(key, changed, message)
    assert not note.ed25519_verifies(key, signature, message + b"x")


def test_a_signature_with_a_scalar_too_large_is_refused_as_rfc_8032_demands() -> None:
    """Section 5.1.7: s out of range must not decode, or every signature has a second spelling."""
    case = ED25519[1]
    raw, order = bytes.fromhex(case["signature"]), 2**252 + 27742317777372353535851937790883648493
    larger = (int.from_bytes(raw[32:], "little") + order).to_bytes(32, "little")
    key = ed25519.public_key(bytes.fromhex(case["public"]))
    assert not note.ed25519_verifies(key, raw[:32] + larger, bytes.fromhex(case["message"]))


@pytest.mark.parametrize("case", DISCLOSURES, ids=lambda case: case["name"] + " " + case["value"])
def test_disclosures_have_the_digests_that_rfc_9901_prints(case: dict[str, str]) -> None:
    """Its salts are shorter than ours and its JSON has spaces: the digest is the same, our form narrower."""
    assert disclosure.digest_of(case["text"]) == case["digest"]
    salt, name, value = json.loads(base64.urlsafe_b64decode(case["text"] + "=="))
    assert (name, value) == (case["name"], case["value"])
    assert len(base64.urlsafe_b64decode(salt + "==")) < disclosure.SALT_BYTES
    with pytest.raises(LogError):
        disclosure.parse(case["text"])


def test_the_audit_paths_are_those_of_rfc_6962_section_2_1_3() -> None:
    """Seven leaves: a to f and j are hashes of the leaves, g to l as in the drawing."""
    a, b, c, d, e, f, j = (merkle.leaf_hash(b"d%d" % number) for number in range(7))
    g, h, i = merkle.node_hash(a, b), merkle.node_hash(c, d), merkle.node_hash(e, f)
    k, m = merkle.node_hash(g, h), merkle.node_hash(i, j)
    tree, root = MemoryTree([a, b, c, d, e, f, j]), merkle.node_hash(k, m)
    assert merkle.root_of([a, b, c, d, e, f, j]) == root
    for index, path in ((0, [b, h, m]), (3, [c, g, m]), (4, [f, j, k]), (6, [i, k])):
        assert merkle.inclusion_proof(index, 7, tree) == path
        merkle.verify_inclusion(tree(0, index), index, 7, path, root)
    hash0, hash1, hash2 = merkle.node_hash(g, c), k, merkle.node_hash(k, i)
    for old, old_root, proof in ((3, hash0, [c, d, g, m]), (4, hash1, [m]), (6, hash2, [i, j, k])):
        assert merkle.consistency_proof(old, 7, tree) == proof
        merkle.verify_consistency(old, old_root, 7, root, proof)


def test_strings_are_written_as_rfc_8785_section_3_2_2_2_prints() -> None:
    text = '\u20ac$\u000f\nA\'B"\\\\"/'
    assert canonical.encode(text) == b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'
    assert canonical.encode({"literals": [None, True, False]}) == b'{"literals":[null,true,false]}'


@pytest.mark.parametrize(
    ("bits", "printed"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("0000000000000001", "5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("41b3de4355555553", "333333333.3333332"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
    ],
)
def test_numbers_of_rfc_8785_appendix_b_are_refused_unless_they_are_small_and_whole(
    bits: str, printed: str
) -> None:
    number = struct.unpack(">d", bytes.fromhex(bits))[0]
    assert rfc8785.dumps(number).decode() == printed, "the appendix, by an independent writer"
    with pytest.raises(CanonicalError):
        canonical.encode(number)
    if printed == "0":
        assert canonical.decode(b"0") == 0
        return
    with pytest.raises(CanonicalError):
        canonical.decode(printed.encode())


def test_the_example_of_rfc_8785_section_3_2_3_is_sorted_as_printed_and_refused_for_its_form() -> None:
    """Its U+FB33 is not NFC, which is narrower here; without it the order is the printed one."""
    printed = {
        "\r": "Carriage Return",
        "1": "One",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
        "\u20ac": "Euro Sign",
        "\U0001f600": "Emoji: Grinning Face",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
    }
    assert list(json.loads(rfc8785.dumps(dict(sorted(printed.items()))))) == list(printed)
    with pytest.raises(CanonicalError, match="NFC"):
        canonical.encode(printed)
    del printed["\ufb33"]
    assert canonical.encode(dict(sorted(printed.items()))) == rfc8785.dumps(printed)


def test_a_log_of_more_than_256_000_entries_has_tiles_in_folders() -> None:
    """c2sp.org/tlog-tiles: entry 256,000 stands in tile 1000, and 1234067 is its example of a number."""
    grown = [tile.path for tile in tiles.needed_tiles(255_999, 256_001)]
    assert grown == ["tile/0/999", "tile/0/x001/000.p/1", "tile/1/003.p/232"]
    assert tiles.entries_path(1000, 1) == "tile/entries/x001/000.p/1"
    assert tiles.tile_path(0, 1_234_067) == "tile/0/x001/x234/067"
