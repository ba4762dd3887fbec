"""What a report on one copy discloses, as data: of entries that bear the copy's mark, and of what names them.

Everything else stays a leaf of digests: it can be counted and tested for the mark, and it cannot be read. An
entry that moves several copies keeps their list to itself, and what people wrote in it, which may tell of the
others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from custody.events import KINDS

if TYPE_CHECKING:
    from ledger.tlog.verify import Entry

NUMBERED = ("copies.minted", "copies.taken_over")
_OF_EACH = frozenset({"kind", "about", "actor", "source", "took_place_at"})
_HANDED = ("handoff", "number")
_KEPT = ("custodian_party", "custodian_person", "system")

MARKED: Mapping[str, tuple[str, ...]] = {
    "copies.minted": ("item", *_KEPT),
    "copies.recalled": ("holder", "due"),
    "copy.described": ("copy", "item", "code", "changed"),
    "copies.confirmed": ("how",),
    "destruction.requested": ("destruction", "holder", "unit", "method"),
    "destruction.approved": ("destruction", "holder", "person", "decided_on"),
    "destruction.refused": ("destruction", "holder", "person", "decided_on"),
    "destruction.withdrawn": ("destruction", "holder", "person"),
    "destruction.failed": ("destruction", "holder", "person"),
    "destruction.recorded": ("destruction", "holder", "unit", "method", "destroyed_on", "person"),
    "destruction.certified": ("destruction", "certificate_number", "certified_on"),
    "discrepancy.settled": ("handoff", "number", "found", "state", "person"),
    "handoff.accepted": (*_HANDED, *_KEPT, "witness"),
    "handoff.corrected": _HANDED,
    "handoff.declined": _HANDED,
    "handoff.dispatched": (*_HANDED, "left_on", "carrier", "waybill", "packages", "seals", "expected_on"),
    "handoff.lapsed": (*_HANDED, "answer_by"),
    "handoff.lost": (*_HANDED, "person"),
    "handoff.mistaken": _HANDED,
    "handoff.offered": (
        *_HANDED, "leg", "sender_party", "sender_person", "receiver_party", "receiver_person",
        "second_carrier", "channel", "system", "due_back",
    ),
    "handoff.overdue": (*_HANDED, "expected_on"),
    "handoff.read": (*_HANDED, "reader_party", "reader"),
    "handoff.undone": (*_HANDED, "custodian_party", "custodian_person"),
    "handoff.upheld": _HANDED,
    "handoff.withdrawn": (*_HANDED, "came_back_on"),
    "handover.passed": ("party", "outgoing", "incoming", "supervisor"),
    "incident.held": ("incident", "number"),
    "incident.released": ("incident", "number"),
    "incident.reported": ("incident", "number", "noticed_at"),
    "objection.lodged": ("objection", "number", "authority", "due", "lodged_by"),
    "sample.drawn": ("sample", "drawn_by", "drawn_on"),
    "sample.entered": ("sample", "entered_by"),
    "stocktake.concluded": ("stocktake", "party"),
    "stocktake.counted": ("stocktake", "party", "counted_by"),
    "stocktake.listed": ("stocktake", "party"),
    "stocktake.settled": ("stocktake", "party", "found", "difference", "person"),
}  # fmt: skip
"""Kind -> what is disclosed of an entry that bears the copy's mark; of other kinds, that there is one."""

ALONE: Mapping[str, tuple[str, ...]] = {
    "copies.minted": ("first", "last", "copies"),
    "copies.taken_over": ("name", "copies"),
    "discrepancy.settled": ("copies", "resolution"),
    "handoff.accepted": ("copies", "note", "wrong"),
    "handoff.corrected": ("copies", "changed", "old", "new", "reason"),
    "handoff.declined": ("copies", "reason"),
    "handoff.dispatched": ("copies",),
    "handoff.lapsed": ("copies",),
    "handoff.lost": ("copies", "reason"),
    "handoff.mistaken": ("copies", "reason"),
    "handoff.offered": ("copies", "purpose", "statement"),
    "handoff.overdue": ("copies",),
    "handoff.read": ("copies", "note"),
    "handoff.undone": ("copies", "systems", "reason"),
    "handoff.upheld": ("copies", "reason"),
    "handoff.withdrawn": ("copies", "reason", "condition"),
    "objection.lodged": ("copies", "text", "basis"),
    "stocktake.concluded": ("lines",),
    "stocktake.settled": ("code", "copies", "resolution"),
}
"""Kind -> what is disclosed too where the entry bears no other mark."""

HANDOFFS = ("handoff.on_paper", "handoff.without_leave", "handoff.leave_settled")
"""Entries about a handoff as a whole, which bear no mark; shown of those that carried the copy."""
_OF_HANDOFF = ("handoff", "number", "allowed", "took_place", "due")
_OF_SIGNATURE = ("type", "decision_entry", "person", "method")
"""That an act on the copy was signed, and how; the statement names the other copies."""

_NAMED: Mapping[str, tuple[str, ...]] = {
    "item.registered": ("item", "codename", "level"),
    "party.registered": ("party", "name", "other_name", "individual_name", "individual_other_name"),
    "party.renamed": ("party", "new", "new_personal"),
    "person.registered": ("person", "name"),
    "system.registered": ("system", "name", "is_installation"),
}
"""What gives things their names: kind -> first which it names, then what it is called."""
_PARTIES = (
    "authority", "custodian_party", "holder", "party", "reader_party", "receiver_party", "sender_party",
    "unit",
)  # fmt: skip
_PEOPLE = (
    "actor", "counted_by", "custodian_person", "drawn_by", "entered_by", "incoming", "lodged_by",
    "outgoing", "person", "reader", "receiver_person", "second_carrier", "sender_person", "supervisor",
    "witness",
)  # fmt: skip


def shown(kind: str, *, alone: bool) -> frozenset[str]:
    """Return the names of what is disclosed of a marked entry of this kind and version."""
    name = kind.partition("/")[0]
    known = KINDS.get(kind)
    own = set(known.schema.__dataclass_fields__) if known else set()
    asked = {*MARKED.get(name, ()), *(ALONE.get(name, ()) if alone else ())}
    return _OF_EACH | (asked & own)


def opened(entries: Iterable[Entry], marked: frozenset[str], report: str) -> dict[str, frozenset[str]]:
    """Return, by the id of each entry that says anything, what it discloses. Pure.

    Args:
        entries: all of the streams, whole.
        marked: ids of those that bear the copy's mark.
        report: id of the report, whose question is disclosed.
    """
    every = list(entries)
    found: dict[str, frozenset[str]] = {}
    handoffs: set[object] = set()
    for entry in every:
        if entry.leaf.id in marked:
            found[entry.leaf.id] = _of_marked(entry)
            handoffs.add(entry.values.get("handoff"))
    for entry in every:
        if _name(entry) in HANDOFFS and entry.values.get("handoff") in handoffs:
            found[entry.leaf.id] = _OF_EACH | {*_OF_HANDOFF}
        elif _name(entry) == "signature.given" and entry.values.get("decision_entry") in marked:
            found[entry.leaf.id] = _OF_EACH | {*_OF_SIGNATURE}
        elif entry.values.get("report") == report and _name(entry) == "report.requested":
            found[entry.leaf.id] = frozenset(entry.values)
    said = _ids(
        {name: entry.values.get(name) for name in found[entry.leaf.id]}
        for entry in every
        if entry.leaf.id in found
    )
    regime = next((e.values.get("regime") for e in every if _name(e) == "project.opened"), None)
    for entry in every:
        if names := _of_other(entry, said, regime):
            found[entry.leaf.id] = found.get(entry.leaf.id, frozenset()) | names
    return found


def parties(entries: Iterable[Entry], marked: frozenset[str]) -> set[str]:
    """Return the parties that the marked entries name."""
    rows = [entry.values for entry in entries if entry.leaf.id in marked]
    return {str(value) for row in rows for name in _PARTIES if (value := row.get(name))}


def _of_marked(entry: Entry) -> frozenset[str]:
    names = shown(str(entry.values.get("kind")), alone=len(entry.leaf.tags) == 1)
    if _name(entry) == "handoff.accepted" and "wrong" in entry.values and "wrong" not in names:
        # Whether this copy is one of those that stayed: told by ids alone, where any stayed.
        names |= {"copies"} if entry.values["wrong"] else {"wrong"}
    return names & frozenset(entry.values)


def _of_other(entry: Entry, said: set[str], regime: object) -> frozenset[str]:
    """Return what is disclosed of entries that name what the path speaks of, and of the site itself."""
    name, get = _name(entry), entry.values.get
    if name == "log.opened" or (name == "pack.published" and get("name") == regime):
        return frozenset(entry.values)
    if name == "project.opened":
        return _OF_EACH | {"project", "code", "regime"}
    if name in ("party.corrected", "item.corrected"):
        known = _NAMED[name.replace("corrected", "registered")]
        own, changed = known[1:], get("changed")
        told = isinstance(changed, list) and {*changed} <= {*own, "name", "other_name"}
        return _OF_EACH | {known[0], "new"} if told and get(known[0]) in said else frozenset()
    if name not in _NAMED:
        return frozenset()
    names = _NAMED[name]
    if name == "system.registered" and get("is_installation"):
        return _OF_EACH | {*names, "levels"}
    return _OF_EACH | {*names} if get(names[0]) in said else frozenset()


def _ids(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return what the disclosed entries speak of: parties, people, systems, the item."""
    found: set[str] = set()
    for row in rows:
        found |= {str(row[name]) for name in (*_PARTIES, *_PEOPLE, "system", "item") if row.get(name)}
        found |= {str(one) for one in (row.get("systems") or {}).values() if one}
    return found


def _name(entry: Entry) -> str:
    return str(entry.values.get("kind")).partition("/")[0]
