"""How the web server of `bin/run` serves: read by `gunicorn --config python:config.gunicorn`."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Callable
from typing import Any

from config import room
from config.process import die_with

preload_app = True
workers = 2
threads = room.ANSWERED + room.WAITING + room.SPARE
timeout = 60
SILENCE = 20.0
"""Seconds that a TLS connection keeps a thread without a word: browsers open some that they never use."""
control_socket_disable = True
loglevel = "warning"


def post_fork(server: Any, worker: Any) -> None:
    """End a worker with its master: by itself it would notice only after a while."""
    die_with(worker.ppid)


class Patient(ssl.SSLSocket):
    """A TLS connection that is closed when nothing comes: the server's own wait ends with the first byte."""

    def setblocking(self, flag: bool) -> None:
        """Wait, and no longer than SILENCE."""
        self.settimeout(SILENCE if flag else 0.0)

    def do_handshake(self, block: bool = False) -> None:
        """Shake hands, or drop a caller that does not."""
        self.settimeout(SILENCE)
        self._or_drop(super().do_handshake, block)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Read, or drop a caller that is silent."""
        return self._or_drop(super().recv, buflen, flags)

    @staticmethod
    def _or_drop(act: Callable[..., Any], *given: Any) -> Any:
        try:
            return act(*given)
        except TimeoutError:  # told as what the server passes over without a word
            raise ConnectionResetError(errno.ECONNRESET, "silent for too long") from None


def ssl_context(config: Any, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Speak TLS 1.2 and newer, with connections that do not wait for ever."""
    context = default()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = Patient
    return context
