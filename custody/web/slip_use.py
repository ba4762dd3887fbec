"""Using a slip, without signing in: a new password, or a lost second factor ended.

Whatever is wrong, the answer says the same and comes after the same time: who asks learns neither which user
names there are nor for whom a slip was made.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from axes.handlers.proxy import AxesProxyHandler
from axes.utils import reset
from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from custody import models as m
from custody.actions import slips as actions
from custody.actions.base import Outcome
from custody.pace import QUARTER, address, over

from .base import told_in
from .forms.slips import FactorSlipForm, PasswordSlipForm, SlipForm
from .pace import too_many

TRIES, SECONDS = 10, 60
"""So often one address may try within so many seconds."""
LEAST = 0.6
"""Seconds after which a refused try is answered, whatever was looked up and recorded for it."""


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Set the password of a sign-in with both halves of a slip."""
    form = PasswordSlipForm(request.POST if request.method == "POST" else None)

    def use() -> Outcome | None:
        given = form.cleaned_data
        outcome = actions.set_password(
            username=given["username"], codes=form.codes(), password=given["password"]
        )
        _count(request, given["username"], outcome)
        return outcome

    context = {
        "heading": _("Set a password with a slip"),
        "lead": _(
            "For a first or forgotten password. You need both halves of the slip, from two different people."
        ),
        "submit": _("Set the password"),
        "other": "factor",
    }
    return _answer(request, form, use, _("Your password is set. Sign in with it."), context)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def factor(request: HttpRequest) -> HttpResponse:
    """End the factors of a sign-in with its password and both halves of a slip."""
    form = FactorSlipForm(request.POST if request.method == "POST" else None)

    def use() -> Outcome | None:
        given = form.cleaned_data
        # Wrong ones count towards the same lock as at sign-in; nobody is signed in by it.
        user = authenticate(request, username=given["username"], password=given["password"])
        if not isinstance(user, m.User):
            return None
        outcome = actions.end_factors(user=user, codes=form.codes())
        _count(request, given["username"], outcome)
        return outcome

    context = {
        "heading": _("Lost second factor"),
        "lead": _(
            "With your password and both halves of the slip all your passkeys, code app and recovery codes "
            "end. Then sign in and add new ones."
        ),
        "submit": _("End what I lost"),
        "other": "password",
    }
    return _answer(request, form, use, _("What you had lost counts no more. Sign in and add anew."), context)


@sensitive_variables("form")
def _answer(
    request: HttpRequest,
    form: SlipForm,
    use: Callable[[], Outcome | None],
    done: str,
    context: dict[str, str],
) -> HttpResponse:
    began = time.monotonic()
    if request.method == "POST":
        wait = over(f"slip:{address(request)}", TRIES, SECONDS)
        if not wait and _locked(request, form.data.get("username", "")):
            wait = QUARTER
        if wait:
            return too_many(request, wait)
    if form.is_bound and form.is_valid():
        with told_in(form):
            outcome = use()
            if outcome is not None and outcome.state == "done":
                user = outcome.object.sign_in
                reset(username=user.username)  # locked before, they come in now
                if request.user.is_authenticated and request.user.pk == user.pk:
                    logout(request)
                messages.success(request, done)
                return redirect("account_login")
            form.add_error(None, _refused(context["other"] == "password"))
            time.sleep(max(0.0, LEAST - (time.monotonic() - began)))
    return render(request, "slip/use.html", {**context, "form": form}, status=422 if form.errors else 200)


def _refused(lost_factor: bool) -> str:
    if lost_factor:
        return _(
            "This was not accepted. Compare user name, password and both codes with the two halves of the "
            "slip. It can be used once, until the time on it. After five wrong tries it ends."
        )
    return _(
        "This was not accepted. Compare the user name and both codes with the two halves of the slip. It "
        "can be used once, until the time on it. After five wrong tries it ends."
    )


def _count(request: HttpRequest, name: str, outcome: Outcome | None) -> None:
    """Count a wrong try towards the lock of the sign-in."""
    if outcome is None or outcome.state != "done":
        user_login_failed.send(sender=__name__, credentials={"username": name}, request=request)


def _locked(request: HttpRequest, name: str) -> bool:
    """Return whether too many wrong tries have locked this name here, as at sign-in."""
    return not AxesProxyHandler.is_allowed(request, {"username": name[:150].replace("\0", "")})
