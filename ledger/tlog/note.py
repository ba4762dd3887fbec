"""Signed notes: c2sp.org/signed-note.

A note is a text that ends in a newline, an empty line, and one or more signature lines

    — <key name> base64(4-byte key ID || signature)

Rules enforced here:
- Signatures are checked over the raw bytes that came in, never over a text written anew.
- The last empty line separates text and signatures. UTF-8; no control character but the newline.
- A key is known by name and ID together. A line that matches only one of them is by an unknown key.
- One failing signature by a known key spoils the note; so does a second line by the same key.
- At least one known key must have signed. At most 100 lines, at most a million bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.tlog.ed25519 import SIGNATURE_BYTES, public_key
from ledger.tlog.encoding import b64, unb64
from ledger.tlog.errors import FormatError, PolicyError, SignatureError, shown

ED25519 = 0x01
MAX_BYTES = 1_000_000
MAX_SIGNATURES = 100
KEY_ID_BYTES = 4

_DASH = "\u2014 "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)


class NoteSigner(Protocol):
    """Whatever can add a signature line to a text."""

    def sign(self, text: str) -> str:
        """The signature line, with its newline."""


class NoteVerifier(Protocol):
    """A known key: what `open_note` asks of it."""

    @property
    def name(self) -> str:
        """The key name."""

    @property
    def key_id(self) -> bytes:
        """The four bytes that, with the name, identify key and algorithm."""

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Whether `signature` (without the key ID) is this key's over the note text."""


class SignatureLine(NamedTuple):
    """One signature line, taken apart."""

    name: str
    key_id: bytes
    signature: bytes


class Verified(NamedTuple):
    """A signature that a known key made."""

    verifier: NoteVerifier
    signature: bytes


@dataclass(frozen=True)
class Opened:
    """A note that at least one known key has signed. `text` ends in a newline."""

    text: str
    verified: tuple[Verified, ...]
    unknown: tuple[SignatureLine, ...]


class VerifierKey(NamedTuple):
    """A key in its text form "name+keyid+base64(type || key)", taken apart."""

    name: str
    key_id: bytes
    type: int
    key: bytes


def key_id(name: str, type: int, key: bytes) -> bytes:
    """SHA-256(name || 0x0A || type || public key), first four bytes."""
    return hashlib.sha256(name.encode("utf-8") + b"\n" + bytes([type]) + key).digest()[:KEY_ID_BYTES]


def encode_vkey(name: str, type: int, key: bytes) -> str:
    """The text form of a verifier key."""
    check_name(name)
    return f"{name}+{key_id(name, type, key).hex()}+{b64(bytes([type]) + key)}"


def parse_vkey(text: str) -> VerifierKey:
    """A verifier key taken apart, its ID checked against name and key. Raises PolicyError."""
    # Base64 may itself contain '+', so only the first two separate.
    parts = text.split("+", 2)
    if len(parts) != 3 or not _KEY_ID.fullmatch(parts[1]):
        raise PolicyError("verifier key", expected="name+8 hex digits+base64", got=shown(text, 90))
    name, identity, encoded = parts
    try:
        check_name(name)
        material = unb64(encoded, what="verifier key")
    except FormatError as error:
        raise PolicyError(str(error)) from None
    if len(material) < 2:
        raise PolicyError("verifier key", expected="a type byte and a key", got=f"{len(material)} bytes")
    key = VerifierKey(name, bytes.fromhex(identity), material[0], material[1:])
    if key.key_id != key_id(name, key.type, key.key):
        raise PolicyError(
            "verifier key",
            expected=f"the key ID {key_id(name, key.type, key.key).hex()}",
            got=identity,
            todo="The line was damaged or put together from two keys; fetch it again.",
        )
    return key


def check_name(name: str) -> None:
    """Raise FormatError unless `name` may be a key name: not empty, no Unicode space, no '+'."""
    if not name or "+" in name or any(c.isspace() or c < " " or "\ud800" <= c <= "\udfff" for c in name):
        raise FormatError(
            "key name", expected="text without spaces, control characters or '+'", got=shown(name)
        )


@dataclass(frozen=True)
class Signer:
    """An Ed25519 key (type 0x01) that signs note texts under a name."""

    name: str
    key: Ed25519PrivateKey

    def __post_init__(self) -> None:
        check_name(self.name)

    @property
    def vkey(self) -> str:
        """The public half, in the form that verifiers are given."""
        return encode_vkey(self.name, ED25519, self.key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The signature line over `text`, with its newline. Raises FormatError for an unfit text."""
        raw = check_text(text)
        identity = key_id(self.name, ED25519, self.key.public_key().public_bytes_raw())
        return signature_line(self.name, identity, self.key.sign(raw))


@dataclass(frozen=True)
class Verifier:
    """An Ed25519 key (type 0x01) whose signatures are believed."""

    name: str
    key_id: bytes
    key: Ed25519PublicKey

    @classmethod
    def from_vkey(cls, text: str) -> Verifier:
        """The verifier that a key text describes. Raises PolicyError."""
        parts = parse_vkey(text)
        if parts.type != ED25519:
            raise PolicyError("verifier key", expected="type 0x01 (Ed25519)", got=f"type 0x{parts.type:02x}")
        return cls(parts.name, parts.key_id, public_key(parts.key))

    @property
    def vkey(self) -> str:
        """The text form of the key."""
        return encode_vkey(self.name, ED25519, self.key.public_bytes_raw())

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's over `text`."""
        return ed25519_verifies(self.key, signature, text)


def ed25519_verifies(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether a plain Ed25519 signature of 64 bytes holds."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def signature_line(name: str, key_id: bytes, signature: bytes) -> str:
    """A signature line, with its newline."""
    return f"{_DASH}{name} {b64(key_id + signature)}\n"


def sign_note(text: str, *signers: NoteSigner) -> str:
    """The note that `signers` have signed, in their order. Raises FormatError for an unfit text."""
    check_text(text)
    return text + "\n" + "".join(signer.sign(text) for signer in signers)


def check_text(text: str) -> bytes:
    """The bytes of a note text. Raises FormatError unless it ends in a newline and has no controls."""
    try:
        raw = text.encode("utf-8")
    except UnicodeEncodeError:
        raise FormatError("note text", expected="no lone surrogates", got=shown(text)) from None
    if not text.endswith("\n") or _CONTROL.search(text):
        raise FormatError(
            "note text", expected="lines that end in newline, no control characters", got=shown(text)
        )
    return raw


def split_note(raw: bytes) -> tuple[bytes, list[SignatureLine]]:
    """The text bytes and signature lines of a note, nothing verified. Raises FormatError."""
    if len(raw) > MAX_BYTES:
        raise FormatError("note", expected=f"at most {MAX_BYTES:,} bytes", got=f"{len(raw):,}")
    try:
        whole = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError("note", expected="UTF-8", got=f"a broken byte at {error.start}") from None
    if _CONTROL.search(whole):
        raise FormatError("note", expected="no control character but newline", got=shown(whole))
    text, separator, tail = whole.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise FormatError("note", expected="a text, an empty line and signature lines", got=shown(whole))
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise FormatError("note", expected=f"at most {MAX_SIGNATURES} signatures", got=str(len(lines)))
    return (text + "\n").encode("utf-8"), [_signature(line) for line in lines]


def open_note(raw: bytes, verifiers: Iterable[NoteVerifier]) -> Opened:
    """The note, believed because known keys signed it.

    Raises FormatError for bytes that are no note, SignatureError when a known key's signature fails or no
    known key has signed, PolicyError when two verifiers share name and ID.
    """
    known: dict[tuple[str, bytes], NoteVerifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_id), verifier) is not verifier:
            raise PolicyError("known keys", expected="each name and key ID once", got=shown(verifier.name))
    text, lines = split_note(raw)
    verified: dict[tuple[str, bytes], Verified] = {}
    unknown: list[SignatureLine] = []
    for line in lines:
        pair = (line.name, line.key_id)
        match = known.get(pair)
        if match is None:
            unknown.append(line)
        elif pair in verified:
            raise SignatureError(
                "note", expected="one line per known key", got=f"two by {shown(line.name)}", code="false"
            )
        elif not match.verify(text, line.signature):
            raise SignatureError(
                f"signature by {shown(line.name)}",
                expected="a signature over this text",
                got="one that does not hold",
                todo="The text or the signature was changed, or the key is not the genuine one.",
                code="false",
            )
        else:
            verified[pair] = Verified(match, line.signature)
    if not verified:
        raise SignatureError(
            "note",
            expected="a signature by " + (" or ".join(shown(name) for name, _ in known) or "a known key"),
            got="only " + ", ".join(f"{shown(line.name)} {line.key_id.hex()}" for line in lines[:3]),
            todo="Check that the trust folder belongs to the unit that issued this file.",
        )
    return Opened(text.decode("utf-8"), tuple(verified.values()), tuple(unknown))


def _signature(line: str) -> SignatureLine:
    if not line.startswith(_DASH):
        raise FormatError("signature line", expected="an em dash and a space first", got=shown(line))
    name, separator, encoded = line[len(_DASH) :].partition(" ")
    if not separator:
        raise FormatError("signature line", expected="a key name and base64", got=shown(line))
    check_name(name)
    blob = unb64(encoded, what="signature line")
    if len(blob) <= KEY_ID_BYTES:
        raise FormatError("signature line", expected="a key ID and a signature", got=f"{len(blob)} bytes")
    return SignatureLine(name, blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES:])
