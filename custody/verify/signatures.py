"""The signatures that people gave with passkeys and cards, each by the key that an entry of the same file
confirmed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping

from custody import signoff
from custody.terms import SIGNED as WITH_KEY
from custody.terms import SignOffDoubt
from ledger.tlog.verify import Entry
from ledger.tlog.verify import Verdict as Judged

from . import wording as w
from .found import SHOWN, Part, kind_of
from .signed import ASKED, SIGNED, claimed, doubt, otherwise


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
            elif kind in ASKED:
                self.asked[str(entry.values.get(ASKED[kind]))] = entry

    def unsigned(self, entry: Entry, key: Entry, type: str) -> SignOffDoubt | None:
        """Return why the signature in an entry does not count; None where it does."""
        if why := doubt(entry.values, entry.leaf.time, key.values, key.leaf.time, type):
            return why
        end = self.ended.get(str(key.values.get("key")))
        if end is not None and end < entry.leaf.time:
            return SignOffDoubt.REVOKED
        text = str(entry.values.get("statement"))
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
        if kind_of(entry) != "approval.voted" or entry.values.get("method") not in WITH_KEY:
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
        if "statement" not in entry.values:
            continue  # a report on one copy says how, and keeps back what names the others
        if entry.values.get("type") not in signoff.KINDS:
            part.add("unknown", w.OTHER_KIND, id=id)
            continue
        key, decision = file.confirmed.get(str(entry.values.get("key_entry"))), file.by_id.get(decided)
        if key is None or decision is None:
            part.add("unknown", w.SIGNER_UNKNOWN if key is None else w.SIGNED_ALONE, id=id)
            continue
        type = str(entry.values.get("type"))
        why = file.unsigned(entry, key, type) if type in SIGNED else SignOffDoubt.STATEMENT
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
        says = kind_of(entry) == "override.voted" and entry.values.get("method") in WITH_KEY
        if (says or claimed(entry)) and entry.leaf.id not in borne:
            part.add("unknown", w.SIGNATURE_AWAY, id=entry.leaf.id)
    if good and not wrong:
        part.add("ok", w.SIGNATURES, count=good)


def _otherwise(entry: Entry, decision: Entry, file: _File, type: str) -> Iterator[str]:
    asked = file.asked.get(str(decision.values.get(SIGNED[type].object)))
    whole = all(digest in file.disclosed for digest in decision.leaf.digests)
    return otherwise(entry, decision, asked, type, whole=whole)
