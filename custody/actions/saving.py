"""Saving what an act sets: several rows and changes in one trip to the database, in their order.

The rows are saved as ``save(force_insert=True)`` would do it, without signals, which nothing here listens to.
The statement of a table is built once in a process.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

Change = tuple[str, Sequence[Any]]
"""A statement, and the values in it."""


def together(rows: Sequence[models.Model], *changes: Change) -> None:
    """Insert rows, then make changes. Raises what the database raises; nothing is saved then."""
    statements, values = [], []
    for row in rows:
        statement, fields = _insertion(type(row))
        statements.append(statement)
        values += [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    for statement, given in changes:
        statements.append(statement)
        values += given
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements), values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@cache
def _insertion(table: type[models.Model]) -> tuple[str, tuple[models.Field[Any, Any], ...]]:
    """Return the statement that inserts a row, and the columns whose values it takes.

    A key that the database counts is left to it.
    """
    fields = tuple(f for f in table._meta.concrete_fields if not isinstance(f, models.AutoField))
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(f.column)) for f in fields)
    marks = ", ".join(f"%s::{f.db_type(connection)}" if isinstance(f, ArrayField) else "%s" for f in fields)
    return f"INSERT INTO {quote(table._meta.db_table)} ({names}) VALUES ({marks})", fields  # noqa: S608
