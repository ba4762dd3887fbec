"""The entries of an evidence file laid one over the other: what each record said at each moment.

Pure: entries in their order go in, rows come out. What an entry withholds, or has given up by an erasure, is
UNKNOWN from then on, and nothing is held against it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from custody.events import KINDS
from custody.terms import PermitState
from ledger.tlog.verify import Entry

from .told import IN_USE, TOLD, UNDER, Fixed, Follows, Sets


class Unknown:
    """What an entry does not disclose."""

    def __repr__(self) -> str:
        return "withheld"


UNKNOWN = Unknown()


@dataclass(slots=True)
class Row:
    """A record as it stands: its values, and the entry that set it last, with its act and its time."""

    noun: str
    id: str
    values: dict[str, Any] = field(default_factory=dict)
    entry: str = ""
    act: str = ""
    at: datetime | None = None
    born: str = ""
    """The act that made it."""
    made: str = ""
    """The entry that made it."""
    was: str = ""
    """The entry that had set it before."""

    def get(self, name: str) -> Any:
        """Return a value; UNKNOWN where it is withheld, or was never told."""
        return self.values.get(name, UNKNOWN)


@dataclass(slots=True)
class Rows:
    """All records, as the entries read so far make them."""

    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    under: dict[tuple[str, str], dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    """(noun, what it stands under) -> its rows by id, in the order in which they were made."""

    def get(self, noun: str, id: Any) -> Row | None:
        """Return a record, None where no entry has made it yet."""
        return self.rows[noun].get(str(id))

    def of(self, noun: str, above: str) -> Iterable[Row]:
        """Return the records of a noun that stand under another record."""
        return self.under[noun, above].values() if (noun, above) in self.under else ()

    def take(self, entry: Entry) -> None:
        """Lay one more entry over what there is. What does not fit is passed over: facts will differ."""
        kind = str(entry.values.get("kind"))
        name = kind.partition("/")[0]
        for sets in TOLD.get(name, ()):
            try:
                self._set(sets, entry, _fields(kind))
            except (KeyError, TypeError, ValueError, AttributeError):
                continue
        if name in IN_USE:
            permit = self.get("permit", entry.values.get("permit"))
            if permit is not None and permit.get("state") == PermitState.APPROVED:
                self._lay(permit, {"state": str(PermitState.ACTIVE)}, entry)

    def _set(self, sets: Sets, entry: Entry, known: frozenset[str]) -> None:
        for each in _members(entry, sets.each):
            id = _value(sets.id, entry, each, known)
            if not isinstance(id, str):
                continue
            row = self.rows[sets.noun].get(id)
            if row is None:
                if sets.there:
                    continue
                row = self.rows[sets.noun][id] = Row(
                    sets.noun, id, born=str(entry.values.get("act")), made=entry.leaf.id
                )
            new = _laid_over(entry) if sets.laid else {}
            told = {name: _value(source, entry, each, known) for name, source in sets.fields.items()}
            if sets.given:
                told = {name: value for name, value in told.items() if value is not None}
            self._lay(row, {**new, **told}, entry)

    def _lay(self, row: Row, values: Mapping[str, Any], entry: Entry) -> None:
        row.values.update(values)
        for name in UNDER.get(row.noun, ()):
            if isinstance(above := row.values.get(name), str):
                self.under[row.noun, above][row.id] = row
        if row.entry != entry.leaf.id:
            row.was = row.entry
        row.entry, row.act, row.at = entry.leaf.id, str(entry.values.get("act")), entry.leaf.time


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries in the order of their times; those of one stream keep theirs."""
    return sorted(entries, key=lambda entry: entry.leaf.time)


def _members(entry: Entry, name: str) -> Iterator[Any]:
    if not name:
        yield None
    else:
        found = entry.values.get(name)
        yield from found if isinstance(found, list) else ()


def _value(source: Any, entry: Entry, each: Any, known: frozenset[str]) -> Any:
    if isinstance(source, Fixed):
        return source.value
    if isinstance(source, Follows):
        return source.of.get(str(entry.values.get(source.field)), UNKNOWN)
    if source == "each":
        return each
    if source.startswith("each."):
        return each.get(source.removeprefix("each."), UNKNOWN)
    if source in entry.values:
        return entry.values[source]
    return UNKNOWN if source in known else None  # an earlier version of the kind does not know it yet


def _laid_over(entry: Entry) -> dict[str, Any]:
    """Return what a correction changes, under the names of facts; UNKNOWN where that is withheld."""
    values = entry.values
    new: dict[str, Any] = {}
    for name in ("new", "new_personal"):
        if isinstance(part := values.get(name), dict):
            new |= part
    changed = values.get("changed")
    if isinstance(changed, list):
        new |= {name: UNKNOWN for name in changed if name not in new}
    return {name.removesuffix("_id"): value for name, value in new.items()}


@cache
def _fields(kind: str) -> frozenset[str]:
    """Return the names of the fields of a published kind."""
    found = KINDS.get(kind)
    return frozenset(found.schema.__dataclass_fields__) if found else frozenset()
