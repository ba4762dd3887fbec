"""Barred-party lists of other sources than SAM.gov, as one CSV form (`docs/screening.md`).

The first line names the columns, in any order; `name` is needed, the others may be left out. Text is UTF-8 or
Windows-1252. A row that cannot be taken is told with its line and reason, and the others are taken.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from custody.importers.extract_file import open_extract
from custody.importers.problem import ImportFileError, RecordError, Rejected, shown

COLUMNS = (
    "name", "aliases", "country", "uei", "cage", "duns", "lei", "uscc", "kind", "program", "authority",
    "reference", "from", "until",
)  # fmt: skip
_OWN = ("uei", "cage", "duns")
_FURTHER = ("lei", "uscc")
MOST_ALIASES = 50
_NAME_LENGTH = 600


@dataclass(frozen=True, slots=True)
class Barred:
    """One row: a party that is barred, by its names and numbers. Dates are inclusive."""

    line: int
    name: str
    aliases: tuple[str, ...]
    country: str
    uei: str
    cage: str
    duns: str
    identifiers: dict[str, str]
    kind: str
    program: str
    authority: str
    exclusion: str
    active: date | None
    ends: date | None


def read(source: bytes | str | os.PathLike[str]) -> Iterator[Barred | Rejected]:
    """Check the first line, then return the rows one by one, those that cannot be taken as `Rejected`.

    Raises `ImportFileError` before the first row for a file that is none: not text, not CSV, without `name`,
    or with a column that the form does not know.
    """
    extract = open_extract(source)
    with extract.text() as file:
        text = file.read()
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip().casefold() for cell in next(rows, [])]
    except csv.Error as error:
        raise ImportFileError(f"This is no CSV: {error}.", f"这不是CSV文件：{error}。") from error
    unknown = sorted({name for name in header if name not in COLUMNS or header.count(name) > 1})
    if unknown or "name" not in header:
        found = ", ".join(shown(name) for name in unknown) or "-"
        raise ImportFileError(
            f"The first line must name columns of the form, each once, also “name”. Not known: {found}.",
            f"首行须为规定的列名，各列一次，且含“name”。无法识别：{found}。",
        )
    return _rows(rows, header)


def _rows(rows: Iterator[list[str]], header: list[str]) -> Iterator[Barred | Rejected]:
    position = 0
    while True:
        line = getattr(rows, "line_num", 0) + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            position += 1
            yield Rejected(position, line, "not_csv", RecordError("", str(error), str(error)).reason)
            return
        if not any(cell.strip() for cell in cells):
            continue
        position += 1
        try:
            yield _barred(line, header, cells)
        except RecordError as error:
            yield Rejected(position, line, error.code, error.reason)


def _barred(line: int, header: list[str], cells: list[str]) -> Barred:
    if len(cells) != len(header):
        raise RecordError(
            "wrong_width",
            f"Has {len(cells)} cells where the first line has {len(header)}.",
            f"有 {len(cells)} 个单元格，而首行为 {len(header)} 个。",
        )
    row = {name: " ".join(cell.split()) for name, cell in zip(header, cells, strict=True)}
    if any(not c.isprintable() for cell in row.values() for c in cell):
        raise RecordError("unusable_text", "Holds a control character.", "含有控制字符。")
    names = [row["name"], *(part.strip() for part in row.get("aliases", "").split(";"))]
    names = [name for name in dict.fromkeys(names) if name]
    if not row["name"]:
        raise RecordError("missing", "Names nobody.", "缺少名称。")
    if len(names) > MOST_ALIASES + 1 or any(len(name) > _NAME_LENGTH for name in names):
        raise RecordError("too_long", "A name is too long, or there are too many.", "名称过长或过多。")
    numbers = {scheme: row.get(scheme, "").upper() for scheme in (*_OWN, *_FURTHER)}
    if wrong := next((s for s, value in numbers.items() if len(value) > _LENGTHS[s]), None):
        raise RecordError(
            "bad_number",
            f"“{shown(numbers[wrong])}” is too long for {wrong.upper()}.",
            f"“{shown(numbers[wrong])}”超出{wrong.upper()}的长度。",
        )
    return Barred(
        line=line,
        name=row["name"],
        aliases=tuple(names[1:]),
        country=row.get("country", "").upper()[:3],
        uei=numbers["uei"],
        cage=numbers["cage"],
        duns=numbers["duns"],
        identifiers={scheme.upper(): numbers[scheme] for scheme in _FURTHER if numbers[scheme]},
        kind=row.get("kind", "")[:60],
        program=row.get("program", "")[:60],
        authority=row.get("authority", "")[:60],
        exclusion=row.get("reference", "")[:100],
        active=_date(row.get("from", ""), "from"),
        ends=_date(row.get("until", ""), "until"),
    )


_LENGTHS = {"uei": 16, "cage": 8, "duns": 16, "lei": 20, "uscc": 18}


def _date(written: str, column: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise RecordError(
            "bad_date",
            f"{column} “{shown(written)}” is not a date such as 2026-11-21.",
            f"{column}“{shown(written)}”不是日期，应如2026-11-21。",
        ) from None
