"""The proof file of one entry: written, read in its one form, and believed only under a policy."""

from __future__ import annotations

import pytest

from ledger.tlog import merkle, policy, proof
from ledger.tlog.encoding import b64
from ledger.tlog.errors import FormatError, ProofError, SignatureError
from ledger.tlog.note import sign_note

from .builders import LOG, ORIGIN, WITNESSES, MemoryTree, SampleLog, policy_text, sample_log

TRUST = policy.parse(policy_text())


def of(log: SampleLog, index: int, *, extra: bytes | None = None, witnessed: int = 0) -> str:
    hashes = merkle.inclusion_proof(index, len(log.leaves), MemoryTree(log.hashes))
    return proof.build(index, hashes, log.note(*WITNESSES[:witnessed]), extra)


def test_every_entry_of_a_log_is_proven_by_its_file() -> None:
    log = sample_log()
    for index, leaf_hash in enumerate(log.hashes):
        read = proof.parse(of(log, index).encode())
        assert (read.index, read.extra) == (index, None)
        assert read.verify(leaf_hash, TRUST).checkpoint.size == 5
        for other in log.hashes[:index] + log.hashes[index + 1 :]:
            with pytest.raises(ProofError):
                read.verify(other, TRUST)


def test_the_text_is_laid_out_as_the_specification_shows() -> None:
    log = sample_log()
    head, _, note = of(log, 3, extra=b"age").partition("\n\n")
    lines = head.split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra YWdl", "index 3"]
    assert lines[3:] == [b64(value) for value in merkle.inclusion_proof(3, 5, MemoryTree(log.hashes))]
    assert note == log.note()


def test_the_example_of_the_specification_is_read_where_it_is_complete() -> None:
    """Its signatures are cut short in print and its extra line has no padding: both are put right here."""
    hashes = (
        "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=",
        "B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=",
        "EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=",
        "RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=",
        "AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=",
    )
    note = "example.com/fancylog\n109482\nsFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n\n"
    note += f"\u2014 example.com/fancylog {b64(bytes(68))}\n"
    read = proof.parse("\n".join(["c2sp.org/tlog-proof@v1", "index 73894", *hashes, "", note]))
    assert read.index == 73894
    assert [b64(value) for value in read.hashes] == list(hashes)
    assert read.checkpoint == note


def test_extra_data_is_handed_over_and_never_counts_as_proof() -> None:
    log = sample_log()
    read = proof.parse(of(log, 2, extra=b"from the counter"))
    assert read.extra == b"from the counter"
    assert read.verify(log.hashes[2], TRUST) == proof.parse(of(log, 2)).verify(log.hashes[2], TRUST)


def test_too_few_cosignatures_are_no_proof() -> None:
    log, demanding = sample_log(), policy.parse(policy_text("two"))
    for count in (0, 1):
        with pytest.raises(SignatureError, match="the trust policy demands"):
            proof.parse(of(log, 0, witnessed=count)).verify(log.hashes[0], demanding)
    assert proof.parse(of(log, 0, witnessed=2)).verify(log.hashes[0], demanding).quorum_met


def test_a_note_that_is_no_checkpoint_is_refused() -> None:
    for text in (f"{ORIGIN}\n01\n", "hello\n", f"{ORIGIN}\n5\n{b64(bytes(31))}\n"):
        with pytest.raises(FormatError):
            proof.build(0, [], sign_note(text, LOG))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: "\n\n",
        lambda text: "\n" + text,
        lambda text: text + "\n",
        lambda text: text[:-1],
        lambda text: text.replace("@v1", "@v2"),
        lambda text: text.replace("@v1", "@v1 "),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("index 3", "index 03"),
        lambda text: text.replace("index 3", "index +3"),
        lambda text: text.replace("index 3", "index  3"),
        lambda text: text.replace("index 3", "index -1"),
        lambda text: text.replace("index 3", "index 3 "),
        lambda text: text.replace("index 3", "index ٣"),
        lambda text: text.replace("index 3", "index 9223372036854775808"),
        lambda text: text.replace("index 3", "Index 3"),
        lambda text: text.replace("index 3\n", ""),
        lambda text: text.replace("index 3\n", "index 3\nindex 3\n"),
        lambda text: text.replace("index 3\n", "index 3\nextra YWdl\n"),
        lambda text: text.replace("index 3\n", "extra \nindex 3\n"),
        lambda text: text.replace("index 3\n", "extra YWdm=\nindex 3\n"),
        lambda text: text.replace("index 3\n", "extra YWdl\nextra YWdl\nindex 3\n"),
        lambda text: text.replace("index 3\n", "index 3\n\n"),
        lambda text: text.replace("index 3\n", "index 3\nAAAA\n"),
        lambda text: text.replace("index 3\n", "index 3\n" + "A" * 42 + "B=\n"),
        lambda text: text.replace("index 3\n", "index 3\n" + ("A" * 43 + "=\n") * 64),
        lambda text: text.replace("index 3\n", "index 3\né\n"),
        lambda text: text.replace("=\n", "\n", 1),
        lambda text: text.replace("=\n", " =\n", 1),
        lambda text: text.partition("\n\n")[0] + "\n",
        lambda text: text.partition("\n\n")[0] + "\n\n",
        lambda text: text.rpartition("\n\n")[0] + "\n\n",
        lambda text: text.replace(ORIGIN, ORIGIN + "\ud800"),
        lambda text: text + "x" * 2_000_000,
    ],
)
def test_another_spelling_is_refused(change) -> None:
    text = of(sample_log(), 3)
    assert change(text) != text
    with pytest.raises(FormatError):
        proof.parse(change(text))


def test_bytes_that_are_no_text_are_refused() -> None:
    raw = of(sample_log(), 3).encode()
    for place in (0, 30, len(raw) // 2, len(raw) - 5):
        with pytest.raises(FormatError):
            proof.parse(raw[:place] + b"\xff" + raw[place:])


def test_what_a_reader_would_refuse_is_not_built() -> None:
    note = sample_log().note()
    wrong: list[tuple[int, list[bytes], str, bytes | None]] = [
        (-1, [], note, None),
        (0, [b"short"], note, None),
        (0, [], "nothing", None),
        (0, [], note, b""),
    ]
    for arguments in wrong:
        with pytest.raises(FormatError):
            proof.build(*arguments)
