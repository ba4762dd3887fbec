"""Stocktakes: what was expected of this project's copies, what was found, and what became of differences."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Column, Flag, Heading, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.stock import Stock, stocks
from custody.reports.wording import fill, label, quoted
from custody.terms import Counted, Difference, SecondPerson, Text


@section(65, Text("Stocktakes", "清点"))
def stocktakes(account: Account) -> Sequence[Block]:
    """Each stocktake that counted copies of the project, then its differences; nothing where none did."""
    here = list(stocks(account).values())
    if not here:
        return []
    blocks: list[Block] = [
        Paragraph(
            Text(
                "Of each stocktake this tells the copies of this project. Its list was frozen when it began; "
                "what was not seen in two counts is missing, unless it had left by then. The SHA-256 of a "
                "result is of all its codes with how each was found.",
                "各次清点仅列本项目副本。清单在开始时锁定；两次清点均未见且未移出的，为缺失。"
                "结果的 SHA-256 涵盖全部编号及其清点情况。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("Begun", "开始"), 2),
                Column(Text("Party, counted by", "单位、清点人"), 3.4),
                Column(Text("How copies were found", "清点情况"), 3),
                Column(Text("Result", "结果"), 3),
            ),
            [_row(account, stock) for stock in here],
        ),
    ]
    rows = [row for stock in here for row in _differences(account, stock)]
    if rows:
        blocks.append(Heading(Text("Differences", "差异"), 2))
        blocks.append(
            Table(
                (
                    Column(Text("Copy", "副本"), 2),
                    Column(Text("How it was found", "清点情况"), 2.4),
                    Column(Text("What became of it", "处理结果"), 5),
                ),
                rows,
            )
        )
    return blocks


def _row(account: Account, stock: Stock) -> tuple[Value, ...]:
    first, names = stock.records[0], account.names
    opened = stock.one("opened")
    who: list[Words | Flag] = [names.of(first.get("party"), first.at)]
    if opened:
        who.append(names.of(opened.get("counter"), opened.at))
        person, role = names.of(opened.get("second"), opened.at), label(SecondPerson, opened.get("second_as"))
        who.append(fill(Text("{person}: {role}", "{person}：{role}"), person=person, role=role))
    counts = stock.counts
    found = [
        fill(Text("{how}: {n}", "{how}：{n}"), how=word.text, n=str(counts[str(word)]))
        for word in Counted
        if counts[str(word)]
    ]
    return (first.at, Lines(tuple(who)), Lines(tuple(found)), Lines(tuple(_result(account, stock))))


def _result(account: Account, stock: Stock) -> list[Words | Flag]:
    closed, off = stock.one("closed"), stock.one("cancelled")
    if closed:
        signer = account.names.of(closed.get("closed_by"), closed.at)
        return [
            Flag(
                Shape.CHECK,
                fill(Text("Signed by {name} with the password", "{name} 凭密码签署"), name=signer),
            ),
            closed.at,
            str(closed.get("lines_sha256")),
        ]
    if off:
        return [Flag(Shape.DASH, Text("Called off", "已取消")), off.at, quoted(off.get("reason"))]
    return [Flag(Shape.DOTS, Text("Not signed yet", "尚未签署"))]


def _differences(account: Account, stock: Stock) -> list[tuple[Value, ...]]:
    return [
        (line.code, label(Counted, line.found), _became(account, line.settled[-1] if line.settled else None))
        for line in stock.differences()
    ]


def _became(account: Account, record: Record | None) -> Value:
    if record is None:
        return Flag(Shape.BANG, Difference.OPEN.text)
    name = account.names.of(record.get("person"), record.at)
    said: list[Words | Flag] = [label(Difference, record.get("difference")), name, record.at]
    return Lines((*said, quoted(record.get("resolution"))))
