"""A token of SoftHSM, which gives its key to nobody."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

MODULE = next(
    (
        p
        for p in ("/usr/lib/softhsm/libsofthsm2.so", "/opt/homebrew/lib/softhsm/libsofthsm2.so")
        if Path(p).exists()
    ),
    "",
)
LABEL, PIN = "holdfast", "4711"


def made(
    folder: Path, monkeypatch: pytest.MonkeyPatch, key: Any, certificate: x509.Certificate, name: str
) -> None:
    """Put a key and its certificate into a new token, under a name; skip where there is no SoftHSM."""
    if not MODULE or not shutil.which("softhsm2-util") or find_spec("pkcs11") is None:
        pytest.skip("softhsm2 or python-pkcs11 is not installed: .ci/packages.sh, requirements-pkcs11.txt")
    (folder / "tokens").mkdir()
    (folder / "softhsm.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(folder / "softhsm.conf"))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    pin = ["--pin", PIN]
    for words in (
        ["--init-token", "--free", "--label", LABEL, "--so-pin", "0815", *pin],
        ["--import", str(folder / "key.pem"), "--token", LABEL, "--label", name, "--id", "A1", *pin],
    ):
        subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
    (folder / "key.pem").unlink()
    _put_certificate(certificate.public_bytes(Encoding.DER), name)


def _put_certificate(der: bytes, name: str) -> None:
    import pkcs11
    from asn1crypto import x509 as der_x509

    certificate = der_x509.Certificate.load(der)
    lib = pkcs11.lib(MODULE)
    lib.reinitialize()
    with lib.get_token(token_label=LABEL).open(rw=True, user_pin=PIN) as session:
        session.create_object(
            {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                pkcs11.Attribute.TOKEN: True,
                pkcs11.Attribute.LABEL: name,
                pkcs11.Attribute.ID: b"\xa1",
                pkcs11.Attribute.SUBJECT: certificate.subject.dump(),
                pkcs11.Attribute.ISSUER: certificate.issuer.dump(),
                pkcs11.Attribute.SERIAL_NUMBER: certificate["tbs_certificate"]["serial_number"].dump(),
                pkcs11.Attribute.VALUE: der,
            }
        )


def signed(content: bytes, name: str) -> bytes:
    """Return a detached CMS signature over a file that the token made with the key of a name."""
    from pyhanko.config.pkcs11 import TokenCriteria
    from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

    with open_pkcs11_session(MODULE, token_criteria=TokenCriteria(label=LABEL), user_pin=PIN) as session:
        signer = PKCS11Signer(session, cert_label=name, key_label=name)
        made = asyncio.run(signer.async_sign_general_data(content, "sha256", detached=True))
        return bytes(made.dump())
