"""Disclosures: one salted, named value each, committed to by a digest in the leaf.

RFC 9901 section 4.2: the disclosure is the text D = base64url(JSON [salt, name, value]) and its digest is
base64url(SHA-256(ASCII of D)). Narrower than the RFC: the JSON is canonical, the salt is 32 bytes (a field
such as "approved: yes" could be guessed under a short one), and array elements are not used.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import NamedTuple

from ledger.tlog import canonical
from ledger.tlog.canonical import Json
from ledger.tlog.encoding import b64url, unb64url, unb64url_checked
from ledger.tlog.errors import FormatError, shown

ERASES = "erases"
"""Field by which an entry orders an erasure: the list of the digests whose texts are given up."""
SALT_BYTES = 32
ALGORITHM = "sha-256"
_RESERVED = ("", "_sd", "...")  # RFC 9901 section 4.2.1: these would read as structure.
# Most values are strings of plain ASCII, or lists of them, which have no second spelling: what matches is
# canonical, and reading it costs a third. The last character of the salt has two unused bits, which are zero.
_START = r'\["([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])","([ !#-\[\]-~]+)",'
_STRING = r'"[ !#-\[\]-~]*"'
_PLAIN = re.compile(_START + r'"([ !#-\[\]-~]*)"\]')
_SIMPLE = re.compile(_START + rf"(?:{_STRING}|null|true|false|\[(?:{_STRING}(?:,{_STRING})*)?\])\]")


class Disclosed(NamedTuple):
    """A disclosure's text D and its digest, both base64url without padding."""

    text: str
    digest: str


class Disclosure(NamedTuple):
    """What a disclosure's text says."""

    salt: bytes
    name: str
    value: Json


def parts(name: str, value: Json, salt: bytes | None = None) -> bytes:
    """The canonical array of a new disclosure; without `salt` (32 bytes) one is drawn. Raises FormatError."""
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    if len(salt) != SALT_BYTES:
        raise FormatError("salt", expected=f"{SALT_BYTES} bytes", got=f"{len(salt)} bytes")
    return canonical.encode([b64url(salt), _checked(name), value])


def make(name: str, value: Json, salt: bytes | None = None) -> Disclosed:
    """A new disclosure; without `salt` (32 bytes) a random one is drawn. Raises FormatError."""
    text = b64url(parts(name, value, salt))
    return Disclosed(text, digest_of(text))


def digest_of(text: str) -> str:
    """The digest of a disclosure's text (RFC 9901 section 4.2.3). Raises FormatError if not ASCII."""
    try:
        return b64url(hashlib.sha256(text.encode("ascii")).digest())
    except UnicodeEncodeError:
        raise FormatError("disclosure", expected="ASCII", got=shown(text)) from None


def check(text: str, name: str, digest: str) -> None:
    """Make sure that a text is a disclosure of this name in its one spelling, and has this digest.

    The same as parsing it and comparing, at half the cost for what is simple. Raises FormatError.
    """
    if digest_of(text) != digest:
        raise FormatError(f"disclosure {name}", expected="its own digest", got="another digest")
    simple = _SIMPLE.fullmatch(unb64url(text, what="disclosure").decode("ascii", "replace"))
    found = parse(text).name if simple is None else _checked(simple[2])
    if found != name:
        raise FormatError(f"disclosure {name}", expected="its own name", got=shown(found))


def parse(text: str) -> Disclosure:
    """The salt, name and value of a disclosure in its one spelling. Raises FormatError."""
    raw = unb64url(text, what="disclosure")
    plain = _PLAIN.fullmatch(raw.decode("ascii", "replace"))
    if plain is not None:
        salt_text, name_text, value_text = plain.groups()
        return Disclosure(unb64url_checked(salt_text), _checked(name_text), value_text)
    parts = canonical.decode(raw)
    if not isinstance(parts, list) or len(parts) != 3:
        raise FormatError("disclosure", expected="a list of salt, name and value", got=shown(parts))
    salt, name, value = parts
    if not isinstance(salt, str) or not isinstance(name, str):
        raise FormatError("disclosure", expected="salt and name as strings", got=shown(parts[:2]))
    return Disclosure(unb64url(salt, SALT_BYTES, "salt"), _checked(name), value)


def _checked(name: str) -> str:
    if name in _RESERVED:
        raise FormatError("disclosure name", expected="neither empty, '_sd' nor '...'", got=shown(name))
    return name
