"""Every event of the project in words, in the order in which the ledger recorded them."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Moment, Paragraph, Timeline
from custody.reports.details import details
from custody.reports.sections import section
from custody.reports.wording import fill, label, sentence, who
from custody.terms import Text, VoteChoice, VoteMethod

_SHAPES = {
    "attempt.refused": Shape.CROSS,
    "approval.revoked": Shape.BANG,
    "approval.suspended": Shape.BANG,
    "approval.lifted": Shape.CHECK,
    "approval.referred": Shape.DOTS,
    "override.asked": Shape.DOTS,
    "override.voted": Shape.BANG,
    "override.revoked": Shape.RETURN,
    "condition.set": Shape.DOTS,
    "condition.met": Shape.CHECK,
    "condition.returned": Shape.RETURN,
    "hop.amended": Shape.DOTS,
    "handoff.accepted": Shape.CHECK,
    "handoff.read": Shape.CHECK,
    "handoff.declined": Shape.RETURN,
    "handoff.withdrawn": Shape.RETURN,
    "handoff.dispatched": Shape.DOTS,
    "handoff.overdue": Shape.BANG,
    "handoff.lost": Shape.CROSS,
    "handoff.lapsed": Shape.RETURN,
    "handoff.mistaken": Shape.BANG,
    "handoff.undone": Shape.RETURN,
    "handoff.upheld": Shape.CHECK,
    "hop.requested": Shape.DOTS,
    "hop.withdrawn": Shape.RETURN,
    "handoff.offered": Shape.DOTS,
    "doubts.noted": Shape.BANG,
}


@section(40, Text("Timeline", "时间线"))
def timeline(account: Account) -> Sequence[Block]:
    """The project's whole run; times are those of recording, in UTC."""
    return [
        Paragraph(
            fill(
                Text(
                    "Every entry {where}, none left out. Times are those at which the ledger recorded the "
                    "event; a time that a person claims stands beside it.",
                    "{where}的全部记录，无一遗漏。时间为账本记录时间；当事人所称时间另行注明。",
                ),
                where=account.where,
            ),
            quiet=True,
        ),
        Timeline([_moment(account, record) for record in account.project_records]),
    ]


def _moment(account: Account, record: Record) -> Moment:
    shape = _SHAPES.get(record.name, Shape.DASH)
    if record.name == "approval.voted":
        shape = Shape.CROSS if record.get("choice") == VoteChoice.DENY else Shape.CHECK
    told = [who(account, record), *details(account, record)]
    if record.name in ("handoff.accepted", "handoff.read") and record.id in account.signatures:
        told.append(label(VoteMethod, account.signatures[record.id]))
    return Moment(record.at, sentence(account, record), shape, tuple(told))
