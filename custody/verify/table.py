"""The verdicts on a folder as one table: lines for a terminal, a workbook for a file."""

from __future__ import annotations

import io
from collections.abc import Sequence

from custody.terms import Text

from .found import State, printable
from .many import Row

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
_LONGEST = 32_000
"""Letters in a cell; a workbook takes 32,767."""


def summed(rows: Sequence[Row]) -> Text:
    """Return how many came out how."""
    places = {str(state): sum(row.verdict.state == state for row in rows) for state in VERDICTS}
    places["files"] = len(rows)
    return Text(SUMMED.en.format(**places), SUMMED.zh.format(**places))


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


def workbook(rows: Sequence[Row], lang: str) -> bytes:
    """Return the table as XLSX. No cell is a formula, whatever a file is called."""
    import openpyxl  # heavy, and a single report needs none
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has one
    sheet.title = _SHEET.get(lang)
    colours = {"bad": "F8D7DA", "unknown": "FFF3CD", "ok": "D4EDDA"}
    head: list[str | int] = [column.get(lang) for column in COLUMNS]
    for number, told in enumerate([head, *(cells(row, lang) for row in rows)], 1):
        for column, value in enumerate(told, 1):
            cell = sheet.cell(number, column, value)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if isinstance(value, str):
                cell.data_type = "s"
            if number == 1:
                cell.font = Font(bold=True)
        if number > 1:
            state = rows[number - 2].verdict.state
            sheet.cell(number, 2).fill = PatternFill("solid", start_color=colours[state])
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
