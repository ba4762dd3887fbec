"""What each line of an old register says, and each field that cannot be taken, before anything is entered.

What is registered here is read once for all lines; a line is then judged without a question to the database.
Nothing of a line with a fault is entered. What breaks a rule is no fault: it is entered, and told as a
finding.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.importers.problem import RecordError, shown
from custody.importers.register_sheet import SheetRow
from custody.importers.register_values import day, key, named, plain
from custody.terms import LineState, PartyState, RegisterField, SystemState

F = RegisterField
_LENGTHS = {F.NUMBER: 100, F.ITEM: 100, F.PAGE: 40, F.LINE: 20, F.REMARK: 500}
_NAME = 300
_MISSING = RecordError("missing", "Nothing is written here.", "此处未填写。")


@dataclass(slots=True)
class Read:
    """One line: as it was read, where it stands, and what is wrong with it."""

    place: int
    read: SheetRow
    page: str = ""
    line: str = ""
    number: str = ""
    level: str = ""
    state: LineState = LineState.READABLE
    problems: list[dict[str, str]] = field(default_factory=list)

    def wrong(self, about: RegisterField, value: str, error: RecordError) -> None:
        """Note why a field cannot be taken."""
        self.problems.append(
            {
                "field": str(about),
                "value": shown(value),
                "code": error.code,
                "en": error.reason.en,
                "zh": error.reason.zh,
            }
        )
        self.state = LineState.FAULTY

    @property
    def where(self) -> tuple[str, str]:
        """Return how another line is pointed to, in both languages."""
        page_en = f"page {self.page}, " if self.page else ""
        page_zh = f"第{self.page}页" if self.page else ""
        return f"{page_en}line {self.line}", f"{page_zh}第{self.line}行"


@dataclass(slots=True)
class Line(Read):
    """A line that tells of a copy."""

    item: str = ""
    level_written: str = ""
    holder: UUID | None = None
    person: UUID | None = None
    system: UUID | None = None
    since: dt.date | None = None
    back: dt.date | None = None


class Cells:
    """The cells of one line by what they tell; what cannot be taken is noted with the line."""

    def __init__(self, line: Read, mapping: Mapping[str, int], lengths: Mapping[RegisterField, int]) -> None:
        """Look into a line by its mapping; ``lengths`` are those of fields that are not names."""
        self.line, self.mapping, self.lengths = line, mapping, lengths

    def cell(self, about: RegisterField) -> str:
        """Return what stands there, as it stands."""
        cells, column = self.line.read.cells, self.mapping.get(str(about))
        return cells[column] if column is not None and column < len(cells) else ""

    def take(self, about: RegisterField, read: Callable[[str], Any], *, needed: bool = False) -> Any:
        """Return what a field says; None where nothing stands there, or what stands there is wrong."""
        written = self.cell(about)
        try:
            if not written.strip():
                if needed:
                    raise _MISSING
                return None
            return read(plain(written, self.lengths.get(about, _NAME)))
        except RecordError as error:
            self.line.wrong(about, written, error)
            return None

    def place(self, width: int) -> None:
        """Take where the line stands on paper; what stands to the right of ``width`` headings has slipped."""
        line, cells = self.line, self.line.read.cells
        line.page = self.take(F.PAGE, str) or line.read.page[:40]
        line.line = self.take(F.LINE, str) or str(line.read.line)
        if any(cells[width:]):
            line.wrong(F.REMARK, next(filter(None, cells[width:])), _WIDE)
        line.number = self.take(F.NUMBER, str, needed=True) or ""


class Known:
    """What is registered here, by the names under which an old register may know it."""

    def __init__(self, project: m.Project, today: dt.date) -> None:
        """Read nothing yet: each table is read once, when the first line asks for it."""
        self.project, self.today = project, today

    @cached_property
    def levels(self) -> dict[str, str]:
        """Return levels of the regime by id and by both labels."""
        pack = regimes.pack(self.project.regime, self.today)
        return {
            key(name): level.id
            for level in pack.levels
            for name in (level.id, level.label.text.en, level.label.text.zh)
        }

    @cached_property
    def parties(self) -> dict[str, set[UUID]]:
        """Return parties that stand, by each of their names and registration numbers."""
        found: dict[str, set[UUID]] = defaultdict(set)
        gone = (PartyState.CLOSED,)
        for id, name, other in m.Party.objects.exclude(state__in=gone).values_list(
            "id", "name", "other_name"
        ):
            for each in (name, other):
                if each:
                    found[key(each)].add(id)
        for table, column in ((m.PartyName, "name"), (m.PartyIdentifier, "value")):
            rows = table._default_manager.exclude(party__state__in=gone)
            for id, name in rows.values_list("party_id", column):
                found[key(name)].add(id)
        return found

    @cached_property
    def people(self) -> dict[tuple[UUID, str], set[UUID]]:
        """Return people by the party for which they stand today, and by name or staff number."""
        found: dict[tuple[UUID, str], set[UUID]] = defaultdict(set)
        rows = m.Membership.objects.current(self.today).values_list(
            "party_id", "person_id", "person__name", "person__staff_number"
        )
        for party, person, name, number in rows:
            for form in {*named(name), key(number or "")} - {""}:
                found[party, form].add(person)
        return found

    @cached_property
    def systems(self) -> dict[str, set[UUID]]:
        """Return systems in use by name and by number."""
        found: dict[str, set[UUID]] = defaultdict(set)
        rows = m.System.objects.exclude(state=SystemState.RETIRED)
        for id, name, number in rows.values_list("id", "name", "inventory_number"):
            for each in (name, number or ""):
                if each:
                    found[key(each)].add(id)
        return found

    @cached_property
    def items(self) -> dict[str, str]:
        """Return the levels of the project's items by codename."""
        return dict(m.Item.objects.filter(project=self.project).values_list("codename", "level"))

    @cached_property
    def taken(self) -> set[str]:
        """Return the old numbers that were taken over in this project before."""
        rows = m.TakenOver.objects.filter(register__project=self.project)
        return {key(number) for number in rows.values_list("number", flat=True)}

    def level(self, name: str) -> str:
        """Return the level of a name. Raises RecordError."""
        try:
            return self.levels[key(name)]
        except KeyError:
            raise RecordError(
                "unknown_level",
                "This is no classification of the project's regime.",
                "该密级不属于本项目的规则包。",
            ) from None

    def party(self, name: str) -> UUID:
        """Return the one party of a name. Raises RecordError for none and for several."""
        return _one(self.parties.get(key(name), set()), name, _NO_PARTY)

    def person(self, party: UUID, name: str) -> UUID:
        """Return the one person of a name who stands for a party. Raises RecordError as :meth:`party`."""
        return _one(self.people.get((party, key(name)), set()), name, _NO_PERSON)

    def system(self, name: str) -> UUID:
        """Return the one system of a name or number. Raises RecordError as :meth:`party`."""
        return _one(self.systems.get(key(name), set()), name, _NO_SYSTEM)


@dataclass(frozen=True, slots=True)
class _Noun:
    code: str
    en: str
    zh: str
    several_en: str
    several_zh: str


_NO_PARTY = _Noun(
    "party", "No party of this name is registered. Register it first, or add the name to it.",
    "没有登记此名称的单位。请先登记该单位，或为其补充此名称。",
    "Several parties have this name. Write the registration number instead.",
    "有多家单位使用此名称，请改填登记编号。",
)  # fmt: skip
_NO_PERSON = _Noun(
    "person", "Nobody of this name stands for the holder today.", "目前没有此姓名的人员代表该持有单位。",
    "Several people of the holder have this name. Write the staff number instead.",
    "该持有单位有多名同名人员，请改填工号。",
)  # fmt: skip
_NO_SYSTEM = _Noun(
    "place", "No system, vault or place of this name or number is in use here.",
    "没有此名称或编号的在用设备、库房或场所。",
    "Several places have this name. Write the number instead.", "有多处使用此名称，请改填编号。",
)  # fmt: skip


def _one(found: set[UUID], name: str, noun: _Noun) -> UUID:
    if not found:
        raise RecordError(f"unknown_{noun.code}", noun.en, noun.zh)
    if len(found) > 1:
        raise RecordError(f"several_{noun.code}", noun.several_en, noun.several_zh)
    return next(iter(found))


def judged(
    project: m.Project,
    rows: Iterable[SheetRow],
    mapping: Mapping[str, int],
    today: dt.date,
    *,
    from_1904: bool = False,
    width: int,
) -> list[Line]:
    """Return every line with what it says and all that is wrong with it; ``width`` counts the headings."""
    known = Known(project, today)
    lines = [_line(known, n, row, mapping, from_1904, width) for n, row in enumerate(rows, 1)]
    _across(known, lines)
    return lines


def _line(
    known: Known, place: int, row: SheetRow, mapping: Mapping[str, int], from_1904: bool, width: int
) -> Line:
    line = Line(place, row)
    cells = Cells(line, mapping, _LENGTHS)
    cell, take = cells.cell, cells.take
    cells.place(width)
    line.item = take(F.ITEM, str, needed=True) or ""
    line.level = take(F.LEVEL, known.level, needed=True) or ""
    line.level_written = cell(F.LEVEL)
    line.holder = take(F.HOLDER, known.party)
    if not cell(F.HOLDER).strip():
        line.holder = known.project.owner_party_id
    if line.holder:
        holder = line.holder
        line.person = take(F.PERSON, lambda text: known.person(holder, text))
    line.system = take(F.PLACE, known.system)
    line.since = take(F.SINCE, lambda text: past(day(text, from_1904=from_1904), known.today))
    line.back = take(F.BACK, lambda text: _lent(line, day(text, from_1904=from_1904), known))
    take(F.REMARK, str)
    return line


_WIDE = RecordError(
    "too_wide",
    "Stands to the right of the last heading: cells have slipped.",
    "位于最后一个表头右侧：单元格错位。",
)


def twice(en: str, zh: str) -> RecordError:
    """Return that a number stands on another line already."""
    return RecordError("number_twice", f"This number stands on {en} already.", f"该编号已见于{zh}。")


def past(found: dt.date, today: dt.date) -> dt.date:
    """Return a day that has come. Raises RecordError for one that has not."""
    if found > today:
        raise RecordError("ahead", f"{found} has not come yet.", f"{found}尚未到来。")
    return found


def _lent(line: Line, back: dt.date, known: Known) -> dt.date:
    """Return the day on which a copy is due back. Raises RecordError where nobody has it, and for a day
    before they got it."""
    if line.holder == known.project.owner_party_id and line.person is None:
        raise RecordError(
            "no_borrower",
            "Nobody is named who is to bring it back: neither another party nor a person.",
            "未写明由谁归还：既无其他单位，也无人员。",
        )
    if line.since and back < line.since:
        raise RecordError("before", f"{back} is before {line.since}.", f"{back}早于{line.since}。")
    return back


def _across(known: Known, lines: Sequence[Line]) -> None:
    """Judge what lines say of each other: numbers that stand twice, items with two levels."""
    numbers: dict[str, Line] = {}
    levels: dict[str, tuple[str, Line | None]] = {k: (level, None) for k, level in known.items.items()}
    for line in lines:
        if line.number:
            first = numbers.setdefault(key(line.number), line)
            if first is not line:
                en, zh = first.where
                line.wrong(F.NUMBER, line.number, twice(en, zh))
        if line.item and line.level:
            level, where = levels.setdefault(line.item, (line.level, line))
            if level != line.level:
                en, zh = where.where if where else ("the item as registered", "已登记的成果")
                line.wrong(
                    F.LEVEL, line.level_written,
                    RecordError(
                        "two_levels", f"The same item has another classification: {en}.",
                        f"同一成果的密级不一致：{zh}。",
                    ),
                )  # fmt: skip
    for line in lines:
        if line.state is LineState.READABLE and key(line.number) in known.taken:
            line.state = LineState.DOUBLE
