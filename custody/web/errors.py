"""Pages for what went wrong before or inside a screen.

They must come even while the database is away, so their frame holds only what the request itself tells.
"""

from __future__ import annotations

import sys

from django.db import InternalError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils.translation import get_language

from custody.terms import Text

from .context import Frame

READ_ONLY = "25006"
"""`read_only_sql_transaction`: a standby, or a database that an operator has closed for writing."""
AWAY = Text(
    "The database cannot be asked now. This request had no effect; send it again in a minute.",
    "数据库暂时无法使用。本次请求未产生任何效果，请一分钟后重试。",
)


class BareFrame(Frame):
    """A frame that reads nothing: no person, no installation, no ledger."""

    def __init__(self, request: HttpRequest) -> None:
        """Fill in beforehand what a frame would read."""
        super().__init__(request)
        self.back = "/"  # the address that broke would break again
        self.user = self.here = self.checkpoint = self.alarm = None


def bare(request: HttpRequest, status: int, **more: object) -> HttpResponse:
    """Return the page of an HTTP status without touching the database."""
    page = get_template(f"{status}.html").render(
        {"frame": BareFrame(request), "csrf_token": get_token(request), **more}
    )
    return HttpResponse(page, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    return bare(request, 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500; or 503 where nothing is wrong but the database, which is away, full or read only."""
    error = sys.exc_info()[1]  # Django calls this while it handles it
    return unavailable(request) if is_away(error) else bare(request, 500)


def is_away(error: BaseException | None) -> bool:
    """Return whether the database cannot do its part now: what it was asked had no effect and may be asked
    again."""
    if isinstance(error, OperationalError):
        return True  # classes 08, 53, 57 and the like of PostgreSQL's codes
    return isinstance(error, InternalError) and getattr(error.__cause__, "sqlstate", "") == READ_ONLY


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503, for instance when the database is away; the reader may try again in a minute."""
    return later(request, 503, AWAY, 60)


def later(request: HttpRequest, status: int, words: Text, seconds: int, **more: object) -> HttpResponse:
    """Answer that it had no effect and when to come again (Retry-After): a program with a problem (RFC 9457)
    that says ``words``, a person with the page of the status."""
    program = request.path.startswith("/api/")
    response = for_programs(status, words) if program else bare(request, status, **more)
    response["Retry-After"] = str(seconds)
    return response


def for_programs(status: int, words: Text) -> HttpResponse:
    """Answer a program with a problem (RFC 9457), where Django REST framework does not do it."""
    body = {"type": "about:blank", "title": words.get(get_language() or "en"), "status": status}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def not_here(request: HttpRequest) -> HttpResponse:
    """Answer for an address that a package knows and this site does not."""
    raise Http404
