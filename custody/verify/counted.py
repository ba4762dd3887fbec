"""Every stocktake in the evidence: list, counts, result and what became of differences must agree.

No rule decides on a count, so nothing of it is run again. Its list, its result and the text that was signed
are bound by SHA-256, though, and each line can be followed from the list over both counts to the end.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from custody.terms import CopyState, Counted, SecondPerson
from ledger.tlog import canonical
from ledger.tlog.canonical import Json
from ledger.tlog.errors import LogError
from ledger.tlog.verify import Entry
from ledger.tlog.verify import Verdict as Judged

from . import wording as w
from .fold import Rows, in_order
from .found import SHOWN, Part, kind_of

_NOT_SEEN, _MISSING, _MOVED = (str(how) for how in (Counted.NOT_SEEN, Counted.MISSING, Counted.MOVED))
_SAID = ("stocktake", "party", "project", "system", "counter", "second", "second_as", "opened_on",
         "ledger_size", "expected", "list_sha256")  # fmt: skip
_RESULT = ("counts", "lines_sha256")
_HANDOVER = ("handover", "party", "outgoing", "incoming", "supervisor", "opened_on", "due", "stocktake")
_DIFFER = {str(how) for how in (Counted.MISSING, Counted.DAMAGED, Counted.ELSEWHERE, Counted.STRANGER)}


@dataclass
class _Take:
    """The entries of one stocktake, by what they are, each in the order of the log."""

    entries: dict[str, list[Entry]] = field(default_factory=dict)
    handover: Entry | None = None

    def of(self, name: str) -> list[Entry]:
        return self.entries.get(f"stocktake.{name}", [])

    def one(self, name: str) -> Entry | None:
        found = self.of(name)
        return found[0] if found else None


def counted(part: Part, judged: Judged) -> None:
    """Add how the stocktakes of a file stand; nothing where it holds none."""
    good, wrong = 0, []
    for take in _takes(judged).values():
        opened = take.one("opened")
        if opened is None:  # of all that a party holds, whose stream is not part of this report
            continue
        faults = list(dict.fromkeys(_faults(take, opened, judged)))
        good += not faults
        wrong += [(opened.leaf.id, fault) for fault in faults]
    for id, fault in wrong[:SHOWN]:
        part.add("bad", w.COUNT, fault, id=id, what=w.COUNT_FAULTS[fault])
    if good and not wrong:
        part.add("ok", w.COUNTS, count=good)


def _takes(judged: Judged) -> dict[str, _Take]:
    found: dict[str, _Take] = {}
    for entry in in_order(judged.entries):
        id = entry.values.get("stocktake")
        if isinstance(id, str) and kind_of(entry).startswith("stocktake."):
            found.setdefault(id, _Take()).entries.setdefault(kind_of(entry), []).append(entry)
        elif isinstance(id, str) and kind_of(entry) == "handover.opened":
            found.setdefault(id, _Take()).handover = entry
    return found


def _faults(take: _Take, opened: Entry, judged: Judged) -> Iterator[str]:
    """Yield what is wrong with a stocktake, by its name in COUNT_FAULTS."""
    if len(take.of("opened")) > 1 or len(take.of("closed")) > 1:
        yield "opened"
        return
    listed = {id: code for e in take.of("listed") for id, code, _ in _lines(e, "lines")}
    expected, codes = opened.values.get("expected"), sorted(listed.values())
    whole_list = opened.values.get("project") is not None or len(codes) == expected
    if whole_list and (len(codes) != expected or _sha256(list(codes)) != opened.values.get("list_sha256")):
        yield "list"
    yield from _head(opened, judged)
    yield from _people(take, opened)
    yield from _order(take)
    found = dict.fromkeys(listed, _NOT_SEEN)
    known = dict(listed)
    for entry in take.of("counted"):
        for id, code, how in _lines(entry, "lines"):
            if known.get(id) != code:
                yield "listed"
            found[id] = how
        for id, code, how in _lines(entry, "met"):
            known[id], found[id] = code, how
    closed = take.one("closed")
    if closed is not None:
        yield from _result(take, closed, opened, known, found, judged)


def _head(opened: Entry, judged: Judged) -> Iterator[str]:
    """Yield a fault where the list was frozen at a position of the stream that was not."""
    head = opened.values.get("head")
    before = {
        f"{e.leaf.seq}:{e.hash.hex()}"
        for e in judged.entries
        if e.leaf.stream == opened.leaf.stream and e.leaf.seq < opened.leaf.seq
    }
    if head and head not in before:
        yield "head"


def _people(take: _Take, opened: Entry) -> Iterator[str]:
    two = {opened.values.get("counter"), opened.values.get("second")}
    both = opened.values.get("second_as") == str(SecondPerson.COUNTER)
    may_count = two if both else {opened.values.get("counter")}
    scans = [e.values.get("counted_by") for e in take.of("counted")]
    closers = [e.values.get("closed_by") for e in take.of("closed")]
    of_handover = opened.values.get("keeper") is not None
    if not may_count.issuperset(scans) or not (of_handover or two.issuperset(closers)):
        yield "people"


def _order(take: _Take) -> Iterator[str]:
    """Yield a fault for what was counted after the end, or in a second count that had not begun."""
    ends = [e.leaf.time for name in ("closed", "cancelled") for e in take.of(name)]
    again = [e.leaf.time for e in take.of("recount")]
    for entry in take.of("counted"):
        second = entry.values.get("round") == 2
        if any(entry.leaf.time > end for end in ends):
            yield "order"
        if second and not any(entry.leaf.time >= begun for begun in again):
            yield "order"
    if len(ends) > 1 or (take.of("concluded") and not take.of("closed")):
        yield "order"


def _result(
    take: _Take, closed: Entry, opened: Entry, known: dict[str, str], found: dict[str, str], judged: Judged
) -> Iterator[str]:
    concluded = {id: how for e in take.of("concluded") for id, _, how in _lines(e, "lines")}
    for id, how in concluded.items():
        seen = found.get(id)
        if seen is None or (seen != _NOT_SEEN and seen != how):
            yield "concluded"
        if seen == _NOT_SEEN and how not in (_MISSING, _MOVED):
            yield "concluded"
    if any(how in (*_DIFFER, _NOT_SEEN) and id not in concluded for id, how in found.items()):
        yield "hidden"
    yield from _left(take, concluded, opened, judged)
    final = found | concluded
    counts: Any = closed.values.get("counts")
    said = counts if isinstance(counts, dict) else {}
    told = Counter(final.values())
    if any(number > _int(said.get(how)) for how, number in told.items()):
        yield "counts"
    if sum(map(_int, said.values())) == len(final):
        pairs = sorted((known[id], how) for id, how in final.items() if id in known)
        if _sha256([list(pair) for pair in pairs]) != closed.values.get("lines_sha256"):
            yield "result"
        differ = sum(how in _DIFFER for how in final.values())
        if (told[_MISSING], differ) != (closed.values.get("missing"), closed.values.get("differences")):
            yield "counts"
    if (text := _statement(take, opened, closed)) and text != closed.values.get("statement_sha256"):
        yield "statement"
    for entry in take.of("settled"):
        id, how = str(entry.values.get("line")), str(entry.values.get("found"))
        if how not in _DIFFER or concluded.get(id, how) != how or (id in found and id not in concluded):
            yield "settled"


def _left(take: _Take, concluded: dict[str, str], opened: Entry, judged: Judged) -> Iterator[str]:
    """Yield a fault for a copy that is said to have left, and of which the file says that it was there."""
    moved = {id for id, how in concluded.items() if how == _MOVED}
    if not moved:
        return
    copies = {
        str(line.get("line")): str(line.get("copy"))
        for e in take.of("listed")
        for line in _list(e, "lines")
        if isinstance(line, dict)
    }
    rows, last = Rows(), max(e.leaf.time for e in take.of("concluded"))
    for entry in in_order(judged.entries):
        if entry.leaf.time <= last:
            rows.take(entry)
    for id in moved:
        row = rows.get("copy", copies.get(id))
        if row is None:
            continue
        same = row.get("custodian_party") == opened.values.get("party")
        keeper, system = opened.values.get("keeper"), opened.values.get("system")
        same = same and keeper in (None, row.get("custodian_person"))
        if same and system is None and row.get("state") != str(CopyState.DESTROYED):
            yield "moved"


def _statement(take: _Take, opened: Entry, closed: Entry) -> str:
    """Return the SHA-256 of the text that was signed, as it follows from the entries; empty for the count of
    a handover that is not told here."""
    result = {name: closed.values.get(name) for name in _RESULT}
    if opened.values.get("keeper") is None:
        return _sha256({name: opened.values.get(name) for name in _SAID} | result)
    if take.handover is None:
        return ""
    said = {name: take.handover.values.get(name) for name in _HANDOVER}
    of_list = {name: opened.values.get(name) for name in ("ledger_size", "expected", "list_sha256")}
    return _sha256(said | of_list | result)


def _lines(entry: Entry, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield id, code and how it was found of the lines of an entry."""
    for line in _list(entry, name):
        if isinstance(line, dict):
            yield str(line.get("line")), str(line.get("code")), str(line.get("found"))


def _list(entry: Entry, name: str) -> list[Any]:
    value: Any = entry.values.get(name)
    return value if isinstance(value, list) else []


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _sha256(value: Json) -> str:
    try:
        return hashlib.sha256(canonical.encode(value)).hexdigest()
    except LogError:
        return "none"
