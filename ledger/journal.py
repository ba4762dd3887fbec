"""The journal: disclosures outside the database, encrypted, one file per sealed batch.

The tiles hold commitments only; with the journal they can rebuild every entry if the database is lost. A
file is

    "holdfast-journal/1 <from> <to>\\n"  12 bytes nonce  AES-256-GCM ciphertext

with the first line as associated data, so that a file cannot be passed off as another one. The plaintext is
JSON: the entries with index from..to-1, their stream names, and their disclosures (name, digest, text,
personal, erased by). Nonces are random: with one key that is safe for 2^32 files (NIST SP 800-38D, 8.3).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.errors import DisagreementError, JournalError
from ledger.store import Store

_FORMAT = "holdfast-journal/1"
_NONCE_BYTES = 12
_PER_FOLDER = 100_000  # log indexes whose files share a folder


class JournalDisclosure(NamedTuple):
    """A disclosure row. `text` is None once it was erased, `erased_by` then names the entry that says so."""

    name: str
    digest: str
    text: str | None
    personal: bool
    erased_by: str | None = None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """What is not in the leaf: the name of the stream, and the disclosures."""

    id: str
    leaf_hash: str
    stream_name: str
    disclosures: tuple[JournalDisclosure, ...]


def path_of(start: int, end: int) -> str:
    """Where the batch of the indexes start..end-1 stands in the log folder."""
    return f"journal/{start // _PER_FOLDER:08d}/{start:012d}-{end:012d}"


def ranges(store: Store) -> list[tuple[int, int]]:
    """The index ranges that journal files say they hold, in order."""
    found = []
    for path in (store.folder / "journal").glob("*/*"):
        first, dash, last = path.name.partition("-")
        if dash and first.isdigit() and last.isdigit():
            found.append((int(first), int(last)))
    return sorted(found)


def erase(store: Store, key: bytes, start: int, end: int, orders: Mapping[str, str]) -> int:
    """Write a batch again without the texts of these digests (digest -> erasing entry); return how many.

    The file is replaced in one step and its old bytes are overwritten. Done twice it does nothing more.
    """
    count = 0
    entries = []
    for entry in read(store, key, start, end):
        rows = []
        for row in entry.disclosures:
            if row.personal and row.text is not None and row.digest in orders:
                count += 1
                row = row._replace(text=None, erased_by=orders[row.digest])
            rows.append(row)
        entries.append(replace(entry, disclosures=tuple(rows)))
    if count:
        store.overwrite(path_of(start, end), _sealed(key, start, end, entries))
    return count


def _sealed(key: bytes, start: int, end: int, entries: Sequence[JournalEntry]) -> bytes:
    header = f"{_FORMAT} {start} {end}\n".encode()
    nonce = secrets.token_bytes(_NONCE_BYTES)
    plain = json.dumps([_to_json(e) for e in entries], ensure_ascii=False, separators=(",", ":")).encode()
    return header + nonce + AESGCM(key).encrypt(nonce, plain, header)


def write(store: Store, key: bytes, start: int, entries: Sequence[JournalEntry]) -> str:
    """Write the batch that begins at index `start`; return its path.

    A file left by an interrupted run is kept if it says the same. Raises DisagreementError if it does not.
    """
    end = start + len(entries)
    path = path_of(start, end)
    try:
        there = read(store, key, start, end)
    except FileNotFoundError:
        store.create(path, _sealed(key, start, end, entries), 0o600)
    else:
        if _unerased(there, entries) != _unerased(entries, there):
            raise DisagreementError(
                f"journal file {path}", expected="the entries of the database", got="others"
            )
    store.settle(path)
    return path


def read(store: Store, key: bytes, start: int, end: int) -> list[JournalEntry]:
    """The entries of one batch. Raises FileNotFoundError, JournalError."""
    path = path_of(start, end)
    raw = store.read(path)
    header = f"{_FORMAT} {start} {end}\n".encode()
    body = raw[len(header) :]
    if not raw.startswith(header) or len(body) < _NONCE_BYTES:
        raise JournalError(f"journal file {path}", expected=f"the header {_FORMAT}", got="something else")
    try:
        plain = AESGCM(key).decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], header)
    except InvalidTag:
        raise JournalError(
            f"journal file {path}",
            expected="content made with this journal key",
            got="changed bytes or another key",
        ) from None
    return [_from_json(item) for item in json.loads(plain)]


def _unerased(entries: Sequence[JournalEntry], others: Sequence[JournalEntry]) -> list[Any]:
    """The entries with every text left out that one of the two sides has erased since."""
    gone = {d.digest for side in (entries, others) for e in side for d in e.disclosures if d.text is None}
    whole: list[Any] = [(e.id, e.leaf_hash, e.stream_name, len(e.disclosures)) for e in entries]
    return whole + [
        (e.id, d.name, d.digest, None if d.digest in gone else d.text, d.personal)
        for e in entries
        for d in e.disclosures
    ]


def _to_json(entry: JournalEntry) -> list[Any]:
    return [entry.id, entry.leaf_hash, entry.stream_name, entry.disclosures]


def _from_json(item: list[Any]) -> JournalEntry:
    identity, leaf_hash, stream_name, rows = item
    return JournalEntry(identity, leaf_hash, stream_name, tuple(JournalDisclosure(*row) for row in rows))
