"""One stocktake: what was to be counted, both counts, the signed result, each copy, and every difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import (
    Block,
    Code,
    Column,
    Facts,
    Flag,
    Heading,
    Lines,
    Paragraph,
    Table,
    Value,
    Words,
)
from custody.reports.narrowed import stock_of
from custody.reports.sections import section
from custody.reports.stock import Line, Stock
from custody.reports.told_of_copies import items
from custody.reports.wording import day, fill, joined, label, level, quoted
from custody.terms import Counted, Difference, SecondPerson, SignsAs, StocktakeState, Text, VoteMethod

_FINE = (str(Counted.SEEN), str(Counted.CAME))
_OF_THESE = Text("Of these of this project", "其中本项目副本")
_ROUNDS = {1: Text("First count", "初点"), 2: Text("Second count", "复点")}
HOW: Mapping[str, Shape] = {
    str(Counted.SEEN): Shape.CHECK,
    str(Counted.CAME): Shape.CHECK,
    str(Counted.MOVED): Shape.DASH,
    str(Counted.NOT_SEEN): Shape.DOTS,
    str(Counted.MISSING): Shape.CROSS,
}
"""How a line stands -> its mark; what is not named here is a warning."""


def state(stock: Stock) -> StocktakeState:
    """Return how a stocktake stands by its entries."""
    if stock.one("closed"):
        return StocktakeState.CLOSED
    if stock.one("cancelled"):
        return StocktakeState.CANCELLED
    return StocktakeState.RECOUNT if stock.one("recount") else StocktakeState.COUNTING


@section(36, Text("The stocktake", "本次清点"))
def stocktake_result(account: Account) -> Sequence[Block]:
    """Its list, its counts, its result, each copy, and what became of each difference."""
    stock = stock_of(account)
    return [
        Heading(Text("What was to be counted", "清点范围"), 2),
        Facts(tuple(_list(account, stock))),
        Heading(Text("The counts", "清点过程"), 2),
        *_counts(account, stock),
        Heading(Text("The result", "清点结果"), 2),
        *_result(account, stock),
        Heading(Text("Each copy", "逐份列示"), 2),
        _lines(account, stock),
        *_differences(account, stock),
    ]


def _list(account: Account, stock: Stock) -> list[tuple[Words, Value]]:
    first, names = stock.records[0], account.names
    listed = sum(line.expected for line in stock.lines.values())
    rows: list[tuple[Words, Value]] = [
        (Text("Held by", "被清点单位"), names.of(first.get("party"), first.at)),
    ]
    opened = stock.one("opened")
    if opened is None:
        return [*rows, (Text("Copies of this project listed", "清单所列本项目副本"), listed)]
    get, at = opened.get, opened.at
    whole = Text("all projects of this holder", "该单位保管的全部项目")
    rows += [
        (Text("Of", "所属"), _project(account) if get("project") else whole),
        (
            Text("Place", "存放处"),
            names.of(get("system"), at) if get("system") else Text("wherever they are", "不限存放处"),
        ),
        *(
            [(Text("What one person keeps", "某人保管的副本"), names.of(get("keeper"), at))]
            if get("keeper")
            else []
        ),
        (Text("List frozen on", "清单锁定日期"), Lines((day(get("opened_on")), at))),
        (Text("Opened by", "开始人"), names.of(get("opened_by"), at)),
        (
            Text("Counted by", "清点人"),
            Lines(
                (
                    names.of(get("counter"), at),
                    fill(
                        Text("{person}: {role}", "{person}：{role}"),
                        person=names.of(get("second"), at),
                        role=label(SecondPerson, get("second_as")),
                    ),
                )
            ),
        ),
        (Text("Copies expected", "应有份数"), str(get("expected"))),
        *([] if get("project") else [(_OF_THESE, str(listed))]),
        (Text("Size of the sealed ledger then", "当时已固化账本规模"), str(get("ledger_size"))),
        (Text("SHA-256 of the list", "清单的 SHA-256"), Code(str(get("list_sha256")))),
    ]
    return rows


def _project(account: Account) -> Words:
    return f"{account.project.get('code')}  {account.project.get('title')}"


def _counts(account: Account, stock: Stock) -> list[Block]:
    scans = [r for r in stock.records if r.name == "stocktake.counted"]
    if not scans:
        return [Paragraph(Text("Nothing of this project was scanned.", "未扫描到本项目副本。"))]
    names = account.names
    blocks: list[Block] = [
        Table(
            (
                Column(Text("Count", "清点轮次"), 1.6),
                Column(Text("When", "时间"), 2.2),
                Column(Text("By", "清点人"), 2.6),
                Column(Text("Place", "存放处"), 2.2),
                Column(Text("What was scanned", "扫描结果"), 3.4),
            ),
            [
                (
                    _ROUNDS.get(r.get("round"), str(r.get("round"))),
                    r.at,
                    names.of(r.get("counted_by"), r.at),
                    names.of(r.get("place"), r.at) if r.get("place") else Text("not stated", "未填写"),
                    Lines(tuple(_how_many(Counter(_scanned(r))))),
                )
                for r in scans
            ],
        )
    ]
    if again := stock.one("recount"):
        said = Text(
            "The second count began at {at}, for {left} copies that the first had not seen.",
            "复点始于 {at}，针对初点未见的 {left} 份副本。",
        )
        blocks.append(Paragraph(fill(said, at=again.at, left=str(again.get("left")))))
    return blocks


def _scanned(record: Record) -> list[str]:
    return [str(told.get("found")) for name in ("lines", "met") for told in record.get(name) or ()]


def _how_many(found: Mapping[str, int]) -> list[Words]:
    return [
        fill(Text("{how}: {n}", "{how}：{n}"), how=word.text, n=str(found[str(word)]))
        for word in Counted
        if found.get(str(word))
    ]


def _result(account: Account, stock: Stock) -> list[Block]:
    closed, off, names = stock.one("closed"), stock.one("cancelled"), account.names
    if closed is None:
        if off is None:
            return [Paragraph(Text("It is not signed yet.", "尚未签署。"))]
        called = Text("Called off by {name} at {at}: {why}", "{name} 于 {at} 取消：{why}")
        by = names.of(off.get("actor"), off.at)
        return [Paragraph(fill(called, name=by, at=off.at, why=quoted(off.get("reason"))))]
    get, at = closed.get, closed.at
    whole = get("counts") if isinstance(get("counts"), Mapping) else {}
    rows: list[tuple[Words, Value]] = [
        (
            Text("Signed by", "签署人"),
            Lines((names.of(get("closed_by"), at), Flag(Shape.BANG, label(VoteMethod, get("method"))), at)),
        ),
        (Text("Signed on", "签署日期"), day(get("closed_on"))),
        (Text("All that was counted", "全部清点结果"), Lines(tuple(_how_many(whole)))),
        *_of_these(stock),
        (Text("SHA-256 of the result", "结果的 SHA-256"), Code(str(get("lines_sha256")))),
        (
            Text("SHA-256 of the text that was signed", "签署文本的 SHA-256"),
            Code(str(get("statement_sha256"))),
        ),
        *_with_handover(account),
    ]
    return [Facts(tuple(rows))]


def _of_these(stock: Stock) -> list[tuple[Words, Value]]:
    """Return how copies of the project were found, where others were counted with them."""
    opened = stock.one("opened")
    if opened is not None and opened.get("project"):
        return []
    return [(_OF_THESE, Lines(tuple(_how_many(stock.counts))))]


def _with_handover(account: Account) -> list[tuple[Words, Value]]:
    """Return who else signed, where the count was that of a handover."""
    signed = [r for r in account.records if r.name == "handover.signed"]
    if not signed:
        return []
    who = Text("{role}: {name}", "{role}：{name}")
    said = [
        fill(who, role=label(SignsAs, r.get("signs_as")), name=account.names.of(r.get("person"), r.at))
        for r in signed
    ]
    return [(Text("Count of a handover, signed by", "保管人交接的清点，签字人"), Lines(tuple(said)))]


def _lines(account: Account, stock: Stock) -> Table:
    told, again = items(account), stock.one("recount") is not None
    return Table(
        (
            Column(Text("No.", "序号"), 0.7, right=True),
            Column(Text("Label", "标签"), 2),
            Column(Text("Item, level", "成果、密级"), 2.2),
            Column(Text("First count", "初点"), 2.4),
            Column(Text("Second count", "复点"), 2.4),
            Column(Text("Result", "结果"), 2.3),
        ),
        [
            (
                number,
                Lines(tuple(_label(line))),
                _item(account, line, told),
                _round(account, line, 1, sought=line.expected),
                _round(account, line, 2, sought=line.expected and again and not line.in_round(1)),
                _found(line),
            )
            for number, line in enumerate(stock.by_code(), 1)
        ],
    )


def _label(line: Line) -> list[Words]:
    return [line.code] if line.expected else [line.code, Text("not on the list", "不在清单上")]


def _item(account: Account, line: Line, told: Mapping[str, Mapping[str, Any]]) -> Value:
    copy = account.copies.get(line.copy or "")
    if copy is None:
        return Text("no copy of this project", "非本项目副本")
    return Lines((account.names.of(copy.item), level(account, told.get(copy.item, {}).get("level"))))


def _round(account: Account, line: Line, number: int, *, sought: bool) -> Value:
    """Return how a count found a label; a second one looks for what the first had not seen alone."""
    seen = line.in_round(number)
    if seen is None:
        return Text("not seen", "未见") if sought else ""
    how, record = seen
    by = account.names.of(record.get("counted_by"), record.at)
    return Lines((label(Counted, how), by))


def _found(line: Line) -> Flag:
    return Flag(HOW.get(line.found, Shape.BANG), label(Counted, line.found))


def _differences(account: Account, stock: Stock) -> list[Block]:
    lines = stock.differences()
    if not lines:
        return []
    return [
        Heading(Text("Differences", "差异"), 2),
        Table(
            (
                Column(Text("Label", "标签"), 1.9),
                Column(Text("How it was found", "清点情况"), 2),
                Column(Text("What became of it", "处理结果"), 4.2),
                Column(Text("Custody by the ledger", "账本所载保管人"), 3),
            ),
            [(line.code, _found(line), _became(account, line), custody(account, line)) for line in lines],
        ),
    ]


def _became(account: Account, line: Line) -> Value:
    if not line.settled:
        return Flag(Shape.BANG, Difference.OPEN.text)
    said: list[Words | Flag] = []
    for record in line.settled:
        shape = Shape.CROSS if record.get("difference") == str(Difference.INCIDENT) else Shape.CHECK
        said += [
            Flag(shape, label(Difference, record.get("difference"))),
            account.names.of(record.get("person"), record.at),
            record.at,
            quoted(record.get("resolution")),
        ]
    return Lines(tuple(said))


def custody(account: Account, line: Line) -> Value:
    """Return who answers for a copy by the ledger at the checkpoint: nothing of a count moves custody."""
    copy = account.copies.get(line.copy or "")
    if copy is None:
        return Text("no copy of this project", "非本项目副本")
    holder = (account.names.of(copy.holder_party), account.names.of(copy.holder_person))
    return Lines((*holder, copy.state.text))


def still_missing(account: Account, stock: Stock) -> Text:
    """Return the codes that stay missing, each with who answers for it."""
    with_whom = Text("{code} ({party})", "{code}（{party}）")
    found: list[Words] = []
    for line in stock.by_code():
        copy = account.copies.get(line.copy or "")
        if line.missing:
            party = account.names.of(copy.holder_party) if copy else Text("not known", "不详")
            found.append(fill(with_whom, code=line.code, party=party))
    return joined(found)
