"""Pages for what went wrong before or inside a screen.

They must come even while the database is away, so their frame holds only what the request itself tells.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template

from .context import Frame


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
    """Answer 500."""
    return bare(request, 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503, for instance when the database is away; the reader may try again in a minute."""
    response = bare(request, 503)
    response["Retry-After"] = "60"
    return response


def not_here(request: HttpRequest) -> HttpResponse:
    """Answer for an address that a package knows and this site does not."""
    raise Http404
