"""As small as a project with REST framework, simple-history and auditlog can be."""

from __future__ import annotations

import os
from urllib.parse import parse_qs, urlsplit

SECRET_KEY = "benchmark"  # noqa: S105
ALLOWED_HOSTS = ["localhost"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "rest_framework",
    "simple_history",
    "auditlog",
    "benchmarks.peer",
]
MIDDLEWARE = ["simple_history.middleware.HistoryRequestMiddleware"]
ROOT_URLCONF = "benchmarks.peer.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
_url = urlsplit(os.environ["PEER_DATABASE_URL"])
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _url.path.lstrip("/"),
        "USER": _url.username,
        "PASSWORD": _url.password,
        "HOST": parse_qs(_url.query)["host"][0],
        "CONN_MAX_AGE": 600,
    }
}
REST_FRAMEWORK: dict[str, list[str]] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
}
