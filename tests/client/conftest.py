"""The scene behind a real server, and the client as a program of its own in front of it."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.databases import PROJECT

if TYPE_CHECKING:
    from tests.web.scene import Scene

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def scene(committed_screens_stage: Scene, settings: Any) -> Scene:
    """The scene of the screens, committed: another process asks for it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return committed_screens_stage


@pytest.fixture
def key_file(scene: Scene, tmp_path: Path) -> Callable[..., Path]:
    """Write a fresh key of a person into a file that only its owner may read."""
    from custody.actions import keys
    from custody.actions.base import Actor

    def write(who: str, scopes: tuple[str, ...] = keys.SCOPES) -> Path:
        user = scene.user(who)
        _, text = keys.issue(Actor.of(user), user=user.pk, name="client", scopes=scopes, days=1)
        path = tmp_path / f"{who}.key"
        path.write_text(text + "\n", encoding="ascii")
        path.chmod(0o600)
        return path

    return write


def environ(**more: str) -> dict[str, str]:
    """Return an environment without anything of ours but what is given."""
    own = ("HOLDFAST_KEY", "HOLDFAST_URL", "LC_", "LANG", "DJANGO_", "DATABASE_", "REDIS_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(own)}
    return {**kept, "PYTHONPATH": str(PROJECT), "PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8", **more}


@pytest.fixture
def client(tmp_path: Path) -> Run:
    """Run the client with these arguments, in a folder of its own."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "holdfast_client", *arguments],
            cwd=tmp_path,
            env=environ(**variables),
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )

    return run


class Line(ThreadingHTTPServer):
    """A line to the server on which the answers of the first acts are lost after they were done."""

    daemon_threads = True

    def __init__(self, upstream: str, lose: int) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.upstream = urlsplit(upstream).netloc
        self.lose, self.tokens = lose, list[str | None]()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Passing(BaseHTTPRequestHandler):
    server: Line

    def do_GET(self) -> None:
        self._pass(b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.tokens.append(self.headers["Idempotency-Key"])
        self._pass(body)

    def _pass(self, body: bytes) -> None:
        connection = http.client.HTTPConnection(self.server.upstream)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "content-length")}
        connection.request(self.command, self.path, body or None, headers)
        answer = connection.getresponse()
        raw = answer.read()
        connection.close()
        if self.command == "POST" and self.server.lose > 0:
            self.server.lose -= 1
            self.close_connection = True
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def lossy(live_server: Any) -> Iterator[Callable[[int], Line]]:
    """Give a line that loses the answers of so many acts."""
    lines: list[Line] = []

    def make(lose: int) -> Line:
        lines.append(Line(live_server.url, lose))
        threading.Thread(target=lines[-1].serve_forever, daemon=True).start()
        return lines[-1]

    yield make
    for line in lines:
        line.shutdown()
        line.server_close()
