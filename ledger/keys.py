"""Keys of the log, as files: made once, never overwritten, readable by their owner alone.

KEYS_DIR/log.pem        Ed25519 private key (PKCS#8) that signs checkpoints
KEYS_DIR/log.next.pem   the next such key, while a change of key is under way (ledger.rekey)
KEYS_DIR/log-<ID>.pem   a key that signed before, until somebody destroys it
KEYS_DIR/journal.key    32 bytes that encrypt the journal of disclosures
TRUST_DIR/log.vkey      public half of the log key, for verifiers
TRUST_DIR/policy        whom a verifier believes (c2sp.org/tlog-policy)
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ledger.errors import KeyFileError
from ledger.store import fsync_folder, write_temporary
from ledger.tlog.note import Signer

LOG_KEY = "log.pem"
NEXT_KEY = "log.next.pem"
JOURNAL_KEY = "journal.key"
VKEY = "log.vkey"
POLICY = "policy"
JOURNAL_KEY_BYTES = 32


def make_missing(keys: Path, trust: Path, origin: str) -> list[Path]:
    """Make the key and trust files that are missing, and return them.

    A lost log key is not replaced: raises KeyFileError when the public half is there and the private is not.
    """
    made = []
    for folder, mode in ((keys, 0o700), (trust, 0o755)):
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    if not (keys / LOG_KEY).exists():
        if (trust / VKEY).exists():
            raise KeyFileError(
                f"log key {LOG_KEY}",
                expected="the private half of the key in the trust folder",
                got="no file",
                todo="Restore it from its backup; a new key needs a key change, not a new start.",
            )
        made += _create(keys / LOG_KEY, _fresh(), 0o600)
    made += _create(keys / JOURNAL_KEY, secrets.token_bytes(JOURNAL_KEY_BYTES), 0o600)
    vkey = log_signer(keys, origin).vkey
    made += _create(trust / VKEY, f"{vkey}\n".encode(), 0o644)
    made += _create(trust / POLICY, f"log {vkey}\nquorum none\n".encode(), 0o644)
    return made


def make_next(keys: Path) -> None:
    """Make the key that is to follow the one of today, unless it is there."""
    _create(keys / NEXT_KEY, _fresh(), 0o600)


def _fresh() -> bytes:
    """A new private key of a log."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def standing(keys: Path, trust: Path) -> Path | None:
    """Return the first key or trust file that is there, or None."""
    return next((path for path in _files(keys, trust) if path.exists()), None)


def remove(keys: Path, trust: Path) -> None:
    """Delete what ``make_missing`` made, for a log that was never opened."""
    for path in _files(keys, trust):
        path.unlink(missing_ok=True)


def _files(keys: Path, trust: Path) -> list[Path]:
    return [keys / LOG_KEY, keys / JOURNAL_KEY, trust / VKEY, trust / POLICY]


def log_signer(keys: Path, origin: str, name: str = LOG_KEY) -> Signer:
    """The signer of checkpoints, under the log's origin. Raises KeyFileError."""
    try:
        private = load_pem_private_key(_read_private(keys / name), None)
    except (ValueError, TypeError) as error:
        raise KeyFileError(f"log key {name}", expected="an Ed25519 key in PKCS#8", got=str(error)) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyFileError(f"log key {name}", expected="an Ed25519 key", got="a key of another kind")
    return Signer(origin, private)


def journal_key(keys: Path) -> bytes:
    """The key of the journal. Raises KeyFileError."""
    key = _read_private(keys / JOURNAL_KEY)
    if len(key) != JOURNAL_KEY_BYTES:
        raise KeyFileError(
            f"journal key {JOURNAL_KEY}", expected=f"{JOURNAL_KEY_BYTES} bytes", got=str(len(key))
        )
    return key


def trusted_vkey(trust: Path) -> str | None:
    """The verifier key that this installation gave out, or None when the folder is not on this host."""
    try:
        return (trust / VKEY).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def _read_private(path: Path) -> bytes:
    """Return a private file's bytes, refusing one that others on the machine can read."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode & 0o777
            data = file.read()
    except OSError as error:
        raise KeyFileError(
            f"key file {path.name}",
            expected="a readable file in the keys folder",
            got=error.strerror or type(error).__name__,
            todo="Run `manage.py ledger_keys` once, or set HOLDFAST_KEYS_DIR.",
        ) from None
    if mode & 0o077:
        raise KeyFileError(
            f"key file {path.name}", expected="mode 0600", got=f"mode {mode:04o}", todo="Run chmod 600 on it."
        )
    return data


def _create(path: Path, data: bytes, mode: int) -> list[Path]:
    """Make a file unless it is there; return it in a list if it was made."""
    if path.exists():
        return []
    temporary = write_temporary(path, data, mode)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return []
    finally:
        temporary.unlink()
    fsync_folder(path.parent)
    return [path]
