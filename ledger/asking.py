"""Asking one witness over HTTP for its cosignature. Bytes come back; what they are worth is judged here too.

Runs in a thread of its own per witness, touches neither database nor state, and calls no address but the one
it is given: no redirect, no proxy, no name found in an answer.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from ledger.tlog import witness as messages
from ledger.tlog.cosignature import CosignVerifier, time_of
from ledger.tlog.errors import FormatError, LogError, SignatureError, shown
from ledger.tlog.note import split_note

SECONDS = 5.0
_TRIES = 3


@dataclass(frozen=True)
class Cosigned:
    """The witness cosigned the checkpoint of `size`."""

    size: int
    line: str
    time: int


@dataclass(frozen=True)
class Contradicted:
    """The witness says that it cosigned what we cannot continue; `shown` is the note it shows, if any."""

    size: int
    shown: bytes | None


@dataclass(frozen=True)
class Failed:
    """No cosignature, and `reason` says in English why."""

    reason: str


Result = Cosigned | Contradicted | Failed


def check_url(url: str) -> str:
    """The address of a witness without its last slash. Raises FormatError for what is none."""
    parts = urlsplit(url)
    try:
        fit = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fit = False
    if not fit or parts.username is not None or parts.query or parts.fragment or not url.isascii():
        raise FormatError("address of a witness", expected="https://host[:port][/path]", got=shown(url, 90))
    return url.rstrip("/")


def ask(
    url: str,
    witness: CosignVerifier,
    note: bytes,
    size: int,
    old: int,
    proof: Callable[[int], tuple[bytes, ...]],
) -> Result:
    """Ask for a cosignature on our `note` at `size`; `proof(old)` is the consistency proof from `old`.

    A witness that names another size is asked again from there. Errors of proof making pass through.
    """
    text, _ = split_note(note)
    origin = text.partition(b"\n")[0].decode("utf-8")
    told = old
    for _ in range(_TRIES):
        try:
            body = messages.Request(told, proof(told), note).encode()
            status, answer = _call("POST", f"{url}/{messages.ADD_CHECKPOINT}", body)
            if status == 200:
                line, signature = messages.cosignature_in(answer, text, witness)
                return Cosigned(size, line, time_of(signature))
            if status == 409:
                told = messages.parse_conflict(answer)
                if told <= size:
                    continue
        except (OSError, http.client.HTTPException) as error:
            return Failed(f"no answer: {str(error) or type(error).__name__}")
        except (FormatError, SignatureError) as error:
            return Failed(f"an answer that does not hold: {error}")
        if status in (409, 422):
            return Contradicted(told, _shown(url, origin))
        return Failed(f"refused with status {status}: {shown(answer[:200].decode('utf-8', 'replace'), 120)}")
    return Failed(f"names size {told} as the one cosigned last, and refuses to go on from there")


def _shown(url: str, origin: str) -> bytes | None:
    """What the witness shows as cosigned last; None when it shows nothing."""
    try:
        status, note = _call("GET", f"{url}/{messages.log_path(origin)}", None)
    except (OSError, http.client.HTTPException, LogError):
        return None
    return note if status == 200 else None


def _call(method: str, url: str, body: bytes | None) -> tuple[int, bytes]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, parts.port, timeout=SECONDS, context=context)
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=SECONDS)
    try:
        connection.request(method, parts.path, body, {"Connection": "close"} if body else {})
        answer = connection.getresponse()
        raw = answer.read(messages.MAX_REQUEST + 1)
    finally:
        connection.close()
    if len(raw) > messages.MAX_REQUEST:
        raise FormatError("answer", expected=f"at most {messages.MAX_REQUEST:,} bytes", got="more")
    return answer.status, raw
