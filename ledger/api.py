"""The front door of the ledger: what an application may record and ask.

Streams are given by name. An entry goes through three states: *recorded* (committed with the business
transaction), *sealed* (a published, signed checkpoint covers it) and *witnessed* (enough outside witnesses
have cosigned one).
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery

from ledger import keys, models, proofs
from ledger.checking import Checked, check_everything, checked
from ledger.errors import (
    DisagreementError,
    DraftError,
    FrozenError,
    KeyFileError,
    NotSealedError,
    UnknownEntryError,
    WallsError,
)
from ledger.health import Alarm, Clock, Health, WitnessHealth, alarm, clock, demanded, frozen, health
from ledger.log import Draft, Field, Recorded, append
from ledger.tlog import bundle as bundles
from ledger.tlog import disclosure, proof
from ledger.tlog.canonical import MAX_INTEGER, Json
from ledger.tlog.encoding import b64url
from ledger.tlog.errors import LogError
from ledger.tlog.leaf import tag
from ledger.tlog.policy import NO_QUORUM

__all__ = [
    "Alarm",
    "Checked",
    "Checkpoint",
    "Clock",
    "DisagreementError",
    "Draft",
    "DraftError",
    "Entry",
    "EntryState",
    "Field",
    "FrozenError",
    "Head",
    "Health",
    "Json",
    "KeyFileError",
    "LogError",
    "NotSealedError",
    "Recorded",
    "UnknownEntryError",
    "WallsError",
    "WitnessHealth",
    "alarm",
    "append",
    "bundle",
    "check_everything",
    "checked",
    "checkpoint",
    "clock",
    "covering",
    "ensure_log",
    "frozen",
    "head",
    "health",
    "naming",
    "proof_file",
    "read",
    "run",
    "set_origin",
    "state_of",
    "streams",
    "tag",
    "wait_sealed",
    "wait_witnessed",
    "walk",
    "witnessed",
]

State = Literal["recorded", "sealed", "witnessed"]

_POLL_SECONDS = 0.05
_AT_ONCE = 500
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class EntryState:
    """How far an entry has come. `size` is the smallest published checkpoint that covers it."""

    state: State
    index: int | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a stream, committed or written by the present transaction."""

    stream_name: str
    stream: UUID
    seq: int
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with what is kept beside the log. `erased`: name of a field -> entry that ordered it."""

    id: UUID
    stream_name: str
    seq: int
    at: datetime
    leaf: bytes
    values: Mapping[str, Json]
    disclosures: Sequence[str]
    erased: Mapping[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A published, signed tree head. `note` is the text as published.

    `cosignatures` are the lines by which `witnesses` witnesses cosigned it; `witnessed` says whether they met
    the policy's quorum.
    """

    origin: str
    size: int
    root: bytes
    note: str
    witnesses: int
    time: datetime
    witnessed: bool = False
    cosignatures: str = ""


# --- the log as a whole -----------------------------------------------------------------------------------


def ensure_log(rp_id: str) -> str:
    """Give the log its name and its keys if it has none, and return the name (origin).

    The name is ``<rp_id>/ledger/<16 random hex digits>`` and never changes. Raises KeyFileError when the name
    is there but the signing key was lost.
    """
    if not _HOST.fullmatch(rp_id):
        raise DraftError("host name of the log", expected="a host name in lower case", got=repr(rp_id))
    origin = set_origin(f"{rp_id}/ledger/{secrets.token_hex(8)}")
    keys.make_missing(settings.KEYS_DIR, settings.TRUST_DIR, origin)
    return origin


def keys_found() -> Path | None:
    """Return a key or trust file that stands in our folders already, or None where no log was opened yet."""
    return keys.standing(settings.KEYS_DIR, settings.TRUST_DIR)


def remove_keys() -> None:
    """Take away the key and trust files of a log whose opening failed, before anything was signed."""
    keys.remove(settings.KEYS_DIR, settings.TRUST_DIR)


def set_origin(origin: str) -> str:
    """Name the log unless it is named already; return the name it has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.ledger_set_origin(%s)", [origin])
        row = cursor.fetchone()
    return str(row[0])


def checkpoint() -> Checkpoint | None:
    """The newest published checkpoint, or None before the first."""
    row = _checkpoints().first()
    return None if row is None else _checkpoint(row)


def covering(id: UUID) -> Checkpoint | None:
    """The first published checkpoint that covers an entry, or None while none does."""
    state = state_of([id]).get(id)
    row = _checkpoints().filter(size=state.size).first() if state and state.size else None
    return None if row is None else _checkpoint(row)


def witnessed() -> Checkpoint | None:
    """The newest checkpoint that met the policy's quorum, or None when none ever did."""
    row = _checkpoints().filter(witnessed__isnull=False).first()
    return None if row is None else _checkpoint(row)


# --- entries and streams ----------------------------------------------------------------------------------


def state_of(ids: Iterable[UUID]) -> dict[UUID, EntryState]:
    """The state of each entry that exists; unknown ids are left out."""
    covering = (
        models.Checkpoint.objects.filter(size__gt=OuterRef("log_index__idx"))
        .order_by("size")
        .values("size")[:1]
    )
    cosigned = Exists(models.Witnessed.objects.filter(checkpoint__gt=OuterRef("log_index__idx")))
    rows = models.Entry.objects.filter(id__in=list(ids)).values_list(
        "id", "log_index__idx", Subquery(covering), cosigned
    )
    return {id: _state(*row) for id, *row in rows}


def _state(index: int | None, size: int | None, cosigned: bool) -> EntryState:
    if size is None:
        return EntryState("recorded", index)
    return EntryState("witnessed" if cosigned else "sealed", index, size)


def wait_sealed(id: UUID, seconds: float) -> bool:
    """Wait until a published checkpoint covers the entry; false when the time is over first.

    Call it outside the transaction that appended the entry, else it cannot become sealed.
    """
    return _wait(id, seconds, ("sealed", "witnessed"))


def wait_witnessed(id: UUID, seconds: float) -> bool:
    """Wait until a witnessed checkpoint covers the entry; false when the time is over first.

    False at once where the policy demands no witness: it would never come.
    """
    return demanded() != NO_QUORUM and _wait(id, seconds, ("witnessed",))


def _wait(id: UUID, seconds: float, enough: tuple[str, ...]) -> bool:
    end = time.monotonic() + seconds
    while True:
        state = state_of([id]).get(id)
        if state is not None and state.state in enough:
            return True
        if time.monotonic() >= end:
            return False
        time.sleep(_POLL_SECONDS)


def head(stream: str) -> Head | None:
    """The newest entry of a stream, or None for a stream without entries."""
    row = models.Stream.objects.filter(name=stream, head__isnull=False).first()
    return None if row is None else Head(row.name, row.id, row.next_seq - 1, bytes(row.head or b""))


def read(id: UUID, using: str = DEFAULT_DB_ALIAS) -> Entry:
    """One entry. Raises UnknownEntryError."""
    row = _entries().using(using).filter(id=id).first()
    if row is None:
        raise UnknownEntryError("entry", expected="an entry that exists", got=str(id))
    return _entry(row)


def times_of(ids: Iterable[UUID], using: str = DEFAULT_DB_ALIAS) -> dict[UUID, datetime]:
    """The time at which each entry that exists was recorded; unknown ids are left out."""
    rows = models.Entry.objects.using(using).filter(id__in=list(ids))
    return dict(rows.values_list("id", "at"))


def streams(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """The names of all streams, in the order of their names."""
    return list(models.Stream.objects.using(using).order_by("name").values_list("name", flat=True))


def run(stream: str, upto: int | None = None, using: str = DEFAULT_DB_ALIAS) -> list[Entry]:
    """The entries of a stream from seq 0 to `upto`, that one included; of an unknown stream, none."""
    rows = _entries().using(using).filter(stream__name=stream).order_by("seq")
    return [_entry(row) for row in (rows if upto is None else rows.filter(seq__lte=upto))]


def walk(stream: str, using: str = DEFAULT_DB_ALIAS) -> Iterator[Entry]:
    """The entries of a stream like :func:`run`, read some at a time: for a stream of any length."""
    rows = _entries().using(using).filter(stream__name=stream).order_by("seq")
    return (_entry(row) for row in rows.iterator(chunk_size=_AT_ONCE))


def covered(stream: str, size: int, using: str = DEFAULT_DB_ALIAS) -> Iterator[tuple[int, Entry]]:
    """The entries of a stream that are among the first `size` of the log, in their order, each with its place
    there (from 0): the same today and in ten years, whatever is added."""
    rows = _entries().using(using).filter(stream__name=stream, log_index__idx__lt=size).order_by("seq")
    found = rows.select_related("stream", "log_index").iterator(chunk_size=_AT_ONCE)
    return ((row.log_index.idx, _entry(row)) for row in found)


def newest(stream: str) -> UUID | None:
    """The id of the newest entry of a stream, sealed or not; None for a stream without entries."""
    rows = models.Entry.objects.filter(stream__name=stream).order_by("-seq")
    return rows.values_list("id", flat=True).first()


def naming(
    text: str,
    having: tuple[str, Collection[str]] | None = None,
    *,
    stream: str = "",
    since: datetime | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> list[Entry]:
    """The entries that disclose `text` in some value, or whose id it is, by stream and number.

    `having`: only those whose field of that name says one of these words; `stream` and `since`: only those
    of a stream, and those recorded after a moment. `text` is ASCII, eight signs at least. Without `since`
    it is a pass over all that is disclosed, in the database: for a look at one thing, not for every act.
    """
    disclosures, rows = models.Disclosure.objects.using(using), _entries().using(using)
    if stream:
        rows = rows.filter(stream__name=stream)
    if since is not None:
        rows, disclosures = rows.filter(at__gt=since), disclosures.filter(entry__at__gt=since)
    found = disclosures.filter(_telling(text))
    if having is not None:  # the short field first: far fewer long ones are then looked through
        name, words = having
        fit = disclosures.filter(_telling(*words), name=name).values("entry_id")
        rows, found = rows.filter(id__in=fit), found.filter(entry_id__in=fit)
    named = Q(id__in=found.values("entry_id"))
    if _UUID.fullmatch(text):
        named |= Q(id=UUID(text))
    entries = (_entry(row) for row in rows.filter(named).order_by("stream__name", "seq"))
    return [entry for entry in entries if having is None or entry.values.get(having[0]) in having[1]]


def _telling(*texts: str) -> Q:
    return Q(*[("text__contains", shape) for text in texts for shape in _shapes(text)], _connector=Q.OR)


def _shapes(text: str) -> list[str]:
    """How a text may stand in base64url: three bytes are four signs, so it depends on what stands before it.
    The signs that it shares with its neighbours are left out."""
    raw = text.encode("ascii")
    if len(raw) < 8:  # a shape of one group of signs would be found everywhere
        raise ValueError(f"too short to be looked for: {text!r}")
    parts = (raw[skip:] for skip in range(3))
    return [b64url(part[: len(part) // 3 * 3]) for part in parts]


# --- evidence ---------------------------------------------------------------------------------------------


def proof_file(id: UUID) -> str:
    """A C2SP ``.tlog-proof`` text: that a checkpoint, a witnessed one if there is, covers the entry.

    Raises NotSealedError.
    """
    row = models.LogIndex.objects.filter(entry_id=id).first()
    at = witnessed()
    if row is None or at is None or row.idx >= at.size:
        at = checkpoint()
    if row is None or at is None or row.idx >= at.size:
        raise _not_sealed(f"entry {id}")
    hashes = proofs.inclusion(bytes(row.leaf_hash), row.idx, at.size, at.root)
    return proof.build(row.idx, hashes, note_of(at))


def bundle(
    streams: Sequence[str],
    *,
    size: int | None = None,
    withhold: Callable[[Entry, str], bool] = lambda entry, name: False,
    until: Mapping[str, int] = MappingProxyType({}),
    packs: Mapping[str, str] = MappingProxyType({}),
    tag_keys: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """The evidence file: whole runs of the streams as far as a checkpoint goes.

    That is the one of `size`, else the newest witnessed one, else the newest. A witnessed one carries its
    cosignatures; those that fall short of the quorum are left out, so that no file looks better vouched for
    than it is.

    `withhold(entry, field name)` decides what is not disclosed; its digest stays in the leaf. `until`: number
    of the last entry that is wanted of a stream. A stream without a covered entry gives no run.
    Raises NotSealedError when there is no such checkpoint.
    """
    if size is None:
        at = witnessed() or checkpoint()
    else:
        row = _checkpoints().filter(size=size).first()
        at = _checkpoint(row) if row else None
    if at is None:
        raise _not_sealed("log" if size is None else f"log at size {size}")
    leaves: list[bytes] = []
    runs: list[bundles.Run] = []
    run_proofs: list[bundles.Proof] = []
    disclosed: dict[str, str] = {}
    erased: dict[str, str] = {}
    for name in dict.fromkeys(streams):
        covered = list(
            _entries()
            .filter(stream__name=name, log_index__idx__lt=at.size)
            .annotate(idx=F("log_index__idx"))
            .filter(seq__lte=until.get(name, MAX_INTEGER))
            .order_by("seq")
        )
        if not covered:
            continue
        for stored in covered:
            entry = _entry(stored)
            leaves.append(entry.leaf)
            for item in stored.disclosures.all():
                if withhold(entry, item.name):
                    continue
                if item.text is None:
                    erased[item.digest] = str(item.erased_by)
                else:
                    disclosed[item.digest] = item.text
        last = covered[-1]
        leaf_hash = bytes(last.leaf_hash)
        runs.append(bundles.Run(str(last.stream_id), 0, last.seq))
        hashes = proofs.inclusion(leaf_hash, last.idx, at.size, at.root)
        run_proofs.append(bundles.Proof(last.idx, leaf_hash, tuple(hashes)))
    return bundles.build(
        checkpoint=note_of(at),
        entries=leaves,
        runs=runs,
        proofs=run_proofs,
        disclosures=disclosed,
        erased=erased,
        packs=packs,
        tag_keys=tag_keys,
    )


# --- rows to answers --------------------------------------------------------------------------------------


def _entries() -> models.models.QuerySet[models.Entry]:
    in_order = models.Disclosure.objects.order_by("name")
    return models.Entry.objects.select_related("stream").prefetch_related(Prefetch("disclosures", in_order))


def _entry(row: models.Entry) -> Entry:
    values: dict[str, Json] = {}
    texts: list[str] = []
    erased: dict[str, UUID] = {}
    for item in row.disclosures.all():
        if item.text is not None:
            values[item.name] = disclosure.parse(item.text).value
            texts.append(item.text)
        elif item.erased_by is not None:
            erased[item.name] = item.erased_by
    return Entry(row.id, row.stream.name, row.seq, row.at, bytes(row.leaf), values, texts, erased)


def _checkpoints() -> models.models.QuerySet[models.Checkpoint]:
    """Checkpoints with what witnesses made of them, the newest first; one query."""
    lines = models.Cosignature.objects.filter(checkpoint=OuterRef("size")).order_by("vkey")
    return (
        models.Checkpoint.objects.select_related("witnessed")
        .annotate(cosigned=ArraySubquery(lines.values("line")))
        .order_by("-size")
    )


def _checkpoint(row: models.Checkpoint) -> Checkpoint:
    lines: list[str] = getattr(row, "cosigned", [])
    return Checkpoint(
        origin=row.note.split("\n", 1)[0],
        size=row.size,
        root=bytes(row.root),
        note=row.note,
        witnesses=len(lines),
        time=row.at,
        witnessed=hasattr(row, "witnessed"),
        cosignatures="".join(lines),
    )


def note_of(at: Checkpoint) -> str:
    """The signed note to hand out: with the cosignatures once they meet the quorum."""
    return at.note + at.cosignatures if at.witnessed else at.note


def _not_sealed(what: str) -> NotSealedError:
    return NotSealedError(
        what,
        expected="a published checkpoint that covers it",
        got="none yet",
        todo="Wait a moment and ask again.",
    )
