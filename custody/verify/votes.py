"""The statements on which officers voted, held against the entries of their votes and of the requests."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from custody import signoff
from custody.terms import SignOffDoubt, VoteMethod
from ledger.tlog import canonical
from ledger.tlog.errors import CanonicalError
from ledger.tlog.verify import Entry
from ledger.tlog.verify import Verdict as Judged

from . import wording as w
from .found import SHOWN, Part, kind_of

_REQUESTS = ("hop.requested", "hop.amended")
FACTS = "facts/"


def votes(part: Part, judged: Judged) -> None:
    """Add what the statements of disclosed votes say; nothing where no vote is disclosed."""
    subjects: dict[str, Any] = {}
    good, wrong = 0, []
    disclosed = judged.bundle.disclosures if judged.bundle else {}
    for entry in judged.entries:
        if kind_of(entry) in _REQUESTS:
            subjects[str(entry.values.get("approval"))] = entry.values.get("subject_sha256")
        if kind_of(entry) == "approval.voted" and isinstance(entry.values.get("statement"), str):
            whole = all(digest in disclosed for digest in entry.leaf.digests)
            faults = list(_faults(entry, subjects, whole=whole))
            good += not faults
            wrong += [(entry.leaf.id, fault) for fault in faults]
    for id, fault in wrong[:SHOWN]:
        part.add("bad", w.VOTE, fault, id=id, what=w.VOTE_FAULTS[fault])
    if good and not wrong:
        part.add("ok", w.VOTES, count=good)


def signatures(part: Part, judged: Judged) -> None:
    """Add what the signatures of disclosed votes say, each by the key that an entry of this file
    confirmed, and that none before it ended."""
    confirmed: dict[str, Entry] = {}
    ended: dict[str, dt.datetime] = {}
    for entry in judged.entries:
        if kind_of(entry) == "signing_key.confirmed":
            confirmed[entry.leaf.id] = entry
        elif kind_of(entry) == "signing_key.ended":
            ended[str(entry.values.get("key"))] = entry.leaf.time
    good = 0
    for entry in judged.entries:
        if kind_of(entry) != "approval.voted" or entry.values.get("method") != VoteMethod.PASSKEY:
            continue
        key = confirmed.get(str(entry.values.get("key_entry")))
        if key is None:
            part.add("unknown", w.KEY_UNKNOWN, id=entry.leaf.id)
            continue
        why = _unsigned(entry, key, ended.get(str(key.values.get("key"))))
        good += not why
        if why:
            part.add("bad", w.NOT_SIGNED, str(why), id=entry.leaf.id, what=why.text)
    if good:
        part.add("ok", w.SIGNED, count=good)


def _unsigned(vote: Entry, key: Entry, end: dt.datetime | None) -> SignOffDoubt | None:
    """Return why the signature of a vote does not count; None where it does."""
    names = ("person", "credential", "public_key", "origin", "rp_id")
    if not all(isinstance(key.values.get(name), str) for name in names):
        return SignOffDoubt.KEY
    if vote.values.get("person") != key.values["person"] or vote.values.get("key") != key.values.get("key"):
        return SignOffDoubt.PERSON
    if vote.leaf.time < key.leaf.time:
        return SignOffDoubt.NOT_CONFIRMED
    if end is not None and end < vote.leaf.time:
        return SignOffDoubt.REVOKED
    held = signoff.SigningKey(*(str(key.values[name]) for name in names))
    try:
        said = signoff.read(str(vote.values.get("statement")))
        signoff.verify(
            str(vote.values.get("statement")), signoff.Assertion.of(vote.values.get("assertion")), held
        )
    except signoff.NotSigned as fault:
        return fault.why
    alike = ("reason", "against", "delegation")
    if any(said[name] != vote.values.get(name) for name in alike) or said["on_behalf_of"] != vote.values.get(
        "behalf"
    ):
        return SignOffDoubt.STATEMENT
    return None


def _faults(entry: Entry, subjects: dict[str, Any], *, whole: bool) -> Iterator[str]:
    """Yield what a statement says otherwise than its entry, by its name in VOTE_FAULTS; nothing of the facts
    where some of the entry is withheld: its decision is then said not to be one that can be run again."""
    text, values = str(entry.values["statement"]), entry.values
    if hashlib.sha256(text.encode()).hexdigest() != values.get("statement_sha256"):
        yield "statement_sha256"
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        yield "statement"
        return
    for name in ("approval", "hop", "choice", "person"):
        if said.get(name) != values.get(name):
            yield name
    approval = str(values.get("approval"))
    if approval in subjects and said.get("subject_sha256") != subjects[approval]:
        yield "subject_sha256"
    decision: Any = values.get("decision")
    if isinstance(decision, dict):
        yield from _of_decision(said, decision, values, whole=whole)


def _of_decision(
    said: dict[str, Any], decision: dict[str, Any], values: Any, *, whole: bool
) -> Iterator[str]:
    if said.get("pack_sha256") != decision.get("pack_sha256"):
        yield "pack_sha256"
    if said.get("findings_sha256") != _digest(decision.get("findings")):
        yield "findings_sha256"
    groups = {name.removeprefix(FACTS): value for name, value in values.items() if name.startswith(FACTS)}
    facts = {"schema": decision.get("facts_schema"), "groups": groups}
    if whole and len(groups) and said.get("facts_sha256") != _digest(facts):
        yield "facts_sha256"


def _digest(value: Any) -> str:
    try:
        return hashlib.sha256(canonical.encode(value)).hexdigest()
    except CanonicalError:
        return ""
