"""Every attempt that the rules refused: rule, basis with its status, remedy, and what the person said."""

from __future__ import annotations

import json
from collections.abc import Sequence

from custody.reports.account import Account, Record, grouped
from custody.reports.blocks import Block, Facts, Findings, Heading, Lines, Paragraph, Value, Words
from custody.reports.sections import section
from custody.reports.wording import attempted, barring, fill, finding, label, quoted, who
from custody.terms import Text, Verb


@section(50, Text("Refused attempts", "被拒绝的操作"))
def refusals(account: Account) -> Sequence[Block]:
    """Identical attempts stand together with their times."""
    if not account.refusals:
        none = Text("No attempt was refused {where}.", "{where}没有被拒绝的操作。")
        return [Paragraph(fill(none, where=account.where))]
    blocks: list[Block] = [
        Paragraph(
            Text(
                "Each attempt below was submitted and blocked; nothing changed by it. Only the rules "
                "that blocked "
                "it are listed; all others that ran are in the evidence.",
                "以下操作均已提交并被拒绝，未产生任何变更。此处仅列出拒绝操作的规则；其他已执行的规则见证据。",
            ),
            quiet=True,
        )
    ]
    for number, group in enumerate(grouped(account.refusals, _same), 1):
        blocks += _group(account, number, group)
    return blocks


def _same(record: Record) -> str:
    codes = [(f.code, f.version, f.problems) for f in barring(record.decision)]
    return json.dumps(
        [record.get("verb"), record.get("person"), record.get("attempt"), codes], sort_keys=True
    )


def _group(account: Account, number: int, group: list[Record]) -> list[Block]:
    first = group[0]
    title = fill(
        Text("{number}. {verb}", "{number}. {verb}"), number=number, verb=label(Verb, first.get("verb"))
    )
    times: tuple[Words, ...] = tuple(record.at for record in group)
    rows: list[tuple[Words, Value]] = [
        (Text("Attempted", "操作内容"), attempted(account, first)),
        (Text("By", "操作人"), who(account, first)),
        (Text("When", "时间"), times[0] if len(times) == 1 else Lines(times)),
        (Text("Person's reason", "当事人说明"), _reasons(account, group)),
    ]
    return [
        Heading(title, 2),
        Facts(tuple(rows)),
        Findings([finding(account, found) for found in barring(first.decision)]),
    ]


def _reasons(account: Account, group: list[Record]) -> Value:
    given = [account.reasons[r.get("refusal")] for r in group if r.get("refusal") in account.reasons]
    if not given:
        return Text("none given", "未作说明")
    return Lines(tuple(quoted(reason.get("reason")) for reason in given))
