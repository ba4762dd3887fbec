"""How the web server of `bin/run` serves: read by `gunicorn --config python:config.gunicorn`."""

from __future__ import annotations

from typing import Any

from config import room
from config.process import die_with

preload_app = True
workers = 2
threads = room.ANSWERED + room.WAITING + room.SPARE
timeout = 60
control_socket_disable = True
loglevel = "warning"


def post_fork(server: Any, worker: Any) -> None:
    """End a worker with its master: by itself it would notice only after a while."""
    die_with(worker.ppid)
