"""Certificates of the site's own: believed for one name, renewed in time, told in words when damaged."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from config import gunicorn, tls
from config.folders import EngineError
from tests.config.test_run import clean_environ, free_port
from tests.databases import PROJECT

NAME = "custody.holdfast.test"
NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


def shake_hands(files: tls.Files, name: str, trusted: Path | None = None) -> ssl.SSLSocket:
    """Return what a client has after it trusted the authority and called a server by `name`."""
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(files.certificate, files.key)
    client = ssl.create_default_context(cafile=trusted or files.authority)
    near, far = socket.socketpair()

    def serve() -> None:
        try:
            server.wrap_socket(far, server_side=True).close()
        except (ssl.SSLError, OSError):
            far.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        return client.wrap_socket(near, server_hostname=name)
    finally:
        near.close()
        thread.join()


def test_who_trusts_the_authority_believes_the_site_under_its_name_and_no_other(tmp_path: Path) -> None:
    files = tls.ready(tmp_path, NAME)
    shake_hands(files, NAME)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake_hands(files, "custody.example")


def test_a_stranger_does_not_believe_it(tmp_path: Path) -> None:
    files = tls.ready(tmp_path / "ours", NAME)
    other = tls.ready(tmp_path / "other", NAME)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(files, NAME, trusted=other.authority)


def test_a_stolen_authority_vouches_for_no_other_name(tmp_path: Path) -> None:
    files = tls.ready(tmp_path, NAME)
    folder = files.authority.parent
    paths = {
        "authority-key": folder / "authority-key.pem",
        "site": tmp_path / "bank.pem",
        "site-key": tmp_path / "bank-key.pem",
    }
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    tls._make_site(paths, authority, "bank.example", datetime.now(UTC))
    forged = files._replace(certificate=paths["site"], key=paths["site-key"])
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(forged, "bank.example")


def test_nobody_else_reads_its_files(tmp_path: Path) -> None:
    files = tls.ready(tmp_path, NAME)
    folder = files.authority.parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert {path.stem for path in folder.iterdir()} == {"authority", "authority-key", "site", "site-key"}


def test_the_certificate_is_renewed_in_time_and_the_authority_stays(tmp_path: Path) -> None:
    first = tls.ready(tmp_path, NAME, NOW)
    was = first.certificate.read_bytes()
    last = NOW - timedelta(days=1) + tls.SITE_LASTS - tls.RENEWED_BEFORE
    assert tls.ready(tmp_path, NAME, last - timedelta(seconds=1)).certificate.read_bytes() == was
    renewed = tls.ready(tmp_path, NAME, last)
    assert renewed.fingerprint == first.fingerprint
    assert renewed.certificate.read_bytes() != was
    site = x509.load_pem_x509_certificate(renewed.certificate.read_bytes())
    assert site.not_valid_after_utc - site.not_valid_before_utc < timedelta(days=398)
    assert site.not_valid_after_utc > last + timedelta(days=300)


def test_an_authority_near_its_end_is_made_anew_with_the_site(tmp_path: Path) -> None:
    first = tls.ready(tmp_path, NAME, NOW)
    later = NOW + tls.AUTHORITY_LASTS - tls.RENEWED_BEFORE + timedelta(days=1)
    second = tls.ready(tmp_path, NAME, later)
    assert second.fingerprint != first.fingerprint
    authority = x509.load_pem_x509_certificate(second.authority.read_bytes())
    x509.load_pem_x509_certificate(second.certificate.read_bytes()).verify_directly_issued_by(authority)


def test_the_authoritys_key_may_be_kept_elsewhere_until_it_is_wanted(tmp_path: Path) -> None:
    files = tls.ready(tmp_path, NAME, NOW)
    key = files.authority.parent / "authority-key.pem"
    kept = key.read_bytes()
    key.unlink()
    assert tls.ready(tmp_path, NAME, NOW + timedelta(days=100)) == files
    with pytest.raises(EngineError, match="Put them back"):
        tls.ready(tmp_path, NAME, NOW + timedelta(days=396))
    key.write_bytes(kept)
    assert tls.ready(tmp_path, NAME, NOW + timedelta(days=396)).fingerprint == files.fingerprint


@pytest.mark.parametrize("part", ["authority", "site", "site-key"])
def test_a_damaged_file_is_told_and_nothing_is_made_over_it(tmp_path: Path, part: str) -> None:
    files = tls.ready(tmp_path, NAME)
    path = files.authority.parent / f"{part}.pem"
    path.write_text("-----BEGIN NOTHING-----\n")
    before = {p: p.read_bytes() for p in files.authority.parent.iterdir()}
    with pytest.raises(EngineError, match="cannot be used"):
        tls.ready(tmp_path, NAME)
    assert {p: p.read_bytes() for p in files.authority.parent.iterdir()} == before


@pytest.mark.parametrize("stands", ["authority-key", "site-key"])
def test_killed_between_key_and_certificate_the_next_start_makes_both(tmp_path: Path, stands: str) -> None:
    other = tls.ready(tmp_path / "other", NAME)
    folder = tmp_path / "tls" / NAME
    if stands == "site-key":
        tls.ready(tmp_path, NAME)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{stands}.pem").write_bytes((other.authority.parent / f"{stands}.pem").read_bytes())
    shake_hands(tls.ready(tmp_path, NAME), NAME)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--tls=192.0.2.7"], "no bare address"),
        (["--tls=-x.example"], "is no host name"),
        (["--tls=测绘.example"], "is no host name"),
        (["--tls=custody.local"], "end in .local"),
        (["--listen=0.0.0.0"], "needs --tls NAME"),
        (["--tls=custody.example", "--listen=everywhere"], "written like 0.0.0.0"),
        (["--tls=custody.example", "--listen=192.0.2.7"], "no address 192.0.2.7"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_set_up(
    tmp_path: Path, options: list[str], told: str
) -> None:
    command = [sys.executable, str(PROJECT / "bin" / "run"), f"--var={tmp_path / 'var'}"]
    done = subprocess.run(
        [*command, f"--port={free_port()}", *options],
        capture_output=True,
        text=True,
        env=clean_environ(),
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert told in done.stderr and "Traceback" not in done.stderr
    assert not os.path.lexists(tmp_path / "var")


def test_old_tls_is_not_spoken(tmp_path: Path) -> None:
    files = tls.ready(tmp_path, NAME)

    def ours() -> ssl.SSLContext:
        made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        made.load_cert_chain(files.certificate, files.key)
        made.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        return made

    server = gunicorn.ssl_context(None, ours)
    assert server.minimum_version is ssl.TLSVersion.TLSv1_2
    client = ssl.create_default_context(cafile=files.authority)
    client.maximum_version, client.minimum_version = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1
    near, far = socket.socketpair()

    def serve() -> None:
        with pytest.raises((ssl.SSLError, OSError)):
            server.wrap_socket(far, server_side=True)
        far.close()

    thread = threading.Thread(target=serve)
    thread.start()
    with near, pytest.raises((ssl.SSLError, OSError)):
        client.wrap_socket(near, server_hostname=NAME)
    thread.join()
