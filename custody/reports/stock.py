"""Stocktakes as the entries of an evidence file tell them: of copies of other projects they tell nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from custody.reports.account import Account, Record
from custody.terms import Counted, Difference

_CAME_BACK = (str(Difference.FOUND), str(Difference.PUT_RIGHT))
DIFFER = (Counted.MISSING, Counted.DAMAGED, Counted.ELSEWHERE, Counted.STRANGER)
"""How a line stands that is to be settled."""


@dataclass
class Line:
    """One label of a stocktake: whether it was expected, how each count found it, and what became of it."""

    id: str
    code: str
    copy: str | None
    expected: bool
    found: str = str(Counted.NOT_SEEN)
    counts: list[tuple[str, Record]] = field(default_factory=list)
    """How it was found, with the entry of that scan, in order."""
    concluded: bool = False
    settled: list[Record] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether the signed result says that it is to be settled."""
        return self.concluded and self.found != str(Counted.MOVED)

    @property
    def missing(self) -> bool:
        """Whether the result did not find it, and it was neither found nor put right since."""
        back = self.settled and self.settled[-1].get("difference") in _CAME_BACK
        return self.concluded and self.found == str(Counted.MISSING) and not back

    def in_round(self, number: int) -> tuple[str, Record] | None:
        """Return how a count found it last, and the entry; None where that count did not see it."""
        return next(((how, r) for how, r in reversed(self.counts) if r.get("round") == number), None)


@dataclass
class Stock:
    """One stocktake."""

    records: list[Record] = field(default_factory=list)
    lines: dict[str, Line] = field(default_factory=dict)

    def one(self, name: str) -> Record | None:
        """Return its first entry of a kind; None without."""
        return next((r for r in self.records if r.name == f"stocktake.{name}"), None)

    @property
    def counts(self) -> Counter[str]:
        """How many lines of this file stand how."""
        return Counter(line.found for line in self.lines.values())

    def by_code(self) -> list[Line]:
        """Return its lines in the order of their codes."""
        return sorted(self.lines.values(), key=lambda line: line.code)

    def differences(self) -> list[Line]:
        """Return the lines that differ from the list and need settling."""
        return [line for line in self.by_code() if line.differs]

    def take(self, record: Record) -> None:
        """Lay one more of its entries over what was told."""
        self.records.append(record)
        for name in ("lines", "met"):
            for told in record.get(name) or ():
                listed = record.name == "stocktake.listed"
                line = self.lines.setdefault(
                    told["line"], Line(told["line"], told["code"], told.get("copy"), listed)
                )
                line.found = told.get("found") or line.found
                line.concluded = line.concluded or record.name == "stocktake.concluded"
                if record.name == "stocktake.counted":
                    line.counts.append((line.found, record))
        if record.name == "stocktake.settled" and (of := self.lines.get(str(record.get("line")))):
            of.settled.append(record)


def stocks(account: Account) -> dict[str, Stock]:
    """Return the stocktakes that counted copies of the project, by their ids, the first first."""
    found: dict[str, Stock] = {}
    for record in sorted(account.records, key=lambda r: (r.at, r.run, r.seq)):
        if record.name.startswith("stocktake.") and record.get("stocktake"):
            found.setdefault(str(record.get("stocktake")), Stock()).take(record)
    return {id: stock for id, stock in found.items() if stock.lines}


def missing(account: Account) -> set[str]:
    """Return the codes of copies that a stocktake did not find and that were neither found nor put right
    since."""
    return {line.code for stock in stocks(account).values() for line in stock.lines.values() if line.missing}


def open_differences(account: Account) -> int:
    """Return how many differences nobody has settled, of the copies of this project."""
    return sum(not line.settled for stock in stocks(account).values() for line in stock.differences())
