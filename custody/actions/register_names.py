"""What parties, people and systems were called at a size of the ledger, and what was put right since.

A line carries the name that was known when it was recorded. Where that name was corrected later, the line is
struck and stands again with the right one; a party that was merely renamed keeps its name of then.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from custody import models as m
from custody import record
from custody.blanks import blanks
from custody.reports.names import both
from custody.terms import SystemKind, Text

_COLUMNS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "party": (m.Party, ("name", "other_name")),
    "person": (m.Person, ("name",)),
    "system": (m.System, ("name", "kind", "inventory_number")),
}
NOT_KNOWN = Text("not known", "不详")
NONE = Text("none", "无")


@dataclass(frozen=True, slots=True)
class Who:
    """A party, person or system that a line names; ``field``: what of it."""

    noun: str
    id: str
    field: str = "name"


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that changed what a record says; ``place`` in the ledger, infinite while it is not sealed."""

    place: float
    entry: str
    corrects: bool
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    reason: str


class Names:
    """What the records of some ids say, at any place in the ledger."""

    def __init__(self, wanted: Iterable[Who], size: int) -> None:
        """Read the records as they stand, and what changed them."""
        ids: dict[str, set[str]] = defaultdict(set)
        for who in wanted:
            ids[who.noun].add(who.id)
        self.now: dict[str, dict[str, Any]] = {}
        self.changes: dict[str, list[Change]] = defaultdict(list)
        for noun, (model, columns) in _COLUMNS.items():
            for row in model._default_manager.filter(id__in=ids[noun]).values("id", *columns):
                self.now[str(row["id"])] = {name: row[name] for name in columns}
            lines = m.Correction.objects.filter(noun=noun, object__in=ids[noun])
            self._learn(noun, columns, list(lines), size)

    def _learn(self, noun: str, columns: tuple[str, ...], lines: list[m.Correction], size: int) -> None:
        touching = [line for line in lines if set(columns) & set(line.changes)]
        places = record.places_of(line.id for line in touching)
        for line in touching:
            entry = record.entry_of(line.id)
            v: dict[str, Any] = {**entry.values, **blanks(entry.values, entry.erased)}
            place = places.get(line.id)
            self.changes[str(line.object)].append(
                Change(
                    math.inf if place is None or place >= size else place,
                    str(line.id),
                    str(v["kind"]).startswith(f"{noun}.corrected/"),
                    {**v["old"], **v.get("old_personal", {})},
                    {**v["new"], **v.get("new_personal", {})},
                    str(v.get("reason") or ""),
                )
            )
        for changes in self.changes.values():
            changes.sort(key=lambda change: (change.place, change.entry))

    def at(self, id: str, place: float) -> dict[str, Any]:
        """Return what a record said right after a place in the ledger."""
        said = dict(self.now.get(id, {}))
        for change in reversed(self.changes.get(id, [])):
            if change.place > place:
                said |= change.old
        return said

    def corrections(self, whose: Iterable[Who], since: float) -> list[Change]:
        """Return the corrections, recorded after a place, of what a line names, in their order."""
        found = {
            change.place: change
            for who in whose
            for change in self.changes.get(who.id, [])
            if change.corrects and since < change.place < math.inf and set(_fields(who)) & set(change.new)
        }
        return [found[place] for place in sorted(found)]

    def say(self, who: Who, since: float, upto: float) -> Text | str:
        """Return what a line of a place says of one, with what was put right up to another place."""
        said = self.at(who.id, since)
        for change in self.changes.get(who.id, []):
            if change.corrects and since < change.place <= upto:
                said |= change.new
        if not said:
            return NOT_KNOWN
        if who.noun == "party":
            return both(said.get("name"), said.get("other_name"))
        value = said.get(who.field)
        if who.field == "kind":
            return SystemKind(str(value)).text
        if value is None:
            return NOT_KNOWN
        return str(value) or NONE


def _fields(who: Who) -> tuple[str, ...]:
    return ("name", "other_name") if who.noun == "party" else (who.field,)
