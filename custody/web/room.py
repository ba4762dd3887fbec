"""Tells whoever comes when all are busy to come later, instead of letting them wait without end."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from custody.terms import Text

from .errors import later

LATER = Text(
    "Too many requests are being answered. This one had no effect; send it again in a few seconds.",
    "正在处理的请求过多。本次请求未产生任何效果，请几秒后重试。",
)
AFTER = 5  # seconds
WATCHED = "/health"  # who watches the site must learn of it even then


class Room:
    """Lets so many requests in, some wait, and answers 503 to the rest at once (RFC 9110, 15.6.4)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.places = threading.BoundedSemaphore(settings.ROOM_ANSWERED)
        self.waiting = threading.BoundedSemaphore(settings.ROOM_WAITING)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request when it is its turn, or say that it is not."""
        if request.path == WATCHED:
            return self.get_response(request)
        if not self._turn():
            return later(request, 503, LATER, AFTER)
        try:
            return self.get_response(request)
        finally:
            self.places.release()

    def _turn(self) -> bool:
        if self.places.acquire(blocking=False):
            return True
        if not self.waiting.acquire(blocking=False):
            return False
        try:
            return self.places.acquire(timeout=settings.ROOM_SECONDS)
        finally:
            self.waiting.release()
