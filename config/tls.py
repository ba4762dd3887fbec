"""HTTPS within a house, without asking anybody outside: an authority of this site's own for one host name.

The authority can vouch for that name alone (RFC 5280, 4.2.1.10, name constraints): a browser that trusts it
gives nothing else away, even where its key is stolen. Everything lies in `var/tls/<name>/`, readable by us
alone; what people carry to their browsers is `authority.pem`.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from config.folders import EngineError, private, write_private
from config.launch import LOOPBACK as LOOPBACK
from config.words import words

AUTHORITY_LASTS = timedelta(days=3652)
SITE_LASTS = timedelta(days=397)
"""Browsers take no certificate of a server that is valid longer than 398 days."""
RENEWED_BEFORE = timedelta(days=60)
_BEFORE = timedelta(days=1)
"""So far the clock of another computer may be behind ours."""


class Files(NamedTuple):
    """Where the certificates of one name lie, and the authority's SHA-256 as browsers show it."""

    authority: Path
    certificate: Path
    key: Path
    fingerprint: str


def ready(var: Path, name: str, now: datetime | None = None) -> Files:
    """Return certificates for `name` that are valid for weeks to come, made or renewed where they are not.

    The authority stays what it is for ten years, so that browsers need to be told once; its key is wanted
    only when the site's certificate is renewed, and may be kept elsewhere until then. Raises EngineError
    where files are missing or damaged.
    """
    now = now or datetime.now(UTC)
    folder = private(private(var / "tls") / name)
    paths = {part: folder / f"{part}.pem" for part in ("authority", "authority-key", "site", "site-key")}
    try:
        if not paths["authority"].exists():
            _make_authority(paths, name, now)
        authority = x509.load_pem_x509_certificate(paths["authority"].read_bytes())
        if authority.not_valid_after_utc - RENEWED_BEFORE < now:
            _make_authority(paths, name, now)
            authority = x509.load_pem_x509_certificate(paths["authority"].read_bytes())
        if not _stands(paths, authority, now):
            _make_site(paths, authority, name, now)
    except (ValueError, TypeError, OSError) as error:
        raise EngineError(
            words(
                f"The certificates in {folder} cannot be used ({error}). Put them back, or move the folder "
                "away: then a new authority is made, which browsers must be told anew.",
                f"{folder} 中的证书无法使用（{error}）。请恢复该目录，或将其移走："
                "届时将生成新的证书颁发机构，各浏览器须重新信任。",
            )
        ) from None
    print_ = authority.fingerprint(hashes.SHA256()).hex(":").upper()
    return Files(paths["authority"], paths["site"], paths["site-key"], print_)


def reaches_us(name: str) -> bool:
    """Tell whether this machine knows an address for `name`."""
    try:
        return bool(socket.getaddrinfo(name, None))
    except OSError:
        return False


def _stands(paths: dict[str, Path], authority: x509.Certificate, now: datetime) -> bool:
    """Tell whether the site's certificate is there, of this authority, with its key, valid for a while."""
    if not (paths["site"].exists() and paths["site-key"].exists()):
        return False
    site = x509.load_pem_x509_certificate(paths["site"].read_bytes())
    key = load_pem_private_key(paths["site-key"].read_bytes(), None)
    try:
        site.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError):
        return False
    return site.public_key() == key.public_key() and now < site.not_valid_after_utc - RENEWED_BEFORE


def _make_authority(paths: dict[str, Path], name: str, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    # Told apart by day where one is made anew: browsers list authorities by this name.
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Holdfast"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{name[:40]} {now:%Y-%m-%d}"),
        ]
    )
    made = (
        _begun(subject, subject, key.public_key(), now, AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certifies=True), critical=True)
        .add_extension(x509.NameConstraints([x509.DNSName(name)], None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(paths["authority-key"], paths["authority"], key, made)


def _make_site(paths: dict[str, Path], authority: x509.Certificate, name: str, now: datetime) -> None:
    issuer = load_pem_private_key(paths["authority-key"].read_bytes(), None)
    if not isinstance(issuer, ec.EllipticCurvePrivateKey) or issuer.public_key() != authority.public_key():
        raise ValueError("the authority's key is another's")
    key = ec.generate_private_key(ec.SECP256R1())
    # No subject: browsers read the alternative name alone, and a common name holds no more than 64 letters.
    made = (
        _begun(x509.Name([]), authority.subject, key.public_key(), now, SITE_LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certifies=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False
        )
        .sign(issuer, hashes.SHA256())
    )
    _write(paths["site-key"], paths["site"], key, made)


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now - _BEFORE + lasts)
    )


def _usage(*, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certifies,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )


def _write(key_path: Path, path: Path, key: ec.EllipticCurvePrivateKey, made: x509.Certificate) -> None:
    """Write the key first: a certificate that stands has its key, whenever we are killed."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(key_path, pem.decode())
    write_private(path, made.public_bytes(Encoding.PEM).decode())


def greeting(files: Files, name: str, listens: str, say: Callable[[str], None]) -> None:
    """Tell the person at the terminal what browsers need, and who can reach the site."""
    say(
        words(
            "  Browsers must trust its authority once, which can vouch for this name alone "
            "(docs/operating.md, TLS):",
            "  各浏览器须信任一次本站点的证书颁发机构，它只能为该名称签发证书（见 docs/operating.md，TLS）：",
        )
    )
    say(f"    {files.authority}")
    say(f"    SHA-256 {files.fingerprint}")
    if not reaches_us(name):
        say(
            words(
                f"  This machine knows no address of {name}: enter it in DNS or in the hosts file.",
                f"  本机无法解析 {name}：请在 DNS 或 hosts 文件中登记。",
            )
        )
    if listens == LOOPBACK:
        say(
            words(
                "  Only this machine reaches it. A real site opens to others by --listen 0.0.0.0",
                "  目前仅本机可访问。正式站点可用 --listen 0.0.0.0 向其他计算机开放。",
            )
        )
