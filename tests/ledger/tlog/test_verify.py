import hashlib
from typing import Any

import pytest

from ledger.tlog import bundle, disclosure, leaf, merkle, policy, sentences
from ledger.tlog.errors import CanonicalError
from ledger.tlog.note import Signer, sign_note
from ledger.tlog.verify import Verdict, verify_bundle

from .builders import LOG, ORIGIN, WITNESSES, SampleLog, key, policy_text, sample_log, uuid
from .test_bundle import DIGEST, changed

TRUST = policy.parse(policy_text())
SALT = bytes(32)


def judged(log: SampleLog | None = None, trust: policy.Policy = TRUST, **changes: Any) -> Verdict:
    parts: dict[str, Any] = {**(log or sample_log()).parts(), **changes}
    return verify_bundle(bundle.build(**parts), trust)


def bad(verdict: Verdict) -> set[str]:
    assert verdict.state == "bad"
    return {check.code for check in verdict.checks if check.state == "bad"}


def test_a_genuine_file_is_good_and_counted():
    verdict = judged()
    assert verdict.state == "ok"
    assert [check.code for check in verdict.checks] == [code for code in sentences.OK if code != "quorum"]
    assert verdict.counts.entries == 5
    assert verdict.counts.runs == 2
    assert (verdict.counts.disclosed, verdict.counts.withheld, verdict.counts.erased) == (12, 0, 0)
    assert verdict.trusted is not None
    assert verdict.trusted.checkpoint.origin == ORIGIN


def test_the_entries_carry_the_values_that_were_recorded():
    values = [entry.values for entry in judged().entries]
    assert values[0] == {"kind": "project.opened/1", "actor": "system"}
    assert values[2] == {"kind": "handoff.offered/1", "copies": ["1", "2"], "checked": True}
    assert values[3] == {"kind": "party.registered/1", "name": "甲测绘院"}


def test_withholding_is_allowed_and_counted():
    log = sample_log()
    kept = dict(list(log.disclosures.items())[:5])
    verdict = judged(log, disclosures=kept)
    assert verdict.state == "ok"
    assert (verdict.counts.disclosed, verdict.counts.withheld) == (5, 7)


def erasing(*orders: Any) -> tuple[SampleLog, str, dict[str, str]]:
    """A log whose first value is gone; its last entry orders these digests to be erased (itself: "it")."""
    log = sample_log()
    digest, *_ = log.disclosures
    log.append(uuid(2), {"erases": [digest if order == "it" else order for order in orders]})
    return log, digest, {name: text for name, text in log.disclosures.items() if name != digest}


def test_an_erasure_that_was_ordered_is_allowed_and_counted():
    log, digest, kept = erasing("it", DIGEST)
    verdict = judged(log, disclosures=kept, erased={digest: uuid(1005)})
    assert verdict.state == "ok"
    assert (verdict.counts.disclosed, verdict.counts.withheld, verdict.counts.erased) == (12, 0, 1)


def test_a_withheld_value_does_not_pass_as_erased():
    log, digest, kept = erasing(DIGEST)
    assert bad(judged(log, disclosures=kept, erased={digest: uuid(1005)})) == {"erasure-not-ordered"}
    kept = {name: text for name, text in kept.items() if "erases" not in disclosure.parse(text).name}
    verdict = judged(log, disclosures=kept, erased={digest: uuid(1005)})
    assert [check.code for check in verdict.checks if check.state == "unknown"] == ["erasure-hidden"]


def test_an_order_that_is_no_list_orders_nothing():
    log = sample_log()
    digest, *_ = log.disclosures
    log.append(uuid(2), {"erases": digest})
    kept = {name: text for name, text in log.disclosures.items() if name != digest}
    assert bad(judged(log, disclosures=kept, erased={digest: uuid(1005)})) == {"erasure-not-ordered"}


def test_an_erasure_ordered_elsewhere_cannot_be_told():
    log = sample_log()
    digest, *_ = log.disclosures
    kept = {name: text for name, text in log.disclosures.items() if name != digest}
    verdict = judged(log, disclosures=kept, erased={digest: uuid(77)})
    assert verdict.state == "unknown"
    assert [check.code for check in verdict.checks if check.state == "unknown"] == ["erasure-absent"]


def test_a_value_both_erased_and_disclosed_is_bad():
    log = sample_log()
    digest, *_ = log.disclosures
    assert bad(judged(log, erased={digest: uuid(1004)})) >= {"erased-disclosed"}


def test_an_erased_value_of_no_entry_is_bad():
    assert bad(judged(erased={DIGEST: uuid(1004)})) >= {"erased-orphan"}


def test_a_file_that_is_no_bundle_is_bad():
    for raw in (b"", b"%PDF-1.7", b"{}\n", b"[" * 100_000):
        assert bad(verify_bundle(raw, TRUST)) == {"not-canonical"}
    for raw in (b"{}", b"[]", b"1", b'{"format":"holdfast-bundle/2"}'):
        assert bad(verify_bundle(raw, TRUST)) == {"form-broken"}
    assert bad(verify_bundle(changed(more=1), TRUST)) == {"form-broken"}


def test_a_changed_letter_is_bad_by_the_hash():
    raw = bundle.build(**sample_log().parts())
    at = raw.index(b'"entries"') + 60
    assert bad(verify_bundle(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :], TRUST)) == {"hash"}


def test_another_log_is_not_believed():
    stranger = Signer("stranger.example/ledger", key(9))
    text = sample_log().note().split("\n\n")[0] + "\n"
    verdict = judged(checkpoint=sign_note(text, stranger))
    assert bad(verdict) == {"checkpoint-untrusted"}
    assert "heads-untrusted" in {check.code for check in verdict.checks if check.state == "unknown"}
    of_the_stranger = text.replace(ORIGIN, stranger.name)
    assert bad(judged(checkpoint=sign_note(of_the_stranger, stranger))) == {"checkpoint-origin"}
    namesake = Signer(ORIGIN, key(9))
    assert bad(judged(checkpoint=sign_note(text, namesake))) == {"checkpoint-key"}


def test_a_checkpoint_that_is_none_is_bad():
    assert bad(judged(checkpoint="nothing")) == {"checkpoint-malformed"}
    assert bad(judged(checkpoint=sample_log().note().replace("\n5\n", "\n05\n"))) == {"checkpoint-untrusted"}
    assert bad(judged(checkpoint=sign_note(f"{ORIGIN}\n05\n", LOG))) == {"checkpoint-malformed"}


def test_an_unmet_quorum_is_bad_and_a_met_one_good():
    trust = policy.parse(policy_text("two"))
    assert bad(judged(trust=trust)) == {"quorum-unmet"}
    witnessed = judged(trust=trust, checkpoint=sample_log().note(*WITNESSES[:2]))
    assert witnessed.state == "ok"
    assert "quorum" in {check.code for check in witnessed.checks}


def test_an_older_checkpoint_does_not_cover_newer_entries():
    log = sample_log()
    older = SampleLog(leaves=log.leaves[:4]).note()
    assert bad(judged(log, checkpoint=older)) == {"head-newer", "head-unproven"}


def test_a_fork_of_the_log_does_not_prove_the_entries():
    fork = sample_log()
    fork.leaves[0] = fork.leaves[0].replace(b"10:00:00", b"09:00:00")
    assert bad(judged(checkpoint=fork.note())) == {"head-unproven"}


def replaced(log: SampleLog, index: int, old: bytes, new: bytes) -> dict[str, Any]:
    """The entries of the bundle with one of them edited, proofs and checkpoint left as they are."""
    entries = log.parts()["entries"]
    assert old in entries[index]
    entries[index] = entries[index].replace(old, new)
    return {"entries": entries}


def test_an_edited_entry_breaks_the_link_after_it():
    assert bad(judged(**replaced(sample_log(), 0, b"10:00:00", b"09:00:00"))) == {"run-link"}


def test_an_edited_last_entry_is_not_the_proven_one():
    assert bad(judged(**replaced(sample_log(), 2, b"10:00:04", b"10:00:05"))) == {
        "head-differs",
        "head-unproven",
    }


def test_an_entry_of_another_layout_is_bad():
    log = sample_log()
    assert "leaf-malformed" in bad(judged(log, **replaced(log, 1, b'"v":1', b'"v":2')))


def test_an_entry_left_out_is_bad():
    log = sample_log()
    entries = log.parts()["entries"]
    runs = [bundle.Run(uuid(1), 0, 1), bundle.Run(uuid(2), 0, 1)]
    verdict = judged(log, entries=[entries[0], *entries[2:]], runs=runs)
    assert {"run-gap", "run-link", "disclosure-orphan"} <= bad(verdict)


def test_a_hidden_tail_is_good_only_as_far_as_it_goes():
    log = sample_log()
    tree_proof = log.parts()["proofs"]
    shorter = SampleLog(leaves=log.leaves, disclosures={}, streams={uuid(1): [0, 2]})
    assert tree_proof != shorter.parts()["proofs"]
    assert judged(shorter).state == "ok"
    assert any("later entries" in limit.en for limit in sentences.LIMITS)


def test_a_run_that_begins_later_cannot_be_told():
    log = sample_log()
    part = SampleLog(leaves=log.leaves, disclosures={}, streams={uuid(1): [2, 4]})
    verdict = judged(part, runs=[bundle.Run(uuid(1), 1, 2)])
    assert verdict.state == "unknown"
    assert [check.code for check in verdict.checks if check.state == "unknown"] == ["run-partial"]


def test_a_stream_in_two_runs_is_bad():
    log = sample_log()
    log.streams = {uuid(1): [0, 2, 4], "again": [0, 2, 4]}
    verdict = judged(log, runs=[bundle.Run(uuid(1), 0, 2)] * 2, disclosures={})
    assert bad(verdict) == {"stream-twice", "entry-twice", "head-shared"}


def test_an_entry_of_another_stream_is_bad():
    log = sample_log()
    assert bad(judged(log, runs=[bundle.Run(uuid(1), 0, 2), bundle.Run(uuid(3), 0, 1)])) == {"run-stream"}


def test_one_place_in_the_log_cannot_serve_two_runs():
    log = sample_log()
    proofs = log.parts()["proofs"]
    verdict = judged(log, proofs=[proofs[0], bundle.Proof(proofs[0].index, proofs[1].leaf, proofs[1].hashes)])
    assert bad(verdict) == {"head-shared", "head-unproven"}


def test_a_changed_proof_is_bad():
    log = sample_log()
    first, second = log.parts()["proofs"]
    for proof in (
        bundle.Proof(second.index, second.leaf, (*second.hashes[:-1], bytes(32))),
        bundle.Proof(second.index, second.leaf, second.hashes[:-1]),
        bundle.Proof(2, second.leaf, second.hashes),
    ):
        assert bad(judged(log, proofs=[first, proof])) == {"head-unproven"}
    beyond = bundle.Proof(5, second.leaf, second.hashes)
    assert bad(judged(log, proofs=[first, beyond])) == {"head-newer"}


def test_times_that_go_back_are_bad():
    log = sample_log()
    log.append(uuid(1), {"kind": "late/1"}, at="2026-11-20T00:00:00.000000Z")
    assert bad(judged(log)) == {"time-back"}


def test_equal_times_are_good():
    log = sample_log()
    log.append(uuid(1), {"kind": "same/1"}, at="2026-11-21T10:00:04.000001Z")
    assert judged(log).state == "ok"


def test_a_stream_that_links_to_nothing_is_bad():
    log = sample_log()
    log.append(uuid(1), {"kind": "a/1"}, prev=bytes(32))
    assert bad(judged(log)) == {"run-link"}


def test_an_entry_id_that_stands_twice_is_bad():
    log = sample_log()
    log.append(uuid(1), {"kind": "a/1"}, id=uuid(1000))
    assert bad(judged(log)) == {"entry-twice"}


def test_a_changed_value_is_bad():
    log = sample_log()
    digest = disclosure.make("grade", "B", bytes([3, 1]) * 16).digest
    assert digest in log.disclosures
    forged = disclosure.make("grade", "A", bytes([3, 1]) * 16).text
    assert bad(judged(log, disclosures=log.disclosures | {digest: forged})) == {"disclosure-digest"}


def test_a_value_of_no_entry_is_bad():
    made = disclosure.make("grade", "A", SALT)
    log = sample_log()
    assert bad(judged(log, disclosures=log.disclosures | {made.digest: made.text})) == {"disclosure-orphan"}


def test_a_value_that_two_entries_claim_is_bad():
    log = sample_log()
    digest, *_ = log.disclosures
    log.append(uuid(1), {}, digests=[digest])
    assert bad(judged(log)) == {"disclosure-shared"}


def test_a_field_given_twice_in_one_entry_is_bad():
    log = sample_log()
    both = [disclosure.make("grade", value, SALT) for value in ("A", "B")]
    log.append(uuid(1), {}, digests=[one.digest for one in both])
    log.disclosures |= {one.digest: one.text for one in both}
    assert bad(judged(log)) == {"disclosure-name-twice"}


def test_a_disclosure_of_another_shape_is_bad():
    log = sample_log()
    digest = disclosure.digest_of("WzFd")
    log.append(uuid(1), {}, digests=[digest])
    assert bad(judged(log, disclosures=log.disclosures | {digest: "WzFd"})) == {"disclosure-malformed"}


def test_packs_are_held_against_their_names():
    text = "regime: generic\n"
    name = hashlib.sha256(text.encode()).hexdigest()
    assert judged(packs={name: text}).state == "ok"
    assert bad(judged(packs={name: text + " "})) == {"pack-hash"}


def test_the_entries_about_a_copy_are_found_by_its_key():
    log, copy_key = sample_log(), b"k" * 32
    log.append(uuid(1), {"kind": "a/1"}, tags=[leaf.tag(copy_key, uuid(1005)), bytes(16)])
    verdict = judged(log, tag_keys={"copy-1": copy_key, "copy-2": b"j" * 32})
    assert [entry.leaf.id for entry in verdict.concerning("copy-1")] == [uuid(1005)]
    assert verdict.concerning("copy-2") == []
    with pytest.raises(KeyError):
        verdict.concerning("copy-3")


def test_many_failures_of_one_kind_are_counted_and_not_all_told():
    made = [disclosure.make("a", number, SALT) for number in range(50)]
    log = sample_log()
    verdict = judged(log, disclosures=log.disclosures | {one.digest: one.text for one in made})
    told = [check for check in verdict.checks if check.state == "bad"]
    assert len(told) == 11
    assert told[-1].en.startswith("40 more")


def test_every_failure_has_a_sentence_of_its_own_in_both_languages():
    said = [*sentences.OK.values(), *sentences.BAD.values(), *sentences.UNKNOWN.values(), *sentences.LIMITS]
    assert len({one.en for one in said}) == len({one.zh for one in said}) == len(said)
    for one in said:
        assert one.en.isascii()
        assert not one.zh.isascii()
        assert {part for part in ("{run}", "{entry}") if part in one.en} == {
            part for part in ("{run}", "{entry}") if part in one.zh
        }


def test_a_verdict_never_raises_for_a_changed_byte():
    raw = bundle.build(**sample_log().parts(WITNESSES[0]))
    assert verify_bundle(raw, TRUST).state == "ok"
    for place in range(len(raw)):
        changed_raw = bytearray(raw)
        changed_raw[place] ^= 1
        assert verify_bundle(bytes(changed_raw), TRUST).state == "bad"


def test_no_reader_of_hostile_text_lets_another_error_out():
    # A lone surrogate can only come in by an escape, which is not canonical.
    with pytest.raises(CanonicalError):
        bundle.parse(b'{"#sha256":"\\ud800"}')
    assert merkle.EMPTY_ROOT
