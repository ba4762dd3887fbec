"""The key that seals, from wherever the unit keeps it: one of three files beside `seal.pass` and `ca.pem`.

    seal.p12       key and certificate, PKCS#12; what an installation makes for itself
    seal.pem       the same, PEM: an encrypted PKCS#8 key, its certificate, and any between it and the root
    seal.pkcs11    JSON: a token that gives its key to nobody (PKCS#11), as
                   {"module": "/usr/lib/softhsm/libsofthsm2.so", "token": "holdfast", "key": "seal"}

`seal.pass` is the passphrase, or the PIN of the token. Tokens need the package python-pkcs11
(`requirements-pkcs11.txt`), which nothing else needs. RSA, in each case, and for non-repudiation: see
`custody.reports.authority`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from asn1crypto import keys, pem, x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from custody.reports.authority import SealFiles, SealKeyError

_NO_KEY = "No sealing key: {missing} missing. Run the set-up, or restore the keys."
_NOT_OPENED = "{passphrase} does not open {file}. Restore both from one backup."


@contextmanager
def sealer(files: SealFiles) -> Iterator[signers.Signer]:
    """Open the signer of an installation; a session with a token ends with it.

    Raises:
        SealKeyError: a file is missing, the passphrase does not open the key, or it cannot make our seals.
    """
    if files.kept is files.pkcs11:
        with _token(files) as signer:
            yield _fit(signer)
    else:
        yield load_sealer(files)


def load_sealer(files: SealFiles) -> signers.Signer:
    """Return the signer of an installation whose key is a file. Raises SealKeyError as `sealer` does."""
    missing = files.missing()
    if missing:
        raise SealKeyError(_NO_KEY.format(missing=", ".join(missing)))
    passphrase = files.passphrase.read_bytes().strip()
    if files.kept is files.pem:
        return _fit(_from_pem(files, passphrase))
    signer = signers.SimpleSigner.load_pkcs12(str(files.p12), passphrase=passphrase)
    if signer is None:
        raise SealKeyError(_NOT_OPENED.format(passphrase=files.passphrase.name, file=files.p12.name))
    return _fit(signer)


def _from_pem(files: SealFiles, passphrase: bytes) -> signers.Signer:
    raw = files.pem.read_bytes()
    if b"-----BEGIN ENCRYPTED PRIVATE KEY-----" not in raw:
        raise SealKeyError(f"{files.pem.name} holds no encrypted key (PKCS#8).")
    try:
        key = load_pem_private_key(raw[raw.index(b"-----BEGIN ENCRYPTED") :], passphrase)
    except (ValueError, TypeError) as error:
        raise SealKeyError(
            _NOT_OPENED.format(passphrase=files.passphrase.name, file=files.pem.name)
        ) from error
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    found = [
        x509.Certificate.load(der)
        for kind, _, der in pem.unarmor(raw, multiple=True)
        if kind == "CERTIFICATE"
    ]
    own = [one for one in found if one.public_key.dump() == public]
    if not own:
        raise SealKeyError(f"{files.pem.name} holds no certificate of its key.")
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()
    store.register_multiple(one for one in found if one.dump() != own[0].dump())
    return signers.SimpleSigner(
        signing_cert=own[0], signing_key=keys.PrivateKeyInfo.load(private), cert_registry=store
    )


@contextmanager
def _token(files: SealFiles) -> Iterator[signers.Signer]:
    if missing := files.missing():
        raise SealKeyError(_NO_KEY.format(missing=", ".join(missing)))
    try:
        told: Any = json.loads(files.pkcs11.read_text(encoding="utf-8"))
        module, token, key = (str(told[name]) for name in ("module", "token", "key"))
    except (ValueError, KeyError, TypeError) as error:
        raise SealKeyError(f"{files.pkcs11.name} does not name module, token and key.") from error
    try:
        from pkcs11 import PKCS11Error
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
    except ImportError as error:
        raise SealKeyError(
            f"{files.pkcs11.name} names a token, and python-pkcs11 is not installed: "
            "pip install --require-hashes -r requirements-pkcs11.txt"
        ) from error
    pin = files.passphrase.read_text(encoding="utf-8").strip()
    try:
        with open_pkcs11_session(module, token_criteria=TokenCriteria(label=token), user_pin=pin) as session:
            signer = PKCS11Signer(session, cert_label=key, key_label=key)
            _ = signer.signing_cert  # asked for here, so that a token that lacks it is told of as such
            yield signer
    except (PKCS11Error, RuntimeError, OSError) as error:
        raise SealKeyError(
            f"the token of {files.pkcs11.name}: {str(error) or type(error).__name__}"
        ) from error


def _fit(signer: signers.Signer) -> signers.Signer:
    """Return a signer whose key can make our seals. Raises SealKeyError."""
    certificate = signer.signing_cert
    if certificate is None or certificate.public_key.algorithm != "rsa":
        raise SealKeyError("The sealing key must be RSA: another makes a file that is no PDF/A-3.")
    use = certificate.key_usage_value
    if use is None or "non_repudiation" not in use.native:
        raise SealKeyError("The sealing certificate is not for non-repudiation (content commitment).")
    return signer
