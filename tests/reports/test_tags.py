"""A tagged report: what is read aloud is what its blocks say, in their order, and nothing else."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

from custody.chain import Node, Shape
from custody.reports import blocks as b
from custody.reports import build, fonts
from custody.reports.account import Account
from custody.reports.attachments import read_attachments
from custody.reports.layout import CONTENTS
from custody.reports.pdf import render
from custody.reports.typeset import runs
from custody.terms import ReportKind
from custody.verify import verify_report
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.forged import Forger
from tests.reports.kinds_made import Kinds, kinds  # noqa: F401
from tests.reports.made import Delivered, Unit
from tests.reports.reading import squeezed
from tests.reports.tagged import Tagged, sound
from tests.reports.test_archived import findings
from tests.reports.test_pdf import HOSTILE, every_block, report

BOTH: tuple[b.Language, ...] = ("en", "zh")
ALL: tuple[b.Language, ...] = ("en", "zh", "both")


def said(document: b.Document) -> str:
    """All text of a document in the order in which its blocks have it; without its chains."""
    language = document.language

    def one(value: b.Value) -> str:
        if isinstance(value, b.Lines):
            return "".join(map(one, value.values))
        if isinstance(value, b.Code):
            return value.value
        return b.say(value.words if isinstance(value, b.Flag) else value, language)

    def of(block: b.Block) -> Iterator[str]:
        match block:
            case b.Contents(depth):
                yield one(CONTENTS)
                for heading in document.blocks:
                    if isinstance(heading, b.Heading) and heading.level <= min(depth, 2):
                        yield b.in_line(heading.words, language) + "#"
            case b.Heading(words) | b.Paragraph(words) | b.QrCode(_, words):
                yield one(words)
            case b.Bullets(items):
                yield from (one(item) if isinstance(item, b.Flag) else "•" + one(item) for item in items)
            case b.Facts(rows) | b.Proof(rows):
                yield from (one(part) for row in rows for part in row)
            case b.Table(columns, rows, caption, empty):
                yield one(caption)
                if not rows:
                    yield one(empty)
                    return
                yield from (one(column.title) for column in columns)
                yield from (one(cell) for row in rows for cell in row)
            case b.Timeline(moments, empty):
                yield "" if moments else one(empty)
                for moment in moments:
                    yield from (one(moment.at), one(moment.words), *map(one, moment.detail))
            case b.Findings(items, empty):
                yield "" if items else one(empty)
                for item in items:
                    yield from (one(item.outcome), item.code, one(item.words))
                    for label, value in item.details:
                        yield from (b.in_line(label, language), one(value))
            case b.Figure(nodes, caption, empty):
                yield one(caption)
                yield "" if nodes else one(empty)
            case b.Note(words, _shape, title):
                yield from map(one, (title, *words))

    parts = [one(document.title), one(document.subtitle)]
    parts += [part for block in document.blocks for part in of(block)]
    return squeezed("".join(map(fonts.printable, parts)))


def read(tagged: Tagged) -> str:
    """All text of a file in the order of its tree; page numbers of the contents as a sign, no chains."""
    found = []
    for part in tagged.root.all():
        if part.kind == "Figure" or not part.pieces:
            continue
        text = tagged.text(replace(part, parts=[]))
        found.append(re.sub(r"\d+$", "#", text) if part.kind == "Link" else text)
    return squeezed("".join(found))


def judged(pdf: bytes, document: b.Document) -> Tagged:
    """Try all that holds of every tagged report."""
    tagged = sound(pdf)
    assert read(tagged) == said(document)
    levels = [int(part.kind[1]) for part in tagged.all("H1", "H2", "H3")]
    assert all(below <= above + 1 for above, below in pairwise([0, *levels]))
    return tagged


@pytest.mark.parametrize("language", ALL)
@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_read_aloud_is_what_the_blocks_say_whatever_they_say(text: str, language: str) -> None:
    document = report(*every_block(text), language=language)
    judged(render(document), document)


def documents(made: Delivered, unit: Unit | Kinds) -> b.Document:
    verdict = verify_bundle(made.evidence, trust.load(unit.trust))
    return build.document(Account.of(verdict, made.report))


def test_a_sealed_report_on_a_project_is_read_aloud_as_its_sections_wrote_it(unit: Unit) -> None:
    for made in (unit.english, unit.chinese):
        tagged = judged(made.pdf, documents(made, unit))
        assert {"H1", "H2", "P", "L", "Table", "Figure", "TOC", "Link"} <= {p.kind for p in tagged.root.all()}


@pytest.mark.parametrize("kind", [k for k in ReportKind if k is not ReportKind.PROJECT])
@pytest.mark.parametrize("language", BOTH)
def test_every_other_kind_too(kind: ReportKind, language: str, kinds: Kinds) -> None:  # noqa: F811
    made = kinds.get(kind, language)
    judged(made.pdf, documents(made, kinds))


def test_a_report_in_both_languages_says_each_text_in_english_and_under_it_in_chinese(unit: Unit) -> None:
    """Asked for anew, since the question is in the evidence; it verifies, and is an archive file."""
    forger = Forger(unit.english, unit.keys, unit.trust)
    forger.find("report.requested", report=forger.report).put("language", "both")
    pdf, receipt = forger.all()
    verdict = verify_report(pdf, unit.trust, receipt)
    assert verdict.good, [(line.text.en, line.detail) for line in verdict.lines if line.state != "ok"]
    assert findings(pdf) == []
    evidence = read_attachments(pdf)[build.EVIDENCE]
    account = Account.of(verify_bundle(evidence, trust.load(unit.trust)), forger.report)
    assert account.language == "both"
    document = build.document(account)
    tagged = judged(pdf, document)
    whole, apart = read(tagged), [said(replace(document, language=one)) for one in BOTH]
    english, chinese = (
        {
            squeezed(one.text(part))
            for top in one.root.parts
            for part in (top, *top.parts)
            if part.kind in ("H1", "H2", "P", "Caption")
        }
        for one in (Tagged(render(replace(document, language=language))) for language in BOTH)
    )
    assert len(english | chinese) > 100
    assert len(apart[0]) < len(whole) < len(apart[0]) + len(apart[1])
    for words in english | chinese:
        assert words in whole, words
    assert "Partiesandqualifications单位与资质" in whole
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_outline() as outline:
        assert "Parties and qualifications / 单位与资质" in [item.title for item in outline.root]
        assert (
            str(opened.open_metadata()["dc:title"]) == "Custody report LH-2026-014 / 监管链报告 LH-2026-014"
        )


def test_a_table_over_many_pages_is_one_table_with_one_head() -> None:
    rows = [(f"HF-{n:04}", "青岚测绘有限公司", date(2026, 11, 21)) for n in range(300)]
    columns = (b.Column("Nr"), b.Column("Party", 3), b.Column("Returned on"))
    document = report(b.Table(columns, rows, "All copies"))
    tagged = judged(render(document), document)
    (table,) = tagged.all("Table")
    caption, head, *body = table.parts
    assert caption.kind == "Caption" and {row.kind for row in (head, *body)} == {"TR"}
    assert [(cell.kind, str(cell.node.A.Scope)) for cell in head.parts] == [("TH", "/Column")] * 3
    assert [tagged.text(row.parts[0]) for row in body] == [f"HF-{n:04}" for n in range(300)]
    pages = len(tagged.file.pages)
    repeated = [mark for mark in tagged.marks if mark.text == "Returned on" and mark.artifact]
    assert pages > 5 and len(repeated) == pages - 1


def test_a_cell_cut_over_pages_is_one_cell() -> None:
    words = "".join(f"{n:04}测绘" for n in range(900))
    document = report(b.Table((b.Column("a"), b.Column("b", 9)), (("x", words), ("y", "end"))))
    tagged = judged(render(document), document)
    cells = [part for part in tagged.all("TD") if squeezed(tagged.text(part)) == words]
    assert len(cells) == 1 and len(cells[0].pieces) == len({page for page, _n in cells[0].pieces}) > 1


def test_a_chain_is_a_figure_on_each_page_that_says_its_levels_and_boxes() -> None:
    nodes = [
        Node(str(n), str(n - 1) if n % 9 else None, f"Party {n} 单位", "Approved", Shape.CHECK)
        for n in range(90)
    ]
    document = report(b.Figure(nodes, "The chain"))
    tagged = judged(render(document), document)
    figures = tagged.all("Figure")
    assert len(figures) == len(tagged.file.pages) > 1
    told = "; ".join(str(figure.node.Alt) for figure in figures).split("; ")
    assert told == [f"{n % 9 + 1}. Party {n} 单位 · Approved" for n in range(90)]
    for figure in figures:
        assert squeezed(tagged.text(figure)) == re.sub(r"[;.]? ", "", str(figure.node.Alt)).replace(" ", "")
        left, low, right, high = map(float, figure.node.A.BBox)
        assert 0 < left < right < 596 and 0 < low < high < 842


def test_labels_and_entries_are_heads_of_rows_and_entries_of_lists() -> None:
    document = report(
        b.Facts((("Owner", "Northfield"), ("State", b.Lines(("open", b.Flag(Shape.CHECK, "counted")))))),
        b.Bullets(("one", b.Flag(Shape.BANG, "two"))),
        b.Timeline((b.Moment("10:00", "offered", Shape.DOTS, ("to Lakeside",)),)),
        b.Heading("Deep", 3),
    )
    tagged = judged(render(document), document)
    (table,) = tagged.all("Table")
    assert [[cell.kind for cell in row.parts] for row in table.parts] == [["TH", "TD"]] * 2
    assert all(str(row.parts[0].node.A.Scope) == "/Row" for row in table.parts)
    assert [tagged.text(p) for p in table.parts[1].parts[1].parts] == ["open", "counted"]
    bullets, times = tagged.all("L")
    assert [[p.kind for p in item.parts] for item in bullets.parts] == [["LBody"], ["LBody"]]
    assert [p.kind for p in times.parts[0].parts] == ["Lbl", "LBody"]
    assert [tagged.text(p) for p in tagged.all("H1", "H2", "H3")] == ["Deep"]


def test_heads_and_feet_of_pages_are_no_part_of_the_document() -> None:
    document = report(b.Paragraph("x" * 9000), demo=True)
    tagged = judged(render(document), document)
    for number in range(len(tagged.file.pages)):
        aside = {mark.text for mark in tagged.marks if mark.artifact and mark.page == number}
        assert {"Site level: Secret", "Custody report", "Holdfast · R-2026-0007"} <= aside
        assert any(text.startswith("Page ") for text in aside)


def test_words_of_the_other_language_are_told_as_such() -> None:
    words = "岚河测绘（北原）Northfield Survey Institute, HF-000001-X, 机密 Secret"
    for language, other, foreign in (
        ("en", "zh-Hans", ["岚河测绘（北原）", "机密"]),
        ("zh", "en", ["Northfield Survey Institute", "Secret"]),
    ):
        document = report(b.Paragraph(words), language=language)
        tagged = judged(render(document), document)
        assert [mark.text for mark in tagged.marks if mark.lang == other] == foreign
        assert {mark.lang for mark in tagged.marks} <= {"", other}
        assert str(tagged.file.Root.Lang) != other
        assert "".join(run for run, _lang in runs(words, language)) == words


def test_no_hash_is_taken_for_a_word() -> None:
    for code in ("9f3acdefab0123", "sha256:ab12", "HF-000001-X", "01a22e42-3838-76cb-9dcd-bbf4a5fe2ea2"):
        assert runs(code, "zh") == ((code, ""),)


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="pdfinfo (poppler-utils) is not installed")
def test_poppler_reads_the_same_tree(tmp_path: Path) -> None:
    document = report(*every_block("岚河 Surveying"), language="zh")
    path = tmp_path / "report.pdf"
    path.write_bytes(render(document))
    done = subprocess.run(["pdfinfo", "-struct-text", path], capture_output=True, check=True, text=True)
    assert not done.stderr
    told = re.findall(r"^ *(\w+)(?: \(|$|:)", done.stdout, re.MULTILINE)
    own = [part.kind for part in Tagged(path.read_bytes()).root.all()]
    assert [kind for kind in told if kind in {*own}] == own
    assert squeezed(done.stdout).count("Surveying") >= 20
