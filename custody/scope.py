"""Whose rows a database session may see: set for each request of somebody who is not of the house.

The web process works as the application role, whose sessions see every row. For a request of anybody else the
session takes on the role :data:`OUTSIDE_ROLE`, for which row-level security shows only what
:mod:`custody.row_walls` lets through, for the person and parties that are set beside it. It stands behind
``visible_to`` and stops our slips: a queryset that nobody narrowed. It does not stop whoever can send SQL,
who can take the first role on again.

Rules and acts judge by all rows (a rule that does not see the siblings passes): they stand in :func:`whole`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

OUTSIDE_ROLE = "holdfast_outside"
_ALIAS = "default"
_NARROW = (
    "SELECT set_config('holdfast.user', %s, false), set_config('holdfast.person', %s, false), "
    "set_config('holdfast.parties', %s, false), set_config('holdfast.inner', %s, false), "
    "set_config('holdfast.granted', %s, false), set_config('holdfast.regions', %s, false), "
    "set_config('role', %s, false)"
)
_ROLE = "SELECT set_config('role', %s, false)"


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks: the user and person, the parties stood for, those whose projects are seen whole, as one of
    their own or under a live grant, and the projects and regions under one. All empty: somebody who is not
    signed in."""

    user: UUID | None = None
    person: UUID | None = None
    parties: tuple[UUID, ...] = ()
    inner: tuple[UUID, ...] = ()
    granted: tuple[UUID, ...] = ()
    regions: tuple[str, ...] = ()

    def settings(self) -> list[str]:
        """Return the values in the order in which the database is told them."""
        return [
            str(self.user or ""),
            str(self.person or ""),
            *(
                "{" + ",".join(map(str, some)) + "}"
                for some in (self.parties, self.inner, self.granted, self.regions)
            ),
        ]


NOBODY = Scope()


def narrow(scope: Scope) -> None:
    """Show this thread's database session only the rows of ``scope``, until :func:`widen`."""
    connection: Any = connections[_ALIAS]
    connection.holdfast_scope = scope
    _run(connection, _NARROW, [*scope.settings(), OUTSIDE_ROLE])
    _mark(connection, True)


@receiver(connection_created)
def _again(connection: Any, **_: Any) -> None:
    """Narrow a session that was lost and opened anew in the middle of a request."""
    if connection.alias == _ALIAS and getattr(connection, "holdfast_narrow", False):
        _run(connection, _NARROW, [*connection.holdfast_scope.settings(), OUTSIDE_ROLE])


def widen() -> None:
    """Show all rows again; a session that cannot be told so is closed."""
    connection = connections[_ALIAS]
    if not is_narrow():
        return
    _mark(connection, False)
    try:
        _run(connection, _ROLE, ["none"])
    except Exception:
        connection.close()
        raise


def is_narrow() -> bool:
    """Return whether this thread's session is narrowed."""
    return bool(getattr(connections[_ALIAS], "holdfast_narrow", False))


@contextmanager
def whole() -> Iterator[None]:
    """See every row within: for what judges or writes, never for what shows.

    Where the work fails inside a transaction, taking that back narrows the session again by itself.
    """
    if not is_narrow():
        yield
        return
    connection = connections[_ALIAS]
    _run(connection, _ROLE, ["none"])
    _mark(connection, False)
    try:
        yield
    except BaseException:
        _mark(connection, True)
        if not _is_broken(connection):
            _run(connection, _ROLE, [OUTSIDE_ROLE])
        raise
    _run(connection, _ROLE, [OUTSIDE_ROLE])
    _mark(connection, True)


def _mark(connection: BaseDatabaseWrapper, narrow: bool) -> None:
    connection.holdfast_narrow = narrow  # type: ignore[attr-defined]


def _is_broken(connection: Any) -> bool:
    """Return whether the transaction has failed, and so takes no more statements."""
    from psycopg.pq import TransactionStatus

    raw = connection.connection
    return raw is None or raw.info.transaction_status not in (
        TransactionStatus.INTRANS,
        TransactionStatus.IDLE,
    )


def _run(connection: BaseDatabaseWrapper, statement: str, values: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
