"""The two small files of a sweep: the list that goes out, and the result that comes back."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

LIST, RESULT = "holdfast-sweep-list/1", "holdfast-sweep-result/1"
MOST_BYTES = 64 * 1024 * 1024
"""Of a file that is read; a list of 900,000 items stays below."""
LONGEST_PATH = 4_096
"""Characters of a path in a result; of a longer one the end is told."""


class SweepError(ValueError):
    """A file is no list, or no result of one. The message says why, for whoever runs the command."""


def keyed(key: bytes, sha256: str) -> str:
    """Return the keyed digest of a content's SHA-256, both in lower-case hexadecimal (RFC 2104)."""
    return hmac.new(key, bytes.fromhex(sha256), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Listing:
    """What is looked for: the id and key of a list, and keyed digests."""

    id: UUID
    key: bytes
    digests: frozenset[str]
    made_at: str = ""

    def written(self) -> bytes:
        """Return the list as a file."""
        return _file(
            {
                "format": LIST,
                "id": str(self.id),
                "key": base64.b64encode(self.key).decode(),
                "made_at": self.made_at,
                "digests": sorted(self.digests),
            }
        )

    @classmethod
    def read(cls, raw: bytes) -> Listing:
        """Read a list. Raises SweepError."""
        said = _read(raw, LIST)
        try:
            key = base64.b64decode(said["key"], validate=True)
            digests = frozenset(_hex(one) for one in said["digests"])
            listing = cls(UUID(said["id"]), key, digests, str(said.get("made_at", "")))
        except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
            raise SweepError("this is no whole sweep list") from error
        if len(listing.key) != 32:
            raise SweepError("the key of the list is not 32 bytes long")
        return listing


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is on the list: where it lies, how large it is in bytes, its keyed digest."""

    path: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A file or folder that could not be looked at, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a sweep came to. Times are those of the computer that was swept."""

    list: UUID
    folder: str
    began_at: str
    ended_at: str
    files: int
    size: int
    links: int
    found: tuple[Found, ...] = ()
    unread: tuple[Unread, ...] = ()

    def written(self, key: bytes) -> bytes:
        """Return the result as a file under the seal of its list's key."""
        body = {"format": RESULT, **asdict(self), "list": str(self.list)}
        return _file({**body, "seal": _seal(key, body)})

    @classmethod
    def read(cls, raw: bytes, key: bytes) -> Result:
        """Read a result. Raises SweepError, also where the seal does not fit: it belongs to another list, or
        was changed or cut off since it was written."""
        said = _read(raw, RESULT)
        seal = said.pop("seal", "")
        if not isinstance(seal, str) or not hmac.compare_digest(seal.encode(), _seal(key, said).encode()):
            raise SweepError("the seal does not fit: another list, or changed since it was written")
        try:
            return cls(
                UUID(said["list"]),
                _line(said["folder"]),
                _line(said["began_at"], 40),
                _line(said["ended_at"], 40),
                _count(said["files"]),
                _count(said["size"]),
                _count(said["links"]),
                tuple(Found(_line(f["path"]), _count(f["size"]), _hex(f["digest"])) for f in said["found"]),
                tuple(Unread(_line(u["path"]), _line(u["why"], 300)) for u in said["unread"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise SweepError("this is no whole result of a sweep") from error

    @staticmethod
    def list_of(raw: bytes) -> UUID:
        """Return the id of the list that a result says it is of, nothing checked. Raises SweepError."""
        try:
            return UUID(_read(raw, RESULT)["list"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SweepError("this is no whole result of a sweep") from error


def looked_for(key: bytes, hashes: Iterable[str]) -> frozenset[str]:
    """Return the keyed digests of contents by their SHA-256."""
    return frozenset(keyed(key, sha256) for sha256 in hashes)


def _seal(key: bytes, body: Mapping[str, Any]) -> str:
    return hmac.new(key, _text(body).encode(), hashlib.sha256).hexdigest()


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _file(body: Mapping[str, Any]) -> bytes:
    return (json.dumps(body, indent=1, ensure_ascii=True) + "\n").encode()


def _read(raw: bytes, kind: str) -> dict[str, Any]:
    if len(raw) > MOST_BYTES:
        raise SweepError(f"the file is larger than {MOST_BYTES} bytes")
    try:
        said = json.loads(raw.decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise SweepError("the file is not what a sweep writes") from error
    if not isinstance(said, dict) or said.get("format") != kind:
        raise SweepError(f"the file is not of the format {kind}")
    return said


def _hex(text: Any) -> str:
    if not isinstance(text, str) or len(text) != 64 or text.lower() != text:
        raise ValueError(text)
    bytes.fromhex(text)
    return text


def _count(number: Any) -> int:
    if type(number) is not int or not 0 <= number < 1 << 63:
        raise ValueError(number)
    return number


def one_line(text: str) -> str:
    """Return a text with what cannot stand in a record (control characters, halves of characters) written as
    ``\\u`` and its number: names of files may hold anything."""
    return "".join(f"\\u{ord(c):04x}" if unicodedata.category(c) in _BARRED else c for c in text)


_BARRED = ("Cc", "Cs")


def _line(text: Any, most: int = LONGEST_PATH) -> str:
    if not isinstance(text, str) or len(text) > most or one_line(text) != text:
        raise ValueError(text)
    return text
