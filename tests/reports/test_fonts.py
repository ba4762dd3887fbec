"""The committed fonts are what they claim to be, and what they cannot draw is printed as a code."""

from __future__ import annotations

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics

from custody.reports import fonts

GB2312 = [
    bytes([lead, trail]).decode("gb2312", "ignore")
    for lead in range(0xB0, 0xF8)
    for trail in range(0xA1, 0xFF)
]


def test_the_committed_faces_have_the_stated_hashes_and_their_licence() -> None:
    source = json.loads((fonts.FOLDER / "source.json").read_text())
    assert source["licence"] == "OFL-1.1"
    assert "SIL OPEN FONT LICENSE" in (fonts.FOLDER / "OFL.txt").read_text()
    for name, face in source["files"].items():
        assert hashlib.sha256((fonts.FOLDER / name).read_bytes()).hexdigest() == face["sha256"]
    assert {p.name for p in fonts.FOLDER.glob("*.ttf")} == set(source["files"])


def test_all_of_gb2312_is_covered_in_both_faces() -> None:
    assert sum(map(bool, GB2312)) == 6763
    assert fonts.missing("".join(GB2312)) == set()


def test_a_character_outside_the_font_is_printed_as_its_code() -> None:
    assert fonts.missing("吉𠮷✗") == {"𠮷", "✗"}
    assert fonts.printable("吉𠮷✗") == "吉[U+20BB7][U+2717]"


def test_characters_that_draw_nothing_are_made_visible() -> None:
    assert fonts.printable("a\u202eb\u200bc\x00d") == "a[U+202E]b[U+200B]c[U+0000]d"


def test_line_ends_and_tabs_are_layout() -> None:
    assert fonts.printable("a\r\nb\rc\td") == "a\nb\nc d"


@given(st.text())
def test_whatever_is_printed_can_be_drawn(text: str) -> None:
    assert fonts.missing(fonts.printable(text)) == set()


@given(st.text(alphabet="abcXYZ 0189.,测绘资质（）", max_size=40), st.booleans())
def test_our_width_is_the_width_reportlab_draws(text: str, bold: bool) -> None:
    fonts.register()
    drawn = pdfmetrics.stringWidth(text, fonts.BOLD if bold else fonts.REGULAR, 9)
    assert abs(fonts.width(text, 9, bold) - drawn) < 0.001
