"""What an importer saw in outside records and would not swallow."""

from __future__ import annotations

from collections.abc import Sequence

from custody.reports.account import Account
from custody.reports.blocks import Block, Column, Lines, Paragraph, Table
from custody.reports.sections import section
from custody.reports.wording import hop_name
from custody.terms import Text


@section(90, Text("Doubts on imported records", "导入记录的疑点"))
def doubts(account: Account) -> Sequence[Block]:
    """One row per doubt; nothing when there is none."""
    if not account.doubts:
        return []
    rows = []
    for record, doubt in account.doubts:
        concerns = []
        if doubt.get("hop"):
            concerns.append(hop_name(account, doubt["hop"], record))
        if doubt.get("party"):
            concerns.append(account.names.of(doubt["party"], record.at))
        rows.append(
            (
                str(doubt.get("code") or ""),
                Text(str(doubt.get("en")), str(doubt.get("zh"))),
                Lines(tuple(concerns)) if concerns else "–",
                str(doubt.get("position") or ""),
            )
        )
    return [
        Paragraph(
            Text(
                "The records were taken over as they came; these places did not fit together and were "
                "left for "
                "a person to settle.",
                "外部记录按原样导入；以下各处互不相符，留待人工澄清。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("Kind", "类别"), 2),
                Column(Text("Doubt", "疑点"), 5),
                Column(Text("Concerns", "涉及"), 3),
                Column(Text("Place in the file", "文件位置"), 2),
            ),
            rows,
        ),
    ]
