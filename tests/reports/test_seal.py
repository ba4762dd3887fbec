"""The seal: accepted as made, refused after any change; its key is made once and never overwritten."""

from __future__ import annotations

import io
import random
import shutil
import stat
import subprocess
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter

from custody.reports.attachments import read_attachments
from custody.reports.authority import SealFiles, SealKeyError, ensure_authority
from custody.reports.blocks import Document, Paragraph
from custody.reports.pdf import render
from custody.reports.seal import FIELD, seal, verify_seal
from custody.reports.sealer import load_sealer

NOW = datetime.now(UTC).replace(microsecond=0)
OPENSSL, PDFSIG, QPDF = shutil.which("openssl"), shutil.which("pdfsig"), shutil.which("qpdf")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> SealFiles:
    folder = tmp_path_factory.mktemp("site")
    return ensure_authority(folder / "keys", folder / "trust", name="Test unit", now=NOW)


@pytest.fixture(scope="module")
def ca(files: SealFiles) -> bytes:
    return files.ca.read_bytes()


@pytest.fixture(scope="module")
def body() -> bytes:
    document = Document("Report", [Paragraph("Page one")], "en", NOW, "R-1")
    return render(document, {"evidence.json": b'{"decision":"refuse"}'})


@pytest.fixture(scope="module")
def sealed(files: SealFiles, body: bytes) -> bytes:
    return seal(body, load_sealer(files), at=NOW, reason="Custody report")


def said(pdf: bytes, ca: bytes) -> str:
    verdict = verify_seal(pdf, ca)
    assert not verdict.valid
    assert all(s.en and s.zh for s in verdict.sentences)
    return " ".join(s.en for s in verdict.sentences)


def test_a_sealed_report_is_accepted_and_names_signer_and_time(sealed: bytes, ca: bytes) -> None:
    verdict = verify_seal(sealed, ca)
    assert verdict.valid, verdict.sentences
    assert verdict.whole_file
    assert not verdict.stamped
    assert verdict.signer is not None
    assert verdict.signer.startswith("Test unit report seal")
    assert verdict.at == NOW


def test_the_seal_keeps_the_body_byte_for_byte_and_the_files_inside(sealed: bytes, body: bytes) -> None:
    assert sealed.startswith(body)
    assert read_attachments(sealed) == {"evidence.json": b'{"decision":"refuse"}'}


def test_a_report_that_was_never_sealed_is_refused(body: bytes, ca: bytes) -> None:
    assert "carries no seal" in said(body, ca)


def test_a_file_cut_back_to_before_its_seal_is_refused(sealed: bytes, body: bytes, ca: bytes) -> None:
    assert "cut back" in said(sealed[: len(body)], ca)


@pytest.mark.parametrize("tail", [b"\n", b"junk", b"\x00" * 100, b"%%EOF\n"])
def test_bytes_after_the_end_are_refused(tail: bytes, sealed: bytes, ca: bytes) -> None:
    assert "added after the end" in said(sealed + tail, ca)


@pytest.mark.parametrize("front", [b" ", b"\n", b"#!/bin/sh\n"])
def test_bytes_before_the_beginning_are_refused(front: bytes, sealed: bytes, ca: bytes) -> None:
    assert "bytes stand before it" in said(front + sealed, ca)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_refused(share: float, sealed: bytes, ca: bytes) -> None:
    said(sealed[: int(len(sealed) * share)], ca)


def test_a_changed_byte_on_a_page_is_refused(sealed: bytes, ca: bytes) -> None:
    place = sealed.index(b"stream") + 12
    said(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :], ca)


def test_a_page_replaced_by_an_appended_update_is_refused(sealed: bytes, ca: bytes) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    page = writer.root["/Pages"]["/Kids"][0]
    forged = writer.add_object(StreamObject(stream_data=b"BT /F1 20 Tf 100 700 Td (FORGED) Tj ET"))
    page[NameObject("/Contents")] = forged
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(sealed)
    assert "an update was appended" in said(out.getvalue(), ca)


def test_an_attachment_replaced_by_an_appended_update_is_refused(sealed: bytes, ca: bytes) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    spec = writer.root["/AF"][0]["/EF"].raw_get("/F")
    stream = spec.get_object()
    stream._data = stream._encoded_data = b'{"decision":"allow"}'
    stream.pop(NameObject("/Filter"), None)
    stream["/Length"] = stream["/Length"].__class__(20)
    writer.mark_update(spec)
    out = io.BytesIO()
    writer.write(out)
    assert "an update was appended" in said(out.getvalue(), ca)


def test_a_second_signature_is_refused(sealed: bytes, ca: bytes, files: SealFiles) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    meta = signers.PdfSignatureMetadata(field_name="Second", subfilter=SigSeedSubFilter.PADES)

    class Careless(signers.PdfSigner):
        def _enforce_certification_constraints(self, reader: PdfFileReader) -> None:
            """Sign although the seal forbids it, as a forger's program would."""

    out = Careless(meta, load_sealer(files), new_field_spec=SigFieldSpec("Second")).sign_pdf(writer)
    assert "more than one signature" in said(out.getvalue(), ca)


def test_a_file_saved_again_is_refused(sealed: bytes, ca: bytes) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        pdf.save(out)
    said(out.getvalue(), ca)


def test_evidence_swapped_and_saved_again_is_refused(sealed: bytes, ca: bytes) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        del pdf.attachments["evidence.json"]
        pdf.attachments["evidence.json"] = b'{"decision":"allow"}'
        pdf.save(out)
    said(out.getvalue(), ca)


def test_a_seal_under_another_root_is_refused(body: bytes, ca: bytes, tmp_path: Path) -> None:
    other = ensure_authority(tmp_path / "keys", tmp_path / "trust", name="Test unit", now=NOW)
    forged = seal(body, load_sealer(other), at=NOW)
    assert verify_seal(forged, other.ca.read_bytes()).valid
    assert "not made under a root in the trust folder" in said(forged, ca)


def test_either_of_two_trusted_roots_will_do(body: bytes, sealed: bytes, ca: bytes, tmp_path: Path) -> None:
    other = ensure_authority(tmp_path / "keys", tmp_path / "trust", name="Second unit", now=NOW)
    book = ca + other.ca.read_bytes()
    assert verify_seal(sealed, book).valid
    assert verify_seal(seal(body, load_sealer(other), at=NOW), book).valid


def test_a_seal_outside_the_certificates_time_is_refused(sealed: bytes, ca: bytes) -> None:
    assert not verify_seal(sealed, ca, at=NOW + timedelta(days=3660)).valid
    assert verify_seal(sealed, ca, at=NOW + timedelta(days=3600)).valid


@pytest.mark.parametrize("kind", ["approval", "fill", "plain-cms"])
def test_a_signature_that_is_no_certification_is_refused(
    kind: str, body: bytes, ca: bytes, files: SealFiles
) -> None:
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED if kind == "plain-cms" else SigSeedSubFilter.PADES,
        certify=kind != "approval",
        docmdp_permissions=MDPPerm.FILL_FORMS if kind == "fill" else MDPPerm.NO_CHANGES,
    )
    signer = signers.PdfSigner(meta, load_sealer(files), new_field_spec=SigFieldSpec(FIELD))
    out = signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(body)))
    assert "not of the required kind" in said(out.getvalue(), ca)


def test_no_byte_of_the_signature_value_is_free_to_change(sealed: bytes, ca: bytes) -> None:
    start = sealed.index(b"<3082", sealed.index(b"/Contents"))
    end = sealed.index(b">", start)
    used = start + 6_000
    chance = random.Random(7)
    for place in [start, end, end - 1, *(chance.randrange(start, used) for _ in range(16)), start + 12_000]:
        for new in (b"0", b"a"):
            if sealed[place : place + 1] != new:
                said(sealed[:place] + new + sealed[place + 1 :], ca)


def test_no_random_byte_of_the_file_is_free_to_change(sealed: bytes, ca: bytes) -> None:
    chance = random.Random(11)
    for _ in range(100):
        changed = bytearray(sealed)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        said(bytes(changed), ca)


@pytest.mark.parametrize(
    "junk", [b"", b"hello", b"%PDF-1.7\n", b"%PDF-1.7\n/ByteRange %%EOF", bytes(range(256)) * 40]
)
def test_what_is_no_report_is_refused_without_an_error(junk: bytes, ca: bytes) -> None:
    said(junk, ca)


def test_trust_that_cannot_be_read_trusts_nothing(sealed: bytes) -> None:
    assert not verify_seal(sealed, b"").valid
    assert not verify_seal(sealed, b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----").valid


def test_the_key_is_made_once_for_the_owners_eyes_and_never_overwritten(tmp_path: Path) -> None:
    keys, trust = tmp_path / "keys", tmp_path / "trust"
    files = ensure_authority(keys, trust, name="Unit", now=NOW)
    before = {p: p.read_bytes() for p in (*keys.iterdir(), *trust.iterdir())}
    assert {p.name for p in before} == {"seal.p12", "seal.pass", "seal.crl", "ca.pem", "ca.crl"}
    assert all(stat.S_IMODE(p.stat().st_mode) == 0o600 for p in keys.iterdir())
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert (trust / "ca.pem").read_bytes() == files.ca.read_bytes()
    ensure_authority(keys, trust, name="Other", now=NOW + timedelta(days=1))
    assert {p: p.read_bytes() for p in (*keys.iterdir(), *trust.iterdir())} == before


def test_a_half_lost_key_is_not_replaced(tmp_path: Path) -> None:
    files = ensure_authority(tmp_path / "keys", tmp_path / "trust", name="Unit", now=NOW)
    files.passphrase.unlink()
    with pytest.raises(SealKeyError, match=r"seal\.pass missing"):
        ensure_authority(tmp_path / "keys", tmp_path / "trust", name="Unit", now=NOW)
    with pytest.raises(SealKeyError, match="restore"):
        load_sealer(files)


def test_a_wrong_passphrase_is_said_plainly(tmp_path: Path) -> None:
    files = ensure_authority(tmp_path / "keys", tmp_path / "trust", name="Unit", now=NOW)
    files.passphrase.write_bytes(b"wrong\n")
    with pytest.raises(SealKeyError, match="does not open"):
        load_sealer(files)


def _make(folder: str) -> bytes:
    base = Path(folder)
    return ensure_authority(base / "keys", base / "trust", name="Unit", now=NOW).p12.read_bytes()


def test_two_processes_at_first_start_make_one_key(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2) as pool:
        assert len(set(pool.map(_make, [str(tmp_path)] * 2))) == 1


def test_the_certificate_is_rsa_3072_for_non_repudiation(files: SealFiles) -> None:
    certificate = load_sealer(files).signing_cert
    assert certificate is not None
    assert certificate.public_key.bit_size == 3072
    assert "non_repudiation" in certificate.key_usage_value.native
    assert not certificate.ca


def test_a_seal_needs_a_time_zone(body: bytes, files: SealFiles) -> None:
    with pytest.raises(ValueError, match="time zone"):
        seal(body, load_sealer(files), at=datetime(2026, 11, 21))  # noqa: DTZ001


@pytest.mark.skipif(PDFSIG is None, reason="pdfsig is not installed")
def test_pdfsig_accepts_the_seal_as_covering_the_document(sealed: bytes, tmp_path: Path) -> None:
    (tmp_path / "r.pdf").write_bytes(sealed)
    told = subprocess.run(["pdfsig", str(tmp_path / "r.pdf")], capture_output=True, text=True).stdout
    assert "Signature is Valid." in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")
def test_openssl_accepts_the_signature_against_the_root(
    sealed: bytes, files: SealFiles, tmp_path: Path
) -> None:
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    _, first, second, rest = (int(n) for n in signature.byte_range)
    (tmp_path / "content").write_bytes(sealed[:first] + sealed[second : second + rest])
    (tmp_path / "signature").write_bytes(signature.pkcs7_content)
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", str(tmp_path / "signature")]
    command += ["-content", str(tmp_path / "content"), "-CAfile", str(files.ca), "-purpose", "any"]
    done = subprocess.run([*command, "-out", str(tmp_path / "out")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(QPDF is None, reason="qpdf is not installed")
def test_qpdf_finds_no_fault_in_the_file(sealed: bytes, tmp_path: Path) -> None:
    (tmp_path / "r.pdf").write_bytes(sealed)
    assert subprocess.run(["qpdf", "--check", str(tmp_path / "r.pdf")], capture_output=True).returncode == 0
