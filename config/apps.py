"""The house as a Django application, so that its commands are found."""

from __future__ import annotations

from django.apps import AppConfig


class HouseConfig(AppConfig):
    """Makes `.delay()` reach our broker in every process."""

    name = "config"
    label = "house"

    def ready(self) -> None:
        """Import the Celery application: that makes it the current one."""
        from config import celery  # noqa: F401
