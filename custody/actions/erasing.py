"""Erasing what is known about a human: ledger, tables, drafts and notices in one transaction, then the files.

The proofs stay: a digest remains in its leaf, and the entry that orders the erasure names it. Rows get the
blank that :mod:`custody.blanks` says, which is also what the entries tell from then on. The ledger is read
once (:mod:`custody.actions.reading`), and after the order only the order itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction
from django.db.models import Q

from custody import events, record
from custody import models as m
from custody.apply import tell
from custody.compare import Difference, compare
from custody.events.erasure import ErasureRefused, ErasureTooEarly, FieldsErased, PersonErased
from custody.events.file import FileErased
from custody.record import SYSTEM_STREAM
from custody.reports import files
from custody.reports.attachments import read_attachments
from custody.terms import ReportState, Text
from ledger import erase as ledger

from .base import ActionError, Edited, database_now, installation_act
from .forgetting import forget_beside, remove_withdrawn
from .keeping import Kept, running
from .reading import GivesUp, Reading, read_ledger

ERASER = "eraser"
ErasureError = ledger.LogError
ERASABLE = {
    "custody_person": {
        *("name", "staff_number", "citizenships", "post", "vetting", "vetted_from", "vetted_to"),
        *("vetting_evidence", "trained_on", "training_evidence", "undertaking_on", "undertaking_evidence"),
        *("leaves_on", "leaving_evidence"),
    },
    "custody_party": {"name", "other_name"},
    "custody_partyname": {"name"},
    "custody_user": {"username"},
    "custody_apikey": {"name"},
    "custody_factor": {"name"},
    "custody_identity": {"subject"},
    "custody_report": {"state", "entry"},
    "custody_evidencefile": {"erased", "entry"},
}
"""The columns in which an erasure may change what a table says."""
NOT_ERASED = Text(
    en="Nothing was erased; find out why first.",
    zh="未作任何删除，请先查明原因。",
)
_KINDS = (
    *("person.registered/", "person.corrected/", "sign_in.given/", "key.issued/"),
    *("factor.enrolled/", "identity.proposed/", "identity.linked/", "identity.refused/"),
    *("person.vetted/", "person.trained/", "undertaking.signed/", "person.leaving/"),
)


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
    with _refused_when_kept(really, reason, ordered_by, str(entry), names), _one_moment(really):
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
    said = record.entry_of(entry, ERASER)
    persons = _persons_of(said.values, names)
    found_persons = _no_hold(persons)
    noun, _, id = said.stream_name.partition(":")
    reading = _read({*persons, id} if noun == "party" else persons, lambda e: names if e.id == entry else ())
    _no_period(reading, found_persons[0] if found_persons else None, id if noun == "project" else None)

    def order(reports: list[str]) -> FieldsErased:
        return FieldsErased(
            entry_erased=str(entry),
            names=[t.name for t in targets],
            erases=[t.digest for t in targets],
            reports=reports,
            reason=reason,
            ordered_by=ordered_by,
        )

    return _erase(targets, order, reading)


def erase_person(person: UUID, *, really: bool, reason: str = "", ordered_by: str = "") -> Erasure:
    """Give up every personal value about a person, and end their sign-ins. Raises ActionError."""
    with _refused_when_kept(really, reason, ordered_by), _one_moment(really):
        return _erase_person(person, reason, ordered_by)


def _erase_person(person: UUID, reason: str, ordered_by: str) -> Erasure:
    if not m.Person.objects.using(ERASER).filter(id=person).exists():
        raise ActionError(Text(en="There is no such person.", zh="没有此人员。"))
    _no_hold({str(person)})
    users = m.User.objects.using(ERASER).filter(person=person)
    keys = m.ApiKey.objects.using(ERASER).filter(user__in=users)
    factors = m.Factor.objects.using(ERASER).filter(user__in=users)
    accounts = m.Identity.objects.using(ERASER).filter(user__in=users)
    ids = {str(person), *(str(row.pk) for rows in (users, keys, factors, accounts) for row in rows)}
    reading = _read(ids, lambda entry: _told_of(entry.values, ids))
    _no_period(reading, str(person))
    facts = ledger.fields_called(f"{record.FACTS_PREFIX}person:{person}")
    targets = [*ledger.fields_of(reading.giving), *facts]
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

    return _erase(targets, order, reading, person)


def _told_of(values: Any, ids: set[str]) -> frozenset[str]:
    """Return the personal values of an entry that are about a person: who they are, or a row of theirs
    frozen."""
    kind = str(values["kind"])
    if kind.startswith("object.frozen/"):
        about = values["object"] in ids
    else:
        about = kind.startswith(_KINDS) and any(values.get(name) in ids for name in ("person", "user"))
    return events.KINDS[kind].personal if about else frozenset()


class _KeptError(Exception):
    """What was to be erased must be kept: why, and what is recorded of a real order."""

    def __init__(self, text: Text, event: Callable[..., Any]) -> None:
        self.text, self.event = text, event


def _read(ids: set[str], gives_up: GivesUp) -> Reading:
    """Read the ledger; no report may begin before the end. Raises ActionError where a table says something
    else."""
    _hold_reports()
    reading = read_ledger(ERASER, ids, gives_up)
    for difference in compare(reading.now, ERASER):
        raise Edited(difference, NOT_ERASED)
    return reading


def _no_period(reading: Reading, person: str | None, project: str | None = None) -> None:
    """Raise _KeptError while the keeping period of a regime runs."""
    kept = running(reading, database_now(ERASER), project)
    if kept is not None:
        raise _KeptError(kept.told, partial(_too_early, kept, person))


def _too_early(kept: Kept, person: str | None, **asked: Any) -> ErasureTooEarly:
    return ErasureTooEarly(
        person=person,
        project=kept.project,
        regime=kept.pack.id,
        pack_sha256=kept.pack.sha256,
        basis={"en": kept.basis.en, "zh": kept.basis.zh},
        counted_from=kept.since.isoformat(),
        free_from=kept.free.isoformat() if kept.free else None,
        **asked,
    )


def _no_hold(ids: set[str]) -> list[str]:
    """Return which ids are persons, and let no hold come until the end. Raise _KeptError where one stands."""
    rows = list(m.Person.objects.using(ERASER).filter(id__in=ids).order_by("id").select_for_update())
    held = next((row for row in rows if row.hold), None)
    if held is None:
        return [str(row.id) for row in rows]
    text = Text(
        en=f"A legal hold stands on this person (entry {held.hold}). Nothing was erased.",
        zh=f"此人员处于法定保全中（条目 {held.hold}）。未作任何删除。",
    )
    raise _KeptError(text, partial(ErasureRefused, person=str(held.id), hold=str(held.hold)))


def _persons_of(values: Any, names: Sequence[str]) -> set[str]:
    """Return the ids of the persons whom some values of an entry are about."""
    facts = f"{record.FACTS_PREFIX}person:"
    ids = {name.removeprefix(facts) for name in names if name.startswith(facts)}
    ids |= {str(values[name]) for name in ("person", "user", "object") if values.get(name)}
    users = m.User.objects.using(ERASER).filter(Q(id__in=ids) | Q(api_keys__in=ids))
    return ids | {str(person) for person in users.values_list("person", flat=True)}


@contextmanager
def _refused_when_kept(
    really: bool, reason: str, ordered_by: str, entry: str = "", names: Sequence[str] = ()
) -> Iterator[None]:
    """Turn a hold or a keeping period into an ActionError; that a real order was refused is recorded on its
    own."""
    try:
        yield
    except _KeptError as kept:
        if really:
            with transaction.atomic(using=ERASER, durable=True):
                act = installation_act(ERASER)
                refused = kept.event(
                    entry_asked=entry, names=sorted(set(names)), reason=reason, ordered_by=ordered_by
                )
                act.record(refused, SYSTEM_STREAM)
                record.append(act.drafts, ERASER)
        raise ActionError(kept.text) from kept


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


def _erase(targets: list[ledger.Target], order: Any, reading: Reading, person: UUID | None = None) -> Erasure:
    if not all(target.sealed for target in targets):
        raise ActionError(
            Text(
                en="Some of this is not sealed yet. Wait until the sealer has caught up, then try again.",
                zh="部分内容尚未固化。请待固化程序完成后再试。",
            )
        )
    done = Erasure(targets, [str(row.id) for row in _holding(targets)])
    act = installation_act(ERASER)
    done.entry = act.record(order(done.reports), SYSTEM_STREAM)
    gone: list[UUID] = []
    if person is not None:
        users = m.User.objects.using(ERASER).filter(person=person)
        gone = _files_of(act, person, order(done.reports))
        forget_beside(person, list(users.values_list("id", flat=True)), ERASER)
    ledger.erase(act.drafts[0], targets)
    record.append(act.drafts[1:], ERASER)
    for told in (done.entry, *gone):
        tell(reading.then, record.entry_of(told, ERASER))
    done.rows = _blank_rows(reading)
    return done


def _files_of(act: Any, person: UUID, order: PersonErased) -> list[UUID]:
    """Record that files about a person are given up; return the entries."""
    rows = m.EvidenceFile.objects.using(ERASER).filter(
        what__in=m.ABOUT_A_PERSON, subject=person, erased=False
    )
    return [
        act.record(
            FileErased(file=str(row.id), reason=order.reason, ordered_by=order.ordered_by), SYSTEM_STREAM
        )
        for row in rows.order_by("id")
    ]


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


def _blank_rows(reading: Reading) -> int:
    """Bring the rows to what the entries tell from now on; they told the same as the rows until now."""
    count = 0
    for model, rows in reading.then.rows.items():
        for id, row in rows.items():
            now = reading.now.rows[model][id]
            moved = {column: told for column, told in row.items() if told != now[column]}
            for column in moved.keys() - ERASABLE.get(model._meta.db_table, set()):
                found = Difference(model._meta.db_table, id, column, moved[column], now[column])
                raise Edited(found, NOT_ERASED)
            if moved:
                model._base_manager.using(ERASER).filter(pk=id).update(**moved)
                count += 1
    return count


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
