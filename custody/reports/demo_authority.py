"""The time authority of the demonstration, and of the tests: it stamps whatever it is asked for, by this
machine's clock. It shows how a stamp looks and proves nothing, because whoever runs the site runs it too.

    python -m custody.reports.demo_authority --keys DIR [--listen fd:N]

In the folder, made at the first start: `tsa.key`, `tsa.pem` (its certificate), and for whoever takes its
stamps `root.pem` and `root.crl`. The key of that root is forgotten.
"""

from __future__ import annotations

import argparse
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import cms, keys, pem, tsp, x509
from cryptography import x509 as cx
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from custody.reports.authority import make_pair
from custody.reports.stamping import MOST, QUERY, REPLY

NAME = "Holdfast demonstration time stamps (prove nothing)"
POLICY = "1.3.6.1.4.1.32473.1"
"""Below the number that RFC 5612 keeps for examples."""
ROOT, LISTS = "root.pem", "root.crl"
_KEY, _CERTIFICATE = "tsa.key", "tsa.pem"


def make(folder: Path, now: datetime, name: str = NAME) -> None:
    """Make key, certificate, root and list in a folder, where there is none yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / _KEY).exists():
        return
    use = cx.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    made = make_pair(f"{name[:50]} root", name, now, [(use, True)])
    (folder / ROOT).write_bytes(made.root.public_bytes(Encoding.PEM))
    (folder / LISTS).write_bytes(made.crl.public_bytes(Encoding.PEM))
    (folder / _CERTIFICATE).write_bytes(made.leaf.public_bytes(Encoding.PEM))
    key = made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{_KEY}.new").touch(mode=0o600)
    (folder / f"{_KEY}.new").write_bytes(key)
    (folder / f"{_KEY}.new").rename(folder / _KEY)  # last: what has a key has all of it


class DemoAuthority(DummyTimeStamper):
    """Stamps in this process, by the clock of this machine unless another moment is given."""

    def __init__(self, folder: Path, at: datetime | None = None) -> None:
        """Args: a folder that `make` filled, and the moment that every stamp names, for tests."""
        _, _, certificate = pem.unarmor((folder / _CERTIFICATE).read_bytes())
        _, _, key = pem.unarmor((folder / _KEY).read_bytes())
        super().__init__(
            tsa_cert=x509.Certificate.load(certificate),
            tsa_key=keys.PrivateKeyInfo.load(key),
            fixed_dt=at,
            override_md="sha256",
        )

    def _build_tst_info(
        self, message_imprint: tsp.MessageImprint, dt: datetime, req: tsp.TimeStampReq
    ) -> tsp.TSTInfo:
        info = super()._build_tst_info(message_imprint, dt, req)
        info["gen_time"] = self.fixed_dt or datetime.now(UTC).replace(microsecond=0)
        info["policy"] = req["req_policy"].dotted if req["req_policy"].native else POLICY
        return info

    def _sign_tst_info(
        self, tst_info_data: bytes, md_algorithm: str, dt: datetime
    ) -> tuple[bytes, cms.CMSAttributes]:
        """Sign with the certificate named by SHA-256 (RFC 5816); the parent names it by SHA-1."""
        hashed = Hash(SHA256())
        hashed.update(tst_info_data)
        attributes = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("message_digest", hashed.finalize()),
                simple_cms_attribute("signing_certificate_v2", as_signing_certificate_v2(self.tsa_cert)),
            ]
        )
        signer = SimpleSigner(self.tsa_cert, self.tsa_key, SimpleCertificateStore())
        return signer.sign_raw(attributes.dump(), "sha256"), attributes


def answer(authority: DemoAuthority, raw: bytes) -> bytes:
    """Return the answer to a question, which says so where it is none."""
    try:
        return bytes(authority.request_tsa_response(tsp.TimeStampReq.load(raw, strict=True)).dump())
    except (ValueError, TypeError, KeyError):
        status = tsp.PKIStatusInfo({"status": "rejection"}).dump()
        return bytes([0x30, len(status)]) + status  # an answer without a stamp is a sequence of the status


class _Handler(BaseHTTPRequestHandler):
    authority: DemoAuthority
    timeout = 10

    def do_POST(self) -> None:
        """Answer a question (RFC 3161, 3.4)."""
        length = self.headers.get("Content-Length", "")
        kind = self.headers.get("Content-Type", "")
        if kind != QUERY or not length.isdigit() or int(length) > MOST:
            self.send_error(415 if kind != QUERY else 413)
            return
        body = answer(self.authority, self.rfile.read(int(length)))
        self.send_response(200)
        self.send_header("Content-Type", REPLY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of what was asked."""


def server(folder: Path, listener: socket.socket, at: datetime | None = None) -> HTTPServer:
    """Return a server on a socket that listens already."""
    made = ThreadingHTTPServer(listener.getsockname()[:2], _Handler, bind_and_activate=False)
    made.socket.close()
    made.socket = listener
    made.RequestHandlerClass = type("_Bound", (_Handler,), {"authority": DemoAuthority(folder, at)})
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until ended."""
    parser = argparse.ArgumentParser(prog="python -m custody.reports.demo_authority")
    parser.add_argument("--keys", type=Path, required=True, help="folder of its key and certificate")
    parser.add_argument("--listen", help="fd:N, a socket that listens already; without it keys are made only")
    given = parser.parse_args(sys.argv[1:] if arguments is None else arguments)
    make(given.keys, datetime.now(UTC).replace(microsecond=0))
    if given.listen is None:
        return 0
    server(given.keys, socket.socket(fileno=int(given.listen.removeprefix("fd:")))).serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
