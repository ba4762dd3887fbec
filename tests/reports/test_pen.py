"""What the pen writes is read back letter by letter, whatever was written before."""

from __future__ import annotations

import gc
import io
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.reports import archived, fonts, pdf
from custody.reports import blocks as b
from custody.reports.pen import Pen
from tests.scale import chance

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
WIDTH = 20_000.0
"""Wide enough for any line here."""


def drawable() -> list[str]:
    return sorted(fonts._covered() - {"\u00a0", "\u00ad"} - set(" \u3000"))


def read(raw: bytes, page: int = 0) -> list[str]:
    """Return the lines of a page as another program reads them."""
    text: str = pypdfium2.PdfDocument(raw)[page].get_textpage().get_text_range()
    return [line.strip() for line in text.replace("\r", "").split("\n") if line.strip()]


def written(lines: list[str], *, bold: bool = False) -> bytes:
    out = io.BytesIO()
    canvas = archived.canvas(out, WIDTH, 900)
    pen = Pen(canvas)
    for number, line in enumerate(lines):
        pen.write(20, 860 - 20 * number, line, 9, bold=bold, language="")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize("bold", [False, True])
def test_more_letters_than_one_subset_holds_are_all_read_back(bold: bool) -> None:
    letters = drawable()
    assert len(letters) > 3_000
    chance("letters").shuffle(letters)
    lines = ["".join(letters[at : at + 40]) for at in range(0, 1_600, 40)]
    assert read(written(lines, bold=bold)) == lines


@given(
    st.lists(
        st.text(st.sampled_from("()\\abz09·é中国测绘图\u201c\u201d<>[]/%"), min_size=1),
        min_size=1,
        max_size=20,
    )
)
def test_what_means_something_to_a_pdf_is_a_letter_like_any_other(lines: list[str]) -> None:
    letters = "".join(read(written(lines))).replace(" ", "")
    assert letters == "".join(lines), "where words and lines end is the reader's guess"


def test_a_line_looks_as_reportlab_draws_it() -> None:
    """The same places and sizes: both are drawn and compared as pictures."""
    lines = ["Northfield 北原测绘院", "HF-000123-X (copy 7) \\ 50 %", "已清点两次。"]

    def drawn(own: bool) -> bytes:
        out = io.BytesIO()
        canvas = archived.canvas(out, 300, 120)
        pen = Pen(canvas)
        for number, line in enumerate(lines):
            if own:
                pen.write(20, 80 - 20 * number, line, 9, bold=number == 1, colour="#000000", language="")
            else:
                canvas.setFont(fonts.BOLD if number == 1 else fonts.REGULAR, 9)
                canvas.drawString(20, 80 - 20 * number, line)
        canvas.showPage()
        canvas.save()
        return pypdfium2.PdfDocument(out.getvalue())[0].render(scale=3).to_pil().convert("L").tobytes()

    ours, theirs = drawn(True), drawn(False)
    assert len({*ours}) > 20, "something is drawn"
    assert ours == theirs


def test_the_collector_runs_again_after_a_report_and_after_one_that_failed() -> None:
    title = b.Document("T", [b.Paragraph("A")], "en", NOW, "R-1")
    assert gc.isenabled()
    pdf.paint(title)
    assert gc.isenabled()
    with pytest.raises(KeyError):
        pdf.paint(b.Document("T", [object()], "en", NOW, "R-1"))  # type: ignore[list-item]
    assert gc.isenabled()
    gc.disable()
    try:
        pdf.paint(title)
        assert not gc.isenabled(), "whoever keeps it away goes on doing so"
    finally:
        gc.enable()


def test_the_tree_that_is_appended_is_that_of_one_file_afterwards() -> None:
    document = b.Document("T", [b.Heading("H"), b.Paragraph("A")], "en", NOW, "R-1")
    painted = pdf.paint(document)
    assert painted.count(b"startxref") == 2
    made = pdf.render(document)
    assert made.count(b"startxref") == 1
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert not opened.check_pdf_syntax()
        assert str(opened.Root.StructTreeRoot.K[0].S) == "/Document"
