"""Signing in through the house's OpenID Connect provider: who comes in, and what does not count.

The provider is real: a server on this computer, asked over HTTP.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custody import models as m
from custody import record
from custody.actions import factors, identities, notices, sessions
from custody.actions.base import ActionError, NotPermitted
from custody.apply import rebuild
from custody.compare import compare
from custody.stories.cast import PASSWORD
from custody.terms import IdentityState, NoticeKind
from custody.web import oidc, provider
from custody.web.middleware import CALLBACK
from tests.house_provider import BASIC, KID, HouseProvider, b64url, running

from .scene import Scene, hidden
from .test_factors import app_of, code_of, is_in, token

BEGIN, SUBJECT = "provider_begin", "c0ffee00-0000-4000-8000-00000000tao1"


@pytest.fixture(scope="module")
def server() -> Iterator[HouseProvider]:
    with running() as house:
        yield house


@pytest.fixture
def house(server: HouseProvider, settings: Any) -> Iterator[HouseProvider]:
    settings.SITE_URL, settings.RP_ID = "http://localhost:8000", "localhost"
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    settings.OIDC = server.settings()
    cache.clear()
    yield server
    server.claims = server.token = None
    for kept in (server.answers, server.document, server.questions, server.asked):
        kept.clear()


def guest(language: str = "en") -> Client:
    return Client(HTTP_HOST="localhost:8000", headers={"accept-language": language})


def told(kind: str) -> list[dict[str, Any]]:
    return [dict(e.values) for e in record.history() if str(e.values["kind"]) == kind]


def linked(scene: Scene, who: str = "tao", subject: str = SUBJECT) -> m.Identity:
    asked = proposed(scene, who, subject)
    row: m.Identity = identities.confirm(scene.cast.actor("qiao"), identity=asked.id).object
    return row


def proposed(scene: Scene, who: str = "tao", subject: str = SUBJECT) -> m.Identity:
    asked = identities.propose(scene.cast.actor("an"), user=scene.user(who).id, subject=subject)
    assert asked.state == "held"
    row: m.Identity = asked.object
    return row


def begun(client: Client, **form: str) -> str:
    """Press the button on the sign-in page; return the address at the provider."""
    answer = client.post(reverse(BEGIN), form)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def back(house: HouseProvider, client: Client, subject: str = SUBJECT, **form: str) -> str:
    """Go to the provider and sign in there; return where it sends the browser."""
    return house.consents(begun(client, **form), subject)


def here(address: str) -> str:
    return address.removeprefix("http://localhost:8000")


def come(house: HouseProvider, client: Client, subject: str = SUBJECT, **form: str) -> Any:
    return client.get(here(back(house, client, subject, **form)))


# --- who comes in -----------------------------------------------------------------------------------------


def test_whom_two_people_linked_comes_in_and_nobody_else(scene: Scene, house: HouseProvider) -> None:
    linked(scene)
    client = guest()
    answer = come(house, client, next="/notices")
    assert answer.status_code == 302 and answer["Location"] == "/notices"
    assert is_in(client) and client.get("/api/v1/me/").json()["username"] == "tao"
    other = guest()
    assert come(house, other, "somebody-else").status_code == 403
    assert not is_in(other)
    [refused] = told("identity.refused/1")
    assert (refused["why"], refused["subject"], refused["user"]) == ("unknown", "somebody-else", None)
    assert refused["issuer"] == house.issuer and refused["actor"] == "system"


def test_neither_a_name_nor_a_mail_address_makes_or_finds_a_sign_in(
    scene: Scene, house: HouseProvider
) -> None:
    linked(scene, "mei", "subject-of-mei")
    m.User.objects.filter(username="an").update(email="an@house.example")
    before = m.User.objects.count()
    house.claims = lambda c: c | {
        "preferred_username": "an", "name": "An", "email": "an@house.example", "email_verified": True,
    }  # fmt: skip
    for subject in ("an", "an@house.example", "subject-of-me", "SUBJECT-OF-MEI", "subject-of-mei "):
        client = guest()
        assert come(house, client, subject).status_code in (401, 403), subject
        assert not is_in(client)
    assert m.User.objects.count() == before
    assert not m.Identity.objects.exclude(subject="subject-of-mei").exists()


def test_the_question_asks_for_no_more_than_who_it_is_and_is_bound_to_the_browser(
    scene: Scene, house: HouseProvider
) -> None:
    address = begun(guest())
    assert address.startswith(f"{house.issuer}/oauth2/authorize?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["scope"] == "openid" and asked["response_type"] == "code"
    assert asked["redirect_uri"] == "http://localhost:8000/account/provider/callback"
    assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
    assert len(asked["state"]) == len(asked["nonce"]) == 64
    again = {name: values[0] for name, values in parse_qs(urlsplit(begun(guest())).query).items()}
    assert not {asked[n] for n in ("state", "nonce", "code_challenge")} & set(again.values())
    assert "userinfo" not in str(house.asked)


def test_the_code_is_redeemed_with_the_secret_in_a_header_and_the_verifier(
    scene: Scene, house: HouseProvider
) -> None:
    linked(scene)
    come(house, guest())
    [(authorization, form)] = [(a, f) for a, path, f in house.asked if path == "/oauth2/token"]
    assert authorization == f"Basic {BASIC}" and "client_secret" not in form
    assert form["grant_type"] == "authorization_code" and len(form["code_verifier"]) == 64
    house.asked.clear()
    house.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    come(house, guest())
    [(authorization, form)] = [(a, f) for a, path, f in house.asked if path == "/oauth2/token"]
    assert authorization == "POST" and form["client_secret"] == "quite secret"


def test_nothing_that_the_provider_gave_is_kept(scene: Scene, house: HouseProvider) -> None:
    linked(scene)
    given: list[str] = []
    house.token = lambda claims: given.append(house.signed(claims)) or given[-1]  # type: ignore[func-returns-value]
    client = guest()
    come(house, client)
    assert is_in(client)
    stored = json.dumps(dict(client.session))
    assert given and given[0] not in stored and "access_token" not in stored and "verifier" not in stored


def test_who_is_closed_or_has_left_is_refused_and_it_is_recorded(scene: Scene, house: HouseProvider) -> None:
    linked(scene)
    tao = scene.user("tao")
    for change, undo, why in (
        (lambda: m.User.objects.filter(id=tao.id).update(is_active=False),
         lambda: m.User.objects.filter(id=tao.id).update(is_active=True), "inactive"),
        (lambda: m.Person.objects.filter(id=tao.person_id).update(leaves_on="2020-01-01"),
         lambda: m.Person.objects.filter(id=tao.person_id).update(leaves_on=None), "left"),
    ):  # fmt: skip
        change()
        client = guest()
        answer = come(house, client)
        assert answer.status_code == 403 and "is closed" in answer.content.decode(), why
        assert SUBJECT not in answer.content.decode() and not is_in(client)
        assert told("identity.refused/1")[-1]["why"] == why
        assert told("identity.refused/1")[-1]["user"] == str(tao.id)
        undo()
    assert come(house, guest()).status_code == 302


def test_a_row_that_the_ledger_does_not_tell_signs_nobody_in(scene: Scene, house: HouseProvider) -> None:
    known = linked(scene)
    an = scene.user("an")
    m.Identity.objects.create(entry=known.entry, user=an, issuer=house.issuer, subject="dba")
    m.Identity.objects.create(entry=m.new_id(), user=scene.user("mei"), issuer=house.issuer, subject="dba-2")
    for subject in ("dba", "dba-2"):
        client = guest()
        assert come(house, client, subject).status_code == 403 and not is_in(client)
        assert told("identity.refused/1")[-1]["why"] == "untold"
    m.Identity.objects.filter(id=known.id).update(user=scene.user("lan"))
    client = guest()
    assert come(house, client).status_code == 403 and not is_in(client)


# --- what does not count ----------------------------------------------------------------------------------


def test_an_answer_that_is_carried_into_another_browser_signs_nobody_in(
    scene: Scene, house: HouseProvider
) -> None:
    linked(scene)
    thief, victim = guest(), guest()
    address = here(back(house, thief))
    entries = sum(1 for _ in record.history())
    for browser in (victim, guest()):
        answer = browser.get(address)
        assert answer.status_code == 401 and not is_in(browser)
        assert "not begun in this browser" in answer.content.decode()
    begun(victim)  # a browser with a question of its own does not take another's answer either
    assert victim.get(address).status_code == 401 and not is_in(victim)
    code = parse_qs(urlsplit(address).query)["code"][0]
    own = parse_qs(urlsplit(begun(victim)).query)["state"][0]
    answer = victim.get(f"{CALLBACK}?code={code}&state={own}")
    assert answer.status_code == 401 and not is_in(victim), "the verifier is another browser's"
    assert sum(1 for _ in record.history()) == entries, "whoever may not act leaves no entry"
    assert m.OpenSession.objects.filter(user=scene.user("tao")).count() == 0


def test_a_code_that_the_provider_took_from_another_browser_fails_on_the_nonce(
    scene: Scene, house: HouseProvider
) -> None:
    """A provider that does not look at PKCE: the nonce alone stands in the way."""
    linked(scene)
    thief, victim = guest(), guest()
    code = parse_qs(urlsplit(back(house, thief)).query)["code"][0]
    own = parse_qs(urlsplit(begun(victim)).query)["state"][0]
    verifier = victim.session[provider.ASKED][own]["verifier"]
    house.challenges[code] = oidc.challenge(verifier)
    assert victim.get(f"{CALLBACK}?code={code}&state={own}").status_code == 401 and not is_in(victim)


def test_an_answer_serves_once_and_for_ten_minutes(scene: Scene, house: HouseProvider) -> None:
    linked(scene)
    client = guest()
    address = here(back(house, client))
    assert client.get(address).status_code == 302 and is_in(client)
    client.post(reverse("account_logout"))
    assert client.get(address).status_code == 401 and not is_in(client), "the state is spent"
    code, late = parse_qs(urlsplit(address).query)["code"][0], guest()
    begun(late)
    session = late.session
    [(state, asked)] = session[provider.ASKED].items()
    house.challenges[code] = oidc.challenge(asked["verifier"])
    assert late.get(f"{CALLBACK}?code={code}&state={state}").status_code == 401, "the code is spent"
    slow = guest()
    address = here(back(house, slow))
    session = slow.session
    session[provider.ASKED] = {
        state: asked | {"at": time.time() - 601} for state, asked in session[provider.ASKED].items()
    }
    session.save()
    assert slow.get(address).status_code == 401 and not is_in(slow)


def test_several_tabs_may_be_on_their_way_and_no_more_than_five_are_kept(
    scene: Scene, house: HouseProvider
) -> None:
    linked(scene)
    client = guest()
    addresses = [here(back(house, client)) for _ in range(6)]
    assert len(client.session[provider.ASKED]) == 5
    assert client.get(addresses[0]).status_code == 401
    assert client.get(addresses[1]).status_code == 302 and is_in(client)


ELSEWHERE = (
    *("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "///elsewhere.example"),
    *("javascript:alert(1)", "http:elsewhere.example", "\t//elsewhere.example", "elsewhere.example"),
    *("http://localhost:8000@elsewhere.example/", "http://testserver/", ""),
)


def test_it_leads_nowhere_but_into_this_site(scene: Scene, house: HouseProvider) -> None:
    linked(scene)
    for address in ELSEWHERE:
        assert come(house, guest(), next=address)["Location"] == "/", address


def change(**claims: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda said: {n: v for n, v in (said | claims).items() if v is not ...}


NOW = int(time.time())
SAID: dict[str, Any] = {
    "another issuer": {"iss": "https://elsewhere.example"},
    "no issuer": {"iss": ...},
    "another audience": {"aud": "another-site"},
    "no audience": {"aud": ...},
    "an empty audience": {"aud": []},
    "two audiences without a party": {"aud": ["holdfast", "another-site"]},
    "another party": {"azp": "another-site"},
    "another party of two": {"aud": ["holdfast", "another-site"], "azp": "another-site"},
    "over": {"exp": NOW - 3600},
    "no end": {"exp": ...},
    "an end that is no time": {"exp": "tomorrow"},
    "an end that never comes": {"exp": float("inf")},
    "from the future": {"iat": NOW + 3600},
    "no beginning": {"iat": ...},
    "not yet": {"nbf": NOW + 3600},
    "another nonce": {"nonce": "x" * 64},
    "no nonce": {"nonce": ...},
    "a nonce that is no text": {"nonce": 1},
    "a nonce that is no ASCII": {"nonce": "随机数"},
    "no subject": {"sub": ...},
    "an empty subject": {"sub": ""},
    "a subject that is a number": {"sub": 7},
    "a subject that is a list": {"sub": [SUBJECT]},
    "a subject that is no ASCII": {"sub": "陶"},
    "a subject with a NUL": {"sub": "a\0b"},
    "a subject without end": {"sub": "x" * 256},
}


def test_what_the_provider_signed_counts_only_when_it_is_for_this_browser_here_and_now(
    scene: Scene, house: HouseProvider, caplog: pytest.LogCaptureFixture
) -> None:
    linked(scene)
    for said, claims in SAID.items():
        cache.clear()
        caplog.clear()
        house.claims, client = change(**claims), guest()
        answer = come(house, client)
        assert answer.status_code == 401 and not is_in(client), said
        assert "does not count here" in answer.content.decode()
        assert "a sign-in through the provider failed" in caplog.text and "quite secret" not in caplog.text
    house.claims, client = change(), guest()
    assert come(house, client).status_code == 302 and is_in(client), "and that was all that was wrong"


def public(house: HouseProvider) -> bytes:
    made = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return house.key.public_key().public_bytes(*made)


def hs256(claims: dict[str, Any], secret: bytes, **head: Any) -> str:
    """Sign with a shared secret, as the library refuses to with a public key."""
    import hashlib
    import hmac

    first = b64url(json.dumps({"alg": "HS256", "kid": KID, **head}).encode())
    text = f"{first}.{b64url(json.dumps(claims).encode())}"
    return f"{text}.{b64url(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


def cut(text: str) -> str:
    head, body, signature = text.split(".")
    raw = bytearray(base64.urlsafe_b64decode(signature + "=="))
    raw[100] ^= 1
    return f"{head}.{body}.{b64url(bytes(raw))}"


NOBODY = b64url(json.dumps({"alg": "NoNe", "kid": KID}).encode())
OTHER = rsa.generate_private_key(65537, 2048)
OTHER_KEY = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(OTHER.public_key()))
FORGED: dict[str, Callable[[HouseProvider, dict[str, Any]], str]] = {
    "signed by nobody": lambda h, c: jwt.encode(c, "", "none", {"kid": KID}),
    "nobody in other letters": lambda h, c: f"{NOBODY}.{b64url(json.dumps(c).encode())}.",
    "signed with the public key as a secret": lambda h, c: hs256(c, public(h)),
    "signed with the secret of this site": lambda h, c: hs256(c, b"quite secret"),
    "signed with an empty secret": lambda h, c: hs256(c, b""),
    "signed by another key under its name": lambda h, c: jwt.encode(c, OTHER, "RS256", {"kid": KID}),
    "a key that the token brings": lambda h, c: jwt.encode(
        c, OTHER, "RS256", {"kid": "mine", "jwk": OTHER_KEY}
    ),
    "an address that the token brings": lambda h, c: jwt.encode(
        c, OTHER, "RS256", {"kid": "mine", "jku": "https://elsewhere.example/jwks"}
    ),
    "a name of no key": lambda h, c: h.signed(c, kid="unknown"),
    "no name, and several keys": lambda h, c: jwt.encode(c, h.key, "RS256"),
    "one bit turned over": lambda h, c: cut(h.signed(c)),
    "without its signature": lambda h, c: h.signed(c).rpartition(".")[0] + ".",
    "an unknown condition": lambda h, c: h.signed(c, crit=["exp"]),
    "no token": lambda h, c: "",
    "no text": lambda h, c: 7,  # type: ignore[return-value,dict-item]
    "no JSON": lambda h, c: "a.b.c",
    "nested without end": lambda h, c: f"{b64url(b'[' * 20_000)}.e30.e30",
}


def test_a_token_that_the_provider_did_not_sign_does_not_count(scene: Scene, house: HouseProvider) -> None:
    linked(scene)
    for name, forge in FORGED.items():
        cache.clear()
        house.token, client = partial(forge, house), guest()
        assert come(house, client).status_code == 401 and not is_in(client), name
    house.token, client = house.signed, guest()
    assert come(house, client).status_code == 302 and is_in(client)


def test_a_key_too_short_to_trust_does_not_count(scene: Scene, house: HouseProvider) -> None:
    linked(scene)
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505 - that is the point
    row = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(short.public_key()))
    house.answers["/jwks"] = 200, json.dumps({"keys": [{**row, "kid": KID}]}).encode()
    house.token = lambda claims: jwt.encode(claims, short, "RS256", {"kid": KID})
    assert come(house, guest()).status_code == 401


KEYS = [
    *(b"{}", b'{"keys": {}}', b'{"keys": []}', b'{"keys": [1, null]}', b'{"keys": [{"kid": "ours"}]}'),
    b'{"keys": [{"kid": "ours", "kty": "oct", "k": "cXVpdGUgc2VjcmV0"}]}',
    b'{"keys": [{"kid": "ours", "kty": "RSA", "n": 1, "e": []}]}',
    b'{"keys": [{"kid": "ours", "kty": "RSA", "n": "AQ", "e": "AQAB"}]}',
    b'{"keys": [{"kid": "ours", "kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"}]}',
]


def test_keys_that_are_none_are_no_keys(scene: Scene, house: HouseProvider) -> None:
    linked(scene)
    house.token = house.signed
    for keys in KEYS:
        house.answers["/jwks"] = 200, keys
        assert come(house, guest()).status_code == 401, keys


def test_two_keys_of_one_name_are_none(scene: Scene, house: HouseProvider) -> None:
    linked(scene)
    own = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(house.key.public_key()))
    both = [{**own, "kid": KID}, {**OTHER_KEY, "kid": KID}]
    house.answers["/jwks"] = 200, json.dumps({"keys": both}).encode()
    house.token = house.signed
    assert come(house, guest()).status_code == 401


DOCUMENTS: list[dict[str, Any]] = [
    {"issuer": "https://elsewhere.example"},
    {"issuer": None},
    {"authorization_endpoint": "https://elsewhere.example/authorize"},
    {"authorization_endpoint": None},
    {"token_endpoint": "https://elsewhere.example/token"},
    {"token_endpoint": "file:///etc/passwd"},
    {"jwks_uri": "http://localhost:1/jwks"},
    {"jwks_uri": ["http://localhost/jwks"]},
    {"jwks_uri": "http://[::1"},
    {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
    {"token_endpoint_auth_methods_supported": 7},
]


def test_a_document_of_another_or_that_leads_elsewhere_is_not_followed(
    scene: Scene, house: HouseProvider
) -> None:
    for said in DOCUMENTS:
        house.document = said
        answer = guest().post(reverse(BEGIN))
        assert answer.status_code == 401 and "Location" not in answer, said
    assert {path for _, path, _ in house.asked} == {"/.well-known/openid-configuration"}


def test_addresses_at_another_origin_count_when_the_settings_name_it(
    scene: Scene, house: HouseProvider, settings: Any
) -> None:
    elsewhere = "https://elsewhere.example"
    house.document = {"authorization_endpoint": f"{elsewhere}/authorize?tenant=1"}
    settings.OIDC = house.settings(origins=(house.issuer, elsewhere))
    assert begun(guest()).startswith("https://elsewhere.example/authorize?tenant=1&response_type=code&")


def test_an_answer_that_names_another_issuer_is_refused_before_the_code_is_redeemed(
    scene: Scene, house: HouseProvider
) -> None:
    linked(scene)
    for document, added, status in (
        ({}, "&iss=https%3A%2F%2Felsewhere.example", 401),
        ({"authorization_response_iss_parameter_supported": True}, "", 401),
        ({"authorization_response_iss_parameter_supported": True}, f"&iss={house.issuer}", 302),
    ):
        house.document, client = document, guest()
        address = here(back(house, client)) + added
        house.asked.clear()
        assert client.get(address).status_code == status, (document, added)
        assert ("/oauth2/token" in [path for _, path, _ in house.asked]) is (status == 302)


# --- away -------------------------------------------------------------------------------------------------

BROKEN: list[tuple[int, bytes, int]] = [
    (500, b"{}", 503), (503, b"", 503), (404, b"", 503), (302, b"", 401), (401, b"{}", 401),
    (200, b"", 401), (200, b"[]", 401), (200, b"<html>", 401), (200, b"[" * 100_000, 401),
    (200, b"x" * 600_000, 401), (200, b"\xff", 401),
]  # fmt: skip


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/oauth2/token", "/jwks"])
def test_a_broken_answer_of_the_provider_is_a_plain_page(
    scene: Scene, house: HouseProvider, path: str
) -> None:
    linked(scene)
    for status, body, shown in BROKEN:
        cache.clear()
        house.answers.clear()
        client = guest()
        address = here(back(house, client))
        house.answers[path] = status, body
        answer = client.get(address)
        assert answer.status_code == shown and not is_in(client), (status, body[:9])
        if path.startswith("/.well"):
            assert client.post(reverse(BEGIN)).status_code == shown


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_while_it_is_away_the_page_says_so_and_the_password_lets_in(
    scene: Scene, house: HouseProvider, settings: Any, language: str
) -> None:
    gone = "http://localhost:1"
    settings.OIDC = house.settings(issuer=gone, origins=(gone,))
    client = guest(language)
    assert client.get(reverse("account_login")).status_code == 200, "nothing is asked for the button"
    answer = client.post(reverse(BEGIN))
    words = {"en": "does not answer", "zh-hans": "统一身份认证平台没有响应"}[language]
    assert answer.status_code == 503 and words in answer.content.decode() and answer["Retry-After"] == "60"
    client.post(reverse("account_login"), {"login": "tao", "password": PASSWORD})
    assert is_in(client)


def test_nobody_floods_the_provider_through_this_site(
    scene: Scene, house: HouseProvider, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "4/h/ip"}
    client = guest()
    assert [client.post(reverse(BEGIN)).status_code for _ in range(6)] == [302] * 4 + [429] * 2
    house.asked.clear()
    assert guest().get(f"{CALLBACK}?code=x&state=y").status_code == 401 and house.asked == []


def test_a_refusal_at_the_provider_and_a_forged_address_are_plain_pages(
    scene: Scene, house: HouseProvider
) -> None:
    client = guest()
    went = house.consents(begun(client), "", "deny")
    state = parse_qs(urlsplit(begun(client)).query)["state"][0]
    assert "error=access_denied" in went
    answer = client.get(f"{CALLBACK}?error=access_denied&state={state}")
    assert answer.status_code == 401 and "did not sign you in" in answer.content.decode()
    entries = sum(1 for _ in record.history())
    for query in (
        "",
        "state=",
        "code=x",
        "state=%00&code=%00",
        "code=x&state=" + "x" * 5000,
        "state=x&state=y",
    ):
        assert guest().get(f"{CALLBACK}?{query}").status_code == 401, query
    for code in ("", "x", "%00", "x" * 5000, "%F0%9F%94%91"):
        browser = guest()
        state = parse_qs(urlsplit(begun(browser)).query)["state"][0]
        assert browser.get(f"{CALLBACK}?code={code}&state={state}").status_code == 401, code
    assert guest().post(CALLBACK).status_code == 405 and guest().head(CALLBACK).status_code == 405
    assert guest().get(reverse(BEGIN)).status_code == 405
    assert sum(1 for _ in record.history()) == entries


# --- the second factor, and sessions ----------------------------------------------------------------------


def test_whoever_has_a_factor_is_asked_for_it_as_after_a_password(scene: Scene, house: HouseProvider) -> None:
    linked(scene, "heng")
    secret = app_of(scene, "heng")
    client = guest()
    answer = come(house, client, next="/reports/")
    assert answer["Location"] == reverse("mfa_authenticate") and not is_in(client)
    page = client.get(reverse("mfa_authenticate")).content.decode()
    assert "The first step is done" in page
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert answer["Location"] == "/reports/" and is_in(client)
    row = m.OpenSession.objects.get(session_key=client.session.session_key)
    assert row.means == "provider_factor"


def test_whose_role_needs_a_factor_adds_one_first(scene: Scene, house: HouseProvider, settings: Any) -> None:
    settings.SECOND_FACTOR = "required"
    linked(scene, "heng")
    house.claims = change(amr=["pwd", "otp", "mfa"], acr="gold")
    client = guest()
    assert come(house, client).status_code == 302
    assert client.get("/reports/")["Location"] == reverse("factors")
    assert client.get("/api/v1/me/").status_code == 403


def test_what_the_house_counts_of_the_provider_stands_for_the_second_factor(
    scene: Scene, house: HouseProvider, settings: Any
) -> None:
    settings.SECOND_FACTOR = "required"
    settings.OIDC = house.settings(counts=frozenset({"amr:mfa", "acr:gold"}))
    linked(scene, "heng")
    for said, counts in (
        ({"amr": ["pwd", "mfa"]}, True), ({"acr": "gold"}, True), ({"amr": ["pwd"], "acr": "silver"}, False),
        ({"amr": "mfa"}, False), ({"amr": [["mfa"], {"mfa": 1}]}, False), ({"acr": ["gold"]}, False),
        ({}, False), ({"amr": ["amr:mfa", "gold"], "acr": "mfa"}, False),
    ):  # fmt: skip
        house.claims, client = change(**said), guest()
        assert come(house, client).status_code == 302
        assert (client.get("/reports/").status_code == 200) is counts, said
    assert "acr_values=gold" in begun(guest())
    app_of(scene, "heng")
    house.claims, client = change(amr=["mfa"]), guest()
    assert come(house, client)["Location"] == "/" and is_in(client), "nor is an own one asked for then"
    house.claims, client = change(amr=["pwd"]), guest()
    assert come(house, client)["Location"] == reverse("mfa_authenticate") and not is_in(client)


def test_a_password_after_the_provider_is_worth_a_password_alone(
    scene: Scene, house: HouseProvider, settings: Any
) -> None:
    settings.SECOND_FACTOR = "required"
    settings.OIDC = house.settings(counts=frozenset({"amr:mfa"}))
    linked(scene, "heng")
    house.claims, client = change(amr=["mfa"]), guest()
    come(house, client)
    assert client.get("/reports/").status_code == 200
    client.post(reverse("account_logout"))
    client.post(reverse("account_login"), {"login": "heng", "password": PASSWORD})
    assert client.get("/reports/")["Location"] == reverse("factors")


def test_a_session_says_what_it_began_with_on_the_page_and_in_its_entry(
    scene: Scene, house: HouseProvider
) -> None:
    linked(scene)
    client, other = guest(), guest()
    come(house, client)
    other.post(reverse("account_login"), {"login": "tao", "password": PASSWORD})
    page = client.get(reverse("factors")).content.decode()
    assert "Sign-in provider" in page and "Password" in page and SUBJECT in page
    key = client.session.session_key
    assert client.session.get_expire_at_browser_close()
    sessions.end_others(
        scene.cast.actor("tao"), user=scene.user("tao").id, keep=other.session.session_key or ""
    )
    [ended] = told("session.ended/2")
    assert ended["means"] == ["provider"] and ended["how"] == "owner"
    assert not is_in(client) and is_in(other) and key
    assert list(compare(rebuild())) == []


def test_who_is_signed_in_already_stays_who_they_are(scene: Scene, house: HouseProvider) -> None:
    linked(scene)
    client = guest()
    address = here(back(house, client))
    client.post(reverse("account_login"), {"login": "mei", "password": PASSWORD})
    assert client.get(address)["Location"] == "/" and client.post(reverse(BEGIN))["Location"] == "/"
    assert client.get("/api/v1/me/").json()["username"] == "mei"


# --- linked and ended -------------------------------------------------------------------------------------


def answered(scene: Scene, who: str, row: m.Identity, step: str, **changes: Any) -> Any:
    client, page = scene.client(who), reverse("proposed_identity", args=[row.id])
    html = client.get(page).content.decode()
    sent = {"step": step, "password": PASSWORD, "submission": token(), "reason": "Not theirs"}
    if 'name="seen"' in html:
        sent["seen"] = hidden(html, "seen")
    return client.post(page, sent | changes)


def test_an_administrator_proposes_an_officer_confirms_and_only_then_does_it_sign_in(
    scene: Scene, house: HouseProvider
) -> None:
    person, an = scene.cast.people["tao"].id, scene.client("an")
    page = an.get(reverse("person", args=[person])).content.decode()
    url = reverse("identity_new", args=[person])
    assert url in page and reverse("identity_end", args=[person]) not in page
    form = an.get(url).content.decode()
    assert f'<option value="{scene.user("tao").pk}" selected>' in form
    sent = {"sign_in": str(scene.user("tao").pk), "subject": SUBJECT, "submission": token()}
    answer = an.post(url, sent)
    row = m.Identity.objects.get()
    proposal = reverse("proposed_identity", args=[row.id])
    assert answer.status_code == 302 and answer["Location"] == proposal
    own = an.get(proposal).content.decode()
    assert "did not propose it" in own and "Confirm the account" not in own and "Withdraw it" in own
    assert come(house, guest()).status_code == 403, "it waits"
    assert answered(scene, "an", row, "confirm").status_code == 403
    assert not told("identity.linked/2")
    page = scene.client("heng").get(reverse("person", args=[person])).content.decode()
    assert proposal in page and SUBJECT not in page
    seen = scene.client("heng").get(proposal).content.decode()
    assert SUBJECT in seen and house.issuer in seen and "Confirm the account" in seen
    assert answered(scene, "heng", row, "confirm", password="wrong").status_code == 422
    assert answered(scene, "heng", row, "confirm").status_code == 302
    assert come(house, guest()).status_code == 302
    [entry] = told("identity.linked/2")
    names = {n: str(scene.cast.people[n].id) for n in ("an", "heng")}
    assert (entry["proposed_by"], entry["confirmed_by"]) == (names["an"], names["heng"])
    assert entry["actor"] == names["heng"] and entry["subject"] == SUBJECT
    page = an.get(reverse("person", args=[person])).content.decode()
    assert SUBJECT in page and house.issuer in page and reverse("identity_end", args=[person]) in page
    assert SUBJECT not in scene.client("mei").get(reverse("person", args=[person])).content.decode()


def test_who_may_confirm_and_the_person_are_told_of_a_proposal_and_the_person_of_the_link(
    scene: Scene, house: HouseProvider
) -> None:
    row = proposed(scene, "heng")
    notices.tell(timezone.now())
    told_to = {
        kind: {n.user.username for n in m.Notice.objects.filter(kind=kind).select_related("user")}
        for kind in (
            NoticeKind.IDENTITY_TO_CONFIRM, NoticeKind.IDENTITY_PROPOSED, NoticeKind.FACTOR_ADDED,
        )
    }  # fmt: skip
    assert told_to[NoticeKind.IDENTITY_TO_CONFIRM] >= {"qiao"}
    assert not told_to[NoticeKind.IDENTITY_TO_CONFIRM] & {"heng", "an", "tao", "mei"}
    assert told_to[NoticeKind.IDENTITY_PROPOSED] == {"heng"} and not told_to[NoticeKind.FACTOR_ADDED]
    proposal = reverse("proposed_identity", args=[row.id])
    assert proposal in scene.client("qiao").get("/notices").content.decode()
    own, heng = reverse("identity", args=[row.id]), scene.client("heng")
    assert own in heng.get("/notices").content.decode()
    assert "To be confirmed" in heng.get(own).content.decode()
    identities.confirm(scene.cast.actor("qiao"), identity=row.id)
    notices.tell(timezone.now())
    assert m.Notice.objects.filter(kind=NoticeKind.FACTOR_ADDED).get().user == scene.user("heng")
    shown = heng.get(own).content.decode()
    assert SUBJECT in shown
    assert all(scene.cast.people[name].name in shown for name in ("an", "qiao"))
    assert scene.client("an").get(own).status_code == 404, "another's page is nobody's"


def test_a_proposal_is_withdrawn_by_whoever_made_it_and_refused_by_others_with_a_reason(
    scene: Scene, house: HouseProvider
) -> None:
    for who, how in (("an", "withdrawn"), ("heng", "refused"), ("qiao", "refused")):
        row = proposed(scene)
        assert answered(scene, who, row, "refuse", reason=" ").status_code == 422
        assert answered(scene, who, row, "refuse").status_code == 302
        row.refresh_from_db()
        assert (row.state, row.ended_how) == (IdentityState.ENDED, how)
        said = told("identity.ended/1")[-1]
        assert (said["how"], said["reason"]) == (how, "Not theirs")
        for step in ("confirm", "refuse"):
            assert answered(scene, "qiao", row, step).status_code == 403
        assert come(house, guest()).status_code == 403
    notices.tell(timezone.now())
    assert not m.Notice.objects.filter(kind=NoticeKind.FACTOR_ADDED).exists(), "it never signed in"
    assert list(compare(rebuild())) == []


def test_nobody_outside_and_nobody_without_the_right_sees_a_proposal(
    scene: Scene, house: HouseProvider
) -> None:
    page = reverse("proposed_identity", args=[proposed(scene).id])
    for who, status in (("mei", 403), ("tao", 404), ("bo", 404), ("jing", 404), ("qiao", 200)):
        assert scene.client(who).get(page).status_code == status, who
    for who, status in (("mei", 403), ("tao", 404), ("bo", 404), ("jing", 404)):
        assert scene.client(who).post(page, {"step": "confirm"}).status_code == status, who
    assert scene.client("qiao").get(reverse("proposed_identity", args=[m.new_id()])).status_code == 404


def test_an_account_signs_in_one_and_a_sign_in_has_one_account(scene: Scene, house: HouseProvider) -> None:
    linked(scene)
    with pytest.raises(ActionError) as refused:
        linked(scene, "lan")
    assert refused.value.about == "subject"
    linked(scene, "tao", "newer")
    assert [(r.subject, r.ended_how) for r in m.Identity.objects.order_by("created_at")] == [
        (SUBJECT, "replaced"), ("newer", None),
    ]  # fmt: skip
    assert come(house, guest()).status_code == 403 and come(house, guest(), "newer").status_code == 302
    linked(scene, "lan")
    client = guest()
    assert come(house, client).status_code == 302
    assert client.get("/api/v1/me/").json()["username"] == "lan"
    assert list(compare(rebuild())) == []


def test_an_account_of_another_issuer_signs_nobody_in(
    scene: Scene, house: HouseProvider, settings: Any
) -> None:
    settings.OIDC = house.settings(issuer="https://before.example")
    linked(scene)
    settings.OIDC = house.settings()
    assert come(house, guest()).status_code == 403
    linked(scene, "lan")
    assert come(house, guest()).status_code == 302


def test_once_it_is_ended_it_signs_nobody_in_and_its_sessions_are_over(
    scene: Scene, house: HouseProvider
) -> None:
    linked(scene)
    client, an = guest(), scene.client("an")
    come(house, client)
    url = reverse("identity_end", args=[scene.cast.people["tao"].id])
    assert an.post(url, {"reason": "", "submission": token()}).status_code == 422
    assert is_in(client)
    assert an.post(url, {"reason": "Left the house's directory", "submission": token()}).status_code == 302
    assert not is_in(client) and come(house, client).status_code == 403
    [entry] = told("identity.ended/1")
    assert entry["how"] == "ended" and entry["reason"] == "Left the house's directory"
    assert an.post(url, {"reason": "Again", "submission": token()}).status_code == 422
    assert list(compare(rebuild())) == []


def test_what_is_no_subject_is_refused_beside_its_field(scene: Scene, house: HouseProvider) -> None:
    url = reverse("identity_new", args=[scene.cast.people["tao"].id])
    own, other, an = scene.user("tao").pk, scene.user("mei").pk, scene.client("an")
    for subject in ("", " ", "陶", "a\0b", "x" * 256, "a\nb"):
        sent = {"sign_in": str(own), "subject": subject, "submission": token()}
        assert an.post(url, sent).status_code == 422, subject
    for user in ("x", "", str(other), str(m.new_id())):
        sent = {"sign_in": user, "subject": "s", "submission": token()}
        assert an.post(url, sent).status_code == 422, "a sign-in of another person"
    assert not m.Identity.objects.exists()


def test_only_administrators_of_the_house_link_and_end(scene: Scene, house: HouseProvider) -> None:
    row = linked(scene)
    for who in ("mei", "heng", "tao", "jing", "bo"):
        with pytest.raises(NotPermitted):
            identities.propose(scene.cast.actor(who), user=row.user_id, subject="mine")
        with pytest.raises(NotPermitted):
            identities.end_all(scene.cast.actor(who), person=scene.cast.people["tao"].id, reason="x")
    assert m.Identity.objects.live().count() == 1


# --- off --------------------------------------------------------------------------------------------------


def test_without_a_provider_there_is_no_button_no_page_and_no_word_of_it(scene: Scene, settings: Any) -> None:
    assert settings.OIDC is None, "off unless a site is told of one"
    client = guest()
    assert reverse(BEGIN) not in client.get(reverse("account_login")).content.decode()
    assert client.post(reverse(BEGIN)).status_code == 404
    assert client.get(f"{CALLBACK}?code=x&state=y").status_code == 404
    person, an = scene.cast.people["tao"].id, scene.client("an")
    assert (
        reverse("identity_new", args=[person])
        not in an.get(reverse("person", args=[person])).content.decode()
    )
    with pytest.raises(ActionError):
        linked(scene)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Sign in with House sign-in"), ("zh-hans", "使用统一认证平台登录")]
)
def test_the_button_stands_on_the_sign_in_page_in_both_languages(
    scene: Scene, house: HouseProvider, language: str, words: str
) -> None:
    page = guest(language).get(reverse("account_login") + "?next=/reports/").content.decode()
    assert words in page and page.count('name="next" value="/reports/"') == 3
    assert house.asked == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_who_is_not_known_here_is_shown_the_subject_to_give_to_an_administrator(
    scene: Scene, house: HouseProvider, language: str
) -> None:
    answer = come(house, guest(language), "abc-<b>")
    page = answer.content.decode()
    assert answer.status_code == 403 and "abc-&lt;b&gt;" in page and "abc-<b>" not in page
    assert ("send the subject below" in page) is (language == "en")
    assert ("请将下方的主体标识" in page) is (language == "zh-hans")


def test_the_page_that_acts_on_a_get_is_the_callback_alone() -> None:
    assert reverse("provider_callback") == CALLBACK


def test_a_factor_is_due_as_ever_where_nobody_vouches(scene: Scene, settings: Any) -> None:
    settings.SECOND_FACTOR = "required"
    assert factors.due(scene.user("heng"))
