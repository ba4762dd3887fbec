"""Where every copy is: its custodian, since which event, and on which system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from custody.chain import Shape
from custody.reports.account import Account, Copy
from custody.reports.blocks import Block, Column, Flag, Heading, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.stock import missing
from custody.reports.told_of_copies import items
from custody.reports.wording import fill, label, level
from custody.terms import CopyState, Provision, SystemState, Text


@section(60, Text("Holdings", "副本在管情况"))
def holdings(account: Account) -> Sequence[Block]:
    """Totals by custodian, then each copy."""
    copies = list(account.copies.values())
    if not copies:
        none = Text("There is no numbered copy {where}.", "{where}没有编号副本。")
        return [Paragraph(fill(none, where=account.where))]
    gone, told = missing(account), items(account)
    totals: dict[str, list[int]] = {}
    for copy in (copy for copy in copies if copy.state is not CopyState.DESTROYED):
        counted = totals.setdefault(str(copy.holder_party), [0, 0, 0])
        counted[0] += 1
        counted[1] += copy.state is CopyState.OFFERED
        counted[2] += copy.code in gone
    return [
        Paragraph(
            Text(
                "Custody as the entries tell it at the checkpoint. A copy that is offered is still held "
                "by the "
                "sender until the recipient accepts it. Custody of a copy that was destroyed has ended; it "
                "is listed with who held it last, and not counted.",
                "以检查点处的记录为准。移交中的副本在接收人签收前仍由移交方保管。"
                "已销毁的副本不再有保管责任，仅列示最后的保管人，不计入副本数。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("Custodian", "保管单位"), 5),
                Column(Text("Copies", "副本数"), 1, right=True),
                Column(Text("of these offered", "其中移交中"), 1.4, right=True),
                Column(Text("not found when counted", "其中清点未见"), 1.6, right=True),
            ),
            [(account.names.of(party), *counted) for party, counted in totals.items()],
        ),
        Heading(Text("Each copy", "逐份列示"), 2),
        Table(
            (
                Column(Text("Copy", "副本"), 1.6),
                Column(Text("Item, level", "成果、密级"), 2),
                Column(Text("Held by", "保管人"), 3),
                Column(Text("Where", "存放处"), 1.7),
                Column(Text("Since", "起始时间"), 2),
                Column(Text("State", "状态"), 1.8),
            ),
            [_row(account, copy, gone, told) for copy in sorted(copies, key=lambda c: c.code)],
        ),
    ]


def _row(
    account: Account, copy: Copy, gone: set[str], told: Mapping[str, Mapping[str, Any]]
) -> tuple[Value, ...]:
    names, at = account.names, copy.since.at
    shape = {CopyState.HELD: Shape.CHECK, CopyState.DESTROYED: Shape.DASH}.get(copy.state, Shape.DOTS)
    state: list[Words | Flag] = [Flag(shape, copy.state.text)]
    if copy.code in gone:  # who holds it answers for it; that it is there nobody says
        state = [Flag(Shape.CROSS, Text("missing: not found when counted", "缺失：清点未见"))]
    if copy.offered:
        state.append(
            fill(
                Text("{number} to {party}", "{number}，接收方：{party}"),
                number=str(copy.offered.get("number")),
                party=names.of(copy.offered.get("receiver_party"), copy.offered.at),
            )
        )
    if copy.unconfirmed:
        state.append(Flag(Shape.CROSS, Text("custody not confirmed", "保管情况未经确认")))
    return (
        Lines((copy.code, fill(Text("no. {number}", "第 {number} 份"), number=copy.number))),
        Lines((names.of(copy.item, at), level(account, told.get(copy.item, {}).get("level")))),
        Lines((names.of(copy.holder_party, at), names.of(copy.holder_person, at))),
        _place(account, copy),
        copy.since.at,
        Lines(tuple(state)),
    )


def _place(account: Account, copy: Copy) -> Value:
    """Return where a copy is: the system, its number, and what is wrong with it by now."""
    if not copy.system:
        return Text("not stated", "未填写")
    system = account.systems.get(copy.system)
    lines: list[Words | Flag] = [account.names.of(copy.system, copy.since.at)]
    if system is None:
        return Lines(tuple(lines))
    if system.get("inventory_number"):
        number = str(system.get("inventory_number"))
        lines.append(fill(Text("no. {number}", "编号 {number}"), number=number))
    if (state := system.get("state")) not in (None, str(SystemState.ACTIVE)):
        lines.append(Flag(Shape.CROSS, label(SystemState, state)))
    if system.get("provision") == str(Provision.PERSONAL):
        lines.append(Flag(Shape.CROSS, Provision.PERSONAL.text))
    return Lines(tuple(lines))
