"""A witness as a small HTTP service, without Django: for anybody with a copy of `ledger/`.

    POST /add-checkpoint                      judged by ledger.cosigning
    GET  /<sha256 of the origin>/checkpoint   what was cosigned last

Answers: 200; 400 not understood; 403 not signed by the log; 404 unknown log or page; 405; 408 too slow; 409
another size was cosigned last, which the body tells; 411 no length; 413 too long; 422 does not fit what was
cosigned; 500 state file not to be believed; 503 busy, or the disk does not take the state.

Every connection serves one request, has one deadline for all of it, and there are at most `MAX_AT_ONCE`.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ledger.cosigning import Answer, StateError, Witness
from ledger.tlog import witness as messages

logger = logging.getLogger(__name__)

SECONDS = 10.0
MAX_AT_ONCE = 32


class Server(ThreadingHTTPServer):
    """Serves one witness on a socket that listens already."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, listener: socket.socket, witness: Witness) -> None:
        super().__init__(listener.getsockname()[:2], Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.witness = witness
        self._free = threading.BoundedSemaphore(MAX_AT_ONCE)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin a thread, or turn the caller away when there are too many."""
        if not self._free.acquire(blocking=False):
            with request, suppress(OSError):
                request.settimeout(1)
                request.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                request.recv(
                    65_536, socket.MSG_DONTWAIT
                )  # what lies unread would turn the answer into a reset
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._free.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection, and end it at its deadline whatever it does."""
        clock = threading.Timer(SECONDS, _cut, [request])
        clock.daemon = True
        clock.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            clock.cancel()
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is not worth a traceback."""
        logger.info("a connection ended early", exc_info=logger.isEnabledFor(logging.DEBUG))


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "holdfast-witness"
    sys_version = ""
    timeout = SECONDS

    def do_POST(self) -> None:
        """Judge a checkpoint."""
        if self.path != f"/{messages.ADD_CHECKPOINT}":
            return self._say(404, "no such page")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal()) or self.headers.get("Transfer-Encoding"):
            return self._say(411, "a body with its length is needed")
        if len(length) > 9 or int(length) > messages.MAX_REQUEST:
            return self._say(413, f"at most {messages.MAX_REQUEST} bytes")
        raw = self.rfile.read(int(length))
        if len(raw) < int(length):
            return self._say(400, "the body is shorter than said")
        try:
            answer = self.server.witness.add_checkpoint(raw, int(time.time()))
        except StateError as error:
            logger.critical("%s", error)
            return self._say(500, "the state of this witness cannot be believed; its operator must look")
        except OSError as error:
            logger.error("the state cannot be kept: %s", error)
            return self._say(503, "the state cannot be kept just now")
        if answer.status != 200:
            logger.info("%s: %s", answer.status, answer.reason)
        return self._send(answer)

    def do_GET(self) -> None:
        """Show what was cosigned last."""
        try:
            note = self.server.witness.shown(self.path.removeprefix("/"))
        except OSError as error:
            logger.error("the state cannot be read: %s", error)
            return self._say(503, "the state cannot be read just now")
        if note is None:
            return self._say(404, "nothing was cosigned here")
        return self._send(Answer(200, note))

    def do_HEAD(self) -> None:
        """Show its length."""
        self.do_GET()

    def _say(self, status: int, words: str) -> None:
        self._send(Answer(status, f"{words}\n".encode()))

    def _send(self, answer: Answer) -> None:
        self.close_connection = True
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Requests are not logged one by one; what is refused is, by `do_POST`."""


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
