"""A receiver of webhooks for tests: a real server on this computer, over TLS with a certificate of its own
authority, which keeps what it is sent and answers as it is told."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook

from config import tls
from config.env import WebhookHost

Answer = Callable[[BaseHTTPRequestHandler], None]


def status(code: int, **headers: str) -> Answer:
    """Return an answer with a status and nothing in it."""

    def answer(client: BaseHTTPRequestHandler) -> None:
        client.send_response_only(code)
        for name, value in headers.items():
            client.send_header(name, value)
        client.end_headers()

    return answer


def drip(client: BaseHTTPRequestHandler) -> None:
    """Answer a byte at a time, without an end."""
    try:
        client.wfile.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
        for _ in range(600):
            client.wfile.write(b"a")
            client.wfile.flush()
            time.sleep(0.05)
    except OSError:
        return


def endless(client: BaseHTTPRequestHandler) -> None:
    """Take it, and go on talking for ever."""
    try:
        client.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n<script>alert(1)</script>")
        while True:
            client.wfile.write(b"x" * 10_000)
    except OSError:
        return


@dataclass
class Receiver:
    """What came, and how it is answered."""

    port: int
    authority: str
    scheme: str = "https"
    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    """Path, headers and body of each message."""
    answer: Answer = field(default_factory=lambda: status(204))

    @property
    def host(self) -> WebhookHost:
        """Return the operator's entry for it."""
        return WebhookHost(self.scheme, "localhost", self.port, True)

    @property
    def url(self) -> str:
        return f"{self.scheme}://localhost:{self.port}/hook"

    def opened(self, secret: str, which: int = -1) -> Any:
        """Return what a message says, by the library's own verifier."""
        _path, headers, body = self.came[which]
        return Webhook(secret).verify(body, headers)


@contextmanager
def running(folder: Path, scheme: str = "https") -> Iterator[Receiver]:
    """Run a receiver."""
    files = tls.ready(folder, "localhost")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("content-length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            found.came.append((self.path, headers, self.rfile.read(size)))
            self.close_connection = True
            found.answer(self)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: Any) -> None:
            return

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: Any, client_address: Any) -> None:
            return

    server = Quiet(("127.0.0.1", 0), Handler)
    if scheme == "https":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(files.certificate, files.key)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    found = Receiver(server.server_address[1], str(files.authority), scheme)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
