"""A mail server for tests: real SMTP over TCP, which keeps what it takes and can be told to refuse."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from contextlib import suppress
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self, cast

from config.env import MailServer


class _Session(socketserver.StreamRequestHandler):
    """One client, as far as RFC 5321 is needed to take a mail."""

    def handle(self) -> None:
        box: Mailbox = cast(Any, self.server).box
        self._say(220, "test")
        while line := self.rfile.readline():
            verb = line.split(b":")[0].split()[0].upper() if line.split() else b""
            if verb == b"QUIT":
                self._say(221, "bye")
                return
            if verb == b"DATA":
                self._say(354, "go on")
                self._take(box)
            elif verb == b"MAIL" and box.refuses:
                self._say(451, "not now")
            else:
                self._say(250, "ok")

    def _take(self, box: Mailbox) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        box.raw.append(b"".join(lines))
        self._say(250, "taken")

    def _say(self, code: int, words: str) -> None:
        with suppress(OSError):
            self.wfile.write(f"{code} {words}\r\n".encode())


class Mailbox:
    """The server while it is up; `port` stays the same when it is let down and put up again."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.refuses = False
        self.port = 0
        self._server: socketserver.ThreadingTCPServer | None = None

    @property
    def settings(self) -> MailServer:
        """What an operator would have configured."""
        return MailServer("127.0.0.1", self.port, "", "", "holdfast@example.org", "none")

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken."""
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.raw]

    def up(self) -> None:
        """Begin to listen."""
        server = type("Server", (socketserver.ThreadingTCPServer,), {"allow_reuse_address": True})(
            ("127.0.0.1", self.port), _Session
        )
        server.box, self._server, self.port = self, server, server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def down(self) -> None:
        """Stop listening; connections are refused from now on."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.down()
