"""The camera inside a page: which pages may open it, and frames read for browsers that read no codes.

A frame is raw brightness, so that no picture format of a stranger is decoded here. It is read and let go:
nothing of it is stored, and what was read goes back to the page, which sends it as a scanner would.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django_permissions_policy.decorators import permissions_policy_override

from custody.evidence import qr
from custody.pace import MINUTE, over

from .base import actor_of
from .errors import bad_request
from .pace import too_many

SIDES = range(32, 641)
"""Pixels that a side of a frame may have."""
FRAMES_A_MINUTE = 300

opened = permissions_policy_override({**settings.PERMISSIONS_POLICY, "camera": ["self"]})
"""A page that may open the camera; every other page keeps it closed."""


def answer(request: HttpRequest) -> HttpResponse:
    """Answer what the QR codes in a frame say, to whoever the page has let in."""
    if wait := over(f"frames:{actor_of(request).person}", FRAMES_A_MINUTE, MINUTE):
        return too_many(request, wait)
    width, length = request.GET.get("width", ""), request.META.get("CONTENT_LENGTH") or "0"
    if not (
        request.content_type == "application/octet-stream"
        and width.isascii() and width.isdigit() and len(width) < 4 and int(width) in SIDES
        and length.isdigit() and int(length) % int(width) == 0 and int(length) // int(width) in SIDES
        and len(frame := request.body) == int(length)
    ):  # fmt: skip
        return bad_request(request)
    return JsonResponse({"read": qr.texts(frame, int(width))})
