"""What an event on its way into rows is, and the table of how each kind changes them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

Row = dict[str, Any]


@dataclass(slots=True)
class State:
    """Rows by table and id, as the entries read so far make them."""

    rows: dict[type[Model], dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    now: dt.datetime | None = None
    """Recorded time of the entry that is being read."""
    born: dict[tuple[type[Model], str], dt.datetime | None] = field(default_factory=dict)
    """When the entry was recorded that made a row."""

    def set(self, model: type[Model], id: str, **columns: Any) -> None:
        """Make a row, or change columns of it."""
        self.born.setdefault((model, id), self.now)
        self.rows[model].setdefault(id, {}).update(columns)


@dataclass(frozen=True, slots=True)
class Told:
    """One entry on its way into rows."""

    values: Mapping[str, Any]
    entry: str
    about: str

    def pick(self, *names: str, **renamed: str) -> Row:
        """Return fields under their own names and, as ``column=field``, under others; with the entry."""
        return {**{n: self.values[n] for n in names}, **{c: self.values[f] for c, f in renamed.items()}} | {
            "entry": self.entry
        }

    @property
    def project(self) -> str | None:
        """Return the project that the entry is about, if it is about one."""
        noun, _, id = self.about.partition(":")
        return id if noun == "project" else None


Apply = Callable[[State, Told], None]
APPLIES: dict[str, Apply] = {}


def applies(*kinds: str) -> Callable[[Apply], Apply]:
    """Say how an event kind, in one or several versions, changes rows."""

    def note(body: Apply) -> Apply:
        APPLIES.update(dict.fromkeys(kinds, body))
        return body

    return note
