"""Registration numbers are checked by the rule of the register that gave them, and refused in clear words."""

from __future__ import annotations

import pytest

from custody.screening.identifiers import SCHEMES, BadIdentifier, checked, is_checked, scheme_of

# A number that is right, as somebody may type it; in its plain form; and one that only its check finds wrong.
KNOWN = {
    "USCC": ("91110000600037341l", "91110000600037341L", "91110000600037342L"),
    "LEI": ("213800 KUD8LAJWSQ9D15", "213800KUD8LAJWSQ9D15", "213800KUD8LAJWSQ9D16"),
    "UEI": ("abcdef123456", "ABCDEF123456", "0BCDEF123456"),
    "CAGE": ("1abc5", "1ABC5", "1ABO5"),
    "DUNS": ("07-946-6447", "079466447", "07946644"),
    "EIN": ("91-1144442", "911144442", "07-1144442"),
    "VAT": ("DE 136,695 976", "DE136695976", "DE136695978"),
    "SIREN": ("552 008 443", "552008443", "552008442"),
    "SIRET": ("73282932000074", "73282932000074", "73282932000079"),
    "CH-UID": ("CHE-100.155.212", "CHE100155212", "CHE-100.155.213"),
    "ABN": ("83 914 571 673", "83914571673", "99 999 999 999"),
    "ACN": ("004 085 616", "004085616", "004 085 617"),
    "JP-CN": ("5-8356-7825-6246", "5835678256246", "2-8356-7825-6246"),
    "KR-BRN": ("116-82-00276", "1168200276", "116-82-0027"),
}


def test_every_scheme_is_tried_here() -> None:
    assert set(KNOWN) == set(SCHEMES)


@pytest.mark.parametrize("scheme", KNOWN)
def test_a_right_number_is_kept_in_its_plain_form(scheme: str) -> None:
    typed, plain, _wrong = KNOWN[scheme]
    assert checked(scheme, typed) == plain == checked(scheme, plain)
    assert is_checked(scheme)


@pytest.mark.parametrize("scheme", KNOWN)
def test_a_wrong_number_is_refused_with_what_is_expected(scheme: str) -> None:
    wrong = KNOWN[scheme][2]
    with pytest.raises(BadIdentifier) as told:
        checked(scheme, wrong)
    assert wrong in told.value.text.en and SCHEMES[scheme].looks.en in told.value.text.en
    assert wrong in told.value.text.zh and SCHEMES[scheme].looks.zh in told.value.text.zh


def test_full_width_signs_are_read_as_narrow_ones() -> None:
    assert checked("USCC", "９１１１００００６０００３７３４１Ｌ") == "91110000600037341L"
    assert scheme_of(" ｕｓｃｃ ") == "USCC"


def test_a_scheme_that_nobody_knows_is_taken_as_it_is_written() -> None:
    assert checked("US-AGENCY", "9700") == "9700"
    assert not is_checked("US-AGENCY")


@pytest.mark.parametrize("name", ["", " ", "-X", "A" * 17, "工商", "A B"])
def test_a_scheme_has_a_short_name_of_letters_and_digits(name: str) -> None:
    with pytest.raises(BadIdentifier):
        scheme_of(name)


@pytest.mark.parametrize("value", ["", "  ", "9" * 65])
def test_a_number_is_neither_empty_nor_endless(value: str) -> None:
    with pytest.raises(BadIdentifier):
        checked("ANY", value)
