"""Code that others wrote agrees: their auditor accepts our log, their witness cosigns it, they take ours."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import api
from ledger.store import Store
from ledger.tlog import bundle, checkpoint, merkle, note, tiles
from ledger.tlog import policy as policies
from ledger.tlog.cosignature import CosignSigner
from ledger.tlog.note import Signer, sign_note
from ledger.tlog.verify import Verdict, verify_bundle
from tests.ledger.independent import Independent
from tests.ledger.scenes import seal, write

pytestmark = pytest.mark.independent

AUDIT = """
import sys
from aics_tlog import HttpTileReader, audit_tiles, parse_checkpoint, parse_note, parse_vkey, verify_note
reader = HttpTileReader(sys.argv[1], proxies={})
signed = parse_note(reader.read_checkpoint())
assert verify_note(signed, [parse_vkey(sys.argv[2])])
at = parse_checkpoint(signed.text)
done = audit_tiles(reader, at.size, at.root)
print(done.size, done.tiles, done.bundles)
"""
"""Every tile and every entry bundle, over HTTP, against the signed root: with nothing of ours."""


@pytest.fixture
def url(log: str, live_server: Any, settings: Any) -> str:
    """A public log with 600 entries that a real server serves."""
    settings.LEDGER_PUBLIC = True
    settings.ROOT_URLCONF = "tests.ledger.routes"
    settings.MIDDLEWARE = []
    write("a", 300)
    seal()
    return f"{live_server.url}/ledger/"


@pytest.fixture
def vkey(log: str, settings: Any) -> str:
    return str((settings.TRUST_DIR / "log.vkey").read_text(encoding="ascii").strip())


@pytest.fixture
def tree(settings: Any) -> Store:
    return Store(settings.LEDGER_DIR)


def test_their_auditor_accepts_our_log_over_http(
    independent: Independent,
    url: str,
    vkey: str,
    log: str,
    tmp_path: Path,
) -> None:
    first = tmp_path / "first"
    found = independent.tlog(
        "verify-checkpoint", "--tiles", url, "--log-key", vkey, "--save-checkpoint", first
    )
    assert (found["exit"], found["ok"], found["size"], found["origin"]) == (0, True, 300, log), found
    assert independent.python(AUDIT, url, vkey).split() == ["300", "3", "2"]
    entry = api.run("a")[255]
    (tmp_path / "leaf").write_bytes(entry.leaf)
    for index, ok in ((255, True), (254, False)):
        proven = independent.tlog(
            "verify-inclusion",
            "--tiles",
            url,
            "--log-key",
            vkey,
            "--index",
            index,
            "--leaf",
            tmp_path / "leaf",
        )
        assert (proven["ok"], proven["exit"]) == (ok, int(not ok)), proven
    write("b", 213)
    seal()
    grown = independent.tlog(
        "verify-consistency", "--tiles", url, "--log-key", vkey, "--old-checkpoint", first
    )
    assert (grown["exit"], grown["ok"]) == (0, True), grown
    assert independent.python(AUDIT, url, vkey).split() == ["513", "4", "3"]


def test_their_auditor_notices_a_byte_in_our_tiles_and_a_key_that_is_not_ours(
    independent: Independent,
    url: str,
    vkey: str,
    log: str,
    settings: Any,
) -> None:
    stranger = Signer(log, Ed25519PrivateKey.generate()).vkey
    assert independent.tlog("verify-checkpoint", "--tiles", url, "--log-key", stranger)["exit"] == 1
    path = settings.LEDGER_DIR / "tile" / "entries" / "000"
    raw = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(raw[:5000] + bytes([raw[5000] ^ 1]) + raw[5001:])
    with pytest.raises(AssertionError, match="TileVerificationError"):
        independent.python(AUDIT, url, vkey)


def test_their_witness_cosigns_our_log_and_our_verifier_takes_it(
    independent: Independent,
    url: str,
    vkey: str,
    log: str,
    tree: Store,
    tmp_path: Path,
) -> None:
    with independent.witness(tmp_path / "w", "witness.example/theirs", (log, vkey)) as witness:
        trust = f"log {vkey}\nwitness w {witness.vkey}\nquorum w\n"
        policy = policies.parse(trust)
        signed = tree.read("checkpoint").decode()
        assert not policy.open(signed.encode()).quorum_met
        status, line = witness.ask(signed, 0)
        assert status == 200, line
        trusted = policy.open((signed + line).encode())
        assert trusted.quorum_met
        assert abs(trusted.witnesses[0].time - time.time()) < 120

        write("b", 213)
        seal()
        later = tree.read("checkpoint").decode()
        assert witness.ask(later, 0) == (409, "300\n")
        proof = merkle.consistency_proof(300, 513, tiles.TileReader(tree.read, 513))
        assert witness.ask(later, 300, proof[::-1])[0] == 422
        status, line = witness.ask(later, 300, proof)
        assert status == 200, line
        evidence = bundle.parse(api.bundle(["a", "b"]))
        assert evidence.checkpoint == later

        def judged(at: str) -> Verdict:
            parts = (evidence.entries, evidence.runs, evidence.proofs, evidence.disclosures)
            named = dict(zip(("entries", "runs", "proofs", "disclosures"), parts, strict=True))
            return verify_bundle(bundle.build(checkpoint=at, **named), policy)  # type: ignore[arg-type]

        assert judged(later + line).state == "ok"
        alone = judged(later)
        assert {check.code for check in alone.checks if check.state == "bad"} == {"quorum-unmet"}


def test_their_witness_refuses_a_fork_that_our_key_has_signed(
    independent: Independent,
    tmp_path: Path,
) -> None:
    key = Signer("fork.example/ledger", Ed25519PrivateKey.generate())
    hashes = [merkle.leaf_hash(bytes([number])) for number in range(9)]
    forged = [*hashes[:3], merkle.leaf_hash(b"forged"), *hashes[4:]]

    def signed(leaves: list[bytes]) -> str:
        return sign_note(checkpoint.Checkpoint(key.name, len(leaves), merkle.root_of(leaves)).text(), key)

    with independent.witness(tmp_path / "w", "witness.example/theirs", (key.name, key.vkey)) as witness:
        assert witness.ask(signed(hashes[:5]), 0)[0] == 200
        assert witness.ask(signed(forged[:5]), 5)[0] == 422, "a forked view of the same size"
        assert witness.ask(signed(hashes[:4]), 5)[0] == 400, "a log that shrinks"
        assert (
            witness.ask(signed(hashes[:5]).replace("fork.example/ledger\n", "else.example\n", 1), 0)[0] == 404
        )
        swapped = Signer(key.name, Ed25519PrivateKey.generate())
        text = note.split_note(signed(hashes).encode())[0].decode()
        assert witness.ask(sign_note(text, swapped), 5)[0] == 403


def test_our_cosignature_is_accepted_by_their_verifier(
    independent: Independent,
    url: str,
    vkey: str,
    log: str,
    tree: Store,
    tmp_path: Path,
) -> None:
    ours = CosignSigner("witness.example/ours", Ed25519PrivateKey.generate())
    signed = tree.read("checkpoint").decode()
    text = note.split_note(signed.encode())[0].decode()
    now = int(time.time())
    wrong = signed + ours.sign(text.replace("\n300\n", "\n301\n"), now)
    for name, content, ok in (
        ("cosigned", signed + ours.sign(text, now), True),
        ("bare", signed, False),
        ("wrong", wrong, False),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8", newline="\n")
        found = independent.tlog(
            "verify-checkpoint", "--note", tmp_path / name, "--log-key", vkey, "--origin", log,
            "--witness-key", ours.vkey, "--quorum", 1, "--max-age", 3600,
        )  # fmt: skip
        assert (found["ok"], found["exit"]) == (ok, int(not ok)), found
