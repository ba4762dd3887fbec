"""Which column of an old register tells what, guessed from its headings; whoever opens it has the last word.

A register of a survey office is headed in Chinese as a rule, in many wordings. A heading is compared without
blanks, brackets and case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from custody.importers.register_sheet import SheetRow
from custody.terms import RegisterField

NEEDED = (RegisterField.NUMBER, RegisterField.ITEM, RegisterField.LEVEL)
MOST_ABOVE = 10
"""Lines among which the headings are looked for: above them stand a title, and who kept the register."""
_WORDS: dict[RegisterField, str] = {
    RegisterField.NUMBER: "编号 原编号 副本编号 载体编号 登记号 登记编号 份号 number oldnumber no copyno",
    RegisterField.ITEM: "名称 成果名称 载体名称 资料名称 图名 代号 item title codename name",
    RegisterField.LEVEL: "密级 等级 涉密等级 level classification",
    RegisterField.HOLDER: "持有单位 使用单位 领用单位 保管单位 单位 holder party organisation heldby",
    RegisterField.PERSON: "持有人 保管人 领用人 使用人 责任人 经办人 person keeper custodian",
    RegisterField.PLACE: "存放处 存放地点 存放位置 保管地点 place keptin system location",
    RegisterField.SINCE: "登记日期 领用日期 接收日期 日期 since date received",
    RegisterField.BACK: "归还期限 应还日期 归还日期 借阅期限 due dueback returnby back",
    RegisterField.PAGE: "页 页码 页号 page",
    RegisterField.LINE: "行 行号 序号 line row",
    RegisterField.REMARK: "备注 说明 remark remarks note",
}
_MEANS = {word: field for field, words in _WORDS.items() for word in words.split()}
_BETWEEN = re.compile(r"[\s()\[\]【】:.．。、/_-]+")
_BRACKETED = re.compile(r"[(（\[【].*?[)）\]】]")


def meant(heading: str) -> RegisterField | None:
    """Return what a heading says, if it says one of the fields.

    >>> meant("编 号") is RegisterField.NUMBER
    True
    """
    plain = unicodedata.normalize("NFKC", heading).casefold()
    for told in (plain, _BRACKETED.sub("", plain)):
        if found := _MEANS.get(_BETWEEN.sub("", told)):
            return found
    return None


def headings_at(rows: Sequence[SheetRow]) -> int:
    """Return the place of the line of headings among ``rows``: the one that says most fields, else the
    first."""
    says = [len({meant(cell) for cell in row.cells} - {None}) for row in rows[:MOST_ABOVE]]
    return says.index(max(says)) if says and max(says) > 1 else 0


def guessed(headings: Sequence[str]) -> dict[str, int]:
    """Return by field the column that seems to tell it, counted from 0; the first where two do."""
    found: dict[str, int] = {}
    for column, heading in enumerate(headings):
        if field := meant(heading):
            found.setdefault(str(field), column)
    return found


def lacking(mapping: Mapping[str, int]) -> list[RegisterField]:
    """Return the fields that no column tells and that no line can do without."""
    return [field for field in NEEDED if str(field) not in mapping]
