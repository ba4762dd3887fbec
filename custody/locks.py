"""The one order in which rows are locked, asserted while running.

party, person, qualification, system, project, hops from root to leaf, approval, copies by id, handoff, then
the stream heads (which the ledger takes itself, by id). Two transactions that lock in one order cannot
deadlock on each other. Facts on paper are locked FOR SHARE: many handoffs may rest on one certificate at
once, none may be saved while it is being changed. Copies are locked FOR UPDATE: one handoff at a time. Never
rest on a UNIQUE constraint alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

ORDER = (
    "party",
    "person",
    "qualification",
    "system",
    "project",
    "hop",
    "approval",
    "copy",
    "handoff",
    "other",
)
Mode = Literal["share", "update"]


@dataclass(slots=True)
class _Book:
    """What one transaction has locked: the nouns in their order, and the rows."""

    nouns: list[str] = field(default_factory=list)
    rows: dict[str, set[UUID]] = field(default_factory=dict)


_held: ContextVar[_Book | None] = ContextVar("holdfast_locks", default=None)


class LockOrderError(AssertionError):
    """A programming error: rows were about to be locked against the order."""


class Unlocked(Exception):
    """A fact was gathered from a row that came up after the locks were taken; the act begins again."""


@contextmanager
def transaction_locks() -> Iterator[None]:
    """Open the book of locks for one transaction; actions do this, nobody else."""
    token = _held.set(_Book())
    try:
        yield
    finally:
        _held.reset(token)


def note(noun: str, ids: Iterable[UUID] = ()) -> None:
    """Enter that rows of ``noun`` are locked now. Raises LockOrderError out of order or outside an action."""
    book = _held.get()
    if book is None:
        raise LockOrderError(f"{noun} is locked outside an action")
    last = book.nouns[-1] if book.nouns else ORDER[0]
    if ORDER.index(noun) < ORDER.index(last):
        raise LockOrderError(f"{noun} is locked after {last}; the order is {', '.join(ORDER)}")
    book.nouns.append(noun)
    book.rows.setdefault(noun, set()).update(ids)


def check(noun: str, ids: Iterable[UUID]) -> None:
    """Check that facts rest on rows that this transaction keeps still. Raises Unlocked.

    Says nothing outside an action (a preview locks nothing) or when the action locks no ``noun`` at all.
    """
    book = _held.get()
    if book and noun in book.rows and not book.rows[noun].issuperset(ids):
        raise Unlocked(noun)


def in_order(ids: Iterable[UUID]) -> list[UUID]:
    """Return distinct ids in the order in which they are to be locked."""
    return sorted(set(ids))
