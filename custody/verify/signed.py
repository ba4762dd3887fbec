"""On what a signature is that stands in an entry beside its act: the entry of the act, what was asked or
offered before, and which of their fields the signed statement repeats."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from custody import certificates, signoff
from custody.terms import KeyForm, SignOffDoubt, VoteChoice
from ledger.tlog import canonical
from ledger.tlog.errors import CanonicalError
from ledger.tlog.verify import Entry

from .found import kind_of
from .votes import FACTS, of_decision

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Signed:
    """One type of statement: the kinds of entries that record what it is on, the fields of them that name
    what was decided on, by whom and why, and what else both say: member of the statement -> field."""

    kinds: tuple[str, ...]
    object: str
    repeated: Mapping[str, str]
    asked: str
    """Kind of the entry that asked for it; empty: none does."""
    terms: Mapping[str, str]
    """Member of the statement -> field of what was asked for."""
    person: tuple[str, ...] = ("person",)
    reason: str = "reason"
    """Empty: none is stated."""
    choice: str = VoteChoice.APPROVE
    """What the statement chooses where the entry of the act names no choice."""
    more: Callable[[Values, Values], bool] = lambda said, made: True
    """Whether statement and act agree in what is more than a field."""


def _alike(*names: str, **renamed: str) -> dict[str, str]:
    return {name: name for name in names} | renamed


def _copies(said: Values, made: Values) -> bool:
    """Return whether a receipt was signed for the copies that it moved, and says the same of the others."""
    kept = ("copy", "found", "note")
    wrong = [
        {name: one.get(name) for name in kept} for one in made.get("wrong") or () if isinstance(one, dict)
    ]
    listed = sorted(wrong, key=lambda one: str(one["copy"]))
    return bool(said["copies_sha256"] == digest(made.get("copies")) and said["wrong"] == listed)


SIGNED: Mapping[str, Signed] = {
    signoff.OVERRIDE.type: Signed(
        kinds=("override.voted",),
        object="override",
        repeated=_alike("rule", "hop", "subject_sha256"),
        asked="override.asked",
        terms=_alike(
            *("project", "rule", "problems", "party", "hop", "hop_sha256", "until", "subject_sha256")
        ),
    ),
    signoff.DESTRUCTION.type: Signed(
        kinds=("destruction.approved",),
        object="destruction",
        repeated=_alike("holder", "subject_sha256"),
        asked="destruction.requested",
        terms=_alike("project", "holder", "unit", "method", "count", "subject_sha256"),
    ),
    signoff.RECEIPT.type: Signed(
        kinds=("handoff.accepted", "handoff.read"),
        object="handoff",
        repeated=_alike("number"),
        asked="handoff.offered",
        terms=_alike("project", "number", "system", sender="sender_party", receiver="receiver_party"),
        person=("custodian_person", "reader"),
        reason="note",
        choice="accept",
        more=_copies,
    ),
    signoff.KEY.type: Signed(
        kinds=("signing_key.confirmed",),
        object="key",
        repeated=_alike("form", "fingerprint", owner="person"),
        asked="signing_key.asked",
        terms=_alike("fingerprint", owner="person"),
        person=("confirmed_by",),
        reason="",
        choice="confirm",
    ),
    signoff.PACK.type: Signed(
        kinds=("pack.published",),
        object="pack",
        repeated=_alike("name", "version", "effective", "file_sha256", pack_sha256="sha256"),
        asked="",
        terms={},
        person=("actor",),
        choice="activate",
    ),
}
"""Type of a statement -> what it is on."""
ASKED: Mapping[str, str] = {one.asked: one.object for one in SIGNED.values() if one.asked}
"""Kind of what is asked -> the field of it that names what is to be decided on."""


class Spoken(Protocol):
    """An entry, or the receipt of one: what it discloses."""

    @property
    def values(self) -> Mapping[str, Any]: ...  # noqa: D102 - said by the class


_OF_KEY = ("person", "credential", "public_key", "origin", "rp_id")


def doubt(
    values: Values, at: dt.datetime, key: Values, confirmed_at: dt.datetime, type: str
) -> SignOffDoubt | None:
    """Return why a signature of a moment does not count by what confirmed its key; None where it does."""
    if not all(isinstance(key.get(name), str) for name in _OF_KEY):
        return SignOffDoubt.KEY
    if any(values.get(name) != key.get(name) for name in ("person", "key")):
        return SignOffDoubt.PERSON
    if at < confirmed_at:
        return SignOffDoubt.NOT_CONFIRMED
    form = str(key.get("form", KeyForm.PASSKEY))
    held = signoff.SigningKey(**{name: str(key[name]) for name in _OF_KEY}, form=form)
    text = str(values.get("statement"))
    try:
        certificates.judge(text, values.get("assertion"), held)
        if values.get("method") != form:
            return SignOffDoubt.KEY
        if signoff.read(text)["type"] != type:
            return SignOffDoubt.STATEMENT
    except signoff.NotSigned as fault:
        return fault.why
    return None


def otherwise(
    entry: Spoken, decision: Spoken, asked: Spoken | None, type: str, *, whole: bool
) -> Iterator[str]:
    """Yield what a signed statement says otherwise than the act beside it and what was asked for, by its
    name in SIGNATURE_FAULTS; ``whole``: nothing of the act is withheld."""
    told, made, of = entry.values, decision.values, SIGNED[type]
    said: dict[str, Any] = signoff.read(str(told.get("statement")))
    if hashlib.sha256(str(told["statement"]).encode()).hexdigest() != told.get("statement_sha256"):
        yield "statement_sha256"
    if _kind(decision) not in of.kinds or made.get("method", told.get("method")) != told.get("method"):
        yield "decision"
        return
    if told.get("act") != made.get("act"):
        yield "act"
    if not said["object"] == told.get("object") == made.get(of.object):
        yield "object"
    if said["choice"] != made.get("choice", of.choice):
        yield "choice"
    if said["person"] != next((made[name] for name in of.person if name in made), None):
        yield "person"
    if of.reason and said["reason"] != made.get(of.reason):
        yield "reason"
    terms = asked is None or _same(said, asked.values, of.terms)
    if not (terms and _same(said, made, of.repeated) and of.more(said, made)):
        yield "terms"
    judged: Any = made.get("decision")
    if isinstance(judged, dict) and any(of_decision(said, judged, made, whole=whole)):
        yield "judged"


def _kind(entry: Spoken) -> str:
    return str(entry.values.get("kind", "")).partition("/")[0]


def _same(said: Values, values: Values, names: Mapping[str, str]) -> bool:
    return all(said[member] == values.get(field) for member, field in names.items())


def claimed(entry: Entry) -> bool:
    """Return whether the facts of an acceptance say that it was signed with an own key."""
    act: Any = entry.values.get(f"{FACTS}act")
    of = SIGNED[signoff.RECEIPT.type]
    return kind_of(entry) in of.kinds and isinstance(act, dict) and act.get("signed_with") is not None


def digest(value: Any) -> str:
    """Return the SHA-256 of a value as canonical JSON; empty for what is none."""
    try:
        return hashlib.sha256(canonical.encode(value)).hexdigest()
    except CanonicalError:
        return ""
