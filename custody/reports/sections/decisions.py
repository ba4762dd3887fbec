"""Every decision of the rules, and what the regime demands that no rule checks yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import (
    Block,
    Bullets,
    Code,
    Column,
    Flag,
    Heading,
    Lines,
    Paragraph,
    Table,
    Value,
    Words,
)
from custody.reports.sections import section
from custody.reports.wording import fill, label, who
from custody.terms import DecisionOutcome, FindingOutcome, Text, Verb

_RECHECK = Text("Nightly re-check", "夜间复核")
"""In place of the verb that was asked about: nothing was done."""


@section(80, Text("Decisions", "决定"))
def decisions(account: Account) -> Sequence[Block]:
    """One row per decision; facts, findings and packs are in the evidence and run again by the verifier."""
    blocks: list[Block] = [
        Paragraph(
            Text(
                "Each decision can be taken again from its facts, which are in the evidence. The last column "
                "begins the SHA-256 of the rule pack it was taken under.",
                "每项决定均可依据证据中的事实重新作出。末列为所用规则包 SHA-256 的开头部分。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("When", "时间"), 2),
                Column(Text("Act", "操作"), 2.2),
                Column(Text("By", "操作人"), 2.6),
                Column(Text("Outcome", "结果"), 1.6),
                Column(Text("Findings", "检查结果"), 3),
                Column(Text("Pack", "规则包"), 1.2),
            ),
            [_row(account, record) for record in account.decisions],
        ),
    ]
    pack = account.pack
    if pack and pack.not_checked:
        blocks.append(Heading(Text("Duties that no rule checks yet", "尚无规则检查的义务"), 2))
        lines = []
        for duty in pack.not_checked:
            article = duty.cite.article.text if duty.cite.article else Text("", "")
            source = duty.cite.source.text
            lines.append(
                fill(
                    Text("{duty} ({source} {article}; {status})", "{duty}（{source}{article}；{status}）"),
                    duty=duty.duty.text,
                    source=source,
                    article=article,
                    status=duty.cite.status.text,
                )
            )
        blocks.append(Bullets(tuple(lines)))
    return blocks


def _row(account: Account, record: Record) -> tuple[Value, ...]:
    decision = record.decision
    if decision is None:
        unread = Flag(Shape.BANG, Text("cannot be read", "无法读取"))
        return record.at, record.name, who(account, record), unread, "", ""
    allowed = decision.outcome is DecisionOutcome.ALLOW
    return (
        record.at,
        _RECHECK if record.name == "recheck.found" else label(Verb, decision.verb),
        account.names.of(record.get("actor"), record.at),
        Flag(Shape.CHECK if allowed else Shape.CROSS, decision.outcome.text),
        _findings(record),
        Code(decision.pack_sha256[:8]),
    )


def _findings(record: Record) -> Value:
    """Return the counts of what passed, and every rule that did not."""
    if record.decision is None:
        return ""
    counted = Counter(f.outcome for f in record.decision.findings)
    lines: list[Words | Flag] = [
        fill(Text("{count} passed", "{count} 条通过"), count=counted[FindingOutcome.PASS])
    ]
    for outcome, shape in (
        (FindingOutcome.BLOCK, Shape.CROSS),
        (FindingOutcome.CANNOT_TELL, Shape.CROSS),
        (FindingOutcome.WARN, Shape.BANG),
        (FindingOutcome.OVERRIDDEN, Shape.BANG),
    ):
        codes = [f.code for f in record.decision.findings if f.outcome is outcome]
        if codes:
            lines.append(
                Flag(
                    shape,
                    fill(
                        Text("{outcome}: {codes}", "{outcome}：{codes}"),
                        outcome=outcome.text,
                        codes=", ".join(codes),
                    ),
                )
            )
    return Lines(tuple(lines))
