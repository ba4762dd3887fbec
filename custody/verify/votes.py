"""The statements on which officers voted, held against the entries of their votes and of the requests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

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
        yield from of_decision(said, decision, values, whole=whole)


def of_decision(said: dict[str, Any], decision: dict[str, Any], values: Any, *, whole: bool) -> Iterator[str]:
    """Yield what a statement says otherwise than the decision of its act, by its name in VOTE_FAULTS; nothing
    of the facts where some of the entry is withheld."""
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
