"""What is sent to a webhook: signed as the specification says, where the operator allowed and no farther."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import ipaddress
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from config.env import WebhookHost
from custody import webhook_post
from custody.terms import DeliveryFault
from custody.webhook_post import Message, NotSent, allowed, listed, send

from .webhook_receiver import Receiver, drip, endless, running, status

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + base64.b64encode(b"another secret, 32 bytes of it..").decode()
TOLD = Message("msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}')


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with running(tmp_path_factory.mktemp("receiver")) as found:
        yield found


@pytest.fixture
def receiver(server: Receiver) -> Receiver:
    server.came.clear()
    server.answer = status(204)
    return server


def sent(to: Receiver, url: str = "", hosts: Any = None, ca: str | None = None) -> int:
    now = dt.datetime.now(dt.UTC)
    at = (to.host,) if hosts is None else hosts
    return send(url or to.url, TOLD, [SECRET], at, now, to.authority if ca is None else ca)


def fault(to: Receiver, **how: Any) -> tuple[DeliveryFault, int | None]:
    with pytest.raises(NotSent) as told:
        sent(to, **how)
    return told.value.fault, told.value.status


def test_it_is_signed_as_in_the_example_of_the_specification() -> None:
    moment = dt.datetime.fromtimestamp(1614265330, dt.UTC)
    for zone in (dt.UTC, dt.timezone(dt.timedelta(hours=8))):
        headers = TOLD.headers(moment.astimezone(zone), [SECRET])
        assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        assert headers["webhook-timestamp"] == "1614265330"
        assert headers["webhook-id"] == TOLD.id


def test_it_arrives_signed_by_both_secrets_and_each_of_them_opens_it(receiver: Receiver) -> None:
    now = dt.datetime.now(dt.UTC)
    assert send(receiver.url, TOLD, [SECRET, OTHER], [receiver.host], now, receiver.authority) == 204
    assert receiver.opened(SECRET) == receiver.opened(OTHER) == {"test": 2432232314}
    path, headers, body = receiver.came[0]
    assert path == "/hook" and body.decode() == TOLD.body
    assert headers["host"] == f"localhost:{receiver.port}" and headers["content-type"] == "application/json"
    text = f"{TOLD.id}.{headers['webhook-timestamp']}.{TOLD.body}".encode()
    key = base64.b64decode(OTHER.removeprefix("whsec_"))
    by_hand = base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()
    assert headers["webhook-signature"].split(" ")[1] == f"v1,{by_hand}"


def test_without_tls_it_arrives_where_the_operator_allows_that(tmp_path: Path) -> None:
    with running(tmp_path, "http") as plain:
        assert sent(plain) == 204 and plain.opened(SECRET)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        *((200 + n, None) for n in (0, 1, 4, 99)),
        *((n, DeliveryFault.STATUS) for n in (400, 401, 404, 409, 429, 500, 503, 599)),
        *((n, DeliveryFault.REDIRECT) for n in (301, 302, 303, 307, 308)),
        (410, DeliveryFault.GONE),
    ],
)
def test_a_status_of_2xx_is_taken_and_every_other_is_not(
    receiver: Receiver, code: int, why: DeliveryFault | None
) -> None:
    receiver.answer = status(code, location=receiver.url + "/elsewhere")
    if why is None:
        assert sent(receiver) == code
    else:
        assert fault(receiver) == (why, code)
    assert [path for path, _, _ in receiver.came] == ["/hook"], "no redirect is followed"


def test_a_receiver_that_drips_or_is_silent_is_left_when_the_time_is_over(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_post, "SECONDS", 0.6)
    for answer in (drip, lambda client: time.sleep(1.5)):
        receiver.answer = answer
        begun = time.monotonic()
        assert fault(receiver) == (DeliveryFault.TIME, None)
        assert time.monotonic() - begun < 1.4


def test_a_receiver_that_shakes_no_hands_is_left_when_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhook_post, "SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        begun = time.monotonic()
        assert fault(Receiver(port, "")) == (DeliveryFault.TIME, None)
        assert time.monotonic() - begun < 1.3
    assert fault(Receiver(port, "")) == (DeliveryFault.CONNECTION, None), "nobody is there any more"


def test_of_an_answer_without_end_a_kilobyte_is_read(receiver: Receiver) -> None:
    receiver.answer = endless
    begun = time.monotonic()
    assert sent(receiver) == 200
    assert time.monotonic() - begun < 2


def test_an_answer_that_is_no_http_does_not_count(receiver: Receiver) -> None:
    def greet(client: Any) -> None:
        client.wfile.write(b"220 mail.example ESMTP\r\n")

    receiver.answer = greet
    assert fault(receiver) == (DeliveryFault.CONNECTION, None)


def test_a_certificate_of_a_stranger_or_of_another_name_does_not_count(
    receiver: Receiver, tmp_path: Path
) -> None:
    assert fault(receiver, ca="") == (DeliveryFault.TLS, None)
    with running(tmp_path) as other:
        assert fault(receiver, ca=other.authority) == (DeliveryFault.TLS, None)
    by_number = WebhookHost("https", "127.0.0.1", receiver.port, True)
    url = f"https://127.0.0.1:{receiver.port}/hook"
    assert fault(receiver, url=url, hosts=[by_number]) == (DeliveryFault.TLS, None)
    assert not receiver.came, "and nothing was said before that"


# --- where to ---------------------------------------------------------------------------------------------

LISTED = (WebhookHost("https", "hooks.example.org", 443, False), WebhookHost("http", "gw.house", 8080, True))


@pytest.mark.parametrize(
    ("url", "which"),
    [
        ("https://hooks.example.org/a?b=c", 0),
        ("https://HOOKS.example.org:443/", 0),
        ("http://gw.house:8080", 1),
        ("http://hooks.example.org/", None),
        ("https://hooks.example.org:8443/", None),
        ("https://hooks.example.org.evil.example/", None),
        ("https://evil.example/hooks.example.org", None),
        ("https://hooks.example.org@evil.example/", None),
        ("https://user@hooks.example.org/", None),
        ("https://user:word@hooks.example.org/", None),
        ("https://hooks.example.org\\@evil.example/", None),
        ("https://evil.example#@hooks.example.org/", None),
        ("https://hooks.example.org/#x", None),
        ("https://hooks.example.org/\r\nx: y", None),
        ("https://hooks.example.org/ x", None),
        ("https://hooks.example.org./", None),
        ("https://ｈooks.example.org/", None),
        ("https://hooks.example.org:99999/", None),
        ("https://[::1/", None),
        ("//hooks.example.org/", None),
        ("file:///etc/passwd", None),
        ("gopher://hooks.example.org/", None),
        ("", None),
        ("https://hooks.example.org/" + "x" * 500, None),
    ],
)
def test_an_address_counts_as_the_list_of_the_operator_spells_it(url: str, which: int | None) -> None:
    assert listed(url, LISTED) == (None if which is None else LISTED[which])


PUBLIC = ("93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8")
OF_THE_HOUSE = (
    *("127.0.0.1", "127.8.8.8", "::1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("fd12:3456::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
)
NOWHERE = (
    *("169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%1", "::ffff:169.254.169.254", "fd00:ec2::254"),
    *("100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "0.0.0.1", "::", "224.0.0.1"),
    *("ff02::1", "255.255.255.255", "240.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"),
    "2001:0:53aa:64c:0:fbff:5601:5601",
)


def test_public_addresses_are_called_and_those_of_the_house_where_the_operator_says_so() -> None:
    for text in PUBLIC:
        at = ipaddress.ip_address(text)
        assert allowed(at, private=False) and allowed(at, private=True), text
    for text in OF_THE_HOUSE:
        at = ipaddress.ip_address(text)
        assert not allowed(at, private=False) and allowed(at, private=True), text
    for text in NOWHERE:
        at = ipaddress.ip_address(text)
        assert not allowed(at, private=False) and not allowed(at, private=True), text


def test_a_name_that_leads_into_the_house_is_not_called_unless_it_is_marked_private(
    receiver: Receiver,
) -> None:
    public = WebhookHost("https", "localhost", receiver.port, False)
    assert fault(receiver, hosts=[public]) == (DeliveryFault.ADDRESS, None)
    assert fault(receiver, hosts=[]) == (DeliveryFault.NOT_LISTED, None)
    assert not receiver.came


def test_a_name_that_changes_between_look_and_call_leads_nowhere_else(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rebinding name: public at the first look, this computer at the second."""
    looks: list[str] = []
    called: list[Any] = []

    def rebinding(name: str, port: int, **_more: Any) -> list[Any]:
        looks.append(name)
        to = "203.0.114.7" if len(looks) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (to, port))]

    class Noted(socket.socket):
        def connect(self, address: Any) -> None:
            called.append(address)
            raise ConnectionRefusedError

    monkeypatch.setattr(webhook_post.socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(webhook_post.socket, "socket", Noted)
    public = WebhookHost("https", "localhost", receiver.port, False)
    assert fault(receiver, hosts=[public]) == (DeliveryFault.CONNECTION, None)
    assert called == [("203.0.114.7", receiver.port)] and len(looks) == 1
    assert fault(receiver, hosts=[public]) == (DeliveryFault.ADDRESS, None)
    assert len(called) == 1 and not receiver.came


def test_a_name_of_which_one_address_is_not_allowed_is_not_called_at_all(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two(name: str, port: int, **_more: Any) -> list[Any]:
        return [(socket.AF_INET, 1, 6, "", (to, port)) for to in ("127.0.0.1", "169.254.169.254")]

    monkeypatch.setattr(webhook_post.socket, "getaddrinfo", two)
    assert fault(receiver) == (DeliveryFault.ADDRESS, None) and not receiver.came


def test_a_name_that_nobody_knows_is_told(receiver: Receiver) -> None:
    unknown = WebhookHost("https", "nowhere.invalid", 443, False)
    assert fault(receiver, url="https://nowhere.invalid/", hosts=[unknown]) == (DeliveryFault.NAME, None)


def test_no_proxy_of_the_environment_is_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert sent(receiver) == 204


# --- the operator's list ----------------------------------------------------------------------------------


def test_the_list_of_the_operator_is_read_and_what_is_odd_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert env.webhook_hosts("WEBHOOKS") == ()
    monkeypatch.setenv(
        "WEBHOOKS", "https://Hooks.example.org,private+https://gw.house:8443,private+http://[fd12::1]"
    )
    found = env.webhook_hosts("WEBHOOKS")
    assert found == (
        WebhookHost("https", "hooks.example.org", 443, False),
        WebhookHost("https", "gw.house", 8443, True),
        WebhookHost("http", "fd12::1", 80, True),
    )
    assert [str(host) for host in found] == [
        "https://hooks.example.org", "https://gw.house:8443", "http://[fd12::1]",
    ]  # fmt: skip
    for odd in (
        *("http://hooks.example.org", "hooks.example.org", "https://", "https://a/b", "https://u@a"),
        *("https://a:99999", "ftp://a", "private+ftp://a", "https://a?b", "https://a#b", "https://*.a/"),
    ):
        monkeypatch.setenv("WEBHOOKS", odd)
        with pytest.raises(ImproperlyConfigured, match="WEBHOOKS"):
            env.webhook_hosts("WEBHOOKS")
    monkeypatch.setenv("WEBHOOKS_CA_FILE", "/nowhere/ca.pem")
    with pytest.raises(ImproperlyConfigured, match="WEBHOOKS_CA_FILE"):
        env.present_file("WEBHOOKS_CA_FILE")
