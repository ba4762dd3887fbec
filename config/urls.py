"""Routes: pages, API, ledger, sign-in."""

from __future__ import annotations

from django.urls import include, path

from custody.web import checks, second
from ledger.views import health

urlpatterns = [
    path("account/second-step", second.step, name="mfa_authenticate"),
    path("account/passkey", second.passkey_alone, name="mfa_login_webauthn"),
    path("account/", include("allauth.account.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("custody.api.urls")),
    path("ledger/", include("ledger.urls")),
    path("health", checks.health(health), name="health"),
    path("", include("custody.web.urls")),
]
handler400 = "custody.web.errors.bad_request"
handler500 = "custody.web.errors.server_error"
