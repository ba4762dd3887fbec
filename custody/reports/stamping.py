"""Asking a time authority over HTTP for a stamp (RFC 3161). What comes back is judged before it is used.

No address is called but the one that is given: no redirect, no proxy, no name found in an answer. What is
told is a hash and a random number. Needs neither Django nor a database.
"""

from __future__ import annotations

import asyncio
import base64
import http.client
import ssl
import time
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

from asn1crypto import cms, core, tsp, x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from custody.reports import timestamp
from custody.reports.timestamp import Stamp

SECONDS = 5.0
"""For each step of a connection; the whole may take three times as long."""
MOST = 64_000
"""Bytes of an answer: a stamp with its certificates takes about 8,000."""
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


class Authority(Protocol):
    """What is known of an authority beforehand: `config.env.TimeAuthority`."""

    @property
    def url(self) -> str:
        """Where it is asked."""

    @property
    def user(self) -> str:
        """Who asks; empty where it asks for no name."""

    @property
    def password(self) -> str:
        """The word that goes with it."""

    @property
    def policy(self) -> str:
        """The policy that its stamps must name; empty for any."""

    @property
    def ca_file(self) -> str:
        """File of the roots of its TLS certificate; empty for those of the system."""


class Answer(core.Sequence):
    """TimeStampResp of RFC 3161, 2.4.2; asn1crypto's own demands a stamp in a refusal too."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


class HttpTimeStamper(TimeStamper):
    """An authority that is asked over HTTP. Every failure is a TimestampRequestError that says why."""

    def __init__(self, authority: Authority, roots: tuple[x509.Certificate, ...] = ()) -> None:
        """Args: authority, and the roots to which its stamps must lead; without any they count unproved."""
        super().__init__()
        self._authority = authority
        self._roots = roots
        self.last: Stamp | None = None
        """The last stamp that it gave, as judged."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a stamp of a digest that holds, and is what was asked for."""
        nonce, request = self.request_cms(message_digest, md_algorithm)
        if self._authority.policy:
            request["req_policy"] = self._authority.policy
        raw = await asyncio.to_thread(_post, self._authority, request.dump())
        try:
            answer = Answer.load(raw, strict=True)
            status, token = answer["status"]["status"].native, answer["time_stamp_token"]
        except (ValueError, TypeError, KeyError) as error:
            raise TimestampRequestError("the answer is no answer of a time authority") from error
        if status != "granted":
            raise TimestampRequestError(f"the authority refused: {status}")

        def digest(name: str) -> bytes:
            return message_digest if name == md_algorithm else b""

        found = await asyncio.to_thread(timestamp.judge, token, digest, self._roots)
        if found.state == "bad" or (self._roots and found.state != "ok"):
            raise TimestampRequestError(f"the stamp does not hold: {found.sentence.en}")
        if found.nonce != nonce:
            raise TimestampRequestError("the stamp answers another question: its nonce is not ours")
        if self._authority.policy and found.policy != self._authority.policy:
            raise TimestampRequestError(f"the stamp is of another policy: {found.policy[:60]}")
        self.last = found
        return token


def stamp_of(timestamper: HttpTimeStamper, sha256: bytes) -> tuple[bytes, Stamp]:
    """Return a stamp of a hash by itself (DER), and the stamp as judged. Raises TimestampRequestError."""
    token = asyncio.run(timestamper.async_timestamp(sha256, "sha256"))
    assert timestamper.last is not None  # noqa: S101 - set with every token that is returned
    return bytes(token.dump()), timestamper.last


def _post(authority: Authority, body: bytes) -> bytes:
    """Return the body of an answer. Raises TimestampRequestError."""
    parts = urlsplit(authority.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise TimestampRequestError("the address of the authority is none of http or https")
    until = time.monotonic() + 3 * SECONDS
    headers = {"Content-Type": QUERY, "Accept": REPLY, "Connection": "close"}
    if authority.user:
        word = base64.b64encode(f"{authority.user}:{authority.password}".encode()).decode()
        headers["Authorization"] = f"Basic {word}"
    connection: http.client.HTTPConnection
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=authority.ca_file or None)
            connection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=SECONDS, context=context
            )
        else:
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=SECONDS)
    except OSError as error:
        raise TimestampRequestError(f"no answer: {error}") from error
    try:
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", target, body, headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise TimestampRequestError(f"status {answer.status}")
        if (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower() != REPLY:
            raise TimestampRequestError(f"the answer is not of the type {REPLY}")
        raw = b""
        while part := answer.read1(MOST):
            raw += part
            if len(raw) > MOST:
                raise TimestampRequestError(f"the answer has more than {MOST} bytes")
            if time.monotonic() > until:
                raise TimestampRequestError("the answer took too long")
    except TimestampRequestError:
        raise
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise TimestampRequestError(f"no answer: {str(error) or type(error).__name__}") from error
    finally:
        connection.close()
    return raw
