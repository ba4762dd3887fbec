"""The web application for gunicorn. It does not load when a wall in the database is missing."""

from __future__ import annotations

import os

from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

from custody.policy import shipped

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# What every page needs is loaded once, before gunicorn forks: their code, and the packs that we ship.
get_resolver().url_patterns  # noqa: B018
shipped.packs()

_faults = [fault for fault in run_checks(tags=[Tags.database], databases=["default"]) if fault.is_serious()]
connections.close_all()  # gunicorn loads this before it forks, and a connection has one owner
if _faults:
    raise ImproperlyConfigured("Not served:\n" + "\n".join(map(str, _faults)))
