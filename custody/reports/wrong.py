"""What is wrong or open in a project, in the order of its weight: the lines of page one."""

from __future__ import annotations

from collections import Counter

from custody.chain import Shape
from custody.reports.account import Account
from custody.reports.blocks import Flag, Words
from custody.reports.outcomes import STOPPED, TAKEN_OVER, WITHOUT_LEAVE, codes, outcomes
from custody.reports.sections.field import without_leave as collections_without_leave
from custody.reports.sections.incidents import held_now, not_ended
from custody.reports.sections.lapses import open_lapses
from custody.reports.sections.on_paper import without_leave as handoffs_without_leave
from custody.reports.sections.strays import open_strays
from custody.reports.signed import counted, unsigned
from custody.reports.stock import missing, open_differences
from custody.reports.wording import fill, joined
from custody.terms import BasisStatus, FindingOutcome, Text


class _Lines:
    def __init__(self) -> None:
        self.told: list[Words | Flag] = []

    def say(self, shape: Shape, count: int, template: Text, **values: Words) -> None:
        """Add a line where there is something to count."""
        if count:
            self.told.append(Flag(shape, fill(template, count=count, **values)))


def wrong(account: Account) -> list[Words | Flag]:
    """Return every kind of thing that is wrong or open, with its count; nothing where nothing is."""
    lines = _Lines()
    _done_without_leave(account, lines)
    _found(account, lines)
    _decided(account, lines)
    _weak(account, lines)
    return lines.told


def _done_without_leave(account: Account, lines: _Lines) -> None:
    """What took place though a rule bars it is the gravest thing of a report."""
    by = Text("{handoffs}; by the rules {codes}", "{handoffs}；涉及规则 {codes}")
    refused = outcomes(account).refused[WITHOUT_LEAVE]
    papers = handoffs_without_leave(account)
    numbers = joined(
        fill(Text("{n} (settled)", "{n}（已处理）"), n=number) if settled else number
        for number, settled in papers.items()
    )
    moved = [r for r in refused if r.name.startswith("handoff.")]
    lines.say(
        Shape.CROSS,
        len(papers),
        Text(
            "Handoffs that went ahead on paper without leave: {count} ({which}).",
            "未经许可即以纸质方式办理的移交 {count} 次：{which}。",
        ),
        which=fill(by, handoffs=numbers, codes=codes(moved)) if moved else numbers,
    )
    found = collections_without_leave(account)
    sent = sum(bool(r.get("uplink")) for r in found)
    lines.say(
        Shape.CROSS,
        len(found),
        Text(
            "Field collections that went ahead without leave: {count}, by the rules {codes}; sent live: "
            "{sent}.",
            "未经许可即实施的外业采集 {count} 次，涉及规则 {codes}；其中数据实时外传 {sent} 次。",
        )
        if sent
        else Text(
            "Field collections that went ahead without leave: {count}, by the rules {codes}.",
            "未经许可即实施的外业采集 {count} 次，涉及规则 {codes}。",
        ),
        codes=", ".join(sorted({str(code) for r in found for code in r.get("findings")})),
        sent=sent,
    )
    others = [r for r in refused if r not in moved and not r.name.startswith("collection.")]
    lines.say(
        Shape.CROSS,
        len(others),
        Text(
            "Other acts that went ahead although their decision refused them: {count}, by the rules {codes}.",
            "决定为拒绝却仍然实施的其他操作 {count} 次，涉及规则 {codes}。",
        ),
        codes=codes(others),
    )


def _found(account: Account, lines: _Lines) -> None:
    lost = missing(account)
    lines.say(
        Shape.CROSS,
        len(lost),
        Text("Copies missing at a stocktake: {count} ({codes}).", "清点缺失的副本 {count} 份：{codes}。"),
        codes=", ".join(sorted(lost)),
    )
    lines.say(
        Shape.CROSS,
        open_differences(account),
        Text(
            "Differences found at a stocktake that nobody has settled: {count}.",
            "清点差异中尚未处理的 {count} 项。",
        ),
    )
    running, held = not_ended(account), held_now(account)
    lines.say(
        Shape.CROSS,
        running,
        Text("Incidents that have not ended: {count}{held}.", "尚未结案的事件 {count} 起{held}。"),
        held=fill(
            Text(
                "; copies and parties held back by incidents: {held}", "；因事件被管控的副本和单位 {held} 项"
            ),
            held=held,
        )
        if held
        else "",
    )
    if not running:
        lines.say(
            Shape.CROSS,
            held,
            Text(
                "Copies and parties that an ended incident still holds back: {count}.",
                "事件已结案而仍被管控的副本和单位 {count} 项。",
            ),
        )
    lines.say(
        Shape.CROSS,
        open_strays(account),
        Text(
            "Files found where no copy is registered, not dealt with: {count}.",
            "未登记副本处发现且尚未处理的文件 {count} 个。",
        ),
    )
    lapsed = Counter(open_lapses(account))
    lines.say(
        Shape.CROSS,
        lapsed.total(),
        Text(
            "Allowed before, no longer in order as the nightly re-check found: {count} ({codes}).",
            "此前准许、夜间复核发现已不符合规则的 {count} 项：{codes}。",
        ),
        codes=", ".join(f"{code} ×{count}" for code, count in lapsed.most_common()),
    )


def _decided(account: Account, lines: _Lines) -> None:
    became = outcomes(account).refused
    lines.say(
        Shape.CROSS,
        len(became[STOPPED]),
        Text(
            "Refused attempts: {count}, by the rules {codes}.",
            "被拒绝的操作 {count} 次，涉及规则 {codes}。",
        ),
        codes=codes(became[STOPPED]),
    )
    lines.say(
        Shape.CROSS,
        len(became[TAKEN_OVER]),
        Text(
            "Imported records that the rules do not allow, so nothing may pass on them: {count}, by {codes}.",
            "规则不予放行的导入记录（不得据以移交）：{count} 条，涉及规则 {codes}。",
        ),
        codes=codes(became[TAKEN_OVER]),
    )
    lines.say(
        Shape.BANG,
        len(account.doubts),
        Text("Doubts noted on imported records: {count}.", "导入记录存疑 {count} 项。"),
    )
    warned = _codes(account, FindingOutcome.WARN, FindingOutcome.CANNOT_TELL)
    lines.say(
        Shape.BANG,
        len(set(warned)),
        Text(
            "Rules that warned, or could not tell, while the act went ahead: {count} ({codes}).",
            "操作照常进行但提出警告或无法判断的规则 {count} 条：{codes}。",
        ),
        codes=", ".join(sorted(set(warned))),
    )
    passed_over = _codes(account, FindingOutcome.OVERRIDDEN)
    lines.say(
        Shape.BANG,
        len(passed_over),
        Text(
            "Broken rules that were overridden when an act went ahead: {count} ({codes}).",
            "操作时已特批放行的违反规则情形 {count} 次：{codes}。",
        ),
        codes=", ".join(sorted(set(passed_over))),
    )


def _weak(account: Account, lines: _Lines) -> None:
    """What stands, and rests on less than it might."""
    unverified = {
        (b.source.en, b.article.en if b.article else "")
        for r in account.decisions
        if r.decision
        for f in r.decision.findings
        for b in f.basis
        if b.status is BasisStatus.UNVERIFIED
    }
    lines.say(
        Shape.BANG,
        len(unverified),
        Text(
            "Citations under the decisions that were not checked against their source: {count}.",
            "决定所依据的条款中有 {count} 条尚未与原文核对。",
        ),
    )
    for how, kinds in unsigned(account).items():
        lines.say(
            Shape.BANG,
            sum(kinds.values()),
            Text("{how}: {count} ({kinds}).", "{how}：{count} 次（{kinds}）。"),
            how=how,
            kinds=counted(kinds),
        )
    lines.say(
        Shape.BANG,
        sum(account.is_claimed_late(record) for record in account.project_records),
        Text(
            "Entries that claim another time than the one of recording: {count}.",
            "{count} 条记录所称时间与记录时间不同。",
        ),
    )
    lines.say(
        Shape.BANG,
        len(account.from_outside()),
        Text("Entries taken over from paper or an import: {count}.", "{count} 条记录取自纸质材料或导入。"),
    )
    lines.say(
        Shape.CROSS,
        len(account.oddities),
        Text(
            "Entries that do not fit what came before them, left out of the totals: {count}.",
            "{count} 条记录与之前的记录不相符，未计入汇总。",
        ),
    )


def _codes(account: Account, *kinds: FindingOutcome) -> list[str]:
    """Return the rules that said so without barring, of acts that were not stopped."""
    return [
        f.code
        for record in account.decisions
        if record.decision and record.name != "attempt.refused"
        for f in record.decision.findings
        if f.outcome in kinds and not f.bars
    ]
