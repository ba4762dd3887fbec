"""A list as a file: the rows and words of the page, for a spreadsheet.

- CSV begins with a byte order mark, without which Excel takes Chinese for something else.
- A cell that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV Injection"):
  names are typed by others.
- Dates are ISO 8601; times carry their offset.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import tablib
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise

from custody.terms import Text, Word

from .base import words
from .patterns import Link, Table

MOST = 10_000
"""Rows in one file; a longer list must be filtered first."""
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain(value: Any) -> str | int:
    """Return a cell of a page as a file has it."""
    if value is None:
        return ""
    if isinstance(value, Link):
        return plain(value.text)
    if isinstance(value, Word):
        return words(value.text)
    if isinstance(value, Text):
        return neutral(words(value))
    if isinstance(value, bool | str | Promise):
        return neutral(str(value))
    if isinstance(value, int):
        return value
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Iterable):
        return neutral("; ".join(str(plain(each)) for each in value))
    return neutral(str(value))


def neutral(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    >>> neutral("=1+1"), neutral("北原测绘院")
    ("'=1+1", '北原测绘院')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def answer(table: Table, kind: str, name: str) -> HttpResponse:
    """Return a table as a file to be saved. Raises KeyError for a kind that is not there."""
    rows = tablib.Dataset(headers=[plain(column.label) for column in table.columns], title=name[:31])
    for row in table.rows:
        rows.append([plain(cell) for cell in row])
    content = rows.export(kind)
    body = content.encode("utf-8-sig") if isinstance(content, str) else content
    response = HttpResponse(body, content_type=KINDS[kind])
    stamp = timezone.localtime().strftime("%Y%m%d-%H%M")
    response["Content-Disposition"] = f'attachment; filename="holdfast-{name}-{stamp}.{kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
