"""Passwords and counter PINs: whether a new one is good enough; and a person's own password, asked once more
before what cannot be denied."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from custody import models as m
from custody.terms import Text

_PIN = re.compile(r"[0-9]{6,12}")
_REPEATED = re.compile(r"(.+)\1+")
_NO_DIGIT = re.compile(r"[^0-9]")
_TELLING, _DIFFERENT = 4, 3
"""So many digits of an own number are looked for in a PIN; so many different ones a PIN has."""
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


def pin_fault(pin: str, *known_as: str) -> Text | None:
    """Return what is wrong with a new PIN for whoever is known by these names and numbers; None for a good
    one."""
    if not _PIN.fullmatch(pin):
        return Text("A PIN has 6 to 12 digits.", "PIN码为6至12位数字。")
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if len(set(pin)) < _DIFFERENT or len(steps) == 1 or _REPEATED.fullmatch(pin):
        return Text(
            "This PIN is among the first that anybody tries. Choose other digits.",
            "该PIN码过于简单，极易被猜中，请改用其他数字。",
        )
    own = {digits for name in known_as if len(digits := _NO_DIGIT.sub("", name).lstrip("0")) >= _TELLING}
    if any(digits in pin or pin.lstrip("0") in digits for digits in own):
        return Text(
            "This PIN has your own number in it. Choose one that nobody can look up.",
            "该PIN码含有您本人的编号，请改用他人无法查到的数字。",
        )
    return None


def _said(language: str, password: str, username: str) -> str:
    with translation.override(language):
        try:
            validate_password(password, m.User(username=username))
        except ValidationError as error:
            return " ".join(error.messages)
    return ""
