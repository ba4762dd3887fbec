"""A project as the ledger told it at a size: its rows and entries, and the lines that were put right.

Told from the entries alone, so that the same question at the same size has the same answer, whatever the
tables say by now.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from custody import apply, record, regimes
from custody import models as m
from custody.policy.facts import Missing
from custody.terms import Had, HandoffState, Text

from .register_names import Who

TELLING = (
    "project.",
    "item.",
    "copies.",
    "copy.",
    "copy_permit.",
    "handoff.",
    "destruction.",
    "hop.",
    "approval.",
    "results.",
)
"""Beginnings of the kinds of entry that lines are told from."""
CORRECTING = frozenset(
    {"item.corrected", "item.classified", "handoff.corrected", "handoff.undone", "hop.amended"}
)
"""Kinds that put right what was wrong, and not merely tell what happened next."""

Part = Text | str | Who
Cell = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Struck:
    """By which entry a line was struck, and why."""

    entry: str
    place: int
    at: dt.datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line, its names still to be told. ``entry`` made it; ``begins`` and ``ends`` say to which periods
    it belongs; ``parties``: in whose register it stands."""

    key: str
    entry: str
    begins: dt.date
    ends: dt.date | None
    cells: tuple[Cell, ...]
    parties: frozenset[str]
    level: str = ""
    note: tuple[Part, ...] = ()
    order: tuple[Any, ...] = ()
    struck: Struck | None = None


Lines = Callable[["Book"], list[Line]]


@dataclass
class Book:
    """The rows of one project at a size, with the place and time of each entry."""

    project: str
    zone: ZoneInfo
    state: apply.State = field(default_factory=apply.State)
    times: dict[str, dt.datetime] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    """Subcontract -> entry that asked for it."""

    def day(self, entry: str) -> dt.date:
        """Return the day of an entry in the register's zone."""
        return self.times[entry].astimezone(self.zone).date()

    def moment(self, entry: str) -> str:
        """Return day and minute of an entry in the register's zone."""
        return f"{self.times[entry].astimezone(self.zone):%Y-%m-%d %H:%M}"

    def rows(self, model: Any) -> Mapping[str, dict[str, Any]]:
        """Return the rows of a table by id."""
        return self.state.rows[model]

    @property
    def opened(self) -> dict[str, Any]:
        """Return the project itself."""
        return dict(self.rows(m.Project).get(self.project, {}))

    @cached_property
    def levels(self) -> dict[str, tuple[int, Text]]:
        """Return rank and label of each level of the project's regime."""
        try:
            pack = regimes.pack(str(self.opened["regime"]))
        except (KeyError, Missing, ValueError):
            return {}
        return {level.id: (level.rank, level.label.text) for level in pack.levels}

    def level(self, id: Any) -> Text:
        """Return a level as the project's regime calls it."""
        return self.levels.get(str(id), (0, Text(str(id or ""), str(id or ""))))[1]

    def item_of(self, copy: str) -> dict[str, Any]:
        """Return the item of a copy."""
        return self.rows(m.Item).get(str(self.rows(m.Copy)[copy]["item_id"]), {})

    def named(self, copy: str) -> tuple[Cell, Cell, Cell]:
        """Return the cells that name a copy: its number, its item, its level."""
        row, item = self.rows(m.Copy)[copy], self.item_of(copy)
        which = Text(f"copy {row['number']}", f"第{row['number']}份")
        return (str(row["code"]),), (str(item.get("codename", "")), which), (self.level(item.get("level")),)

    def custody(self) -> dict[str, list[dict[str, Any]]]:
        """Return who had each copy, one after the other in the order of the entries, readings too. A receipt
        that was undone gave nobody anything."""
        undone = self.handoffs(HandoffState.UNDONE)
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self.rows(m.Holding).values():
            if row["entry"] not in undone:
                found[row["copy_id"]].append(row)
        for spans in found.values():
            spans.sort(key=lambda row: self.places[row["entry"]])
        return found

    def spans(self) -> dict[str, list[tuple[dict[str, Any], dict[str, Any] | None]]]:
        """Return for each copy who kept it, each with who or what came next."""
        found = {}
        for copy, rows in self.custody().items():
            kept = [row for row in rows if row["how"] != Had.READ]
            after = [*kept[1:], None]
            found[copy] = [
                (row, then) for row, then in zip(kept, after, strict=True) if row["how"] == Had.KEPT
            ]
        return found

    def handoffs(self, *states: HandoffState) -> dict[str, tuple[str, dict[str, Any]]]:
        """Return the handoffs of some states by the entry of their answer, each with its id."""
        return {
            row["answer_entry"]: (id, row)
            for id, row in self.rows(m.Handoff).items()
            if row.get("answer_entry") and row.get("state") in states
        }

    def on_paper(self, handoff: str) -> tuple[Part, ...]:
        """Return what is said of a handoff that took place on paper."""
        for row in self.rows(m.PaperHandoff).values():
            if row.get("handoff_id") == handoff and "took_place_at" in row:
                at = f"{row['took_place_at'].astimezone(self.zone):%Y-%m-%d %H:%M}"
                return (Text(f"on paper: {at}", f"纸质办理：{at}"),)
        return ()


def read(project: str, size: int, zone: ZoneInfo, lines: Lines) -> tuple[Book, list[Line]]:
    """Return a project at a size of the ledger with the lines of a register: those that hold, and each one
    that a correction struck, with that correction."""
    book, struck = Book(project, zone), []
    for place, entry in record.covered(f"project:{project}", size):
        name = str(entry.values.get("kind", "")).partition("/")[0]
        id = str(entry.id)
        book.times[id], book.places[id], book.kinds[id] = entry.at, place, name
        if not name.startswith(TELLING):
            continue
        if name == "hop.requested":
            book.asked[str(entry.values["hop"])] = id
        if name not in CORRECTING:
            apply.tell(book.state, entry)
            continue
        before = lines(book)
        apply.tell(book.state, entry)
        after = {line.key: line for line in lines(book)}
        by = Struck(id, place, entry.at, str(entry.values.get("reason") or ""))
        for line in before:
            now = after.get(line.key)
            if now is None or now.cells != line.cells:
                struck.append(replace(line, struck=by))
    return book, [*struck, *lines(book)]
