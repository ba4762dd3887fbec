"""What is handed out: bundles and proof files hold against the trust folder, and no further."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ledger import api, models
from ledger.tlog import bundle, disclosure, leaf, merkle, receipt
from ledger.tlog import policy as policies
from ledger.tlog.verify import Verdict, verify_bundle
from tests.databases import Database
from tests.ledger.scenes import draft, erase, seal, write


@pytest.fixture
def policy(log: str, settings: Any) -> policies.Policy:
    """The trust policy that the installation gave out."""
    return policies.parse((settings.TRUST_DIR / "policy").read_bytes())


def judged(raw: bytes, policy: policies.Policy) -> Verdict:
    """The verdict on a bundle, which must be good."""
    verdict = verify_bundle(raw, policy)
    assert verdict.state == "ok", [check for check in verdict.checks if check.state != "ok"]
    return verdict


def test_a_bundle_holds_whole_runs_and_is_accepted(policy: policies.Policy) -> None:
    for _ in range(130):
        api.append(draft("a"), draft("b"), draft("c"))
    seal()
    write("a", 2)
    raw = api.bundle(["a", "b", "a", "unknown"])
    verdict = judged(raw, policy)
    assert (verdict.counts.runs, verdict.counts.entries, verdict.counts.disclosed) == (2, 260, 520)
    assert all(entry.values == {"kind": "test/1", "note": "x"} for entry in verdict.entries)
    assert api.bundle(["a", "b"]) == raw
    seal()
    assert judged(api.bundle(["a"]), policy).counts.entries == 132
    assert judged(api.bundle(["a", "b"], size=390), policy).counts.entries == 260
    assert api.bundle(["a", "b"], size=390) == raw


def test_a_changed_byte_is_rejected(policy: policies.Policy) -> None:
    write("a", 3)
    seal()
    raw = api.bundle(["a"])
    for place in range(0, len(raw), 7):
        changed = bytearray(raw)
        changed[place] ^= 4
        assert verify_bundle(bytes(changed), policy).state != "ok", place


def test_a_withheld_field_stays_closed_and_the_rest_is_proven(policy: policies.Policy) -> None:
    write("a", 2, value="secret")
    seal()
    raw = api.bundle(["a"], withhold=lambda entry, name: entry.seq == 0 and name == "note")
    verdict = judged(raw, policy)
    assert [entry.values.get("note") for entry in verdict.entries] == [None, "secret"]
    assert verdict.counts.withheld == 1
    texts = api.run("a")[0].disclosures
    assert not any(text.encode() in raw for text in texts if disclosure.parse(text).name == "note")


def test_an_erased_field_is_named_with_its_erasure(policy: policies.Policy, database: Database) -> None:
    (target,) = api.append(draft("a", "张三", personal=True))
    order = erase(database, target.id, "note")
    seal()
    raw = api.bundle(["a", "system"])
    verdict = judged(raw, policy)
    assert verdict.counts.erased == 1
    assert set(bundle.parse(raw).erased.values()) == {str(order)}
    assert "erasures" in {check.code for check in verdict.checks}


@pytest.mark.parametrize(("ordered", "state"), [([], "bad"), (None, "unknown")])
def test_a_value_that_no_entry_orders_to_erase_does_not_pass_as_erased(
    policy: policies.Policy, database: Database, ordered: list[str] | None, state: str
) -> None:
    (target,) = api.append(draft("a", "张三", personal=True))
    erase(database, target.id, "note", ordered)
    seal()
    assert verify_bundle(api.bundle(["a", "system"]), policy).state == state


def test_tag_keys_and_packs_go_with_the_bundle(policy: policies.Policy) -> None:
    key, item = bytes(range(32)), api.Draft("a", [])
    api.append(api.Draft("a", [], [api.tag(key, item.id)], item.id), draft("a"))
    seal()
    verdict = judged(api.bundle(["a"], tag_keys={"copy-1": key}), policy)
    assert [entry.leaf.id for entry in verdict.concerning("copy-1")] == [str(item.id)]


def test_the_proof_file_proves_the_entry_to_a_stranger(policy: policies.Policy) -> None:
    write("a", 5)
    (recorded,) = write("b")
    with pytest.raises(api.NotSealedError):
        api.proof_file(recorded.id)
    seal()
    head, _, note = api.proof_file(recorded.id).partition("\n\n")
    first, index, *hashes = head.split("\n")
    at = policy.open(note.encode()).checkpoint
    assert first == "c2sp.org/tlog-proof@v1"
    assert index == "index 5"
    merkle.verify_inclusion(
        merkle.leaf_hash(api.read(recorded.id).leaf),
        5,
        at.size,
        [base64.b64decode(h) for h in hashes],
        at.root,
    )


def test_a_receipt_made_from_an_entry_and_its_proof_is_accepted(policy: policies.Policy) -> None:
    (recorded,) = write("a", value="张三")
    write("a", 3)
    seal()
    entry = api.read(recorded.id)
    raw = receipt.build(entry.leaf, entry.disclosures, api.proof_file(recorded.id))
    verdict = receipt.verify_receipt(raw, policy)
    assert verdict.state == "ok"
    assert verdict.entry is not None
    assert verdict.entry.values == entry.values


def test_nothing_is_handed_out_before_the_first_checkpoint(log: str) -> None:
    write("a")
    with pytest.raises(api.NotSealedError):
        api.bundle(["a"])
    seal()
    with pytest.raises(api.NotSealedError):
        api.bundle(["a"], size=7)


def test_a_log_keeps_its_name_and_its_keys(log: str, settings: Any) -> None:
    files = {
        path: path.read_bytes()
        for folder in (settings.KEYS_DIR, settings.TRUST_DIR)
        for path in folder.iterdir()
    }
    assert api.ensure_log("other.example") == log
    assert {path: path.read_bytes() for path in files} == files
    assert log.startswith("localhost/ledger/")
    assert {oct(path.stat().st_mode & 0o777) for path in settings.KEYS_DIR.iterdir()} == {"0o600"}
    (settings.KEYS_DIR / "log.pem").unlink()
    with pytest.raises(api.KeyFileError, match="Restore it"):
        api.ensure_log("localhost")
    for bad in ("", "Local", "a b", "a/b"):
        with pytest.raises(api.DraftError):
            api.ensure_log(bad)


def test_a_key_that_others_can_read_is_refused(log: str, settings: Any) -> None:
    write("a")
    (settings.KEYS_DIR / "log.pem").chmod(0o644)
    with pytest.raises(api.KeyFileError, match="0600"):
        seal()
    assert models.Checkpoint.objects.count() == 0


def test_every_leaf_of_a_run_is_silent_or_not_about_a_copy(db: None) -> None:
    key = bytes(32)
    drafts = [api.Draft("a", [], [api.tag(key, item.id)], item.id) for item in (api.Draft("a", []),)]
    api.append(*drafts, draft("a"))
    said = [api.tag(key, entry.id) in leaf.parse(entry.leaf).tags for entry in api.run("a")]
    assert said == [True, False]
