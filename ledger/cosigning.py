"""The judgement of a witness: what it cosigns, and what it remembers (c2sp.org/tlog-witness).

A witness cosigns a checkpoint only when a log that it was told of has signed it, and when a proof shows that
it extends the one cosigned last. It keeps that one in a folder, one sub-folder per log:

    lock                        held while a request is judged: one at a time, whichever process it came to
    <sha256 of origin>/
      checkpoint                the note cosigned last: the log's signature lines and ours
      evidence/<sha256>         a request whose checkpoint the log signed and which contradicts ours

The state is replaced by rename and on disk, name and bytes, before an answer leaves. A crash before that
changes nothing; a crash after it means that the log asks again and hears the new size. A state file that our
own key has not signed is never taken for "nothing seen yet": the witness refuses until somebody has looked.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ledger.errors import KeyFileError
from ledger.store import Store, fsync_folder, locked_file, make_folders, write_temporary
from ledger.tlog import checkpoint as checkpoints
from ledger.tlog import witness as messages
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.cosignature import CosignSigner, CosignVerifier
from ledger.tlog.encoding import unb64
from ledger.tlog.errors import FormatError, LogError, ProofError, SignatureError
from ledger.tlog.merkle import EMPTY_ROOT, HASH_BYTES, verify_consistency
from ledger.tlog.note import Opened, Verifier, check_name, open_note, signature_line, split_note

logger = logging.getLogger(__name__)

MAX_EVIDENCE = 1000
"""Requests kept per log. Only the log itself can fill this: each one carries another text that it signed."""

_KEY_FILE = "holdfast-witness-key/1"


class StateError(LogError):
    """The folder of the witness cannot be believed; nothing is cosigned for this log until it can."""


@dataclass(frozen=True)
class Answer:
    """What goes back: an HTTP status and a body. `reason` says in English why, where it is not 200."""

    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    reason: str = ""


class Witness:
    """One witness: its key, the logs it knows, and the folder of what it has cosigned."""

    def __init__(self, signer: CosignSigner, folder: Path, logs: Iterable[Verifier]) -> None:
        self.signer = signer
        self.logs: dict[str, list[Verifier]] = {}
        for log in {log.vkey: log for log in logs}.values():  # a key that was given twice is one key
            self.logs.setdefault(log.name, []).append(log)
        self._store = Store(folder)
        self._own = CosignVerifier.from_vkey(signer.vkey)

    def add_checkpoint(self, raw: bytes, now: int) -> Answer:
        """Judge a request that came at POSIX second `now`.

        Raises OSError when the state cannot be read or written, StateError when it is not to be believed;
        in both cases nothing was cosigned.
        """
        try:
            request = messages.parse_request(raw)
            text = split_note(request.note)[0].decode("utf-8")
            asked = None if _claims_an_empty_tree(text) else checkpoints.parse(text)
        except FormatError as error:
            return _refusal(400, error)
        known = self.logs.get(text.partition("\n")[0])
        if known is None:
            return _refusal(404, "this witness does not know the log")
        try:
            opened = open_note(request.note, known)
        except SignatureError as error:
            return _refusal(403, error)
        if asked is None:
            return _refusal(422, "size 0 goes with the empty root alone")
        if request.old > asked.size:
            return _refusal(400, "the old size is larger than the checkpoint's")
        make_folders(self._store.folder)
        with locked_file(self._store.folder / "lock"):
            return self._judge(request, raw, opened, asked, now)

    def _judge(
        self, request: messages.Request, raw: bytes, opened: Opened, asked: Checkpoint, now: int
    ) -> Answer:
        """Compare and persist. Only under the lock."""
        seen = self.seen(asked.origin)
        size, root = (seen.size, seen.root) if seen else (0, EMPTY_ROOT)
        if asked.size == size and asked.root != root:
            self._keep(asked.origin, opened.text, raw)
        if request.old != size:
            reason = f"the size cosigned last is {size}"
            return Answer(409, messages.conflict(size), messages.SIZE_TYPE, reason)
        try:
            verify_consistency(size, root, asked.size, asked.root, request.proof)
        except (ProofError, FormatError) as error:
            self._keep(asked.origin, opened.text, raw)
            return _refusal(422, error)
        log_lines = "".join(
            signature_line(v.verifier.name, v.verifier.key_id, v.signature) for v in opened.verified
        )
        line = self.signer.sign(opened.text, now)
        note = f"{opened.text}\n{log_lines}{line}".encode()
        self._store.replace(messages.log_path(asked.origin), note)
        return Answer(200, line.encode())

    def seen(self, origin: str) -> Checkpoint | None:
        """The checkpoint of a log that was cosigned last, or None. Raises StateError, OSError."""
        path = messages.log_path(origin)
        try:
            raw = self._store.read(path)
        except FileNotFoundError:
            return None
        try:
            kept = checkpoints.parse(open_note(raw, [self._own]).text)
            if kept.origin != origin:
                raise FormatError("origin", expected=origin, got=kept.origin)
        except LogError as error:
            raise StateError(
                f"state file {path}",
                expected="the note that this witness cosigned last",
                got=str(error),
                todo="Put its newest copy back. Never start again from an older or an empty one.",
            ) from None
        return kept

    def shown(self, path: str) -> bytes | None:
        """The note at a path below the monitoring prefix; None for what was never cosigned."""
        if path not in {messages.log_path(origin) for origin in self.logs}:
            return None
        try:
            return self._store.read(path)
        except FileNotFoundError:
            return None

    def _keep(self, origin: str, text: str, raw: bytes) -> None:
        """Keep a request that the log signed and that does not fit; one file for each text it signed."""
        folder = messages.log_path(origin).removesuffix("checkpoint") + "evidence"
        name = hashlib.sha256(text.encode()).hexdigest()
        logger.warning("inconsistent request of %s, kept as %s/%s", ascii(origin), folder, name)
        with suppress(FileNotFoundError):
            kept = [path.name for path in (self._store.folder / folder).iterdir()]
            if name in kept or len(kept) >= MAX_EVIDENCE:
                return
        try:
            self._store.replace(f"{folder}/{name}", raw, 0o600)
        except OSError as error:  # the refusal stands all the same
            logger.error("evidence could not be kept: %s", error)


def _claims_an_empty_tree(text: str) -> bool:
    """Whether a well-formed checkpoint states size 0 with a root other than the empty one."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[1] != "0":
        return False
    try:
        return unb64(lines[2], HASH_BYTES) != EMPTY_ROOT
    except FormatError:
        return False


def _refusal(status: int, why: LogError | str) -> Answer:
    return Answer(status, f"{why}\n".encode("utf-8", "replace"), reason=str(why))


# --- keys -------------------------------------------------------------------------------------------------


def make_key(path: Path, name: str) -> CosignSigner:
    """Make the key of a witness called `name`, in a file that must not exist, readable by its owner alone.

    The file holds a head line, the name on a line, and the private key as PEM. Raises FormatError for a
    name that cannot be one, FileExistsError, OSError.
    """
    check_name(name)
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    temporary = write_temporary(path, f"{_KEY_FILE}\n{name}\n".encode() + pem, 0o600)
    try:
        os.link(temporary, path)
    finally:
        temporary.unlink()
    fsync_folder(path.parent)
    return CosignSigner(name, private)


def load_key(path: Path) -> CosignSigner:
    """The key that `make_key` made. Raises KeyFileError."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode & 0o777
            raw = file.read(10_000)
    except OSError as error:
        raise KeyFileError(
            "witness key", expected="a readable file", got=error.strerror or "an error"
        ) from None
    if mode & 0o077:
        raise KeyFileError(
            "witness key", expected="mode 0600", got=f"mode {mode:04o}", todo="Run chmod 600 on it."
        )
    try:
        head, name, pem = raw.decode("utf-8").split("\n", 2)
        if head != _KEY_FILE:
            raise ValueError("another head line")
        private = load_pem_private_key(pem.encode(), None)
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError("a key of another kind")
        return CosignSigner(name, private)
    except (ValueError, TypeError, FormatError) as error:
        raise KeyFileError("witness key", expected="a file of witness-key", got=str(error)) from None
