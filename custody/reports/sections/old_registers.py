"""Subcontracts that stood in old registers: where, which approval is named there, what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from custody.chain import Shape
from custody.reports.account import Account, Hop
from custody.reports.blocks import Block, Code, Column, Flag, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.wording import day, fill, hop_name, quoted
from custody.terms import ApprovalState, HopState, PaperMatch, Text

_SHAPES = {ApprovalState.GRANTED: Shape.CHECK, ApprovalState.REQUESTED: Shape.DOTS}
_NEEDED = 2


@section(35, Text("Subcontracts from old registers", "旧登记簿分包"))
def old_registers(account: Account) -> Sequence[Block]:
    """One row per subcontract that was taken over; nothing where there is none."""
    rows = [_row(account, hop, hop.on_paper) for hop in account.hops.values() if hop.on_paper]
    if not rows:
        return []
    return [
        Paragraph(
            Text(
                "Each was taken over from a paper register and asked for anew. The approval that the paper "
                "names is what a paper says: nobody decided it in this ledger, and no rule counts it.",
                "各项均由纸质登记簿接收并重新申请审批。纸质所载批准仅为纸质记载，"
                "并非本账本中的决定，在本系统中不具效力。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("Subcontract; old number", "分包；原编号"), 3.4),
                Column(Text("Taken over from", "接收自"), 2.8),
                Column(Text("Approval that the paper names", "纸质所载批准"), 3),
                Column(Text("Compared with the paper", "与纸质核对"), 2.8),
                Column(Text("Decided here", "本系统审批"), 1.8),
            ),
            rows,
        ),
    ]


def _row(account: Account, hop: Hop, paper: Mapping[str, Any]) -> tuple[Value, ...]:
    page = str(paper.get("page") or "-")
    place = fill(
        Text("{name}, page {page}, line {line}", "“{name}”第{page}页第{line}行"),
        name=str(paper.get("name")),
        page=page,
        line=str(paper.get("line")),
    )
    return (
        Lines((hop_name(account, hop.get("hop"), hop.asked), str(paper.get("number")))),
        place,
        _named(paper),
        Lines(tuple(_compared(account, hop, str(paper.get("taken"))))),
        Flag(_SHAPES.get(hop.approval, Shape.CROSS), hop.approval.text),
    )


def _named(paper: Mapping[str, Any]) -> Value:
    said: list[Words | Code] = [str(paper[name]) for name in ("approval", "approver") if paper.get(name)]
    if paper.get("approved_on"):
        said.append(day(paper["approved_on"]))
    if paper.get("scan_sha256"):
        said.append(Code(str(paper["scan_sha256"])))
    return Lines(tuple(said)) if said else Text("none", "无")


def _compared(account: Account, hop: Hop, taken: str) -> list[Words | Flag]:
    """Return what each person said last; with fewer than two that the subcontract is not confirmed."""
    found: list[Words | Flag] = []
    for person, record in hop.compared.items():
        one = next(each for each in record.get("lines") if each["taken"] == taken)
        name = account.names.of(person, record.at)
        if one["match"] == PaperMatch.AGREES:
            found.append(Flag(Shape.CHECK, fill(Text("{name}: agrees", "{name}：一致"), name=name)))
        else:
            found += [
                Flag(Shape.BANG, fill(Text("{name}: differs", "{name}：不一致"), name=name)),
                quoted(one["note"]),
            ]
    if len(hop.compared) < _NEEDED and hop.state is not HopState.WITHDRAWN:
        found.append(Flag(Shape.BANG, Text("not confirmed by two people", "尚未经两人确认")))
    return found
