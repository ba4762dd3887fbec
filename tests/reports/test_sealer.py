"""The sealing key as PKCS#12, as encrypted PEM, and in a token that gives it to nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from custody.reports.authority import SealFiles, SealKeyError, ensure_authority
from custody.reports.blocks import Document, Paragraph
from custody.reports.pdf import render
from custody.reports.seal import seal, verify_seal
from custody.reports.sealer import load_sealer, sealer
from tests import tokens

from .stamped import Clock, served

NOW = datetime.now(UTC).replace(microsecond=0)
BODY = render(Document("Report", [Paragraph("Page one")], "en", NOW, "R-1"), {})


@pytest.fixture
def files(tmp_path: Path) -> SealFiles:
    return ensure_authority(tmp_path / "keys", tmp_path / "trust", name="Test unit", now=NOW)


def parts(files: SealFiles) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    found = load_pkcs12(files.p12.read_bytes(), files.passphrase.read_bytes().strip())
    assert isinstance(found.key, rsa.RSAPrivateKey)
    assert found.cert is not None
    return found.key, found.cert.certificate


def as_pem(files: SealFiles, *, passphrase: bytes | None = None, certificate: bytes | None = None) -> None:
    """Keep the key as encrypted PEM, the way `openssl` writes it, in place of PKCS#12."""
    key, own = parts(files)
    word = files.passphrase.read_bytes().strip() if passphrase is None else passphrase
    how = BestAvailableEncryption(word) if word else NoEncryption()
    raw = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)
    raw += own.public_bytes(Encoding.PEM) if certificate is None else certificate
    files.pem.write_bytes(raw)
    files.p12.unlink()


def good(files: SealFiles, pdf: bytes) -> bool:
    return pdf.startswith(BODY) and verify_seal(pdf, files.ca.read_bytes()).valid


def test_a_key_in_encrypted_pem_seals_as_the_same_key_in_pkcs12_does(
    files: SealFiles, tmp_path: Path
) -> None:
    """With the root in the file, as PKCS#12 has it, or without."""
    first = seal(BODY, load_sealer(files), at=NOW)
    assert good(files, first)
    as_pem(files)
    again = ensure_authority(tmp_path / "keys", tmp_path / "trust", name="Test unit", now=NOW)
    assert not files.p12.exists(), "no second key is made beside it"
    for more in (b"", files.ca.read_bytes()):
        files.pem.write_bytes(files.pem.read_bytes() + more)
        with sealer(again) as signer:
            assert good(files, seal(BODY, signer, at=NOW))


def test_the_certificate_may_stand_before_the_key(files: SealFiles) -> None:
    as_pem(files)
    key, certificate = files.pem.read_bytes().split(b"-----BEGIN CERTIFICATE-----")
    files.pem.write_bytes(b"-----BEGIN CERTIFICATE-----" + certificate + key)
    assert good(files, seal(BODY, load_sealer(files), at=NOW))


def test_what_cannot_seal_is_said_plainly(files: SealFiles) -> None:
    as_pem(files, passphrase=b"another")
    with pytest.raises(SealKeyError, match=r"does not open seal\.pem"):
        load_sealer(files)


def test_a_key_without_a_passphrase_or_certificate_is_not_taken(files: SealFiles, tmp_path: Path) -> None:
    p12 = files.p12.read_bytes()
    as_pem(files, passphrase=b"")
    with pytest.raises(SealKeyError, match="no encrypted key"):
        load_sealer(files)
    files.p12.write_bytes(p12)
    files.pem.unlink()
    other = ensure_authority(tmp_path / "other", tmp_path / "t", name="Other", now=NOW)
    as_pem(files, certificate=parts(other)[1].public_bytes(Encoding.PEM))
    with pytest.raises(SealKeyError, match="no certificate of its key"):
        load_sealer(files)


def test_two_keys_at_once_are_none(files: SealFiles, tmp_path: Path) -> None:
    p12 = files.p12.read_bytes()
    as_pem(files)
    files.p12.write_bytes(p12)
    for ask in (
        lambda: load_sealer(files),
        lambda: ensure_authority(tmp_path / "keys", tmp_path / "trust", name="Test unit", now=NOW),
    ):
        with pytest.raises(SealKeyError, match="two sealing keys"):
            ask()


@pytest.mark.parametrize("kind", ["elliptic", "not for seals"])
def test_a_key_that_makes_no_pdfa_or_no_signatures_is_refused(kind: str, files: SealFiles) -> None:
    key = (
        ec.generate_private_key(ec.SECP384R1())
        if kind == "elliptic"
        else rsa.generate_private_key(65537, 2048)
    )
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Unit")])
    own = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW.replace(year=NOW.year + 1))
        .sign(key, SHA256())
    )
    word = BestAvailableEncryption(files.passphrase.read_bytes().strip())
    raw = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, word)
    files.p12.unlink()
    files.pem.write_bytes(raw + own.public_bytes(Encoding.PEM))
    with pytest.raises(SealKeyError, match="RSA" if kind == "elliptic" else "non-repudiation"):
        load_sealer(files)


# --- a token ----------------------------------------------------------------------------------------------


def test_a_token_without_its_package_or_with_half_a_description_is_said(
    files: SealFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    files.p12.unlink()
    files.pkcs11.write_text('{"module": "m.so", "token": "t"}')
    with pytest.raises(SealKeyError, match="does not name module, token and key"), sealer(files):
        pass
    files.pkcs11.write_text('{"module": "m.so", "token": "t", "key": "k"}')
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(SealKeyError, match="python-pkcs11 is not installed"), sealer(files):
        pass


@pytest.fixture
def token(files: SealFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SealFiles:
    """The key of the installation moved into a token of SoftHSM; its file is gone."""
    key, own = parts(files)
    tokens.made(tmp_path, monkeypatch, key, own, "seal")
    files.passphrase.write_text(f"{tokens.PIN}\n")
    files.p12.unlink()
    files.pkcs11.write_text(json.dumps({"module": tokens.MODULE, "token": tokens.LABEL, "key": "seal"}))
    return files


def test_a_token_seals_at_each_level_and_twice_in_one_process(token: SealFiles, tmp_path: Path) -> None:
    ca = token.ca.read_bytes()
    for _ in range(2):
        with sealer(token) as signer:
            assert good(token, seal(BODY, signer, at=NOW))
    with served(tmp_path / "clock") as clock, sealer(token) as signer:
        lists = Clock.lists(clock, ca, token.crl.read_bytes())
        lasting = seal(BODY, signer, at=NOW, timestamper=clock.asked(), lists=lists)
        assert verify_seal(lasting, ca, tsa_pem=clock.root).level == "B-LT"


def test_a_wrong_pin_another_token_or_another_key_is_said(token: SealFiles) -> None:
    told = json.loads(token.pkcs11.read_text())
    for change in ({"token": "other"}, {"key": "other"}, {"module": "/nowhere/lib.so"}):
        token.pkcs11.write_text(json.dumps({**told, **change}))
        with pytest.raises(SealKeyError, match=r"the token of seal\.pkcs11"), sealer(token):
            pass
    token.pkcs11.write_text(json.dumps(told))
    token.passphrase.write_text("1234\n")
    with pytest.raises(SealKeyError, match=r"the token of seal\.pkcs11"), sealer(token):
        pass
