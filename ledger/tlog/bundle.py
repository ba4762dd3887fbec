"""The evidence file: one canonical JSON object that can be judged without the system that made it.

    #sha256      hex SHA-256 of the canonical object without this member; sorts first
    checkpoint   signed note, with cosignatures
    disclosures  {digest: disclosure text} for what is disclosed
    entries      leaf texts, run after run in the order of `runs`
    erased       {digest: UUID of the entry that ordered the erasure}
    format       "holdfast-bundle/1"
    packs        {hex SHA-256: text} of rule packs that entries refer to
    proofs       one inclusion proof per run, of its last leaf: {"hashes": [base64], "index": n,
                 "leaf": base64}
    runs         {"from": first seq, "stream": UUID, "to": last seq}, both ends included
    tag_keys     {copy id: base64url of the copy's 32-byte key}

`parse` judges the form only; what the content proves is for `ledger.tlog.verify`. The hash finds accidents,
not forgers: it is part of the file it covers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ledger.tlog import canonical
from ledger.tlog.canonical import MAX_INTEGER, Json
from ledger.tlog.encoding import b64, b64url, unb64, unb64url
from ledger.tlog.errors import BundleError, FormatError, shown
from ledger.tlog.merkle import HASH_BYTES

FORMAT = "holdfast-bundle/1"
MAX_BYTES = 2**30
KEY_BYTES = 32
HASH_MEMBER = "#sha256"

_MEMBERS = frozenset(
    (
        HASH_MEMBER,
        "checkpoint",
        "disclosures",
        "entries",
        "erased",
        "format",
        "packs",
        "proofs",
        "runs",
        "tag_keys",
    )
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Run(NamedTuple):
    """Entries `first` to `last` (both included) of a stream."""

    stream: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Proof:
    """That the tree of the checkpoint holds, at `index`, the leaf with hash `leaf`."""

    index: int
    leaf: bytes
    hashes: tuple[bytes, ...]


@dataclass(frozen=True)
class Bundle:
    """An evidence file that was read; nothing in it is proven yet."""

    sha256: str
    checkpoint: str
    entries: tuple[bytes, ...]
    runs: tuple[Run, ...]
    proofs: tuple[Proof, ...]
    disclosures: Mapping[str, str]
    erased: Mapping[str, str]
    packs: Mapping[str, str]
    tag_keys: Mapping[str, bytes]


def build(
    *,
    checkpoint: str,
    entries: Sequence[bytes],
    runs: Sequence[Run],
    proofs: Sequence[Proof],
    disclosures: Mapping[str, str],
    erased: Mapping[str, str] | None = None,
    packs: Mapping[str, str] | None = None,
    tag_keys: Mapping[str, bytes] | None = None,
) -> bytes:
    """The bytes of an evidence file. Its form is checked as a reader would. Raises FormatError, BundleError.

    `entries` are leaf bytes in the order of `runs`, `proofs` one per run in the same order.
    """
    members: dict[str, Json] = {
        "checkpoint": checkpoint,
        "disclosures": disclosures,
        "entries": [entry.decode("ascii") for entry in entries],
        "erased": erased or {},
        "format": FORMAT,
        "packs": packs or {},
        "proofs": [
            {"hashes": [b64(value) for value in proof.hashes], "index": proof.index, "leaf": b64(proof.leaf)}
            for proof in proofs
        ],
        "runs": [{"from": run.first, "stream": run.stream, "to": run.last} for run in runs],
        "tag_keys": {name: b64url(key) for name, key in (tag_keys or {}).items()},
    }
    raw = _with_hash(canonical.encode(members))
    parse(raw)
    return raw


def parse(raw: bytes) -> Bundle:
    """The evidence file that `raw` is.

    Raises CanonicalError when the bytes are not canonical JSON, BundleError ("hash" when `#sha256` does not
    fit, "form" for a missing, unknown or misshapen member).
    """
    if len(raw) > MAX_BYTES:
        raise BundleError("form", "bundle", expected=f"at most {MAX_BYTES:,} bytes", got=f"{len(raw):,}")
    members = canonical.decode(raw)
    if not isinstance(members, dict):
        raise BundleError("form", "bundle", expected="an object", got=shown(type(members).__name__))
    if members.get("format") != FORMAT:
        raise BundleError(
            "form",
            "bundle",
            expected=f"the format {FORMAT}",
            got=shown(members.get("format")),
            todo="Use a verifier that knows this format.",
        )
    if members.keys() != _MEMBERS:
        odd = sorted(members.keys() ^ _MEMBERS)
        raise BundleError("form", "bundle", expected="its ten members", got=f"a difference at {shown(odd)}")
    sha256 = _text(members[HASH_MEMBER], HASH_MEMBER)
    # What `decode` accepted is what `encode` writes, so the hashed object is the file without its first
    # member: no need to write a large file anew.
    found = hashlib.sha256(b"{" + raw[len(_prefix(sha256)) :]).hexdigest() if _HEX.fullmatch(sha256) else None
    if found != sha256:
        raise BundleError(
            "hash",
            "#sha256",
            expected=f"{found[:16]}..." if found else "64 hex digits",
            got=shown(sha256, 24),
            todo="The file was changed or damaged; get it again from where it was issued.",
        )
    try:
        return _bundle(sha256, members)
    except FormatError as error:
        raise BundleError(
            "form", error.what, expected=error.expected, got=error.got, todo=error.todo
        ) from None


def _bundle(sha256: str, members: dict[str, Json]) -> Bundle:
    runs = tuple(_run(part) for part in _list(members["runs"], "runs"))
    proofs = tuple(_proof(part) for part in _list(members["proofs"], "proofs"))
    entries = tuple(_leaf_text(part) for part in _list(members["entries"], "entries"))
    if not runs:
        raise FormatError("runs", expected="at least one", got="none")
    if len(proofs) != len(runs):
        raise FormatError("proofs", expected=f"one per run, {len(runs)}", got=str(len(proofs)))
    length = sum(run.last - run.first + 1 for run in runs)
    if length != len(entries):
        raise FormatError("entries", expected=f"{length} as the runs say", got=str(len(entries)))
    erased = _texts(members["erased"], "erased")
    for identity in erased.values():
        _uuid(identity, "erased")
    packs = _texts(members["packs"], "packs")
    if not all(_HEX.fullmatch(name) for name in packs):
        raise FormatError("packs", expected="names of 64 hex digits", got="another name")
    tag_keys = _texts(members["tag_keys"], "tag_keys")
    return Bundle(
        sha256=sha256,
        checkpoint=_text(members["checkpoint"], "checkpoint"),
        entries=entries,
        runs=runs,
        proofs=proofs,
        disclosures=_texts(members["disclosures"], "disclosures"),
        erased=erased,
        packs=packs,
        tag_keys={name: unb64url(key, KEY_BYTES, "tag key") for name, key in tag_keys.items()},
    )


def _with_hash(raw: bytes) -> bytes:
    """The canonical object `raw` with `#sha256` put in; '#' sorts before every letter."""
    return _prefix(hashlib.sha256(raw).hexdigest()) + raw[1:]


def _prefix(sha256: str) -> bytes:
    return f'{{"{HASH_MEMBER}":"{sha256}",'.encode()


def _run(part: Json) -> Run:
    members = _object(part, "run", {"from", "stream", "to"})
    first, last = _count(members["from"], "run from"), _count(members["to"], "run to")
    if first > last:
        raise FormatError("run", expected="an end not before its beginning", got=f"{first} to {last}")
    return Run(_uuid(_text(members["stream"], "stream"), "stream"), first, last)


def _proof(part: Json) -> Proof:
    members = _object(part, "proof", {"hashes", "index", "leaf"})
    hashes = _list(members["hashes"], "proof hashes")
    return Proof(
        _count(members["index"], "proof index"),
        unb64(_text(members["leaf"], "proof leaf"), HASH_BYTES, "proof leaf"),
        tuple(unb64(_text(value, "proof hash"), HASH_BYTES, "proof hash") for value in hashes),
    )


def _leaf_text(part: Json) -> bytes:
    text = _text(part, "entry")
    if not text.isascii():
        raise FormatError("entry", expected="ASCII", got=shown(text))
    return text.encode("ascii")


def _object(part: Json, what: str, names: set[str]) -> dict[str, Json]:
    if not isinstance(part, dict) or part.keys() != names:
        raise FormatError(what, expected="the members " + ", ".join(sorted(names)), got=shown(part))
    return part


def _list(part: Json, what: str) -> list[Json]:
    if not isinstance(part, list):
        raise FormatError(what, expected="a list", got=shown(part))
    return part


def _texts(part: Json, what: str) -> dict[str, str]:
    if not isinstance(part, dict):
        raise FormatError(what, expected="an object", got=shown(part))
    return {name: _text(value, what) for name, value in part.items()}


def _text(part: Json, what: str) -> str:
    if not isinstance(part, str):
        raise FormatError(what, expected="a string", got=shown(part))
    return part


def _count(part: Json, what: str) -> int:
    if isinstance(part, bool) or not isinstance(part, int) or not 0 <= part <= MAX_INTEGER:
        raise FormatError(what, expected="a number from 0", got=shown(part))
    return part


def _uuid(text: str, what: str) -> str:
    if not _UUID.fullmatch(text):
        raise FormatError(what, expected="a UUID in lower case", got=shown(text))
    return text
