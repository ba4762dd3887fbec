"""What was found: lines of parts of a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from custody.terms import Text
from ledger.tlog.verify import Check, Entry

State = Literal["ok", "bad", "unknown"]
SHOWN = 10
"""How many faults of one kind are named; the rest is counted."""


class Line(NamedTuple):
    """One thing that was checked: how it came out, the sentence, and a detail for an expert (English)."""

    state: State
    text: Text
    detail: str = ""


@dataclass(slots=True)
class Part:
    """The lines on one part of what was handed in."""

    name: str
    title: Text
    lines: list[Line] = field(default_factory=list)

    @property
    def state(self) -> State:
        """ "bad" with one bad line, else "unknown" with one that could not be judged, else "ok"."""
        return worst(line.state for line in self.lines)

    def add(self, state: State, text: Text, detail: object = "", **places: object) -> None:
        """Add a line, with values put into its sentence, each in the sentence's language."""
        if places:
            text = Text(text.en.format(**_in("en", places)), text.zh.format(**_in("zh", places)))
        self.lines.append(Line(state, text, str(detail)))

    def take(self, checks: Sequence[Check]) -> None:
        """Add what the ledger's own judgement says."""
        for check in checks:
            self.lines.append(Line(check.state, Text(check.en, check.zh), check.detail))


def _in(language: str, places: Mapping[str, object]) -> dict[str, object]:
    return {name: value.get(language) if isinstance(value, Text) else value for name, value in places.items()}


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that was found on a report, a bundle or a receipt."""

    parts: tuple[Part, ...]
    sha256: str
    counts: Mapping[str, int] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[Line]:
        """Every line of every part."""
        return [line for part in self.parts for line in part.lines]

    @property
    def state(self) -> State:
        """ "bad" with one bad line, else "unknown" with one that could not be judged, else "ok"."""
        return worst(line.state for line in self.lines)

    @property
    def good(self) -> bool:
        """Whether everything was checked and nothing is wrong."""
        return self.state == "ok"


def kind_of(entry: Entry) -> str:
    """Return the kind of an entry's event, without its version; "None" where it is withheld."""
    return str(entry.values.get("kind")).partition("/")[0]


def worst(states: Iterable[State]) -> State:
    """Return "bad" with one bad state, else "unknown" with one unknown, else "ok"."""
    found = set(states)
    return "bad" if "bad" in found else "unknown" if "unknown" in found else "ok"


def printable(text: str) -> str:
    """Return text without what could steer a terminal or turn the reading direction."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
