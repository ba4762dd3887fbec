"""Rebuilt rows against the tables: every place where a table does not say what the ledger says.

The ledger is the measure: a database owner who edits a certificate is found here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID
from zlib import crc32

from django.db.models import Model, TextField
from django.db.models.functions import Cast

from custody.apply import TABLES, Row, State, rebuild
from custody.models import WordField

MOST = 50_000
"""So many rebuilt rows are held at a time, each of some thousand bytes."""
_FINEST = 1 << 24
AT_ONCE = 1000
"""Rows of a table that are read at a time."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One column in which a table does not say what the ledger says; None for a missing row."""

    table: str
    id: str
    column: str
    ledger: Any
    database: Any


@dataclass(slots=True)
class Share(State):
    """The rows of one share of all ids, never more than ``most``: where there are more it becomes a half of
    itself, and the other half is put into ``later``.

    A share is a remainder by a power of two of a checksum of the id, so what a row falls into does not depend
    on what else there is.
    """

    parts: int = 1
    mine: int = 0
    most: int = MOST
    count: int = 0
    later: list[tuple[int, int]] = field(default_factory=list)
    """Shares that are still to be looked at: parts, and which of them."""

    def has(self, id: str) -> bool:
        """Return whether an id falls into this share."""
        return crc32(id.encode()) % self.parts == self.mine

    def set(self, model: type[Model], id: str, **columns: Any) -> None:
        """Make a row of this share, or change columns of it; others are left to their own share."""
        if not self.has(id):
            return
        self.count += id not in self.rows[model]
        self.rows[model].setdefault(id, {}).update(columns)
        while self.count > self.most and self.parts < _FINEST:
            self._halve()

    def _halve(self) -> None:
        self.later.append((self.parts * 2, self.mine + self.parts))
        self.parts *= 2
        for model, rows in self.rows.items():
            self.rows[model] = {id: row for id, row in rows.items() if self.has(id)}
        self.count = sum(map(len, self.rows.values()))


def by_shares(entries: Callable[[], Iterable[Any]], most: int = MOST) -> Iterator[Share]:
    """Yield all rows that entries make, in shares of no more than ``most``.

    ``entries`` is read once for each share: what a large site pays for the full check is time, never memory.
    """
    waiting = [(1, 0)]
    while waiting:
        parts, mine = waiting.pop()
        share = Share(parts=parts, mine=mine, most=most)
        rebuild(entries(), state=share)
        waiting += share.later
        yield share


def compare(state: State, using: str = "default") -> Iterator[Difference]:
    """Yield every difference between rebuilt rows and the database, extra and missing rows included; of a
    share of them, those of its ids."""
    has = state.has if isinstance(state, Share) else lambda id: True
    for model in TABLES:
        rows = state.rows[model]
        columns = sorted({column for row in rows.values() for column in row})
        left = set(rows)
        for stored in read(model._default_manager.using(using).order_by("pk"), columns):
            id = str(stored["pk"])
            if has(id):
                left.discard(id)
                yield from differences(model, id, rows.get(id), stored)
        for id in sorted(left):
            yield from differences(model, id, rows[id], None)


def differences(model: type[Model], id: str, told: Row | None, stored: Row | None) -> Iterator[Difference]:
    """Yield the differences of one row: as the entries tell it, and as it stands in its table."""
    table = model._meta.db_table
    if told is None or stored is None:
        if told is not stored:
            yield Difference(table, id, "*", told is not None, stored is not None)
        return
    for column, value in told.items():
        if plain(stored[column]) != plain(value):
            yield Difference(table, id, column, plain(value), plain(stored[column]))


def read(rows: Any, columns: list[str]) -> Iterator[Row]:
    """Yield columns and ``pk`` of rows, some at a time; words as they stand, for one that we do not know is a
    difference too."""
    words = {f"{c}_": Cast(c, TextField()) for c in columns if isinstance(field_of(rows.model, c), WordField)}
    others = [c for c in columns if f"{c}_" not in words]
    for row in rows.annotate(**words).values("pk", *words, *others).iterator(chunk_size=AT_ONCE):
        yield {name.removesuffix("_") if name in words else name: value for name, value in row.items()}


def field_of(model: type[Model], column: str) -> Any:
    """Return the field of a column, by its own name or that of the thing that it names."""
    return next(f for f in model._meta.concrete_fields if column in (f.name, f.attname))


def plain(value: Any) -> Any:
    """Return a value in the form in which table and ledger are compared."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"  # never 1E+2: an entry says 100
    if isinstance(value, str) and value.replace(".", "", 1).lstrip("-").isdigit() and "." in value:
        return f"{Decimal(value).normalize():f}"
    if isinstance(value, (UUID, dt.date)):
        return str(value)
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, list):
        return [plain(part) for part in value]
    return str(value) if isinstance(value, str) else value
