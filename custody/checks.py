"""Start-up check: a missing wall refuses to serve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from . import walls


@register(Tags.database)
def walls_stand(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report each custody wall that does not stand in the application's database."""
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        if "custody_decision" not in connections["default"].introspection.table_names(cursor):
            return []
    return [
        Error(
            fault,
            hint="Run `manage.py migrate --database owner`, which lays the walls again.",
            id="custody.E001",
        )
        for fault in walls.missing()
    ]
