"""Page one of the report on one stocktake."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Flag, Lines, Value, Words
from custody.reports.narrowed import stock_of
from custody.reports.page_one import about_project, page_one, streams_checked
from custody.reports.sections import section
from custody.reports.sections.proof import witnessing
from custody.reports.sections.stocktake_result import state, still_missing
from custody.reports.stock import Stock
from custody.reports.wording import day, fill, label
from custody.terms import Counted, StocktakeState, Text, VoteMethod

_SHAPES = {StocktakeState.CLOSED: Shape.CHECK, StocktakeState.CANCELLED: Shape.DASH}


@section(17)
def stocktake_cover(account: Account) -> Sequence[Block]:
    """What a reader must know who reads no further."""
    stock = stock_of(account)
    return page_one(
        account,
        facts=[*_facts(account, stock), *about_project(account)],
        checked=_checked(account, stock),
        wrong=_wrong(account, stock),
        to_act=_to_act(account, stock),
        open_too=_open(stock),
    )


def _facts(account: Account, stock: Stock) -> list[tuple[Words, Value]]:
    first, opened, closed = stock.records[0], stock.one("opened"), stock.one("closed")
    now = state(stock)
    rows: list[tuple[Words, Value]] = [
        (Text("State of the stocktake", "清点状态"), Flag(_SHAPES.get(now, Shape.DOTS), now.text)),
        (Text("What was counted", "清点对象"), _counted(account, first, opened)),
    ]
    if closed:
        signed = Text("{name}, {day}", "{name}，{day}")
        by = account.names.of(closed.get("closed_by"), closed.at)
        rows.append(
            (
                Text("Result signed by", "结果签署"),
                Lines((fill(signed, name=by, day=day(closed.get("closed_on"))),)),
            )
        )
    return rows


def _counted(account: Account, first: Record, opened: Record | None) -> Words:
    """Return how many copies of whom were expected, and on which day; of whom, where no more is told."""
    party = account.names.of(first.get("party"), first.at)
    if opened is None:
        return party
    said = Text("{count} copies of {party}, on the list of {day}", "{party} {count} 份（{day} 锁定的清单）")
    return fill(said, count=str(opened.get("expected")), party=party, day=day(opened.get("opened_on")))


def _checked(account: Account, stock: Stock) -> list[Words | Flag]:
    seen = stock.counts[str(Counted.SEEN)] + stock.counts[str(Counted.DAMAGED)]
    return [
        streams_checked(account),
        fill(
            Text(
                "Copies of this project on its list: {listed}; seen: {seen}; labels met beside the list: "
                "{met}.",
                "清单所列本项目副本 {listed} 份；见到 {seen} 份；清单以外的标签 {met} 个。",
            ),
            listed=sum(line.expected for line in stock.lines.values()),
            seen=seen,
            met=sum(not line.expected for line in stock.lines.values()),
        ),
        witnessing(account),
    ]


def _wrong(account: Account, stock: Stock) -> list[Words | Flag]:
    lines = stock.lines.values()
    gone = sum(line.missing for line in lines)
    left = sum(not line.settled for line in stock.differences())
    beside = sum(line.found == str(Counted.STRANGER) for line in lines)
    closed = stock.one("closed")
    found = [
        (
            Shape.CROSS,
            gone,
            fill(
                Text(
                    "Copies that stay missing: {count}: {codes}.",
                    "至今缺失的副本 {count} 份：{codes}。",
                ),
                count=gone,
                codes=still_missing(account, stock),
            ),
        ),
        (
            Shape.CROSS,
            left,
            fill(
                Text("Differences that nobody has settled: {count}.", "尚未处理的差异 {count} 项。"),
                count=left,
            ),
        ),
        (
            Shape.BANG,
            beside,
            fill(
                Text("Labels that name no registered copy: {count}.", "未登记载体的标签 {count} 个。"),
                count=beside,
            ),
        ),
        (
            Shape.BANG,
            closed,
            fill(
                Text(
                    "The result bears no signature ({how}): the ledger's word alone stands for who signed "
                    "it.",
                    "结果未经签名（{how}）：签署人身份仅以账本记录为准。",
                ),
                how=label(VoteMethod, closed.get("method")) if closed else "",
            ),
        ),
        (
            Shape.BANG,
            state(stock) in (StocktakeState.COUNTING, StocktakeState.RECOUNT),
            Text(
                "It has no result yet: what was not seen is not missing.", "尚无结果：未见的副本不等于缺失。"
            ),
        ),
        (
            Shape.BANG,
            state(stock) is StocktakeState.CANCELLED,
            Text("It was called off: nothing counts as counted by it.", "已取消：不产生清点效力。"),
        ),
    ]
    return [Flag(shape, words) for shape, true, words in found if true]


def _to_act(account: Account, stock: Stock) -> list[Words | Flag]:
    left = sum(not line.settled for line in stock.differences())
    running = state(stock) in (StocktakeState.COUNTING, StocktakeState.RECOUNT)
    party = account.names.of(stock.records[0].get("party"))
    if running:
        return [
            fill(Text("{party}: finish the count and sign it.", "{party}：完成清点并签署结果。"), party=party)
        ]
    if left:
        words = Text("{party}: settle the differences: {count}.", "{party}：处理差异 {count} 项。")
        return [fill(words, party=party, count=left)]
    return []


def _open(stock: Stock) -> list[Words]:
    said: list[Words] = [
        Text(
            "That who scanned a code had the copy in hand, and what lay where nobody looked.",
            "扫描编号之人是否确有副本在手，以及无人查看之处的情况。",
        )
    ]
    opened = stock.one("opened")
    if opened is None or not opened.get("project"):
        said.append(
            Text(
                "How copies of other projects were found, which the same stocktake counted.",
                "同一清点涉及的其他项目副本的情况。",
            )
        )
    return said
