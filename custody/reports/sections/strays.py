"""Files that sweeps found where no copy is registered, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Code, Column, Flag, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.wording import label
from custody.terms import StrayState, Text

_OVER = (StrayState.REMOVED, StrayState.ALLOWED)


@section(76, Text("Files where no copy is registered", "未登记副本处发现的文件"))
def strays(account: Account) -> Sequence[Block]:
    """One row per file; nothing where no sweep found any."""
    last = {str(r.get("stray")): r for r in account.project_records if r.name == "stray.settled"}
    rows = [
        _row(account, record, one, last.get(str(one.get("stray"))))
        for record in account.project_records
        if record.name == "sweep.found"
        for one in record.get("strays") or ()
    ]
    if not rows:
        return []
    return [
        Paragraph(
            Text(
                "Each file has the content of an item of this project, by its hash. A sweep "
                "proves nothing of files that were changed, or removed before.",
                "各文件内容的哈希值与本项目成果一致。检查不能证明文件此前未被改动或移走。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("File", "文件"), 4),
                Column(Text("Item, system", "成果、系统"), 3),
                Column(Text("Found", "发现时间"), 2),
                Column(Text("What became of it", "处理结果"), 3.4),
            ),
            rows,
        ),
    ]


def open_strays(account: Account) -> int:
    """Return how many files were found and neither removed nor allowed."""
    records = account.project_records
    found = {
        str(one.get("stray")) for r in records if r.name == "sweep.found" for one in r.get("strays") or ()
    }
    states = {str(r.get("stray")): r.get("state") for r in records if r.name == "stray.settled"}
    return sum(states.get(stray) not in _OVER for stray in found)


def _row(account: Account, record: Record, one: dict[str, object], end: Record | None) -> tuple[Value, ...]:
    names, at = account.names, record.at
    state = StrayState(str(end.get("state"))) if end else StrayState.OPEN
    became: list[Words | Flag | Code] = [
        Flag(Shape.CHECK if state in _OVER else Shape.BANG, label(StrayState, state))
    ]
    if end:
        became += [str(end.get("resolution")), end.at]
    return (
        Code(str(one.get("path"))),
        Lines((names.of(str(one.get("item")), at), names.of(str(record.get("system")), at))),
        at,
        Lines(tuple(became)),
    )
