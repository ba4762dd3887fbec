"""How a person signs in beside the password: adding, listing and removing it, the second step of a sign-in,
and the wall before all else for those whose role needs one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

import segno
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from custody import at_rest
from custody import models as m
from custody.actions import factors
from custody.actions import signing_keys as signing_actions
from custody.permissions import NEED_A_FACTOR
from custody.terms import FactorKind, KeyForm

from . import provider, sessions, signing_keys
from .base import actor_of, screen, signed_in, told_in, visible_or_404, words
from .forms.second import NewAppForm, NewPasskeyForm, OwnPasswordForm, own_password
from .patterns import Fact, Link

PAGE_SECONDS = 1800
"""So long the secret on a page can be used to add a code app."""
Handler = Callable[[HttpRequest], HttpResponse]


class MustHaveFactor:
    """Whoever decides, reads across parties or administers has a second factor before any other page.

    Only on a site that requires it. Keys for programs are not asked: they were made by somebody who was.
    """

    open_to_all = frozenset(
        {
            *("factors", "factor", "factor_passkey", "factor_app", "factor_codes", "identity"),
            *("account_logout", "account_login", "mfa_authenticate", "mfa_login_webauthn"),
            *("language", "theme", "set_language", "verify", "health", "slip_use", "slip_use_factor"),
        }
    )

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request, or lead to where a factor is added."""
        if settings.SECOND_FACTOR != "required" or self._open(request):
            return self.get_response(request)
        user: Any = request.user
        if not user.is_authenticated or not factors.due(user) or provider.vouched(request, user):
            return self.get_response(request)
        if request.path_info.startswith("/api/"):
            said = {"title": "Your role needs a second factor. Add one on the page “How you sign in”."}
            return JsonResponse(
                {"type": "about:blank", "status": 403, **said},
                status=403,
                content_type="application/problem+json",
            )
        if request.method in ("GET", "HEAD"):
            return redirect("factors")
        return _page(request, status=403)

    def _open(self, request: HttpRequest) -> bool:
        try:
            return resolve(request.path_info).url_name in self.open_to_all
        except Resolver404:
            return False


# --- one's own ways to sign in ----------------------------------------------------------------------------


@screen()
def page(request: HttpRequest) -> HttpResponse:
    """List one's own factors, and where more are added."""
    return _page(request)


def _page(request: HttpRequest, status: int = 200) -> HttpResponse:
    user = signed_in(request)
    rows = list(m.Factor.objects.visible_to(user))
    live = [row for row in rows if row.ended_at is None]
    second = [row for row in live if row.kind is not FactorKind.CODES]
    needed = bool(user.roles() & NEED_A_FACTOR)
    context = {
        "heading": _("How you sign in"),
        "lead": _("With user name and password, and with what you add here. Each is recorded in the ledger."),
        "rows": rows,
        "due": factors.due(user) and not provider.vouched(request, user),
        "offered": needed and settings.SECOND_FACTOR != "required" and not second,
        "second": second,
        "codes": next((row for row in live if row.kind is FactorKind.CODES), None),
        "may": _may(request),
        "pin": m.CounterPin.objects.visible_to(user).live().first(),
        "may_sign": signing_keys.may_ask_of_any(actor_of(request)),
        "cards": m.SigningKey.objects.filter(person=user.person_id, form=KeyForm.CERTIFICATE),
        "accounts": m.Identity.objects.visible_to(user).live(),
        "sessions": sessions.listed(request),
    }
    return render(request, "factor/page.html", context, status=status)


def _may(request: HttpRequest) -> bool:
    """Tell whether this reader may add anything: everybody with a role today."""
    actor = actor_of(request)
    return bool(actor.memberships) and actor.can("factor.enrol", own=actor.memberships[0][0])


@sensitive_post_parameters("password")
@screen("GET", "POST")
def passkey(request: HttpRequest) -> HttpResponse:
    """Add a passkey or a security key of one's own."""
    user = signed_in(request)
    actor = actor_of(request)
    may_sign = signing_keys.may_ask_of_any(actor)
    form = NewPasskeyForm(request.POST if request.method == "POST" else None, may_sign=may_sign)
    if form.is_bound and form.is_valid() and own_password(request, form):
        with told_in(form):
            given = form.cleaned_data
            added = factors.enrol_passkey(
                actor, user=user.pk, name=given["name"], passkey=given["credential"], keep=_here(request)
            )
            if not given.get("signs"):
                return _added(request)
            token = actor.submission
            then = replace(
                actor, submission=uuid5(token, "signs") if token else None
            )  # sent twice: done once
            asked = signing_actions.ask(then, factor=added.object.id)
            messages.success(
                request, _("Added. Make recovery codes too, on the page “How you sign in”, if you have none.")
            )
            return redirect("signing_key", asked.object.id)
    context = {
        **frame(_("Add a passkey or security key")),
        "form": form,
        "options": json.dumps(_asked_of_a_new_key(user)),
    }
    return render(request, "factor/passkey.html", context, status=422 if form.errors else 200)


def _asked_of_a_new_key(user: m.User) -> dict[str, Any]:
    """Return what the browser asks a new key for: to know its owner, and to keep the passkey where it can.

    A plain security key keeps none, and is then a second step alone (WebAuthn level 2, section 5.4.6).
    """
    options: dict[str, Any] = json.loads(json.dumps(auth.begin_registration(user, passwordless=True)))
    options["publicKey"]["authenticatorSelection"] |= {
        "residentKey": "preferred",
        "requireResidentKey": False,
    }
    return options


@sensitive_post_parameters("password", "page", "code")
@screen("GET", "POST")
@sensitive_variables("secret", "page_")
def app(request: HttpRequest) -> HttpResponse:
    """Add a code app: its secret is on the page, sealed in the form, and nowhere else until it is added."""
    user = signed_in(request)
    typed = request.POST if request.method == "POST" else None
    form = NewAppForm(typed)
    secret = _secret_of(request.POST.get("page", ""), user) if typed else None
    if form.is_bound and form.is_valid() and own_password(request, form):
        if secret is None:
            form.add_error(None, _("This page lay open for too long. Scan the new code, and try again."))
        else:
            with told_in(form):
                given = form.cleaned_data
                factors.enrol_app(
                    actor_of(request),
                    user=user.pk,
                    name=given["name"],
                    secret=secret,
                    code=given["code"],
                    keep=_here(request),
                )
                return _added(request)
    if secret is None:
        secret = generate_totp_secret()
        form = _with_page(form, at_rest.seal(json.dumps([secret, time.time()]), f"page:{user.pk}"))
    address = get_adapter().build_totp_url(user, secret)
    drawn = segno.make(address, micro=False).svg_inline(scale=5, dark="#000", light="#fff", svgclass=None)
    context = {
        **frame(_("Add a code app")),
        "form": form,
        "drawn": mark_safe(drawn),  # noqa: S308 - drawn by segno: numbers alone
        "secret": " ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
    }
    return render(request, "factor/app.html", context, status=422 if form.errors else 200)


def _with_page(form: NewAppForm, sealed: str) -> NewAppForm:
    """Put a new secret into a form; one that was sent shows it in place of the old one."""
    form.initial["page"] = sealed
    if form.is_bound:
        form.data = {**{name: form.data.get(name) for name in form.data}, "page": sealed}
    return form


def _secret_of(sealed: str, user: m.User) -> str | None:
    """Return the secret that this user's page showed; None for another's page, and for one too old."""
    try:
        secret, made = json.loads(at_rest.unseal(sealed, f"page:{user.pk}"))
    except at_rest.NotOpened:
        return None
    return secret if time.time() - made < PAGE_SECONDS else None


@sensitive_post_parameters("password")
@screen("GET", "POST")
@sensitive_variables("shown")
def codes(request: HttpRequest) -> HttpResponse:
    """Make recovery codes. They are on the answer to the form, and nowhere else."""
    user = signed_in(request)
    form = OwnPasswordForm(request.POST if request.method == "POST" else None)
    made = False
    shown: list[str] = []
    if form.is_bound and form.is_valid() and own_password(request, form):
        with told_in(form):
            _outcome, shown = factors.new_codes(actor_of(request), user=user.pk)
            made = True
    context = {
        **frame(_("Recovery codes")),
        "lead": _(
            "Ten codes, each good for one sign-in, for the day on which phone or key is lost. "
            "New ones take the place of those before."
        ),
        "form": form,
        "submit": _("Make ten codes"),
        "made": made,
        "shown": shown,
    }
    return render(request, "factor/codes.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("password")
@screen("GET", "POST")
def one(request: HttpRequest, factor: UUID) -> HttpResponse:
    """Show one of one's own ways to sign in, and end it."""
    row = visible_or_404(m.Factor.objects, request, factor)
    form = OwnPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and own_password(request, form):
        with told_in(form):
            factors.remove(actor_of(request), factor=row.id, keep=_here(request))
            messages.success(request, _("It counts no more."))
            return redirect("factors")
    facts = [
        Fact(_("Kind"), row.kind),
        Fact(_("Added"), row.created_at),
        Fact(_("Last used"), row.last_used_at),
        *([Fact(_("Codes left"), factors.codes_left(row))] if row.kind is FactorKind.CODES else []),
        *(
            [Fact(_("Fingerprint of the key (SHA-256)"), factors.fingerprint(row.public_key), mono=True)]
            if row.public_key
            else []
        ),
        *([Fact(_("Ended"), row.ended_at, note=row.ended_how)] if row.ended_at else []),
    ]
    context = {
        **frame(row.name or words(row.kind.text)),
        "facts": facts,
        "form": form,
        "submit": _("Remove it"),
        "live": row.ended_at is None and _may(request),
        "signing": m.SigningKey.objects.filter(factor=row).order_by("-created_at").first(),
        "factor_id": row.id,
        "may_ask": signing_keys.may_ask(actor_of(request), row),
    }
    return render(request, "factor/one.html", context, status=422 if form.errors else 200)


def _here(request: HttpRequest) -> str:
    """Return the key of the session that goes on when the others end."""
    return request.session.session_key or ""


def frame(heading: str) -> dict[str, Any]:
    """Return where a page stands that is about one's own sign-in."""
    crumbs = [Link(_("How you sign in"), reverse("factors"))]
    return {"crumbs": crumbs, "heading": heading, "cancel": reverse("factors")}


def _added(request: HttpRequest) -> HttpResponse:
    """Say that it counts, and lead to recovery codes where there are none yet."""
    own = m.Factor.objects.visible_to(request.user).live()
    if own.filter(kind=FactorKind.CODES).exists():
        messages.success(request, _("Added. It counts from your next sign-in on."))
        return redirect("factors")
    messages.success(
        request, _("Added. It counts from your next sign-in on. Now make recovery codes, and keep them safe.")
    )
    return redirect("factor_codes")


# --- signing in -------------------------------------------------------------------------------------------


class Step(AuthenticateView):
    """The second step of a sign-in: a passkey, a code of an app, or a recovery code."""

    template_name = "account/second_step.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which ways this user has."""
        user = self.stage.login.user
        kinds = set(m.Factor.objects.live().filter(user=user).values_list("kind", flat=True))
        found = super().get_context_data(**kwargs)
        return {
            **found,
            "has_passkey": FactorKind.PASSKEY in kinds,
            "has_code": bool(kinds - {FactorKind.PASSKEY}),
            "options": json.dumps(found["js_data"]["request_options"]),
        }


@method_decorator(never_cache, name="dispatch")
class PasskeyAlone(LoginWebAuthnView):
    """Signing in with a passkey alone: it has seen its owner's finger, face or PIN."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign its owner in, and go where they wanted to."""
        kept = form.cleaned_data["credential"]
        login = Login(user=kept.user, redirect_url=get_next_redirect_url(self.request))
        answer: HttpResponse = perform_passwordless_login(self.request, kept, login)
        self.request.session.set_expiry(0)
        return answer


step = Step.as_view()
passkey_alone = PasskeyAlone.as_view()
