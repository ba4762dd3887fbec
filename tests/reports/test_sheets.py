"""Labels, slips, forms and registers are tagged: they are read in order, and their tables as tables."""

from __future__ import annotations

import pytest

from custody.reports import blank_receipts, labels, register_pages, slips
from custody.terms import Text
from tests.reports.reading import drawn, squeezed
from tests.reports.tagged import Tagged, sound
from tests.reports.test_labels import made
from tests.reports.test_register_pages import line, sheet


def words(tagged: Tagged) -> list[str]:
    """The text of each part that has some, in the order of the tree."""
    return [tagged.text(part) for part in tagged.root.all() if part.pieces and part.kind != "Figure"]


def test_each_label_says_its_code_its_lines_and_what_its_code_holds() -> None:
    whole = made(25)
    pdf = labels.draw(whole, labels.STOCKS["a4-21"])
    tagged = sound(pdf)
    assert words(tagged) == [text for one in whole for text in (one.code, *one.lines)]
    assert [str(part.node.Alt) for part in tagged.all("Figure")] == [f"QR: {one.address}" for one in whole]
    assert [mark.text for mark in tagged.marks if mark.lang == "zh-Hans"] == ["秘密"] * 25


@pytest.mark.parametrize("first", [True, False])
def test_a_half_of_a_slip_is_read_from_its_head_to_its_rules(first: bool) -> None:
    half = slips.Half(
        *(first, "QX7-PLM", "mei", "Lin Mei 林梅", Text("New password", "新密码"), False),
        *("2026-11-21 10:00", "https://example.org/slip", "Qian Yu"),
    )
    pdf = slips.draw(half, site="Northfield")
    tagged = sound(pdf)
    found = words(tagged)
    assert found[0] == "Northfield" and found[-1] == "Destroy both halves after use."
    assert found.index("QX7-PLM") > found.index("Lin Mei 林梅")
    assert squeezed("".join(found)) == squeezed("".join(piece.text for piece in drawn(pdf)))


@pytest.mark.parametrize("language", blank_receipts.LANGUAGES)
def test_a_form_has_its_copies_as_a_table_with_a_head(language: str) -> None:
    forms = [blank_receipts.Form(f"BR-{n}", "https://example.org/b") for n in range(2)]
    facts = [(Text("Project", "项目"), "LH-2026-014")]
    copies = [(f"HF-{n:06d}", f"sheet {n}") for n in range(20)]
    filled = blank_receipts.Filled("S-1", "H-1", "https://example.org", facts, copies, "青岚 Ltd")
    for pdf, rows in (
        (blank_receipts.draw(forms, site="N", language=language), [13, 13]),
        (blank_receipts.sheet(filled, site="N", language=language), [17, 5]),
    ):
        tagged = sound(pdf)
        tables = tagged.all("Table")
        assert [len(table.parts) for table in tables] == rows
        for table in tables:
            head, *body = table.parts
            assert [cell.kind for cell in head.parts] == ["TH"] * 4
            assert all([cell.kind for cell in row.parts] == ["TD"] * 4 for row in body)
        assert len(tagged.all("Figure")) == 2
        assert squeezed(tagged.text(tagged.root)) == squeezed("".join(piece.text for piece in drawn(pdf)))
    told = [tagged.text(row.parts[1]) for table in tables for row in table.parts[1:]]
    assert told == [code for code, _item in copies]


@pytest.mark.parametrize("language", register_pages.LANGUAGES)
def test_a_register_is_one_table_and_a_row_over_two_pages_one_row(language: str) -> None:
    rows = [line(number, number % 3 == 0) for number in range(60)]
    rows.append(register_pages.Row((("word " * 900,), ("y",), ("z",)), True))
    pdf, pages = register_pages.draw(sheet(rows, language=language))
    tagged = sound(pdf)
    (table,) = tagged.all("Table")
    head, *body = table.parts
    assert [cell.kind for cell in head.parts] == ["TH"] * 4
    assert [tagged.text(row.parts[0]) for row in body] == [str(n) for n in range(1, 62)]
    cut = body[-1].parts[1]
    assert squeezed(tagged.text(cut)) == "word" * 900 and len({page for page, _n in cut.pieces}) > 1
    assert pages > 3
    aside = [mark.text for mark in tagged.marks if mark.artifact and "R-2026-007" in mark.text]
    assert len(aside) == 2 * pages - 1, "the number stands in each foot, and in the heads but the first"
    title = words(tagged)[0]
    assert "R-2026-007" in title
    assert len(tagged.all("Figure")) == 1
