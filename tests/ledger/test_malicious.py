"""A log that lies, before the verifier: each lie is called what it is, by the function and by the command."""

from __future__ import annotations

import dataclasses
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger import __main__ as command
from ledger.tlog import bundle, merkle, sentences, tiles
from ledger.tlog import policy as policies
from ledger.tlog.errors import FormatError, ProofError
from ledger.tlog.verify import verify_bundle

from .malicious import (
    STREAMS,
    SWAPPED_KEY,
    WRONG_ORIGIN,
    evidence,
    fork_stream,
    history,
    published,
    served,
    shorten,
    signed,
)
from .tlog.builders import LOG, ORIGIN, WITNESSES, MemoryTree, policy_text

TRUST = policies.parse(policy_text("two"))
HONEST, FORKED = history(20), history(20, forged=9)
SEEN = signed(HONEST, LOG, *WITNESSES[:2])
"""What the witnesses were shown and cosigned."""

Judge = Callable[[bytes], tuple[set[str], str]]


@pytest.fixture
def judge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Judge:
    """The codes of what is bad in an evidence file, and what `python -m ledger verify` prints about it."""
    (tmp_path / "policy").write_text(policy_text("two"), "utf-8")

    def judged(raw: bytes) -> tuple[set[str], str]:
        verdict = verify_bundle(raw, TRUST)
        (tmp_path / "evidence.json").write_bytes(raw)
        printed = []
        for lang in ("en", "zh"):
            code = command.main(
                ["verify", str(tmp_path / "evidence.json"), "--trust", str(tmp_path), "--lang", lang]
            )
            assert code == command.EXIT_CODES[verdict.state]
            printed.append(capsys.readouterr().out)
        bad = {check.code for check in verdict.checks if check.state == "bad"}
        for found in bad:
            assert sentences.BAD[found].zh[:6].partition("{")[0] in printed[1]
        return bad, printed[0]

    return judged


def test_the_honest_log_is_good(judge: Judge) -> None:
    assert judge(evidence(HONEST, SEEN))[0] == set()
    older = signed(HONEST, LOG, *WITNESSES[:2], size=12)
    assert judge(evidence(HONEST, older, 12))[0] == set(), "an older state is true as far as it goes"


def test_a_forked_view_lacks_its_witnesses(judge: Judge) -> None:
    assert HONEST.leaves[:9] == FORKED.leaves[:9]
    assert len(set(HONEST.leaves[9:]) & set(FORKED.leaves[9:])) < 11
    bad, said = judge(evidence(FORKED, signed(FORKED)))
    assert bad == {"quorum-unmet"}
    assert "not witnessed as the trust policy demands: 0 cosigned" in said


def test_a_forked_view_under_the_cosignatures_of_the_other_one_is_called_false(judge: Judge) -> None:
    lines = SEEN.partition("\n\n")[2].splitlines(keepends=True)[1:]
    bad, said = judge(evidence(FORKED, signed(FORKED) + "".join(lines)))
    assert bad == {"checkpoint-untrusted"}
    assert "witness.example/w0" in said
    assert "a signature on it is false" in said


def test_a_forked_view_is_not_in_the_tree_that_was_witnessed(judge: Judge) -> None:
    bad, said = judge(evidence(FORKED, SEEN))
    assert bad == {"head-unproven"}
    assert "the entry is not in that log" in said


def test_a_forked_stream_shows_when_both_branches_are_in_the_file(judge: Judge) -> None:
    log = history(20)
    first, second = fork_stream(log)
    at = signed(log, LOG, *WITNESSES[:2])
    both = bundle.parse(evidence(log, at, streams=STREAMS[:1]))
    run = both.runs[0]
    hashes = tuple(merkle.inclusion_proof(second, 21, MemoryTree(log.hashes)))
    other = bundle.Proof(second, log.hashes[second], hashes)
    entries = [*both.entries, log.leaves[second]]
    longer = [bundle.Run(run.stream, 0, run.last + 1)]
    one_run = bundle.build(checkpoint=at, entries=entries, runs=longer, proofs=[other], disclosures={})
    bad, said = judge(one_run)
    assert bad == {"run-gap", "run-link"}
    assert "does not have the number that follows" in said
    two_runs = bundle.build(
        checkpoint=at,
        entries=[*both.entries, *both.entries[:-1], log.leaves[second]],
        runs=[run, run],
        proofs=[*both.proofs, other],
        disclosures={},
    )
    bad, said = judge(two_runs)
    assert {"stream-twice", "entry-twice"} <= bad
    assert "a second run of a stream" in said
    assert first != second


def test_one_branch_of_a_forked_stream_is_beyond_a_verifier_and_the_command_says_who_sees_it(
    judge: Judge,
) -> None:
    log = history(20)
    fork_stream(log)
    bad, said = judge(evidence(log, signed(log, LOG, *WITNESSES[:2])))
    assert bad == set()
    assert "nobody was shown another log. A monitor or witnesses exclude these." in said


def test_another_log_is_named_with_both_origins(judge: Judge) -> None:
    bad, said = judge(evidence(HONEST, signed(HONEST, WRONG_ORIGIN)))
    assert bad == {"checkpoint-origin"}
    assert "belongs to another log" in said
    assert ORIGIN in said
    assert WRONG_ORIGIN.name in said


def test_another_key_under_the_logs_name_is_named_with_both_keys(judge: Judge) -> None:
    for witnesses in ((), WITNESSES[:2]):
        bad, said = judge(evidence(HONEST, signed(HONEST, SWAPPED_KEY, *witnesses)))
        assert bad == {"checkpoint-key"}
        assert "was signed with another key" in said
        assert all(signer.vkey.split("+")[1] in said for signer in (LOG, SWAPPED_KEY))


def test_a_checkpoint_older_than_the_entries_is_called_stale(judge: Judge) -> None:
    bad, said = judge(evidence(HONEST, signed(HONEST, LOG, *WITNESSES[:2], size=12)))
    assert bad == {"head-newer"}
    assert "the checkpoint is older: it covers only 12 entries" in said


def test_short_tiles_are_named_and_a_proof_cut_with_them_is_refused(judge: Judge, tmp_path: Path) -> None:
    folder = published(HONEST, tmp_path / "log")
    assert shorten(folder) == ["tile/0/000.p/20", "tile/entries/000.p/20"]
    with served(folder) as url:

        def read(path: str) -> bytes:
            with urllib.request.urlopen(url + path, timeout=10) as answer:  # noqa: S310
                return bytes(answer.read())

        with pytest.raises(FormatError, match=r"tile/0/000\.p/20: expected 640 bytes, got 608"):
            tiles.TileReader(read, 20).root()
        short = tiles.decode_entries(read("tile/entries/000.p/20"))
    assert merkle.root_of(map(merkle.leaf_hash, short)) != merkle.root_of(HONEST.hashes)
    parts = bundle.parse(evidence(HONEST, SEEN))
    cut = [dataclasses.replace(proof, hashes=proof.hashes[:-1]) for proof in parts.proofs]
    bad, said = judge(
        bundle.build(checkpoint=SEEN, entries=parts.entries, runs=parts.runs, proofs=cut, disclosures={})
    )
    assert bad == {"head-unproven"}
    assert "expected more hashes" in said


def test_no_consistency_proof_leads_from_the_honest_view_to_the_forked_one() -> None:
    for old in range(10, 20):
        proof = merkle.consistency_proof(old, 20, MemoryTree(FORKED.hashes))
        with pytest.raises(ProofError):
            merkle.verify_consistency(
                old, merkle.root_of(HONEST.hashes[:old]), 20, merkle.root_of(FORKED.hashes), proof
            )
