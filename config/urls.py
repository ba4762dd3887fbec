"""Routes: pages, API, ledger, sign-in."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path, re_path

from custody.web import checks, errors, provider, second
from custody.web.middleware import CALLBACK
from ledger.views import health

# Pages of the package for what does not exist here: addresses and codes by mail, sign-ins without a password.
CLOSED = r"^account/(?:email|confirm-email|login/code|password/(?:set|reset/.+))\b"

urlpatterns = [
    re_path(CLOSED, errors.not_here),
    path("account/second-step", second.step, name="mfa_authenticate"),
    path("account/passkey", second.passkey_alone, name="mfa_login_webauthn"),
    path("account/provider", provider.begin, name="provider_begin"),
    path(CALLBACK.removeprefix("/"), provider.callback, name="provider_callback"),
    path("account/", include("allauth.account.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("custody.api.urls")),
    path("ledger/", include("ledger.urls")),
    path("health", checks.health(health), name="health"),
    path("", include("custody.web.urls")),
]
if settings.DJANGO_ADMIN:
    from custody.web import superusers

    urlpatterns.insert(0, path("admin/", superusers.site().urls))
handler400 = "custody.web.errors.bad_request"
handler500 = "custody.web.errors.server_error"
