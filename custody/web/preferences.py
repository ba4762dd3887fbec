"""Language and theme: two small forms that work without JavaScript and return to the page they came from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

THEMES = ("auto", "light", "dark")
YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """Return the reader's theme, ``auto`` unless a known one is asked for."""
    theme = request.COOKIES.get(settings.THEME_COOKIE_NAME, "auto")
    return theme if theme in THEMES else "auto"


def _back(request: HttpRequest) -> HttpResponse:
    """Return to the sender's page; an address on another host is not followed."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None, require_https=request.is_secure())
    return HttpResponseRedirect(target if safe and target.startswith("/") else "/")


def _keep(response: HttpResponse, name: str, value: str) -> None:
    """Keep a preference for a year, in a cookie that scripts cannot read."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=YEAR, path="/", secure=secure, httponly=True, samesite="Lax")


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language when it is one of ours, and go back."""
    code = request.POST.get("language", "")
    response = _back(request)
    if code in dict(settings.LANGUAGES):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, code)
    return response


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme when it is one of ours, and go back."""
    theme = request.POST.get("theme", "")
    response = _back(request)
    if theme in THEMES:
        _keep(response, settings.THEME_COOKIE_NAME, theme)
    return response
