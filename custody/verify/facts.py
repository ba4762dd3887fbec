"""The facts of every decision in the evidence, each held against the entry that set it.

A unit that lies can decide again on facts made to fit, and every decision then follows from them. What it
cannot do is change a fact and leave the entry that set it: so the entries are folded in their order, and the
facts of each decision are compared with what the records said when it was taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from custody.events import KINDS
from custody.policy import facts as f
from custody.policy.regime import Pack
from custody.terms import Text, Verb
from ledger.tlog.verify import Entry
from ledger.tlog.verify import Verdict as Judged

from . import wording as w
from .asked import whole_report
from .compared import (
    ASKED,
    COMPARED,
    DERIVED,
    ELSEWHERE,
    MAY_BE_ASKED,
    STREAMS,
    AnyOrder,
    Listed,
    Number,
    Sight,
)  # fmt: skip
from .fold import UNKNOWN, Row, Rows, in_order
from .found import SHOWN, Part, State, kind_of, printable
from .labels import name_of, noun_of

FACTS = "facts/"
CROSSING = timedelta(seconds=5)
"""An act may have read a record that it does not lock just before another act changed it."""
_UNLOCKED = frozenset({"person", "system", "equipment", "item"})
_PERSONAL = frozenset({"person", "visit"})
_SETTLED = frozenset({
    "id", "entry", "parent", "from_party", "to_party", "depth", "state", "approval", "siblings", "business",
    "performer", "reported_on",
})  # fmt: skip
"""What an amendment leaves as it is: judged by the record of before, all else by what it makes of it."""
_PAPERS = frozenset({"consents", "clauses", "giver_signed", "receiver_signed", "changed"})


class Fault(NamedTuple):
    """One thing that a fact is not: how bad, the sentence, what stands in it, and a detail for an expert."""

    state: State
    text: Text
    places: Mapping[str, object]
    detail: str


@dataclass(slots=True)
class Held:
    """A group, or a listed record of it, held against the records at one moment."""

    faults: list[Fault] = field(default_factory=list)
    same: int = 0
    rest: int = 0
    found: bool = True
    """There is a record of it."""
    of_entry: bool = True
    """It stands as the entry left it that the group names."""

    def add(self, other: Held) -> None:
        """Take in what was found of a listed record."""
        self.faults += other.faults
        self.same += other.same
        self.rest += other.rest

    @property
    def rank(self) -> tuple[bool, bool, bool, int]:
        """How much it tells: of several moments the best one counts."""
        good = self.found and not self.faults
        return good, self.found and self.of_entry, self.found, -len(self.faults)


@dataclass(slots=True)
class Asked:
    """One group of a decision, or some members of it, until the best moment for it is known."""

    decision: Entry
    key: str
    group: Mapping[str, Any]
    only: frozenset[str] | None = None
    moments: frozenset[str] = frozenset({"before", "at", "after", "end"})
    best: Held | None = None


def facts(part: Part, judged: Judged, pack_of: Callable[[str], Pack | None]) -> None:
    """Add what comparing says; nothing where the evidence itself does not hold, which is said, or where it
    holds no decision."""
    if judged.state == "bad":
        return
    unknown = sorted({str(e.values["kind"]) for e in judged.entries if "kind" in e.values} - KINDS.keys())
    if unknown:
        part.add("unknown", w.FACTS_NEWER, printable(", ".join(unknown)))
        return
    compared = _Compared(judged, pack_of)
    compared.run()
    faults: dict[tuple[State, Text], list[Fault]] = {}
    for fault in compared.faults:
        faults.setdefault((fault.state, fault.text), []).append(fault)
    for (state, text), alike in faults.items():
        for fault in alike[:SHOWN]:
            part.add(state, text, fault.detail, **fault.places)
        if len(alike) > SHOWN:
            part.add(state, w.MORE, count=len(alike) - SHOWN)
    if not any(fault.state == "bad" for fault in compared.faults) and compared.same + compared.rest:
        part.add("ok", w.FACTS, count=compared.same, rest=compared.rest)


class _Compared:
    """One pass over the entries, with each act's decisions judged before, at and after it."""

    def __init__(self, judged: Judged, pack_of: Callable[[str], Pack | None]) -> None:
        self.entries = in_order(judged.entries)
        self.pack_of = pack_of
        self.rows = Rows()
        self.places = {entry.leaf.id: place for place, entry in enumerate(self.entries)}
        self.open = _streams(self.entries)
        self.of_report = whole_report(judged)
        self.families: dict[str, str | None] = {}
        self.faults: list[Fault] = []
        self.same = self.rest = 0

    def run(self) -> None:
        """Fold all entries, and judge each decision by the records as they stood around it."""
        last = {_act(entry): place for place, entry in enumerate(self.entries)}
        decided: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if isinstance(entry.values.get("decision"), dict):
                decided.setdefault(_act(entry), []).append(entry)
        waiting: dict[str, list[Asked]] = {}
        for place, entry in enumerate(self.entries):
            act = _act(entry)
            if act in decided:
                waiting[act] = [asked for one in decided.pop(act) for asked in self._asked(one)]
                self._judge(waiting[act], "before")
            own = [asked for asked in waiting.get(act, ()) if asked.decision is entry]
            self._judge(own, "at")
            self.rows.take(entry)
            self._judge(own, "after")
            if act in waiting and last[act] == place:
                self._judge(waiting[act], "end")
                for asked in waiting.pop(act):
                    self._keep(asked)

    def _asked(self, decision: Entry) -> Iterator[Asked]:
        act = decision.values.get(FACTS + "act")
        if not isinstance(act, dict):
            return  # withheld or not one: that the decision cannot be run again is said
        for name, group in decision.values.items():
            key = name.removeprefix(FACTS)
            if key == name or key == "act" or not isinstance(group, dict):
                continue
            row = self.rows.get("hop", act.get("hop"))
            if row is not None and key == f"hop:{row.id}" and act.get("verb") == Verb.HOP_REQUEST:
                rest = frozenset(f.Hop.__dataclass_fields__) - _SETTLED
                when = "after" if kind_of(decision) == "hop.amended" else "never"
                yield Asked(decision, key, group, _SETTLED, frozenset({"before"}))
                yield Asked(decision, key, group, rest, frozenset({when}))
            else:
                yield Asked(decision, key, group)

    def _judge(self, waiting: list[Asked], moment: str) -> None:
        for asked in waiting:
            if moment not in asked.moments or (asked.best is not None and asked.best.rank[0]):
                continue
            try:
                held = self._held(asked)
            except Exception as error:  # whatever a hostile file puts there, it is not what an entry set
                held = Held([self._fault(w.FACT, asked, "", repr(error))])
            if asked.best is None or held.rank > asked.best.rank:
                asked.best = held

    def _keep(self, asked: Asked) -> None:
        held = asked.best or Held(rest=len(asked.only or ()))
        self.faults += held.faults
        self.same += held.same
        self.rest += held.rest

    # --- one group ---

    def _held(self, asked: Asked) -> Held:
        kind, noun = f.noun_of(asked.key), asked.key.partition(":")[0]
        noun = "system" if noun == "installation" else noun
        id = asked.group.get("id")
        if asked.key not in (noun, "installation", f"{noun}:{id}"):
            return Held([self._fault(w.FACT, asked, "id", f"{asked.key}.id: {id!r}")])
        act: Any = asked.decision.values[FACTS + "act"]
        project = _project(asked.decision)
        if noun == "project" and id != project:
            return Held([self._fault(w.FACT, asked, "id", f"project.id: {id!r}, not {project!r}")])
        stream = {"party": f"party:{id}", "system": "system"}.get(STREAMS.get(noun, ""), "")
        if noun not in STREAMS:
            stream = f"project:{project}"
        if stream and not self.open.get(stream):
            faults = [self._closed(asked)] if stream in self.open and self.of_report else []
            return Held(faults, rest=len(asked.only or asked.group), found=bool(faults))
        row = self.rows.get(noun, id)
        if row is None:
            return self._nowhere(asked, noun, act)
        items, family = _items(asked.decision), self._family(asked.decision)
        by = _act(asked.decision), asked.decision.leaf.id
        sight = Sight(self.rows, row, act, project, items, family, *by)
        terms = asked.only is not None and "entry" not in asked.only
        if not terms and (held := self._of_another_entry(asked, sight, asked.group)) is not None:
            return held
        return self._members(asked, kind, asked.group, sight, "", asked.only)

    def _nowhere(self, asked: Asked, noun: str, act: Mapping[str, Any]) -> Held:
        """Judge a group of which no entry has made a record by then."""
        entry, id = asked.group.get("entry"), asked.group.get("id")
        refused = kind_of(asked.decision) == "attempt.refused"
        asks = noun in MAY_BE_ASKED and (id in act.values() or noun == "project")
        if asks and (refused or entry in (None, asked.decision.leaf.id)):
            return Held(rest=len(asked.group), found=False)
        if noun == "equipment" and entry not in self.places:
            return Held(rest=len(asked.group), found=False)  # its owner's stream need not be there
        if isinstance(entry, str) and entry not in self.places and not self.of_report:
            return Held(rest=len(asked.group), found=False)
        return Held([self._unset(asked, asked.group, "")], found=False)

    def _of_another_entry(
        self, asked: Asked, sight: Sight, group: Mapping[str, Any], path: str = ""
    ) -> Held | None:
        """Return what is wrong with a group whose entry is not the last that set its record, if it is not."""
        entry, row = group.get("entry"), sight.row
        made = row.born == sight.by or (row.noun == "collection" and row.act == sight.by)
        if "entry" not in group or entry == row.entry or (entry is None and made):
            return None
        if self._crossing(asked, row) and entry == row.was:
            return Held(rest=len(group))
        if isinstance(entry, str) and entry in self.places and not self._later(asked, entry) and row.was:
            places = {**self._places(asked, path), "by": entry, "since": row.entry}
            return Held([Fault("bad", w.FACT_SINCE, places, f"{asked.key}{path}")], of_entry=False)
        return Held([self._unset(asked, group, path)], of_entry=False)

    def _unset(self, asked: Asked, group: Mapping[str, Any], path: str) -> Fault:
        entry = group.get("entry")
        detail = f"{asked.key}{path}.entry: {entry}"
        if not isinstance(entry, str):
            return self._fault(w.FACT, asked, f"{path}.entry", detail)
        places = {**self._places(asked, path), "by": printable(entry)}
        if entry not in self.places:
            return Fault("bad", w.FACT_LOST, places, detail)
        if self._later(asked, entry):
            return Fault("bad", w.FACT_LATER, places, detail)
        return self._fault(w.FACT, asked, f"{path}.entry", detail)

    def _members(
        self,
        asked: Asked,
        kind: type,
        group: Mapping[str, Any],
        sight: Sight,
        path: str,
        only: frozenset[str] | None = None,
    ) -> Held:
        """Compare each member of a group, or of a record listed in one, with what it must be."""
        held, derived = Held(), DERIVED.get(kind, {})
        for name, value in group.items():
            if only is not None and name not in only:
                continue
            if name in derived:
                held.rest += derived[name] is not ASKED
                continue
            if only is not None and name in _PAPERS:
                held.rest += 1
                continue
            view = COMPARED[kind].get(name)
            if view is None:
                continue  # no fact: a rule that reads such a group does not come out the same
            if isinstance(view, Listed):
                held.add(self._listed(asked, view, value, sight, f"{path}.{name}"))
                continue
            if name == "entry":
                continue  # it is the last one, or nothing of this was compared
            if value is None and name == "siblings":
                held.rest += 1  # not asked for: only some regimes add them up
                continue
            must = view(sight)
            if must is UNKNOWN or must is ELSEWHERE:
                held.rest += 1
                if must is UNKNOWN and self.of_report and asked.key.partition(":")[0] not in _PERSONAL:
                    held.faults.append(self._closed(asked, f"{path}.{name}"))
            elif _alike(must, value):
                held.same += name != "id"
            elif name == "parties" and self._roles_crossing(asked, sight):
                held.rest += 1
            else:
                held.faults.append(
                    self._fault(
                        w.FACT, asked, f"{path}.{name}", f"{asked.key}{path}.{name}: {value!r}, not {must!r}"
                    )
                )
        return held

    def _listed(self, asked: Asked, view: Listed, value: Any, sight: Sight, path: str) -> Held:
        """Compare a list of records with those that there are."""
        rows = list(view.rows(sight))
        wrong = Held([self._fault(w.FACT, asked, path, f"{asked.key}{path}: {len(rows)} by the entries")])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            return wrong
        if not view.key:
            names = COMPARED[view.group]
            must = [{name: see(sight.about(row)) for name, see in names.items()} for row in rows]  # type: ignore[operator]
            told = [{name: each.get(name) for name in names} for each in value]
            if sorted(must, key=repr) == sorted(told, key=repr):
                return Held(same=len(value))
            return Held(rest=1) if self._roles_crossing(asked, sight) else wrong
        left = {_key_of(row, view.key): row for row in rows}
        held = Held()
        for each in value:
            row = left.pop(each.get(view.key), None)
            if row is None:
                held.faults.append(self._unset(asked, each, path))
                continue
            about = sight.about(row)
            held.add(
                self._of_another_entry(asked, about, each, path)
                or self._members(asked, view.group, each, about, path)
            )
        return wrong if left else held

    # --- what is said ---

    def _later(self, asked: Asked, entry: str) -> bool:
        return self.places[entry] > self.places[asked.decision.leaf.id]

    def _crossing(self, asked: Asked, row: Row) -> bool:
        near = row.at is not None and asked.decision.leaf.time - row.at <= CROSSING
        return near and row.noun in _UNLOCKED

    def _roles_crossing(self, asked: Asked, sight: Sight) -> bool:
        people = {sight.row.id, sight.row.get("person"), sight.row.get("on_behalf_of")}
        rows = [row for one in people for row in self.rows.of("membership", str(one))]
        return any(row.at and asked.decision.leaf.time - row.at <= CROSSING for row in rows)

    def _places(self, asked: Asked, path: str) -> dict[str, object]:
        return {"id": asked.decision.leaf.id, "what": noun_of(asked.key)}

    def _fault(self, text: Text, asked: Asked, path: str, detail: str) -> Fault:
        return Fault("bad", text, {**self._places(asked, path), "field": name_of(path)}, printable(detail))

    def _closed(self, asked: Asked, path: str = "") -> Fault:
        places = {**self._places(asked, path), "field": name_of(path)}
        return Fault("unknown", w.FACT_WITHHELD, places, f"{asked.key}{path}")

    def _family(self, decision: Entry) -> str | None:
        stored = decision.values["decision"]
        sha256 = str(stored.get("pack_sha256")) if isinstance(stored, dict) else ""
        if sha256 not in self.families:
            pack = self.pack_of(sha256)
            chain = [part.partition("@")[0] for part in pack.chain] if pack else []
            self.families[sha256] = next((part for part in chain if part != "base"), None)
        return self.families[sha256]


def _act(entry: Entry) -> str:
    """Return the act of an entry; where it is withheld, the entry stands for itself."""
    act = entry.values.get("act")
    return act if isinstance(act, str) else entry.leaf.id


def _project(decision: Entry) -> str | None:
    """Return the project of a decision: that in whose stream it stands, elsewhere the one it names itself."""
    noun, _, id = str(decision.values.get("about")).partition(":")
    if noun == "project":
        return id
    stated = decision.values.get(FACTS + "project")
    found = stated.get("id") if isinstance(stated, dict) else None
    return found if isinstance(found, str) else None


def _items(decision: Entry) -> frozenset[Any]:
    """Return the items of the copies among the facts of a decision."""
    groups = (group for name, group in decision.values.items() if name.startswith(FACTS + "copy:"))
    return frozenset(str(group.get("item")) for group in groups if isinstance(group, dict))


def _alike(must: Any, value: Any) -> bool:
    """Return whether a fact is what it must be; 1 is not true, and a number has no one way to be written."""
    return must == value and (isinstance(must, Number | AnyOrder) or type(must) is type(value))


def _key_of(row: Row, key: str) -> Any:
    return row.id if key == "id" else row.entry if key == "entry" else row.get(key)


def _streams(entries: list[Entry]) -> dict[str, bool]:
    """Return the streams of the file by name, and whether each of their entries says at least what it is."""
    names: dict[str, str] = {}
    closed: set[str] = set()
    for entry in entries:
        if "kind" not in entry.values:
            closed.add(entry.leaf.stream)
        if isinstance(about := entry.values.get("about"), str):
            names[entry.leaf.stream] = about
    return {about: stream not in closed for stream, about in names.items()}
