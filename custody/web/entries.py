"""How firmly an act stands in the ledger, and the proof that a person may keep."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.http import HttpResponse

from custody import models as m
from ledger import api as ledger


def state_of(entry: UUID) -> str:
    """Return recorded, sealed or witnessed; empty for an entry that the ledger does not know."""
    state = ledger.state_of([entry]).get(entry)
    return state.state if state else ""


def leaf_sha256(entry: UUID) -> str:
    """Return the hash of an entry's leaf as the tree holds it, in hex.

    RFC 6962: SHA-256 of a zero byte and the leaf; empty for an unknown entry.
    """
    try:
        leaf = ledger.read(entry).leaf
    except ledger.UnknownEntryError:
        return ""
    return hashlib.sha256(b"\0" + bytes(leaf)).hexdigest()


def person_of(entry: UUID) -> m.Person | None:
    """Return who acted in an entry; None for the installation itself or once that was erased."""
    try:
        actor = ledger.read(entry).values.get("actor")
    except ledger.UnknownEntryError:
        return None
    named = isinstance(actor, str) and actor != "system"
    return m.Person.objects.filter(id=str(actor)).first() if named else None


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
