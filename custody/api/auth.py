"""Who calls: a program with a key, or a signed-in person's browser."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, ErrorDetail, Throttled
from rest_framework.request import Request

from custody import models as m
from custody import pace, scope
from custody.actions import keys
from custody.terms import Text

from .saying import say

SCHEME = b"bearer"
LEFT = Text(
    "The owner of this key does not act for its party any more.", "此密钥的持有人已不再代表其所属单位。"
)
NOTED_EVERY = dt.timedelta(minutes=1)


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer hf_...`` (RFC 6750): acts for its owner and one party of theirs, on the nouns
    it was made for."""

    def authenticate(self, request: Request) -> tuple[m.User, m.ApiKey] | None:
        """Return the owner, who from here on stands for the key's party alone, and the key. Raises
        AuthenticationFailed for one that is wrong, at its end, or whose owner has left its party, Throttled
        (429 with Retry-After) for one that asks too often, or an address with many wrong ones."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != SCHEME:
            return None
        wrong = AuthenticationFailed(
            say(Text("This key is unknown, revoked or expired.", "密钥不存在、已撤销或已过期。"))
        )
        if len(words) != 2:
            raise wrong
        sha256 = keys.digest(words[1])
        key = m.ApiKey.objects.live().filter(sha256=sha256).select_related("user__person").first()
        if key is None or not secrets.compare_digest(key.sha256, sha256):
            wait = pace.over(f"wrong-key:{pace.address(request)}", pace.WRONG_KEYS, pace.MINUTE)
            raise _too_often(wait) if wait else wrong
        most = settings.REQUESTS_A_MINUTE
        if most and (wait := pace.over(f"key:{key.pk}", most, pace.MINUTE)):
            raise _too_often(wait)
        now = timezone.now()
        if key.last_used_at is None or now - key.last_used_at > NOTED_EVERY:
            m.ApiKey.objects.filter(id=key.id).update(last_used_at=now)
        scope.widen()
        key.user.only_for = key.party_id
        if key.party_id and not key.user.memberships():
            raise AuthenticationFailed(say(LEFT))
        if (theirs := key.user.scope()) is not None:
            scope.narrow(theirs)
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge: whoever is not known gets 401, not 403."""
        return 'Bearer realm="holdfast"'


def _too_often(wait: int) -> Throttled:
    error = Throttled(wait)
    error.detail = ErrorDetail(say(pace.TOO_MANY))
    return error


class KeyScheme(OpenApiAuthenticationExtension):
    """How the schema describes the key."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return an HTTP bearer scheme."""
        return {"type": "http", "scheme": "bearer", "description": "A key from the page “Keys for programs”."}


__all__ = ["KeyAuthentication", "SessionAuthentication"]


def fingerprint(*parts: bytes) -> str:
    """Return a keyed SHA-256 of parts, in hex: requests may hold a password, which a plain hash would let be
    guessed."""
    said = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return salted_hmac("holdfast.api.request", said, algorithm="sha256").hexdigest()
