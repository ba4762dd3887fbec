"""The signatures that people gave with passkeys and cards, each by the key that an entry of the same file
confirmed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from custody import certificates, signoff
from custody.terms import SIGNED, KeyForm, SignOffDoubt, VoteChoice
from ledger.tlog.verify import Entry
from ledger.tlog.verify import Verdict as Judged

from . import wording as w
from .found import SHOWN, Part, kind_of
from .votes import of_decision

_OF_KEY = ("person", "credential", "public_key", "origin", "rp_id")
_ASKED = {"override.asked": "override", "destruction.requested": "destruction"}
_DECISIONS = {
    signoff.OVERRIDE.type: ("override.voted", "override", ("rule", "hop", "subject_sha256")),
    signoff.DESTRUCTION.type: ("destruction.approved", "destruction", ("holder", "subject_sha256")),
}
"""Type of a statement -> the kind of the decision that it is on, the field of it that names what is decided
on, and those that the statement repeats."""
_TERMS = {
    signoff.OVERRIDE.type: (
        *("project", "rule", "problems", "party", "hop", "hop_sha256", "until", "subject_sha256"),
    ),
    signoff.DESTRUCTION.type: ("project", "holder", "unit", "method", "count", "subject_sha256"),
}
"""What a statement repeats of what was asked for."""


class _File:
    """What a file says of keys, of decisions that are signed, and of what they are on."""

    def __init__(self, judged: Judged) -> None:
        self.entries = judged.entries
        self.disclosed: Mapping[str, str] = judged.bundle.disclosures if judged.bundle else {}
        self.by_id = {entry.leaf.id: entry for entry in judged.entries}
        self.confirmed: dict[str, Entry] = {}
        self.ended: dict[str, dt.datetime] = {}
        self.asked: dict[str, Entry] = {}
        """What was asked for, by the id of what is decided on."""
        self.signed: set[str] = set()
        """SHA-256 of the statements that were signed so far."""
        for entry in judged.entries:
            kind = kind_of(entry)
            if kind == "signing_key.confirmed":
                self.confirmed[entry.leaf.id] = entry
            elif kind == "signing_key.ended":
                self.ended[str(entry.values.get("key"))] = entry.leaf.time
            elif kind in _ASKED:
                self.asked[str(entry.values.get(_ASKED[kind]))] = entry

    def unsigned(self, entry: Entry, key: Entry, type: str) -> SignOffDoubt | None:
        """Return why the signature in an entry does not count; None where it does."""
        if not all(isinstance(key.values.get(name), str) for name in _OF_KEY):
            return SignOffDoubt.KEY
        alike = ("person", "key")
        if any(entry.values.get(name) != key.values.get(name) for name in alike):
            return SignOffDoubt.PERSON
        if entry.leaf.time < key.leaf.time:
            return SignOffDoubt.NOT_CONFIRMED
        end = self.ended.get(str(key.values.get("key")))
        if end is not None and end < entry.leaf.time:
            return SignOffDoubt.REVOKED
        form = str(key.values.get("form", KeyForm.PASSKEY))
        held = signoff.SigningKey(**{name: str(key.values[name]) for name in _OF_KEY}, form=form)
        text = str(entry.values.get("statement"))
        try:
            certificates.judge(text, entry.values.get("assertion"), held)
            if entry.values.get("method") != form:
                return SignOffDoubt.KEY
            if signoff.read(text)["type"] != type:
                return SignOffDoubt.STATEMENT
        except signoff.NotSigned as fault:
            return fault.why
        if (digest := hashlib.sha256(text.encode()).hexdigest()) in self.signed:
            return SignOffDoubt.USED
        self.signed.add(digest)
        return None


def signatures(part: Part, judged: Judged) -> None:
    """Add what the disclosed signatures say: those of votes on subcontracts, which stand in the entry of the
    vote, and those that stand in an entry beside the decision."""
    file = _File(judged)
    _of_votes(part, file)
    _beside(part, file)


def _of_votes(part: Part, file: _File) -> None:
    good = 0
    for entry in file.entries:
        if kind_of(entry) != "approval.voted" or entry.values.get("method") not in SIGNED:
            continue
        key = file.confirmed.get(str(entry.values.get("key_entry")))
        if key is None:
            part.add("unknown", w.KEY_UNKNOWN, id=entry.leaf.id)
            continue
        why = file.unsigned(entry, key, signoff.APPROVAL.type) or _other_vote(entry)
        good += not why
        if why:
            part.add("bad", w.NOT_SIGNED, str(why), id=entry.leaf.id, what=why.text)
    if good:
        part.add("ok", w.SIGNED, count=good)


def _other_vote(vote: Entry) -> SignOffDoubt | None:
    """Return a doubt where what was signed says otherwise than the entry of the vote."""
    said, values = signoff.read(str(vote.values.get("statement"))), vote.values
    alike = all(said[name] == values.get(name) for name in ("reason", "against", "delegation"))
    return None if alike and said["on_behalf_of"] == values.get("behalf") else SignOffDoubt.STATEMENT


def _beside(part: Part, file: _File) -> None:
    good, wrong, borne = 0, 0, set()
    for entry in file.entries:
        if kind_of(entry) != "signature.given":
            continue
        id, decided = entry.leaf.id, str(entry.values.get("decision_entry"))
        borne.add(decided)
        if entry.values.get("type") not in signoff.KINDS:
            part.add("unknown", w.OTHER_KIND, id=id)
            continue
        key, decision = file.confirmed.get(str(entry.values.get("key_entry"))), file.by_id.get(decided)
        if key is None or decision is None:
            part.add("unknown", w.SIGNER_UNKNOWN if key is None else w.SIGNED_ALONE, id=id)
            continue
        type = str(entry.values.get("type"))
        why = file.unsigned(entry, key, type) if type in _DECISIONS else SignOffDoubt.STATEMENT
        faults = [] if why else list(_otherwise(entry, decision, file, type))
        good += not why and not faults
        wrong += bool(why or faults)
        if wrong > SHOWN:
            continue
        if why:
            part.add("bad", w.SIGNATURE_BAD, str(why), id=id, what=why.text)
        for fault in faults[:1]:
            part.add("bad", w.SIGNATURE_OTHER, fault, id=id, what=w.SIGNATURE_FAULTS[fault])
    for entry in file.entries:
        says = kind_of(entry) == "override.voted" and entry.values.get("method") in SIGNED
        if says and entry.leaf.id not in borne:
            part.add("unknown", w.SIGNATURE_AWAY, id=entry.leaf.id)
    if good and not wrong:
        part.add("ok", w.SIGNATURES, count=good)


def _otherwise(entry: Entry, decision: Entry, file: _File, type: str) -> Iterator[str]:
    """Yield what a signed statement says otherwise than the decision beside it and what was asked for, by its
    name in SIGNATURE_FAULTS."""
    told, made = entry.values, decision.values
    kind, names, repeated = _DECISIONS[type]
    said: dict[str, Any] = signoff.read(str(told.get("statement")))
    if hashlib.sha256(str(told["statement"]).encode()).hexdigest() != told.get("statement_sha256"):
        yield "statement_sha256"
    if kind_of(decision) != kind or made.get("method", told.get("method")) != told.get("method"):
        yield "decision"
        return
    if told.get("act") != made.get("act"):
        yield "act"
    if not said["object"] == told.get("object") == made.get(names):
        yield "object"
    if said["choice"] != made.get("choice", VoteChoice.APPROVE):
        yield "choice"
    for name in ("person", "reason"):
        if said[name] != made.get(name):
            yield name
    asked = file.asked.get(str(made.get(names)))
    terms = asked is None or all(said[name] == asked.values.get(name) for name in _TERMS[type])
    if not terms or any(said[name] != made.get(name) for name in repeated):
        yield "terms"
    judged: Any = made.get("decision")
    if isinstance(judged, dict):
        whole = all(digest in file.disclosed for digest in decision.leaf.digests)
        if any(of_decision(said, judged, made, whole=whole)):
            yield "judged"
