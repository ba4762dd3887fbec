import pytest

from ledger.tlog.encoding import b64, b64url, decimal, unb64, unb64url
from ledger.tlog.errors import FormatError


@pytest.mark.parametrize(
    "text", ["AA=", "AA", "AB==", "AA==\n", "A A=", "AA==AA==", "-A==", "_w==", "é", "=", "A"]
)
def test_a_loose_base64_is_rejected(text):
    with pytest.raises(FormatError):
        unb64(text)


@pytest.mark.parametrize("text", ["AA==", "AB", "AA\n", " AA", "+A", "/w", "A", "é", "AA.", "A=A"])
def test_a_loose_base64url_is_rejected(text):
    with pytest.raises(FormatError):
        unb64url(text)


def test_every_byte_string_has_one_text_and_back():
    for length in range(40):
        raw = bytes((7 * length + place * 31) % 256 for place in range(length))
        assert unb64(b64(raw), length) == raw
        assert unb64url(b64url(raw), length) == raw
        with pytest.raises(FormatError):
            unb64(b64(raw), length + 1)


@pytest.mark.parametrize(
    "text", ["", "00", "01", "+1", "-1", " 1", "1 ", "1_0", "٣", "²", "1.0", "9223372036854775808"]
)
def test_a_number_in_another_spelling_is_rejected(text):
    with pytest.raises(FormatError):
        decimal(text)


def test_numbers_reach_from_zero_to_the_largest_size():
    assert [decimal(text) for text in ("0", "7", "9223372036854775807")] == [0, 7, 2**63 - 1]
