"""Cosignatures: c2sp.org/tlog-cosignature, Ed25519 version 1 (signature type 0x04).

A witness says by one: "at this time, this was the largest consistent tree of this log that I had seen."
The signed message does not contain the witness's name, so a key must never serve two names.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.tlog.ed25519 import SIGNATURE_BYTES, public_key
from ledger.tlog.encoding import MAX_SIZE
from ledger.tlog.errors import FormatError, PolicyError
from ledger.tlog.note import (
    check_name,
    check_text,
    ed25519_verifies,
    encode_vkey,
    key_id,
    parse_vkey,
    signature_line,
)

COSIGNATURE_ED25519 = 0x04
TIME_BYTES = 8


def message(note_text: str, time: int) -> bytes:
    """What a witness signs: header, time in POSIX seconds, the whole note text. Raises FormatError."""
    if not 0 <= time <= MAX_SIZE:
        raise FormatError("cosignature time", expected="0 to 2^63-1 seconds", got=str(time))
    return f"cosignature/v1\ntime {time}\n".encode("ascii") + check_text(note_text)


@dataclass(frozen=True)
class CosignSigner:
    """A witness's key under its name."""

    name: str
    key: Ed25519PrivateKey

    def __post_init__(self) -> None:
        check_name(self.name)

    @property
    def vkey(self) -> str:
        """The public half, in the form that policies carry."""
        return encode_vkey(self.name, COSIGNATURE_ED25519, self.key.public_key().public_bytes_raw())

    def sign(self, note_text: str, time: int) -> str:
        """The cosignature line, with its newline, over a checkpoint's note text at POSIX second `time`."""
        signature = self.key.sign(message(note_text, time))
        identity = key_id(self.name, COSIGNATURE_ED25519, self.key.public_key().public_bytes_raw())
        return signature_line(self.name, identity, time.to_bytes(TIME_BYTES, "big") + signature)


@dataclass(frozen=True)
class CosignVerifier:
    """A witness whose cosignatures are believed."""

    name: str
    key_id: bytes
    key: Ed25519PublicKey

    @classmethod
    def from_vkey(cls, text: str) -> CosignVerifier:
        """The witness that a key text describes. Raises PolicyError."""
        parts = parse_vkey(text)
        if parts.type != COSIGNATURE_ED25519:
            raise PolicyError(
                "witness key", expected="type 0x04 (Ed25519 cosignature)", got=f"type 0x{parts.type:02x}"
            )
        return cls(parts.name, parts.key_id, public_key(parts.key))

    @property
    def vkey(self) -> str:
        """The text form of the key."""
        return encode_vkey(self.name, COSIGNATURE_ED25519, self.key.public_bytes_raw())

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Whether `signature` (time and Ed25519 signature, 72 bytes) is this witness's over the text."""
        if len(signature) != TIME_BYTES + SIGNATURE_BYTES or time_of(signature) > MAX_SIZE:
            return False
        signed = message(text.decode("utf-8"), time_of(signature))
        return ed25519_verifies(self.key, signature[TIME_BYTES:], signed)


def time_of(signature: bytes) -> int:
    """The POSIX second that a cosignature states; believe it only once the cosignature is verified."""
    return int.from_bytes(signature[:TIME_BYTES], "big")
