"""Genuine proofs, notes, files: changed in bytes and in parts, and every change refused.

Each test counts what it tried. A change may leave the meaning as it was (signature lines in another order):
such a mutant is told apart by the text and the known lines it holds, and counted on its own. Nothing else may
be accepted.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from functools import cache
from random import Random

import rfc8785

from ledger.tlog import bundle, canonical, disclosure, leaf, merkle, note, policy, proof, receipt, tiles
from ledger.tlog.cosignature import CosignVerifier
from ledger.tlog.encoding import b64, b64url, unb64
from ledger.tlog.errors import LogError, SignatureError
from ledger.tlog.note import Signer
from ledger.tlog.verify import verify_bundle
from tests.ledger.mutations import Mutant, bytewise, edited, mutants, relined, renoted, shuffled
from tests.scale import tries

from .builders import (
    LOG,
    ORIGIN,
    WITNESSES,
    MemoryTree,
    SampleLog,
    key,
    members_of,
    policy_text,
    sample_log,
    uuid,
)
from .plain_policy import plain
from .test_bundle import rehashed

EACH = tries(600, 6_000)
"""Mutants of each kind of thing; there are eleven kinds, and by day a tenth of what is tried at night."""

Record = Callable[[str, object], None]

TRUST = policy.parse(policy_text("all").replace("group two 2", "group all all"))
BARE = policy.parse(policy_text())


def longer() -> SampleLog:
    """Another genuine log state of the same keys."""
    log = sample_log()
    log.append(uuid(1), {"kind": "handoff.accepted/1", "copies": ["1"]})
    return log


NOTE, OTHER = sample_log().note(*WITNESSES), longer().note(*WITNESSES)


def signed_parts(raw: bytes) -> tuple[bytes, list[bytes]]:
    """Text and lines by known keys of a note, by splitting alone: how a note that means the same is known."""
    text, _, tail = raw.rpartition(b"\n\n")
    return text, sorted(line for line in tail.split(b"\n") if _pair(line) in KNOWN)


def _pair(line: bytes) -> tuple[bytes, bytes]:
    """Key name and key ID of a signature line, however damaged."""
    name, _, blob = line[4:].partition(b" ")
    try:
        return name, base64.b64decode(blob[:8])[:4]
    except ValueError:
        return name, b""


KNOWN = {
    (vkey.split("+")[0].encode(), bytes.fromhex(vkey.split("+")[1]))
    for vkey in (LOG.vkey, *(witness.vkey for witness in WITNESSES))
}


def try_all(
    changed: Iterable[Mutant],
    judge: Callable[[Mutant], object],
    record: Record,
    same: Callable[[Mutant], bool] = lambda mutant: False,
    called: str = "changed without another meaning",
) -> None:
    """Have every mutant judged. `judge` raises LogError for what is refused; any other error is a fault."""
    tried = alike = 0
    for mutant in changed:
        tried += 1
        try:
            judge(mutant)
        except LogError:
            continue
        assert same(mutant), f"accepted: {mutant.how}: {mutant.raw!r}"
        alike += 1
    record("changed", tried)
    record("accepted", 0)
    if alike:
        record(called, alike)
    assert tried == EACH


# --- bare proofs ------------------------------------------------------------------------------------------

SIZE = 77
LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(SIZE + 1)]
TREE = MemoryTree(LEAVES)


@cache
def root(size: int) -> bytes:
    return merkle.root_of(LEAVES[:size])


def one_bit(values: list[bytes], chance: Random) -> tuple[str, list[bytes]]:
    if not values:
        return "nothing", values
    at = chance.randrange(len(values))
    return f"hash {at}", [*values[:at], bytewise(values[at], chance).raw, *values[at + 1 :]]


def test_a_changed_inclusion_proof_is_refused(record_property: Record) -> None:
    """A tree is named by size and root together, as a checkpoint does; a size alone binds nothing."""

    def changed(chance: Random) -> Mutant:
        index, size = chance.randrange(SIZE - 7), chance.randrange(SIZE - 7, SIZE + 1)
        hashes = merkle.inclusion_proof(index, size, TREE)
        other = chance.choice([at for at in range(size) if at != index])
        how = chance.choice(("bits", "members", "index", "leaf", "tree", "root", "node for leaf"))
        if how == "bits":
            how, hashes = one_bit(hashes, chance)
        elif how == "members":
            how, hashes = shuffled(hashes, merkle.inclusion_proof(other, size, TREE), chance)
        changed_index = other if how == "index" else index
        value = LEAVES[other] if how == "leaf" else LEAVES[index]
        if how == "node for leaf":
            # The second preimage that the prefixes 0x00 and 0x01 exclude: an inner node passed off as a leaf.
            value, hashes = merkle.node_hash(value, hashes[0]), hashes[1:]
            changed_index >>= 1
        at = size - 1 if how == "tree" and index < size - 1 else size
        top = bytewise(root(at), chance).raw if how == "root" else root(at)
        genuine = (LEAVES[index], index, size, merkle.inclusion_proof(index, size, TREE), root(size))
        parts = (value, changed_index, at, hashes, top)
        return Mutant(how, None if parts == genuine else parts)

    try_all(
        mutants(None, EACH, 1, changed), lambda mutant: merkle.verify_inclusion(*mutant.raw), record_property
    )


def test_a_changed_consistency_proof_is_refused(record_property: Record) -> None:
    def changed(chance: Random) -> Mutant:
        new = chance.randrange(2, SIZE + 1)
        old = chance.randrange(1, new)
        hashes = merkle.consistency_proof(old, new, TREE)
        other = chance.choice([at for at in range(1, new + 1) if at != old])
        how = chance.choice(("bits", "members", "old tree", "new tree", "old root", "new root", "forgotten"))
        if how == "bits":
            how, hashes = one_bit(hashes, chance)
        elif how == "members":
            how, hashes = shuffled(hashes, merkle.consistency_proof(other, new, TREE), chance)
        elif how == "forgotten":
            hashes = []
        older = other if how == "old tree" else old
        newer = chance.choice([at for at in range(2, SIZE + 1) if at != new]) if how == "new tree" else new
        old_root = bytewise(root(older), chance).raw if how == "old root" else root(older)
        new_root = bytewise(root(newer), chance).raw if how == "new root" else root(newer)
        genuine = (old, root(old), new, root(new), merkle.consistency_proof(old, new, TREE))
        parts = (older, old_root, newer, new_root, hashes)
        # Another pair of genuine trees may have the very same proof; that is then a genuine proof.
        real = older <= newer and (older, root(older), newer, root(newer)) == parts[:4]
        again = real and hashes == merkle.consistency_proof(older, newer, TREE)
        return Mutant(how, None if parts == genuine or again else parts)

    try_all(
        mutants(None, EACH, 2, changed),
        lambda mutant: merkle.verify_consistency(*mutant.raw),
        record_property,
    )


# --- signed texts -----------------------------------------------------------------------------------------


def note_changed(genuine: str, other: str) -> list[Callable[[Random], Mutant]]:
    def parts(chance: Random) -> Mutant:
        how, text = renoted(genuine, other, chance)
        return Mutant(how, text.encode())

    def text_edited(chance: Random) -> Mutant:
        text, _, tail = genuine.rpartition("\n\n")
        how, text = edited(text, chance)
        return Mutant(how, f"{text}\n\n{tail}".encode())

    return [lambda chance: bytewise(genuine.encode(), chance), parts, text_edited]


def test_a_changed_note_is_refused(record_property: Record) -> None:
    stranger = Signer("stranger.example", key(99))
    genuine = NOTE + stranger.sign(NOTE.rpartition("\n\n")[0] + "\n")
    known: list[note.NoteVerifier] = [note.Verifier.from_vkey(LOG.vkey)]
    known += [CosignVerifier.from_vkey(witness.vkey) for witness in WITNESSES]
    assert len(note.open_note(genuine.encode(), known).verified) == 4

    def judge(mutant: Mutant) -> None:
        if len(note.open_note(mutant.raw, known).verified) < 4:
            raise SignatureError("note", expected="four signatures", got="fewer")

    def same(mutant: Mutant) -> bool:
        return signed_parts(mutant.raw) == signed_parts(genuine.encode())

    changes = note_changed(genuine, OTHER + stranger.sign(OTHER.rpartition("\n\n")[0] + "\n"))
    try_all(mutants(genuine.encode(), EACH, 3, *changes), judge, record_property, same)


def test_a_changed_checkpoint_is_refused(record_property: Record) -> None:
    genuine, other = sample_log().note(), longer().note()
    assert BARE.open(genuine.encode()).checkpoint.size == 5

    def same(mutant: Mutant) -> bool:
        """Another line beside the log's, by nobody whom the policy knows, or the whole other checkpoint."""
        return signed_parts(mutant.raw) in (signed_parts(genuine.encode()), signed_parts(other.encode()))

    changes = note_changed(genuine, other)
    try_all(
        mutants(genuine.encode(), EACH, 4, *changes),
        lambda mutant: BARE.open(mutant.raw),
        record_property,
        same,
    )


def test_a_changed_cosignature_is_refused(record_property: Record) -> None:
    text = NOTE.rpartition("\n\n")[0] + "\n"
    witness, second = WITNESSES[:2]
    genuine = witness.sign(text, 1_795_255_200)
    verifier = CosignVerifier.from_vkey(witness.vkey)
    foreign = (
        text + "\n" + second.sign(text, 1_795_255_200) + witness.sign(OTHER.rpartition("\n\n")[0] + "\n", 1)
    )

    def parts(chance: Random) -> Mutant:
        how, changed = renoted(f"{text}\n{genuine}", foreign, chance)
        return Mutant(how, changed.rpartition("\n\n")[2].encode())

    def judge(mutant: Mutant) -> None:
        note.open_note(text.encode() + b"\n" + mutant.raw, [verifier])

    def same(mutant: Mutant) -> bool:
        """The genuine line, once, beside lines of others."""
        lines = mutant.raw.split(b"\n")
        own = _pair(genuine.encode())
        return [line for line in lines if _pair(line) == own] == [genuine.encode()[:-1]]

    judge(Mutant("", genuine.encode()))
    changes = [lambda chance: bytewise(genuine.encode(), chance), parts]
    try_all(mutants(genuine.encode(), EACH, 5, *changes), judge, record_property, same)


# --- files ------------------------------------------------------------------------------------------------


def proof_of(log: SampleLog, index: int, at: str) -> str:
    return proof.build(index, merkle.inclusion_proof(index, len(log.leaves), MemoryTree(log.hashes)), at)


def proof_changed(genuine: str, other: str) -> Callable[[Random], Mutant]:
    """Parts of a proof file changed; `other` proves another entry under the same checkpoint."""
    head, _, at = genuine.partition("\n\n")
    _, index, *hashes = head.split("\n")
    others = other.partition("\n\n")[0].split("\n")

    def change(chance: Random) -> Mutant:
        how = chance.choice(("index", "hashes", "checkpoint", "checkpoint's text", "lines"))
        place, members, signed = index, hashes, at
        if how == "index":
            place = f"index {chance.choice([*range(9), -1, 2**63])}"
        elif how == "hashes":
            how, members = shuffled(hashes, others[2:], chance)
        elif how == "checkpoint":
            how, signed = renoted(at, OTHER, chance)
        elif how == "checkpoint's text":
            how, text = edited(at.rpartition("\n\n")[0], chance)
            signed = text + "\n\n" + at.rpartition("\n\n")[2]
        else:
            how, changed = relined(genuine, chance)
            return Mutant(how, changed.encode())
        return Mutant(how, "\n".join([proof.HEAD, place, *members, "", signed]).encode())

    return change


def same_proof(raw: bytes, genuine: bytes) -> bool:
    """The same head, the same signed text, and the same lines by those who are known."""
    (head, _, at), (wanted, _, signed) = raw.partition(b"\n\n"), genuine.partition(b"\n\n")
    return head == wanted and signed_parts(at) == signed_parts(signed)


def test_a_changed_proof_file_is_refused(record_property: Record) -> None:
    log = sample_log()
    genuine, other = (proof_of(log, index, NOTE) for index in (2, 3))
    assert proof.parse(genuine).verify(log.hashes[2], TRUST).quorum_met
    changes = (lambda chance: bytewise(genuine.encode(), chance), proof_changed(genuine, other))
    try_all(
        mutants(genuine.encode(), EACH, 6, *changes),
        lambda mutant: proof.parse(mutant.raw).verify(log.hashes[2], TRUST),
        record_property,
        lambda mutant: same_proof(mutant.raw, genuine.encode()),
    )


def forged(text: str, chance: Random) -> str:
    """A disclosure that says something else under its own salt."""
    salt, name, value = disclosure.parse(text)
    ways = (
        [b64url(salt), name, "forged"],
        [b64url(salt), f"{name}2", value],
        [b64url(chance.randbytes(32)), name, value],
    )
    return b64url(canonical.encode(chance.choice(ways)))


def leaf_changed(raw: bytes, other: bytes, chance: Random) -> bytes:
    """A leaf in the fixed layout with one member from another leaf, or edited."""
    members, others = json.loads(raw), json.loads(other)
    name = chance.choice(sorted(members))
    value = others[name]
    if value == members[name]:
        edits = {
            "at": "2026-11-21T09:00:00.000000Z",
            "v": 2,
            "_sd_alg": "sha-512",
            "tags": [b64url(bytes(16))],
        }
        value = edits.get(name, uuid(77) if name in ("id", "stream") else None)
        if name == "seq":
            value = members["seq"] + 1
    return rfc8785.dumps(members | {name: value})


def test_a_changed_receipt_is_refused(record_property: Record) -> None:
    log = sample_log()
    texts = {index: [log.disclosures[d] for d in leaf.parse(log.leaves[index]).digests] for index in (2, 3)}
    genuine = receipt.build(log.leaves[2], texts[2], proof_of(log, 2, NOTE))
    assert receipt.verify_receipt(genuine, TRUST).state == "ok"
    members = members_of(genuine)
    proofs_changed = proof_changed(proof_of(log, 2, NOTE), proof_of(log, 3, NOTE))

    def parts(chance: Random) -> Mutant:
        how = chance.choice(("proof", "leaf", "disclosures", "forged", "whole entry", "member", "extra"))
        changed = dict(members)
        if how == "proof":
            how, raw = proofs_changed(chance)
            changed["proof"] = raw.decode("utf-8", "replace")
        elif how == "leaf":
            changed["leaf"] = leaf_changed(log.leaves[2], log.leaves[chance.randrange(5)], chance).decode()
        elif how == "disclosures":
            how, changed["disclosures"] = shuffled(texts[2], texts[3], chance)
        elif how == "forged":
            changed["disclosures"] = sorted([forged(texts[2][0], chance), *texts[2][1:]])
        elif how == "whole entry":
            changed |= {"leaf": log.leaves[3].decode(), "disclosures": sorted(texts[3])}
        elif how == "member":
            changed |= chance.choice(
                ({"note": 1}, {"format": "holdfast-receipt/2"}, {"leaf": None}, {"proof": []})
            )
        else:
            changed["proof"] = str(changed["proof"]).replace("\nindex", "\nextra YWdl\nindex", 1)
        return Mutant(how, rfc8785.dumps(changed))

    def judge(mutant: Mutant) -> None:
        if receipt.verify_receipt(mutant.raw, TRUST).state != "ok":
            raise LogError("receipt")

    def same(mutant: Mutant) -> bool:
        changed = json.loads(mutant.raw)
        at = str(changed.pop("proof")).encode()
        kept = {name: value for name, value in members.items() if name != "proof"}
        return changed == kept and same_proof(at, str(members["proof"]).encode())

    changes = (lambda chance: bytewise(genuine, chance), parts)
    try_all(mutants(genuine, EACH, 7, *changes), judge, record_property, same)


def test_a_changed_evidence_file_is_refused(record_property: Record) -> None:
    """Its own hash is made to fit again, as a forger would; the signature is what he cannot make."""
    log = sample_log()
    genuine = bundle.build(**log.parts(*WITNESSES))
    assert verify_bundle(genuine, TRUST).state == "ok"
    members = {name: value for name, value in json.loads(genuine).items() if name != "#sha256"}
    digests = list(members["disclosures"])

    def entries(chance: Random) -> dict[str, object]:
        changed = list(members["entries"])
        at = chance.randrange(5)
        if chance.random() < 0.5:
            changed = shuffled(changed, [raw.decode() for raw in longer().leaves], chance)[1]
        else:
            other = log.leaves[chance.randrange(5)]
            changed[at] = leaf_changed(changed[at].encode(), other, chance).decode()
        return {"entries": changed}

    def runs(chance: Random) -> dict[str, object]:
        changed = [dict(run) for run in members["runs"]]
        at = chance.randrange(2)
        name = chance.choice(("from", "to", "stream"))
        changed[at][name] = (
            uuid(chance.randrange(9)) if name == "stream" else changed[at][name] + chance.choice((-1, 1))
        )
        return {"runs": shuffled(changed, changed, chance)[1] if chance.random() < 0.3 else changed}

    def proofs(chance: Random) -> dict[str, object]:
        changed = [dict(one) for one in members["proofs"]]
        at = chance.randrange(2)
        name = chance.choice(("index", "leaf", "hashes", "hash", "all"))
        if name == "hash":
            name, values = "hashes", [unb64(text) for text in changed[at]["hashes"]]
            changed[at]["hashes"] = [b64(value) for value in one_bit(values, chance)[1]]
        elif name == "hashes":
            changed[at][name] = shuffled(changed[at][name], changed[1 - at][name], chance)[1]
        elif name == "all":
            changed = shuffled(changed, changed, chance)[1]
        else:
            others = [*range(7)] if name == "index" else [b64(value) for value in log.hashes]
            changed[at][name] = chance.choice(others)
        return {"proofs": changed}

    def disclosures(chance: Random) -> dict[str, object]:
        changed, digest = dict(members["disclosures"]), chance.choice(digests)
        how = chance.choice(("forged", "swapped", "renamed", "another's", "orphan"))
        other = chance.choice(digests)
        made = disclosure.make("grade", "A", chance.randbytes(32))
        if how == "forged":
            changed[digest] = forged(changed[digest], chance)
        elif how == "swapped":
            changed[digest], changed[other] = changed[other], changed[digest]
        elif how == "renamed":
            text = forged(changed.pop(digest), chance)
            changed[disclosure.digest_of(text)] = text
        elif how == "another's":
            changed[digest] = made.text
        else:
            changed[made.digest] = made.text
        return {"disclosures": changed}

    def erased(chance: Random) -> dict[str, object]:
        digest = chance.choice([*digests, b64url(chance.randbytes(32))])
        return {"erased": {digest: uuid(1000 + chance.randrange(9))}}

    def checkpoint(chance: Random) -> dict[str, object]:
        if chance.random() < 0.5:
            return {"checkpoint": renoted(NOTE, OTHER, chance)[1]}
        text, _, tail = NOTE.rpartition("\n\n")
        return {"checkpoint": edited(text, chance)[1] + "\n\n" + tail}

    def others(chance: Random) -> dict[str, object]:
        pack = {b64url(chance.randbytes(8)): "text"}
        tags = {"tag_keys": {"1": "AA"}}
        ways: list[dict[str, object]] = [
            {"packs": pack},
            {"format": "holdfast-bundle/2"},
            {"more": 1},
            {**tags},
        ]
        return chance.choice(ways)

    def parts(chance: Random) -> Mutant:
        change = chance.choice((entries, runs, proofs, disclosures, erased, checkpoint, others))
        return Mutant(change.__name__, rehashed(members | change(chance)))

    def judge(mutant: Mutant) -> None:
        if verify_bundle(mutant.raw, TRUST).state == "ok":
            return
        raise LogError("bundle")

    def same(mutant: Mutant) -> bool:
        changed = json.loads(mutant.raw)
        at = changed["checkpoint"].encode()
        kept = {name: value for name, value in changed.items() if name not in ("checkpoint", "#sha256")}
        return kept == {n: v for n, v in members.items() if n != "checkpoint"} and signed_parts(
            at
        ) == signed_parts(NOTE.encode())

    changes = (lambda chance: bytewise(genuine, chance), parts, parts)
    try_all(mutants(genuine, EACH, 8, *changes), judge, record_property, same)


def test_a_changed_entry_bundle_or_tile_does_not_lead_to_the_root(record_property: Record) -> None:
    log = sample_log()
    top = merkle.root_of(log.hashes)
    entries, hashes = tiles.encode_entries(log.leaves), b"".join(log.hashes)

    def judge(mutant: Mutant) -> None:
        kind, raw = mutant.raw
        if kind == "entries":
            found = merkle.root_of(map(merkle.leaf_hash, tiles.decode_entries(raw)))
        else:
            found = tiles.TileReader({"tile/0/000.p/5": raw}.__getitem__, 5).root()
        if found != top:
            raise LogError("root")

    def parts(chance: Random) -> Mutant:
        how, leaves = shuffled(log.leaves, longer().leaves, chance)
        return Mutant(how, ("entries", tiles.encode_entries(leaves)))

    def of_bytes(kind: str, raw: bytes) -> Callable[[Random], Mutant]:
        def change(chance: Random) -> Mutant:
            how, changed = bytewise(raw, chance)
            return Mutant(f"{kind}: {how}", None if changed == raw else (kind, changed))

        return change

    changes = (of_bytes("entries", entries), of_bytes("tile", hashes), parts)
    wanted = (mutant for mutant in mutants(None, EACH * 2, 9, *changes) if mutant.raw[1] != entries)
    try_all((mutant for _, mutant in zip(range(EACH), wanted, strict=False)), judge, record_property)


# --- whom to believe --------------------------------------------------------------------------------------


def test_a_changed_policy_is_refused_or_means_what_stands_in_it(record_property: Record) -> None:
    """A policy is not signed, so a changed one may be another policy; a second reader then reads the same.

    Whatever is done to it, it never names a key that the genuine one does not name: ID and key fit together.
    """
    genuine = policy_text("two").encode()
    keys = {LOG.vkey, *(witness.vkey for witness in WITNESSES)}
    strangers = (Signer(ORIGIN, key(55)).vkey, WITNESSES[0].vkey.replace("w0", "w9"), LOG.vkey[:-1] + "A")

    def parts(chance: Random) -> Mutant:
        how, text = relined(
            genuine.decode(), chance, words=("all", "any", "1", "2", "4", "w0", "group", *strangers[1:])
        )
        return Mutant(how, text.encode())

    def judge(mutant: Mutant) -> None:
        found = policy.parse(mutant.raw)
        named = {log.verifier.vkey for log in found.logs} | {
            w.verifier.vkey for w in found.witnesses.values()
        }
        assert named <= keys, mutant
        assert plain(mutant.raw) == {
            "logs": [log.verifier.vkey for log in found.logs],
            "witnesses": {name: witness.verifier.vkey for name, witness in found.witnesses.items()},
            "groups": {name: (group.threshold, group.members) for name, group in found.groups.items()},
            "quorum": found.quorum,
        }, mutant

    changes = (lambda chance: bytewise(genuine, chance), parts)
    try_all(
        mutants(genuine, EACH, 10, *changes),
        judge,
        record_property,
        lambda mutant: True,
        "another policy, read as it stands",
    )


def test_a_key_of_a_stranger_is_never_taken_into_a_policy_by_damage(record_property: Record) -> None:
    """A verifier key with its name, ID or key changed is refused: the ID is a hash of name, type and key."""
    genuine = LOG.vkey

    def parts(chance: Random) -> Mutant:
        name, identity, encoded = genuine.split("+", 2)
        raw = unb64(encoded)
        ways = {
            "other key": f"{name}+{identity}+{b64(raw[:1] + chance.randbytes(32))}",
            "other type": f"{name}+{identity}+{b64(bytes([chance.randrange(256)]) + raw[1:])}",
            "other ID": f"{name}+{chance.randbytes(4).hex()}+{encoded}",
            "other name": f"{name}{chance.choice('/xé2')}+{identity}+{encoded}",
            "longer key": f"{name}+{identity}+{b64(raw + chance.randbytes(1))}",
            "fitting ID, weak key": note.encode_vkey(name, 1, chance.choice(WEAK)),
        }
        how = chance.choice(list(ways))
        return Mutant(how, ways[how].encode())

    def judge(mutant: Mutant) -> None:
        note.Verifier.from_vkey(mutant.raw.decode("utf-8", "surrogateescape"))

    changes = (lambda chance: bytewise(genuine.encode(), chance), parts)
    try_all(mutants(genuine.encode(), EACH, 11, *changes), judge, record_property)


WEAK = [
    number.to_bytes(32, "little")
    for number in (0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18, 2**255, 2**255 + 1)
]
"""Points of small order and spellings of them (RFC 8032 section 5.1.3 refuses the last ones)."""
