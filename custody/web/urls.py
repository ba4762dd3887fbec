"""Routes of the screens."""

from __future__ import annotations

from django.urls import path

from . import preferences, style

urlpatterns = [
    path("preferences/language", preferences.set_language, name="language"),
    path("preferences/theme", preferences.set_theme, name="theme"),
    path("style", style.style, name="style"),
]
