"""Line breaking: nothing wider than the room, nothing lost, no line begins with closing punctuation."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from custody.reports import fonts
from custody.reports.typeset import break_anywhere, wrap
from tests.reports.reading import squeezed

MIXED = st.text(alphabet="abcdefgh XY 01.-,()测绘资质单位，。（）《》“”\n [U+]", max_size=200)


@settings(deadline=None)
@given(MIXED, st.floats(30, 300), st.booleans())
def test_no_line_is_wider_than_the_room_and_no_character_is_lost(text: str, room: float, bold: bool) -> None:
    lines = wrap(text, room, 9, bold)
    assert all(fonts.width(line, 9, bold) <= room + 0.001 for line in lines)
    assert squeezed("".join(lines)) == squeezed(fonts.printable(text))


@given(st.text(alphabet="0123456789abcdef-:", max_size=300), st.floats(20, 200))
def test_a_code_is_broken_anywhere_and_whole(text: str, room: float) -> None:
    lines = break_anywhere(text, room, 8)
    assert "".join(lines) == text
    assert all(fonts.width(line, 8) <= room + 0.001 for line in lines)


def test_latin_breaks_between_words() -> None:
    assert wrap("one two three", fonts.width("one two", 9) + 1, 9) == ("one two", "three")


def test_chinese_breaks_anywhere_but_not_before_closing_punctuation() -> None:
    room = fonts.width("测绘资质", 9) + 1
    assert wrap("测绘资质，单位", room, 9) == ("测绘资", "质，单位")


def test_an_opening_bracket_goes_with_what_it_opens() -> None:
    room = fonts.width("测绘资（", 9) + 1
    assert wrap("测绘资（甲级）", room, 9) == ("测绘资", "（甲级）")


def test_a_word_longer_than_the_room_is_cut() -> None:
    assert "".join(wrap("x" * 100, 50, 9)) == "x" * 100


def test_the_code_of_an_uncovered_character_is_not_broken() -> None:
    room = fonts.width("[U+20BB7][U+20", 9)
    assert wrap("𠮷𠮷田", room, 9) == ("[U+20BB7]", "[U+20BB7]田")
    assert all(line.count("[") == line.count("]") for line in wrap("عقد من الباطن", room, 9))


def test_line_ends_of_the_text_are_kept() -> None:
    assert wrap("a\n\nb", 100, 9) == ("a", "", "b")
