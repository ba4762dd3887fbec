"""The log's routes as a site mounts them, without the site's pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from ledger.views import health


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("no such page", status=404)


urlpatterns = [path("ledger/", include("ledger.urls")), path("health", health)]
