"""Sessions end in time, and their owner sees and ends them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.account.signals import password_changed
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import DatabaseError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import sessions
from custody.actions.base import Actor
from custody.terms import SessionEnd

from . import provider
from .base import actor_of, screen, signed_in, visible_or_404

log = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]
KEPT = "open_session"
TOO_LONG = _l(
    "You were signed out: nothing was done for a while, or a sign-in does not last longer. Sign in again."
)
FRESH = 60
"""Seconds within which a session that is used is not noted again."""
# In this order: each calls itself like those before it, too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS", "macOS"), ("Linux", "Linux")),
)


class EndsInTime:
    """A session that was not used for a while, or lasts for too long, ends with its next request."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request, as a guest's where the session has run out; who goes takes nothing along."""
        was_in = False
        try:
            if was_in := request.session.get(SESSION_KEY) is not None:
                _look(request)
        except DatabaseError:  # while it is away, the page itself says so
            log.warning("a session could not be looked up", exc_info=True)
        answer = self.get_response(request)
        if was_in and request.session.get(SESSION_KEY) is None:
            answer["Clear-Site-Data"] = '"cache", "storage"'  # not the cookies: language and theme stay
        return answer


def _look(request: HttpRequest) -> None:
    kept, now = request.session.get(KEPT), time.time()
    if not kept:
        logout(request)
    elif (
        now - kept["began"] > settings.SESSION_COOKIE_AGE
        or now - kept["seen"] > settings.SESSION_IDLE_SECONDS
    ):
        sessions.left(UUID(kept["id"]), SessionEnd.EXPIRED)
        logout(request)
        messages.info(request, TOO_LONG)
    elif now - kept["seen"] >= FRESH:
        request.session[KEPT] = {**kept, "seen": now}
        sessions.seen(UUID(kept["id"]))


@receiver(user_logged_in, dispatch_uid="custody.sessions.begin")
def _begin(sender: Any, request: HttpRequest, user: m.User, **_more: Any) -> None:
    key = request.session.session_key or ""
    browser = request.META.get("HTTP_USER_AGENT", "")
    address = request.META.get("REMOTE_ADDR") or None
    id = sessions.note(user, key, browser, address, provider.means(request, user))
    now = time.time()
    request.session[KEPT] = {"id": str(id), "began": now, "seen": now}


@receiver(user_logged_out, dispatch_uid="custody.sessions.leave")
def _leave(sender: Any, request: HttpRequest, **_more: Any) -> None:
    kept = request.session.get(KEPT)
    if kept:
        sessions.left(UUID(kept["id"]), SessionEnd.LEFT)


@receiver(password_changed, dispatch_uid="custody.sessions.password")
def _password(sender: Any, request: HttpRequest, user: m.User, **_more: Any) -> None:
    """End the others; the password of a session that goes on was changed in it."""
    actor, kept, key = Actor.of(user), request.session.get(KEPT), request.session.session_key or ""
    if kept:
        sessions.rekeyed(UUID(kept["id"]), key)
    if actor.memberships:
        sessions.end_others(actor, user=user.pk, keep=key, how=SessionEnd.PASSWORD)


def listed(request: HttpRequest) -> list[dict[str, Any]]:
    """Return where one is signed in, this browser first."""
    own = (request.session.get(KEPT) or {}).get("id")
    rows = m.OpenSession.objects.visible_to(request.user).live()
    found = [{"row": row, "here": str(row.id) == own, "browser": called(row.browser)} for row in rows]
    return sorted(found, key=lambda line: not line["here"])


def called(browser: str) -> str:
    """Return in a word or two what a browser says of itself; what nobody knows stands as it is."""
    names = [next((name for sign, name in known if sign in browser), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, names)) or browser[:60] or _("Unknown")


@screen("POST")
def end(request: HttpRequest, session: UUID) -> HttpResponse:
    """End one of one's own sessions."""
    row = visible_or_404(m.OpenSession.objects, request, session)
    sessions.end(actor_of(request), session=row.id)
    messages.success(request, _("This session was ended."))
    return redirect(reverse("factors"))


@screen("POST")
def end_others(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    user = signed_in(request)
    sessions.end_others(actor_of(request), user=user.pk, keep=request.session.session_key or "")
    messages.success(request, _("You are signed in here alone."))
    return redirect(reverse("factors"))
