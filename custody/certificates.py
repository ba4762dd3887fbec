"""What a smart card or token signs where passkeys are barred, and whether it was signed: bytes in, yes or no
out.

Its owner takes the statement away as a file, the tag of its kind on a line before it, and brings back a
detached CMS signature over that file (RFC 5652), as card software and OpenSSL make it. Of that, what is
signed (the signed attributes) and the signature itself are kept; the certificate is not, for names of people
stand in it. The public key is that of the entry that confirmed it, so that no certificate authority has to be
asked or believed.

No Django, no clock and no database, as in `custody.signoff`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, pem
from asn1crypto import x509 as asn1
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from custody import signoff
from custody.factor_terms import KeyForm, SignOffDoubt
from custody.signoff import NotSigned, SigningKey, base64url, raw
from ledger.tlog import canonical
from ledger.tlog.errors import CanonicalError

LONGEST = 65_536
"""Bytes that a signature with its certificates may have."""
CLAIM = "holdfast/certificate-statement/v1"
"""Tag of what the owner of a card signs to show that it is at hand."""
_CLAIMS = frozenset({"v", "type", "person", "origin", "rp_id", "nonce", "issued_at", "expires_at"})
_SMALLEST = 2_048
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_HASHES: Mapping[str, tuple[str, hashes.HashAlgorithm]] = {
    "256": ("sha256", hashes.SHA256()),
    "384": ("sha384", hashes.SHA384()),
    "512": ("sha512", hashes.SHA512()),
}
_WAYS = {"rsassa_pkcs1v15": "RS", "rsassa_pss": "PS", "ecdsa": "ES"}
ALGORITHMS = frozenset(way + size for way in _WAYS.values() for size in _HASHES)
"""Those that count, named as in RFC 7518."""


@dataclass(frozen=True, slots=True)
class Detached:
    """What a card signed, and its signature, in base64url without padding; ``credential``: the key that it
    names, as SHA-256 of its public key in hex."""

    credential: str
    algorithm: str
    signed_attributes: str
    signature: str

    def to_json(self) -> dict[str, str]:
        """Return the form in which an entry carries it."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def of(cls, value: Any) -> Detached:
        """Return what an entry says. Raises NotSigned for another shape."""
        if not isinstance(value, Mapping) or set(value) != set(cls.__slots__):
            raise NotSigned(SignOffDoubt.FORM)
        if not all(isinstance(part, str) for part in value.values()) or value["algorithm"] not in ALGORITHMS:
            raise NotSigned(SignOffDoubt.FORM)
        raw(value["signed_attributes"]), raw(value["signature"])
        return cls(**value)


@dataclass(frozen=True, slots=True)
class Card:
    """A certificate as it came with a signature: its public key (SubjectPublicKeyInfo, RFC 5280) in
    base64url, and what is said of it to those who compare it."""

    public_key: str
    subject: str
    issuer: str
    starts: dt.datetime
    ends: dt.datetime

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the public key, in hex."""
        return signoff.fingerprint(self.public_key)

    def check(self, now: dt.datetime) -> None:
        """Make sure that the certificate is in force. Raises NotSigned."""
        if not self.starts <= now <= self.ends:
            raise NotSigned(SignOffDoubt.RUN_OUT)


def claim(person: str, origin: str, rp_id: str, nonce: str, now: dt.datetime) -> str:
    """Return the text that the owner of a card signs when it is put on record."""
    told: dict[str, canonical.Json] = {
        "v": signoff.VERSION, "type": "certificate", "person": person, "origin": origin, "rp_id": rp_id,
        "nonce": nonce, "issued_at": signoff.moment_text(now),
        "expires_at": signoff.moment_text(now + signoff.LASTS_AWAY),
    }  # fmt: skip
    return canonical.encode(told).decode()


def read_claim(text: str) -> dict[str, Any]:
    """Return the members of such a text. Raises NotSigned unless this is the one way to write them."""
    try:
        told: Any = canonical.decode(text.encode())
    except (CanonicalError, UnicodeError, RecursionError):
        raise NotSigned(SignOffDoubt.STATEMENT) from None
    good = isinstance(told, dict) and set(told) == _CLAIMS and told["type"] == "certificate"
    if not good or told["v"] != signoff.VERSION or signoff.lasts(told) != signoff.LASTS_AWAY:
        raise NotSigned(SignOffDoubt.STATEMENT)
    return dict(told)


def claim_file(text: str) -> bytes:
    """Return the file that is signed for such a text."""
    return f"{CLAIM}\n{text}".encode()


def opened(data: bytes) -> tuple[Card, Detached]:
    """Return the certificate and the signature in a CMS file (PEM or DER) of one signer. Whether it signs
    anything is not asked. Raises NotSigned for what is none, or is of a kind that does not count."""
    if len(data) > LONGEST:
        raise NotSigned(SignOffDoubt.FORM)
    try:
        if pem.detect(data):
            _, _, data = pem.unarmor(data)
        info = cms.ContentInfo.load(data, strict=True)
        if info["content_type"].native != "signed_data" or len(info["content"]["signer_infos"]) != 1:
            raise NotSigned(SignOffDoubt.FORM)
        signer = info["content"]["signer_infos"][0]
        certificate = _of_signer(signer["sid"], info["content"]["certificates"])
        card = Card(
            base64url(certificate.public_key.dump()),
            certificate.subject.human_friendly,
            certificate.issuer.human_friendly,
            certificate["tbs_certificate"]["validity"]["not_before"].native,
            certificate["tbs_certificate"]["validity"]["not_after"].native,
        )
        attributes = signer["signed_attrs"]
        signed = attributes.untag().dump() if attributes.native is not None else b""
        algorithm, signature = _algorithm(signer), signer["signature"].native
    except NotSigned:
        raise
    except Exception as error:  # asn1crypto raises what its parts raise at bytes of a stranger
        raise NotSigned(SignOffDoubt.FORM) from error
    if not signed:
        raise NotSigned(SignOffDoubt.FORM)
    _public(card.public_key)
    made = Detached(card.fingerprint, algorithm, base64url(signed), base64url(signature))
    return card, Detached.of(made.to_json())


def _of_signer(sid: Any, certificates: Any) -> asn1.Certificate:
    """Return the certificate that a signer names, of those in the file. Raises NotSigned where it is not
    there."""
    for choice in certificates if certificates.native is not None else ():
        if choice.name != "certificate":
            continue
        found = choice.chosen
        if sid.name == "issuer_and_serial_number":
            named = sid.chosen
            same = named["serial_number"].native == found.serial_number and named["issuer"] == found.issuer
        else:
            same = sid.chosen.native == found.key_identifier
        if same:
            return found
    raise NotSigned(SignOffDoubt.NO_CERTIFICATE)


def _algorithm(signer: Any) -> str:
    digest = signer["digest_algorithm"]["algorithm"].native
    way = signer["signature_algorithm"]
    size = next((size for size, (name, _) in _HASHES.items() if name == digest), "")
    if way.signature_algo == "rsassa_pss":
        parameters = way["parameters"]
        masked = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
        if {parameters["hash_algorithm"]["algorithm"].native, masked} != {digest}:
            raise NotSigned(SignOffDoubt.FORM)
    elif way["algorithm"].native not in {"rsassa_pkcs1v15", "ecdsa"} and way.hash_algo != digest:
        raise NotSigned(SignOffDoubt.FORM)
    if way.signature_algo not in _WAYS or not size:
        raise NotSigned(SignOffDoubt.WEAK)
    return _WAYS[way.signature_algo] + size


def verify(text: str, answer: Detached, key: SigningKey) -> None:
    """Make sure that the card of a key signed a statement. Raises NotSigned for anything else.

    Whether the key was in force and whether it was in time is for who knows the ledger and the clock.
    """
    told = signoff.read(text)
    signoff.belongs(told, key)
    if signoff.lasts(told) != signoff.LASTS_AWAY:
        raise NotSigned(SignOffDoubt.STATEMENT)
    if answer.credential != key.credential or answer.credential != signoff.fingerprint(key.public_key):
        raise NotSigned(SignOffDoubt.KEY)
    verify_file(signoff.signed_file(text), answer, key.public_key)


def verify_file(content: bytes, answer: Detached, public_key: str) -> None:
    """Make sure that a file was signed with a key (SubjectPublicKeyInfo in base64url). Raises NotSigned."""
    name, digest = _HASHES[answer.algorithm[2:]]
    signed = raw(answer.signed_attributes)
    if _digest_in(signed) != hashlib.new(name, content).digest():
        raise NotSigned(SignOffDoubt.CHALLENGE)
    key, way, signature = _public(public_key), answer.algorithm[:2], raw(answer.signature)
    try:
        if isinstance(key, rsa.RSAPublicKey) and way in {"RS", "PS"}:
            pss = padding.PSS(padding.MGF1(digest), padding.PSS.AUTO)
            key.verify(signature, signed, padding.PKCS1v15() if way == "RS" else pss, digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and way == "ES":
            key.verify(signature, signed, ec.ECDSA(digest))
        else:
            raise NotSigned(SignOffDoubt.KEY)
    except InvalidSignature:
        raise NotSigned(SignOffDoubt.SIGNATURE) from None


def _digest_in(signed: bytes) -> bytes:
    """Return the digest of the file that signed attributes bind (RFC 5652, section 11.2). Raises
    NotSigned."""
    try:
        found: dict[str, Any] = {}
        attributes = cms.CMSAttributes.load(signed, strict=True)
        for attribute in attributes:
            name = attribute["type"].native
            if name in found:
                raise NotSigned(SignOffDoubt.FORM)
            found[name] = attribute["values"].native
        kind, digests = found.get("content_type"), found.get("message_digest")
    except NotSigned:
        raise
    except Exception as error:  # asn1crypto raises what its parts raise at bytes of a stranger
        raise NotSigned(SignOffDoubt.FORM) from error
    if kind != ["data"] or not isinstance(digests, list) or len(digests) != 1:
        raise NotSigned(SignOffDoubt.FORM)
    return bytes(digests[0])


def _public(text: str) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    """Return a public key of a kind that may sign. Raises NotSigned."""
    try:
        key = load_der_public_key(raw(text))
    except NotSigned:
        raise
    except Exception as error:  # cryptography raises what its parts raise at bytes of a stranger
        raise NotSigned(SignOffDoubt.KEY) from error
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SMALLEST:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES):
        return key
    raise NotSigned(SignOffDoubt.WEAK)


def judge(text: str, value: Any, key: SigningKey) -> int:
    """Judge what an entry or a browser says that a key of either form answered to a statement; return what
    the key has counted, 0 where it does not count. Raises NotSigned."""
    if key.form == KeyForm.CERTIFICATE:
        verify(text, Detached.of(value), key)
        return 0
    return signoff.verify(text, signoff.Assertion.of(value), key)


def credential_of(value: Any) -> str:
    """Return which key an answer of either form names. Raises NotSigned for what is none."""
    if isinstance(value, Mapping) and "signed_attributes" in value:
        return Detached.of(value).credential
    return signoff.Assertion.of(value).credential
