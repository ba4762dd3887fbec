"""Old registers as a survey office kept them, made up: typed off into CSV and XLSX."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

HEADINGS = ["序号", "编号", "成果名称", "密级", "持有单位", "持有人", "存放处", "登记日期", "页码", "备注"]
Row = Sequence[Any]


def line(n: int, **changed: Any) -> list[Any]:
    """Return a line in order: a map sheet in the vault, held by Northfield's custodian."""
    told = {
        "序号": n, "编号": f"旧-{n:04d}", "成果名称": f"图幅{n:04d}", "密级": "秘密",
        "持有单位": "北原测绘院", "持有人": "钱宇", "存放处": "WS-07", "登记日期": "2019年3月5日",
        "页码": str((n - 1) // 25 + 1), "备注": "",
    }  # fmt: skip
    told |= changed
    return [told[heading] for heading in HEADINGS]


def csv(rows: Sequence[Row], encoding: str = "utf-8", comma: str = ",") -> bytes:
    """Return a file of headings and rows."""
    lines = [comma.join(str(cell) for cell in row) for row in (HEADINGS, *rows)]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def xlsx(
    rows: Sequence[Row], *, title: str = "", spans: Sequence[str] = (), headings: Row = HEADINGS
) -> bytes:
    """Return a workbook with a title above the headings, and cells that span lines (such as ``E3:E5``)."""
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    if title:
        sheet.append([title])
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(headings))
    for row in (headings, *rows):
        sheet.append(list(row))
    for span in spans:
        sheet.merge_cells(span)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
