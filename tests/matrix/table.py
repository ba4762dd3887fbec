"""The table of who is answered what, read from `table.txt`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .people import COLUMNS, WIDTHS

FILE = Path(__file__).with_name("table.txt")
LINE = re.compile(
    r"(?P<row>(?:GET|POST) .+?)  +(?P<cells>[-ynfm>]+(?: [-ynfm>]+){8})(?:  (?P<verbs>[a-z_.| ]+))?"
)


@dataclass(frozen=True)
class Row:
    """What each is answered, and the verbs of `custody/permissions.py` that an act is done under."""

    cells: dict[str, str]
    verbs: tuple[str, ...]


def rows() -> dict[str, Row]:
    """Return the table. Raises ValueError for a line that is none, or one that stands there twice."""
    found: dict[str, Row] = {}
    for number, text in enumerate(FILE.read_text(encoding="utf-8").splitlines(), 1):
        if not text.strip() or text.startswith("#"):
            continue
        line = LINE.fullmatch(text.rstrip())
        groups = line["cells"].split() if line else []
        if line is None or tuple(map(len, groups)) != WIDTHS or line["row"] in found:
            raise ValueError(f"table.txt, line {number}: {text}")
        cells = dict(zip(COLUMNS, "".join(groups), strict=True))
        found[line["row"]] = Row(cells, tuple((line["verbs"] or "").split()))
    return found
