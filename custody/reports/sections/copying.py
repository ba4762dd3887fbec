"""Copy permits: who asked for more copies of an item, who decided, and which were made."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Code, Column, Flag, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.wording import fill
from custody.terms import Text

_ENDED = {
    "copy_permit.refused": Text("Not approved by {name}", "{name} 未批准"),
    "copy_permit.withdrawn": Text("Withdrawn by {name}", "{name} 撤回"),
}


@section(62, Text("Copy permits", "复制许可"))
def copying(account: Account) -> Sequence[Block]:
    """Nothing where no leave was asked for."""
    permits: dict[str, list[Record]] = {}
    for record in account.records:
        if record.name.startswith("copy_permit."):
            permits.setdefault(str(record.get("permit")), []).append(record)
    if not permits:
        return []
    return [
        Paragraph(
            Text(
                "A permit is approved by the SHA-256 of all that was asked, and used up by one numbering. Of "
                "copies made without being numbered no entry tells.",
                "许可按申请全部内容的 SHA-256 批准，一次编号即用完。未经编号而复制的，账本不能反映。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("Item and how many", "成果和份数"), 2.6),
                Column(Text("For whom, what for, until", "申请单位、用途、期限"), 3),
                Column(Text("Asked and decided", "申请与审批"), 3.2),
                Column(Text("Copies made", "已制作的副本"), 2.6),
            ),
            [_permit(account, records) for records in permits.values()],
        ),
    ]


def _permit(account: Account, records: list[Record]) -> tuple[Value, ...]:
    names, asked = account.names, records[0]
    at = asked.at
    decided: list[Words | Flag | Code] = [
        fill(Text("asked by {name}", "{name} 申请"), name=names.of(asked.get("requested_by"), at)),
        at,
        Code(str(asked.get("subject_sha256"))),
    ]
    made: Value = Text("none", "无")
    for record in records[1:]:
        if record.name == "copy_permit.used":
            made = Lines((names.listed(record.get("copies") or (), record.at), record.at))
            continue
        by = names.of(record.get("person"), record.at)
        if record.name == "copy_permit.approved":
            decided.append(Flag(Shape.CHECK, fill(Text("Approved by {name}", "{name} 批准"), name=by)))
        else:
            decided.append(Flag(Shape.CROSS, fill(_ENDED[record.name], name=by)))
        decided += [record.at, str(record.get("reason"))]
    copies = fill(Text("{count} copies at most", "最多{count}份"), count=asked.get("count"))
    return (
        Lines((names.of(asked.get("item"), at), copies)),
        Lines((names.of(asked.get("asked_for"), at), str(asked.get("purpose")), str(asked.get("until")))),
        Lines(tuple(decided)),
        made,
    )
