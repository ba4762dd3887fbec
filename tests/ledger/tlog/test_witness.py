"""The witness messages: one spelling each, and everything else refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.tlog import witness as messages
from ledger.tlog.cosignature import CosignVerifier
from ledger.tlog.encoding import b64
from ledger.tlog.errors import FormatError, SignatureError

from .builders import LOG, WITNESS_TIME, WITNESSES, sample_log

NOTE = sample_log().note().encode()
TEXT = NOTE.partition(b"\n\n")[0] + b"\n"
HASH = b64(b"h" * 32).encode() + b"\n"


@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=messages.MAX_PROOF).map(tuple),
)
def test_a_request_reads_back_as_it_was_written(old: int, proof: tuple[bytes, ...]) -> None:
    request = messages.Request(old, proof, NOTE)
    assert messages.parse_request(request.encode()) == request


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"old 0\n" + NOTE[:10],
        b"old 00\n\n" + NOTE,
        b"old +1\n\n" + NOTE,
        b"old -1\n\n" + NOTE,
        b"old 1 \n\n" + NOTE,
        b"old  1\n\n" + NOTE,
        b"old \xd9\xa1\n\n" + NOTE,
        b"old 1\r\n\n" + NOTE,
        b"Old 1\n\n" + NOTE,
        b"old\n\n" + NOTE,
        b"old 9223372036854775808\n\n" + NOTE,
        b"old 1\n" + HASH[:-5] + b"\n\n" + NOTE,
        b"old 1\n" + HASH.replace(b"=", b"") + b"\n" + NOTE,
        b"old 1\n " + HASH + b"\n" + NOTE,
        b"old 1\n" + b64(b"h" * 31).encode() + b"\n\n" + NOTE,
        b"old 1\n" + HASH * 64 + b"\n" + NOTE,
        b"old 1\n\n" + b"x" * messages.MAX_REQUEST,
    ],
)
def test_what_is_no_request_is_refused(raw: bytes) -> None:
    with pytest.raises(FormatError):
        messages.parse_request(raw)


@pytest.mark.parametrize(
    "raw", [b"7", b"07\n", b"\n", b"", b"7\n\n", b" 7\n", b"7\r\n", b"\xff\n", b"-1\n", b"7\n8\n"]
)
def test_a_size_has_one_spelling(raw: bytes) -> None:
    with pytest.raises(FormatError):
        messages.parse_conflict(raw)
    assert messages.parse_conflict(messages.conflict(7)) == 7


def test_the_witnesss_line_is_found_among_those_of_others_and_verified() -> None:
    lines = [w.sign(TEXT.decode(), WITNESS_TIME) for w in WITNESSES]
    verifier = CosignVerifier.from_vkey(WITNESSES[1].vkey)
    line, _ = messages.cosignature_in("".join(lines).encode(), TEXT, verifier)
    assert line == lines[1]


@pytest.mark.parametrize(
    "answer",
    [
        WITNESSES[0].sign(TEXT.decode(), WITNESS_TIME),
        WITNESSES[1].sign(TEXT.decode(), WITNESS_TIME) * 2,
        WITNESSES[1].sign(TEXT.decode().replace("\n5\n", "\n6\n"), WITNESS_TIME),
        LOG.sign(TEXT.decode()),
    ],
)
def test_a_line_that_is_missing_doubled_or_over_another_text_is_refused(answer: str) -> None:
    with pytest.raises(SignatureError):
        messages.cosignature_in(answer.encode(), TEXT, CosignVerifier.from_vkey(WITNESSES[1].vkey))


LINE = WITNESSES[1].sign(TEXT.decode(), 1).encode()


@pytest.mark.parametrize(
    "answer", [b"", b"\n", b"cosigned\n", LINE[:-1], b"\n" + LINE, LINE + b"\n" + LINE, LINE + b"\n"]
)
def test_what_is_no_answer_is_refused(answer: bytes) -> None:
    with pytest.raises(FormatError):
        messages.parse_answer(answer)


def test_where_a_witness_shows_a_log_is_the_hash_of_its_origin() -> None:
    """SHA-256 of "example.com/log", computed with sha256sum."""
    digest = "4d3203c8f35cdf600e475f55fede6081a703d3d322f208865fca2ec4f0e030f8"
    assert messages.log_path("example.com/log") == f"{digest}/checkpoint"
