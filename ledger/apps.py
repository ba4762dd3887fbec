"""Django application of the ledger."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """Registers the start-up check of the database walls."""

    name = "ledger"
    label = "ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        """Hook the walls into ``manage.py check --database default`` and ``migrate``."""
        from ledger.checks import walls_check

        register(walls_check, Tags.database)
