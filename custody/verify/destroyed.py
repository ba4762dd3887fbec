"""Every batch of copies that was to be destroyed: what was asked, approved, done and certified must agree.

The rules judge each step from what they were told. Here the steps are held against each other: an approval of
another batch, a copy too many or too few, a day that was changed or a destroyed copy that moved on is named,
also where every decision was taken again to fit.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any

from ledger.tlog import canonical
from ledger.tlog.errors import LogError
from ledger.tlog.verify import Entry
from ledger.tlog.verify import Verdict as Judged

from . import wording as w
from .found import SHOWN, Part, kind_of

SUBJECT = (
    *("destruction", "project", "holder", "unit", "copies", "count", "method", "place", "reason"),
    "requested_by",
)  # fmt: skip
"""What an approval of a batch is bound to, with `v`: 1 (docs/sign-off.md)."""
_MOVES = ("handoff.offered", "handoff.accepted", "handoff.read", "handoff.undone", "destruction.requested")
_ENDS = ("destruction.refused", "destruction.withdrawn", "destruction.failed")
_ZONE = dt.timedelta(days=1)
"""A day is that of the place: the entry is in UTC."""


def destroyed(part: Part, judged: Judged) -> None:
    """Add how the batches of a file stand; nothing where it holds none."""
    steps = _steps(judged)
    numbered, by_copy = _numbered(judged), _destroyed_by(steps)
    good, wrong = 0, []
    withheld = []
    for id, entries in steps.items():
        if not all(_whole(entry, judged) for entry in entries):
            withheld.append(entries[0].leaf.id)
            continue
        faults = list(dict.fromkeys(_faults(entries, numbered, by_copy.get(id, ()), judged)))
        good += not faults
        wrong += [(entries[0].leaf.id, fault) for fault in faults]
    for id, fault in wrong[:SHOWN]:
        part.add("bad", w.BATCH, fault, id=id, what=w.BATCH_FAULTS[fault])
    for id in withheld[:SHOWN]:
        part.add("unknown", w.BATCH_WITHHELD, id=id)
    if good and not wrong:
        part.add("ok", w.BATCHES, count=good)


def _steps(judged: Judged) -> dict[str, list[Entry]]:
    """Return the entries of each batch in the order of their stream."""
    found: dict[str, list[Entry]] = {}
    for entry in sorted(judged.entries, key=lambda e: (e.leaf.stream, e.leaf.seq)):
        if kind_of(entry).startswith("destruction.") and "destruction" in entry.values:
            found.setdefault(str(entry.values["destruction"]), []).append(entry)
    return found


def _whole(entry: Entry, judged: Judged) -> bool:
    disclosed = judged.bundle.disclosures if judged.bundle else {}
    return all(digest in disclosed for digest in entry.leaf.digests)


def _numbered(judged: Judged) -> dict[str, set[str]]:
    """Return the copies that were numbered, by the stream of their project."""
    found: dict[str, set[str]] = {}
    for entry in judged.entries:
        if kind_of(entry) in ("copies.minted", "copies.taken_over"):
            ids = found.setdefault(entry.leaf.stream, set())
            ids |= {str(one.get("copy")) for one in _list(entry, "copies") if isinstance(one, dict)}
    return found


def _destroyed_by(steps: dict[str, list[Entry]]) -> dict[str, set[str]]:
    """Return the copies of each batch that another batch destroyed too."""
    gone = {id: _copies(e) for id, entries in steps.items() for e in entries if _is(e, "recorded")}
    return {
        id: {copy for copy in copies for other, taken in gone.items() if other != id and copy in taken}
        for id, copies in gone.items()
    }


def _faults(entries: list[Entry], numbered: dict[str, set[str]], twice: Any, judged: Judged) -> Iterator[str]:
    """Yield what is wrong with a batch, by its name in BATCH_FAULTS."""
    asked = entries[0]
    if not _is(asked, "requested") or any(_is(e, "requested") for e in entries[1:]):
        yield "asked"
        return
    if _digest(asked) != asked.values.get("subject_sha256"):
        yield "subject"
    copies = _copies(asked)
    if len(copies) != asked.values.get("count"):
        yield "count"
    if not copies <= numbered.get(asked.leaf.stream, set()):
        yield "numbered"
    yield from _order(entries)
    approved = next((e for e in entries if _is(e, "approved")), None)
    if approved and any(approved.values.get(n) != asked.values.get(n) for n in ("subject_sha256", "holder")):
        yield "approval"
    done = next((e for e in entries if _is(e, "recorded")), None)
    if done is None:
        return
    if _copies(done) != copies or done.values.get("counted") != len(copies):
        yield "copies"
    if any(done.values.get(name) != asked.values.get(name) for name in ("holder", "unit", "method")):
        yield "terms"
    yield from _days(entries, approved, done)
    if twice:
        yield "twice"
    if any(_moves(e, done, copies) for e in judged.entries):
        yield "after"


def _order(entries: list[Entry]) -> Iterator[str]:
    """Yield a fault where steps stand in an order in which they cannot have been taken."""
    told = [kind_of(e) for e in entries]
    once = [name for name in told if name in _ENDS or name == "destruction.recorded"]
    if len(once) > 1 or told.count("destruction.approved") > 1:
        yield "ended"
    done = told.index("destruction.recorded") if "destruction.recorded" in told else None
    if done is not None and "destruction.approved" not in told[:done]:
        yield "unapproved"
    if "destruction.certified" in told[: len(told) if done is None else done]:
        yield "too_soon"


def _days(entries: list[Entry], approved: Entry | None, done: Entry) -> Iterator[str]:
    on = _day(done, "destroyed_on")
    certified = [_day(e, "certified_on") for e in entries if _is(e, "certified")]
    decided = _day(approved, "decided_on") if approved else None
    last = done.leaf.time.date() + _ZONE
    if on is None or not (decided or on) <= on <= last or any(day is None or day < on for day in certified):
        yield "day"
    facts = done.values.get(f"facts/destruction:{done.values.get('destruction')}")
    if isinstance(facts, dict) and facts.get("destroyed_on") != done.values.get("destroyed_on"):
        yield "judged"


def _moves(entry: Entry, done: Entry, copies: set[str]) -> bool:
    later = entry.leaf.stream == done.leaf.stream and entry.leaf.seq > done.leaf.seq
    return later and kind_of(entry) in _MOVES and not copies.isdisjoint(_copies(entry))


def _is(entry: Entry, step: str) -> bool:
    return kind_of(entry) == f"destruction.{step}"


def _list(entry: Entry, name: str) -> list[Any]:
    value: Any = entry.values.get(name)
    return value if isinstance(value, list) else []


def _copies(entry: Entry) -> set[str]:
    return set(map(str, _list(entry, "copies")))


def _day(entry: Entry, name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(entry.values.get(name)))
    except ValueError:
        return None


def _digest(asked: Entry) -> str:
    """Return the SHA-256 of all that was asked, as an approval is bound to it; empty where it has none."""
    try:
        said = {"v": 1, **{name: asked.values.get(name) for name in SUBJECT}}
        return hashlib.sha256(canonical.encode(said)).hexdigest()
    except LogError:
        return ""
