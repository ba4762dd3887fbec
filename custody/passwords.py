"""Passwords: whether a new one is good enough, and a person's own, asked once more before what cannot be
denied."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from custody import models as m
from custody.terms import Text

NOT_YOURS = Text(
    "This is not your password. Too many wrong tries lock your sign-in.",
    "密码错误。多次输错将锁定账号。",
)


def own_password(request: Any, given: str) -> bool:
    """Return whether this is the caller's password; wrong ones count towards the lock of the sign-in."""
    name = request.user.get_username()
    known = authenticate(getattr(request, "_request", request), username=name, password=given)
    return known is not None and known.pk == request.user.pk


def fault(password: str, username: str) -> Text | None:
    """Return what is wrong with a new password for this user name; None for a good one."""
    if password != password.strip():
        return Text("A password does not begin or end with a blank.", "密码首尾不能有空格。")
    said = [_said(language, password, username) for language in ("en", "zh-hans")]
    return Text(*said) if all(said) else None


def _said(language: str, password: str, username: str) -> str:
    with translation.override(language):
        try:
            validate_password(password, m.User(username=username))
        except ValidationError as error:
            return " ".join(error.messages)
    return ""
