"""Tests of custody.importers.names and countries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.importers.countries import alpha_2
from custody.importers.names import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BRAVO MAPS, LLC", "Bravo Maps LLC"),
        ("BRAVO MAPS L.L.C.", "BRAVO MAPS LLC"),
        ("BRAVO  CO.,LTD.", "Bravo Co., Ltd"),
        ("O'HARA-MAPS", "OHARA MAPS"),
        ("ＢＲＡＶＯ　ＭＡＰＳ", "bravo maps"),
        ("Straße & Söhne", "STRASSE AND SÖHNE"),
        ("測繪（北京）", "測繪(北京)"),
        ("Bra\u00advo", "BRAVO"),
    ],
)
def test_spellings_of_one_name_fold_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("BRAVO LLC", "BRAVO INC"), ("BRAVO", "BRAVO LLC"), ("Söhne", "Sohne"), ("BRAVO 1", "BRAVO 2")],
)
def test_names_of_different_firms_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_name_of_punctuation_only_folds_to_nothing() -> None:
    assert fold(" .,- ") == ""


@given(st.text())
def test_folding_twice_gives_the_same_as_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("USA", "US"), ("us", "US"), ("KOR", "KR"), ("CHN", "CN"), ("XUN", None), ("", None)],
)
def test_country_codes_of_two_and_three_letters_read_as_two(code: str, expected: str | None) -> None:
    assert alpha_2(code) == expected
