"""Random samples in the evidence, drawn again."""

from __future__ import annotations

from collections.abc import Iterator

from custody import lot
from custody.terms import CopyState
from ledger.tlog.verify import Entry
from ledger.tlog.verify import Verdict as Judged

from . import wording as w
from .fold import Rows
from .found import SHOWN, Part, kind_of


def lots(part: Part, judged: Judged) -> None:
    """Add what comes out when each sample is drawn again; nothing where none is in the file."""
    good, wrong, withheld = 0, [], []
    for entry in judged.entries:
        if kind_of(entry) != "sample.drawn":
            continue
        if not _whole(entry, judged):
            withheld.append(entry.leaf.id)
            continue
        faults = list(_faults(entry, judged))
        good += not faults
        wrong += [(entry.leaf.id, fault) for fault in faults]
    for id, fault in wrong[:SHOWN]:
        part.add("bad", w.LOT, fault, id=id, what=w.LOT_FAULTS[fault])
    for id in withheld[:SHOWN]:
        part.add("unknown", w.LOT_WITHHELD, id=id)
    if good and not wrong:
        part.add("ok", w.LOTS, count=good)


def _whole(entry: Entry, judged: Judged) -> bool:
    disclosed = judged.bundle.disclosures if judged.bundle else {}
    return all(digest in disclosed for digest in entry.leaf.digests)


def _faults(drawn: Entry, judged: Judged) -> Iterator[str]:
    """Yield what is wrong with a draw, by its name in LOT_FAULTS."""
    of_stream = [e for e in judged.entries if e.leaf.stream == drawn.leaf.stream]
    before = sorted((e for e in of_stream if e.leaf.seq < drawn.leaf.seq), key=lambda e: e.leaf.seq)
    asked = next((e for e in before if e.leaf.id == drawn.values.get("asked")), None)
    if asked is None or kind_of(asked) != "sample.asked" or not _same(asked, drawn):
        yield "asked"
        return
    size, root, word = (drawn.values.get(name) for name in ("ledger_size", "root", "word"))
    count = asked.values.get("count")
    if not (isinstance(size, int) and isinstance(root, str) and isinstance(word, str)):
        yield "asked"
        return
    if lot.sealed(word) != asked.values.get("word_sha256"):
        yield "word"
    at = judged.trusted.checkpoint if judged.trusted else None
    if at is not None and (size > at.size or (size == at.size and root != at.root.hex())):
        yield "root"
    there = _there(e for e in before if e.leaf.seq < asked.leaf.seq)
    if [len(there), lot.population(there)] != [asked.values.get(n) for n in _POPULATION]:
        yield "population"
        return
    lines = drawn.values.get("lines")
    codes = [line.get("code") for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []
    if not isinstance(count, int) or codes != lot.draw(there, count, size=size, root=root, word=word):
        yield "drawn"


_POPULATION = ("population", "population_sha256")


def _same(asked: Entry, drawn: Entry) -> bool:
    return asked.values.get("sample") == drawn.values.get("sample")


def _there(entries: Iterator[Entry]) -> list[str]:
    """Return the numbers of the copies that entries of a project leave, those that were not destroyed."""
    rows = Rows()
    for entry in entries:
        rows.take(entry)
    copies = rows.rows["copy"].values()
    return [str(row.get("number")) for row in copies if row.get("state") != str(CopyState.DESTROYED)]
