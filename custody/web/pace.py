"""Answers to whoever asks too often, and the walls against guessed passwords and keys."""

from __future__ import annotations

import math
from collections.abc import Callable
from hashlib import sha256
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from custody import models as m
from custody import security_log
from custody.pace import HOUR, MINUTE, QUARTER, TOO_MANY, address, full, over

from .errors import later

FAILED_FROM_ONE_ADDRESS = 100
"""Wrong passwords from one address within an hour, under whatever names."""
FAILED_UNDER_ONE_NAME = 30
"""Wrong passwords under one name within an hour, from whatever addresses."""
NOTED = {401: "unknown_key", 403: "forbidden", 429: "too_many"}
Handler = Callable[[HttpRequest], HttpResponse]


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer 429 (RFC 6585, 4) and after how many seconds the client may come again."""
    return later(request, 429, TOO_MANY, seconds, minutes=max(1, math.ceil(seconds / MINUTE)))


class BehindProxy:
    """Behind a proxy that is trusted, a request comes from the last address of `X-Forwarded-For`: the one
    that the proxy itself has seen. What stands before it is whatever a client wrote."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        if settings.TRUST_PROXY_HEADER:
            seen = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
            if (plain := _plain(seen)) is not None:
                request.META["REMOTE_ADDR"] = plain
        return self.get_response(request)


def _plain(seen: str) -> str | None:
    """Return an address as Python writes it; None for what is none."""
    try:
        return str(ip_address(seen))
    except ValueError:
        return None


class Pace:
    """Lets a signed-in person, or an address nobody is signed in at, ask so often in a minute.

    A program is known by its key within the view, which counts it there. Each 429 says when to come again.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request, or say that it is one too many."""
        program = request.path.startswith("/api/") and "HTTP_AUTHORIZATION" in request.META
        most = settings.REQUESTS_A_MINUTE
        if most and not program:
            who = f"user:{request.user.pk}" if request.user.is_authenticated else f"from:{address(request)}"
            if wait := over(who, most, MINUTE):
                security_log.note("too_many", request)
                return too_many(request, wait)
        response = self.get_response(request)
        if response.status_code in NOTED:
            security_log.note(NOTED[response.status_code], request)
        if response.status_code == 429 and "Retry-After" not in response:
            response["Retry-After"] = str(QUARTER)
        return response


class NotSprayed:
    """Tries no password while too many were wrong: from this address under any names, or under this name from
    any address. A passkey goes on opening the sign-in. It knows no users: nobody's session rests on it."""

    def authenticate(self, request: HttpRequest | None, username: str = "", **other: Any) -> None:
        """Let the next backend try, or end the attempt. Raises PermissionDenied."""
        if request is None:
            return
        if full(f"failed:from:{address(request)}", FAILED_FROM_ONE_ADDRESS, HOUR) or full(
            _under(username), FAILED_UNDER_ONE_NAME, HOUR
        ):
            request.axes_locked_out = True  # type: ignore[attr-defined]  # its middleware answers 429
            raise PermissionDenied


@receiver(user_login_failed)
def count_failure(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **other: Any
) -> None:
    """Count a wrong password, wherever one is asked for, and say so."""
    name = str(credentials.get("username") or "")
    security_log.note("sign_in_failed", request, name=name if _known(name) else None)
    if request is None or getattr(request, "axes_locked_out", False):
        return  # what is turned away was not tried
    over(f"failed:from:{address(request)}", FAILED_FROM_ONE_ADDRESS, HOUR)
    over(_under(name), FAILED_UNDER_ONE_NAME, HOUR)


@receiver(user_logged_in)
def note_sign_in(sender: Any, request: HttpRequest, user: m.User, **other: Any) -> None:
    """Say who came, and that it is a superuser."""
    more = {"superuser": True} if user.is_superuser else {}
    security_log.note("signed_in", request, user=user.pk, person=user.person_id, **more)


@receiver(user_logged_out)
def note_sign_out(sender: Any, request: HttpRequest, user: m.User | None, **other: Any) -> None:
    """Say who went."""
    if user is not None:
        security_log.note("signed_out", request, user=user.pk, person=user.person_id)


def _known(name: str) -> bool:
    """Return whether somebody has this name or number; what nobody has may be a password."""
    named = Q(username=name) | Q(person__staff_number=name)
    return bool(name) and "\0" not in name and m.User.objects.filter(named).exists()


def _under(name: str) -> str:
    return f"failed:name:{sha256(name.casefold().encode('utf-8', 'replace')).hexdigest()}"
