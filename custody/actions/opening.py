"""Opening registers: a file is read as a dry run, its columns are named, and only then it may be entered.

Reading enters nothing of what the register says: the entry tells that a file with this SHA-256 was read, and
how.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.events import opening as events
from custody.importers.problem import ImportFileError
from custody.importers.register_columns import FIELDS, guessed, headings_at, lacking
from custody.importers.register_sheet import Sheet, SheetRow, read
from custody.terms import LineState, ProjectState, RegisterKind, RegisterState, Text
from custody.transitions import REGISTER, move

from . import locking, opening_lines, opening_subcontracts
from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered
from .opening_lines import Read

JUDGED: dict[RegisterKind, Callable[..., Sequence[Read]]] = {
    RegisterKind.COPIES: opening_lines.judged,
    RegisterKind.SUBCONTRACTS: opening_subcontracts.judged,
}
MOST_SUBCONTRACTS = 500
"""Lines of one register of subcontracts: each is judged by all rules, and asked for by itself."""


@entered(m.OpeningRegister, needed=("name",))
def open_register(
    actor: Actor,
    *,
    project: UUID,
    name: str,
    content: bytes,
    filename: str,
    kind: RegisterKind = RegisterKind.COPIES,
    mapping: Mapping[str, int] | None = None,
) -> Outcome:
    """Read an old register's file; ``mapping`` is guessed from its headings where none is given. Object: the
    register, in its dry run.

    Raises ActionError for a file that cannot be read, one that was read before, and a project that is closed.
    """
    row = m.Project.objects.get(id=project)
    actor.require("register.open", owner=row.owner_party_id)
    sheet = _read(content, filename)
    at = headings_at(sheet.rows, kind)
    headings = list(sheet.rows[at].cells)
    asked = guessed(headings, kind) if mapping is None else mapping
    columns = _mapping(asked, headings, kind, given=mapping is not None)
    rows = sheet.rows[at + 1 :]
    if not rows:
        raise ActionError(
            Text(en="This file has no line below its headings.", zh="文件在表头之下没有任何行。"), "file"
        )

    if kind is RegisterKind.SUBCONTRACTS and len(rows) > MOST_SUBCONTRACTS:
        raise ActionError(
            Text(
                en=f"This file has more than {MOST_SUBCONTRACTS} subcontracts. Split it: the upper "
                "ones first.",
                zh=f"文件超过{MOST_SUBCONTRACTS}项分包，请拆分，上级分包在前。",
            ),
            "file",
        )

    def work(act: Act) -> Outcome:
        locking.update("project", [project])
        _open(project)
        earlier = m.OpeningRegister.objects.filter(project=project, sha256=sheet.sha256)
        if found := earlier.exclude(state=RegisterState.WITHDRAWN).first():
            raise ActionError(
                Text(
                    en=f"This very file was read before, as “{found.name}”. Nothing is entered twice.",
                    zh=f"同一文件此前已作为“{found.name}”读入，不会重复登记。",
                ),
                "file",
            )
        made = m.OpeningRegister(
            id=m.new_id(),
            project=row,
            kind=kind,
            name=name,
            sha256=sheet.sha256,
            headings=headings,
            mapping=columns,
            from_1904=sheet.from_1904,
            lines_read=len(rows),
            opened_by_id=actor.human(),
        )
        made.entry = act.record(
            events.RegisterOpenedAs(
                register=str(made.id),
                register_kind=str(kind),
                project=str(project),
                name=name,
                sha256=sheet.sha256,
                lines=len(rows),
                headings=headings,
                mapping=columns,
                from_1904=sheet.from_1904,
                person=str(made.opened_by_id),
            ),
            row.stream,
            on_behalf_of=row.owner_party_id,
        )
        made.save(force_insert=True)
        today = regimes.today(row.regime, act.now)
        judged = JUDGED[kind](row, rows, columns, today, from_1904=sheet.from_1904, width=len(headings))
        _keep(made, judged)
        return Outcome("done", made.entry, made)

    return perform(actor, work, verb="register.open")


def map_columns(actor: Actor, *, register: UUID, mapping: Mapping[str, int]) -> Outcome:
    """Say which column tells what, and judge every line anew, also where the mapping stays as it is: what
    was registered since counts. Object: the register."""
    found = m.OpeningRegister.objects.select_related("project").get(id=register)
    actor.require("register.map", owner=found.project.owner_party_id)

    def work(act: Act) -> Outcome:
        locking.together(("update", "project", [found.project_id]), ("update", "register", [register]))
        row = m.OpeningRegister.objects.select_related("project").get(id=register)
        act.unchanged(row)
        row.state = move(REGISTER, row.state, "map")
        row.mapping = _mapping(mapping, row.headings, row.kind, given=True)
        row.entry = act.record(
            events.RegisterMapped(register=str(register), mapping=row.mapping, person=str(actor.human())),
            row.project.stream,
            on_behalf_of=row.project.owner_party_id,
        )
        row.save()
        lines = judge_again(row, act.now)
        row.lines.all().delete()
        _keep(row, lines)
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="register.map")


@entered(m.OpeningRegister, needed=("reason",))
def withdraw(actor: Actor, *, register: UUID, reason: str) -> Outcome:
    """Call a register off of which nothing is entered; what was read of it is forgotten."""
    found = m.OpeningRegister.objects.select_related("project").get(id=register)
    actor.require("register.withdraw", owner=found.project.owner_party_id)

    def work(act: Act) -> Outcome:
        locking.together(("update", "project", [found.project_id]), ("update", "register", [register]))
        row = m.OpeningRegister.objects.select_related("project").get(id=register)
        act.unchanged(row)
        row.state, row.reason = move(REGISTER, row.state, "withdraw"), reason
        row.entry = act.record(
            events.RegisterWithdrawn(register=str(register), reason=reason, person=str(actor.human())),
            row.project.stream,
            on_behalf_of=row.project.owner_party_id,
        )
        row.save()
        row.lines.all().delete()
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="register.withdraw")


def judge_again(row: m.OpeningRegister, now: dt.datetime) -> Sequence[Any]:
    """Return the lines of a register as they are judged now, from the cells that were read."""
    kept = row.lines.order_by("place").values_list("sheet", "row", "cells")
    rows = [SheetRow(sheet, number, tuple(cells)) for sheet, number, cells in kept]
    today = regimes.today(row.project.regime, now)
    return JUDGED[row.kind](
        row.project, rows, row.mapping, today, from_1904=row.from_1904, width=len(row.headings)
    )


def counts(row: m.OpeningRegister) -> dict[LineState, int]:
    """Return how many lines of a register stand how; those of which there are none are 0."""
    found = dict.fromkeys(LineState, 0)
    for state in row.lines.values_list("state", flat=True):
        found[state] += 1
    return found


def _read(content: bytes, filename: str) -> Sheet:
    try:
        return read(content, filename)
    except ImportFileError as error:
        raise ActionError(error.text, "file") from error


def _open(project: UUID) -> None:
    if m.Project.objects.get(id=project).state is not ProjectState.OPEN:
        raise ActionError(Text(en="This project is closed.", zh="该项目已结束。"), "project")


def _mapping(
    mapping: Mapping[str, int], headings: Sequence[str], kind: RegisterKind, *, given: bool
) -> dict[str, int]:
    """Return a mapping that fits the headings. Raises ActionError for what is no field or column, for a
    column that is to tell two things, and, where somebody gave it, for one that lacks what a line needs."""
    bad = [
        name
        for name, column in mapping.items()
        if name not in map(str, FIELDS[kind]) or not 0 <= column < len(headings)
    ]
    if bad or len(set(mapping.values())) < len(mapping):
        raise ActionError(
            Text(en="Name for each field one column of its own.", zh="请为每个字段指定各自的一列。"),
            "mapping",
        )
    if given and (left := lacking(mapping, kind)):
        raise ActionError(
            Text(
                en=f"Say which column holds: {', '.join(one.text.en for one in left)}.",
                zh=f"请指明以下内容所在的列：{'、'.join(one.text.zh for one in left)}。",
            ),
            "mapping",
        )
    return dict(sorted(mapping.items()))


def _keep(row: m.OpeningRegister, lines: Sequence[Read]) -> None:
    m.OpeningLine.objects.bulk_create(
        (
            m.OpeningLine(
                register=row,
                place=line.place,
                sheet=line.read.page,
                row=line.read.line,
                page=line.page,
                line=line.line,
                number=line.number,
                cells=list(line.read.cells),
                state=line.state,
                problems=line.problems,
            )
            for line in lines
        ),
        batch_size=1000,
    )
