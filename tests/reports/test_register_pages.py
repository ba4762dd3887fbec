"""Printed registers on paper: every line is there, pages are counted, and nothing is said by a colour."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pypdfium2
import pytest

from custody.reports.register_pages import LANGUAGES, Row, Sheet, draw
from custody.terms import Text
from tests.reports.reading import drawn, squeezed, text_of

AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
COLUMNS = (
    (Text("Copy number", "副本编号"), 1.5),
    (Text("Held by", "保管人"), 2.0),
    (Text("Remarks", "备注"), 1.5),
)


def sheet(rows: list[Row], **changes: Any) -> Sheet:
    given: dict[str, Any] = {
        "title": Text("Register of copies held", "涉密载体台账"),
        "number": "R-2026-007",
        "address": "https://example.org/s/abcdefghijklmnopqrstuvwx",
        "columns": COLUMNS,
        "rows": rows,
        "facts": (
            (Text("Unit", "单位"), Text("Northfield", "北原测绘院")),
            (Text("Head", "根哈希"), "ab" * 32),
        ),
        "size": 149,
        "origin": "example.org/ledger",
        "made_at": AT,
        "highest": Text("Secret", "秘密"),
    }
    return Sheet(**{**given, **changes})


def line(number: int, struck: bool = False) -> Row:
    return Row(((f"HF-{number:06d}",), (Text("Northfield", "北原"), "Qian Yu"), (f"entry {number}",)), struck)


def read(pdf: bytes) -> list[str]:
    """Return the text of each page as pdfium reads it."""
    document = pypdfium2.PdfDocument(pdf)
    return [squeezed(document[n].get_textpage().get_text_range()) for n in range(len(document))]


def test_five_hundred_lines_stand_there_once_each_on_pages_that_are_counted() -> None:
    made, pages = draw(sheet([line(n) for n in range(1, 501)], language="en"))
    texts = read(made)
    assert len(texts) == pages > 10
    found = re.findall(r"HF-\d{6}", "".join(texts))
    assert found == [f"HF-{n:06d}" for n in range(1, 501)]
    for number, text in enumerate(texts, 1):
        assert f"Page{number}of{pages}" in text and "R-2026-007" in text
        assert "Highestlevelnamed:Secret" in text and "Copynumber" in text
    assert f"Lines:500;pages:{pages}" in texts[0] and "atsize149" in texts[0] and "ab" * 32 in texts[0]
    assert "Thelastlineisno.500of500" in texts[-1]
    assert [n for n, text in enumerate(texts, 1) if "Closingline" in text] == [pages]
    assert "Firstperson" in texts[-1] and "Secondperson" in texts[-1] and "Sealoftheunit" in texts[-1]


@pytest.mark.parametrize("count", range(40))
def test_wherever_the_lines_end_nothing_is_drawn_over_the_foot_and_the_last_page_closes(count: int) -> None:
    made, pages = draw(sheet([line(n) for n in range(1, count + 1)]))
    pieces = drawn(made)
    assert max(piece.page for piece in pieces) == pages
    height = 595.28
    body = [p for p in pieces if "HF-" in p.text or "entry" in p.text]
    assert all(90 < p.y < height - 38 for p in body)
    assert len(re.findall(r"HF-\d{6}", text_of(made))) == count
    for page in range(1, pages):
        last = max(p.y for p in body if p.page == page)
        assert height - 40 - last < 45 or any(
            p.page == page and "Continued on the next page" in p.text for p in pieces
        ), "a line could be written in"
    closing = [p for p in pieces if "Closing line" in p.text]
    lines = [p for p in pieces if p.text.startswith("HF-") and p.page == pages]
    assert closing and closing[0].page == pages
    assert all(p.y < closing[0].y - 8 for p in lines), "a line stands among the signatures"


def test_a_register_without_lines_says_so_and_strikes_out_its_blank_rows() -> None:
    made, pages = draw(sheet([]))
    text = squeezed(text_of(made))
    assert pages == 1 and "Nolinefits" in text and "本期无登记" in text and "以下空白" in text
    assert strokes(made, slanting=True) == 1


def strokes(pdf: bytes, *, slanting: bool) -> int:
    """Count straight lines that are drawn slanting, or level."""
    found = 0
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            at = (0.0, 0.0)
            for step in pikepdf.parse_content_stream(page):
                if str(step.operator) == "m":
                    at = (float(step.operands[0]), float(step.operands[1]))
                if str(step.operator) == "l":
                    x, y = float(step.operands[0]), float(step.operands[1])
                    found += slanting == (abs(x - at[0]) > 1 and abs(y - at[1]) > 1)
    return found


def test_a_struck_line_is_lined_through_and_says_why_where_nothing_is_lined_through() -> None:
    why = Row(((f"HF-{1:06d}",), ("Qian Yu",), (Text("Struck: corrected by entry 9", "划销"),)), struck=True)
    plain = Row(why.cells)
    one, other = draw(sheet([why]))[0], draw(sheet([plain]))[0]
    assert strokes(one, slanting=False) == strokes(other, slanting=False) + 2, (
        "its number and its reason stay as they are"
    )
    assert "Struck:correctedbyentry9" in squeezed(text_of(one))
    assert "struckascorrected:1" in squeezed(text_of(one)) and "struckascorrected:0" in squeezed(
        text_of(other)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_black_on_white_and_nothing_else(language: str) -> None:
    made, _pages = draw(sheet([line(1), line(2, struck=True)], language=language, demo=True))
    with pikepdf.open(io.BytesIO(made)) as document:
        for page in document.pages:
            assert "/XObject" not in page.resources, "pictures may be coloured"
            for step in pikepdf.parse_content_stream(page):
                if str(step.operator) in ("rg", "RG"):
                    assert len({float(part) for part in step.operands}) == 1, "a colour"
                assert str(step.operator) not in ("k", "K", "sc", "SC", "scn", "SCN", "sh")
        assert str(document.Root.Lang) == ("en" if language == "en" else "zh-Hans")
        assert document.docinfo["/Title"]


@pytest.mark.parametrize(
    "name",
    [
        "<b>bold</b> & <img src='/etc/passwd'/>",
        "a\u202eltd\u0000\u0007 co",
        "𝔘𠀀 no face has this",
        "W" * 3000,
        "很长的名称" * 900,
        "{pages} {lines} %s \\n {0}",
        "line\nline\r\nline",
    ],
)
def test_hostile_names_are_printed_whole_and_as_they_are(name: str) -> None:
    from custody.reports import fonts

    made, pages = draw(sheet([Row(((name,), ("x",), ("entry 1",))), line(2)], language="en"))
    text = re.sub(r"Page\d+of\d+", "", "".join(read(made)))
    said = squeezed(fonts.printable(name))
    joined = squeezed("".join(p.text for p in drawn(made) if p.x < 250))
    if len(name) < 100:
        assert said in joined
    else:
        assert joined.count(name[0]) >= len(name) // (5 if name[0] == "很" else 1)
    assert "HF-000002" in text and pages == len(read(made))


def test_the_same_sheet_has_the_same_bytes_and_the_qr_code_holds_the_address_alone() -> None:
    rows = [line(n) for n in range(1, 30)]
    assert draw(sheet(rows)) == draw(sheet(rows))
    assert draw(sheet(rows))[0] != draw(sheet(rows, address="https://example.org/s/another"))[0]
    assert "example.org/s/" not in text_of(draw(sheet(rows))[0])


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        draw(sheet([], language="fr"))
