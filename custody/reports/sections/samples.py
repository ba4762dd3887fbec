"""Random samples that regulators drew: what decided them, and how each copy was found."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Code, Column, Flag, Heading, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.wording import fill, label, quoted
from custody.terms import SampleFound, SampleState, Text

_STATES = {
    "sample.asked": (Shape.DOTS, SampleState.ASKED),
    "sample.drawn": (Shape.DOTS, SampleState.DRAWN),
    "sample.closed": (Shape.CHECK, SampleState.CLOSED),
    "sample.withdrawn": (Shape.DASH, SampleState.WITHDRAWN),
}


@section(94, Text("Random samples of regulators", "监管随机抽样"))
def samples(account: Account) -> Sequence[Block]:
    """Each sample, drawn or not, then the copies that were drawn; nothing where none was asked for."""
    found: dict[str, list[Record]] = {}
    for record in account.records:
        if record.name.startswith("sample."):
            found.setdefault(str(record.get("sample")), []).append(record)
    if not found:
        return []
    blocks: list[Block] = [
        Paragraph(
            Text(
                "Drawn by lot from a word whose SHA-256 was recorded first, and from the first checkpoint "
                "that covers that entry. A sample that was asked for and never drawn is told too. "
                "docs/regulator.md says how anybody draws again.",
                "依事先登记其 SHA-256 的密语和首个涵盖该登记的检查点抽取；提出而未抽取的亦予列明。"
                "任何人均可按 docs/regulator.md 所述重新抽取核对。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("Sample", "抽样"), 2),
                Column(Text("Asked for", "提出"), 3),
                Column(Text("What decided it", "决定依据"), 4.4),
                Column(Text("State", "状态"), 2.4),
            ),
            [_row(account, records) for records in found.values()],
        ),
    ]
    rows = [row for records in found.values() for row in _lines(account, records)]
    if rows:
        blocks.append(Heading(Text("Copies that were drawn", "抽取的副本"), 2))
        blocks.append(
            Table(
                (
                    Column(Text("Sample", "抽样"), 2),
                    Column(Text("Copy", "副本"), 2),
                    Column(Text("With whom, by the record", "账载保管人"), 3),
                    Column(Text("How it was found", "查验情况"), 4),
                ),
                rows,
            )
        )
    return blocks


def _row(account: Account, records: list[Record]) -> tuple[Value, ...]:
    first, names = records[0], account.names
    drawn = next((record for record in records if record.name == "sample.drawn"), None)
    of = fill(
        Text("{count} of {all} copies", "{all}份中抽取{count}份"),
        count=str(first.get("count")),
        all=str(first.get("population")),
    )
    who = names.of(first.get("authority"), first.at), names.of(first.get("asked_by"), first.at)
    decided: list[Words | Flag | Code] = [Code(str(first.get("word_sha256")))]
    if drawn:
        size = Text("Checkpoint of size {size}", "检查点规模 {size}")
        decided += [quoted(drawn.get("word")), fill(size, size=str(drawn.get("ledger_size")))]
        decided.append(Code(str(drawn.get("root"))))
    last = [record for record in records if record.name in _STATES][-1]
    shape, state = _STATES[last.name]
    said: list[Words | Flag] = [Flag(shape, state.text), last.at]
    if words := last.get("remark") or last.get("reason"):
        said.append(quoted(words))
    return (str(first.get("number")), Lines((*who, first.at, of)), Lines(tuple(decided)), Lines(tuple(said)))


def _lines(account: Account, records: list[Record]) -> list[tuple[Value, ...]]:
    said: dict[str, tuple[Record, dict[str, str]]] = {}
    for record in records:
        if record.name == "sample.entered":
            said |= {str(line["line"]): (record, line) for line in record.get("lines") or ()}
    return [
        (
            str(records[0].get("number")),
            str(line["code"]),
            Lines(tuple(account.names.of(line[who], drawn.at) for who in ("party", "person") if line[who])),
            _found(said.get(str(line["line"]))),
        )
        for drawn in records
        if drawn.name == "sample.drawn"
        for line in drawn.get("lines") or ()
    ]


def _found(said: tuple[Record, dict[str, str]] | None) -> Value:
    if said is None:
        return Flag(Shape.DOTS, SampleFound.OPEN.text)
    record, line = said
    shape = Shape.CHECK if line["found"] == str(SampleFound.SEEN) else Shape.BANG
    told: list[Words | Flag] = [Flag(shape, label(SampleFound, line["found"])), record.at]
    return Lines((*told, quoted(line["note"])) if line["note"] else tuple(told))
