"""Rebuilt rows against the tables: every place where a table does not say what the ledger says.

The ledger is the measure: a database owner who edits a certificate is found here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model, TextField
from django.db.models.functions import Cast

from custody.apply import TABLES, Row, State
from custody.models import WordField

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


def compare(state: State, using: str = "default") -> Iterator[Difference]:
    """Yield every difference between rebuilt rows and the database, extra and missing rows included."""
    for model in TABLES:
        rows = state.rows[model]
        columns = sorted({column for row in rows.values() for column in row})
        left = set(rows)
        for stored in read(model._default_manager.using(using).order_by("pk"), columns):
            id = str(stored["pk"])
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
        return str(value.normalize())
    if isinstance(value, str) and value.replace(".", "", 1).lstrip("-").isdigit() and "." in value:
        return str(Decimal(value).normalize())
    if isinstance(value, (UUID, dt.date)):
        return str(value)
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    return str(value) if isinstance(value, str) else value
