"""Full checks: what the ledger's own check found is recorded, the tables are held against the entries, what
differs is frozen, and what agrees again is settled.

A check looks at one moment of the database and changes nothing; freezing is an act of its own.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from custody import apply, frozen, record, single
from custody import models as m
from custody.compare import MOST, Difference, Share, by_shares, compare
from custody.events.check import FsckFailed, ObjectFrozen, ObjectSettled
from custody.models import Site
from custody.record import SYSTEM_STREAM
from custody.terms import CheckKind, CheckVerdict, Text

from . import files as evidence_files
from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .correcting import needed

logger = logging.getLogger(__name__)

TOLD = 20
"""So many faults are told by name in an entry and in a summary."""
EVERY = dt.timedelta(hours=20)
NIGHT = range(1, 6)
"""Hours of the site's clock in which the full checks run."""
MISSED = dt.timedelta(hours=30)
"""What is older is made up by day."""
LONGEST = dt.timedelta(hours=6)
LATE = dt.timedelta(hours=36)
"""A full check that is older is missing, and shown so."""
_AT_ONCE = 200
ROWS = MOST
"""So many rebuilt rows a check holds at a time; beyond them it reads the ledger again."""
DIFFERING = 2000
"""So many rows that differ are frozen one by one in a check; if there are more, each holds every act."""
BY_TABLE: dict[str, type[Any]] = {model._meta.db_table: model for model in apply.TABLES}
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a full check stands."""

    run: m.CheckRun | None
    late: bool

    @property
    def good(self) -> bool:
        """Whether the newest run found all in order, not long ago."""
        return self.run is not None and self.run.verdict is CheckVerdict.OK and not self.late


@dataclass(slots=True)
class Compared:
    """What the comparison of tables and entries found; `unreadable` says why it could not be made."""

    started: dt.datetime
    entries: int = 0
    differences: list[Difference] = field(default_factory=list)
    told: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    """By table and id of the rows that differ: what the ledger says of them."""
    count: int = 0
    """Differences found; no more than so many rows of them are kept."""
    more: int = 0
    """Differences of rows that are not frozen and that were not kept: then everything is held."""
    unreadable: str = ""
    files: list[str] = field(default_factory=list)
    """Evidence files that are missing or were changed, each in a line."""
    frozen: list[UUID] = field(default_factory=list)

    @property
    def verdict(self) -> CheckVerdict:
        """Good, bad, or not to be told."""
        if self.count or self.files:
            return CheckVerdict.BAD
        return CheckVerdict.UNKNOWN if self.unreadable else CheckVerdict.OK


def record_ledger_check(result: record.Checked, **_: Any) -> None:
    """Keep what a full check of the ledger found; its faults are an entry, frozen log or not."""
    found = result.found
    verdict = {"ok": CheckVerdict.OK, "bad": CheckVerdict.BAD}.get(found.state, CheckVerdict.UNKNOWN)
    lines = [fault.text() for fault in found.faults] or [*found.unknown]
    _keep(CheckKind.LEDGER, result.started, verdict, found.total, lines)


def check_custody(progress: Progress = lambda entries: None) -> Compared:
    """Compare every table with what the entries tell, and freeze each row that differs."""
    compared = Compared(timezone.now())
    try:
        _compare(compared, progress)
    except (DatabaseError, KeyError, TypeError, ValueError, record.LogError) as error:
        logger.exception("custody_fsck")
        compared.unreadable = f"{type(error).__name__}: {error}"
    compared.files = evidence_files.faults()
    by_row: dict[tuple[str, str], list[Difference]] = {}
    for difference in compared.differences:
        by_row.setdefault((difference.table, difference.id), []).append(difference)
    lines = [told(d, values=False) for d in compared.differences] + compared.files
    count = compared.count + len(compared.files)
    _keep(CheckKind.CUSTODY, compared.started, compared.verdict, count, lines or [compared.unreadable])
    rows = list(by_row.values())
    for start in range(0, len(rows), _AT_ONCE):
        compared.frozen += _freeze(rows[start : start + _AT_ONCE], compared)
    return compared


def run_due(now: dt.datetime) -> list[CheckKind]:
    """Run each full check that is due, in one worker at a time; before set-up there is nothing to check."""
    with _alone() as mine:
        ready = mine and Site.objects.exists()
        due = [kind for kind in CheckKind if ready and _is_due(newest_run(kind), now)]
        for kind in due:
            if kind is CheckKind.LEDGER:
                record.check_ledger()
            else:
                check_custody()
    return due


def standing(now: dt.datetime) -> dict[CheckKind, Standing]:
    """Return how each full check stands: its newest run, and whether one is missing."""
    opened = _opened_at()
    newest = m.CheckRun.objects.order_by("kind", "-finished_at").distinct("kind")
    runs = {run.kind: run for run in newest}
    found = {}
    for kind in CheckKind:
        run = runs.get(kind)
        since = run.finished_at if run else opened
        late = since is not None and now - since > LATE
        found[kind] = Standing(run, late)
    return found


def settle(actor: Actor, *, frozen: UUID, reason: str) -> Outcome:
    """Free a row that says again what the ledger says. Raises ActionError while it still differs."""
    actor.require("object.settle")
    needed(reason)
    return perform(
        actor,
        lambda act: _settle(act, frozen, reason, "agrees"),
        verb="object.settle",
        despite_freeze=True,
    )


def repair(actor: Actor, *, frozen: UUID, reason: str) -> Outcome:
    """Set a frozen row back to what the ledger says, and free it: an added row goes, a missing one comes.

    Raises ActionError for what cannot be set back from here: a row of a table that is only ever added to, or
    a missing one of which the ledger does not tell enough.
    """
    actor.require("object.settle")
    needed(reason)

    def work(act: Act) -> Outcome:
        row = m.FrozenObject.objects.get(id=frozen)
        try:
            with transaction.atomic():
                _set_back(_table_of(row), row.object)
        except (DatabaseError, TypeError, ValueError) as error:
            raise ActionError(
                Text(
                    en=f"This row cannot be set back from here ({str(error).splitlines()[0]}). "
                    "The owner of the database must do it; then settle it.",
                    zh=f"此行无法在此恢复（{str(error).splitlines()[0]}）。"
                    "须由数据库所有者恢复，然后再解除冻结。",
                )
            ) from error
        return _settle(act, frozen, reason, "repaired")

    return perform(actor, work, verb="object.settle", despite_freeze=True)


def told(difference: Difference, *, values: bool = True) -> str:
    """Return a difference as one line for an operator; without ``values`` nothing of a person is in it."""
    d = difference
    where = f"{d.table} {d.id}"
    if d.column == "*":
        return f"{where}: " + ("the row is missing" if d.ledger else "the ledger knows no such row")
    if not values:
        return f"{where}, {d.column}"
    return f"{where}, {d.column}: the ledger says {_text(d.ledger)}, the table {_text(d.database)}"


def newest_run(kind: CheckKind) -> m.CheckRun | None:
    """Return the newest check of a kind."""
    return m.CheckRun.objects.filter(kind=kind).first()


def _opened_at() -> dt.datetime | None:
    """Return when the installation was set up: when its own system was registered."""
    return Site.objects.values_list("system__created_at", flat=True).first()


def _is_due(run: m.CheckRun | None, now: dt.datetime) -> bool:
    """Once a night; by day only what was missed."""
    if run is None:
        return True
    age = now - run.started_at
    zone = Site.objects.values_list("time_zone", flat=True).first() or "UTC"
    return age > MISSED or (age > EVERY and now.astimezone(ZoneInfo(zone)).hour in NIGHT)


@contextmanager
def _alone() -> Iterator[bool]:
    """Keep other workers out; a killed one keeps them out no longer than a check may take."""
    mine = cache.add("full_checks", "running", LONGEST.total_seconds())
    try:
        yield mine
    finally:
        if mine:
            cache.delete("full_checks")


# --- comparing ---


def _compare(compared: Compared, progress: Progress) -> None:
    """One moment of the database: entries and tables as they stood when the check began."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        known = {(row.table, row.object) for row in frozen.open_ones()}
        reads = count(1)
        for share in by_shares(lambda: _counted(compared, progress, next(reads)), ROWS):
            for difference in compare(share):
                _note(compared, share, difference, known)


def _note(
    compared: Compared, share: Share, difference: Difference, known: Collection[tuple[str, str]]
) -> None:
    """Keep a difference of a row that is to be frozen, as long as those rows are few; of a row that is frozen
    already, to tell it again."""
    compared.count += 1
    key = difference.table, difference.id
    if key in known:
        if len(compared.differences) < DIFFERING:
            compared.differences.append(difference)
    elif key in compared.told or len(compared.told) < DIFFERING:
        compared.differences.append(difference)
        compared.told[key] = share.rows[BY_TABLE[difference.table]].get(difference.id, {})
    else:
        compared.more += 1


def _counted(compared: Compared, progress: Progress, reading: int) -> Iterator[Any]:
    for read, entry in enumerate(record.history(), 1):
        yield entry
        if reading == 1:
            compared.entries = read
        progress(read)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


# --- freezing and settling ---


def _freeze(rows: Sequence[list[Difference]], compared: Compared) -> list[UUID]:
    """Freeze rows that are not frozen yet, each with an entry; return what is frozen now."""

    def work(act: Act) -> Outcome:
        open_now = {(row.table, row.object) for row in frozen.open_ones()}
        new = [found for found in rows if (found[0].table, found[0].id) not in open_now]
        made = [_freeze_one(act, found, compared) for found in new]
        return Outcome("done", made[0].entry if made else act.id, [row.id for row in made])

    return list(perform(Actor.setup(), work, despite_freeze=True).object)


def _freeze_one(act: Act, found: Sequence[Difference], compared: Compared) -> m.FrozenObject:
    table, id = found[0].table, found[0].id
    model = BY_TABLE[table]
    stored = model._default_manager.filter(pk=id).values("pk", *frozen.stands_for(model)).first() or {}
    held = frozen.holds(model, id, compared.told.get((table, id), {}), stored)
    if compared.more:  # rows that differ are not frozen one by one: nothing may rest on any
        held = [frozen.EVERYTHING]
    row = m.FrozenObject(id=m.new_id(), table=table, object=id, holds=held, columns=[d.column for d in found])
    row.entry = act.record(
        ObjectFrozen(
            frozen=str(row.id),
            table=table,
            object=id,
            holds=held,
            columns=row.columns,
            ledger={d.column: _text(d.ledger) for d in found},
            database={d.column: _text(d.database) for d in found},
        ),
        SYSTEM_STREAM,
    )
    row.save(force_insert=True)
    return row


def _table_of(row: m.FrozenObject) -> type[Any]:
    """Return the table of a frozen record. Raises ActionError for a note that stands in no entry."""
    if single.told(m.FrozenObject, str(row.id)) is None:
        raise ActionError(
            Text(
                en="This note of a frozen record stands in no entry, so it was put in past the ledger. The "
                "next full check finds it; then have it removed: manage.py custody_fsck --repair.",
                zh="此冻结记录在账本中没有条目，系绕过账本写入。下次全面核对会发现它；"
                "届时请运行 manage.py custody_fsck --repair 删除。",
            )
        )
    return BY_TABLE[row.table]


def _settle(act: Act, id: UUID, reason: str, how: str) -> Outcome:
    locking.update("frozen", [id])
    row = m.FrozenObject.objects.get(id=id)
    if row.settled_entry is not None:
        return Outcome("done", row.settled_entry, row)
    still = single.differing(_table_of(row), row.object)
    if still:
        columns = ", ".join(d.column for d in still)
        raise ActionError(
            Text(
                en=f"It still does not say what the ledger says: {columns}. Put the row right first, "
                "or have it set back: manage.py custody_fsck --repair.",
                zh=f"仍与账本不符：{columns}。请先恢复该行，或运行 manage.py custody_fsck --repair 恢复。",
            )
        )
    row.entry = row.settled_entry = act.record(
        ObjectSettled(frozen=str(id), table=row.table, object=row.object, how=how, reason=reason),
        SYSTEM_STREAM,
    )
    row.save()
    return Outcome("done", row.entry, row)


def _set_back(model: type[Any], id: str) -> None:
    told_row, rows = single.told(model, id), single.stored(model, id)
    if told_row is None:
        rows.delete()
    elif rows.exists():
        rows.update(**told_row)
    else:
        model._default_manager.create(pk=id, **told_row)


def _keep(
    kind: CheckKind, started: dt.datetime, verdict: CheckVerdict, count: int, lines: Iterable[str]
) -> None:
    """Keep a run; faults are an entry as well. A record that fails is told, and takes nothing else down."""
    first = [line for line in list(lines)[:TOLD] if line]

    def work(act: Act) -> Outcome:
        entry = None
        if verdict is CheckVerdict.BAD:
            event = FsckFailed(check=str(kind), count=count, faults=[line[:500] for line in first])
            entry = act.record(event, SYSTEM_STREAM)
        run = m.CheckRun.objects.create(
            kind=kind,
            verdict=verdict,
            started_at=started,
            finished_at=timezone.now(),
            faults=count,
            summary="\n".join(first),
            entry=entry,
        )
        return Outcome("done", entry or act.id, run)

    try:
        perform(Actor.setup(), work, despite_freeze=True)
    except (DatabaseError, ActionError):
        logger.critical(
            "a full check (%s: %s) could not be recorded: %s", kind, verdict, first, exc_info=True
        )
