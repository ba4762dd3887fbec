"""One message to a webhook's address: signed by Standard Webhooks, sent once, to where the operator allowed.

The rules, each with its reason:
- A host counts only as the operator's list spells it: scheme, name and port. Whoever registers a webhook
  chooses among these and opens no other door out of the house.
- The name is looked up once, every address that it has must be allowed, and the connection goes to one of
  these: a name that changes between look and call leads nowhere else.
- No address of this computer, of the house's nets or of the link is called unless the list marks the host as
  private; link-local ones and those where clouds keep credentials never.
- No redirect is followed, no proxy asked, and the whole takes at most ``SECONDS``. Of the answer the status
  counts; of its body at most ``MOST`` bytes are read, and none is kept: what lies behind a webhook's address
  cannot be read through it.

Needs neither Django nor a database. Source: https://www.standardwebhooks.com, 1.0.0.
"""

from __future__ import annotations

import datetime as dt
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from standardwebhooks import Webhook

from custody.webhook_terms import DeliveryFault

SECONDS = 15.0
"""From the look-up of the name to the status; the specification asks for 15 to 30."""
MOST = 1024
LONGEST = 500
PORTS = {"https": 443, "http": 80}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NEVER: frozenset[Address] = frozenset(
    ipaddress.ip_address(text)
    for text in ("168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254")
)
"""Where clouds keep credentials of their machines, beside the link-local ones."""
OF_THE_HOUSE = tuple(
    ipaddress.ip_network(text)
    for text in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)
"""This computer, and the nets that nobody routes to from outside."""
_EMBEDDING = tuple(ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"))
"""Networks whose addresses stand for one of IPv4, which would have to be judged instead."""


class Host(Protocol):
    """An entry of the operator's list."""

    @property
    def scheme(self) -> str:
        """``https``, or ``http`` for a private one."""

    @property
    def name(self) -> str:
        """The host, in lower case."""

    @property
    def port(self) -> int:
        """The port."""

    @property
    def private(self) -> bool:
        """Whether it may lead to addresses of this computer and of the house's nets."""


class NotSent(Exception):
    """It did not arrive. ``status``: what the receiver answered, where it did."""

    def __init__(self, fault: DeliveryFault, status: int | None = None) -> None:
        """Take why, and the status."""
        super().__init__(fault.text.en)
        self.fault, self.status = fault, status


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: the id stays the same in every try, by which a receiver knows one that came twice."""

    id: str
    body: str

    def headers(self, now: dt.datetime, secrets: Iterable[str]) -> dict[str, str]:
        """Return its headers, signed with each of the secrets in force."""
        now = now.astimezone(dt.UTC)  # the library takes the clock's face for that of UTC
        signed = " ".join(Webhook(secret).sign(self.id, now, self.body) for secret in secrets)
        return {
            "webhook-id": self.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signed,
            "content-type": "application/json",
            "user-agent": "Holdfast-Webhooks",
            "connection": "close",
        }


def listed(url: str, hosts: Sequence[Host]) -> Host | None:
    """Return the entry of the operator's list that an address is of; None for every other address."""
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url or len(url) > LONGEST:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    if parts.username is not None or parts.password is not None or parts.fragment or "#" in url:
        return None
    named = (parts.scheme, (parts.hostname or "").lower(), port)
    return next((host for host in hosts if (host.scheme, host.name, host.port) == named), None)


def allowed(address: Address, *, private: bool) -> bool:
    """Return whether an address may be called: a public one, or, where the host is private, one of the house
    or of this computer."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return allowed(address.ipv4_mapped, private=private)
        if any(address in net for net in _EMBEDDING) or address.teredo is not None or address.scope_id:
            return False
    if address in NEVER or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if any(address in net for net in OF_THE_HOUSE):
        return private
    return address.is_global and not address.is_reserved


def send(
    url: str, message: Message, secrets: Iterable[str], hosts: Sequence[Host], now: dt.datetime, ca_file: str
) -> int:
    """Send a message once; return the status of an answer that says it was taken (2xx). Raises NotSent."""
    host = listed(url, hosts)
    if host is None:
        raise NotSent(DeliveryFault.NOT_LISTED)
    until = time.monotonic() + SECONDS
    found = _addresses(host)
    raw = _connected(found, host, until)
    twin = raw.dup()  # TLS takes the connection out of `raw`; what ends the twin ends it too
    watch = threading.Timer(max(until - time.monotonic(), 0), _cut, [twin])
    watch.daemon = True
    watch.start()
    try:
        status = _asked(url, host, raw, until, message.body, message.headers(now, secrets), ca_file)
    except ssl.SSLCertVerificationError as error:
        raise NotSent(DeliveryFault.TLS) from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        late = isinstance(error, TimeoutError) or time.monotonic() >= until
        bad = isinstance(error, ssl.SSLError) and not late
        fault = DeliveryFault.TLS if bad else DeliveryFault.TIME if late else DeliveryFault.CONNECTION
        raise NotSent(fault) from error
    finally:
        watch.cancel()
        raw.close()
        twin.close()
    if 200 <= status < 300:
        return status
    if status == http.client.GONE:
        raise NotSent(DeliveryFault.GONE, status)
    raise NotSent(DeliveryFault.REDIRECT if 300 <= status < 400 else DeliveryFault.STATUS, status)


def _addresses(host: Host) -> list[tuple[int, str]]:
    """Return family and address of everything that a name leads to, all of it allowed."""
    try:
        told = socket.getaddrinfo(host.name, host.port, type=socket.SOCK_STREAM)
        found = list(dict.fromkeys((int(family), str(to[0])) for family, _, _, _, to in told))
        good = [allowed(ipaddress.ip_address(text), private=host.private) for _, text in found]
    except (OSError, UnicodeError, ValueError) as error:
        raise NotSent(DeliveryFault.NAME) from error
    if not good:
        raise NotSent(DeliveryFault.NAME)
    if not all(good):
        raise NotSent(DeliveryFault.ADDRESS)
    return found


def _connected(found: list[tuple[int, str]], host: Host, until: float) -> socket.socket:
    """Return a connection to the first of these addresses that answers."""
    for n, (family, address) in enumerate(found):
        left = until - time.monotonic()
        if left <= 0:
            raise NotSent(DeliveryFault.TIME)
        raw = socket.socket(family, socket.SOCK_STREAM)
        raw.settimeout(left / (len(found) - n))
        try:
            raw.connect((address, host.port))
        except OSError as error:
            raw.close()
            if n + 1 == len(found):
                late = isinstance(error, TimeoutError)
                raise NotSent(DeliveryFault.TIME if late else DeliveryFault.CONNECTION) from error
        else:
            raw.settimeout(SECONDS)
            return raw
    raise NotSent(DeliveryFault.NAME)


def _asked(
    url: str,
    host: Host,
    raw: socket.socket,
    until: float,
    body: str,
    headers: dict[str, str],
    ca_file: str,
) -> int:
    """Return the status of the answer over a connection that is there."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(host.name, host.port)
    if host.scheme == "https":
        context = ssl.create_default_context(cafile=ca_file or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        connection.sock = context.wrap_socket(raw, server_hostname=host.name)
        connection.default_port = PORTS["https"]
    else:
        connection.sock = raw
    try:
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", target, body.encode(), headers)
        answer = connection.getresponse()
        if time.monotonic() >= until:  # headers that were cut off are read as if they had ended
            raise TimeoutError
        with suppress(OSError, ValueError, http.client.HTTPException):  # the status counts, whatever follows
            answer.read1(MOST)
        return answer.status
    finally:
        connection.close()


def _cut(raw: socket.socket) -> None:
    """End a connection whose time is over: whoever waits at it is told at once."""
    try:
        raw.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself
