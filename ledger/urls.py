"""Addresses of the log, as c2sp.org/tlog-tiles lays them out. Include under ``ledger/``."""

from __future__ import annotations

from django.urls import path

from ledger import views

app_name = "ledger"
urlpatterns = [
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("checkpoint.witnessed", views.witnessed, name="witnessed"),
    path("tile/<path:path>", views.tile, name="tile"),
]
