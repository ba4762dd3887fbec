"""The verdicts on a folder as one table: lines for a terminal, a workbook for a file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from custody.terms import Text

from .found import State, printable
from .many import Row
from .roll import Called

COLUMNS = (
    Text("File", "文件"),
    Text("Verdict", "结论"),
    Text("What is wrong or open", "问题或未判断事项"),
    Text("Unit", "单位"),
    Text("Project", "项目"),
    Text("Ledger", "账本"),
    Text("Size of the ledger", "账本规模"),
    Text("Sealed at (as the sealer states)", "封印时间（封印者自述）"),
    Text("Entries", "记录数"),
    Text("SHA-256", "SHA-256"),
)
_WIDTHS = (38, 12, 70, 20, 34, 34, 12, 26, 10, 66)
VERDICTS: dict[State, Text] = {
    "ok": Text("GOOD", "通过"),
    "bad": Text("BAD", "不通过"),
    "unknown": Text("NOT FULLY", "未能全部核对"),
}
SUMMED = Text(
    "Files: {files}. Good: {ok}. Bad: {bad}. Not fully checked: {unknown}.",
    "共 {files} 个文件：通过 {ok} 个，不通过 {bad} 个，未能全部核对 {unknown} 个。",
)
_SHEET = Text("Reports", "报告")
UNITS = Text("Units", "单位")
UNIT_COLUMNS = (
    Text("No.", "序号"),
    Text("Unit", "单位"),
    Text("Verdict", "结论"),
    Text("What is wrong, missing or open", "问题、缺失或未判断事项"),
    Text("Files", "文件"),
    Text("Ledger", "账本"),
    Text("Fingerprint, as listed", "指纹（清单所列）"),
    Text("Site address", "系统地址"),
    Text("Contact (by role)", "联系人（按岗位）"),
    Text("Last visit", "上次检查日期"),
    Text("Reports expected", "应收报告数"),
    Text("Sealed at (as the sealer states)", "封印时间（封印者自述）"),
)
_UNIT_WIDTHS = (6, 28, 14, 70, 38, 34, 40, 28, 22, 14, 10, 26)
MISSING = Text("MISSING", "缺失")
CALLED = Text(
    "Units: {units}. Good: {ok}. Bad: {bad}. Missing or not fully checked: {unknown}. Files of no unit of "
    "the list: {beside}.",
    "共 {units} 个单位：通过 {ok} 个，不通过 {bad} 个，缺失或未能全部核对 {unknown} 个。"
    "不属于清单单位的文件 {beside} 个。",
)
_LONGEST = 32_000
"""Letters in a cell; a workbook takes 32,767."""


def summed(rows: Sequence[Row]) -> Text:
    """Return how many came out how."""
    places = {str(state): sum(row.verdict.state == state for row in rows) for state in VERDICTS}
    places["files"] = len(rows)
    return Text(SUMMED.en.format(**places), SUMMED.zh.format(**places))


def called_over(called: Sequence[Called]) -> Text:
    """Return how many units of a list came out how, and how many files are of none."""
    listed = [one for one in called if one.listed]
    places = {str(state): sum(one.state == state for one in listed) for state in VERDICTS}
    places |= {"units": len(listed), "beside": len(called) - len(listed)}
    return Text(CALLED.en.format(**places), CALLED.zh.format(**places))


def faults(row: Row, lang: str) -> list[str]:
    """Return the sentences on what is wrong; where nothing is, on what could not be judged."""
    lines = [line for line in row.verdict.lines if line.state == row.verdict.state != "ok"]
    return list(dict.fromkeys(printable(line.text.get(lang)) for line in lines))


def cells(row: Row, lang: str) -> list[str | int]:
    """Return the row as its columns."""
    about = row.verdict.about
    return [
        printable(row.path),
        VERDICTS[row.verdict.state].get(lang),
        "\n".join(faults(row, lang))[:_LONGEST],
        row.unit,
        printable(about.get("project", "")),
        printable(about.get("origin", "")),
        int(about["size"]) if about.get("size") else "",
        about.get("sealed_at", ""),
        row.verdict.counts.get("entries", ""),
        row.verdict.sha256,
    ]


def workbook(rows: Sequence[Row], lang: str, called: Sequence[Called] = ()) -> bytes:
    """Return the table as XLSX; of a list that was called over, its units on a sheet before the files."""
    book = _book()
    if called:
        told = [[str(number), *unit_cells(one, lang)] for number, one in enumerate(called, 1)]
        heads = [column.get(lang) for column in UNIT_COLUMNS]
        _fill(book, UNITS.get(lang), [heads, *told], _UNIT_WIDTHS, [one.state for one in called], 3)
    head: list[str | int] = [column.get(lang) for column in COLUMNS]
    body = [head, *(cells(row, lang) for row in rows)]
    _fill(book, _SHEET.get(lang), body, _WIDTHS, [row.verdict.state for row in rows], 2)
    return _saved(book)


def sheet(title: str, rows: Sequence[Sequence[str | int]], widths: Sequence[int]) -> bytes:
    """Return a workbook of one sheet, its first row the head."""
    book = _book()
    _fill(book, title, rows, widths)
    return _saved(book)


def unit_cells(one: Called, lang: str) -> list[str | int]:
    """Return a unit of a list as the columns of its sheet."""
    listed, unit = one.listed, one.unit
    said = dict.fromkeys(printable(line.text.get(lang)) for line in one.lines)
    return [
        one.name,
        VERDICTS[one.state].get(lang)
        if one.rows or one.state == "bad" or one.state == "ok"
        else MISSING.get(lang),
        "\n".join(said)[:_LONGEST],
        "\n".join(printable(row.path) for row in one.rows)[:_LONGEST],
        printable(", ".join(unit.origins) if unit else listed.origin if listed else ""),
        listed.fingerprint if listed else "",
        printable(listed.address) if listed else "",
        printable(listed.contact) if listed else "",
        listed.visited.isoformat() if listed and listed.visited else "",
        listed.expected if listed else "",
        "\n".join(row.verdict.about.get("sealed_at", "") for row in one.rows),
    ]


def _book() -> Any:
    import openpyxl  # heavy, and a single report needs none

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    return book


def _fill(
    book: Any,
    title: str,
    rows: Sequence[Sequence[str | int]],
    widths: Sequence[int],
    states: Sequence[State] = (),
    coloured: int = 0,
) -> None:
    """Add a sheet. No cell is a formula, whatever a file or a unit is called."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet = book.create_sheet(title)
    colours = {"bad": "F8D7DA", "unknown": "FFF3CD", "ok": "D4EDDA"}
    for number, told in enumerate(rows, 1):
        for column, value in enumerate(told, 1):
            cell = sheet.cell(number, column, value)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if isinstance(value, str):
                cell.data_type = "s"
            if number == 1:
                cell.font = Font(bold=True)
        if number > 1 and coloured:
            fill = PatternFill("solid", start_color=colours[states[number - 2]])
            sheet.cell(number, coloured).fill = fill
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
