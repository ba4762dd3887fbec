"""Custodian handovers: which copies passed to whom before whom, who signed, and what stayed."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Code, Column, Flag, Heading, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.wording import fill, label
from custody.terms import SignsAs, Stays, Text


@section(66, Text("Custodian handovers", "保管人交接"))
def handovers(account: Account) -> Sequence[Block]:
    """Each handover that concerned copies of the project; nothing where none did."""
    found: dict[str, list[Record]] = {}
    signed: dict[str, list[Record]] = {}
    for record in account.records:
        if record.name == "handover.passed":
            found.setdefault(str(record.get("handover")), []).append(record)
        elif record.name == "handover.signed":
            signed.setdefault(str(record.get("handover")), []).append(record)
    if not found:
        return []
    blocks: list[Block] = [
        Paragraph(
            Text(
                "All that a person kept was counted by both and signed by three under one text; of each "
                "handover this tells the copies of this project. Custody passed with the last signature, by "
                "handoffs that the rules allowed. What stayed is asked back from who handed over.",
                "移交人保管的全部副本经双方共同清点，三方签署同一文本；此处仅列本项目副本。保管责任随最后一方签字、"
                "经规则准许的移交转移。保留的副本要求移交人限期处理。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("Handed over", "交接时间"), 2),
                Column(Text("By whom, to whom, before whom", "移交、接收、监交"), 3.6),
                Column(Text("Signed", "签署"), 3.6),
                Column(Text("Copies", "副本"), 3),
            ),
            [_row(account, records, signed.get(id, [])) for id, records in found.items()],
        ),
    ]
    rows = [
        (record.at, str(line["code"]), label(Stays, line["why"]), str(record.get("due")))
        for records in found.values()
        for record in records
        for line in record.get("stayed") or ()
    ]
    if rows:
        blocks.append(Heading(Text("Copies that stayed with who handed over", "由移交人保留的副本"), 2))
        blocks.append(
            Table(
                (
                    Column(Text("Handed over", "交接时间"), 2),
                    Column(Text("Copy", "副本"), 2),
                    Column(Text("Why it stayed", "保留原因"), 4),
                    Column(Text("To be settled by", "处理期限"), 2),
                ),
                rows,
            )
        )
    return blocks


def _row(account: Account, records: list[Record], signed: list[Record]) -> tuple[Value, ...]:
    first, names = records[0], account.names
    people: list[Words | Flag] = [names.of(first.get("party"), first.at)]
    people += [
        fill(
            Text("{role}: {person}", "{role}：{person}"), role=role.text,
            person=names.of(first.get(str(role)), first.at),
        )
        for role in SignsAs
    ]  # fmt: skip
    text: list[Words | Flag | Code] = [Code(str(first.get("statement_sha256")))]
    for record in signed:
        name = names.of(record.get("person"), record.at)
        told = fill(Text("{name} with the password", "{name} 凭密码"), name=name)
        text += [Flag(Shape.CHECK, told), record.at]
    passed = sum(len(record.get("passed") or ()) for record in records)
    stayed = sum(len(record.get("stayed") or ()) for record in records)
    copies = (
        fill(Text("passed: {n}", "已移交：{n}"), n=str(passed)),
        fill(Text("stayed: {n}", "保留：{n}"), n=str(stayed)),
    )
    return (first.at, Lines(tuple(people)), Lines(tuple(text)), Lines(copies))
