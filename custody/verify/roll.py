"""A prepared list of units called over: for each, in its order, what came, and what is wrong or missing.

Files go to the unit by the ledger that they name and that the trust book pins; a file of no unit of the list
comes after all of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from custody.terms import Text

from .book import Unit, in_fours
from .found import Line, Part, State, printable, worst
from .many import Row
from .units import Listed

CALLED = Text("The list", "单位清单")
NOTHING = Text("No report came; expected: {expected}.", "未收到报告；应收 {expected} 份。")
FEWER = Text(
    "Fewer reports came than expected: {came} of {expected}.",
    "所收报告少于应收数：{expected} 份中收到 {came} 份。",
)
MORE = Text(
    "More reports came than the list expects: {came}, expected {expected}.",
    "所收报告多于清单所列：收到 {came} 份，应收 {expected} 份。",
)
SAME = Text("One report came more than once: {files}.", "同一报告重复收到：{files}。")
UNREGISTERED = Text(
    "The unit is not in the trust book, so nothing of it can be judged. Register it with its trust files.",
    "该单位不在信任名册中，其报告无法判断。请以其信任文件登记。",
)
OTHER_MARK = Text(
    "The fingerprint of its trust files differs: the list says {listed}, the trust book {pinned}. Compare "
    "with the signed sheet.",
    "信任文件指纹不一致：清单为 {listed}，信任名册为 {pinned}。请与双方签字的登记表核对。",
)
OTHER_LEDGER = Text(
    "The trust book has another ledger for it than the list: {pinned}.",
    "信任名册所载账本与清单不同：{pinned}。",
)
OTHER_NAME = Text("The trust book calls it {name}.", "信任名册中名为 {name}。")
OLDER = Text(
    "{file} was sealed on {day}, not after the last visit on {visit}: it shows nothing new.",
    "{file} 封印于 {day}，不晚于上次检查 {visit}：未反映新情况。",
)
NO_DAY = Text(
    "When {file} was sealed is not told, so it is not known whether it is newer than the last visit.",
    "{file} 未载明封印时间，无法判断是否晚于上次检查。",
)
NOT_HELD = Text(
    "Nothing was held against what the last visit showed: give the reports of then with --since.",
    "未与上次检查所示内容比较：请以 --since 提供当时的报告。",
)
STRANGER = Text("This report is of a unit that the list does not name.", "本报告所属单位不在清单中。")
ALIKE = Text(
    "It is the same unit of the trust book as line {line} of the list; what came stands there.",
    "与清单第 {line} 行为信任名册中的同一单位；所收报告列于该行。",
)
_REPORTS = (".pdf", ".json")


@dataclass(slots=True)
class Called:
    """One line of the table: a unit of the list with what came of it, or a file of none."""

    listed: Listed | None
    unit: Unit | None
    rows: list[Row] = field(default_factory=list)
    part: Part = field(default_factory=lambda: Part("list", CALLED))

    @property
    def state(self) -> State:
        """As the worst of the list's line and of its files."""
        return worst([self.part.state, *(row.verdict.state for row in self.rows)])

    @property
    def name(self) -> str:
        """What the unit is called: by the list, else by the book."""
        return self.listed.unit if self.listed else self.unit.name if self.unit else ""

    @property
    def lines(self) -> list[Line]:
        """What is wrong or missing, the bad first; of files what is as bad as the file is."""
        own = [line for line in self.part.lines if line.state != "ok"]
        theirs = [
            line for row in self.rows for line in row.verdict.lines if line.state == row.verdict.state != "ok"
        ]
        return sorted([*own, *theirs], key=lambda line: line.state != "bad")


def call(listed: Sequence[Listed], units: Iterable[Unit], rows: Iterable[Row]) -> list[Called]:
    """Return a line for every unit of a list in its order, then one for every file of none of them."""
    book = list(units)
    called = [Called(one, _unit(one, book)) for one in listed]
    by_unit: dict[str, Called] = {}
    for one in called:
        first = by_unit.setdefault(one.unit.name, one) if one.unit else one
        if first is not one and first.listed:
            one.part.add("unknown", ALIKE, line=first.listed.line)
    strangers: list[Called] = []
    known = {unit.name: unit for unit in book}
    for row in rows:
        if row.unit in by_unit:
            by_unit[row.unit].rows.append(row)
        else:
            beside = Called(None, known.get(row.unit), [row])
            beside.part.add("unknown", STRANGER)
            strangers.append(beside)
    for one in called:
        _judge(one)
    return [*called, *strangers]


def _unit(listed: Listed, book: Sequence[Unit]) -> Unit | None:
    """Return the unit of the book that a line means: by its ledger where it names one that the book has."""
    by_origin = next((unit for unit in book if listed.origin and listed.origin in unit.origins), None)
    return by_origin or next((unit for unit in book if unit.name == listed.unit), None)


def _judge(one: Called) -> None:
    listed, unit, part = one.listed, one.unit, one.part
    if listed is None:
        return
    if unit is None:
        part.add("unknown", UNREGISTERED)
    else:
        _against_book(part, listed, unit)
    _came(one, listed)
    if listed.visited is not None:
        for row in one.rows:
            _since(part, row, listed.visited)


def _against_book(part: Part, listed: Listed, unit: Unit) -> None:
    if unit.fault is not None:
        part.add("bad", unit.fault)
    if listed.fingerprint and listed.fingerprint != unit.pinned:
        part.add("bad", OTHER_MARK, listed=in_fours(listed.fingerprint), pinned=in_fours(unit.pinned))
    if listed.origin and listed.origin not in unit.origins:
        part.add("bad", OTHER_LEDGER, pinned=printable(", ".join(unit.origins)))
    if listed.unit != unit.name:
        part.add("ok", OTHER_NAME, name=printable(unit.name))


def _came(one: Called, listed: Listed) -> None:
    """Say whether as many reports came as the list expects; one that came twice counts once."""
    files: dict[str, list[str]] = {}
    for row in one.rows:
        if row.path.lower().endswith(_REPORTS):
            files.setdefault(row.verdict.sha256, []).append(printable(row.path))
    for same in files.values():
        if len(same) > 1:
            one.part.add("unknown", SAME, files=", ".join(same))
    places = {"came": len(files), "expected": listed.expected}
    if not files and listed.expected:
        one.part.add("unknown", NOTHING, **places)
    elif len(files) < listed.expected:
        one.part.add("unknown", FEWER, **places)
    elif len(files) > listed.expected:
        one.part.add("unknown", MORE, **places)


def _since(part: Part, row: Row, visited: dt.date) -> None:
    """Say of a file whether it is newer than the last visit, and whether it was held against it."""
    if row.verdict.state == "bad" or not row.path.lower().endswith(_REPORTS):
        return
    sealed = row.verdict.about.get("stamped_at") or row.verdict.about.get("sealed_at", "")
    file = printable(row.path)
    try:
        day = dt.datetime.fromisoformat(sealed).date()
    except ValueError:
        part.add("unknown", NO_DAY, file=file)
    else:
        if day <= visited:
            part.add("unknown", OLDER, file=file, day=day.isoformat(), visit=visited.isoformat())
    if not any(each.name == "since" for each in row.verdict.parts):
        part.add("unknown", NOT_HELD)
