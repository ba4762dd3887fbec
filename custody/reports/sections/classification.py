"""How items are classified: who proposed it, who determined it, level after level, what was withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Code, Column, Flag, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.wording import fill, label, level
from custody.terms import ItemState, ProposalKind, Subject, Text

_STATES = {str(state): state for state in ItemState}
_ENDED = {
    "item.sent_back": Text("Sent back by {name}", "{name} 退回"),
    "item.taken_back": Text("Taken back by {name}", "{name} 收回"),
}


@section(58, Text("Classification of items", "成果定密"))
def classification(account: Account) -> Sequence[Block]:
    """Nothing where no item was registered."""
    items: dict[str, list[Record]] = {}
    for record in account.project_records:
        if record.get("item") and record.name.startswith("item."):
            items.setdefault(str(record.get("item")), []).append(record)
    if not items:
        return []
    on_paper = {
        str(copy.get("item"))
        for record in account.project_records
        if record.name == "copies.taken_over"
        for copy in record.get("copies") or ()
    }
    return [
        Paragraph(
            Text(
                "One person proposes, and another determines, by the SHA-256 of all that was proposed. What "
                "was recorded before another person was asked for it stands as it was, and is named so.",
                "一人提出，另一人按拟办意见全部内容的 SHA-256 确定。"
                "实行两人定密之前登记的内容保持不变，并予注明。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("Item, level, subjects", "成果、密级、敏感领域"), 2.6),
                Column(Text("Standing", "状态"), 2.6),
                Column(Text("Proposed and determined", "提出与确定"), 6),
            ),
            [_item(account, item, records, on_paper) for item, records in items.items()],
        ),
    ]


def _item(account: Account, item: str, records: list[Record], on_paper: set[str]) -> tuple[Value, ...]:
    names = account.names
    now, state, by_two = "", ItemState.REGISTERED, False
    subjects: list[str] = []
    told: list[Words | Flag | Code] = []
    proposals: dict[str, Record] = {}
    for record in records:
        new = record.get("new") or {}
        now = str(record.get("level") or new.get("level") or now) if record.name != "item.proposed" else now
        by = names.of(record.get("person"), record.at)
        if record.get("kind") == "item.registered/4":
            state = ItemState.PROPOSED
        elif record.name == "item.proposed":
            proposals[str(record.get("proposal"))] = record
            told.append(_proposed(account, record))
        elif record.name == "item.determined":
            state = _STATES.get(str(record.get("state")), state)
            subjects = new.get("subjects", subjects)
            by_two = by_two or record.get("proposed") != ProposalKind.WITHDRAW
            told.append(Flag(Shape.CHECK, fill(Text("Determined by {name}", "{name} 确定"), name=by)))
            told += [record.at, Code(str(record.get("subject_sha256"))), str(record.get("reason"))]
        elif record.name in _ENDED:
            told.append(Flag(Shape.CROSS, fill(_ENDED[record.name], name=by)))
            told += [record.at, str(record.get("reason"))]
        elif record.name == "item.determination_barred":
            text = Text("{name} proposed it and was not let determine it", "{name} 为提出人，未获准自行确定")
            told += [Flag(Shape.CROSS, fill(text, name=by)), record.at]
    listed = [label(Subject, word) for word in subjects]
    return (
        Lines((names.of(item, records[-1].at), level(account, now), *listed)),
        Lines((label(ItemState, state), *_how(item, state, by_two, on_paper))),
        Lines(tuple(told)) if told else Text("no proposal", "无拟办意见"),
    )


def _proposed(account: Account, record: Record) -> Words:
    text = Text("{kind}: {level}, proposed by {name}, {basis}", "{kind}：{level}，{name} 提出，{basis}")
    basis = record.get("change_basis") or (record.get("values") or {}).get("basis") or record.get("reason")
    return fill(
        text,
        kind=label(ProposalKind, record.get("proposed")),
        level=level(account, record.get("level")),
        name=account.names.of(record.get("proposed_by"), record.at),
        basis=str(basis or "—"),
    )


def _how(item: str, state: ItemState, by_two: bool, on_paper: set[str]) -> list[Flag]:
    if state is ItemState.PROPOSED:
        return [Flag(Shape.DOTS, Text("not determined", "尚未确定"))]
    if by_two:
        return []
    if item in on_paper:
        return [Flag(Shape.CROSS, Text("not known who determined it", "由谁确定不详"))]
    return [Flag(Shape.CROSS, Text("determined by one person", "由一人确定"))]
