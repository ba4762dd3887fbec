"""Entering an old register: its readable lines become items and copies, or requests for subcontracts, taken
over and not yet confirmed.

One act enters all lines that can be read, and nothing of the others. No rule refuses it: the copies are
there, whatever the rules say. What the rules would have barred is asked of everything that was taken over, on
one reading of the database, and stands as findings with a day.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from django.db import connection

from custody import gather, regimes
from custody import models as m
from custody.codes import copy_code
from custody.events import opening as events
from custody.events.project import ItemEnteredWithArea
from custody.terms import Had, LineState, RegisterKind, Source, Text
from custody.transitions import REGISTER, move

from . import locking, opening_hops
from .base import Act, ActionError, Actor, Outcome, perform
from .correcting import plain
from .items import COLUMNS
from .opening import judge_again
from .opening_lines import Line, Read
from .opening_rules import Told, found
from .projects import NOTHING_KNOWN, commitment
from .recalling import Asked, keep

T = TypeVar("T")
PER_ENTRY = 200
LATEST = 366
"""Days within which findings are to be settled at most."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A line with what it became."""

    line: Line
    copy: m.Copy
    row: m.TakenOver


def enter(actor: Actor, *, register: UUID, due: dt.date) -> Outcome:
    """Enter every line of a register that can be read; what breaks a rule is to be settled by ``due``.
    Object: the register.

    Raises ActionError where no line can be entered, and for a day that is past or over a year ahead.
    """
    asked = m.OpeningRegister.objects.select_related("project").get(id=register)
    project = asked.project
    actor.require("register.enter", owner=project.owner_party_id)

    def work(act: Act) -> Outcome:
        today = regimes.today(project.regime, act.now)
        if not today < due <= today + dt.timedelta(days=LATEST):
            raise ActionError(
                Text(en="Give a day from tomorrow to a year ahead.", zh="请填写明日起一年以内的日期。"), "due"
            )
        if asked.kind is RegisterKind.SUBCONTRACTS:
            opening_hops.lock(asked, judge_again(asked, act.now), today)
        else:
            _lock(project, register, today)
        row = m.OpeningRegister.objects.select_related("project").get(id=register)
        act.unchanged(row)
        row.state = move(REGISTER, row.state, "enter")
        lines = judge_again(row, act.now)
        ready = [line for line in lines if line.state is LineState.READABLE]
        if not ready:
            raise ActionError(Text(en="No line of it can be entered.", zh="没有可登记的行。"))
        if row.kind is RegisterKind.SUBCONTRACTS:
            told = opening_hops.ask(act, row, ready, due, today)
        else:
            items = _items(act, row, ready)
            taken = _copies(act, row, ready, items)
            _loans(act, row, taken)
            told = found(row.project, today, taken_over=[(one.copy, one.line) for one in taken])
        _findings(act, row, told, due)
        row.due, row.entered, row.left_out = due, len(ready), len(lines) - len(ready)
        row.entry = act.record(
            events.RegisterEntered(
                register=str(row.id),
                project=str(project.id),
                entered=row.entered,
                left_out=row.left_out,
                findings=len(told),
                due=due.isoformat(),
                person=str(actor.human()),
            ),
            project.stream,
            on_behalf_of=project.owner_party_id,
        )
        row.save()
        _note(row, lines)
        return Outcome("done", row.entry, row)

    return perform(replace(actor, source=Source.REGISTER), work, verb="register.enter")


def _lock(project: m.Project, register: UUID, today: dt.date) -> None:
    """Keep the project for this act alone, and the register; everything that names are looked up in is read
    after it."""
    parties = gather.path_parties(project, ())
    locking.together(
        ("share", "party", gather.with_controllers(parties, today)),
        ("update", "project", [project.id]),
        ("update", "register", [register]),
    )


def _items(act: Act, row: m.OpeningRegister, lines: Sequence[Line]) -> dict[str, m.Item]:
    """Return the items of the lines by codename; those that are not registered yet are, with nothing known of
    their classification but the level."""
    known = {item.codename: item for item in m.Item.objects.filter(project=row.project)}
    made = []
    for line in lines:
        if line.item in known:
            continue
        item = m.Item(
            id=m.new_id(), project=row.project, codename=line.item, level=line.level, sha256="",
            **NOTHING_KNOWN.columns(),
        )  # fmt: skip
        item.entry = act.record(
            ItemEnteredWithArea(
                item=str(item.id),
                project=str(row.project_id),
                codename=item.codename,
                level=item.level,
                sha256="",
                **{
                    name: plain(getattr(item, column))
                    for name, column in COLUMNS.items()
                    if name != "subjects"
                },
            ),
            row.project.stream,
            on_behalf_of=row.project.owner_party_id,
        )
        known[line.item] = item
        made.append(item)
    m.Item.objects.bulk_create(made, batch_size=1000)
    return known


def _copies(act: Act, row: m.OpeningRegister, lines: Sequence[Line], items: dict[str, m.Item]) -> list[Taken]:
    """Number and save the copies of the lines, at most 200 to an entry."""
    last: dict[UUID, int] = {}
    for item, number in m.Copy.objects.filter(item__project=row.project).values_list("item", "number"):
        last[item] = max(number, last.get(item, 0))
    codes = _codes(len(lines))
    found: list[Taken] = []
    for part in _parts(lines):
        entry = m.new_id()
        taken = []
        for line in part:
            item = items[line.item]
            number = last[item.id] = last.get(item.id, 0) + 1
            copy = m.Copy(
                id=m.new_id(),
                entry=entry,
                item=item,
                number=number,
                code=next(codes),
                custodian_party_id=line.holder or row.project.owner_party_id,
                custodian_person_id=line.person,
                system_id=line.system,
                tag_key=secrets.token_bytes(32),
                unconfirmed=entry,
            )
            mark = m.TakenOver(
                id=m.new_id(), entry=entry, register=row, copy=copy, number=line.number, page=line.page,
                line=line.line, since=line.since,
            )  # fmt: skip
            taken.append(Taken(line, copy, mark))
        act.record(
            events.CopiesTakenOver(
                register=str(row.id),
                project=str(row.project_id),
                name=row.name,
                copies=[_told(one) for one in taken],
            ),
            row.project.stream,
            on_behalf_of=row.project.owner_party_id,
            copy_keys=[one.copy.tag_key for one in taken],
            entry=entry,
        )
        found += taken
    m.Copy.objects.bulk_create([one.copy for one in found], batch_size=1000)
    m.TakenOver.objects.bulk_create([one.row for one in found], batch_size=1000)
    m.Holding.objects.bulk_create([_holding(row, one.copy) for one in found], batch_size=1000)
    return found


def _loans(act: Act, row: m.OpeningRegister, taken: Sequence[Taken]) -> None:
    """Ask each holder for what is lent, by the day that stands there: from then on it is overdue as any
    other. What a person of the owner has on loan is to be handed over by that person."""
    lent: dict[tuple[dt.date, UUID | None], list[UUID]] = defaultdict(list)
    for one in taken:
        if one.line.back:
            inside = one.copy.custodian_party_id == row.project.owner_party_id
            lent[one.line.back, one.copy.custodian_person_id if inside else None].append(one.copy.id)
    for (back, person), copies in sorted(lent.items(), key=lambda each: (each[0][0], str(each[0][1]))):
        reason = f"Day of return in the old register “{row.name}” 旧登记簿“{row.name}”所载归还期限"
        asked = Asked(reason, back, act.actor.human(), leaver=person)
        keep(act, m.Copy.objects.filter(id__in=copies), asked)


def _told(one: Taken) -> dict[str, str | int | None]:
    copy, line = one.copy, one.line
    return {
        "copy": str(copy.id),
        "item": str(copy.item_id),
        "number": copy.number,
        "code": copy.code,
        "key_commitment": commitment(copy.tag_key),
        "custodian_party": str(copy.custodian_party_id),
        "custodian_person": str(copy.custodian_person_id) if copy.custodian_person_id else None,
        "system": str(copy.system_id) if copy.system_id else None,
        "taken": str(one.row.id),
        "old_number": line.number,
        "page": line.page,
        "line": line.line,
        "since": line.since.isoformat() if line.since else None,
    }


def _holding(row: m.OpeningRegister, copy: m.Copy) -> m.Holding:
    return m.Holding(
        id=m.holding_id(copy.id, copy.entry),
        entry=copy.entry,
        project_id=row.project_id,
        copy=copy,
        how=Had.KEPT,
        party_id=copy.custodian_party_id,
        person_id=copy.custodian_person_id,
        system_id=copy.system_id,
    )


def _findings(act: Act, row: m.OpeningRegister, told: Sequence[Told], due: dt.date) -> None:
    made = []
    for part in _parts(told):
        rows = [one.row(row, due) for one in part]
        entry = act.record(
            events.RegisterFoundOf(
                register=str(row.id),
                project=str(row.project_id),
                due=due.isoformat(),
                findings=[one.to_json() for one in rows],
            ),
            row.project.stream,
            on_behalf_of=row.project.owner_party_id,
        )
        for one in rows:
            one.entry = entry
        made += rows
    m.OpeningFinding.objects.bulk_create(made, batch_size=1000)


def _note(row: m.OpeningRegister, lines: Sequence[Read]) -> None:
    """Say of each line what became of it; what was read of those that are entered stands in the entries."""
    kept = {line.place: line for line in row.lines.all()}
    for line in lines:
        one = kept[line.place]
        entered = line.state is LineState.READABLE
        one.state = LineState.ENTERED if entered else line.state
        one.problems = line.problems
    m.OpeningLine.objects.bulk_update(kept.values(), ["state", "problems"], batch_size=1000)


def _codes(count: int) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('custody_copy_code') FROM generate_series(1, %s)", [count])
        serials = sorted(row[0] for row in cursor.fetchall())
    return iter([copy_code(serial) for serial in serials])


def _parts(things: Sequence[T]) -> Iterable[Sequence[T]]:
    return (things[at : at + PER_ENTRY] for at in range(0, len(things), PER_ENTRY))
