"""A passkey in software, so that tests can lie in every way in which a real one does not."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Key:
    """One passkey; what it says of itself can be changed between two answers."""

    origin: str = "http://localhost:8000"
    rp: str = "localhost"
    flags: int = PRESENT | VERIFIED
    counter: int = 1
    cross_origin: bool = False
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def cose(self) -> bytes:
        return cbor.encode(dict(ES256.from_cryptography_key(self.private.public_key())))

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin}
        return json.dumps(said, separators=(",", ":")).encode()

    def _data(self, flags: int) -> bytes:
        digest = hashlib.sha256(self.rp.encode()).digest()
        return digest + bytes([flags]) + self.counter.to_bytes(4, "big")

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer what a page asks that adds a passkey."""
        asked = options["publicKey"]
        self.handle = raw(asked["user"]["id"])
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self.cose
        data = self._data(self.flags | ATTESTED) + attested
        return self._answer(
            clientDataJSON=self._client("webauthn.create", asked["challenge"]),
            attestationObject=cbor.encode({"fmt": "none", "attStmt": {}, "authData": data}),
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer what a page asks that signs in."""
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        data = self._data(self.flags)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=client, authenticatorData=data, signature=signature, userHandle=self.handle
        )

    def _answer(self, **response: bytes) -> dict[str, Any]:
        return {
            "id": base64url(self.id), "rawId": base64url(self.id), "type": "public-key",
            "clientExtensionResults": {},
            "response": {name: base64url(value) for name, value in response.items()},
        }  # fmt: skip
