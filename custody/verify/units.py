"""The prepared list of a regulator: the units to be inspected, one to a line, as CSV or XLSX.

    unit, ledger (origin), fingerprint, site address, contact (by role), last visit, reports expected

The first line names the columns, in English or Chinese, in any order; others are allowed and left alone.
`unit` must be there. What the list says is held against the trust book and against what came.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from custody.terms import Text

from .book import BookError, Unit

MOST = 10_000
"""Lines of a list."""
LARGEST = 20_000_000
"""Bytes of a list."""
COLUMNS = {
    "unit": Text("unit", "单位"),
    "origin": Text("ledger (origin)", "账本（来源）"),
    "fingerprint": Text("fingerprint", "指纹"),
    "address": Text("site address", "系统地址"),
    "contact": Text("contact (by role)", "联系人（按岗位）"),
    "visited": Text("last visit", "上次检查日期"),
    "expected": Text("reports expected", "应收报告数"),
}
_ALSO = {"origin": ("origin", "ledger", "账本"), "contact": ("contact", "联系人"), "expected": ("expected",)}
_FORMULA = re.compile(r"^'(?=[=+@-])")
_NONE = ("no", "none", "-", "—", "否", "无")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0?0:00(?::00)?)?")

UNREADABLE = Text(
    "{path} is no list of units: a CSV in UTF-8 or GB 18030, or an XLSX workbook.",
    "{path} 不是单位清单：应为 UTF-8 或 GB 18030 编码的 CSV，或 XLSX 工作簿。",
)
NO_COLUMN = Text(
    'The first line of {path} names no column "unit". It has: {found}.',
    "{path} 首行没有“单位”列。现有列：{found}。",
)
EMPTY = Text("{path} names no unit.", "{path} 没有列出任何单位。")
TOO_MANY = Text("{path} has more than {most} lines.", "{path} 超过 {most} 行。")
WRONG = Text("{path}, line {line}: {what}", "{path} 第 {line} 行：{what}")
NO_NAME = Text("no unit is named.", "未填写单位。")
TWICE = Text("{what} stands in line {before} already.", "{what} 已在第 {before} 行出现。")
NO_DAY = Text("{what} is no day; write it as 2026-05-04.", "{what} 不是日期，请写作 2026-05-04。")
NO_FINGERPRINT = Text(
    "{what} is no fingerprint: 64 signs of 0-9 and a-f, blanks allowed.",
    "{what} 不是指纹：应为 64 位 0-9、a-f 字符，可含空格。",
)
NO_NUMBER = Text(
    "{what} is no number of reports; leave it empty for one, or write 0 for none.",
    "{what} 不是报告数；留空表示一份，0 表示无须提交。",
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One unit of the list, as the regulator wrote it."""

    line: int
    unit: str
    origin: str = ""
    fingerprint: str = ""
    """64 signs in lower case; empty where the list gives none."""
    address: str = ""
    contact: str = ""
    visited: dt.date | None = None
    expected: int = 1


def read(path: Path) -> list[Listed]:
    """Return the units of a list in its order. Raises BookError that says what is wrong in which line, and
    OSError where the file cannot be read."""
    with path.open("rb") as file:
        raw = file.read(LARGEST + 1)
    rows = _sheet(path, raw) if raw.startswith(b"PK") else _csv(path, raw)
    places = _places(path, rows[0] if rows else ())
    listed: list[Listed] = []
    seen: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows[1:], 2):
        told = {name: row[at] if at < len(row) else None for name, at in places.items()}
        if not any(str(value).strip() for value in told.values() if value is not None):
            continue
        one = _listed(path, number, told)
        for noun, value in (("unit", one.unit), ("origin", one.origin)):
            if value and (noun, value) in seen:
                raise _wrong(path, number, TWICE, what=value, before=seen[noun, value])
            seen[noun, value] = number
        listed.append(one)
        if len(listed) > MOST:
            raise BookError(TOO_MANY, path=path.name, most=f"{MOST:,}")
    if not listed:
        raise BookError(EMPTY, path=path.name)
    return listed


def template(units: Iterable[Unit], lang: str, suffix: str) -> bytes:
    """Return a list to be filled in, with the units of a book in it; XLSX for `.xlsx`, else CSV for any sheet
    program."""
    head = [words.get(lang) for words in COLUMNS.values()]
    rows = [head, *([one.name, next(iter(one.origins), ""), one.pinned, *[""] * 4] for one in units)]
    if suffix.lower() == ".xlsx":
        from .table import sheet

        return sheet(Text("Units", "单位").get(lang), rows, (30, 40, 68, 30, 24, 14, 16))
    out = io.StringIO()
    csv.writer(out).writerows([[_harmless(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _harmless(cell: str) -> str:
    """Return a cell that no sheet program takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def _csv(path: Path, raw: bytes) -> list[Sequence[Any]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BookError(UNREADABLE, path=path.name)
    head = text.partition("\n")[0]
    comma = max(",;\t，", key=head.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=comma, strict=True))
    except csv.Error:
        raise BookError(UNREADABLE, path=path.name) from None


def _sheet(path: Path, raw: bytes) -> list[Sequence[Any]]:
    import openpyxl  # heavy, and a CSV needs none

    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        found = book.worksheets[0].iter_rows(max_row=MOST + 2, max_col=50, values_only=True)
        return [tuple(row) for row in found]
    except (BadZipFile, KeyError, ValueError, IndexError, TypeError, OSError):
        raise BookError(UNREADABLE, path=path.name) from None


def _places(path: Path, head: Sequence[Any]) -> dict[str, int]:
    """Return where each column that is known stands."""
    found: dict[str, int] = {}
    names = {
        said: name for name, words in COLUMNS.items() for said in (words.en, words.zh, *_ALSO.get(name, ()))
    }
    for at, cell in enumerate(head):
        name = names.get(str(cell if cell is not None else "").strip().lower())
        if name and name not in found:
            found[name] = at
    if "unit" not in found:
        said = ", ".join(str(cell) for cell in head if cell is not None)[:200]
        raise BookError(NO_COLUMN, path=path.name, found=said or "—")
    return found


def _listed(path: Path, line: int, told: dict[str, Any]) -> Listed:
    said = {
        name: _FORMULA.sub("", str(value).strip()) if value is not None else ""
        for name, value in told.items()
    }
    if not said["unit"]:
        raise _wrong(path, line, NO_NAME)
    mark = "".join(said.get("fingerprint", "").lower().split())
    if mark and not re.fullmatch("[0-9a-f]{64}", mark):
        raise _wrong(path, line, NO_FINGERPRINT, what=said["fingerprint"][:80])
    return Listed(
        line=line,
        unit=said["unit"],
        origin=said.get("origin", ""),
        fingerprint=mark,
        address=said.get("address", ""),
        contact=said.get("contact", ""),
        visited=_day(path, line, told.get("visited")),
        expected=_number(path, line, said.get("expected", "")),
    )


def _day(path: Path, line: int, value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    said = str(value).strip() if value is not None else ""
    if not said:
        return None
    try:
        if match := _DAY.fullmatch(said):
            return dt.date(*map(int, match.groups()))
    except ValueError:
        pass
    raise _wrong(path, line, NO_DAY, what=said[:80])


def _number(path: Path, line: int, said: str) -> int:
    if not said:
        return 1
    if said.lower() in _NONE:
        return 0
    whole = re.fullmatch(r"(\d{1,4})(?:\.0)?", said)
    if whole is None:
        raise _wrong(path, line, NO_NUMBER, what=said[:80])
    return int(whole[1])


def _wrong(path: Path, line: int, said: Text, /, **places: object) -> BookError:
    """Return the error of a line: what it says is of the reader's file, and never read as a form again."""
    sentence = BookError(said, **places).text
    error = BookError(WRONG, path=path.name, line=line, what="{what}")
    both = error.text
    error.text = Text(both.en.replace("{what}", sentence.en), both.zh.replace("{what}", sentence.zh))
    error.args = (error.text.en,)
    return error
