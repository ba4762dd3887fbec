"""What a person signs with a passkey, and whether it was signed: bytes in, yes or no out.

The statement is canonical JSON (RFC 8785). What the passkey signs (WebAuthn level 3, section 6.3.3) covers
the SHA-256 of a tag and of the statement. Each kind of sign-off has a tag and members of its own, so an
answer given for a sign-in, or for any other purpose, signs nothing here. No Django, no clock and no database:
a stranger's program can judge a sign-off with this file, the entry that bears the signature and the entry
that confirmed the key.

A signature is never an identity: of one ECDSA signature whoever sees it can make a second.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.webauthn import AuthenticatorData

from custody.factor_terms import SignOffDoubt
from ledger.tlog import canonical
from ledger.tlog.errors import CanonicalError

VERSION = 1
LASTS = dt.timedelta(minutes=5)
"""So long a statement may wait for its signature."""
LASTS_AWAY = dt.timedelta(minutes=30)
"""So long may one that is taken away as a file, for a smart card."""
_LONGEST = 8_192
"""Bytes that a part of an answer may have; browsers and keys send a few hundred."""

_TEXT = frozenset(
    {
        *("type", "choice", "person"),
        *("origin", "rp_id", "nonce", "issued_at", "expires_at"),
    }
)
_OTHER: dict[str, Any] = {"v": int, "ledger": dict}
_ON = ("project", "reason", "pack_sha256")
"""What is said of all that is decided in a project: in which, why, and under which rules."""
_JUDGED = (*_ON, "findings_sha256", "facts_sha256")
"""The same, with how the rules judged it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What one kind of sign-off says beside what every one says.

    ``domain``: the tag under which it is signed, of this kind alone. ``object``: the member that names what
    is decided on. ``text`` and ``other``: its own members, those that are texts and the types of the rest.
    """

    type: str
    domain: str
    object: str
    text: frozenset[str]
    other: Mapping[str, Any]

    @property
    def members(self) -> frozenset[str]:
        """Return the names of all its members."""
        return _TEXT | self.text | self.other.keys() | _OTHER.keys()


APPROVAL = Kind(
    "approval",
    "holdfast/approval-statement/v1",
    "approval",
    frozenset({*("approval", "hop", "from_party", "to_party", "level", "subject_sha256"), *_JUDGED}),
    {
        "against": list, "evidence": list, "conditions": list, "limit": (dict, type(None)),
        "delegation": (str, type(None)), "on_behalf_of": (str, type(None)),
    },
)  # fmt: skip
OVERRIDE = Kind(
    "override",
    "holdfast/override-statement/v1",
    "object",
    frozenset({*("object", "rule", "party", "hop_sha256", "until", "subject_sha256"), *_ON}),
    {"problems": list, "hop": (str, type(None))},
)
DESTRUCTION = Kind(
    "destruction",
    "holdfast/destruction-statement/v1",
    "object",
    frozenset({*("object", "holder", "unit", "method", "copies_sha256", "subject_sha256"), *_JUDGED}),
    {"count": int},
)
RECEIPT = Kind(
    "receipt",
    "holdfast/receipt-statement/v1",
    "object",
    frozenset({*("object", "number", "sender", "receiver", "system", "copies_sha256"), *_JUDGED}),
    {"copies": list, "wrong": list},
)
KEY = Kind(
    "key",
    "holdfast/key-statement/v1",
    "object",
    frozenset({"object", "owner", "form", "fingerprint"}),
    {},
)
PACK = Kind(
    "pack",
    "holdfast/pack-statement/v1",
    "object",
    frozenset({"object", "name", "version", "pack_sha256", "effective", "file_sha256", "reason"}),
    {},
)
KINDS: Mapping[str, Kind] = {
    kind.type: kind for kind in (APPROVAL, OVERRIDE, DESTRUCTION, RECEIPT, KEY, PACK)
}
"""Every kind of sign-off by the type that its statements name."""
_BASE64URL = re.compile(rf"[A-Za-z0-9_-]{{1,{2 * _LONGEST}}}")
_NONCE = re.compile(r"[0-9a-f]{64}")
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"

_KEYS: dict[int, tuple[dict[int, int], dict[int, range]]] = {
    -7: ({1: 2, -1: 1}, {-2: range(32, 33), -3: range(32, 33)}),
    -35: ({1: 2, -1: 2}, {-2: range(48, 49), -3: range(48, 49)}),
    -36: ({1: 2, -1: 3}, {-2: range(66, 67), -3: range(66, 67)}),
    -47: ({1: 2, -1: 8}, {-2: range(32, 33), -3: range(32, 33)}),
    -8: ({1: 1, -1: 6}, {-2: range(32, 33)}),
    -257: ({1: 3}, {-1: range(256, 1025), -2: range(1, 9)}),
    -37: ({1: 3}, {-1: range(256, 1025), -2: range(1, 9)}),
}
"""Of each algorithm (COSE) that may sign: the fixed members of its key, and how long the others are."""


class NotSigned(ValueError):
    """This is no signature of this person on this statement; ``why`` says what is wrong with it."""

    def __init__(self, why: SignOffDoubt) -> None:
        super().__init__(why.text.en)
        self.why = why


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key as the ledger has it from the entry that confirmed it, never from the answer that it judges;
    ``form``: a passkey, or the certificate of a card (`custody.certificates`)."""

    person: str
    credential: str
    public_key: str
    origin: str
    rp_id: str
    form: str = "passkey"


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a passkey answered, each part in base64url without padding."""

    credential: str
    authenticator_data: str
    client_data: str
    signature: str

    def to_json(self) -> dict[str, str]:
        """Return the form in which an entry carries it."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def of(cls, value: Any) -> Assertion:
        """Return what an entry or a browser says. Raises NotSigned for another shape."""
        if not isinstance(value, Mapping) or set(value) != set(cls.__slots__):
            raise NotSigned(SignOffDoubt.FORM)
        if not all(isinstance(part, str) and _BASE64URL.fullmatch(part) for part in value.values()):
            raise NotSigned(SignOffDoubt.FORM)
        return cls(**value)


def write(type: str, **members: Any) -> str:
    """Return the text of a statement of a kind with these members, beside version and type. Raises NotSigned
    for one that lacks something, CanonicalError for what canonical JSON does not carry."""
    told = {"v": VERSION, "type": type, **members}
    _shape(told)
    return canonical.encode(told).decode()


def read(text: str) -> dict[str, Any]:
    """Return the members of a statement of any kind. Raises NotSigned unless this is the one way to write
    them."""
    try:
        told = canonical.decode(text.encode())
    except (CanonicalError, UnicodeError, RecursionError):
        raise NotSigned(SignOffDoubt.STATEMENT) from None
    if not isinstance(told, dict):
        raise NotSigned(SignOffDoubt.STATEMENT)
    _shape(told)
    return told


def kind_of(told: Mapping[str, Any]) -> Kind:
    """Return of which kind a statement is, by the type that it names. Raises NotSigned for another."""
    named = told.get("type")
    kind = KINDS.get(named) if isinstance(named, str) else None
    if kind is None:
        raise NotSigned(SignOffDoubt.STATEMENT)
    return kind


def _shape(told: Mapping[str, Any]) -> None:
    kind = kind_of(told)
    good = (
        set(told) == kind.members
        and all(isinstance(told[name], str) for name in _TEXT | kind.text)
        and all(isinstance(told[name], of) for name, of in (*_OTHER.items(), *kind.other.items()))
        and told["v"] == VERSION
        and not isinstance(told["v"], bool)
        and _NONCE.fullmatch(told["nonce"]) is not None
        and set(told["ledger"]) == {"origin", "size", "root"}
    )
    if not good or lasts(told) not in {LASTS, LASTS_AWAY}:
        raise NotSigned(SignOffDoubt.STATEMENT)


def _moment(text: str) -> dt.datetime:
    try:
        found = dt.datetime.strptime(text, _MOMENT).replace(tzinfo=dt.UTC)
    except ValueError:
        raise NotSigned(SignOffDoubt.STATEMENT) from None
    if moment_text(found) != text:
        raise NotSigned(SignOffDoubt.STATEMENT)
    return found


def moment_text(moment: dt.datetime) -> str:
    """Return a moment as a statement writes it: in UTC, with six decimals."""
    return moment.astimezone(dt.UTC).strftime(_MOMENT)


def lasts(told: Mapping[str, Any]) -> dt.timedelta:
    """Return how long a statement may wait for its signature. Raises NotSigned where it does not say."""
    return _moment(told["expires_at"]) - _moment(told["issued_at"])


def in_time(told: Mapping[str, Any], moment: dt.datetime) -> bool:
    """Return whether a statement could still be signed at a moment."""
    return _moment(told["issued_at"]) <= moment <= _moment(told["expires_at"])


def challenge(text: str) -> bytes:
    """Return what a passkey is asked to sign for a statement: SHA-256 of the tag of its kind, a line end, its
    text. Raises NotSigned for what is no statement."""
    return hashlib.sha256(signed_file(text)).digest()


def signed_file(text: str) -> bytes:
    """Return the bytes that a signature on a statement is about: the tag of its kind, a line end, its text.
    Raises NotSigned for what is no statement."""
    return f"{kind_of(read(text)).domain}\n{text}".encode()


def belongs(told: Mapping[str, Any], key: SigningKey) -> None:
    """Make sure that a statement is for the owner of a key, on the site to which it is bound. Raises
    NotSigned."""
    if told["person"] != key.person:
        raise NotSigned(SignOffDoubt.PERSON)
    if (told["origin"], told["rp_id"]) != (key.origin, key.rp_id):
        raise NotSigned(SignOffDoubt.SITE)


def verify(text: str, assertion: Assertion, key: SigningKey) -> int:
    """Return the count of the passkey that signed a statement. Raises NotSigned for anything else.

    Whether the key was in force, whether it was in time, and whether the count went up, is for who knows the
    ledger and the clock.
    """
    told = read(text)
    belongs(told, key)
    if lasts(told) != LASTS:
        raise NotSigned(SignOffDoubt.STATEMENT)
    if assertion.credential != key.credential:
        raise NotSigned(SignOffDoubt.KEY)
    client, data = raw(assertion.client_data), raw(assertion.authenticator_data)
    signature, public = raw(assertion.signature), _public(key.public_key)
    _client(client, challenge(text), key.origin)
    counter = _authenticator(data, key.rp_id)
    try:
        public.verify(data + hashlib.sha256(client).digest(), signature)
    except InvalidSignature:
        raise NotSigned(SignOffDoubt.SIGNATURE) from None
    except Exception as error:  # cryptography raises what its parts raise at numbers of a stranger
        raise NotSigned(SignOffDoubt.SIGNATURE) from error
    return counter


def _client(client: bytes, asked: bytes, origin: str) -> None:
    """Judge what the browser says that it was asked, by whom, and for what."""
    try:
        told = json.loads(client.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise NotSigned(SignOffDoubt.FORM) from None
    if not isinstance(told, dict) or told.get("type") != "webauthn.get":
        raise NotSigned(SignOffDoubt.FORM)
    if told.get("challenge") != base64url(asked):
        raise NotSigned(SignOffDoubt.CHALLENGE)
    if told.get("origin") != origin or told.get("crossOrigin", False) is not False or "topOrigin" in told:
        raise NotSigned(SignOffDoubt.SITE)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _authenticator(data: bytes, rp_id: str) -> int:
    """Judge what the passkey says of itself; return its count."""
    try:
        told = AuthenticatorData(data)
    except Exception as error:  # fido2 raises what its parts raise at bytes of a stranger
        raise NotSigned(SignOffDoubt.FORM) from error
    if told.rp_id_hash != hashlib.sha256(rp_id.encode()).digest():
        raise NotSigned(SignOffDoubt.SITE)
    if told.is_attested() or (told.is_backed_up() and not told.is_backup_eligible()):
        raise NotSigned(SignOffDoubt.FORM)
    if not (told.is_user_present() and told.is_user_verified()):
        raise NotSigned(SignOffDoubt.OWNER)
    return int(told.counter)


def fingerprint(public_key: str) -> str:
    """Return the SHA-256 of a COSE key in base64url, in hex. Raises NotSigned for what is not base64url."""
    return hashlib.sha256(raw(public_key)).hexdigest()


def can_sign(public_key: str) -> bool:
    """Return whether a COSE key in base64url is of a kind that may sign statements."""
    try:
        _public(public_key)
    except NotSigned:
        return False
    return True


def _public(text: str) -> CoseKey:
    """Return a public key that is written in the one way. Raises NotSigned."""
    data = raw(text)
    try:
        found: Any = cbor.decode(data)
        known = isinstance(found, Mapping) and cbor.encode(found) == data
    except Exception as error:  # fido2 raises what its parts raise at bytes of a stranger
        raise NotSigned(SignOffDoubt.KEY) from error
    if not known or found.get(3) not in _KEYS:
        raise NotSigned(SignOffDoubt.KEY)
    fixed, lengths = _KEYS[found[3]]
    whole = set(found) == {3, *fixed, *lengths} and all(found[name] == value for name, value in fixed.items())
    if not whole or not all(
        isinstance(found[name], bytes) and len(found[name]) in length for name, length in lengths.items()
    ):
        raise NotSigned(SignOffDoubt.KEY)
    return CoseKey.parse(found)


def base64url(data: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    """Return the bytes of a text in base64url. Raises NotSigned for any but the one way to write them."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise NotSigned(SignOffDoubt.FORM) from None
    if not data or len(data) > _LONGEST or base64url(data) != text:
        raise NotSigned(SignOffDoubt.FORM)
    return data
