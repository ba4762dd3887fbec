"""The one order in which rows are locked, asserted while running.

party, person, qualification, system, project, hops from root to leaf, approval, copies by id, handoff, then the stream
heads (which the ledger takes itself, by id). Two transactions that lock in one order cannot deadlock on each other.
Facts on paper are locked FOR SHARE: many handoffs may rest on one certificate at once, none may be saved while it is
being changed. Copies are locked FOR UPDATE: one handoff at a time. Never rest on a UNIQUE constraint alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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

_held: ContextVar[list[str] | None] = ContextVar("holdfast_locks", default=None)


class LockOrderError(AssertionError):
    """A programming error: rows were about to be locked against the order."""


@contextmanager
def transaction_locks() -> Iterator[None]:
    """Open the book of locks for one transaction; actions do this, nobody else."""
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def note(noun: str) -> None:
    """Enter that rows of ``noun`` are locked now. Raises LockOrderError out of order or outside an action."""
    held = _held.get()
    if held is None:
        raise LockOrderError(f"{noun} is locked outside an action")
    if held and ORDER.index(noun) < ORDER.index(held[-1]):
        raise LockOrderError(f"{noun} is locked after {held[-1]}; the order is {', '.join(ORDER)}")
    held.append(noun)


def in_order(ids: Iterable[UUID]) -> list[UUID]:
    """Return distinct ids in the order in which they are to be locked."""
    return sorted(set(ids))
