import re
import unicodedata

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.tlog import canonical
from ledger.tlog.errors import CanonicalError

from .builders import members_of

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(
    lambda text: unicodedata.normalize("NFC", text)
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=20,
)


@given(values)
def test_every_value_is_written_as_an_independent_rfc_8785_writer_writes_it(value):
    assert canonical.encode(value) == rfc8785.dumps(value)


@given(values)
def test_what_is_written_is_read_back(value):
    raw = canonical.encode(value)
    assert canonical.decode(raw) == value
    assert canonical.encode(canonical.decode(raw)) == raw


awkward = st.text(
    st.sampled_from('ae\u0301\u0303\u0338<=n\\"\n\t\x1f,:[]{}\u4e2d\uff61\U0001f600\ud83d\ude00\0'),
    max_size=6,
)


@given(
    st.recursive(
        awkward | st.integers() | st.just(1.5) | st.binary(max_size=1),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.tuples(inner)
            | st.dictionaries(awkward | st.integers(0, 3), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_what_is_written_at_once_is_what_is_written_part_by_part(value):
    # Where a reader of parts finds a fault, the whole is not written either, however it looks in one piece.
    try:
        by_parts = canonical._write(canonical._ordered(value, 0)).encode()
    except CanonicalError as error:
        with pytest.raises(CanonicalError, match=re.escape(str(error))):
            canonical.encode(value)
    else:
        assert canonical.encode(value) == by_parts


def test_members_are_sorted_by_utf_16_code_units():
    # After RFC 8785 section 3.2.3, whose U+FB33 is not NFC: the emoji's surrogates sort before U+FF61.
    names = ["\u20ac", "\r", "\uff61", "1", "\U0001f600", "\u0080", "\u00f6"]
    raw = canonical.encode(dict.fromkeys(names, 0))
    assert list(members_of(raw)) == [
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\uff61",
    ]


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        "e\u0301",
        "a\0b",
        "\ud800",
        b"bytes",
        {1: "a"},
        {"e\u0301": 1},
        {"\ud800": 1},
        {"a\0": 1},
        {1, 2},
        ["deep", [{"deeper": 0.5}]],
    ],
)
def test_a_value_without_one_form_is_refused(value):
    with pytest.raises(CanonicalError):
        canonical.encode(value)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" 1",
        b"1 ",
        b"1\n",
        b"01",
        b"-0",
        b"1.0",
        b"1e2",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"9" * 5000,
        b"[1, 2]",
        b"[1,2]x",
        b"\xef\xbb\xbf1",
        b'{"a":1,"a":1}',
        b'{"b":1,"a":2}',
        b'{"a":{"b":1,"b":2}}',
        b'"\\u0061"',
        b'"\\/"',
        b'"\\u0000"',
        b'"\\ud800"',
        b'"\\ud83d\\ude00"',
        b'"\xff"',
        b'"a\tb"',
        '"e\u0301"'.encode(),
        b"[" * 100_000,
        b"[" * 33 + b"]" * 33,
        b'{"a":1',
    ],
)
def test_bytes_in_another_form_are_refused(raw):
    with pytest.raises(CanonicalError):
        canonical.decode(raw)


def test_thirty_two_levels_are_enough_and_allowed():
    raw = b"[" * 32 + b"]" * 32
    assert canonical.encode(canonical.decode(raw)) == raw


def test_an_error_names_what_was_expected_and_what_to_do():
    with pytest.raises(CanonicalError, match=r"expected null, a boolean.*got float 0\.5\. Record decimals"):
        canonical.encode({"share": 0.5})  # type: ignore[dict-item]


def test_words_of_an_enumeration_count_as_their_text():
    class Word(str):
        __slots__ = ()

    assert canonical.encode({Word("a"): Word("b")}) == b'{"a":"b"}'


def test_a_name_that_stands_twice_is_named():
    many = ",".join(f'"{number}":0' for number in range(200_000))
    with pytest.raises(CanonicalError, match="'7' again"):
        canonical.decode(f'{{{many},"7":0}}'.encode())
