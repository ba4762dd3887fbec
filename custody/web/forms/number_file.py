"""Copy numbers out of a file that somebody sends: text, CSV or XLSX, and nothing that harms the server.

The lines keep their places: what is line 14 in the file is line 14 in what is returned, so that a fault can
be told by its line. The first column that holds a copy number is read; what stands above its first number is
a heading and left empty.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from custody.codes import normalise

MOST_BYTES = 1024 * 1024
MOST_UNPACKED = 8 * 1024 * 1024
MOST_PARTS = 200
MOST_LINES = 1000
MOST_COLUMNS = 50
MOST_GAP = 5000
"""Empty lines in a row after which a sheet counts as too long: a number may stand in its last line."""
KINDS = (".txt", ".csv", ".xlsx")
_CELL = 60
_NUMBER = re.compile(r"HF-[0-9]{6,}-[0-9A-Z]")
_DOCTYPE = tuple(
    "<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
)
Row = Sequence[str]


def lines_of(upload: Any) -> list[str]:
    """Return the lines of an uploaded file, without empty ones at its end.

    Raises ValidationError with a sentence for what is too large, is none of the kinds, or holds no number.
    """
    if upload.size > MOST_BYTES:
        raise ValidationError(_("This file is larger than 1 MB."))
    kind = PurePath(upload.name or "").suffix.lower()
    if kind not in KINDS:
        raise ValidationError(_("Choose a file that ends in .txt, .csv or .xlsx."))
    content = upload.read()
    rows = _bounded(_sheet(content) if kind == ".xlsx" else _table(_text(content), kind))
    return [_printable(cell) if kind == ".txt" else _cut(_printable(cell)) for cell in _column(rows)]


def _text(content: bytes) -> str:
    """Return UTF-8 or GB18030 as text."""
    if b"\0" in content:
        raise ValidationError(_unreadable())
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(_unreadable())


def _table(text: str, kind: str) -> Iterator[Row]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if kind == ".txt":
        yield from ([line] for line in lines)
        return
    head = next((line for line in lines if line.strip()), "")
    comma = max(",;\t", key=head.count)
    try:
        yield from csv.reader(lines, delimiter=comma)
    except csv.Error:
        raise ValidationError(_unreadable()) from None


def _sheet(content: bytes) -> Iterator[Row]:
    """Yield the rows of the first sheet. What it unpacks to is known before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise ValidationError(_("This file unpacks to too much. Save the numbers as .csv instead."))
            for part in parts:
                _plain_xml(packed.read(part))
        import openpyxl  # heavy, and every command of manage.py reads the addresses

        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # a workbook that says it is shorter than it is would lose numbers
        for row in sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True):
            yield ["" if cell is None else str(cell) for cell in row]
    except ValidationError:
        raise
    except Exception:  # whatever a damaged workbook makes the reader stumble over
        raise ValidationError(_unreadable()) from None


def _plain_xml(part: bytes) -> None:
    """Refuse what could define entities that grow; no workbook needs any."""
    if any(mark in part for mark in _DOCTYPE):
        raise ValidationError(_unreadable())


def _bounded(rows: Iterator[Row]) -> list[Row]:
    """Return all rows down to the last that holds something."""
    found: list[Row] = []
    gap = 0
    for row in rows:
        if any(cell.strip() for cell in row):
            found += [()] * gap
            found.append(row)
            gap = 0
        else:
            gap += 1
        if len(found) > MOST_LINES or gap > MOST_GAP:
            raise ValidationError(_("This file has more than 1,000 lines."))
    return found


def _column(rows: Sequence[Row]) -> list[str]:
    """Return the cells of the first column that holds a number; what stands above the first is left empty."""
    places = [place for row in rows for place, cell in enumerate(row) if _is_number(cell)]
    if not places:
        raise ValidationError(_("This file holds no copy numbers."))
    column = min(places)
    cells = [" ".join(row[column].split()) if column < len(row) else "" for row in rows]
    first = next(n for n, cell in enumerate(cells) if _is_number(cell))
    return ["" if n < first else cell for n, cell in enumerate(cells)]


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.match(normalise(cell[:_CELL])))


def _printable(cell: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in cell)


def _cut(cell: str) -> str:
    """Return a cell, short enough for the field that it is put into; what is longer is no number."""
    return cell if len(cell) <= _CELL else f"{cell[:_CELL]}…"


def _unreadable() -> str:
    return _("This file cannot be read. Save the numbers as .csv or .txt, or paste them.")
