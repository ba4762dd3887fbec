"""What all screens share: reads in one transaction, and plain pages for what an action says no to."""

from __future__ import annotations

import logging
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from custody import looks, regimes, scope, security_log, zone
from custody.actions import looking
from custody.actions.base import ActionError, Actor, Busy, Frozen, NotPermitted, PackGone, TooManyRefusals
from custody.pace import HOUR
from custody.terms import Source, Text
from custody.transitions import NotNow

from .errors import for_programs, unavailable

log = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CALLBACK = "/account/provider/callback"
"""The one page that acts on a GET: what a sign-in provider has said is brought by a redirect."""


IN_THE_CLEAR = Text(
    "This address speaks HTTPS alone, and leads no program there. What you sent could be read on the way: if "
    "there was a key in it, revoke it and make another.",
    "此地址只接受 HTTPS，且不会把程序重定向过去。刚才发送的内容可能在途中被读取：若其中含有密钥，"
    "请撤销并另行创建。",
)


class ProgramsUseTls:
    """A program that asks without TLS is told so where a person is led on: its key has crossed the network in
    the clear already, and whoever wrote the program would never notice (OWASP ASVS 5.0, 4.1.2)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request, or say that it came in the clear."""
        if settings.SECURE_SSL_REDIRECT and request.path.startswith("/api/") and not request.is_secure():
            security_log.note("in_the_clear", request)
            return for_programs(403, IN_THE_CLEAR)
        return self.get_response(request)


class ReadInOneTransaction:
    """A page is read in one transaction: it shows one moment, and what is set for a transaction holds.

    Acts open their own durable transaction; one begun by a safe request would fail there, as it should.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        if request.method not in SAFE or request.path_info == CALLBACK:
            return self.get_response(request)
        with transaction.atomic():
            return self.get_response(request)


class SeesWhatIsTheirs:
    """The database shows a request what its user may see at most, however it is asked; nothing to whoever is
    not signed in.

    A program is known by its key only within the view, which narrows for it there.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        theirs = request.user.scope() if request.user.is_authenticated else scope.NOBODY
        try:
            if theirs is not None:
                scope.narrow(theirs)
            return self.get_response(request)
        finally:
            scope.widen()


class RecordsLooks:
    """A page that shows what is another organisation's goes out once its look is recorded."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        response = self.get_response(request)
        noticed = getattr(request, "noticed", ())
        # Whoever sends a form has opened it, and an act is an entry of its own.
        if not noticed or not request.user.is_authenticated or request.method != "GET":
            return response
        if response.status_code >= 300 and response.status_code != 422:
            return response
        seen = [one for rows, instead in noticed for one in looks.at(request.user, rows, instead)]
        source = Source.API if request.path.startswith("/api/") else Source.SCREEN
        try:
            looking.record(Actor.of(request.user, source), seen)
        except (Busy, OperationalError):
            log.warning("a look could not be recorded", exc_info=True)
            return unavailable(request)
        return response


class KnowsThePacks:
    """Each request learns which rule packs are published, so that no process misses one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        try:
            regimes.refresh()
        except DatabaseError:  # while it is away, the page itself says so
            log.warning("the published packs could not be read", exc_info=True)
        return self.get_response(request)


class InTheSitesZone:
    """Pages show times in the zone that the site was set up with, unless TIME_ZONE says another.

    The zone is settled at set-up, so each process asks for it once.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.zone: ZoneInfo | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        if self.zone is None:
            self.zone = zone.settled()
        if self.zone is None:
            return self.get_response(request)
        with timezone.override(self.zone):
            return self.get_response(request)


class ActionAnswers:
    """Turns what an action raises into the page and status that say it; a form may catch it first."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 403, 409, 422, 429 or 503; anything else goes on. A page may meet a lost pack, too."""
        if isinstance(exception, NotPermitted):
            return render(request, "403.html", status=403)
        if isinstance(exception, TooManyRefusals):
            response = problem(request, exception, 429)
            response["Retry-After"] = str(HOUR)
            return response
        if isinstance(exception, regimes.PackLost):
            exception = PackGone()
        if isinstance(exception, PackGone):
            return problem(request, exception, 503)
        if isinstance(exception, Busy):
            return unavailable(request)
        if isinstance(exception, (Frozen, NotNow)):
            return problem(request, exception, 409)
        if isinstance(exception, ActionError):
            return problem(request, exception, 422)
        return None


def problem(request: HttpRequest, error: ActionError | NotNow, status: int) -> HttpResponse:
    """Return the page that says in the reader's language why nothing was done."""
    words = error.text.get(get_language() or "en")
    return render(
        request, "problem.html", {"words": words, "status": status, "back": request.path}, status=status
    )
