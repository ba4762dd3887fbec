"""Smart cards: a key, its certificate, and the signature that card software makes of a file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

DAY = dt.timedelta(days=1)


class Card:
    """A card with an elliptic key, or of so many bits an RSA key; its certificate begins and ends on days
    from now."""

    def __init__(self, bits: int = 0, *, begins: int = -1, ends: int = 365, name: str = "Heng") -> None:
        self.key: Any = (
            rsa.generate_private_key(65537, bits) if bits else ec.generate_private_key(ec.SECP256R1())
        )
        now, subject = dt.datetime.now(dt.UTC), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + begins * DAY)
            .not_valid_after(now + ends * DAY)
            .sign(self.key, hashes.SHA256())
        )

    def sign(
        self,
        content: bytes,
        *,
        attributes: bool = True,
        certificate: bool = True,
        encoding: Encoding = Encoding.DER,
        digest: Any = None,
        pss: bool = False,
    ) -> bytes:
        """Return a detached CMS signature over a file, as it is."""
        options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
        options += [] if attributes else [pkcs7.PKCS7Options.NoAttributes]
        options += [] if certificate else [pkcs7.PKCS7Options.NoCerts]
        way: Any = (
            padding.PSS(padding.MGF1(digest or hashes.SHA256()), padding.PSS.DIGEST_LENGTH) if pss else None
        )
        return (
            pkcs7.PKCS7SignatureBuilder()
            .set_data(content)
            .add_signer(self.certificate, self.key, digest or hashes.SHA256(), rsa_padding=way)
            .sign(encoding, options)
        )
