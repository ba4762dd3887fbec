"""A time authority that answers on this machine, and files whose time stamp was taken out or exchanged."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from asn1crypto import cms
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader

from custody.reports import demo_authority
from custody.reports.der import in_one_form
from custody.reports.seal import Lists, crls_of
from custody.reports.stamping import REPLY, HttpTimeStamper

NOW = datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class At:
    """How an authority is asked."""

    url: str
    user: str = ""
    password: str = ""
    policy: str = ""
    ca_file: str = ""


@dataclass(frozen=True)
class Clock:
    """An authority that answers."""

    folder: Path
    url: str

    @property
    def root(self) -> bytes:
        """Its root, as a trust folder holds it."""
        return (self.folder / demo_authority.ROOT).read_bytes()

    def asked(self, *, trusting: bool = True, **told: str) -> HttpTimeStamper:
        """Return whoever asks it."""
        roots = tuple(load_certs_from_pemder_data(self.root)) if trusting else ()
        return HttpTimeStamper(At(self.url, **told), roots)

    def lists(self, ca: bytes, crl: bytes) -> Lists:
        """Return what a seal carries along under its stamp."""
        roots = (*load_certs_from_pemder_data(ca), *load_certs_from_pemder_data(self.root))
        return Lists(roots, (*crls_of(crl), *crls_of((self.folder / demo_authority.LISTS).read_bytes())))


@contextmanager
def served(
    folder: Path, *, made: datetime = NOW, at: datetime | None = None, name: str = "Test time authority"
) -> Iterator[Clock]:
    """Run an authority whose certificate begins at `made`; every stamp names `at`, else the present."""
    demo_authority.make(folder, made, name)
    listener = socket.create_server(("127.0.0.1", 0))
    server = demo_authority.server(folder, listener, at)
    with _running(server) as url:
        yield Clock(folder, url)


@contextmanager
def answering(
    body: Callable[[bytes], bytes], *, status: int = 200, kind: str = REPLY, **headers: str
) -> Iterator[tuple[str, list[BaseHTTPRequestHandler]]]:
    """Run a server that answers whatever it likes; yields its address and who asked."""
    asked: list[BaseHTTPRequestHandler] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self)
            said = body(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            for key, value in {"Content-Type": kind, **headers}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    with _running(HTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url, asked


@contextmanager
def _running(server: HTTPServer) -> Iterator[str]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/stamps"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def token_in(sealed: bytes) -> cms.ContentInfo:
    """Return the time stamp in a seal."""
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    (attribute,) = signature.signer_info["unsigned_attrs"]
    return attribute["values"][0]


def with_token(sealed: bytes, token: cms.ContentInfo | None) -> bytes:
    """Return a sealed file with another time stamp in the room of the signature value, or with none."""
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    _, first, second, _ = (int(number) for number in signature.byte_range)
    content = cms.ContentInfo.load(signature.pkcs7_content)
    signer = content["content"]["signer_infos"][0]
    if token is None:
        del signer["unsigned_attrs"]
    else:
        signer["unsigned_attrs"] = [{"type": "signature_time_stamp_token", "values": [token]}]
    value = in_one_form(content).hex().upper().encode()
    room = second - first - 2
    return sealed[: first + 1] + value + b"0" * (room - len(value)) + sealed[second - 1 :]
