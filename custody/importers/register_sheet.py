"""An old register as it was typed off: XLSX or CSV, read into rows of text that know where they stand.

- CSV is UTF-8, UTF-16 with its mark, or GB18030; comma, semicolon or tab, whichever its first line has most
  of.
- In a workbook every sheet is a page. A cell that spans lines holds for each of them, and so does a mark for
  "the same" (〃, 同上). Days come as ISO 8601, whole numbers without a point; a formula is the value that was
  saved with it.
- Limits hold before anything is unpacked: a workbook that says that it is small, and is not, is refused.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from custody.importers.problem import ImportFileError

MOST_BYTES: Final = 4 * 1024 * 1024
MOST_UNPACKED: Final = 32 * 1024 * 1024
MOST_PARTS: Final = 400
MOST_LINES: Final = 5_000
MOST_COLUMNS: Final = 40
MOST_SHEETS: Final = 200
MOST_SPANS: Final = 20_000
MOST_GAP: Final = 5_000
"""Empty lines in a row after which a sheet counts as ended wrongly."""
CELL: Final = 500
"""Characters of a cell that are kept; one more tells that it was longer."""
KINDS: Final = (".csv", ".xlsx")
SAME: Final = frozenset({"〃", "″", "同上", '"', "''", "”", "ditto", "do."})
_DOCTYPE = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
_SPAN = re.compile(
    rb'<(?:\w+:)?mergeCell\b[^>]*\bref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?[A-Z]{1,3}\$?(\d{1,7})"'
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of the file: its page (the sheet, empty in a CSV), its line from 1, its cells."""

    page: str
    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was read: lines that hold something, in order."""

    rows: tuple[SheetRow, ...]
    sha256: str
    from_1904: bool
    """Whether its serial numbers of days count from 1904, as some workbooks' do."""


Page = tuple[str, Iterator[Sequence[Any]], list[tuple[int, int, int]]]
"""Its name, its lines, and the cells that span lines: a column with its first and its last line."""


def read(content: bytes, filename: str) -> Sheet:
    """Read a file. Raises `ImportFileError` for what is too large, damaged, empty, or no such file."""
    if len(content) > MOST_BYTES:
        raise ImportFileError("This file is larger than 4 MB. Split it.", "文件超过4 MB，请拆分。")
    kind = PurePath(filename).suffix.lower()
    if kind not in KINDS:
        raise ImportFileError(
            "Choose a file that ends in .xlsx or .csv. Save an .xls as .xlsx first.",
            "请选择以.xlsx或.csv结尾的文件；.xls文件请先另存为.xlsx。",
        )
    from_1904 = False
    pages: list[Page]
    if kind == ".xlsx":
        pages, from_1904 = _book(content)
    else:
        pages = [("", _table(_text(content)), [])]
    rows = [row for page, lines, spans in pages for row in _page(page, lines, spans)]
    if len(rows) > MOST_LINES:
        raise _too_long()
    if len(rows) < 2:
        raise ImportFileError("This file has no line below its headings.", "文件在表头之下没有任何行。")
    return Sheet(tuple(rows), hashlib.sha256(content).hexdigest(), from_1904)


def _page(page: str, lines: Iterator[Sequence[str]], spans: Sequence[tuple[int, int, int]]) -> list[SheetRow]:
    """Return the lines of a page that hold something of their own, with what they share filled in.

    A span is a column with its first and its last line.
    """
    last_of = {(first, column): last for column, first, last in spans}
    lasting: dict[int, tuple[int, str]] = {}  # by column: to which line a value holds, and the value
    found: list[SheetRow] = []
    above: list[str] = []
    gap = 0
    for number, given in enumerate(lines, 1):
        cells = [_cell(cell) for cell in given]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise ImportFileError(
                f"Line {number} has more than {MOST_COLUMNS} columns.", f"第{number}行超过{MOST_COLUMNS}列。"
            )
        own = any(cells)
        for column, (last, value) in lasting.items():
            if number <= last and own:
                cells += [""] * (column + 1 - len(cells))
                cells[column] = cells[column] or value
        for column, cell in enumerate(cells):
            if (number, column) in last_of:
                lasting[column] = (last_of[number, column], cell)
        if not own:
            gap += 1
            if gap > MOST_GAP:
                raise _too_long()
            continue
        gap = 0
        above = [
            above[n] if cell.casefold() in SAME and n < len(above) else cell for n, cell in enumerate(cells)
        ]
        found.append(SheetRow(page, number, tuple(above)))
        if len(found) > MOST_LINES:
            raise _too_long()
    return found


def _cell(value: object) -> str:
    """Return a cell as text: NFC, without blanks at its ends, one character longer than fits at most."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unicodedata.normalize("NFC", str(value)).strip()[: CELL + 1]


def _text(content: bytes) -> str:
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _unreadable()


def _table(text: str) -> Iterator[Sequence[str]]:
    head = next((line for line in text.splitlines() if line.strip()), "")
    comma = max(",;\t", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True)
    except csv.Error as error:
        raise ImportFileError(f"This is no CSV: {error}.", f"这不是CSV文件：{error}。") from error


def _book(content: bytes) -> tuple[list[Page], bool]:
    """Return the sheets of a workbook, and whether its days count from 1904."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise ImportFileError(
                    "This workbook unpacks to too much. Save it as .csv, or split it.",
                    "该工作簿解压后过大，请另存为.csv或拆分。",
                )
            texts = {part.filename: packed.read(part) for part in parts}
        if any(mark in text for text in texts.values() for mark in _DOCTYPE):
            raise _unreadable()
        import openpyxl  # heavy, and every command of manage.py would read it

        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = book.worksheets
        if len(sheets) > MOST_SHEETS:
            raise _too_long()
        several = len(sheets) > 1
        pages = []
        for sheet in sheets:
            sheet.reset_dimensions()  # a workbook that says it is shorter than it is would lose lines
            spans = _spans(texts.get(sheet._worksheet_path.lstrip("/"), b""))
            rows = list(_rows(sheet))
            pages.append((sheet.title[:40] if several else "", iter(rows), spans))
        return pages, book.epoch.year == 1904
    except ImportFileError:
        raise
    except Exception:  # whatever a damaged workbook makes the reader stumble over
        raise _unreadable() from None


def _rows(sheet: Any) -> Iterator[Sequence[Any]]:
    gap = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), 1):
        gap = 0 if any(cell is not None for cell in row) else gap + 1
        if gap > MOST_GAP or number > MOST_LINES + MOST_GAP:
            raise _too_long()
        yield row


def _spans(xml: bytes) -> list[tuple[int, int, int]]:
    """Return the cells of a sheet that span lines: column from 0, first line, last line."""
    found = []
    for letters, first, last in _SPAN.findall(xml):
        column = 0
        for letter in letters.decode():
            column = column * 26 + ord(letter) - 64
        if int(last) > int(first) and column <= MOST_COLUMNS:
            found.append((column - 1, int(first), int(last)))
        if len(found) > MOST_SPANS:
            raise _too_long()
    return found


def _too_long() -> ImportFileError:
    return ImportFileError(
        f"This file has more than {MOST_LINES:,} lines. Split it.", f"文件超过{MOST_LINES}行，请拆分。"
    )


def _unreadable() -> ImportFileError:
    return ImportFileError(
        "This file cannot be read. Save it again as .xlsx, or as .csv in UTF-8 or GB18030.",
        "无法读取该文件。请重新另存为.xlsx，或另存为UTF-8或GB18030编码的.csv。",
    )
