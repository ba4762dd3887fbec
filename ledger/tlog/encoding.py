"""The text forms of bytes and numbers, each with exactly one spelling.

Decoders of the standard library accept stray characters, missing padding and non-zero trailing bits, so
that one value has many spellings; here a text is accepted only if encoding the result gives it back.
"""

from __future__ import annotations

import binascii
import re

from ledger.tlog.errors import FormatError, shown

MAX_SIZE = 2**63 - 1
"""The largest tree size, index or time stamp that any format here may carry."""

_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def b64(raw: bytes) -> str:
    """Standard base64 with padding (RFC 4648 section 4), as C2SP formats use it."""
    return binascii.b2a_base64(raw, newline=False).decode("ascii")


def unb64(text: str, length: int | None = None, what: str = "base64 text") -> bytes:
    """The bytes of a standard base64 text; `length` is the number of bytes demanded. Raises FormatError."""
    try:
        raw = binascii.a2b_base64(text.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        raise FormatError(what, expected="standard base64 with padding", got=shown(text)) from None
    if b64(raw) != text:
        raise FormatError(what, expected="the one base64 spelling of its bytes", got=shown(text))
    return _of_length(raw, length, what)


def b64url(raw: bytes) -> str:
    """URL-safe base64 without padding (RFC 4648 section 5), as SD-JWT and the leaf use it."""
    return binascii.b2a_base64(raw, newline=False).translate(_TO_URL).rstrip(b"=").decode("ascii")


def unb64url(text: str, length: int | None = None, what: str = "base64url text") -> bytes:
    """The bytes of an unpadded URL-safe base64 text of `length` bytes. Raises FormatError."""
    try:
        raw = binascii.a2b_base64(text.encode("ascii").translate(_FROM_URL) + b"==")
    except (binascii.Error, UnicodeEncodeError):
        raise FormatError(what, expected="base64url without padding", got=shown(text)) from None
    if b64url(raw) != text:
        raise FormatError(what, expected="the one base64url spelling of its bytes", got=shown(text))
    return _of_length(raw, length, what)


def unb64url_checked(text: str) -> bytes:
    """The bytes of a base64url text whose one spelling a pattern has already made sure of."""
    return binascii.a2b_base64(text.encode("ascii").translate(_FROM_URL) + b"==")


def decimal(text: str, what: str = "number") -> int:
    """A number from 0 to 2^63-1 in ASCII digits without sign or leading zeros. Raises FormatError."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise FormatError(what, expected="decimal digits without leading zeros, below 2^63", got=shown(text))
    return int(text)


def _of_length(raw: bytes, length: int | None, what: str) -> bytes:
    if length is not None and len(raw) != length:
        raise FormatError(what, expected=f"{length} bytes", got=f"{len(raw)} bytes")
    return raw
