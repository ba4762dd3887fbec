"""Destruction: each batch with its copies, who asked, who approved, who saw it done, and the certificate."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Code, Column, Flag, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.signed import IN_SESSION as _BARE
from custody.reports.wording import fill, label
from custody.terms import DestructionMethod, Text, VoteMethod

_ENDED = {
    "destruction.refused": Text("Not approved by {name}", "{name} 未批准"),
    "destruction.withdrawn": Text("Withdrawn by {name}", "{name} 撤回"),
    "destruction.failed": Text("Failed, as {name} says", "{name} 登记未能销毁"),
}


@section(61, Text("Destruction", "副本销毁"))
def destruction(account: Account) -> Sequence[Block]:
    """Nothing where nothing was to be destroyed."""
    batches: dict[str, list[Record]] = {}
    for record in account.records:
        if record.name.startswith("destruction."):
            batches.setdefault(str(record.get("destruction")), []).append(record)
    if not batches:
        return []
    return [
        Paragraph(
            Text(
                "A batch is approved by the SHA-256 of all that was asked. That copies are gone is what "
                "people recorded and witnesses are named for; no entry proves it.",
                "批次按申请全部内容的 SHA-256 批准。副本已销毁系当事人登记并列明监销人，账本本身不能证明。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("Copies", "副本"), 2.4),
                Column(Text("Given up by; destroyed by; how", "交出单位；销毁单位；方式"), 3),
                Column(Text("Asked and decided", "申请与审批"), 3),
                Column(Text("Done, seen by, certificate", "销毁、监销人、证明"), 3.4),
            ),
            [_batch(account, records) for records in batches.values()],
        ),
    ]


def _batch(account: Account, records: list[Record]) -> tuple[Value, ...]:
    names, asked = account.names, records[0]
    at = asked.at
    decided: list[Words | Flag | Code] = [
        fill(Text("asked by {name}", "{name} 申请"), name=names.of(asked.get("requested_by"), at)),
        at,
        Code(str(asked.get("subject_sha256"))),
    ]
    done: list[Words | Flag | Code] = []
    for record in records[1:]:
        by = names.of(record.get("person"), record.at)
        if record.name == "destruction.approved":
            decided.append(Flag(Shape.CHECK, fill(Text("Approved by {name}", "{name} 批准"), name=by)))
            decided += [
                record.at,
                Flag(Shape.CHECK, label(VoteMethod, account.signatures[record.id]))
                if record.id in account.signatures
                else Flag(Shape.BANG, _BARE),
                str(record.get("reason")),
            ]
        elif record.name == "destruction.recorded":
            done.append(
                Flag(
                    Shape.CHECK,
                    fill(
                        Text("{count} destroyed on {day}", "{day}销毁{count}份"),
                        count=record.get("counted"),
                        day=str(record.get("destroyed_on")),
                    ),
                )
            )
            seen = names.listed(record.get("witnesses") or (), record.at)
            done.append(fill(Text("seen by {names}", "监销人：{names}"), names=seen))
        elif record.name == "destruction.certified":
            number = str(record.get("certificate_number"))
            done.append(fill(Text("certificate {number}", "证明 {number}"), number=number))
            if record.get("certificate_sha256"):
                done.append(Code(str(record.get("certificate_sha256"))))
        elif record.name in _ENDED:
            done.append(Flag(Shape.CROSS, fill(_ENDED[record.name], name=by)))
            done += [record.at, str(record.get("reason"))]
    return (
        Lines((names.listed(asked.get("copies") or (), at), str(asked.get("reason")))),
        Lines(
            (
                names.of(asked.get("holder"), at),
                names.of(asked.get("unit"), at),
                label(DestructionMethod, asked.get("method")),
                str(asked.get("place")),
            )
        ),
        Lines(tuple(decided)),
        Lines(tuple(done)) if done else Text("not yet", "尚未销毁"),
    )
