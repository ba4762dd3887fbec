"""How firmly an act stands in the ledger, and the proof that a person may keep."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from custody import models as m
from custody.events import KINDS
from custody.terms import Text
from ledger import api as ledger

from .patterns import Moment, Tone


def state_of(entry: UUID) -> str:
    """Return recorded, sealed or witnessed; empty for an entry that the ledger does not know."""
    state = ledger.state_of([entry]).get(entry)
    return state.state if state else ""


def leaf_sha256(entry: UUID) -> str:
    """Return the hash of an entry's leaf as the tree holds it, in hex.

    RFC 6962: SHA-256 of a zero byte and the leaf; empty for an unknown entry.
    """
    found = told(entry)
    return hashlib.sha256(b"\0" + bytes(found.leaf)).hexdigest() if found else ""


def person_of(entry: UUID) -> m.Person | None:
    """Return who acted in an entry; None for the installation itself or once that was erased."""
    found = told(entry)
    return _actor(found) if found else None


def told(entry: UUID) -> ledger.Entry | None:
    """Return an entry with what it tells; None for an unknown one."""
    try:
        return ledger.read(entry)
    except ledger.UnknownEntryError:
        return None


def _actor(entry: ledger.Entry) -> m.Person | None:
    actor = entry.values.get("actor")
    named = isinstance(actor, str) and actor != "system"
    return m.Person.objects.filter(id=str(actor)).first() if named else None


def values_of(entry: UUID) -> Mapping[str, Any]:
    """Return what an entry tells, without what was erased; nothing for an unknown entry."""
    found = told(entry)
    return found.values if found else {}


def moment(entry: UUID, tones: Mapping[str, Tone]) -> Moment | None:
    """Return an entry as a line of a timeline: its own sentence, who, when, and what that person said.

    None for an entry that the ledger does not know, or whose kind this version does not know.
    """
    found = told(entry)
    if found is None:
        return None
    kind = KINDS.get(str(found.values.get("kind")))
    if kind is None:
        return None
    values = {name: _blank(found.values.get(name)) for name in kind.schema.__dataclass_fields__}
    person = _actor(found)
    said = found.values.get("reason") or found.values.get("note") or found.values.get("purpose") or ""
    return Moment(
        at=found.at,
        sentence=Text(kind.sentence.en.format(**values), kind.sentence.zh.format(**values)),
        actor=person.name if person else "",
        tone=tones.get(kind.name, "off"),
        entry_state=state_of(entry),
        detail=said,
    )


def _blank(value: object) -> str:
    return "—" if value is None else str(value)


def proof(entry: UUID, name: str) -> HttpResponse:
    """Return the proof that the newest checkpoint covers an entry, as a file. Raises NotSealedError."""
    return download(ledger.proof_file(entry).encode(), f"{name}.tlog-proof", "text/plain; charset=utf-8")


def download(body: bytes, name: str, kind: str) -> HttpResponse:
    """Return bytes as a file to save, which a browser neither opens nor guesses about."""
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
