"""Erasing personal texts: in the database beside the entry that orders it, and in the journal.

The database comes first, in one transaction of the role `holdfast_eraser`, which also queues the entries
whose journal files still hold a text (ledger.forgetting). The queue is worked off by the sealer, or from here
when no sealer works. Only texts of sealed entries are erased: the journal file of one that is not sealed may
still be on its way.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from ledger.errors import DisagreementError
from ledger.forgetting import forget
from ledger.log import Draft, append
from ledger.sealer import LOCK, Connection, connect_directly
from ledger.store import Store
from ledger.tlog.errors import LogError

__all__ = ["LogError", "Target", "erase", "fields_called", "fields_of", "finish_journal"]

ERASER = "eraser"
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Target:
    """One personal text that is still there. `sealed`: a published checkpoint covers its entry."""

    entry: UUID
    name: str
    digest: str
    text: str
    sealed: bool


_FIND = """
SELECT d.entry_id, d.name, d.digest, d.text,
       coalesce(i.idx < (SELECT max(c.size) FROM public.ledger_checkpoint c), false)
  FROM public.ledger_disclosure d LEFT JOIN public.ledger_logindex i ON i.entry_id = d.entry_id
 WHERE d.personal AND d.text IS NOT NULL
"""


def fields_of(entries: Sequence[UUID]) -> list[Target]:
    """The personal texts of some entries that are not erased yet."""
    return _targets(_FIND + " AND d.entry_id = ANY(%s) ORDER BY d.entry_id, d.name", [list(entries)])


def fields_called(name: str) -> list[Target]:
    """The personal texts of one name in all entries that are not erased yet."""
    return _targets(_FIND + " AND d.name = %s ORDER BY d.entry_id", [name])


def _targets(sql: str, values: Sequence[Any]) -> list[Target]:
    with connections[ERASER].cursor() as cursor:
        cursor.execute(sql, values)
        return [Target(*row) for row in cursor.fetchall()]


def erase(order: Draft, targets: Sequence[Target]) -> None:
    """Append the order and empty the texts, inside a transaction of the caller on the eraser's connection.

    Raises DisagreementError when a text is not there any more.
    """
    append(order, using=ERASER)
    names: dict[UUID, list[str]] = {}
    for target in targets:
        names.setdefault(target.entry, []).append(target.name)
    with connections[ERASER].cursor() as cursor:
        for entry, some in names.items():
            cursor.execute("SELECT public.ledger_erase(%s, %s, %s)", [entry, some, order.id])
            (gone,) = cursor.fetchone()
            if gone != len(some):
                raise DisagreementError(f"entry {entry}", expected=f"{len(some)} texts", got=str(gone))


def finish_journal(seconds: float = 0) -> int:
    """Take erased texts out of the journal, or give a working sealer some seconds to do so.

    Return how many entries still wait; they wait while the log is frozen. Raises DisagreementError,
    JournalError, KeyFileError.
    """
    until = time.monotonic() + seconds
    with closing(connect_directly()) as db:
        while True:
            left, frozen = _queue(db)
            if left and not frozen and _lead(db):
                with Store(settings.LEDGER_DIR).locked():
                    return _work_off(db)
            if not left or frozen or time.monotonic() > until:
                return left
            time.sleep(_POLL_SECONDS)


def _work_off(db: Connection) -> int:
    """With the lead, so that nobody else writes the files: pass by pass, until none takes anything out."""
    left = _queue(db)[0]
    while left:
        forget(db, Store(settings.LEDGER_DIR), settings.KEYS_DIR)
        before, left = left, _queue(db)[0]
        if left == before:
            break
    return left


def _queue(db: Connection) -> tuple[int, bool]:
    row = db.execute(
        "SELECT (SELECT count(*) FROM public.ledger_forgetting), frozen IS NOT NULL "
        "FROM public.ledger_logstate WHERE id = 1"
    ).fetchone()
    if row is None:
        raise DisagreementError("log state", expected="one row", got="none")
    return row[0], row[1]


def _lead(db: Connection) -> bool:
    """Keep every sealer away until the connection is closed, unless one works now."""
    row = db.execute("SELECT pg_try_advisory_lock(%s, %s)", LOCK).fetchone()
    return row is not None and bool(row[0])
