"""Start-up check: a missing wall refuses to serve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from . import walls
from .models import Site


@register(Tags.database)
def walls_stand(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report each custody wall that does not stand in the application's database, and a false demo."""
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        if "custody_decision" not in connections["default"].introspection.table_names(cursor):
            return []
    faults: list[CheckMessage] = [
        Error(
            fault,
            hint="Run `manage.py migrate --database owner`, which lays the walls again.",
            id="custody.E001",
        )
        for fault in walls.missing()
    ]
    return faults + _demo_of_a_real_site()


def _demo_of_a_real_site() -> list[CheckMessage]:
    """A demo is served with an open ledger and weaker cookies: never a real site."""
    if not settings.DEMO or not Site.objects.filter(demo=False).exists():
        return []
    return [
        Error(
            "the settings say that this is a demonstration, and the database holds a real site",
            hint="Unset HOLDFAST_DEMO, and put back site.json in HOLDFAST_VAR.",
            id="custody.E002",
        )
    ]
