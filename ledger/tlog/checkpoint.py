"""Checkpoints: c2sp.org/tlog-checkpoint. The text that a log signs about its tree.

    <origin>
    <size, decimal>
    <root, base64 of 32 bytes>
    [extension lines, not empty]

The origin names the log for ever. Our own checkpoints have no extension lines; those of others may.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.tlog.encoding import MAX_SIZE, b64, decimal, unb64
from ledger.tlog.errors import FormatError, shown
from ledger.tlog.merkle import EMPTY_ROOT, HASH_BYTES
from ledger.tlog.note import check_text


@dataclass(frozen=True)
class Checkpoint:
    """The state of the log called `origin` at `size` entries. Raises FormatError if it cannot be one."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.origin or any("\n" in line or not line for line in (self.origin, *self.extensions)):
            raise FormatError("checkpoint", expected="lines that are not empty", got=shown(self.origin))
        if not 0 <= self.size <= MAX_SIZE:
            raise FormatError("checkpoint size", expected="0 to 2^63-1", got=shown(self.size))
        if len(self.root) != HASH_BYTES:
            raise FormatError("checkpoint root", expected=f"{HASH_BYTES} bytes", got=f"{len(self.root)}")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise FormatError("checkpoint root", expected="the empty root at size 0", got="another root")

    def text(self) -> str:
        """The note text, with its last newline. Raises FormatError for control characters in a line."""
        text = "\n".join((self.origin, str(self.size), b64(self.root), *self.extensions)) + "\n"
        check_text(text)
        return text


def parse(text: str) -> Checkpoint:
    """The checkpoint whose note text is exactly `text`. Raises FormatError."""
    check_text(text)
    lines = text[:-1].split("\n")
    if len(lines) < 3:
        raise FormatError("checkpoint", expected="origin, size and root", got=f"{len(lines)} lines")
    return Checkpoint(
        origin=lines[0],
        size=decimal(lines[1], "checkpoint size"),
        root=unb64(lines[2], HASH_BYTES, "checkpoint root"),
        extensions=tuple(lines[3:]),
    )
