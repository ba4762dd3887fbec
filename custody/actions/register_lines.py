"""From the question of a register to its printed lines: which projects, which lines, in which order, named as
they were known, with what was put right since as struck lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from custody import models as m
from custody import regimes
from custody.reports.register_pages import NO_LEVEL, Row
from custody.reports.wording import joined
from custody.terms import PrintedKind, Text

from .register_book import Book, Line, Struck, read
from .register_kinds import REGISTERS
from .register_names import Names, Who


@dataclass(frozen=True, slots=True)
class Question:
    """Which register, of which project or party or of both, from which day to which in a zone, at which size
    of the ledger. The same question has the same lines."""

    register: PrintedKind
    project: UUID | None
    party: UUID | None
    starts: dt.date
    ends: dt.date
    size: int
    zone: str


@dataclass(frozen=True, slots=True)
class Found:
    """The lines of a question, and the highest level that they name in each family of regimes."""

    rows: list[Row]
    highest: Text


def projects_of(question: Question) -> list[UUID]:
    """Return the projects that have lines for a question, in the order in which they were opened."""
    if question.project is not None:
        return [question.project]
    party = question.party
    ends = m.Hop.objects.filter(Q(from_party=party) | Q(to_party=party)).values("project")
    held = m.Holding.objects.filter(party=party).values("project")
    passed = m.Handoff.objects.filter(Q(sender_party=party) | Q(receiver_party=party)).values("project")
    burnt = m.Destruction.objects.filter(Q(holder=party) | Q(unit=party)).values("project")
    asked = m.CopyPermit.objects.filter(asked_for=party).values("project")
    named = Q(owner_party=party)
    for ids in (ends, held, passed, burnt, asked):
        named |= Q(id__in=ids)
    return list(m.Project.objects.filter(named).order_by("created_at", "id").values_list("id", flat=True))


def collect(question: Question) -> Found:
    """Return the lines that answer a question, told from the ledger alone."""
    lines_of = REGISTERS[question.register].lines
    zone = ZoneInfo(question.zone)
    pages: list[tuple[Book, Line]] = []
    for project in projects_of(question):
        book, lines = read(str(project), question.size, zone, lines_of)
        pages += [(book, line) for line in _fitting(lines, question)]
    wanted = {who for _book, line in pages for who in _named(line)}
    names = Names(wanted, question.size)
    rows = [row for book, line in pages for row in _rows(book, line, names, question)]
    return Found(rows, _highest(pages))


def _fitting(lines: Iterable[Line], question: Question) -> list[Line]:
    """Return the lines of the party and period, each after the lines that it took the place of."""
    party = str(question.party) if question.party else None
    every = list(lines)
    standing = {line.key: line for line in every if line.struck is None}
    found = []
    for line in every:
        now = standing.get(line.key, line)
        if party is not None and party not in line.parties:
            continue
        # What was struck and has no successor belongs where it began: it lasted no longer.
        ends = now.ends if line.key in standing else line.begins
        if now.begins <= question.ends and (ends is None or ends >= question.starts):
            found.append((now.order, line.key, line.struck is None, _place(line), line))
    found.sort(key=lambda one: one[:4])
    return [one[4] for one in found]


def _place(line: Line) -> int:
    return line.struck.place if line.struck else 0


def _named(line: Line) -> list[Who]:
    parts = [part for cell in (*line.cells, line.note) for part in cell]
    return [part for part in parts if isinstance(part, Who)]


def _rows(book: Book, line: Line, names: Names, question: Question) -> list[Row]:
    """Return a line as it is printed: struck once for each correction of a name that it carries, then as it
    stands."""
    since = book.places[line.entry]
    upto = line.struck.place if line.struck else question.size
    corrections = [c for c in names.corrections(_named(line), since) if c.place < upto]
    found, at = [], float(since)
    for change in corrections:
        place = int(change.place)
        struck = Struck(change.entry, place, None, change.reason)
        found.append(_row(book, replace(line, struck=struck), names, at, question))
        at = change.place
    return [*found, _row(book, line, names, at, question)]


def _row(book: Book, line: Line, names: Names, at: float, question: Question) -> Row:
    since = book.places[line.entry]

    def say(part: Text | str | Who) -> Text | str:
        return names.say(part, since, at) if isinstance(part, Who) else part

    cells = [tuple(say(part) for part in cell) for cell in line.cells]
    remarks = [say(part) for part in line.note]
    if question.project is None:
        remarks.insert(0, str(book.opened.get("code", "")))
    remarks.append(_entry(since))
    if line.struck is not None:
        remarks += _why(line.struck, book)
    return Row((*cells, tuple(remarks)), line.struck is not None)


def _entry(place: int) -> Text:
    return Text(f"entry {place}", f"账本第{place}条")


def _why(struck: Struck, book: Book) -> list[Text | str]:
    """Return by which entry a line was struck, when, and why."""
    said: list[Text | str] = [
        Text(f"Struck: corrected by entry {struck.place}", f"划销：由账本第{struck.place}条更正"),
        struck.entry,
    ]
    if struck.at is not None:
        said.append(f"{struck.at.astimezone(book.zone):%Y-%m-%d %H:%M}")
    return [*said, struck.reason]


def _highest(pages: Iterable[tuple[Book, Line]]) -> Text:
    """Return the highest level that lines name, for each family of regimes that they come from."""
    top: dict[str, tuple[int, Text]] = {}
    for book, line in pages:
        known = book.levels.get(line.level)
        if known is None:
            continue
        family = regimes.family(str(book.opened["regime"]))
        if family not in top or known[0] > top[family][0]:
            top[family] = known
    if not top:
        return NO_LEVEL
    return joined([top[family][1] for family in sorted(top)], ", ", "、")
