"""Every act that went ahead although a rule was broken, because the rule was overridden for it."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Column, Flag, Lines, Paragraph, Table, Value
from custody.reports.sections import section
from custody.reports.wording import day, fill, hop_name, label, who
from custody.terms import FindingOutcome, Text, Verb


@section(81, Text("Acts under an override", "特批放行的操作"))
def overridden(account: Account) -> Sequence[Block]:
    """One row per decision; where there is none that is said."""
    records = [record for record in account.decisions if _findings(record)]
    if not records:
        return [Paragraph(Text("No act went ahead under an override.", "没有经特批放行的操作。"))]
    return [
        Table(
            (
                Column(Text("When", "时间"), 2),
                Column(Text("Act", "操作"), 3.4),
                Column(Text("By", "操作人"), 2.6),
                Column(Text("Rules overridden", "特批放行的规则"), 4),
            ),
            [_row(account, record) for record in records],
        )
    ]


def _findings(record: Record) -> list[tuple[str, str]]:
    """Return the rules that a decision passed over, each with the day until which it was overridden."""
    found = record.decision.findings if record.decision else ()
    return [
        (f.code, str(f.overridden.until) if f.overridden else "")
        for f in found
        if f.outcome is FindingOutcome.OVERRIDDEN
    ]


def _row(account: Account, record: Record) -> tuple[Value, ...]:
    act = label(Verb, record.decision.verb) if record.decision else Text("", "")
    hop = record.get("hop")
    rules = [
        Flag(
            Shape.BANG,
            fill(Text("{code}, until {until}", "{code}，有效至 {until}"), code=code, until=day(until)),
        )
        for code, until in _findings(record)
    ]
    return (
        record.at,
        Lines((act, hop_name(account, hop, record))) if hop else act,
        who(account, record),
        Lines(tuple(rules)),
    )
