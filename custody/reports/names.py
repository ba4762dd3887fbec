"""Names of parties, persons, systems, copies and items as the entries gave them, each from when it was given.

A report of an old event prints the name of that day, not today's. A name that the evidence does not carry
(withheld, erased, or registered outside its streams) is said to be so, never guessed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from custody.terms import Text

UNNAMED = Text("(name not in this evidence)", "（证据中无此名称）")
SYSTEM = Text("Holdfast (the system itself)", "Holdfast（系统自身）")


def both(first: str | None, second: str | None) -> Text:
    """Return a party's two names as one text: the Chinese reader gets the one in Chinese characters.

    >>> both("Northfield", "北原测绘院").zh
    '北原测绘院'
    """
    names = [name for name in (first, second) if name]
    if not names:
        return UNNAMED
    han = next((n for n in names if any("\u3400" <= c <= "\u9fff" for c in n)), names[0])
    other = next((n for n in names if not any("\u3400" <= c <= "\u9fff" for c in n)), names[0])
    return Text(other, han)


class Names:
    """Every name that entries gave, with the time from which it holds."""

    def __init__(self) -> None:
        """Start without names."""
        self._given: dict[str, list[tuple[datetime, Text]]] = defaultdict(list)
        self._raw: dict[str, tuple[str | None, str | None]] = {}

    def learn(self, kind: str, at: datetime, values: Mapping[str, Any]) -> None:
        """Take the names that one entry gives; entries come in the order of their times."""
        match kind:
            case "party.registered":
                name = values.get("name") or values.get("individual_name")
                other = values.get("other_name") or values.get("individual_other_name")
                self._raw[str(values.get("party"))] = (name, other)
                self._give(values.get("party"), at, both(name, other))
            case "party.corrected" | "party.renamed":
                new = {**(values.get("new") or {}), **(values.get("new_personal") or {})}
                name, other = self._raw.get(str(values.get("party")), (None, None))
                given = (new.get("name", name), new.get("other_name", other))
                self._raw[str(values.get("party"))] = given
                self._give(values.get("party"), at, both(*given))
            case "person.corrected":
                self._give(values.get("person"), at, _same((values.get("new_personal") or {}).get("name")))
            case "system.corrected":
                self._give(values.get("system"), at, _same((values.get("new") or {}).get("name")))
            case "item.corrected":
                self._give(values.get("item"), at, _same((values.get("new") or {}).get("codename")))
            case "person.registered":
                self._give(values.get("person"), at, _same(values.get("name")))
            case "system.registered":
                self._give(values.get("system"), at, _same(values.get("name")))
            case "item.registered":
                self._give(values.get("item"), at, _same(values.get("codename")))
            case "copies.minted" | "copies.taken_over":
                for copy in values.get("copies") or ():
                    self._give(copy.get("copy"), at, _same(copy.get("code")))
            case "handoff.offered":
                self._give(values.get("handoff"), at, _same(values.get("number")))

    def _give(self, id: str | None, at: datetime, name: Text) -> None:
        if id and name is not UNNAMED:
            self._given[id].append((at, name))

    def of(self, id: str | None, at: datetime | None = None) -> Text:
        """Return the name that held at a time (the newest without one); UNNAMED when none is known."""
        given = self._given.get(id or "", [])
        if not given:
            return UNNAMED
        if at is None:
            return given[-1][1]
        place = bisect_right([moment for moment, _ in given], at)
        return given[max(place - 1, 0)][1]

    def known(self, id: str | None) -> bool:
        """Return whether the evidence names this id."""
        return (id or "") in self._given

    def listed(self, ids: Iterable[str], at: datetime | None = None) -> Text:
        """Return several names as one text."""
        names = [self.of(id, at) for id in ids]
        return Text(", ".join(n.en for n in names), "、".join(n.zh for n in names))

    def as_mapping(self, language: str) -> dict[str, str]:
        """Return all newest names in one language, as remedies of findings ask for them."""
        return {id: given[-1][1].get(language) for id, given in self._given.items()}


def _same(name: str | None) -> Text:
    return Text(name, name) if name else UNNAMED
