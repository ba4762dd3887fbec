"""What the nightly re-check found in the project: rules that did not hold any more, and until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Column, Paragraph, Table, Value
from custody.reports.sections import section
from custody.reports.wording import hop_name, label
from custody.terms import FindingOutcome, LapseEnd, LapseNoun, Text


@section(75, Text("What the re-check found", "复核发现的问题"))
def lapses(account: Account) -> Sequence[Block]:
    """One row for each rule that turned; nothing where none did."""
    ends = _ends(account)
    rows = [
        _row(account, record, finding, ends.get(id))
        for record in account.project_records
        if record.name == "recheck.found"
        for id, finding in zip(record.get("lapses") or (), record.get("findings") or (), strict=False)
    ]
    if not rows:
        return []
    return [
        Paragraph(
            Text(
                "What had been allowed is judged again every night. A finding stops nothing; the rule stops "
                "the next act that it judges.",
                "对已准许的事项每晚复核。复核结果本身不阻止任何操作，规则在下一次操作时生效。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("Rule", "规则"), 1.4),
                Column(Text("What it is about", "内容"), 3.4),
                Column(Text("Of", "对象"), 3),
                Column(Text("It says", "结果"), 1.4),
                Column(Text("Since", "自"), 1.4),
                Column(Text("Ended", "结束"), 2),
            ),
            rows,
        ),
    ]


def open_lapses(account: Account) -> list[str]:
    """Return the rules that did not hold when it was last looked, one for each thing that they judge."""
    over = _ends(account)
    return [
        str(finding["code"])
        for record in account.project_records
        if record.name == "recheck.found"
        for id, finding in zip(record.get("lapses") or (), record.get("findings") or (), strict=False)
        if id not in over
    ]


def _ends(account: Account) -> dict[str, tuple[str, LapseEnd]]:
    """Return when and how each lapse ended."""
    found: dict[str, tuple[str, LapseEnd]] = {}
    for record in account.project_records:
        if record.name == "recheck.found":
            found |= {id: (str(record.get("on")), LapseEnd.CHANGED) for id in record.get("replaced") or ()}
        elif record.name == "recheck.cleared":
            how = LapseEnd(str(record.get("ended")))
            found |= {id: (str(record.get("on")), how) for id in record.get("lapses") or ()}
    return found


def _row(
    account: Account, record: Record, finding: Mapping[str, Any], end: tuple[str, LapseEnd] | None
) -> tuple[Value, ...]:
    title = finding["title"]
    hop = record.get("hop")
    noun = LapseNoun(str(record.get("noun")))
    return (
        f"{finding['code']}@{finding['version']}",
        Text(str(title["en"]), str(title["zh"])),
        hop_name(account, hop, record) if hop else noun.text,
        label(FindingOutcome, finding["outcome"]),
        str(record.get("on")),
        Text(f"{end[0]}: {end[1].text.en}", f"{end[0]}：{end[1].text.zh}") if end else "–",
    )
