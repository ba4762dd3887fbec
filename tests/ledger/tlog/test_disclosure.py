import pytest

from ledger.tlog import disclosure
from ledger.tlog.encoding import b64url
from ledger.tlog.errors import FormatError, LogError

SALT = bytes(range(32))


def test_the_digest_is_that_of_rfc_9901():
    # RFC 9901 section 4.2.3.
    text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert disclosure.digest_of(text) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"


def test_a_disclosure_says_what_was_put_in():
    made = disclosure.make("grade", {"level": "甲", "n": 3}, SALT)
    assert disclosure.parse(made.text) == (SALT, "grade", {"level": "甲", "n": 3})
    assert made.digest == disclosure.digest_of(made.text)


def test_two_disclosures_of_one_value_have_nothing_in_common():
    first, second = disclosure.make("a", True), disclosure.make("a", True)
    assert first.digest != second.digest
    assert len(disclosure.parse(first.text).salt) == 32


@pytest.mark.parametrize("name", ["", "_sd", "..."])
def test_a_name_that_reads_as_structure_is_refused(name):
    with pytest.raises(FormatError):
        disclosure.make(name, 1)


def test_a_short_salt_is_refused():
    with pytest.raises(FormatError, match="32 bytes"):
        disclosure.make("a", 1, b"short")
    with pytest.raises(FormatError, match="32 bytes"):
        disclosure.parse(b64url(b'["c2hvcnQ","a",1]'))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'["' + b64url(SALT).encode() + b'","a"]',
        b'["' + b64url(SALT).encode() + b'","a",1,2]',
        b'["' + b64url(SALT).encode() + b'", "a", 1]',
        b'["' + b64url(SALT).encode() + b'",1,1]',
        b'[1,"a",1]',
        b'["' + b64url(SALT).encode() + b'=","a",1]',
        b'["' + b64url(SALT).encode() + b'","...",1]',
        b'["' + b64url(SALT).encode() + b'","a",1.5]',
    ],
)
def test_another_shape_is_refused(raw):
    with pytest.raises(LogError):
        disclosure.parse(b64url(raw))


def test_a_loose_base64url_is_refused():
    good = disclosure.make("ab", 1, SALT).text
    disclosure.parse(good)
    for bad in (good + "=", good + "\n", " " + good, good.replace("W", "+", 1), good + "é", good[:-1] + "!"):
        with pytest.raises(LogError):
            disclosure.parse(bad)


@pytest.mark.parametrize(
    "value", ["", " ", "~", "a b", "[]", ",", '"', "\\", "/", "\x7f", "\n", "é", 1, None, True, [], {}, '","']
)
def test_plain_and_other_values_are_read_alike(value):
    made = disclosure.make("name", value, SALT)
    assert disclosure.parse(made.text) == (SALT, "name", value)


@pytest.mark.parametrize("body", ['"a\\u0062"', '"a\\/"', '"a\tb"', '"a\x00"', '"a', '"a""', '"a","b"'])
def test_a_plain_looking_value_in_another_spelling_is_refused(body):
    with pytest.raises(LogError):
        disclosure.parse(b64url(f'["{b64url(SALT)}","name",{body}]'.encode()))
