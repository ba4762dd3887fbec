"""Objections of regulators: what was wrong, by when an answer was due, and what each side said."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Column, Flag, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.wording import fill, quoted
from custody.terms import ObjectionState, Text

_STATES = {
    "objection.lodged": (Shape.BANG, ObjectionState.OPEN),
    "objection.answered": (Shape.DOTS, ObjectionState.ANSWERED),
    "objection.sent_back": (Shape.BANG, ObjectionState.RETURNED),
    "objection.accepted": (Shape.CHECK, ObjectionState.SETTLED),
    "objection.withdrawn": (Shape.DASH, ObjectionState.WITHDRAWN),
}
_LATE = Text("after the day by which it was due", "已逾期")
_DUE = Text("Answer due by {day}", "答复期限 {day}")


@section(95, Text("Objections of regulators", "监管整改要求"))
def objections(account: Account) -> Sequence[Block]:
    """Each objection with all that was said; nothing where none was lodged."""
    found: dict[str, list[Record]] = {}
    for record in account.records:
        if record.name in _STATES:
            found.setdefault(str(record.get("objection")), []).append(record)
    if not found:
        return []
    return [
        Paragraph(
            Text(
                "What regulators found wrong, with the day by which the owner's side was to answer, every "
                "answer, and what became of it.",
                "监管人员指出的问题、答复期限、归属单位的各次答复及处理结果。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("Objection", "整改要求"), 2),
                Column(Text("What is wrong, legal basis", "问题及法律依据"), 4),
                Column(Text("What was said since", "此后的答复和意见"), 4.4),
                Column(Text("State", "状态"), 2),
            ),
            [_row(account, records) for records in found.values()],
        ),
    ]


def _row(account: Account, records: list[Record]) -> tuple[Value, ...]:
    first, names = records[0], account.names
    who = (names.of(first.get("authority"), first.at), names.of(first.get("lodged_by"), first.at))
    wrong: list[Words | Flag] = [quoted(first.get("text")), quoted(first.get("basis"))]
    wrong += [account.copies[copy].code for copy in first.get("copies") or () if copy in account.copies]
    said: list[Words | Flag] = []
    due = first.get("due")
    for record in records[1:]:
        person = record.get("answered_by") or record.get("sent_back_by") or record.get("ended_by")
        said += [record.at, names.of(person, record.at)]
        said += [quoted(words) for name in ("text", "reason", "remark") if (words := record.get(name))]
        if record.get("late"):
            said.append(Flag(Shape.BANG, _LATE))
        due = record.get("due") or due
    shape, state = _STATES[records[-1].name]
    return (
        Lines((str(first.get("number")), *who, first.at)),
        Lines(tuple(wrong)),
        Lines(tuple(said)) if said else "",
        Lines((Flag(shape, state.text), fill(_DUE, day=str(due)))),
    )
