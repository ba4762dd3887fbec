"""The sealing key of an installation: made once, kept in files, never overwritten.

`keys/seal.p12` (RSA-3072 key with its certificate, under the random passphrase in `keys/seal.pass`) and
`keys/ca.pem`, the root that the certificate stands under, are readable by the owner only; `trust/ca.pem` is
the copy for verifiers. The root's own key signs this one certificate and is then forgotten: nobody, we
included, can make a second sealing certificate under the same root. A new key therefore means a new root,
handed out by the channel of the first. What says that nothing below the root was revoked, `keys/seal.crl` and
`trust/ca.crl`, is therefore made at the same moment and holds as long as the root: no other can ever follow
it, and a key that is lost or stolen is told of by other means (`docs/seal.md`). RSA, because an elliptic key
makes pyHanko declare PDF 2.0, which a PDF/A-3 file may not do. A unit with a certificate of its own puts its
key (`custody.reports.sealer`), `seal.pass` and `ca.pem` in place before the first start.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

KEY_BITS = 3072
YEARS = 10


class SealKeyError(Exception):
    """The sealing key cannot be used; the message says which file and what to do."""


@dataclass(frozen=True, slots=True)
class SealFiles:
    """Where the sealing key of an installation lies: in one of `p12`, `pem` and `pkcs11`; `crl` need not be
    there."""

    p12: Path
    pem: Path
    pkcs11: Path
    passphrase: Path
    ca: Path
    crl: Path

    @classmethod
    def within(cls, keys: Path) -> SealFiles:
        """Return the fixed file names in the folder of keys."""
        names = ("seal.p12", "seal.pem", "seal.pkcs11", "seal.pass", "ca.pem", "seal.crl")
        return cls(*(keys / name for name in names))

    @property
    def kept(self) -> Path:
        """The file in which the key lies, or is to lie. Raises SealKeyError where there are two."""
        found = [path for path in (self.p12, self.pem, self.pkcs11) if path.exists()]
        if len(found) > 1:
            names = " and ".join(path.name for path in found)
            raise SealKeyError(f"There are two sealing keys, {names}. Move the one away that is not to seal.")
        return found[0] if found else self.p12

    def missing(self) -> list[str]:
        """Return the names of the files that are not there."""
        return [p.name for p in (self.kept, self.passphrase, self.ca) if not p.exists()]


def ensure_authority(keys: Path, trust: Path, *, name: str, now: datetime) -> SealFiles:
    """Make root and sealing key if none is there, publish the root to `trust/ca.pem`, and say where they are.

    Two processes may call it at once. What exists is left as it is.

    Args:
        keys: folder of private keys; made with mode 0700.
        trust: folder handed to verifiers; an existing `ca.pem` there is kept.
        name: whom the certificate names, such as "Holdfast demo" or the unit.
        now: start of the certificates' validity of ten years.

    Raises:
        SealKeyError: some of the files are there and some are not.
    """
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    trust.mkdir(parents=True, exist_ok=True)
    files = SealFiles.within(keys)
    with _only_one(keys):
        missing = files.missing()
        if missing and len(missing) < 3:
            raise SealKeyError(
                f"The sealing key in {keys.name}/ is not whole: {', '.join(missing)} missing. "
                "Put the file back from your backup; to begin with a new key, move the others away as well."
            )
        if missing:
            _make(files, name, now)
        for published, kept in ((trust / "ca.pem", files.ca), (trust / "ca.crl", files.crl)):
            if kept.exists() and not published.exists():
                _write_new(published, kept.read_bytes(), 0o644)
    return files


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write_new(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file that must not exist, durably; a half-written one never carries the final name."""
    part = path.with_name(f".{path.name}.new")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.link(part, path)
    part.unlink()


def _make(files: SealFiles, name: str, now: datetime) -> None:
    # The number keeps two installations of one name apart in a verifier's certificate store.
    mark = secrets.token_hex(4)
    made = make_pair(
        f"{name} root {mark}", f"{name} report seal {mark}", now, [(_usage(certificates=False), True)]
    )
    passphrase = secrets.token_urlsafe(32).encode()
    p12 = serialize_key_and_certificates(
        b"holdfast-seal", made.key, made.leaf, [made.root], BestAvailableEncryption(passphrase)
    )
    _write_new(files.passphrase, passphrase + b"\n")
    _write_new(files.ca, made.root.public_bytes(Encoding.PEM))
    _write_new(files.crl, made.crl.public_bytes(Encoding.PEM))
    _write_new(files.p12, p12)


@dataclass(frozen=True, slots=True)
class Pair:
    """A key with its certificate under a root whose own key is gone, and the one list that it signed."""

    key: rsa.RSAPrivateKey
    leaf: x509.Certificate
    root: x509.Certificate
    crl: x509.CertificateRevocationList


def make_pair(
    root_name: str, leaf_name: str, now: datetime, uses: Sequence[tuple[x509.ExtensionType, bool]]
) -> Pair:
    """Make a key for one purpose, valid for ten years, under a root of its own.

    Args:
        root_name: name in the root's certificate.
        leaf_name: name in the key's certificate.
        now: start of the validity.
        uses: extensions that say what the key is for, each with whether it is critical.
    """
    root_key = rsa.generate_private_key(65537, KEY_BITS)
    leaf_key = rsa.generate_private_key(65537, KEY_BITS)
    issuer = _name(root_name)
    start, end = now - timedelta(minutes=5), now + timedelta(days=365 * YEARS)
    known = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())

    def begun(subject: x509.Name, key: rsa.RSAPublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        )

    root = (
        begun(issuer, root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .sign(root_key, SHA256())
    )
    leaf = (
        begun(_name(leaf_name), leaf_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(known, critical=False)
    )
    for use, critical in uses:
        leaf = leaf.add_extension(use, critical=critical)
    none_revoked = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer)
        .last_update(start)
        .next_update(end)
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(known, critical=False)
        .sign(root_key, SHA256())
    )
    return Pair(leaf_key, leaf.sign(root_key, SHA256()), root, none_revoked)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Holdfast"),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    """Return the usage of a root (certificates, lists) or of a seal (non-repudiation; RFC 5280 4.2.1.3)."""
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=not certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )
