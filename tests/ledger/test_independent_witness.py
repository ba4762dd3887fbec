"""Our witness beside one that others wrote: the same answers, and their client takes our cosignatures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import api
from ledger.tlog import checkpoint, merkle
from ledger.tlog import policy as policies
from ledger.tlog import witness as messages
from ledger.tlog.cosignature import CosignVerifier
from ledger.tlog.encoding import b64
from ledger.tlog.note import Signer, sign_note
from tests.ledger import running
from tests.ledger.growing import GrowingLog
from tests.ledger.independent import Independent
from tests.ledger.scenes import seal, write
from tests.ledger.tlog.builders import LOG

pytestmark = pytest.mark.independent

SECOND = Signer("second.example/ledger", Ed25519PrivateKey.generate())
log_a, log_b = GrowingLog(), GrowingLog(SECOND)
forked = GrowingLog(fork=3)
unknown = GrowingLog(Signer("unknown.example/ledger", Ed25519PrivateKey.generate()))
stranger = GrowingLog(Signer(LOG.name, Ed25519PrivateKey.generate()))


def edited(request: bytes, old: bytes, new: bytes) -> bytes:
    assert request.count(old) == 1, old
    return request.replace(old, new)


def with_proof(request: bytes, *hashes: bytes) -> bytes:
    """The request with another proof, whatever it had."""
    head, _, note = request.partition(b"\n\n")
    old = head.partition(b"\n")[0]
    return b"\n".join([old, *(b64(value).encode() for value in hashes)]) + b"\n\n" + note


def other_root(request: bytes) -> bytes:
    """A checkpoint of size 0, signed by the second log, with a root that no empty tree has."""
    text = checkpoint.Checkpoint(SECOND.name, 0, merkle.EMPTY_ROOT).text()
    text = text.replace(b64(merkle.EMPTY_ROOT), b64(bytes(32)))
    return request.partition(b"\n\n")[0] + b"\n\n" + sign_note(text, SECOND).encode()


PROOF = log_a.proof(7, 9)
GROWTH = log_a.request(7, 9)
DIALOGUE: list[tuple[str, bytes, int, bytes | None]] = [
    ("the first one", log_a.request(0, 5), 200, None),
    ("the same again", log_a.request(5, 5), 200, None),
    ("as if the answer had been lost", log_a.request(0, 5), 409, b"5\n"),
    ("it grows", log_a.request(5, 7), 200, None),
    ("from an old size that is too small", log_a.request(3, 9), 409, b"7\n"),
    ("from an old size that is too large", log_a.request(8, 9), 409, b"7\n"),
    ("it shrinks", log_a.request(5, 6), 409, b"7\n"),
    ("the old size is larger than the new one", edited(log_a.request(7, 7), b"old 7", b"old 8"), 400, None),
    ("no proof", with_proof(GROWTH), 422, None),
    ("a proof the wrong way round", with_proof(GROWTH, *PROOF[::-1]), 422, None),
    ("a proof with one hash more", with_proof(GROWTH, *PROOF, bytes(32)), 422, None),
    ("a proof with one hash less", with_proof(GROWTH, *PROOF[:-1]), 422, None),
    ("a proof for the same size", with_proof(log_a.request(7, 7), bytes(32)), 422, None),
    ("a fork that grew", forked.request(7, 9), 422, None),
    ("a fork of the same size", forked.request(7, 7), 422, None),
    ("a fork of the same size from elsewhere", forked.request(5, 7), 409, b"7\n"),
    ("a log that nobody told it of", unknown.request(0, 5), 404, None),
    ("signed by a stranger under the log's name", stranger.request(7, 9), 403, None),
    ("a signature over another text", edited(GROWTH, b"\n9\n", b"\n8\n"), 403, None),
    ("the other log's signature", log_b.request(0, 5).replace(SECOND.name.encode(), LOG.name.encode(), 1),
     403, None),
    ("an old size with a leading zero", edited(GROWTH, b"old 7", b"old 07"), 400, None),
    ("an old size below zero", edited(GROWTH, b"old 7", b"old -7"), 400, None),
    ("an old size beyond 2^63", edited(GROWTH, b"old 7", b"old 9223372036854775808"), 400, None),
    ("another word than old", edited(GROWTH, b"old 7", b"Old 7"), 400, None),
    ("a blank too many", edited(GROWTH, b"old 7", b"old  7"), 400, None),
    ("a hash of 31 bytes", with_proof(GROWTH, bytes(31)), 400, None),
    ("64 hashes", with_proof(GROWTH, *[bytes(32)] * 64), 400, None),
    ("lines that end as on Windows", GROWTH.replace(b"\n", b"\r\n"), 400, None),
    ("no empty line", GROWTH.replace(b"\n\n", b"\n"), 400, None),
    ("no note", GROWTH.partition(b"\n\n")[0] + b"\n\n", 400, None),
    ("nothing", b"", 400, None),
    ("no signature line", GROWTH.rpartition("\n— ".encode())[0] + b"\n", 400, None),
    ("no checkpoint in the note", b"old 0\n\n" + sign_note("x\n", LOG).encode(), 400, None),
    ("a size with a leading zero", edited(GROWTH, b"\n9\n", b"\n09\n"), 400, None),
    ("a root that is cut", edited(GROWTH, b"=\n\n\xe2", b"\n\n\xe2"), 400, None),
    ("the same signature twice", GROWTH + b"\xe2" + GROWTH.rpartition(b"\n\xe2")[2], 403, None),
    ("bytes that are no text", GROWTH[:-3] + b"\xff\xfe\n", 400, None),
    ("the second log, empty", log_b.request(0, 0), 200, None),
    ("an empty tree with another root", other_root(log_b.request(0, 0)), 422, None),
    ("a proof from nothing", with_proof(log_b.request(0, 5), bytes(32)), 422, None),
    ("the second log grows", log_b.request(0, 5), 200, None),
    ("the first log goes on after all that", GROWTH, 200, None),
]  # fmt: skip


def test_our_witness_answers_each_request_as_theirs_does(independent: Independent, tmp_path: Path) -> None:
    logs = [(LOG.name, LOG.vkey), (SECOND.name, SECOND.vkey)]
    hall = running.witness(tmp_path / "ours", "witness.example/ours", [vkey for _, vkey in logs])
    with independent.witness(tmp_path / "w", "witness.example/theirs", *logs) as theirs, hall as ours:
        for place in (messages.log_path(LOG.name), messages.log_path(unknown.signer.name), "0" * 64):
            assert running.call(f"{theirs.url}/{place}").status == 404
            assert running.call(f"{ours.url}/{place}").status == 404
        for what, request, status, body in DIALOGUE:
            answers = [running.call(f"{url}/add-checkpoint", request) for url in (theirs.url, ours.url)]
            assert [answer.status for answer in answers] == [status, status], (what, answers)
            if body is not None:
                kinds = {(answer.kind, answer.body) for answer in answers}
                assert kinds == {("text/x.tlog.size", body)}, what
            if status == 200:
                note = request.partition(b"\n\n")[2]
                text = note.partition(b"\n\n")[0] + b"\n"
                for answer, vkey in zip(answers, (theirs.vkey, ours.vkey), strict=True):
                    messages.cosignature_in(answer.body, text, CosignVerifier.from_vkey(vkey))
        for signer, size in ((LOG, 9), (SECOND, 5)):
            shown = [running.call(f"{at}/{messages.log_path(signer.name)}") for at in (theirs.url, ours.url)]
            texts = [answer.body.partition(b"\n\n")[0].split(b"\n")[:2] for answer in shown]
            assert texts == [[signer.name.encode(), str(size).encode()]] * 2


THEIR_LOG = """
import json, pathlib, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from aics_tlog import Checkpoint, MerkleTree, format_vkey, sign_checkpoint, vkey_from_ed25519
from aics_witness import WitnessAhead, WitnessClient, WitnessRejected, merge_cosignatures
name = "theirs.example/log"
key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(sys.argv[1]))
if len(sys.argv) == 2:
    print(format_vkey(vkey_from_ed25519(name, key.public_key())))
    sys.exit()
url, vkey, folder = sys.argv[2], sys.argv[3], pathlib.Path(sys.argv[4])
tree = MerkleTree(b"%d" % n for n in range(600))
forked = MerkleTree(b"%d" % n if n != 400 else b"other" for n in range(700))
def note(tree, size):
    return sign_checkpoint(Checkpoint(name, size, tree.root(size)), key, name).to_bytes()
told = []
with WitnessClient(url, vkey, state_path=folder / "state.json", max_attempts=1) as client:
    for size in (0, 1, 2, 255, 256, 257, 600, 600):
        lines = client.submit(note(tree, size), tree.consistency_proof)
        (folder / f"{size}.note").write_bytes(merge_cosignatures(note(tree, size), lines))
    told.append(client.max_cosigned(name))
with WitnessClient(url, vkey, max_attempts=1) as forgetful:
    forgetful.submit(note(tree, 600), tree.consistency_proof)
    told.append(forgetful.known_sizes[name])
    try:
        forgetful.submit(note(tree, 300), tree.consistency_proof)
    except WitnessAhead as error:
        told.append(f"ahead at {error.known_size}")
    for size in (600, 700):
        try:
            forgetful.submit(note(forked, size), forked.consistency_proof)
        except WitnessRejected as error:
            told.append(error.status)
print(json.dumps(told))
"""
"""A log that their code keeps and their client brings to a witness; it prints what came of it."""


def test_their_client_takes_the_cosignatures_of_our_witness_on_a_log_of_theirs(
    independent: Independent, tmp_path: Path
) -> None:
    seed = Ed25519PrivateKey.generate().private_bytes_raw().hex()
    log_key = independent.python(THEIR_LOG, seed).strip()
    with running.witness(tmp_path / "ours", "witness.example/ours", [log_key]) as ours:
        told = json.loads(independent.python(THEIR_LOG, seed, ours.url, ours.vkey, tmp_path))
    assert told == [600, 600, "ahead at 600", 422, 422]
    policy = policies.parse(f"log {log_key}\nwitness w {ours.vkey}\nquorum w\n")
    for size in (0, 1, 2, 255, 256, 257, 600):
        path = tmp_path / f"{size}.note"
        found = independent.tlog(
            "verify-checkpoint", "--note", path, "--log-key", log_key, "--origin", "theirs.example/log",
            "--witness-key", ours.vkey, "--quorum", 1, "--max-age", 3600,
        )  # fmt: skip
        assert (found["ok"], found["size"]) == (True, size), found
        assert policy.open(path.read_bytes()).quorum_met
    kept = {file.name for file in (tmp_path / "ours" / "state").rglob("evidence/*")}
    assert len(kept) == 2, "both forks that their log signed are evidence"


ASK = """
import sys
from aics_witness import WitnessClient, merge_cosignatures
from aics_tlog import consistency_proof_from_tiles, FileSystemTileReader
url, vkey, tiles, note = sys.argv[1:]
signed = open(note, "rb").read()
reader = FileSystemTileReader(tiles)
with WitnessClient(url, vkey, max_attempts=1) as client:
    lines = client.submit(signed, lambda old, new: consistency_proof_from_tiles(reader, old, new))
open(note, "wb").write(merge_cosignatures(signed, lines))
"""
"""Their client, with their prover over the tiles of a folder."""


def test_their_client_has_our_witness_cosign_our_log_with_proofs_out_of_our_tiles(
    independent: Independent, log: str, settings: Any, tmp_path: Path
) -> None:
    vkey = (settings.TRUST_DIR / "log.vkey").read_text(encoding="ascii").strip()
    with running.witness(tmp_path / "ours", "witness.example/ours", [vkey]) as ours:
        policy = policies.parse(f"log {vkey}\nwitness w {ours.vkey}\nquorum w\n")
        for count in (3, 297, 213):
            write("a", count)
            seal()
            note = tmp_path / "note"
            note.write_bytes((settings.LEDGER_DIR / "checkpoint").read_bytes())
            independent.python(ASK, ours.url, ours.vkey, settings.LEDGER_DIR, note)
            opened = policy.open(note.read_bytes())
            assert (opened.quorum_met, opened.checkpoint.size) == (True, len(api.run("a")))
