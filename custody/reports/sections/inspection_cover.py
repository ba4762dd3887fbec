"""Page one of the inspection report."""

from __future__ import annotations

from collections.abc import Sequence

from custody.reports.account import Account
from custody.reports.blocks import Block, Flag, Words
from custody.reports.page_one import about_project, page_one
from custody.reports.sections import section
from custody.reports.sections.cover import checked, to_act
from custody.reports.sections.inspection import HEADS, told
from custody.reports.wording import fill, joined
from custody.reports.wrong import wrong
from custody.terms import Text


@section(15)
def inspection_cover(account: Account) -> Sequence[Block]:
    """What a reader must know who reads no further."""
    empty = [number for number, head in enumerate(HEADS, 1) if not told(account, head)]
    held: list[Words | Flag] = [
        fill(
            Text(
                "Heads of Article 58 on which the ledger holds something: {count} of {all}.",
                "第五十八条各项中账本载有内容的：{all} 项中的 {count} 项。",
            ),
            count=len(HEADS) - len(empty),
            all=len(HEADS),
        )
    ]
    missing = [
        fill(
            Text(
                "Anything on the heads on which the ledger holds nothing: {numbers}.",
                "账本没有内容的各项：第{numbers}项。",
            ),
            numbers=joined(map(str, empty)) if empty else Text("none", "无"),
        )
    ]
    return page_one(
        account,
        facts=about_project(account),
        checked=[*checked(account), *held],
        wrong=wrong(account),
        to_act=to_act(account),
        open_too=missing,
    )
