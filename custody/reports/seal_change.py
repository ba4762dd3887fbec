"""Another sealing key: made or taken, recorded by the caller, then put in place. What was sealed stays good.

`keys/next-seal/` holds the new key until it is in place: made there, or put there by a unit with a
certificate of its own (its key, `seal.pass` and `ca.pem`). The former files go to
`keys/former-seal-<fingerprint>/`; the roots in `trust/ca.pem` all stay, or old reports could not be judged.
Killed anywhere it is begun again, goes on with the same new key, and comes to the same.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from custody.reports.authority import SealFiles, SealKeyError, ensure_authority
from custody.reports.sealer import sealer

NEXT, FORMER = "next-seal", "former-seal-"


@dataclass(frozen=True, slots=True)
class Change:
    """The certificates of before and from now on, and the root of the new one: SHA-256 of each."""

    old: str
    new: str
    root: str


@contextmanager
def changing(keys: Path, trust: Path, *, name: str, now: datetime) -> Iterator[Change]:
    """Prepare another sealing key, have the caller record it, put it in place.

    No report may be sealed meanwhile. Raises SealKeyError, with nothing changed, where there is no key yet,
    where the new one cannot seal, or does not lead to its root.
    """
    files, coming = SealFiles.within(keys), SealFiles.within(keys / NEXT)
    begun = [path for path in keys.glob(f"{FORMER}*") if (path / "to").exists()]
    if not (keys / NEXT).exists():
        for done in begun:  # killed when all was in place
            (done / "to").unlink()
        begun = []
        if files.missing():
            raise SealKeyError(f"There is no whole sealing key in {keys.name}/ that could be changed.")
        with sealer(files):
            ensure_authority(keys / f".{NEXT}", keys / f".{NEXT}" / "trust", name=name, now=now)
        (keys / f".{NEXT}").rename(keys / NEXT)  # from here on it is gone on with
    old = _fingerprint(SealFiles.within(begun[0]) if begun else files)
    new = _checked(coming, now)
    if new == old:
        raise SealKeyError(f"The key in {keys.name}/{NEXT} is the one that seals already.")
    roots = _certificates(coming.ca.read_bytes())
    yield Change(old, new, roots[0].sha256.hex())
    _finish(files, coming, trust, keys / f"{FORMER}{old[:16]}")


def _fingerprint(files: SealFiles) -> str:
    with sealer(files) as signer:
        assert signer.signing_cert is not None  # noqa: S101 - `sealer` sees to it
        return str(signer.signing_cert.sha256.hex())


def _checked(files: SealFiles, now: datetime) -> str:
    """Return the fingerprint of a certificate that leads to the root beside it. Raises SealKeyError."""
    with sealer(files) as signer:
        certificate = signer.signing_cert
        assert certificate is not None  # noqa: S101 - `sealer` sees to it
        roots = _certificates(files.ca.read_bytes())
        if not roots:
            raise SealKeyError(f"{files.ca.name} of the new key holds no certificate (PEM).")
        context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=now)
        checked = CertificateValidator(
            certificate, intermediate_certs=list(signer.cert_registry), validation_context=context
        )
        try:
            asyncio.run(checked.async_validate_usage({"non_repudiation"}))
        except (PathError, ValidationError) as error:
            raise SealKeyError(f"The new key does not lead to its {files.ca.name}: {error}") from error
        return str(certificate.sha256.hex())


def _certificates(raw: bytes) -> list[x509.Certificate]:
    found = pem.unarmor(raw, multiple=True) if pem.detect(raw) else ()
    return [x509.Certificate.load(der) for kind, _, der in found if kind == "CERTIFICATE"]


def _finish(files: SealFiles, coming: SealFiles, trust: Path, former: Path) -> None:
    """Put a key in place, each step of which may be the last and may be done again."""
    for published, fresh in ((trust / "ca.pem", coming.ca), (trust / "ca.crl", coming.crl)):
        if fresh.exists():
            _add(published, fresh.read_bytes())
    pairs = [
        (getattr(files, name), getattr(coming, name), former / getattr(files, name).name)
        for name in SealFiles.__slots__
    ]
    former.mkdir(mode=0o700, exist_ok=True)
    if not (former / "to").exists():
        for here, _, kept in pairs:
            if here.exists():
                _write(kept, here.read_bytes())
        _write(former / "to", b"")  # whole: from here on what lies in place may be either key
    for here, fresh, _ in pairs:
        if fresh.exists():
            _write(here, fresh.read_bytes())
        else:
            here.unlink(missing_ok=True)
    shutil.rmtree(coming.ca.parent)
    (former / "to").unlink()


def _add(path: Path, content: bytes) -> None:
    """Append to a published file what it does not hold yet."""
    before = path.read_bytes() if path.exists() else b""
    if content.strip() not in before:
        _write(path, before.rstrip() + b"\n" * bool(before) + content, 0o644)


def _write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file durably in place of what is there; a half-written one never carries its name."""
    part = path.with_name(f".{path.name}.new")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
