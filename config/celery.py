"""Background jobs. A job is a row in the outbox first; a message only hints at it (DESIGN 7)."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init, worker_init, worker_process_init

from config.process import die_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("holdfast")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
_worker = 0


@worker_init.connect
def _remember(**_: Any) -> None:
    global _worker
    _worker = os.getpid()


@worker_process_init.connect
@beat_embedded_init.connect
def _end_with_the_worker(**_: Any) -> None:
    """A worker that is killed takes no leave of its pool and its beat: siblings hold their pipes open."""
    if _worker and os.getpid() != _worker:
        die_with(_worker)
