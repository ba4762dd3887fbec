"""A person's own password, asked once more before something that cannot be denied."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate

from custody.terms import Text

NOT_YOURS = Text(
    "This is not your password. Too many wrong tries lock your sign-in.",
    "密码错误。多次输错将锁定账号。",
)


def own_password(request: Any, given: str) -> bool:
    """Return whether this is the caller's password; wrong ones count towards the lock of the sign-in."""
    name = request.user.get_username()
    # axes finds the name under the sign-in form's field, the backend under its own.
    known = authenticate(getattr(request, "_request", request), login=name, username=name, password=given)
    return known is not None and known.pk == request.user.pk
