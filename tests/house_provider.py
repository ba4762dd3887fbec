"""A house's OpenID Connect provider for tests: `oidc-provider-mock` over HTTP on this computer, and what an
attacker or a broken provider would make of its answers.

The mock itself does not look at PKCE: that is done here in front of it, as any provider of today does.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import oidc_provider_mock
from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug.serving import make_server

from config.env import SignInProvider

KID = "ours"
BASIC = base64.b64encode(b"holdfast:quite%20secret").decode()


def b64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class HouseProvider:
    """One provider that runs: what it was asked, and how its answers are bent."""

    port: int = 0
    questions: list[dict[str, str]] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    """Method or `Authorization` header, path and form of each request of the site itself."""
    claims: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    """What the provider signs in place of what it would have said."""
    token: Callable[[dict[str, Any]], str] | None = None
    """What somebody in between puts in place of its token."""
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """Status and body in place of its own, by path."""
    document: dict[str, Any] = field(default_factory=dict)
    """What its document says otherwise."""
    challenges: dict[str, str] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    def settings(self, **changed: Any) -> SignInProvider:
        """Return what a site's settings tell of it."""
        told: dict[str, Any] = {
            "issuer": self.issuer, "client_id": "holdfast", "client_secret": "quite secret",
            "secret_file": "", "name": "House sign-in", "name_zh": "统一认证平台",
            "origins": (self.issuer,), "counts": frozenset(), "ca_file": "",
        }  # fmt: skip
        return SignInProvider(**{**told, **changed})

    def consents(self, address: str, subject: str, action: str = "") -> str:
        """Sign somebody in at the provider in a browser of its own; return where it sends the browser."""
        form = urlencode({"action": action} if action else {"sub": subject}).encode()
        opener = urllib.request.build_opener(_Stays)
        try:
            opener.open(urllib.request.Request(address, data=form), timeout=20)  # noqa: S310
        except urllib.error.HTTPError as answer:
            with answer:
                return str(answer.headers["Location"])
        raise AssertionError("the provider sent the browser nowhere")

    # --- in front of the mock ---------------------------------------------------------------------------

    def wrap(self, app: Any) -> Any:
        """Return the mock with what stands in front of it."""

        def serve(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            path = environ["PATH_INFO"]
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
            if path == "/oauth2/authorize":
                self.questions.append(query)
            else:
                self.asked.append((environ.get("HTTP_AUTHORIZATION", environ["REQUEST_METHOD"]), path, form))
            if path in self.answers:
                status, raw = self.answers[path]
                start(f"{status} x", [("Content-Type", "application/json"), ("Location", "/elsewhere")])
                return [raw]
            if path == "/oauth2/token" and not self._fits(form):
                start("400 x", [("Content-Type", "application/json")])
                return [b'{"error": "invalid_grant"}']
            status_line, headers, raw = _called(app, environ)
            if path == "/oauth2/authorize" and (went := headers.get("Location")):
                for code in parse_qs(urlsplit(went).query).get("code", []):
                    self.challenges[code] = query.get("code_challenge", "")
            raw = self._bent(path, raw)
            headers["Content-Length"] = str(len(raw))
            start(status_line, list(headers.items()))
            return [raw]

        return serve

    def _fits(self, form: dict[str, str]) -> bool:
        verifier = form.get("code_verifier", "")
        return self.challenges.get(form.get("code", "")) == b64url(hashlib.sha256(verifier.encode()).digest())

    def _bent(self, path: str, raw: bytes) -> bytes:
        if path.startswith("/.well-known/"):
            told = json.loads(raw) | self.document
            return json.dumps({n: v for n, v in told.items() if v is not None}).encode()
        if path == "/jwks" and (self.claims or self.token):
            own = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return json.dumps({"keys": [*json.loads(raw)["keys"], {**own, "kid": KID}]}).encode()
        if path == "/oauth2/token" and (self.claims or self.token) and b"id_token" in raw:
            told = json.loads(raw)
            claims = jwt.decode(told["id_token"], options={"verify_signature": False})
            if self.claims:
                claims = self.claims(claims)
            told["id_token"] = self.token(claims) if self.token else self.signed(claims)
            return json.dumps(told).encode()
        return raw

    def signed(self, claims: dict[str, Any], **head: Any) -> str:
        """Return a token that the provider has signed."""
        return jwt.encode(claims, self.key, "RS256", {"kid": KID, **head})


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def _called(app: Any, environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    told: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
        told[:] = [status, dict(headers)]
        return lambda data: None

    parts = app(environ, start)
    raw = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    return told[0], told[1], raw


@contextmanager
def running() -> Iterator[HouseProvider]:
    """Run a provider at a free port of this computer."""
    house = HouseProvider()
    app = oidc_provider_mock.app()
    server = make_server("127.0.0.1", 0, house.wrap(app.wsgi_app), threaded=True)
    house.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield house
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
