"""Erasing what is known about a human: ledger, tables, drafts and notices in one transaction, then the files.

The proofs stay: a digest remains in its leaf, and the entry that orders the erasure names it. Rows get the
blank that :mod:`custody.blanks` says, which is also what the entries tell from then on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction
from django.db.models import Model, Q

from custody import models as m
from custody import record
from custody.apply import TABLES, rebuild
from custody.compare import compare
from custody.events.erasure import ErasureRefused, FieldsErased, PersonErased
from custody.record import SYSTEM_STREAM
from custody.reports import files
from custody.reports.attachments import read_attachments
from custody.terms import ReportState, Text
from ledger import erase as ledger

from .base import ActionError, Edited, installation_act
from .forgetting import forget_beside, remove_withdrawn

ERASER = "eraser"
ErasureError = ledger.LogError
ERASABLE = {
    "custody_person": {"name", "staff_number", "citizenships"},
    "custody_party": {"name", "other_name"},
    "custody_user": {"username"},
    "custody_apikey": {"name"},
    "custody_report": {"state", "entry"},
}
"""The columns in which an erasure may change what a table says."""
NOT_ERASED = Text(
    en="Nothing was erased; find out why first.",
    zh="未作任何删除，请先查明原因。",
)
_KINDS = ("person.registered/", "person.corrected/", "sign_in.given/", "key.issued/")


@dataclass(slots=True)
class Erasure:
    """What was erased, or would be."""

    values: list[ledger.Target]
    reports: list[str] = field(default_factory=list)
    entry: UUID | None = None
    rows: int = 0


def erase_fields(
    entry: UUID, names: Sequence[str], *, really: bool, reason: str = "", ordered_by: str = ""
) -> Erasure:
    """Give up personal values of one entry. Raises ActionError for a name that is not there or is kept."""
    with _refused_when_held(really, reason, ordered_by, str(entry), names), _one_moment(really):
        return _erase_fields(entry, names, reason, ordered_by)


def _erase_fields(entry: UUID, names: Sequence[str], reason: str, ordered_by: str) -> Erasure:
    found = {target.name: target for target in ledger.fields_of([entry])}
    missing = sorted(set(names) - found.keys())
    if missing or not names:
        raise ActionError(
            Text(
                en=f"Entry {entry} has no personal value to erase under: {', '.join(missing)}. "
                f"It has: {', '.join(sorted(found)) or '-'}.",
                zh=f"条目 {entry} 中没有可删除的个人信息：{'、'.join(missing)}。"
                f"现有：{'、'.join(sorted(found)) or '-'}。",
            )
        )
    targets = [found[name] for name in sorted(set(names))]
    _no_hold(_persons_of(record.values_of(entry, ERASER), names))

    def order(reports: list[str]) -> FieldsErased:
        return FieldsErased(
            entry_erased=str(entry),
            names=[t.name for t in targets],
            erases=[t.digest for t in targets],
            reports=reports,
            reason=reason,
            ordered_by=ordered_by,
        )

    return _erase(targets, order)


def erase_person(person: UUID, *, really: bool, reason: str = "", ordered_by: str = "") -> Erasure:
    """Give up every personal value about a person, and end their sign-ins. Raises ActionError."""
    with _refused_when_held(really, reason, ordered_by), _one_moment(really):
        return _erase_person(person, reason, ordered_by)


def _erase_person(person: UUID, reason: str, ordered_by: str) -> Erasure:
    if not m.Person.objects.using(ERASER).filter(id=person).exists():
        raise ActionError(Text(en="There is no such person.", zh="没有此人员。"))
    _no_hold({str(person)})
    users = m.User.objects.using(ERASER).filter(person=person)
    keys = m.ApiKey.objects.using(ERASER).filter(user__in=users)
    ids = {str(person), *(str(row.pk) for rows in (users, keys) for row in rows)}
    entries = [entry.id for entry in record.history(ERASER) if _tells_of(entry.values, ids)]
    targets = [*ledger.fields_of(entries), *ledger.fields_called(f"{record.FACTS_PREFIX}person:{person}")]
    if not targets:
        raise ActionError(
            Text(en="Everything about this person is erased already.", zh="此人员的个人信息已全部删除。")
        )

    def order(reports: list[str]) -> PersonErased:
        return PersonErased(
            person=str(person),
            erases=[t.digest for t in targets],
            reports=reports,
            reason=reason,
            ordered_by=ordered_by,
        )

    return _erase(targets, order, person)


def _tells_of(values: Any, ids: set[str]) -> bool:
    """Whether an entry's personal values are about a person: who they are, or a row of theirs frozen."""
    kind = str(values["kind"])
    if kind.startswith("object.frozen/"):
        return values["object"] in ids
    return kind.startswith(_KINDS) and any(values.get(name) in ids for name in ("person", "user"))


class _HeldError(Exception):
    """A legal hold stands on a person."""

    def __init__(self, person: str, hold: UUID) -> None:
        self.person, self.hold = person, hold


def _no_hold(persons: set[str]) -> None:
    """Raise _HeldError when a hold stands on one of these persons."""
    held = m.Person.objects.using(ERASER).filter(id__in=persons, hold__isnull=False).order_by("id").first()
    if held is not None and held.hold is not None:
        raise _HeldError(str(held.id), held.hold)


def _persons_of(values: Any, names: Sequence[str]) -> set[str]:
    """Return the ids of the persons whom some values of an entry are about."""
    facts = f"{record.FACTS_PREFIX}person:"
    ids = {name.removeprefix(facts) for name in names if name.startswith(facts)}
    ids |= {str(values[name]) for name in ("person", "user", "object") if values.get(name)}
    users = m.User.objects.using(ERASER).filter(Q(id__in=ids) | Q(api_keys__in=ids))
    return ids | {str(person) for person in users.values_list("person", flat=True)}


@contextmanager
def _refused_when_held(
    really: bool, reason: str, ordered_by: str, entry: str = "", names: Sequence[str] = ()
) -> Iterator[None]:
    """Turn a hold into an ActionError; that a real order was refused is recorded on its own."""
    try:
        yield
    except _HeldError as held:
        if really:
            with transaction.atomic(using=ERASER, durable=True):
                act = installation_act(ERASER)
                act.record(
                    ErasureRefused(
                        person=held.person,
                        hold=str(held.hold),
                        entry_asked=entry,
                        names=sorted(set(names)),
                        reason=reason,
                        ordered_by=ordered_by,
                    ),
                    SYSTEM_STREAM,
                )
                record.append(act.drafts, ERASER)
        raise ActionError(
            Text(
                en=f"A legal hold stands on this person (entry {held.hold}). Nothing was erased.",
                zh=f"此人员处于法定保全中（条目 {held.hold}）。未作任何删除。",
            )
        ) from held


def finish(seconds: float = 0) -> tuple[int, list[str]]:
    """Do what the transaction cannot, now or after a kill: files of withdrawn reports, and the journal.

    Return how many entries the journal still tells although they are erased (a sealer works and has not done
    it within these seconds, or the log is frozen), and the names of the files that were removed.
    """
    removed = remove_withdrawn(ERASER)
    return ledger.finish_journal(seconds), removed


@contextmanager
def _one_moment(really: bool) -> Iterator[None]:
    """One transaction that sees one moment of the database: what others commit meanwhile undoes it."""
    with transaction.atomic(using=ERASER, durable=True):
        with connections[ERASER].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
        if not really:
            transaction.set_rollback(True, using=ERASER)


def _erase(targets: list[ledger.Target], order: Any, person: UUID | None = None) -> Erasure:
    if not all(target.sealed for target in targets):
        raise ActionError(
            Text(
                en="Some of this is not sealed yet. Wait until the sealer has caught up, then try again.",
                zh="部分内容尚未固化。请待固化程序完成后再试。",
            )
        )
    _hold_reports()
    for difference in compare(rebuild(record.history(ERASER)), ERASER):
        raise Edited(difference, NOT_ERASED)
    done = Erasure(targets, [str(row.id) for row in _holding(targets)])
    act = installation_act(ERASER)
    done.entry = act.record(order(done.reports), SYSTEM_STREAM)
    if person is not None:
        users = m.User.objects.using(ERASER).filter(person=person)
        forget_beside(person, list(users.values_list("id", flat=True)), ERASER)
    ledger.erase(act.drafts[0], targets)
    done.rows = _blank_rows()
    return done


def _hold_reports() -> None:
    """Let no report begin before the end. Raises ActionError while one is being built with these texts."""
    open_ones = m.Report.objects.using(ERASER).filter(
        state__in=[ReportState.REQUESTED, ReportState.BUILDING]
    )  # fmt: skip
    if any(row.state is ReportState.BUILDING for row in open_ones.select_for_update(nowait=True)):
        raise ActionError(
            Text(
                en="A report is being built. Wait until it is finished, then try again.",
                zh="有报告正在生成。请待其完成后再试。",
            )
        )


def _blank_rows() -> int:
    """Bring the rows to what the entries tell from now on; they told the same until now."""
    models = {model._meta.db_table: model for model in TABLES}
    moved: dict[tuple[type[Model], str], dict[str, Any]] = {}
    state = rebuild(record.history(ERASER))
    for difference in compare(state, ERASER):
        if difference.column not in ERASABLE.get(difference.table, ()):
            raise Edited(difference, NOT_ERASED)
        model = models[difference.table]
        told = state.rows[model][difference.id][difference.column]
        moved.setdefault((model, difference.id), {})[difference.column] = told
    for (model, id), columns in moved.items():
        model._base_manager.using(ERASER).filter(pk=id).update(**columns)
    return len(moved)


def _holding(targets: Sequence[ledger.Target]) -> Iterator[m.Report]:
    """Yield finished reports whose evidence discloses one of the texts; one that cannot be read counts."""
    texts = {target.text for target in targets}
    for row in m.Report.objects.using(ERASER).filter(state=ReportState.READY):
        path = files.built(Path(settings.REPORTS_DIR), row.file)
        if path is None:
            continue
        try:
            kept = read_attachments(path.read_bytes())
            disclosed = {
                text
                for name, raw in kept.items()
                if name.endswith(".holdfast-bundle.json")
                for text in json.loads(raw)["disclosures"].values()
            }
        except (ValueError, KeyError, AttributeError):
            disclosed = texts
        if texts & disclosed:
            yield row
