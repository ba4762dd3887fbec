"""Forty near misses made by hand come out as they should, and the manual shows the same table."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.screening.likeness import CUT_OFF, Book, Named, likeness
from custody.screening.names import form_of
from tests.screening.near_misses import PAIRS, Pair, table

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "screening.md"


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: f"{p.differs}: {p.party}")
def test_a_near_miss_is_shown_to_a_person_or_not(pair: Pair) -> None:
    assert (likeness(pair.listed, pair.party) >= CUT_OFF) is pair.hit
    book = Book([Named("1", {"name": pair.listed}, {}), Named("2", {"name": "Quite another house"}, {})])
    found = book.like(Named("p", {"name": pair.party}, {}))
    assert [hit.other for hit in found] == (["1"] if pair.hit else [])


def test_there_are_forty_of_them() -> None:
    assert len(PAIRS) == 40
    assert 5 < sum(not pair.hit for pair in PAIRS) < 20


def test_the_manual_shows_what_is_found_and_what_is_missed() -> None:
    assert table() in MANUAL.read_text()


@given(st.text(max_size=60))
def test_a_name_is_like_itself_or_cannot_be_compared(name: str) -> None:
    form = form_of(name)
    assert likeness(name, name) == (100 if form.plain else 0)
    assert form_of(name.upper()).ordered.split() == sorted(form_of(name.upper()).plain.split())


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_goes_both_ways(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 100


def test_a_name_that_is_only_a_legal_form_keeps_it() -> None:
    assert form_of("Limited").plain == "limited"
    assert form_of("有限公司").plain == "有限公司"
    assert form_of("***").plain == ""


def test_the_same_number_is_a_hit_whatever_the_names_are() -> None:
    listed = Named("7", {"name": "Meridian"}, {"UEI": frozenset({"ABCDEF123456"})})
    party = Named("p", {"name": "北原测绘院"}, {"UEI": frozenset({"abcdef123456"})})
    [hit] = Book([listed]).like(party)
    assert (hit.by, hit.score, hit.other) == ("UEI", 100, "7")


def test_the_same_signs_under_another_scheme_are_no_hit() -> None:
    listed = Named("7", {"name": "Meridian"}, {"DUNS": frozenset({"123456789"})})
    party = Named("p", {"name": "北原测绘院"}, {"EIN": frozenset({"123456789"})})
    assert Book([listed]).like(party) == []


def test_the_best_of_several_names_counts_and_says_which_it_was() -> None:
    listed = Named("7", {"name": "Lakeside Mapping", "alias 1": "Hupan Cehui"}, {})
    party = Named(
        "p", {"name": "湖畔测绘有限公司", "former": "Lakeside Maping Ltd", "alias": "HUPAN CEHUI"}, {}
    )
    [hit] = Book([listed]).like(party)
    assert (hit.by, hit.score) == ("alias", 100)


def test_nobody_is_like_itself() -> None:
    one = Named("p", {"name": "Lakeside Mapping"}, {"UEI": frozenset({"ABCDEF123456"})})
    assert Book([one]).like(one) == []
