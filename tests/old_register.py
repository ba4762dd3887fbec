"""Old registers as a survey office kept them, made up: typed off into CSV and XLSX."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

HEADINGS = [
    *(
        "序号",
        "编号",
        "成果名称",
        "密级",
        "持有单位",
        "持有人",
        "存放处",
        "登记日期",
        "归还期限",
        "页码",
        "备注",
    )
]
Row = Sequence[Any]


def line(n: int, **changed: Any) -> list[Any]:
    """Return a line in order: a map sheet in the vault, held by Northfield's custodian."""
    told = {
        "序号": n, "编号": f"旧-{n:04d}", "成果名称": f"图幅{n:04d}", "密级": "秘密",
        "持有单位": "北原测绘院", "持有人": "钱宇", "存放处": "WS-07", "登记日期": "2019年3月5日",
        "归还期限": "", "页码": str((n - 1) // 25 + 1), "备注": "",
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


FAULTY = 40
PLANTED: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"编号": ""}, ("number", "missing")),
    ({"编号": "旧-0001"}, ("number", "number_twice")),
    ({"编号": "旧－０００１"}, ("number", "number_twice")),
    ({"编号": "9" * 101}, ("number", "too_long")),
    ({"编号": "#REF!"}, ("number", "failed_cell")),
    ({"编号": "旧\x02"}, ("number", "unusable_text")),
    ({"成果名称": ""}, ("item", "missing")),
    ({"成果名称": "图" * 101}, ("item", "too_long")),
    ({"成果名称": "#N/A"}, ("item", "failed_cell")),
    ({"成果名称": "图\x07幅"}, ("item", "unusable_text")),
    ({"成果名称": "图幅0001", "密级": "机密"}, ("level", "two_levels")),
    ({"密级": ""}, ("level", "missing")),
    ({"密级": "很秘密"}, ("level", "unknown_level")),
    ({"密级": "密秘"}, ("level", "unknown_level")),
    ({"密级": "Secret!"}, ("level", "unknown_level")),
    ({"密级": "#NAME?"}, ("level", "failed_cell")),
    ({"持有单位": "无此单位"}, ("holder", "unknown_party")),
    ({"持有单位": "北原测绘"}, ("holder", "unknown_party")),
    ({"持有单位": "#VALUE!"}, ("holder", "failed_cell")),
    ({"持有单位": "单位\x1b"}, ("holder", "unusable_text")),
    ({"持有人": "无此人"}, ("person", "unknown_person")),
    ({"持有人": "吴涛"}, ("person", "unknown_person")),
    ({"持有单位": "西关数据处理有限公司", "存放处": ""}, ("person", "unknown_person")),
    ({"持有人": "#DIV/0!"}, ("person", "failed_cell")),
    ({"存放处": "地窖"}, ("place", "unknown_place")),
    ({"存放处": "WS-7"}, ("place", "unknown_place")),
    ({"存放处": "#NULL!"}, ("place", "failed_cell")),
    ({"登记日期": "2019年2月30日"}, ("since", "no_such_day")),
    ({"登记日期": "二〇一九年十三月一日"}, ("since", "no_such_day")),
    ({"登记日期": "2019-13-01"}, ("since", "no_such_day")),
    ({"登记日期": "20190230"}, ("since", "no_such_day")),
    ({"登记日期": "很久以前"}, ("since", "bad_day")),
    ({"登记日期": "19.3.5"}, ("since", "bad_day")),
    ({"登记日期": "2019年3月"}, ("since", "bad_day")),
    ({"登记日期": "1899-12-31"}, ("since", "too_early")),
    ({"登记日期": "12345"}, ("since", "too_early")),
    ({"登记日期": "2099-01-01"}, ("since", "ahead")),
    ({"登记日期": "99999"}, ("since", "ahead")),
    ({"页码": "9" * 41}, ("page", "too_long")),
    ({"备注": "备" * 501}, ("remark", "too_long")),
]
"""Kinds of fault, each with the field and the code by which it must be told."""
_DAYS = ["2019年3月5日", "2019-03-05", "2019/3/5", "二〇一九年三月五日", "43529", "20190305"]


def twenty_years(lines: int = 2000) -> tuple[list[list[Any]], dict[int, tuple[str, str]]]:
    """Return a made-up register, ten copies to an item, and by line what is planted in it.

    Days stand in six manners; every seventh line is held by a contractor.
    """
    every = lines // FAULTY
    rows, planted = [], {}
    for n in range(1, lines + 1):
        told = {"成果名称": f"图幅{(n - 1) // 10 + 1:04d}", "登记日期": _DAYS[n % len(_DAYS)]}
        if n % 7 == 0:
            told |= {"持有单位": "西关数据处理有限公司", "持有人": "吴涛", "存放处": "WG-ROOM-1"}
        if n % every == every // 2:
            changed, planted[n] = PLANTED[n // every]
            told = {"成果名称": told["成果名称"], "登记日期": told["登记日期"], **changed}
        rows.append(line(n, **told))
    return rows, planted
