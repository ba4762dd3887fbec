"""What a smart card signs counts for its statement, its owner and its site, and for nothing else."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from custody import certificates, signoff
from custody.certificates import Detached
from custody.factor_terms import KeyForm, SignOffDoubt
from custody.signoff import NotSigned, SigningKey, base64url, raw
from tests import tokens
from tests.cards import Card
from tests.scale import chance, tries

from .test_signoff import statement as _statement

NOW = dt.datetime(2026, 11, 21, 10, 0, tzinfo=dt.UTC)


def statement(lasts: dt.timedelta = signoff.LASTS_AWAY, **changes: Any) -> str:
    told = signoff.read(_statement(**changes))
    begun = dt.datetime.fromisoformat(told["issued_at"])
    rest = {name: value for name, value in told.items() if name not in {"v", "type", "expires_at"}}
    return signoff.write(told["type"], **rest, expires_at=signoff.moment_text(begun + lasts))


def key_of(card: Card, text: str) -> SigningKey:
    told = signoff.read(text)
    found, _ = certificates.opened(card.sign(b"x"))
    return SigningKey(
        told["person"], found.fingerprint, found.public_key, told["origin"], told["rp_id"], "certificate"
    )


def signed(card: Card, text: str, **how: Any) -> Detached:
    return certificates.opened(card.sign(signoff.signed_file(text), **how))[1]


def why(call: Any, *args: Any) -> SignOffDoubt:
    with pytest.raises(NotSigned) as error:
        call(*args)
    return error.value.why


CARD, RSA = Card(), Card(2048)


@pytest.mark.parametrize("digest", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()], ids=lambda d: d.name)
@pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM], ids=["der", "pem"])
@pytest.mark.parametrize(
    ("card", "pss"), [(CARD, False), (RSA, False), (RSA, True)], ids=["ec", "rsa", "pss"]
)
def test_a_card_signs_a_statement_in_each_usual_way(
    card: Card, pss: bool, encoding: Any, digest: Any
) -> None:
    text = statement()
    answer = signed(card, text, encoding=encoding, digest=digest, pss=pss)
    assert certificates.judge(text, answer.to_json(), key_of(card, text)) == 0
    assert answer.algorithm in certificates.ALGORITHMS and answer.algorithm.endswith(
        str(digest.digest_size * 8)
    )


def test_what_openssl_signs_counts_and_openssl_takes_what_is_kept(tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed: .ci/packages.sh")
    text = statement()
    (tmp_path / "file").write_bytes(signoff.signed_file(text))
    (tmp_path / "cert.pem").write_bytes(CARD.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(
        CARD.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    words = "cms -sign -binary -md sha384 -in file -signer cert.pem -inkey key.pem -outform DER -out file.p7s"
    subprocess.run(["openssl", *words.split()], cwd=tmp_path, check=True, capture_output=True)
    card, answer = certificates.opened((tmp_path / "file.p7s").read_bytes())
    certificates.verify(text, answer, key_of(CARD, text))
    (tmp_path / "attributes").write_bytes(raw(answer.signed_attributes))
    (tmp_path / "signature").write_bytes(raw(answer.signature))
    (tmp_path / "public.der").write_bytes(raw(card.public_key))
    words = "dgst -sha384 -verify public.der -keyform DER -signature signature attributes"
    done = subprocess.run(
        ["openssl", *words.split()], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "Verified OK"


def test_a_token_that_gives_its_key_to_nobody_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = statement()
    tokens.made(tmp_path, monkeypatch, RSA.key, RSA.certificate, "heng")
    _, answer = certificates.opened(tokens.signed(signoff.signed_file(text), "heng"))
    certificates.verify(text, answer, key_of(RSA, text))


def test_it_counts_for_its_statement_person_site_and_key_alone() -> None:
    text, other = statement(), statement(nonce="ab" * 32)
    key, answer = key_of(CARD, text), signed(CARD, text)
    assert why(certificates.verify, other, answer, key) is SignOffDoubt.CHALLENGE
    for name, doubt in (("person", "person"), ("origin", "site"), ("rp_id", "site")):
        changed = SigningKey(
            **{**{n: getattr(key, n) for n in SigningKey.__slots__}, name: "https://x.example"}
        )
        assert why(certificates.verify, text, answer, changed) == SignOffDoubt(doubt)
    assert why(certificates.verify, text, answer, key_of(Card(), text)) is SignOffDoubt.KEY
    swapped = Detached(key_of(RSA, text).credential, *(getattr(answer, n) for n in Detached.__slots__[1:]))
    assert why(certificates.verify, text, swapped, key_of(RSA, text)) is SignOffDoubt.KEY


def test_a_statement_of_five_minutes_is_for_passkeys_and_one_of_thirty_for_cards() -> None:
    short = statement(signoff.LASTS)
    assert why(certificates.verify, short, signed(CARD, short), key_of(CARD, short)) is SignOffDoubt.STATEMENT
    assert why(statement, dt.timedelta(minutes=31)) is SignOffDoubt.STATEMENT
    with pytest.raises(NotSigned) as error:
        signoff.verify(statement(), signoff.Assertion("a", "a", "a", "a"), key_of(CARD, statement()))
    assert error.value.why is SignOffDoubt.STATEMENT


def test_a_claim_signs_no_statement_and_a_statement_no_claim() -> None:
    text = statement()
    told = signoff.read(text)
    claim = certificates.claim(told["person"], told["origin"], told["rp_id"], "ab" * 32, NOW)
    assert certificates.read_claim(claim)["person"] == told["person"]
    _, of_claim = certificates.opened(CARD.sign(certificates.claim_file(claim)))
    assert why(certificates.verify, text, of_claim, key_of(CARD, text)) is SignOffDoubt.CHALLENGE
    answer, public = signed(CARD, text), key_of(CARD, text).public_key
    assert (
        why(certificates.verify_file, certificates.claim_file(claim), answer, public)
        is SignOffDoubt.CHALLENGE
    )
    for wrong in (text, claim + " ", claim.replace("certificate", "approval"), "{}", "[]", "\ud800"):
        assert why(certificates.read_claim, wrong) is SignOffDoubt.STATEMENT


@pytest.mark.parametrize(
    ("made", "doubt"),
    [
        (lambda: CARD.sign(b"x", certificate=False), "no_certificate"),
        (lambda: CARD.sign(b"x", attributes=False), "form"),
        (lambda: Card(1024).sign(b"x"), "weak"),
        (lambda: CARD.sign(b"x")[:-9], "form"),
        (lambda: CARD.sign(b"x") + b"\0", "form"),
        (lambda: CARD.certificate.public_bytes(Encoding.DER), "form"),
        (lambda: CARD.certificate.public_bytes(Encoding.PEM), "form"),
        (lambda: b"", "form"),
        (lambda: b"-----BEGIN PKCS7-----\n-----END PKCS7-----\n", "form"),
        (lambda: b"0" * (certificates.LONGEST + 1), "form"),
    ],
)
def test_a_file_that_is_no_signature_of_one_known_signer_says_why(made: Any, doubt: str) -> None:
    assert why(certificates.opened, made()) == SignOffDoubt(doubt)


def test_a_certificate_counts_from_its_first_day_to_its_last() -> None:
    for card in (Card(begins=1), Card(begins=-9, ends=-1)):
        found, _ = certificates.opened(card.sign(b"x"))
        assert why(found.check, dt.datetime.now(dt.UTC)) is SignOffDoubt.RUN_OUT
    certificates.opened(CARD.sign(b"x"))[0].check(dt.datetime.now(dt.UTC))


def test_no_changed_byte_of_statement_attributes_signature_or_key_is_taken() -> None:
    rng = chance("cards")
    for card in (CARD, RSA):
        text = statement()
        key, answer = key_of(card, text), signed(card, text)
        assert certificates.judge(text, answer.to_json(), key) == 0
        for _ in range(tries(1_250, 12_500)):
            part = rng.choice(["text", "signed_attributes", "signature", "public_key", "algorithm"])
            given, held, said = answer.to_json(), {n: getattr(key, n) for n in SigningKey.__slots__}, text
            if part == "text":
                said = _changed(rng, text.encode()).decode("utf-8", "replace")
            elif part == "public_key":
                held[part] = base64url(_changed(rng, raw(key.public_key)))
            elif part == "algorithm":
                given[part] = rng.choice(sorted(certificates.ALGORITHMS - {answer.algorithm}))
            else:
                given[part] = base64url(_changed(rng, raw(given[part])))
            with pytest.raises(NotSigned):
                certificates.judge(said, given, SigningKey(**held))


def _changed(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ rng.randrange(1, 256)]) + data[at + 1 :]


@given(
    st.binary(max_size=200)
    | st.builds(
        lambda at, b: (s := CARD.sign(b"x"))[:at] + b + s[at + len(b) :],
        st.integers(0, 600),
        st.binary(min_size=1, max_size=4),
    )
)
def test_any_bytes_are_a_signature_or_a_told_no(data: bytes) -> None:
    with contextlib.suppress(NotSigned):
        certificates.opened(data)


@pytest.mark.parametrize("value", [None, "x", 7, [], {}, {"credential": "a"}, {"signed_attributes": 1}])
def test_what_is_no_answer_names_no_key(value: Any) -> None:
    assert why(certificates.credential_of, value) is SignOffDoubt.FORM
    key = SigningKey("p", "c", "k", "o", "r", str(KeyForm.CERTIFICATE))
    assert isinstance(why(certificates.judge, statement(), value, key), SignOffDoubt)
