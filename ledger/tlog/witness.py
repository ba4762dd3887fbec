"""Messages between a log and a witness: c2sp.org/tlog-witness, `add-checkpoint`.

Request, answer and refusal are short texts, so they can also be carried as files.

    request    old <size>                      the size that the witness cosigned last, 0 for never
               [base64 hash]...                consistency proof from there, at most 63 lines
               <empty line>
               the checkpoint as a signed note

    answer     one or more signature lines of the witness, and nothing else
    conflict   <size>                          what the witness cosigned last; status 409, text/x.tlog.size

What is parsed stays raw: a note is judged over the bytes that came in.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ledger.tlog.cosignature import CosignVerifier
from ledger.tlog.encoding import MAX_SIZE, b64, decimal, unb64
from ledger.tlog.errors import FormatError, SignatureError, shown
from ledger.tlog.merkle import HASH_BYTES
from ledger.tlog.note import split_note

ADD_CHECKPOINT = "add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
MAX_PROOF = 63
MAX_REQUEST = 256 * 1024
MAX_ANSWER = 64 * 1024
_OLD = "old "


@dataclass(frozen=True)
class Request:
    """`old` is the size cosigned last; `proof` leads from it to the checkpoint in `note`."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.old <= MAX_SIZE:
            raise FormatError("old size", expected="0 to 2^63-1", got=shown(self.old))
        if len(self.proof) > MAX_PROOF:
            raise FormatError("proof", expected=f"at most {MAX_PROOF} hashes", got=str(len(self.proof)))

    def encode(self) -> bytes:
        """The bytes to send."""
        proof = "".join(f"{b64(value)}\n" for value in self.proof)
        return f"{_OLD}{self.old}\n{proof}\n".encode("ascii") + self.note


def parse_request(raw: bytes) -> Request:
    """The request that these bytes are; the note in it is not judged. Raises FormatError."""
    if len(raw) > MAX_REQUEST:
        raise FormatError("request", expected=f"at most {MAX_REQUEST:,} bytes", got=f"{len(raw):,}")
    head, separator, note = raw.partition(b"\n\n")
    if not separator:
        raise FormatError("request", expected="an empty line before the note", got="none")
    try:
        first, *hashes = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise FormatError("request", expected="ASCII before the note", got="other bytes") from None
    if not first.startswith(_OLD):
        raise FormatError("request", expected='"old" and a size first', got=shown(first))
    if len(hashes) > MAX_PROOF:
        raise FormatError("proof", expected=f"at most {MAX_PROOF} hashes", got=str(len(hashes)))
    old = decimal(first.removeprefix(_OLD), "old size")
    return Request(old, tuple(unb64(line, HASH_BYTES, "proof hash") for line in hashes), note)


def parse_answer(raw: bytes) -> list[str]:
    """The signature lines of an answer, each with its newline; nothing verified. Raises FormatError."""
    if len(raw) > MAX_ANSWER:
        raise FormatError("answer", expected=f"at most {MAX_ANSWER:,} bytes", got=f"{len(raw):,}")
    if raw.startswith(b"\n") or b"\n\n" in raw:
        raise FormatError("answer", expected="signature lines", got="an empty line")
    # The rules for signature lines are those of a note: judge them as the tail of one.
    split_note(b"-\n\n" + raw)
    return [f"{line}\n" for line in raw.decode("utf-8").removesuffix("\n").split("\n")]


def cosignature_in(answer: bytes, note_text: bytes, witness: CosignVerifier) -> tuple[str, bytes]:
    """The line by which `witness` cosigned the text, and its signature (time and Ed25519 signature).

    Lines of others are left out. Raises FormatError for bytes that are no answer, SignatureError when the
    witness's line is missing, stands twice, or is not over this text.
    """
    lines = parse_answer(answer)
    found = [
        (text, line.signature)
        for text, line in zip(lines, split_note(b"-\n\n" + answer)[1], strict=True)
        if (line.name, line.key_id) == (witness.name, witness.key_id)
    ]
    if len(found) != 1:
        raise SignatureError(
            f"answer of {shown(witness.name)}", expected="one line by its key", got=str(len(found))
        )
    if not witness.verify(note_text, found[0][1]):
        raise SignatureError(
            f"cosignature by {shown(witness.name)}",
            expected="a cosignature over this checkpoint",
            got="one that does not hold",
        )
    return found[0]


def conflict(size: int) -> bytes:
    """The body of a refusal with status 409."""
    return f"{size}\n".encode("ascii")


def parse_conflict(raw: bytes) -> int:
    """The size in the body of a refusal with status 409. Raises FormatError."""
    try:
        text = raw[:32].decode("ascii")
    except UnicodeDecodeError:
        raise FormatError("size", expected="decimal digits and a newline", got="other bytes") from None
    if not text.endswith("\n"):
        raise FormatError("size", expected="decimal digits and a newline", got=shown(text))
    return decimal(text[:-1], "size")


def log_path(origin: str) -> str:
    """Where a witness shows what it cosigned last, below its monitoring prefix."""
    return f"{hashlib.sha256(origin.encode('utf-8')).hexdigest()}/checkpoint"
