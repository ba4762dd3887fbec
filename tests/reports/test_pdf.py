"""The printed report: same bytes, everything readable, nothing outside the page, no text taken as markup."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from custody.chain import STROKES, TONES, Node, Shape
from custody.reports import blocks as b
from custody.reports import fonts, running
from custody.reports.attachments import read_attachments
from custody.reports.page import (
    ACCENT,
    BOTTOM,
    HEIGHT,
    INK,
    LEFT,
    MUTED,
    PALE,
    RIGHT,
    TONE_COLOURS,
    TextMark,
)
from custody.reports.pdf import render
from custody.reports.uncovered import uncovered
from custody.terms import Text
from tests.reports.reading import POPPLER, drawn, poppler_text, squeezed, text_of

MADE = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
HOSTILE = (
    '<img src="/etc/passwd">',
    "a <b>x",
    "</para><para>",
    "&amp; &#0; %s {x}",
    "NUL \x00 here",
    "override \u202egnp.exe",
    "عقد من الباطن",
    "line\nbreak\ttab",
    "𠮷田测绘 ✗",
    "javascript:alert(1)",
    "\\) Tj ET (",
    "x" * 400,
    "测" * 400,
)


def report(*blocks: b.Block, language: str = "en", **more: object) -> b.Document:
    return b.Document(
        title=Text("Custody report", "监管链报告"),
        blocks=blocks,
        language=language,  # type: ignore[arg-type]
        made_at=MADE,
        reference="R-2026-0007",
        level=Text("Secret", "秘密"),
        **more,  # type: ignore[arg-type]
    )


def every_block(text: str) -> tuple[b.Block, ...]:
    """One of each kind of block, each of them holding `text` wherever text can stand."""
    flag = b.Flag(Shape.CROSS, text)
    return (
        b.Contents(),
        b.Heading(text),
        b.Heading(text, 2),
        b.Heading(text, 3),
        b.Paragraph(text),
        b.Paragraph(text, quiet=True),
        b.Bullets((text, flag)),
        b.Facts(((text, text), (text, flag), (text, b.Code(text)), (text, b.Lines((text, flag))))),
        b.Table((b.Column(text), b.Column(text, 2, right=True)), ((text, flag), (b.Code(text), text)), text),
        b.Timeline((b.Moment(text, text, Shape.DOTS, (text, b.Code(text))),)),
        b.Findings((b.Finding("QUA-01", flag, text, ((text, text),)),)),
        b.Figure(
            (Node("1", None, text, text, Shape.CHECK), Node("2", "1", text, text, Shape.CROSS, True)), text
        ),
        b.Note((text,), Shape.BANG, text),
        b.Proof(((text, text),)),
        b.QrCode("https://example.org/x", text),
        b.PageBreak(),
        b.Table((b.Column("x"),), (), text, text),
    )


def assert_within_the_page(pdf: bytes) -> None:
    for piece in drawn(pdf):
        assert piece.x >= LEFT - 0.01, piece
        assert piece.x + piece.width <= RIGHT + 0.01, piece
        assert 30 <= piece.y <= HEIGHT - 30, piece
        assert piece.y <= BOTTOM or piece.y >= HEIGHT - 40, piece


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_blocks_give_the_same_bytes(language: str) -> None:
    document = report(*every_block("云岭地理信息工程有限公司"), language=language)
    files = {"evidence.json": b"{}", "events.csv": b"a,b"}
    assert render(document, files) == render(document, dict(reversed(files.items())))


HEADS = (
    (
        Text("Refusals and overrides, " + "W" * 40, "拒绝与特批报告 " + "W" * 40),
        Text("Highly secret", "机密"),
    ),
    (Text("Certificate of destruction, LH-2026-014", "副本销毁证明 LH-2026-014"), Text("S" * 30, "密" * 30)),
    (Text("Short", "短"), Text("", "")),
)


@pytest.mark.parametrize("language", ["en", "zh", "both"])
@pytest.mark.parametrize("demo", [True, False])
@pytest.mark.parametrize(("title", "level"), HEADS)
def test_the_head_of_a_page_is_whole_in_each_language(
    title: Text, level: Text, demo: bool, language: str
) -> None:
    """On every page, and nothing of it over another thing."""
    document = replace(report(b.Paragraph("x"), language=language, demo=demo), title=title, level=level)
    head = [m for m in running.running(document, 1, 1) if isinstance(m, TextMark) and m.y < 54]
    words = squeezed("".join(m.text for m in sorted(head, key=lambda m: (m.x > LEFT, m.y))))
    for one in ("en", "zh") if language == "both" else (language,):
        assert squeezed(title.get(one)) in words and squeezed(level.get(one)) in words
        assert not demo or squeezed(running.DEMO.get(one)) in words
    assert "…" not in words and all(30 <= m.y <= 50 and m.size >= 5 for m in head)
    places = [(m.x - w if m.right else m.x, m) for m in head for w in [fonts.width(m.text, m.size, m.bold)]]
    end = max(x + fonts.width(m.text, m.size, m.bold) for x, m in places if m.x == LEFT)
    others = [x for x, m in places if m.x != LEFT]
    assert end <= min(others, default=RIGHT) and all(x >= LEFT for x in others)
    assert_within_the_page(render(document))


def test_another_word_or_time_gives_other_bytes() -> None:
    one = report(b.Paragraph("a"))
    assert render(one) != render(report(b.Paragraph("b")))
    assert render(one) != render(replace(one, made_at=MADE.replace(minute=1)))


@pytest.mark.parametrize("language", ["en", "zh", "both"])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_records_text_is_printed_as_it_is_and_never_read_as_markup(text: str, language: str) -> None:
    pdf = render(report(*every_block(text), language=language))
    assert_within_the_page(pdf)
    whole = squeezed(text_of(pdf))
    # Long text in the two boxes of the chain is cut there with an ellipsis; everywhere else it stands in
    # full.
    assert whole.count(squeezed(fonts.printable(text))) >= 20
    assert b"root:" not in pdf


@pytest.mark.skipif(not POPPLER, reason="pdftotext is not installed")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_poppler_reads_the_same_words(language: str, tmp_path: Path) -> None:
    pdf = render(report(*every_block("云岭 Surveying 资质 <b>甲级"), language=language))
    theirs = squeezed(poppler_text(pdf, tmp_path))
    assert theirs.count(squeezed("云岭 Surveying 资质 <b>甲级")) >= 20
    for piece in drawn(pdf):
        assert squeezed(piece.text) in theirs


def test_no_font_is_used_that_is_not_embedded() -> None:
    with pikepdf.open(io.BytesIO(render(report(*every_block("x"))))) as pdf:
        for page in pdf.pages:
            for font in page.resources.Font.values():
                assert "/FontFile2" in font.FontDescriptor
                assert "NotoSansSC" in str(font.BaseFont)


def test_a_cell_of_5000_characters_is_printed_in_full_over_pages() -> None:
    cell = "".join(f"{n:04}测绘资质单位" for n in range(500))
    pdf = render(report(b.Table((b.Column("number"), b.Column("text")), (("1", cell), ("2", "end")))))
    assert len(cell) == 5000
    assert cell in squeezed(
        "".join(p.text for p in drawn(pdf) if p.x > 200 and 78 < p.y < BOTTOM and p.text != "text")
    )
    assert_within_the_page(pdf)


def test_a_cell_longer_than_several_pages_is_printed_in_full() -> None:
    pdf = render(report(b.Table((b.Column("a"), b.Column("b", 9)), (("x" * 2000, "y"),))))
    assert text_of(pdf).count("x") == 2000
    assert_within_the_page(pdf)


def test_300_rows_repeat_the_head_on_every_page() -> None:
    rows = [(f"HF-{n:04}", "青岚测绘有限公司", date(2026, 11, 21)) for n in range(300)]
    columns = (b.Column("Nr"), b.Column("Party", 3), b.Column("Returned on"))
    pdf = render(report(b.Heading("Copies"), b.Table(columns, rows)))
    text = text_of(pdf)
    pages = max(p.page for p in drawn(pdf))
    assert pages > 5
    assert text.count("Returned on") == pages
    assert all(f"HF-{n:04}" in text for n in range(300))
    assert_within_the_page(pdf)


def test_a_heading_never_stands_alone_at_the_foot() -> None:
    filler = [b.Paragraph(f"line {n}") for n in range(60)]
    for count in range(30, 45):
        pdf = render(
            report(*filler[:count], b.Heading("The heading"), b.Table((b.Column("head"),), (("cell",),)))
        )
        pages = {p.text: p.page for p in drawn(pdf)}
        assert pages["The heading"] == pages["head"] == pages["cell"]


def test_500_hops_are_cut_between_rows_over_pages() -> None:
    nodes = [
        Node(str(n), str(n - 1) if n else None, f"Party {n} 单位", "Approved", Shape.CHECK)
        for n in range(500)
    ]
    pdf = render(report(b.Figure(nodes, "The chain")))
    assert_within_the_page(pdf)
    text = text_of(pdf)
    assert all(f"Party {n} 单位 · Approved" in text for n in range(500))


def test_each_page_names_title_level_reference_and_its_number() -> None:
    pdf = render(report(*[b.Paragraph("x" * 3000)] * 9))
    pages = max(p.page for p in drawn(pdf))
    for number in range(1, pages + 1):
        words = {p.text for p in drawn(pdf) if p.page == number}
        assert f"Page {number} of {pages}" in words
        assert {"Site level: Secret", "Holdfast · R-2026-0007", "Custody report"} <= words


def test_a_demo_report_says_so_on_each_page_and_a_real_one_does_not() -> None:
    three: list[b.Block] = [b.PageBreak(), b.Paragraph("x")] * 3
    real = report(*three)
    demo = replace(real, demo=True)
    assert "DEMO" not in text_of(render(real))
    assert text_of(render(demo)).count("DEMO: made-up data") == 3 + 1
    assert "演示：虚构数据" in text_of(render(replace(demo, language="zh")))


def test_heads_and_feet_in_both_languages_stay_on_the_page() -> None:
    pdf = render(report(b.Paragraph("x"), language="both", demo=True))
    assert_within_the_page(pdf)
    text = text_of(pdf)
    assert "Page 1 of 1 / 第 1 页，共 1 页" in text
    assert "Site level: Secret" in text and "系统级别：秘密" in text
    assert_apart(pdf)


def test_a_long_title_and_level_do_not_run_into_each_other() -> None:
    pdf = render(replace(report(b.Paragraph("x"), demo=True), title="T" * 300, level="机密" * 100))
    assert_within_the_page(pdf)
    assert "…" in text_of(pdf), "no room is large enough for a title of 300 letters"
    assert_apart(pdf)


def assert_apart(pdf: bytes) -> None:
    """Title, level and demo mark of a head stand side by side, on however many rows."""
    head = sorted((p for p in drawn(pdf) if p.page == 1 and p.y < 50), key=lambda p: p.x)
    title, beside = [p for p in head if p.x == LEFT], [p for p in head if p.x > LEFT]
    assert len(beside) > 1 and max(p.x + p.width for p in title) < min(p.x for p in beside)
    for row in {round(p.y) for p in beside}:
        assert all(a.x + a.width < c.x for a, c in pairwise(p for p in beside if round(p.y) == row))


def test_contents_and_bookmarks_name_the_pages_of_the_headings() -> None:
    document = report(b.Contents(), b.PageBreak(), b.Heading("One"), b.PageBreak(), b.Heading("Two", 2))
    pdf = render(document)
    lines = text_of(pdf)
    assert "One2" in squeezed(lines)
    assert "Two3" in squeezed(lines)
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_outline() as outline:
        assert [item.title for item in outline.root] == ["One"]
        assert [item.title for item in outline.root[0].children] == ["Two"]


def test_language_title_and_time_stand_in_the_file() -> None:
    with pikepdf.open(io.BytesIO(render(report(b.Paragraph("x"), language="zh")))) as pdf:
        assert str(pdf.Root.Lang) == "zh-Hans"
        assert str(pdf.docinfo["/Title"]) == "监管链报告"
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261121100000+00'00"
        assert pdf.open_metadata()["dc:title"] == "监管链报告"


def test_attachments_come_back_as_they_were_and_are_data_of_the_document() -> None:
    files = {"evidence.json": b'{"a":1}' * 1000, "表.csv": b"x"}
    pdf = render(report(b.Paragraph("x")), files)
    assert read_attachments(pdf) == files
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert [str(f.AFRelationship) for f in opened.Root.AF] == ["/Data", "/Data"]


def test_an_attachment_may_not_be_named_as_a_path() -> None:
    for name in ("../x", "a/b", "c:\\d", "", ".hidden", "a\nb"):
        with pytest.raises(ValueError, match="plain file name"):
            render(report(b.Paragraph("x")), {name: b""})


def test_attachments_larger_than_asked_for_are_not_unpacked() -> None:
    pdf = render(report(b.Paragraph("x")), {"zeros.bin": bytes(3_000_000)})
    with pytest.raises(ValueError, match="larger"):
        read_attachments(pdf, most_bytes=1_000_000)


def test_what_is_no_pdf_has_no_attachments() -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read_attachments(b"hello")


def test_a_table_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="row 2: expected 2 cells, got 1"):
        b.Table((b.Column("a"), b.Column("b")), (("1", "2"), ("3",)))


def test_dates_are_written_as_the_language_writes_them() -> None:
    assert b.say(date(2026, 11, 1), "en") == "2026-11-01"
    assert b.say(date(2026, 11, 1), "zh") == "2026年11月1日"
    assert b.say(MADE, "en") == "2026-11-21 10:00:00 UTC"
    with pytest.raises(ValueError, match="time zone"):
        b.say(datetime(2026, 11, 21), "en")  # noqa: DTZ001


def test_a_camera_reads_from_the_page_what_a_code_holds() -> None:
    held = "example.org/ledger\n149\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=\n0d4eab50\n"
    pdf = render(report(b.QrCode(held, "The checkpoint")))
    (page,) = pypdfium2.PdfDocument(pdf)
    (code,) = zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil().convert("L"))
    assert code.text == held


def _luminance(code: str) -> float:
    """Relative luminance (WCAG 2.2): how light a colour is once it is printed in greys."""
    parts = [int(code[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_every_colour_of_text_and_lines_is_read_in_black_and_white() -> None:
    pairs = [(ink, paper) for ink in (INK, MUTED, ACCENT) for paper in ("#ffffff", PALE)]
    pairs += [
        pair
        for line, fill in TONE_COLOURS.values()
        for pair in ((line, fill), (line, "#ffffff"), (INK, fill))
    ]
    for ink, paper in pairs:
        dark, light = sorted((_luminance(ink), _luminance(paper)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, paper)
    assert len({TONES[shape] for shape in Shape}) == len(TONE_COLOURS)
    assert len({tuple(STROKES[shape]) for shape in Shape}) == len(Shape)  # a state is told by its mark


def test_a_page_without_its_colours_tells_the_same_marks_and_words() -> None:
    flags = [b.Flag(shape, f"state {shape}") for shape in Shape]
    pdf = render(report(b.Bullets(tuple(flags))))
    (page,) = pypdfium2.PdfDocument(pdf)
    grey = page.render(scale=4).to_pil().convert("L").point(lambda value: 0 if value < 140 else 255)
    rows = sorted(piece.y for piece in drawn(pdf) if piece.text.startswith("state "))
    marks = {
        grey.crop((int(LEFT * 4), int(y * 4) - 32, int(LEFT * 4) + 56, int(y * 4) + 4)).tobytes()
        for y in rows
    }
    assert len(rows) == len(Shape) == len(marks)
    for y in rows:
        words = grey.crop((int(LEFT * 4) + 60, int(y * 4) - 32, int(LEFT * 4) + 300, int(y * 4) + 4))
        assert words.getextrema() == (0, 255)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_characters_that_the_fonts_lack_are_listed_once_each_and_none_else(language: str) -> None:
    flag = b.Flag(Shape.CHECK, "\u202e")
    blocks = (b.Table((b.Column("𠮷"),), ((b.Lines(("𠮷𠮷", flag)),), ("a\tb\n",))), b.Paragraph(MADE))
    (note,) = uncovered(blocks, language)
    text = squeezed(text_of(render(report(*blocks, note, language=language))))
    assert text.count("[U+202E][U+20BB7]") == 1 and "2026" in text
    assert (
        uncovered((b.Paragraph("岚河 Ltd"), b.Figure((Node("1", None, "x", "y", Shape.CHECK),))), language)
        == []
    )
