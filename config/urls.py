"""Routes: pages, API, ledger, sign-in."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

ROOMS = [("api/v1/", "custody.api"), ("ledger/", "ledger"), ("", "custody.web")]

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("allauth.account.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
for place, room in ROOMS:
    if find_spec(room) and find_spec(f"{room}.urls"):
        urlpatterns.append(path(place, include(f"{room}.urls")))

handler400 = "custody.web.errors.bad_request"
handler500 = "custody.web.errors.server_error"
