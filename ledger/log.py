"""Writing to the ledger: drafts in, entries recorded.

Salts are drawn here, values are checked here, and everything else (place in the stream, time, leaf, hash) is
made by the SQL function ``ledger_append`` under the lock of the stream head, inside the caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connections
from uuid_utils.compat import uuid7

from ledger.errors import DraftError
from ledger.tlog import disclosure, leaf
from ledger.tlog.canonical import Json, check_text
from ledger.tlog.encoding import b64url
from ledger.tlog.errors import FormatError, shown

MAX_NAME = 200
"""Characters in the name of a stream or a field."""

_BAD_DRAFT = "HF002"  # SQLSTATE of ledger_append for a draft that it does not take
_LEAF_WITHOUT_LISTS = 330  # bytes of a leaf without digests and tags, at most
_DIGEST_BYTES = 46  # quotes, 43 characters, comma
_TAG_BYTES = 25


@dataclass(frozen=True, slots=True)
class Field:
    """One named value of an entry. A ``personal`` one may be erased later; all others are kept for ever."""

    name: str
    value: Json
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be. ``tags``: 16 bytes for each copy concerned (:func:`ledger.tlog.leaf.tag`)."""

    stream: str
    fields: Sequence[Field]
    tags: Sequence[bytes] = ()
    id: UUID = field(default_factory=uuid7)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as it stands in its stream once the transaction commits."""

    id: UUID
    stream: UUID
    seq: int
    leaf_hash: bytes
    at: datetime


def append(*drafts: Draft, using: str = "default") -> list[Recorded]:
    """Record the drafts in their order, in the transaction of the caller.

    Call it once, last in the transaction: the stream heads stay locked until the end. Raises DraftError
    before the database is touched for a value, size or name that cannot be recorded.
    """
    if not drafts:
        return []
    document = json.dumps([_document(draft) for draft in drafts], separators=(",", ":"))
    with connections[using].cursor() as cursor:
        try:
            cursor.execute(
                "SELECT r_id, r_stream, r_seq, r_leaf_hash, r_at FROM public.ledger_append(%s::jsonb)",
                [document],
            )
            rows = cursor.fetchall()
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", None) == _BAD_DRAFT:
                raise DraftError("draft", got=str(error).splitlines()[0]) from error
            raise
    return [Recorded(id, stream, seq, bytes(hash), at) for id, stream, seq, hash, at in rows]


def _document(draft: Draft) -> dict[str, Any]:
    """Return the draft as ``ledger_append`` takes it."""
    _check_name("stream name", draft.stream)
    names = [item.name for item in draft.fields]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DraftError("fields of an entry", expected="each name once", got=f"{shown(twice)} again")
    tags = sorted({bytes(tag) for tag in draft.tags})
    if len(tags) != len(draft.tags) or any(len(tag) != leaf.TAG_BYTES for tag in tags):
        raise DraftError("tags", expected=f"different ones of {leaf.TAG_BYTES} bytes", got="others")
    if len(tags) > leaf.MAX_TAGS:
        raise DraftError(
            "copies in one entry",
            expected=f"at most {leaf.MAX_TAGS}",
            got=str(len(tags)),
            todo="Split the act into several entries that share an act id.",
        )
    size = _LEAF_WITHOUT_LISTS + _DIGEST_BYTES * len(names) + _TAG_BYTES * len(tags)
    if size > leaf.MAX_BYTES:
        raise DraftError(
            "leaf",
            expected=f"at most {leaf.MAX_BYTES:,} bytes",
            got=f"about {size:,}",
            todo="Record fewer fields, or group them.",
        )
    return {
        "id": str(draft.id),
        "stream": draft.stream,
        "tags": [b64url(tag) for tag in tags],
        "disclosures": [_disclosure(item) for item in draft.fields],
    }


def _disclosure(item: Field) -> dict[str, Any]:
    """Return one field, salted."""
    _check_name("field name", item.name)
    try:
        made = disclosure.parts(item.name, item.value)
    except FormatError as error:
        raise DraftError(
            f"field {shown(item.name)}: {error.what}", expected=error.expected, got=error.got, todo=error.todo
        ) from error
    return {"parts": made.decode(), "personal": item.personal}


def _check_name(what: str, name: str) -> None:
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
        raise DraftError(what, expected=f"1 to {MAX_NAME} characters", got=shown(name))
    try:
        check_text(name)
    except FormatError as error:
        raise DraftError(what, expected=error.expected, got=error.got, todo=error.todo) from error
