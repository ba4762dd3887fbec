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
        found = _stored(model._default_manager.using(using), columns)
        for id in sorted(rows.keys() | found.keys()):
            if id not in found or id not in rows:
                yield Difference(model._meta.db_table, id, "*", id in rows, id in found)
                continue
            for column, told in rows[id].items():
                stored = _plain(found[id][column])
                if stored != _plain(told):
                    yield Difference(model._meta.db_table, id, column, _plain(told), stored)


def _stored(rows: Any, columns: list[str]) -> dict[str, Row]:
    """Return columns of a table by primary key; words as they stand, for one that we do not know is a
    difference too."""
    plain = {f"{c}_": Cast(c, TextField()) for c in columns if isinstance(_field(rows.model, c), WordField)}
    found = {}
    for row in rows.annotate(**plain).values("pk", *plain, *(c for c in columns if f"{c}_" not in plain)):
        found[str(row["pk"])] = {name.removesuffix("_") if name in plain else name: row[name] for name in row}
    return found


def _field(model: type[Model], column: str) -> Any:
    return next(f for f in model._meta.concrete_fields if column in (f.name, f.attname))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value.normalize())
    if isinstance(value, str) and value.replace(".", "", 1).lstrip("-").isdigit() and "." in value:
        return str(Decimal(value).normalize())
    if isinstance(value, (UUID, dt.date)):
        return str(value)
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    return str(value) if isinstance(value, str) else value
