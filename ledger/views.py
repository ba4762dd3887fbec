"""The log over HTTP, read-only (c2sp.org/tlog-tiles): files of the log folder and nothing else.

Without ``LEDGER_PUBLIC`` a reader shows ``LEDGER_TOKEN`` as a bearer token; with neither, nobody reads.
"""

from __future__ import annotations

import re
from dataclasses import asdict

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from ledger import api
from ledger.store import Store

_NUMBER = r"(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/(?:[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?"
_TILE = re.compile(rf"(?:entries|[0-9]|[1-5][0-9]|6[0-3])/{_NUMBER}", re.ASCII)
_YEAR = 31_536_000


@login_not_required
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint; it changes, so it is kept for a moment only."""
    return _file(request, "checkpoint", "text/plain; charset=utf-8", "max-age=1")


@login_not_required
@require_safe
def witnessed(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint with cosignatures that meet the policy's quorum; none before the first."""
    return _file(request, "checkpoint.witnessed", "text/plain; charset=utf-8", "max-age=1")


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """How sealer and witnesses stand, for programs that watch the site: 200, and 503 while frozen.

    Everybody learns the word alone; who may read the log learns the rest.
    """
    found = api.health()
    answer: dict[str, object] = {"status": "frozen" if found.frozen else "short" if found.short else "ok"}
    if _may_read(request):
        answer |= asdict(found) | {"behind": found.behind}
    return JsonResponse(answer, status=503 if found.frozen else 200, headers={"Cache-Control": "no-store"})


@login_not_required
@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile or an entry bundle; it never changes under its name."""
    if not _TILE.fullmatch(path):
        return _plain("No such tile.", 404)
    return _file(request, f"tile/{path}", "application/octet-stream", f"max-age={_YEAR}, immutable")


def _file(request: HttpRequest, path: str, content_type: str, keep: str) -> HttpResponse:
    if not _may_read(request):
        return _plain("A bearer token is needed.", 401, {"WWW-Authenticate": "Bearer"})
    try:
        data = Store(settings.LEDGER_DIR).read(path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return _plain("No such file.", 404)
    scope = "public" if settings.LEDGER_PUBLIC else "private"
    return HttpResponse(data, content_type, headers={"Cache-Control": f"{scope}, {keep}"})


def _plain(text: str, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    """An answer for programs, not for people: these addresses never show a page."""
    every = {"Cache-Control": "no-store", **(headers or {})}
    return HttpResponse(f"{text}\n", "text/plain; charset=utf-8", status, headers=every)


def _may_read(request: HttpRequest) -> bool:
    if settings.LEDGER_PUBLIC:
        return True
    token = getattr(settings, "LEDGER_TOKEN", "")
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return bool(token) and scheme.lower() == "bearer" and constant_time_compare(given, token)
