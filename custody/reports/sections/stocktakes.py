"""Stocktakes: what was expected of this project's copies, what was found, and what became of differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Column, Flag, Heading, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.wording import fill, label, quoted
from custody.terms import Counted, Difference, SecondPerson, Text


@dataclass
class _Stock:
    """One stocktake as the entries of this file tell it: of others' projects they tell nothing."""

    records: list[Record] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    settled: dict[str, Record] = field(default_factory=dict)

    def one(self, name: str) -> Record | None:
        return next((r for r in self.records if r.name == f"stocktake.{name}"), None)

    def take(self, record: Record) -> None:
        self.records.append(record)
        for line in (*(record.get("lines") or ()), *(record.get("met") or ())):
            self.codes[line["line"]] = line["code"]
            self.found[line["line"]] = line.get("found") or str(Counted.NOT_SEEN)
        if record.name == "stocktake.settled":
            self.settled[str(record.get("line"))] = record


@section(65, Text("Stocktakes", "清点"))
def stocktakes(account: Account) -> Sequence[Block]:
    """Each stocktake that counted copies of the project, then its differences; nothing where none did."""
    here = _here(account)
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


def _here(account: Account) -> list[_Stock]:
    found: dict[str, _Stock] = {}
    for record in sorted(account.records, key=lambda r: (r.at, r.run, r.seq)):
        if record.name.startswith("stocktake.") and record.get("stocktake"):
            found.setdefault(str(record.get("stocktake")), _Stock()).take(record)
    return [stock for stock in found.values() if stock.found]


def missing(account: Account) -> set[str]:
    """Return the codes of copies that a stocktake did not find and that were neither found nor put right
    since."""
    return {
        stock.codes[line["line"]]
        for stock in _here(account)
        for record in stock.records
        if record.name == "stocktake.concluded"
        for line in record.get("lines") or ()
        if line["found"] == str(Counted.MISSING) and not _came_back(stock.settled.get(line["line"]))
    }


def open_differences(account: Account) -> int:
    """Return how many differences nobody has settled, of the copies of this project."""
    return sum(line not in stock.settled for stock in _here(account) for line in _told(stock))


def _came_back(record: Record | None) -> bool:
    return record is not None and record.get("difference") in (
        str(Difference.FOUND),
        str(Difference.PUT_RIGHT),
    )


def _row(account: Account, stock: _Stock) -> tuple[Value, ...]:
    first, names = stock.records[0], account.names
    opened = stock.one("opened")
    who: list[Words | Flag] = [names.of(first.get("party"), first.at)]
    if opened:
        who.append(names.of(opened.get("counter"), opened.at))
        person, role = names.of(opened.get("second"), opened.at), label(SecondPerson, opened.get("second_as"))
        who.append(fill(Text("{person}: {role}", "{person}：{role}"), person=person, role=role))
    counts = Counter(stock.found.values())
    found = [
        fill(Text("{how}: {n}", "{how}：{n}"), how=word.text, n=str(counts[str(word)]))
        for word in Counted
        if counts[str(word)]
    ]
    return (first.at, Lines(tuple(who)), Lines(tuple(found)), Lines(tuple(_result(account, stock))))


def _result(account: Account, stock: _Stock) -> list[Words | Flag]:
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


def _differences(account: Account, stock: _Stock) -> list[tuple[Value, ...]]:
    return [
        (stock.codes[line], label(Counted, stock.found[line]), _became(account, stock.settled.get(line)))
        for line in sorted(_told(stock), key=lambda line: stock.codes[line])
    ]


def _told(stock: _Stock) -> set[str]:
    """Return the lines of a result that differ from the list and need settling."""
    return {
        line["line"]
        for record in stock.records
        if record.name == "stocktake.concluded"
        for line in record.get("lines") or ()
        if line["found"] != str(Counted.MOVED)
    }


def _became(account: Account, record: Record | None) -> Value:
    if record is None:
        return Flag(Shape.BANG, Difference.OPEN.text)
    name = account.names.of(record.get("person"), record.at)
    said: list[Words | Flag] = [label(Difference, record.get("difference")), name, record.at]
    return Lines((*said, quoted(record.get("resolution"))))
