"""Event -> ledger: the one place where an event becomes a draft entry."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from custody import events
from custody.terms import Source
from ledger import api as ledger
from ledger.tlog import canonical

Json = Any
Draft = ledger.Draft
DraftError = ledger.DraftError
Checked = ledger.Checked
Entry = ledger.Entry
LogError = ledger.LogError
FACTS_PREFIX = "facts/"
SYSTEM_STREAM = "system"
"""What belongs to no project and no party: set-up, systems, people, full checks."""


def party_stream(party: UUID) -> str:
    """Return the name of a party's ledger stream."""
    return f"party:{party}"


def time_text(moment: dt.datetime) -> str:
    """Return a moment as the ledger writes it, in UTC with six decimals: ``2026-11-21T10:00:00.123456Z``."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical_text(value: Json) -> str:
    """Return the RFC 8785 text of a value. Raises CanonicalError for what the ledger does not carry."""
    return canonical.encode(value).decode()


def digest(value: Json) -> str:
    """Return the SHA-256 of a value's canonical text, in lower-case hex."""
    return hashlib.sha256(canonical.encode(value)).hexdigest()


def digest_of_text(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, in lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def open_log(rp_id: str) -> str:
    """Name the log for a host and make its keys, unless that was done; return its origin."""
    return ledger.ensure_log(rp_id)


def keys_found() -> Path | None:
    """Return a file that shows that a log has its keys here, or None where none was opened."""
    return ledger.keys_found()


def remove_keys() -> None:
    """Take away the keys of a log whose opening failed: nothing was ever signed with them."""
    ledger.remove_keys()


def log_key(folder: Path) -> str:
    """Return the log's public key (C2SP vkey) as it stands in the trust folder."""
    return (folder / "log.vkey").read_text(encoding="utf-8").strip()


def sealed_size() -> int:
    """Return the size of the ledger at its newest signed checkpoint; 0 before the first."""
    newest = ledger.checkpoint()
    return newest.size if newest else 0


def sealed_head() -> tuple[int, str]:
    """Return size and root (in hex) of the ledger at its newest signed checkpoint; 0 and "" before the
    first."""
    newest = ledger.checkpoint()
    return (newest.size, newest.root.hex()) if newest else (0, "")


def log_head() -> tuple[str, int, str]:
    """Return name, size and root (in hex) of the log at its newest signed checkpoint; "", 0 and "" before the
    first."""
    newest = ledger.checkpoint()
    return (newest.origin, newest.size, newest.root.hex()) if newest else ("", 0, "")


def heads(streams: Iterable[str]) -> dict[str, str]:
    """Return for each stream that exists its newest position, as ``seq:leaf hash in hex``."""
    found = {}
    for stream in streams:
        head = ledger.head(stream)
        if head:
            found[stream] = f"{head.seq}:{head.leaf_hash.hex()}"
    return found


def history(using: str = "default") -> Iterator[ledger.Entry]:
    """Return every entry with its values, stream by stream, each in its own order."""
    for stream in ledger.streams(using):
        yield from ledger.walk(stream, using)


def covered(stream: str, size: int) -> Iterator[tuple[int, Entry]]:
    """Return the entries of a stream that the ledger had at a size, each with its place in it (from 0)."""
    return ledger.covered(stream, size)


def places_of(entries: Iterable[UUID]) -> dict[UUID, int | None]:
    """Return the place of each entry in the ledger (from 0); None for one that is not sealed yet."""
    return {id: state.index for id, state in ledger.state_of(entries).items()}


def covering(entry: UUID) -> tuple[int, str] | None:
    """Return size and root (in hex) of the first checkpoint that covers an entry; None while none does."""
    first = ledger.covering(entry)
    return (first.size, first.root.hex()) if first else None


def wait_sealed(streams: Iterable[str], seconds: float) -> bool:
    """Wait until what streams say now is sealed; false when the time is over first."""
    until = time.monotonic() + seconds
    newest = [entry for stream in streams if (entry := ledger.newest(stream))]
    return all(ledger.wait_sealed(entry, max(until - time.monotonic(), 0)) for entry in newest)


def naming(
    text: str,
    kinds: Collection[str] | None = None,
    *,
    stream: str = "",
    since: dt.datetime | None = None,
) -> list[ledger.Entry]:
    """Return the entries that name an id (or another text of signs of ASCII), of some kinds or of all, of one
    stream or of all, and recorded after a moment or ever."""
    having = None if kinds is None else ("kind", kinds)
    return ledger.naming(text, having, stream=stream, since=since)


def entry_of(entry: UUID, using: str = "default") -> Entry:
    """Return an entry with what it still says. Raises ledger.UnknownEntryError."""
    return ledger.read(entry, using)


def find(entry: UUID) -> Entry | None:
    """Return an entry with what it still says; None for an unknown one."""
    try:
        return ledger.read(entry)
    except ledger.UnknownEntryError:
        return None


def times_of(entries: Iterable[UUID]) -> dict[UUID, dt.datetime]:
    """Return when each of some entries was recorded; unknown ones are left out."""
    return ledger.times_of(entries)


def decided(entry: UUID) -> tuple[Json, dict[str, Json], dict[str, UUID]]:
    """Return the decision that an entry carries, its facts by group, and for each erased field the erasing
    entry.

    Raises ledger.UnknownEntryError for an entry that is not there.
    """
    found = ledger.read(entry)
    facts = {n.removeprefix(FACTS_PREFIX): v for n, v in found.values.items() if n.startswith(FACTS_PREFIX)}
    return found.values.get("decision"), facts, dict(found.erased)


def on_ledger_checked(receiver: Callable[..., None]) -> None:
    """Have ``receiver(result=...)`` called after every full check of the ledger."""
    ledger.checked.connect(receiver, weak=False, dispatch_uid="custody")


def check_ledger() -> ledger.Checked:
    """Check the whole ledger; a fault freezes it and is recorded by whoever listens."""
    return ledger.check_everything()


def append(drafts: list[Draft], using: str = "default") -> None:
    """Append an act's entries; the last thing a transaction does."""
    ledger.append(*drafts, using=using)


def draft(
    event: Any,
    *,
    entry: UUID,
    act: UUID,
    about: str,
    actor: UUID | None,
    on_behalf_of: UUID | None,
    source: Source,
    took_place_at: dt.datetime,
    copy_keys: Iterable[bytes | memoryview] = (),
    decision: Mapping[str, Json] | None = None,
    facts: Mapping[str, Json] | None = None,
) -> Draft:
    """Make the draft entry of an event, with its envelope, its decision, and the facts that were decided on.

    Facts hold ids, codes, dates and booleans only; a person's group is personal all the same.
    Raises EventError when the event's values do not fit its kind.
    """
    kind = events.kind_of(event)
    envelope: dict[str, Json] = {
        "kind": kind.id,
        "about": about,
        "actor": str(actor) if actor else "system",
        "on_behalf_of": str(on_behalf_of) if on_behalf_of else None,
        "source": str(source),
        "took_place_at": time_text(took_place_at),
        "act": str(act),
    }
    fields = [ledger.Field(name, value) for name, value in envelope.items()]
    fields += [ledger.Field(n, v, personal=n in kind.personal) for n, v in events.values(event).items()]
    if decision is not None:
        fields.append(ledger.Field("decision", dict(decision)))
        for group, value in (facts or {}).items():
            fields.append(ledger.Field(FACTS_PREFIX + group, value, personal=group.startswith("person:")))
    tags = tuple(sorted(ledger.tag(bytes(key), entry) for key in copy_keys))
    return Draft(stream=about, fields=fields, tags=tags, id=entry)
