"""The public extract of SAM.gov exclusions: who may not be awarded federal contracts.

The extract is one CSV in a ZIP, or the CSV itself (columns: "SAM Exclusions Public Extract Layout", GSA).
Real extracts hold rows in which quotation marks inside the comment are not escaped, so that the comment falls
into many cells. A barred party must not slip through such a hole: the cells before and after the comment are
counted from both ends, and the row is taken as `repaired` when they make sense. The comment is not read.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Final, Protocol

from custody.importers.extract_file import ExtractFile, open_extract
from custody.importers.names import fold
from custody.importers.problem import ImportFileError, RecordError, Rejected, shown

__all__ = ["Exclusion", "ImportFileError", "Match", "Rejected", "read", "screen"]

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all, both of the unpacked CSV."""

_INDEFINITE: Final = "indefinite"
_CLASSES: Final = ("Firm", "Individual", "Special Entity Designation", "Vessel")
_ROW_STARTS: Final = tuple(f'"{name}",' for name in _CLASSES) + tuple(f"{name}," for name in _CLASSES)
_MOST_LINES: Final = 50  # of one row, when a cell holds line breaks
_LONGEST_LINE: Final = 1 << 20
_COMMENT: Final = "additional comments"
# Column -> the names it has had in the layouts, case folded; the first is today's.
_COLUMNS: Final = {
    "classification": ("classification",),
    "name": ("name",),
    "country": ("country",),
    "exclusion_type": ("exclusion type",),
    "active": ("active date",),
    "terminates": ("termination date",),
    "sam_number": ("sam number",),
    "agency": ("excluding agency",),
    "program": ("exclusion program",),
    "uei": ("unique entity identifier (sam)", "unique entity id", "uei"),
}
_OPTIONAL: Final = {
    "duns": ("unique entity identifier (duns)", "duns"),
    "cage": ("cage",),
    "ct_code": ("ct code",),
    "cross_reference": ("cross-reference",),
    "first": ("first",),
    "middle": ("middle",),
    "last": ("last",),
    "suffix": ("suffix",),
}
_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})|([0-9]{4})-([0-9]{2})-([0-9]{2})")
_SAM_NUMBER = re.compile(r"S4[0-9A-Z]{4,12}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One row: one name under which a party is barred. Dates are ISO 8601."""

    line: int  # of the CSV, where the row starts
    classification: str
    name: str  # an individual's is put together from first, middle, last and suffix
    country: str  # as written: ISO 3166-1, three letters, or XUN for unknown
    uei: str
    duns: str
    cage: str
    program: str
    agency: str
    ct_code: str
    exclusion_type: str
    active: str | None  # None: not told, which is common and means that it is in force
    terminates: str | None  # None: indefinite, or not told
    cross_reference: str
    sam_number: str
    repaired: bool  # the row had broken quotation marks

    @property
    def key(self) -> str:
        """Tells rows apart: one SAM number covers several names and programs."""
        return "/".join((self.sam_number, self.uei, self.name, self.agency, self.ct_code, self.active or ""))

    def in_force(self, on: date) -> bool:
        """Whether the party is barred on a day; both end dates belong to the time."""
        day = on.isoformat()
        return (self.active or day) <= day <= (self.terminates or day)


def read(
    source: bytes | str | os.PathLike[str], progress: Progress | None = None
) -> Iterator[Exclusion | Rejected]:
    """Check the file, then return its rows one by one, those that cannot be taken as `Rejected`.

    Raises `ImportFileError` before the first row when it is no such file: not one CSV in the ZIP, damaged,
    too large unpacked, not text, or without a column that is needed.
    """
    extract = open_extract(source)
    header, columns = _header(extract)
    return _rows(extract, header, columns, progress)


def _header(extract: ExtractFile) -> tuple[list[str], dict[str, int]]:
    with extract.text() as file:
        names = [cell.strip().casefold() for cell in next(csv.reader([file.readline(65536)]), [])]
    columns: dict[str, int] = {}
    for column, known in (_COLUMNS | _OPTIONAL).items():
        places = [index for index, name in enumerate(names) if name in known]
        if len(places) > 1:
            raise ImportFileError(
                f"The column “{names[places[0]]}” stands twice in the first line.",
                f"首行中列“{names[places[0]]}”重复出现。",
            )
        if places:
            columns[column] = places[0]
    lacking = ", ".join(f"“{known[0]}”" for column, known in _COLUMNS.items() if column not in columns)
    if lacking:
        raise ImportFileError(
            f"This is not an exclusions extract: the first line lacks the columns {lacking}.",
            f"这不是除名名单文件：首行缺少列 {lacking}。",
        )
    return names, columns


def _rows(
    extract: ExtractFile, header: list[str], columns: dict[str, int], progress: Progress | None
) -> Iterator[Exclusion | Rejected]:
    comment = header.index(_COMMENT) if header.count(_COMMENT) == 1 else None
    with extract.text() as file:
        file.readline()
        done = 0
        for position, (line, text) in enumerate(_whole_rows(file), start=1):
            done += len(text.encode(extract.encoding.removesuffix("-sig")))
            try:
                cells, repaired = _cells(text, len(header), comment)
                yield _exclusion(line, {name: cells[at] for name, at in columns.items()}, repaired=repaired)
            except RecordError as error:
                yield Rejected(position, line, error.code, error.reason)
            if progress and position % 256 == 0:
                progress(done, extract.size)
    if progress:
        progress(extract.size, extract.size)


def _whole_rows(file: IO[str]) -> Iterator[tuple[int, str]]:
    """Yield (line number, text) of each row.

    A quotation mark that is never closed would swallow every row to the end of the file, so a line that
    begins like a row is one, whatever stands before it.
    """
    number, start, lines, held = 2, 2, 0, ""
    while line := file.readline(_LONGEST_LINE):
        if held and (held.count('"') % 2 == 0 or line.startswith(_ROW_STARTS) or lines >= _MOST_LINES):
            yield start, held
            held = ""
        if held or line.strip():
            if not held:
                start, lines = number, 0
            held += line
            lines += 1
        number += line.endswith(("\n", "\r"))
    if held:
        yield start, held


def _cells(text: str, width: int, comment: int | None) -> tuple[list[str], bool]:
    """Cut a row into cells; where a broken comment made too many, drop the surplus."""
    if _CONTROL.search(text):
        raise RecordError("unusable_text", "Holds a control character.", "含有控制字符。")
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise RecordError("not_csv", f"Not a CSV row: {error}.", f"不是 CSV 行：{error}。") from error
    cells = [" ".join(cell.split()) for cell in rows[0]] if len(rows) == 1 else []
    if len(cells) == width:
        return cells, False
    if comment is None or len(cells) < width:
        raise RecordError(
            "wrong_width",
            f"Has {len(cells)} cells where the first line has {width}.",
            f"有 {len(cells)} 个单元格，而首行为 {width} 个。",
        )
    return [*cells[:comment], "", *cells[len(cells) - (width - comment - 1) :]], True


def _exclusion(line: int, row: dict[str, str], *, repaired: bool) -> Exclusion:
    name = row["name"] or " ".join(
        part for column in ("first", "middle", "last", "suffix") if (part := row.get(column, ""))
    )
    if not name:
        raise RecordError("missing", "Names nobody.", "缺少名称。")
    if row["classification"] not in _CLASSES:
        found = shown(row["classification"])
        raise RecordError(
            "bad_class",
            f"The classification “{found}” is not one of {', '.join(_CLASSES)}.",
            f"类别“{found}”不是以下之一：{', '.join(_CLASSES)}。",
        )
    if not _SAM_NUMBER.fullmatch(row["sam_number"]):
        found = shown(row["sam_number"])
        raise RecordError("bad_sam_number", f"“{found}” is not a SAM number.", f"“{found}”不是 SAM 编号。")
    duns = row.get("duns", "")
    return Exclusion(
        line=line,
        classification=row["classification"],
        name=name,
        country=row["country"].upper(),
        uei=row["uei"].upper(),
        duns=duns.zfill(9) if duns.isdigit() else duns,  # spreadsheets lose leading zeros
        cage=row.get("cage", "").upper(),
        program=row["program"],
        agency=row["agency"],
        ct_code=row.get("ct_code", ""),
        exclusion_type=row["exclusion_type"],
        active=_date(row["active"], "Active Date"),
        terminates=_date(row["terminates"], "Termination Date"),
        cross_reference=row.get("cross_reference", ""),
        sam_number=row["sam_number"],
        repaired=repaired,
    )


def _date(written: str, column: str) -> str | None:
    """Return a US date (month first) or ISO date in ISO form, None when blank or indefinite."""
    if not written or written.casefold() == _INDEFINITE:
        return None
    match = _DATE.fullmatch(written)
    try:
        if match:
            month, day, year, *iso = (int(part or 0) for part in match.groups())
            return (date(*iso) if iso[0] else date(year, month, day)).isoformat()
    except ValueError:
        pass
    raise RecordError(
        "bad_date",
        f"{column} “{shown(written)}” is not a date (MM/DD/YYYY).",
        f"{column}“{shown(written)}”不是日期（MM/DD/YYYY）。",
    )


class Screened(Protocol):
    """What can be looked for in the list; a parsed party is one."""

    @property
    def key(self) -> str:
        """What a match names it by."""

    @property
    def identifiers(self) -> Iterable[str]:
        """UEI, DUNS, CAGE: any that it has."""

    @property
    def names(self) -> Iterable[str]:
        """Every name it goes by."""


@dataclass(frozen=True, slots=True)
class Match:
    """A party that stands in the list, and by what it was recognised."""

    party: str  # its key
    by: str  # "uei", "duns", "cage" or "name"
    value: str  # the party's identifier or name, as the party has it
    exclusion: Exclusion


def screen(parties: Iterable[Screened], rows: Iterable[Exclusion | Rejected]) -> list[Match]:
    """Find parties in the list, by the same identifier or the same folded name (see ``names``).

    Exact only: a firm that is spelled otherwise is not found. Rows that are no longer, or not yet, in force
    are returned too; `Exclusion.in_force` tells.
    """
    by_name: dict[str, list[tuple[str, str]]] = defaultdict(list)
    by_identifier: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for party in parties:
        for name in party.names:
            if folded := fold(name):
                by_name[folded].append((party.key, name))
        for identifier in party.identifiers:
            if wanted := identifier.strip().upper():
                by_identifier[wanted].append((party.key, identifier))
    found: dict[tuple[str, str, Exclusion], Match] = {}

    def note(hits: Sequence[tuple[str, str]], by: str, row: Exclusion) -> None:
        for key, value in hits:
            found.setdefault((key, by, row), Match(key, by, value, row))

    for row in rows:
        if isinstance(row, Rejected):
            continue
        note(by_name.get(fold(row.name), ()), "name", row)
        for by in ("uei", "duns", "cage"):
            note(by_identifier.get(getattr(row, by), ()), by, row)
    return sorted(found.values(), key=lambda match: (match.party, match.exclusion.line, match.by))
