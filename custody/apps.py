"""Django application of the custody graph."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    """Loads models, and lays the database walls after every migration."""

    name = "custody"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the walls and register the system checks."""
        from django.db.models.signals import post_migrate

        from . import checks, record, walls  # noqa: F401
        from .actions.checks import record_ledger_check

        post_migrate.connect(walls.lay, dispatch_uid="custody.walls")
        record.on_ledger_checked(record_ledger_check)
