"""Disclosures: what is kept beside the log is what the leaves commit to, no more and no less."""

from __future__ import annotations

import binascii
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from ledger.fsck.faults import Found
from ledger.tlog import disclosure
from ledger.tlog.encoding import b64url
from ledger.tlog.errors import LogError

_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_DIGEST = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]", re.ASCII)
_NAME_AT = 46  # ["<43 characters of salt>",


class Value(NamedTuple):
    """A row of ``ledger_disclosure`` without its entry."""

    name: str
    digest: str
    text: str | None
    personal: bool
    erased_by: str | None


def check_values(found: Found, place: str, committed: bytes, values: Sequence[Value]) -> list[str]:
    """Compare an entry's values with the digests in its leaf; return the entries that order erasures."""
    orders: list[str] = []
    for value in values:
        name, digest, text, _, erased_by = value
        if text is None:
            _check_erased(found, place, value)
            if erased_by is not None:
                orders.append(erased_by)
            continue
        try:
            raw = text.encode("ascii")
            fits = b64url(sha256(raw).digest()) == digest and _names(raw, name)
        except UnicodeEncodeError:
            fits = False
        if not fits:
            _explain(found, place, value)
        if erased_by is not None:
            found.fault(
                "erasure", f"{place}, {name}, erased_by", "nothing while the text is there", erased_by
            )
    listed = '","'.join(sorted([value.digest for value in values]))
    if committed != (f'"{listed}"'.encode() if values else b""):
        _explain_list(found, place, committed, values)
    return orders


def _names(raw: bytes, name: str) -> bool:
    """Whether the text is a disclosure of that name; the plain case without reading all of it."""
    try:
        plain = binascii.a2b_base64(raw.translate(_TO_STANDARD) + b"==")
    except binascii.Error:
        return False
    if plain.startswith(f'"{name}",'.encode(), _NAME_AT + 1):
        return True
    try:
        return disclosure.parse(raw.decode()).name == name
    except LogError:
        return False


def _check_erased(found: Found, place: str, value: Value) -> None:
    where = f"{place}, {value.name}"
    if not value.personal:
        found.fault("erasure", f"{where}, personal", "true, as only personal values are erased", "false")
    if value.erased_by is None:
        found.fault("erasure", f"{where}, erased_by", "the entry that orders it", "nothing")
    if not _DIGEST.fullmatch(value.digest):
        found.fault("disclosure", f"{where}, digest", "a digest", value.digest)


def _explain(found: Found, place: str, value: Value) -> None:
    text = value.text or ""
    where = f"{place}, {value.name}"
    try:
        digest, name = disclosure.digest_of(text), disclosure.parse(text).name
    except LogError as error:
        found.fault("disclosure", f"{where}, ledger_disclosure.text", value.digest, str(error))
        return
    if digest != value.digest:
        found.fault("disclosure", f"{where}, ledger_disclosure.text or .digest", value.digest, digest)
    if name != value.name:
        found.fault("disclosure", f"{where}, ledger_disclosure.name", name, value.name)


def _explain_list(found: Found, place: str, committed: bytes, values: Sequence[Value]) -> None:
    told = set(committed.decode("ascii", "replace").strip('"').split('","')) if committed else set()
    kept = {value.digest: value.name for value in values}
    for digest in sorted(told - kept.keys()):
        found.fault("disclosure", f"{place}, a value committed to", digest, "nothing kept beside the log")
    for digest in sorted(kept.keys() - told):
        found.fault("disclosure", f"{place}, {kept[digest]}", "no such value in the leaf", digest)
    if len(values) != len(kept):
        found.fault("disclosure", place, "each value once", f"{len(values) - len(kept)} twice")
