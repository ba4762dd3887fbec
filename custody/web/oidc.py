"""OpenID Connect as far as a sign-in needs it: ask, redeem, judge. No Django, no table, no clock of its own.

The rules, each with its source:
- What the provider says of itself counts only under the issuer that it was asked under, and all its addresses
  lie at origins that the settings name (Discovery 1.0, 4.3).
- A code is redeemed with the verifier of who asked (RFC 7636, S256) and with this site's secret.
- A token counts when an asymmetric key of the provider signed it, it is of this issuer, for this client alone
  or as its authorized party, not expired, and answers this browser's nonce (Core 1.0, 3.1.3.7; RFC 8725).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

import jwt

SECONDS = 6
"""How long one answer of the provider may take."""
MOST = 512 * 1024
"""Bytes of one answer; a document with keys has a few thousand."""
SKEW = 60
"""Seconds by which the clocks of provider and site may differ."""
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Those with a private key: what a shared secret signs, others sign too; ``none`` signs nothing."""
LONGEST_SUBJECT = 255  # Core 1.0, 2: at most 255 ASCII characters


class ProviderAwayError(Exception):
    """The provider does not answer, or says that it cannot."""


class ProviderError(Exception):
    """What came from the provider, or in its name, does not count. Says what is wrong, no secret in it."""


class Provider(Protocol):
    """What the settings tell of the provider."""

    @property
    def issuer(self) -> str:
        """Its name, an address."""

    @property
    def client_id(self) -> str:
        """What this site is called there."""

    @property
    def client_secret(self) -> str:
        """What shows that it is this site that asks."""

    @property
    def origins(self) -> Sequence[str]:
        """Where its addresses may lie: the origin of the issuer, and others that were named."""

    @property
    def ca_file(self) -> str:
        """Certificates that its own must lead to; empty: those of the system."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What a provider says of itself, checked."""

    authorize: str
    token: str
    keys: str
    basic: bool
    """The secret goes into a header; else into the form."""
    names_itself: bool
    """Its answers through the browser carry ``iss`` (RFC 9207)."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What counts of a token: who signed in at the provider, and how the provider saw that."""

    subject: str
    methods: tuple[str, ...]
    context: str

    def words(self) -> set[str]:
        """Return how the provider saw who it is, as the settings spell it: ``amr:otp``, ``acr:gold``."""
        return {f"amr:{word}" for word in self.methods} | ({f"acr:{self.context}"} if self.context else set())


def endpoints(provider: Provider) -> Endpoints:
    """Return where the provider is asked. Raises ProviderAwayError, ProviderError."""
    told = _asked(provider, provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if told.get("issuer") != provider.issuer:
        raise ProviderError(f"its document is of the issuer {str(told.get('issuer'))[:200]!r}")
    found = [told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    for address in found:
        if not isinstance(address, str) or origin(address) not in provider.origins:
            raise ProviderError(
                f"its document leads to {str(address)[:200]!r}, whose origin is not in the settings"
            )
    ways = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if not isinstance(ways, list) or not {"client_secret_basic", "client_secret_post"} & {*map(str, ways)}:
        raise ProviderError("it takes neither client_secret_basic nor client_secret_post")
    named = told.get("authorization_response_iss_parameter_supported") is True
    authorize, token, keys = map(str, found)
    return Endpoints(authorize, token, keys, "client_secret_basic" in ways, named)


def question(
    there: Endpoints, provider: Provider, *, back: str, state: str, nonce: str, verifier: str, contexts: str
) -> str:
    """Return the address that a browser is sent to. No more is asked than who it is: no name, no mail."""
    asked = {
        "response_type": "code",
        "scope": "openid",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
        **({"acr_values": contexts} if contexts else {}),
    }
    return f"{there.authorize}{'&' if '?' in there.authorize else '?'}{urlencode(asked)}"


def challenge(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def redeemed(there: Endpoints, provider: Provider, *, code: str, verifier: str, back: str) -> str:
    """Return the token that a code is worth, once. All else that comes with it is dropped unread.

    Raises ProviderAwayError, and ProviderError for a code that the provider does not take.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    headers = {}
    if there.basic:  # each part encoded by itself: RFC 6749, 2.3.1
        pair = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
    token = _asked(provider, there.token, urlencode(form).encode(), headers).get("id_token")
    if not isinstance(token, str):
        raise ProviderError("it gave no token for the code")
    return token


def judged(there: Endpoints, provider: Provider, token: str, nonce: str) -> Claims:
    """Return what counts of a token. Raises ProviderAwayError, and ProviderError for one that does not."""
    try:
        head = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise ProviderError(f"the token cannot be read: {error}") from None
    algorithm = head.get("alg")
    if algorithm not in ALGORITHMS:
        raise ProviderError(f"the token is signed by {str(algorithm)[:40]!r}, which proves nothing")
    key = _key_of(_asked(provider, there.keys), head.get("kid"), algorithm)
    try:
        told = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            issuer=provider.issuer,
            audience=provider.client_id,
            leeway=SKEW,
            options={"require": ["iss", "aud", "exp", "iat", "sub"], "enforce_minimum_key_length": True},
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise ProviderError(f"the token does not count: {type(error).__name__}: {error}") from None
    return _claims(told, provider, nonce)


def _claims(told: Mapping[str, Any], provider: Provider, nonce: str) -> Claims:
    party, several = told.get("azp"), isinstance(told["aud"], list) and len(told["aud"]) > 1
    if (party is not None or several) and party != provider.client_id:
        raise ProviderError("the token was given to another client")
    given = told.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise ProviderError("the token does not answer the question of this browser")
    subject = told["sub"]
    if not (0 < len(subject) <= LONGEST_SUBJECT and subject.isascii() and subject.isprintable()):
        raise ProviderError("the token names nobody: its subject is not 1 to 255 ASCII characters")
    methods, context = told.get("amr"), told.get("acr")
    listed = methods if isinstance(methods, list) else []
    return Claims(
        subject,
        tuple(word for word in listed if isinstance(word, str)),
        context if isinstance(context, str) else "",
    )


def _key_of(told: Mapping[str, Any], name: Any, algorithm: str) -> Any:
    """Return the one key that a token may be signed with."""
    rows = told.get("keys")
    fit = [
        row
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
        and row.get("kty") in ("RSA", "EC", "OKP")
        and row.get("use", "sig") == "sig"
        and row.get("alg", algorithm) == algorithm
        and (name is None or row.get("kid") == name)
    ]
    if len(fit) != 1:
        raise ProviderError(f"the provider has {len(fit)} keys that the token may be signed with")
    try:
        return jwt.PyJWK(fit[0], algorithm=algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise ProviderError(f"the key of the provider cannot be used: {error}") from None


def origin(address: str) -> str:
    """Return scheme, host and port of an address; empty for what is none, or hides a name in it."""
    try:
        parts = urlsplit(address)
        hidden, _ = parts.username, parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("https", "http") or not parts.hostname or hidden is not None:
        return ""
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _asked(
    provider: Provider, address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the JSON object behind an address. Redirects are not followed: the secret goes nowhere else."""
    request = urllib.request.Request(  # noqa: S310 - https, or a computer's own address: see origin
        address, data=body, headers={"Accept": "application/json", **(headers or {})}
    )
    try:
        secure = ssl.create_default_context(cafile=provider.ca_file or None)
        opener = urllib.request.build_opener(_NoRedirect, urllib.request.HTTPSHandler(context=secure))
        with opener.open(request, timeout=SECONDS) as answer:
            raw: bytes = answer.read(MOST + 1)
    except urllib.error.HTTPError as error:
        with error:
            told = error.read(300).decode(errors="replace")
        if error.code >= 500 or error.code in (404, 429):
            raise ProviderAwayError(f"{address}: status {error.code}") from None
        raise ProviderError(f"{address}: status {error.code}: {told!r}") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise ProviderAwayError(f"{address}: {error}") from None
    if len(raw) > MOST:
        raise ProviderError(f"{address}: more than {MOST} bytes")
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise ProviderError(f"{address}: no JSON") from None
    if not isinstance(value, dict):
        raise ProviderError(f"{address}: no JSON object")
    return value


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None
