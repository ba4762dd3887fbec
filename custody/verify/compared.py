"""Which fact is held against what, as data: each field of each group stands in COMPARED or in DERIVED.

A view answers what a fact must be, from the records as they stood. What is derived rests on more than one
record of this file, so nothing here can answer it; the reason stands beside it, and a verdict counts it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from custody.policy import facts as f
from custody.terms import ApprovalState, HopState, VoteChoice

from .fold import UNKNOWN, Row, Rows


@dataclass(frozen=True, slots=True)
class Sight:
    """One record of a group, among all records as they stood, and what was decided on."""

    rows: Rows
    row: Row
    act: Mapping[str, Any]
    """The group that says what was attempted."""
    project: Any
    items: frozenset[Any]
    """Of the copies among the facts."""
    family: str | None
    """The regime whose levels count; None: its pack is not there."""
    by: str
    """The act that the decision belongs to."""
    entry: str
    """The entry of the decision."""

    def about(self, row: Row) -> Sight:
        """Return the same for another record."""
        return replace(self, row=row)


View = Callable[[Sight], Any]
ELSEWHERE = object()
"""What this file does not answer."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A fact that is a list of records, each of them a group of its own."""

    group: type
    key: str
    """The member by which a listed record and its row are the same one."""
    rows: Callable[[Sight], Iterable[Row]]


def _same(*names: str) -> dict[str, View]:
    return {name: _named(name) for name in names}


def _named(name: str) -> View:
    return lambda sight: sight.row.get(name)


def _or_none(*names: str) -> dict[str, View]:
    """What is empty is not known."""
    return {name: lambda sight, name=name: _filled(sight.row.get(name)) for name in names}  # type: ignore[misc]


def _filled(value: Any) -> Any:
    return None if value == "" else value


def _numbers(*names: str) -> dict[str, View]:
    return {name: lambda sight, name=name: Number.of(sight.row.get(name)) for name in names}  # type: ignore[misc]


def _said(**names: str) -> dict[str, View]:
    """Whether each of some texts says anything; several names are parted by a blank."""
    return {fact: lambda sight, told=told: _all_said(sight, told) for fact, told in names.items()}  # type: ignore[misc]


def _all_said(sight: Sight, names: str) -> Any:
    values = [sight.row.get(name) for name in names.split()]
    return UNKNOWN if UNKNOWN in values else all(bool(str(value or "").strip()) for value in values)


@dataclass(frozen=True, slots=True)
class Number:
    """A number, whatever zeros it is written with."""

    value: Decimal

    @classmethod
    def of(cls, value: Any) -> Any:
        """Return a text as a number; anything else as it is."""
        if not isinstance(value, str):
            return value
        try:
            return cls(Decimal(value))
        except InvalidOperation:
            return value

    def __eq__(self, other: object) -> bool:
        read = Number.of(other) if isinstance(other, str) else other
        return isinstance(read, Number) and read.value == self.value

    def __hash__(self) -> int:
        return hash(self.value)


@dataclass(frozen=True, slots=True)
class AnyOrder:
    """A list in whatever order it stands."""

    values: tuple[Any, ...]

    @classmethod
    def of(cls, values: Iterable[Any]) -> AnyOrder:
        """Return values, each once."""
        return cls(tuple(sorted(set(values), key=repr)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, list) and sorted(other, key=repr) == list(self.values)

    def __hash__(self) -> int:
        return hash(self.values)


_OWN: Mapping[str, View] = {"id": lambda sight: sight.row.id, "entry": lambda sight: sight.row.entry}


# --- parties ---


def _controllers(sight: Sight) -> list[Row]:
    rows = sight.rows.of("control", sight.row.id)
    return [row for row in rows if row.get("ends") is None or _reaches(row.get("ends"), sight)]


def _reaches(last: Any, sight: Sight) -> bool:
    return isinstance(last, str) and last >= str(sight.act.get("today"))


def _held_by(noun: str) -> View:
    def view(sight: Sight) -> Any:
        holds = [
            hold
            for hold in sight.rows.of("hold", sight.row.id)
            if hold.get(noun) == sight.row.id
            and hold.get("released") is False
            and (noun == "copy" or hold.get("project") == sight.project)
        ]
        return AnyOrder.of(hold.get("incident") for hold in holds)

    return view


# --- people ---


def _members(sight: Sight, *people: Any) -> list[Row]:
    found = []
    for person in people:
        for row in sight.rows.of("membership", str(person)):
            starts, ends = row.get("starts"), row.get("ends")
            begun = isinstance(starts, str) and starts <= str(sight.act.get("today"))
            if begun and row.get("ended_at") is None and (ends is None or _reaches(ends, sight)):
                found.append(row)
    return found


def _of_voter(sight: Sight) -> Any:
    voter, behalf = sight.row.get("person"), sight.row.get("on_behalf_of")
    return AnyOrder.of(row.get("party") for row in _members(sight, voter, *([behalf] if behalf else [])))


def _used(sight: Sight) -> list[Row]:
    found = sight.rows.get("delegation", sight.act.get("delegation"))
    return [found] if found is not None and found.get("delegate") == sight.row.id else []


def _listings(sight: Sight) -> list[Row]:
    rows = sight.rows.of("listing", sight.row.id)
    return [row for row in rows if row.get("ended_on") is None and row.get("item") in sight.items]


# --- subcontracts ---


def _siblings(sight: Sight) -> Any:
    parent = sight.row.get("parent")
    rows = sight.rows.rows["hop"].values() if parent is None else sight.rows.of("hop", str(parent))
    gone = (HopState.REJECTED, HopState.WITHDRAWN)
    return AnyOrder.of(
        row.id
        for row in rows
        if row.get("parent") == parent
        and row.id != sight.row.id
        and row.get("project") == sight.project
        and row.get("state") not in gone
    )


def _approval(sight: Sight) -> Any:
    """The one that counts: granted, else open, else the latest; not the one that this very entry asks for."""
    rows = [row for row in sight.rows.of("approval", sight.row.id) if row.made != sight.entry]
    for state in (ApprovalState.GRANTED, ApprovalState.REQUESTED):
        for row in reversed(rows):
            if row.get("state") == state:
                return row.id
    return rows[-1].id if rows else None


def _consents(sight: Sight) -> Iterable[Row]:
    return {row.get("kind"): row for row in sight.rows.of("consent", sight.row.id)}.values()


def _agreed(name: str, nothing: Any) -> View:
    def view(sight: Sight) -> Any:
        rows = list(sight.rows.of("agreement", sight.row.id))
        return rows[-1].get(name) if rows else nothing

    return view


def _choice(sight: Sight) -> Any:
    choice = sight.row.get("choice")
    return str(VoteChoice.APPROVE) if choice == VoteChoice.AGAINST else choice


def _approving(sight: Sight) -> list[Row]:
    rows = sight.rows.of("agreed", sight.row.id)
    return [row for row in rows if row.get("choice") == VoteChoice.APPROVE]


def _under(noun: str) -> Callable[[Sight], Iterable[Row]]:
    return lambda sight: sight.rows.of(noun, sight.row.id)


# --- copies, items, systems ---


def _level_of_item(sight: Sight) -> Any:
    item = sight.rows.get("item", sight.row.get("item"))
    return item.get("level") if item else None


def _numbered(sight: Sight) -> Any:
    serials = [row.get("serial") for row in sight.rows.of("copy", sight.row.id)]
    return UNKNOWN if UNKNOWN in serials else max(serials, default=0)


def _accredited(sight: Sight) -> Any:
    levels = sight.row.get("levels")
    if sight.family is None:
        return ELSEWHERE  # that the pack is not there is said
    return levels.get(sight.family) if isinstance(levels, dict) else UNKNOWN


def _provision(sight: Sight) -> Any:
    value = sight.row.get("provision")
    return None if value == "unknown" else value


def _approved_on(sight: Sight) -> Any:
    return sight.row.get("decided_on") if sight.row.get("approved_sha256") else None


def _visitors(sight: Sight) -> Any:
    people, guests = sight.row.get("people"), sight.row.get("guests")
    if not isinstance(people, list) or not isinstance(guests, list | None):
        return UNKNOWN
    told = [{"person": person, "citizenships": None, "party": None} for person in people]
    for guest in guests or ():
        held = sorted(set(guest.get("citizenships") or ())) or None
        told.append({"person": None, "citizenships": held, "party": guest.get("party")})
    return told


COMPARED: Mapping[type, Mapping[str, View | Listed]] = {
    f.Act: {},
    f.Project: {
        **_OWN,
        **_same("regime", "owner_party", "client_party", "ultimate_client_party", "level", "categories"),
        **_or_none("qualification_type", "qualification_grade", "currency"),
        **_same("contract_signed", "state", "accepted_on", "submitted_on"),
        **_numbers("contract_value"),
    },
    f.Party: {
        **_OWN,
        **_same("kind", "state", "established_on", "conditions_on", "clean_record", "prc_staff"),
        **_same("inspected_on"),
        **_or_none("country"),
        "controllers": Listed(f.Controller, "entry", _controllers),
        "qualifications": Listed(f.Qualification, "id", _under("certificate")),
        "held_by": _held_by("party"),
    },
    f.Controller: {
        "party": lambda sight: sight.row.get("controller"),
        **_same("kind"),
        **_numbers("share"),
        "entry": _OWN["entry"],
    },
    f.Qualification: {
        **_OWN,
        **_same("type", "categories", "valid_from", "valid_to", "state", "recorded_by", "verified_by"),
        **_same("verified_on"),
        **_or_none("grade"),
    },
    f.Hop: {
        **_OWN,
        **_same("parent", "from_party", "to_party", "depth", "state", "level", "categories", "starts"),
        **_same("ends", "keeps_core", "awarded_on", "reported_on", "subject_sha256", "business"),
        **_same("performer", "payer", "payer_country", "payment"),
        **_numbers("share", "amount"),
        "approval": _approval,
        "siblings": _siblings,
        "consents": Listed(f.Consent, "kind", _consents),
        "clauses": _agreed("clauses", []),
        "giver_signed": _agreed("giver_signed", None),
        "receiver_signed": _agreed("receiver_signed", None),
    },
    f.Consent: {
        **_same("kind", "given_on", "recorded_by"),
        **_or_none("document_sha256"),
        "entry": _OWN["entry"],
    },
    f.Approval: {
        **_OWN,
        **_same("state", "subject_sha256", "level", "starts", "ends", "requested_by", "needed"),
        "subject_kind": lambda _: "hop",
        "subject_id": _named("hop"),
        "votes": Listed(f.Vote, "entry", _under("vote")),
        "conditions": Listed(f.Condition, "id", _under("condition")),
        "referrals": Listed(f.Referral, "entry", _under("referral")),
        "limits": Listed(f.UseLimit, "entry", _under("limit")),
    },
    f.Vote: {
        **_same("person", "on_behalf_of"),
        "choice": _choice,
        "parties": _of_voter,
        "entry": _OWN["entry"],
    },
    f.Condition: {**_OWN, **_same("number", "type", "state", "set_on", "due")},
    f.Referral: {**_same("by", "on_behalf_of", "to"), "entry": _OWN["entry"]},
    f.UseLimit: {**_same("uses", "until"), "entry": _OWN["entry"]},
    f.Override: {
        **_OWN,
        **_same("rule", "problems", "party", "hop", "until", "state", "requested_by"),
        **_or_none("hop_sha256"),
        "agreed": Listed(f.Agreed, "entry", _approving),
    },
    f.Agreed: {**_same("person"), "parties": _of_voter, "entry": _OWN["entry"]},
    f.Copy: {
        **_OWN,
        **_same("number", "item", "custodian_party", "custodian_person", "state", "offered_in"),
        "level": _level_of_item,
        "registered": lambda _: True,
        "held_by": _held_by("copy"),
    },
    f.Item: {
        **_OWN,
        **_same("level", "basis_kind", "classified_by", "issued_on", "until", "marking", "sources"),
        **_same("certificate_on", "reviewed_on", "review_outcome"),
        **_said(has_basis="basis", has_release_condition="release_condition"),
        **_numbers("area_km2"),
        "numbered": _numbered,
    },
    f.Membership: _same("party", "role"),
    f.Delegation: {**_OWN, **_same("party", "delegator", "project", "level", "starts", "ends", "state")},
    f.NeedToKnow: {**_same("item"), "entry": _OWN["entry"]},
    f.Person: {
        **_OWN,
        **_same("citizenships", "vetting", "vetted_from", "vetted_to", "trained_on", "undertaking_on"),
        **_same("leaves_on"),
        "memberships": Listed(f.Membership, "", lambda sight: _members(sight, sight.row.id)),
        "delegations": Listed(f.Delegation, "id", _used),
        "need_to_know": Listed(f.NeedToKnow, "entry", _listings),
    },
    f.System: {
        **_OWN,
        **_same("kind", "owner_party", "network", "state", "tested_on", "is_installation"),
        **_same("inventory_number"),
        **_or_none("country"),
        "level": _accredited,
        "provision": _provision,
    },
    f.Visit: {
        **_OWN,
        **_same("hop", "host", "level", "starts", "ends", "approved_on"),
        "visitors": _visitors,
    },
    f.Visitor: {},
    f.Equipment: {**_OWN, **_same("kind", "owner_party", "registration"), **_or_none("country")},
    f.Permit: {
        **_OWN,
        **_same("hop", "unit", "operator", "equipment", "state", "starts", "ends", "airspace_from"),
        **_same("airspace_to", "uplink", "payment", "subject_sha256", "requested_by"),
        **_or_none("approved_sha256"),
        **_said(has_airspace="airspace_number airspace_authority", has_licence="operator_licence"),
        **_said(has_certificate="operating_certificate", has_work_permit="work_permit"),
    },
    f.Collection: {
        **_OWN,
        **_same("permit", "unit", "operator", "equipment", "collected_on", "uplink", "payment"),
    },
    f.Destruction: {
        **_OWN,
        **_same("holder", "unit", "copies", "count", "method", "state", "subject_sha256", "requested_by"),
        **_or_none("approved_sha256"),
        "approved_on": _approved_on,
    },
    f.CopyPermit: {
        **_OWN,
        **_same("item", "asked_for", "count", "until", "state", "subject_sha256", "requested_by"),
        **_or_none("approved_sha256"),
    },
}
"""Group -> fact -> what it must be."""

ASKED = "what is attempted: said in the act itself, set by no entry before it"
ADDED_UP = "added up or looked for over many records, some of them in other projects"
DAY = "a day of the regime's time zone, made of the moment at which something was recorded"
SUBJECT = "what differs from the subject that was approved last, of which entries hold the digest"
LISTS = "lists of barred parties, of which entries hold the digest"
CLOCK = "incidents whose time to notify was over at the moment of the act"
GROUND = "worked out from the area and the list of zones, of which entries hold the digest"
AS_TOLD = "compared as one value with what the visit's entry says"

DERIVED: Mapping[type, Mapping[str, str]] = {
    f.Act: dict.fromkeys(f.Act.__dataclass_fields__, ASKED),
    f.Party: {
        **dict.fromkeys(("overdue", "overdue_since", "holds", "held_since", "counted_on"), ADDED_UP),
        **dict.fromkeys(("differences", "differences_since"), ADDED_UP),
        **dict.fromkeys(("heap", "heap_km2", "heap_without_area"), ADDED_UP),
        **dict.fromkeys(("lists", "unscreened", "screened_on", "listed_on", "hits_open"), LISTS),
        "incidents_late": CLOCK,
    },
    f.Hop: {"changed": SUBJECT},
    f.Approval: {"used": ADDED_UP, "decided_on": DAY},
    f.Copy: {
        **dict.fromkeys(("came_over", "beside", "covered_by", "person_has"), ADDED_UP),
        **dict.fromkeys(("last_event_on", "covered_until", "held_since"), DAY),
    },
    f.Item: {"registered_on": DAY, "with_parties": ADDED_UP},
    f.Visitor: dict.fromkeys(f.Visitor.__dataclass_fields__, AS_TOLD),
    f.Permit: {
        **dict.fromkeys(("zones_met", "zones_consented"), GROUND),
        "outputs_overdue": ADDED_UP,
    },
    f.Destruction: {
        **dict.fromkeys(("on_hold", "unsettled", "not_found", "unconfirmed", "frozen"), ADDED_UP),
        **dict.fromkeys(("done_unit", "done_method", "destroyed_on", "counted", "witnesses"), ASKED),
    },
}
"""Group -> fact -> why no entry of the file alone answers it."""

STREAMS: Mapping[str, str] = {
    "party": "party",
    "person": "system",
    "system": "system",
    "equipment": "",
}
"""Noun -> where its entries stand: its party's stream, the system's, one that cannot be told from the
record; all others in that of the project."""

MAY_BE_ASKED = frozenset(
    {"project", "hop", "item", "visit", "destruction", "copypermit", "permit", "collection"}
)
"""Nouns of which a record may be asked for: it stands among the facts before an entry has made it."""
