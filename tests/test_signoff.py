"""A sign-off is one person's, on one statement, by one key: whatever is changed about it, it is none."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from fido2 import cbor
from fido2.cose import ES256

from custody import signoff
from custody.signoff import Assertion, NotSigned, SigningKey
from custody.terms import SignedType, SignOffDoubt
from tests.authenticator import ATTESTED, PRESENT, VERIFIED, Key, base64url, raw
from tests.scale import DAY, chance, tries

PROJECT = Path(__file__).resolve().parents[1]
NOW = dt.datetime(2026, 11, 30, 8, 0, tzinfo=dt.UTC)
HENG, QIAO = "019ace00-0000-7000-8000-00000000000a", "019ace00-0000-7000-8000-00000000000b"


COMMON: dict[str, Any] = {
    "project": "019ace00-0000-7000-8000-000000000003", "choice": "approve", "person": HENG,
    "reason": "手续齐全。Papers in order", "subject_sha256": "a" * 64, "pack_sha256": "d" * 64,
    "ledger": {"origin": "localhost/log", "size": 7, "root": "f" * 64},
    "origin": "http://localhost:8000", "rp_id": "localhost", "nonce": "0123456789abcdef" * 4,
    "issued_at": signoff.moment_text(NOW), "expires_at": signoff.moment_text(NOW + signoff.LASTS),
}  # fmt: skip
OWN: dict[str, dict[str, Any]] = {
    "approval": {
        "approval": "019ace00-0000-7000-8000-000000000001", "hop": "019ace00-0000-7000-8000-000000000002",
        "from_party": "019ace00-0000-7000-8000-000000000004", "level": "secret", "against": [],
        "to_party": "019ace00-0000-7000-8000-000000000005", "conditions": [], "limit": None,
        "delegation": None, "on_behalf_of": None, "findings_sha256": "b" * 64,
        "facts_sha256": "c" * 64, "evidence": ["e" * 64],
    },
    "override": {
        "object": "019ace00-0000-7000-8000-000000000006", "rule": "QUA-08", "problems": ["age"],
        "party": "019ace00-0000-7000-8000-000000000005", "hop": None, "hop_sha256": "",
        "until": "2026-12-31",
    },
    "destruction": {
        "object": "019ace00-0000-7000-8000-000000000007", "holder": HENG, "unit": QIAO, "method": "pulp",
        "count": 2, "copies_sha256": "e" * 64, "findings_sha256": "b" * 64, "facts_sha256": "c" * 64,
    },
    "receipt": {
        "object": "019ace00-0000-7000-8000-000000000008", "choice": "accept", "number": "H-000001",
        "sender": HENG, "receiver": QIAO, "system": "019ace00-0000-7000-8000-000000000009",
        "copies": ["C-1", "C-2"], "copies_sha256": "e" * 64,
        "wrong": [{"copy": HENG, "found": "damaged", "note": "撕破"}],
        "findings_sha256": "b" * 64, "facts_sha256": "c" * 64,
    },
    "key": {
        "object": "019ace00-0000-7000-8000-00000000000c", "choice": "confirm", "owner": QIAO,
        "form": "passkey", "fingerprint": "e" * 64,
    },
    "pack": {
        "object": "019ace00-0000-7000-8000-00000000000d", "choice": "activate", "name": "house",
        "version": "2", "effective": "2026-12-01", "file_sha256": "e" * 64,
    },
}  # fmt: skip
GOLDEN = {
    "approval": "ca710ebb9101b5da7aa94aebae2c7e2984d95bc9b768a330fcfde3a561613a7a",
    "override": "919f7bf20e77f8dc2393e15f85af02d8353cfe1a071953b9fe7bac66aa258772",
    "destruction": "c3080506bdb97475ea641b5769991152dcd1092273ee31e9b13009fba6540313",
    "key": "8109c16a3c88b0caae6a723e3a3e180be0219a09d28a2746cfde7f2fa30ccc11",
    "pack": "c403b753d3eab455efc33611f3be20306f08c9315339086e99ca7e07074897c3",
    "receipt": "d2ae34e6e44754cd00a5693be37416176e0906fde79db4ed0b97686eaf67dc38",
}
"""The challenge of each statement: what a key has signed once is judged by these bytes for ever."""


def statement(type: str = "approval", **changes: Any) -> str:
    kind = signoff.KINDS[type]
    common = {name: value for name, value in COMMON.items() if name in kind.members}
    return signoff.write(type, **{**common, **OWN[type], **changes})


def confirmed(key: Key, person: str = HENG) -> SigningKey:
    """The key as an entry of the ledger has it."""
    return SigningKey(person, base64url(key.id), base64url(key.cose), "http://localhost:8000", "localhost")


def signed(key: Key, text: str) -> Assertion:
    return answered(key.get({"publicKey": {"challenge": base64url(signoff.challenge(text))}}))


def answered(answer: Any) -> Assertion:
    said = answer["response"]
    return Assertion(answer["id"], said["authenticatorData"], said["clientDataJSON"], said["signature"])


def doubt(text: str, answer: Assertion, key: SigningKey) -> SignOffDoubt:
    with pytest.raises(NotSigned) as raised:
        signoff.verify(text, answer, key)
    return raised.value.why


def test_what_heng_signed_is_signed_by_heng_and_carries_the_count_of_the_key() -> None:
    key, text = Key(counter=41), statement()
    assert signoff.verify(text, signed(key, text), confirmed(key)) == 41
    assert signoff.read(text)["reason"].startswith("手续齐全")
    again = Assertion.of(json.loads(json.dumps(signed(key, text).to_json())))
    assert signoff.verify(text, again, confirmed(key)) == 41


@pytest.mark.parametrize("type", signoff.KINDS)
def test_the_challenge_is_the_hash_that_the_format_says_and_stays_so(type: str) -> None:
    text = statement(type)
    told = f"holdfast/{type}-statement/v1\n{text}".encode()
    assert signoff.challenge(text) == hashlib.sha256(told).digest()
    assert signoff.challenge(text).hex() == GOLDEN[type]


def test_every_kind_has_a_tag_of_its_own_and_names_what_is_decided_on() -> None:
    assert set(signoff.KINDS) == set(OWN) == {str(word) for word in SignedType}
    assert len({kind.domain for kind in signoff.KINDS.values()}) == len(signoff.KINDS)
    assert all(kind.object in kind.text for kind in signoff.KINDS.values())


@pytest.mark.parametrize("type", signoff.KINDS)
def test_what_was_signed_for_one_purpose_serves_no_other(type: str) -> None:
    """Neither under another tag, nor with the type of another kind written over the statement."""
    key, text = Key(), statement(type)
    for other in set(signoff.KINDS) - {type}:
        under = hashlib.sha256(f"{signoff.KINDS[other].domain}\n{text}".encode()).digest()
        crossed = answered(key.get({"publicKey": {"challenge": base64url(under)}}))
        assert doubt(text, crossed, confirmed(key)) is SignOffDoubt.CHALLENGE
        assert doubt(statement(other), signed(key, text), confirmed(key)) is SignOffDoubt.CHALLENGE
        posing = text.replace(f'"type":"{type}"', f'"type":"{other}"')
        assert doubt(posing, signed(key, text), confirmed(key)) is SignOffDoubt.STATEMENT
        with pytest.raises(NotSigned):
            signoff.write(other, **{**COMMON, **OWN[type]})
        with pytest.raises(NotSigned):
            signoff.write(other, **{**COMMON, **OWN[type], **OWN[other]})


def test_of_nonsense_nobody_is_asked_to_sign_anything() -> None:
    for text in ("", "{}", '{"type":"login"}', '{"type":["approval"]}', "[" * 9000):
        with pytest.raises(NotSigned):
            signoff.challenge(text)


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        ({"origin": "http://localhost:8001"}, SignOffDoubt.SITE),
        ({"origin": "https://localhost:8000"}, SignOffDoubt.SITE),
        ({"rp": "evil.example"}, SignOffDoubt.SITE),
        ({"cross_origin": True}, SignOffDoubt.SITE),
        ({"flags": PRESENT}, SignOffDoubt.OWNER),
        ({"flags": VERIFIED}, SignOffDoubt.OWNER),
        ({"flags": PRESENT | VERIFIED | 0x10}, SignOffDoubt.FORM),
        ({"flags": PRESENT | VERIFIED | ATTESTED}, SignOffDoubt.FORM),
    ],
)
def test_an_answer_to_another_page_or_without_its_owner_signs_nothing(lie: Any, why: SignOffDoubt) -> None:
    key, text = Key(**lie), statement()
    assert doubt(text, signed(key, text), confirmed(key)) is why


def test_an_answer_that_was_given_for_a_sign_in_signs_nothing() -> None:
    key, text = Key(), statement()
    for challenge in (random.Random(1).randbytes(32), hashlib.sha256(text.encode()).digest(), text.encode()):
        login = answered(key.get({"publicKey": {"challenge": base64url(challenge)}}))
        assert doubt(text, login, confirmed(key)) is SignOffDoubt.CHALLENGE


def test_a_registration_signs_nothing() -> None:
    key, text = Key(), statement()
    client = key._client("webauthn.create", base64url(signoff.challenge(text)))
    data = key._data(key.flags)
    signature = key.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
    answer = Assertion(base64url(key.id), base64url(data), base64url(client), base64url(signature))
    assert doubt(text, answer, confirmed(key)) is SignOffDoubt.FORM


def test_a_name_that_stands_twice_in_what_the_browser_says_signs_nothing() -> None:
    key, text = Key(), statement()
    said = key._client("webauthn.get", base64url(signoff.challenge(text)))
    client = b'{"type":"webauthn.create",' + said[1:]
    data = key._data(key.flags)
    signature = key.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
    answer = Assertion(base64url(key.id), base64url(data), base64url(client), base64url(signature))
    assert doubt(text, answer, confirmed(key)) is SignOffDoubt.FORM


@pytest.mark.parametrize(
    "change",
    [
        {"hop": HENG}, {"choice": "deny"}, {"reason": "Papers in order"}, {"nonce": "f" * 64},
        {"evidence": []}, {"conditions": [{"text": "First the lock"}]}, {"limit": {"uses": 1, "until": None}},
        {"project": QIAO}, {"to_party": QIAO}, {"level": "internal"}, {"facts_sha256": "0" * 64},
        {"ledger": {"origin": "localhost/log", "size": 8, "root": "f" * 64}},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_what_was_signed_for_one_statement_signs_no_other(change: dict[str, Any]) -> None:
    key, text = Key(), statement()
    assert doubt(statement(**change), signed(key, text), confirmed(key)) is SignOffDoubt.CHALLENGE


def test_nobody_elses_key_signs_and_a_key_signs_for_nobody_else() -> None:
    hengs, qiaos, text = Key(), Key(), statement()
    assert doubt(text, signed(qiaos, text), confirmed(hengs)) is SignOffDoubt.KEY
    posing = dataclasses.replace(signed(qiaos, text), credential=base64url(hengs.id))
    assert doubt(text, posing, confirmed(hengs)) is SignOffDoubt.SIGNATURE
    assert doubt(text, signed(qiaos, text), confirmed(qiaos, QIAO)) is SignOffDoubt.PERSON


def test_a_statement_of_another_site_is_not_judged_by_this_ones_key() -> None:
    key, text = Key(), statement(origin="https://other.example", rp_id="other.example")
    assert doubt(text, signed(key, text), confirmed(key)) is SignOffDoubt.SITE


@pytest.mark.parametrize(
    "broken",
    [
        lambda text: text + " ",
        lambda text: text.replace('"v":1', '"v":2'),
        lambda text: text.replace('"v":1', '"v":true'),
        lambda text: text.replace('"v":1', '"v":1,"v":1'),
        lambda text: text.replace('"type":"approval"', '"type":"login"'),
        lambda text: text.replace(',"v":1', ""),
        lambda text: text.replace(',"v":1', ',"v":1,"x":1'),
        lambda text: text.replace("0123456789abcdef", "0123456789ABCDEF"),
        lambda text: text.replace("08:05:00", "08:06:00"),
        lambda text: text.replace('"level":"secret"', '"level":null'),
        lambda text: "[]",
        lambda text: "",
        lambda text: "\ud800",
        lambda text: "[" * 9000,
    ],
)
def test_what_is_no_statement_of_this_form_cannot_be_signed(broken: Callable[[str], str]) -> None:
    key, text = Key(), broken(statement())
    good = statement()
    assert doubt(text, signed(key, good), confirmed(key)) is SignOffDoubt.STATEMENT


def test_it_can_be_signed_for_five_minutes() -> None:
    told = signoff.read(statement())
    assert signoff.in_time(told, NOW) and signoff.in_time(told, NOW + dt.timedelta(minutes=5))
    assert not signoff.in_time(told, NOW + dt.timedelta(minutes=5, microseconds=1))
    assert not signoff.in_time(told, NOW - dt.timedelta(seconds=1))


@pytest.mark.parametrize(
    "cose",
    [
        b"", b"\xa0", b"\x80", b"x" * 40, cbor.encode({3: -65535, 1: 3, -1: b"\1" * 256, -2: b"\1\0\1"}),
        cbor.encode({1: 3, 3: -257, -1: b"\1" * 128, -2: b"\1\0\1"}),
        cbor.encode({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}),
        cbor.encode({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32), 5: 1}),
        cbor.encode({1: 4, 3: 5, -1: bytes(32)}),
    ],
)  # fmt: skip
def test_a_weak_or_broken_key_signs_nothing(cose: bytes) -> None:
    key, text = Key(), statement()
    held = dataclasses.replace(confirmed(key), public_key=base64url(cose))
    assert doubt(text, signed(key, text), held) in {
        SignOffDoubt.KEY, SignOffDoubt.FORM, SignOffDoubt.SIGNATURE,
    }  # fmt: skip


def test_which_keys_may_sign_is_known_beforehand() -> None:
    strong, weak = (cbor.encode({1: 3, 3: -257, -1: b"\x81" * n, -2: b"\1\0\1"}) for n in (256, 128))
    assert signoff.can_sign(base64url(strong))
    assert signoff.can_sign(base64url(Key().cose))
    assert not signoff.can_sign(base64url(weak)) and not signoff.can_sign("") and not signoff.can_sign("%")


def test_a_second_signature_made_from_the_first_says_the_same_and_is_no_other_vote() -> None:
    """Of an ECDSA signature everybody can make a second; so nothing may know a vote by its signature."""
    key, text = Key(), statement()
    first = signed(key, text)
    r, s = decode_dss_signature(raw(first.signature))
    n = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    second = dataclasses.replace(first, signature=base64url(encode_dss_signature(r, n - s)))
    assert second != first and signoff.verify(text, second, confirmed(key)) == 1


@pytest.mark.parametrize("value", [None, [], {}, "x", {"credential": 1}, {"credential": "x" * 99999}])
def test_what_is_no_answer_of_a_passkey_is_refused_by_its_shape(value: Any) -> None:
    whole = {"credential": "a", "authenticator_data": "b", "client_data": "c", "signature": "d"}
    for tried in (value, {**whole, **value} if isinstance(value, dict) and value else value):
        with pytest.raises(NotSigned):
            Assertion.of(tried)


def test_of_all_changes_to_statement_answer_and_key_none_is_accepted(record_property: Any) -> None:
    key, draw = Key(), chance("sign-off")
    of_kind = []
    for type in signoff.KINDS:
        text = statement(type)
        of_kind.append((text, signed(key, text), confirmed(key)))
        key.counter += 1
        assert signoff.verify(*of_kind[-1]) == len(of_kind)
    accepted, tried = [], 0
    for number in range(tries(5_000, 50_000)):
        text, answer, held = of_kind[number // 7 % len(of_kind)]
        changed_text, changed_answer, changed_key = text, answer, held
        match number % 7:
            case 0:
                changed_text = _text_changed(text, draw)
            case 1 | 2 | 3 as which:
                name = ("authenticator_data", "client_data", "signature")[which - 1]
                new = base64url(_bytes_changed(raw(getattr(answer, name)), draw))
                changed_answer = dataclasses.replace(answer, **{name: new})
            case 4:
                new = base64url(_bytes_changed(raw(held.public_key), draw))
                changed_key = dataclasses.replace(held, public_key=new)
            case 5:
                name = draw.choice(["credential", "authenticator_data", "client_data", "signature"])
                new = _text_changed(getattr(answer, name), draw)
                changed_answer = dataclasses.replace(answer, **{name: new})
            case _:
                name = draw.choice(["person", "credential", "public_key", "origin", "rp_id"])
                changed_key = dataclasses.replace(held, **{name: _text_changed(getattr(held, name), draw)})
        if (changed_text, changed_answer, changed_key) == (text, answer, held):
            continue
        tried += 1
        try:
            signoff.verify(changed_text, changed_answer, changed_key)
        except NotSigned:
            continue
        accepted.append((changed_text, changed_answer, changed_key))
    assert accepted == [], f"HOLDFAST_DAY={DAY}"
    assert tried > 4_000
    record_property("changed", tried)
    record_property("accepted", len(accepted))


def _bytes_changed(data: bytes, draw: random.Random) -> bytes:
    changed = bytearray(data)
    match draw.randrange(4):
        case 0:
            changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
        case 1:
            del changed[draw.randrange(len(changed))]
        case 2:
            changed.insert(draw.randrange(len(changed) + 1), draw.randrange(256))
        case _:
            del changed[draw.randrange(1, len(changed)) :]
    return bytes(changed)


def _text_changed(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text))
    match draw.randrange(3):
        case 0:
            return text[:at] + draw.choice('abcXYZ019 "{}:,%=_-文\0') + text[at + 1 :]
        case 1:
            return text[:at] + text[at + 1 :]
        case _:
            return text[:at] + draw.choice('aZ0 "{}=') + text[at:]


def test_it_is_judged_without_django() -> None:
    program = "import sys; sys.modules['django'] = None; import custody.signoff"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_software_key_of_these_tests_writes_its_key_as_a_browser_does() -> None:
    key = Key()
    assert cbor.decode(key.cose) == dict(ES256.from_cryptography_key(key.private.public_key()))
