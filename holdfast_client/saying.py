"""Plain lines and tables on the terminal. What came from the site is printed without control characters."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from typing import Any, TextIO

from config.words import words

from .errors import Failed, Problem

BLANK = "-"


def plain(value: Any) -> str:
    """Return a value on one line, with every sign that could move the cursor or turn the text replaced."""
    text = "" if value is None else str(value)
    return "".join("\ufffd" if unicodedata.category(sign)[0] == "C" else sign for sign in text) or BLANK


def say(line: str, stream: TextIO | None = None) -> None:
    """Print a line."""
    print(line, file=stream or sys.stdout, flush=True)


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table with even columns; Chinese signs count for two."""
    lines = [list(heads), *([plain(value) for value in row] for row in rows)]
    widths = [max(_width(line[place]) for line in lines) for place in range(len(heads))]
    for line in lines:
        padded = (value + " " * (width - _width(value)) for value, width in zip(line, widths, strict=True))
        say("  ".join(padded).rstrip())


def tell(error: Failed) -> None:
    """Print why something was not done: title, then what is wrong with each member, then each finding."""
    lines = [plain(part) for part in str(error).split("\n")]
    if isinstance(error, Problem):
        lines += [f"  {plain(f.get('field'))}: {plain(f.get('message'))}" for f in error.faults]
        for finding in error.findings:
            lines.append(f"  {plain(finding.get('code'))}  {plain(finding.get('title'))}")
            if finding.get("remedy"):
                lines.append("    " + words("What to do: ", "处理办法：") + plain(finding["remedy"]))
    for line in lines:
        say(line, sys.stderr)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
