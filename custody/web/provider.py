"""Signing in through the house's OpenID Connect provider: asking it, and what its answer is worth here.

- The browser that comes back is the one that went: state, nonce and verifier lie in its session, serve once
  and for ten minutes. An answer that is carried into another browser finds none of them.
- Who comes in is said by the ledger (:mod:`custody.actions.identities`). Nothing that the provider gave is
  stored: no token, no name, no mail address.
- A second factor of this site is asked for as after a password, unless the settings name words of the
  provider's token that stand for one.
- Nothing is asked of the provider but in these two pages. While it is away they say so, and the other ways in
  stay open.
"""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any

from allauth.account.internal.flows.login import (
    get_authentication_records,
    perform_login,
    record_authentication,
)
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from custody import models as m
from custody.actions import identities
from custody.terms import IdentityDoubt, SignInMeans

from . import oidc
from .base import language, screen, visible_or_404, words
from .entries import person_of
from .patterns import Fact, Link

log = logging.getLogger(__name__)
ASKED = "provider_asked"
ASKED_SECONDS = 600
AT_ONCE = 5
"""So many tabs of one browser may be on their way at once."""
METHOD = "provider"

AWAY = _l("The sign-in provider does not answer. Try again in a minute, or sign in with your password.")
NOT_ASKED = _l(
    "This sign-in was not begun in this browser, or too long ago, or it was used already. Begin it again."
)
NO = _l("The provider did not sign you in. Begin again, or sign in with your password.")
DOUBTFUL = _l(
    "What came from the provider does not count here. Nobody was signed in, and why is in the site's log. "
    "Tell your administrator if it comes again."
)
UNKNOWN = _l(
    "The provider knows you, but this account signs in nobody here. If you have a sign-in here, send the "
    "subject below to your administrator."
)
CLOSED = _l("The provider knows you, but your sign-in here is closed.")


def shown_name() -> str:
    """Return what the provider is called in the language of the page; empty where there is none."""
    there = settings.OIDC
    if there is None:
        return ""
    return str(there.name_zh if language().startswith("zh") else there.name)


# --- to the provider, and back ----------------------------------------------------------------------------


@never_cache
@require_http_methods(["POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider."""
    there = _configured()
    if request.user.is_authenticated:
        return redirect("/")
    if not ratelimit.consume(request, action="login"):
        return render(request, "429.html", status=429)
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    try:
        address = oidc.question(
            oidc.endpoints(there),
            there,
            back=_back(),
            state=state,
            nonce=nonce,
            verifier=verifier,
            contexts=" ".join(sorted(w[4:] for w in there.counts if w.startswith("acr:"))),
        )
    except (oidc.ProviderAwayError, oidc.ProviderError) as error:
        return _failed(request, error)
    asked = {
        "nonce": nonce, "verifier": verifier, "next": _local(request.POST.get("next", "")), "at": time.time(),
    }  # fmt: skip
    kept = list((request.session.get(ASKED) or {}).items())
    request.session[ASKED] = dict([*kept, (state, asked)][-AT_ONCE:])
    return redirect(address)


@never_cache
@require_http_methods(["GET"])
@sensitive_variables()
def callback(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer, and sign in whom the ledger names for it.

    A browser brings it by GET, so this page alone acts on one; what forbids that elsewhere is that another
    page could send a browser there, and here the state in the session does. It also bounds how often the
    provider is asked: a state serves once, and only so many are made.
    """
    there = _configured()
    if request.user.is_authenticated:
        return redirect("/")
    asked = _asked(request)
    if asked is None:
        return _page(request, NOT_ASKED, 401)
    code = request.GET.get("code", "")
    if request.GET.get("error") or not code:
        log.info("the sign-in provider refused: %.80r", request.GET.get("error", "no code"))
        return _page(request, NO, 401)
    try:
        claims = _claims(request, there, asked, code)
    except (oidc.ProviderAwayError, oidc.ProviderError) as error:
        return _failed(request, error)
    who = identities.come(claims.subject)
    if isinstance(who, IdentityDoubt):
        known = who not in (IdentityDoubt.UNKNOWN, IdentityDoubt.UNTOLD)
        return _page(request, CLOSED if known else UNKNOWN, 403, subject="" if known else claims.subject)
    second = bool(there.counts & claims.words())
    record_authentication(request, who, METHOD, second=second)
    answer: HttpResponse = perform_login(request, Login(user=who, redirect_url=asked["next"]))
    request.session.set_expiry(0)
    return answer


def _claims(request: HttpRequest, there: Any, asked: dict[str, Any], code: str) -> oidc.Claims:
    at = oidc.endpoints(there)
    named = request.GET.get("iss")
    if named != there.issuer and (at.names_itself or named is not None):  # RFC 9207
        raise oidc.ProviderError(f"the answer is of the issuer {str(named)[:200]!r}")
    token = oidc.redeemed(at, there, code=code, verifier=asked["verifier"], back=_back())
    return oidc.judged(at, there, token, asked["nonce"])


def _configured() -> Any:
    """Return what the settings tell of the provider. Raises Http404 where there is none."""
    if settings.OIDC is None:
        raise Http404
    return settings.OIDC


def _back() -> str:
    """Return where the provider sends the browser: under the site's own name, whatever host was asked."""
    return f"{settings.SITE_URL}{reverse('provider_callback')}"


def _local(address: str) -> str:
    """Return a path of this site, as it is; the start page for everything else."""
    local = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if local else "/"


def _asked(request: HttpRequest) -> dict[str, Any] | None:
    """Return what this browser asked under the state that came back, once; None if not, or too long ago."""
    kept = dict(request.session.get(ASKED) or {})
    found = kept.pop(request.GET.get("state", ""), None)
    if found is None:
        return None
    request.session[ASKED] = kept
    request.session.save()  # spent before the provider is asked: a second request at once finds nothing
    return found if time.time() - found["at"] <= ASKED_SECONDS else None


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """Say in the log what went wrong, and to the reader what to do."""
    log.warning("a sign-in through the provider failed: %s", error)
    if isinstance(error, oidc.ProviderAwayError):
        answer = _page(request, AWAY, 503)
        answer["Retry-After"] = "60"
        return answer
    return _page(request, DOUBTFUL, 401)


def _page(request: HttpRequest, told: Any, status: int, subject: str = "") -> HttpResponse:
    context = {"told": told, "provider": shown_name(), "subject": subject}
    return render(request, "account/provider.html", context, status=status)


# --- what it is worth -------------------------------------------------------------------------------------


def vouched(request: HttpRequest, user: Any) -> bool:
    """Return whether the provider saw a second factor of this user, as the settings count it."""
    first = [r for r in get_authentication_records(request, user) if r.get("method") != "mfa"]
    return bool(first) and first[-1].get("method") == METHOD and first[-1].get("second") is True


class SecondStep(AuthenticateStage):
    """The second step of a sign-in; not asked where the provider has seen one that counts."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return bool(super()._should_handle(request)) and not vouched(request, self.login.user)


def means(request: HttpRequest, user: Any) -> SignInMeans | None:
    """Return what a session begins with; None where nobody noted it."""
    records = get_authentication_records(request, user)
    first = next((r["method"] for r in reversed(records) if r.get("method") in ("password", METHOD)), None)
    second = any(r.get("method") == "mfa" for r in records)
    if first is None:
        return SignInMeans.PASSKEY if second else None
    if first == METHOD:
        known = second or vouched(request, user)
        return SignInMeans.PROVIDER_FACTOR if known else SignInMeans.PROVIDER
    return SignInMeans.PASSWORD_FACTOR if second else SignInMeans.PASSWORD


def said_by(row: m.Identity) -> list[Fact]:
    """Return who said that an account is somebody's, and when; two people since two are asked for."""
    last = person_of(row.entry)
    ended = [Fact(_("Ended"), row.ended_at, note=words(row.ended_how.text))] if row.ended_how else []
    by = [Fact(_("Ended by"), last.name if last else None)] if ended else []
    if row.proposed_by is None:
        alone = Fact(_("Linked"), row.created_at, note=_("One administrator alone, as was the way then"))
        return [alone, *(by or [Fact(_("Linked by"), last.name if last else None)]), *ended]
    return [
        Fact(_("Proposed by"), row.proposed_by.name, note=row.created_at),
        Fact(_("Confirmed by"), row.confirmed_by.name if row.confirmed_by else None),
        *by,
        *ended,
    ]


@screen()
def account(request: HttpRequest, identity: Any) -> HttpResponse:
    """Show the owner an account that signs them in, or did, and who said that it is theirs."""
    row = visible_or_404(m.Identity.objects.select_related("proposed_by", "confirmed_by"), request, identity)
    context = {
        "crumbs": [Link(_("How you sign in"), reverse("factors"))],
        "heading": _("Account at the sign-in provider"),
        "lead": _("If it is not yours, tell another administrator at once: its holder could sign in as you."),
        "state": row.state,
        "facts": [
            Fact(_("Subject of the account"), row.subject, mono=True),
            Fact(_("Provider"), row.issuer, mono=True),
            *said_by(row),
        ],
    }
    return render(request, "account/identity.html", context)
