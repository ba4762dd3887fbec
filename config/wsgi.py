"""The web application for gunicorn. It does not load when a wall in the database is missing."""

from __future__ import annotations

import os
from importlib import import_module

from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  (loads every page's code once, before gunicorn forks)
for name in ("custody.verify", "openpyxl"):  # pages load these where they use them
    import_module(name)

_faults = [fault for fault in run_checks(tags=[Tags.database], databases=["default"]) if fault.is_serious()]
connections.close_all()  # gunicorn loads this before it forks, and a connection has one owner
if _faults:
    raise ImproperlyConfigured("Not served:\n" + "\n".join(map(str, _faults)))
