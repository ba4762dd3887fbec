"""Restoring the database from the log folder: all of it, with the entry that says so, in one transaction.

A kill leaves the database as it was. Nothing is committed before every sealed entry agreed with the signed
checkpoint and the mark, and before the tables agree with the entries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.db import transaction

from custody import models as m
from custody import record
from custody.apply import State, rebuild
from custody.beside import Beside
from custody.compare import compare
from custody.events.recovery import CopiesUnconfirmed, LedgerRestored, LogFolderRewritten
from custody.record import SYSTEM_STREAM
from custody.terms import Text
from ledger import restore as ledger
from ledger.refill import Refilled, refill

from . import restoring
from .base import ActionError, Actor, Edited, Outcome, installation_act, perform
from .forgetting import remove_withdrawn
from .restoring import OWNER

PER_ENTRY = 200
RestoreError = ledger.RestoreError
__all__ = ["Refilled", "Restoration", "RestoreError", "restore", "rewrite_log_folder"]


@dataclass(slots=True)
class Restoration:
    """What a restore did, or would do."""

    size: int
    last_sealed_at: dt.datetime | None
    entries: int
    rows: int
    erased: int
    unsealed: int
    """Recorded entries of an older database that no seal covers yet; they are kept."""
    unconfirmed: int = 0
    lost: dict[str, list[str]] = field(default_factory=dict)
    set_aside: list[str] = field(default_factory=list)
    """Files of the log folder that an interrupted sealer left half done."""
    entry: UUID | None = None
    """The entry that records it; None when nothing was missing."""


def restore(
    *,
    really: bool,
    old_database: bool = False,
    all_was_sealed: bool = False,
    reason: str = "",
    ordered_by: str = "",
    packs: Path | None = None,
    progress: Callable[[str, int, int], None] = lambda step, done, total: None,
) -> Restoration:
    """Bring ledger and tables back from the log folder; without ``really`` all is tried and undone.

    Raises RestoreError or ActionError with nothing changed: for a folder that contradicts itself, a database
    that says something else, or one that is not empty without ``old_database``.
    """
    if all_was_sealed and not reason.strip():
        raise ActionError(
            Text(
                en="Say how it is known that every recorded entry was sealed.",
                zh="请说明何以确知全部已记录条目均已固化。",
            ),
            "reason",
        )
    texts = restoring.pack_texts(packs)
    outside = ledger.look_outside()
    outside.verify(_counting(progress, "verify", outside.size))
    with ledger.alone(), transaction.atomic(using=OWNER, durable=True):
        if old_database:
            _must_agree()
        written = ledger.write(outside, old=old_database, progress=_counting(progress, "write", outside.size))
        progress("rows", 0, 0)
        beside = Beside()
        state = rebuild(record.history(OWNER), beside.read)
        filled = restoring.fill(state, beside, texts)
        done = Restoration(
            written.size,
            written.last_at,
            written.entries,
            filled.rows,
            written.erased,
            written.unsealed,
            lost=filled.lost,
        )
        if written.entries or written.numbered or written.erased or filled.rows:
            root = outside.frontier.root().hex()
            _record(done, state, old_database, all_was_sealed, reason, ordered_by, root)
        done.set_aside = outside.set_aside_leftovers() if really else outside.leftovers()
        if not really:
            transaction.set_rollback(True, using=OWNER)
    if really:
        remove_withdrawn(OWNER)
    return done


def rewrite_log_folder(
    *,
    really: bool,
    mark_lost: bool = False,
    seen: Sequence[str] = (),
    reason: str = "",
    ordered_by: str = "",
    progress: Callable[[str, int, int], None] = lambda step, done, total: None,
) -> Refilled:
    """Write what the log folder lacks again from the database, and record that it was done.

    Raises RestoreError with nothing written; see :func:`ledger.refill.refill`.
    """
    done = refill(really=really, mark_lost=mark_lost, seen=seen, progress=_counting(progress, "verify", 0))
    if really and done.files:
        event = LogFolderRewritten(
            size=done.size,
            files=len(done.files),
            mark_lost=done.mark_lost,
            reason=reason,
            ordered_by=ordered_by,
        )
        perform(Actor.setup(), lambda act: Outcome("done", act.record(event, SYSTEM_STREAM)))
    return done


def _must_agree() -> None:
    """An old database is built upon only if it says what its own entries say."""
    for difference in compare(rebuild(record.history(OWNER)), OWNER):
        raise Edited(difference, restoring.KEEP_IT)


def _record(
    done: Restoration,
    state: State,
    old_database: bool,
    all_was_sealed: bool,
    reason: str,
    ordered_by: str,
    root: str,
) -> None:
    """Append the entry of the restore, and doubt the custody of copies unless all was sealed."""
    act = installation_act(OWNER)
    doubted = [] if all_was_sealed else list(restoring.in_doubt(state))
    done.unconfirmed = sum(len(copies) for _, copies in doubted)
    done.entry = act.record(
        LedgerRestored(
            size=done.size,
            root=root,
            last_sealed_at=record.time_text(done.last_sealed_at) if done.last_sealed_at else "",
            entries=done.entries,
            rows=done.rows,
            over_old_database=old_database,
            all_was_sealed=all_was_sealed,
            unconfirmed=done.unconfirmed,
            lost={name: len(items) for name, items in done.lost.items()},
            reason=reason,
            ordered_by=ordered_by,
        ),
        SYSTEM_STREAM,
    )
    for project, copies in doubted:
        for start in range(0, len(copies), PER_ENTRY):
            some = copies[start : start + PER_ENTRY]
            rows = m.Copy.objects.using(OWNER).filter(id__in=some).order_by("id")
            entry = act.record(
                CopiesUnconfirmed(project=project, restoration=str(done.entry), copies=some),
                f"project:{project}",
                copy_keys=[row.tag_key for row in rows],
            )
            rows.update(unconfirmed=entry, entry=entry)
    record.append(act.drafts, OWNER)


def _counting(progress: Callable[[str, int, int], None], step: str, total: int) -> Callable[[int], None]:
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        progress(step, done, total)

    return count
