"""One sealed stream: a header, then frames, each encrypted and bound to its place.

    header   8 bytes "HFEVID1" and a line feed, then 16 random bytes of salt
    frame    AES-256-GCM of at most 262,144 bytes; only the last may be shorter

The key of a stream is HKDF-SHA256 of the file's key with the salt and the name of the stream, so that no two
streams share one. The nonce holds the frame's number and whether it is the last (as in STREAM, Hoang,
Reyhanitabar, Rogaway and Vizar 2015): frames that were swapped, doubled, left out or cut off do not open.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"HFEVID1\n"
SALT_BYTES = 16
FRAME_BYTES = 262_144
TAG_BYTES = 16
KEY_BYTES = 32
_MOST_FRAMES = 2**32


class SealedError(Exception):
    """A sealed stream does not open: it was changed, cut off, or belongs to another file or key."""


class Sealing:
    """Writes one sealed stream; nothing of the plain text is kept beyond one frame."""

    def __init__(self, out: IO[bytes], key: bytes, name: str) -> None:
        salt = os.urandom(SALT_BYTES)
        self._out, self._rest, self._number = out, bytearray(), 0
        self._cipher = _cipher(key, salt, name)
        self._name = name.encode()
        out.write(MAGIC + salt)

    def write(self, data: bytes) -> None:
        """Take more of the plain text."""
        self._rest += data
        while len(self._rest) > FRAME_BYTES:  # the last frame is written by `finish`, even when it is full
            self._frame(bytes(self._rest[:FRAME_BYTES]), last=False)
            del self._rest[:FRAME_BYTES]

    def finish(self) -> None:
        """Write the last frame."""
        self._frame(bytes(self._rest), last=True)
        self._rest.clear()

    def _frame(self, data: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, last=last), data, self._name))
        self._number += 1


def opened(source: BinaryIO, key: bytes, name: str) -> Iterator[bytes]:
    """Yield the plain text of a sealed stream frame by frame.

    Raises SealedError at the first frame that does not open, and at an end that is not the end that was
    written: whoever must not use a part reads all of it first.
    """
    head = source.read(len(MAGIC) + SALT_BYTES)
    if len(head) != len(MAGIC) + SALT_BYTES or not head.startswith(MAGIC):
        raise SealedError("not a sealed file")
    cipher = _cipher(key, head[len(MAGIC) :], name)
    frame = source.read(FRAME_BYTES + TAG_BYTES)
    for number in range(_MOST_FRAMES):
        following = source.read(FRAME_BYTES + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), frame, name.encode())
        except (InvalidTag, ValueError) as error:
            raise SealedError(f"frame {number} does not open") from error
        if not following:
            return
        frame = following
    raise SealedError("more frames than there can be")


def wrap(key: bytes, by: bytes, name: str) -> bytes:
    """Return a file's key encrypted under the site's key and bound to the file's name."""
    nonce = os.urandom(12)
    return nonce + AESGCM(by).encrypt(nonce, key, b"key " + name.encode())


def unwrap(wrapped: bytes, by: bytes, name: str) -> bytes:
    """Return a file's key. Raises SealedError when it is not this file's or this site's."""
    try:
        return AESGCM(by).decrypt(wrapped[:12], wrapped[12:], b"key " + name.encode())
    except (InvalidTag, ValueError) as error:
        raise SealedError("the key of the file does not open") from error


def _cipher(key: bytes, salt: bytes, name: str) -> AESGCM:
    info = b"holdfast evidence/1 " + name.encode()
    return AESGCM(HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return bytes(7) + number.to_bytes(4, "big") + bytes([last])
