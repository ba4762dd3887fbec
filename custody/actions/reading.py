"""One read of the ledger for an erasure: what rows it makes, what it will make, and who is named where."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from custody import record
from custody.apply import State, tell

GivesUp = Callable[[record.Entry], Iterable[str]]
"""The names of the personal values that an entry is to give up."""


@dataclass(slots=True)
class Reading:
    """What one pass over all entries shows.

    ``now`` are the rows as the entries tell them, ``then`` as they will once the values are given up.
    """

    now: State = field(default_factory=State)
    then: State = field(default_factory=State)
    giving: list[UUID] = field(default_factory=list)
    """The entries that give something up."""
    named: dict[str, dt.datetime] = field(default_factory=dict)
    """Project -> when one of the ids was last named in it, or an entry in it gives something up."""


def read_ledger(using: str, ids: Iterable[str], gives_up: GivesUp) -> Reading:
    """Read every entry once, each stream in its order."""
    reading, wanted = Reading(), frozenset(ids)
    for entry in record.history(using):
        names = set(gives_up(entry))
        if names:
            reading.giving.append(entry.id)
        tell(reading.now, entry)
        tell(reading.then, entry, names)
        noun, _, project = entry.stream_name.partition(":")
        if noun == "project" and (names or _names_one(entry, wanted)):
            reading.named[project] = entry.at
    return reading


def _names_one(entry: record.Entry, ids: frozenset[str]) -> bool:
    """Whether an entry names one of some ids: as who acted, in a field however deep, or by whose facts."""
    said = json.dumps([dict(entry.values), list(entry.erased)])
    return any(id in said for id in ids)
