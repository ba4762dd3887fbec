"""Time stamps: asked for over HTTP, put into the seal, and judged; each way to cheat has its own sentence."""

from __future__ import annotations

import hashlib
import io
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from asn1crypto import tsp
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from custody.reports import demo_authority, seal, stamping, timestamp
from custody.reports.authority import SealFiles, ensure_authority
from custody.reports.blocks import Document, Paragraph
from custody.reports.pdf import render
from custody.reports.seal import verify_seal
from custody.reports.sealer import load_sealer

from .stamped import NOW, At, Clock, answering, served, token_in, with_token

OPENSSL, PDFSIG = shutil.which("openssl"), shutil.which("pdfsig")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> SealFiles:
    folder = tmp_path_factory.mktemp("site")
    return ensure_authority(folder / "keys", folder / "trust", name="Test unit", now=NOW)


@pytest.fixture(scope="module")
def ca(files: SealFiles) -> bytes:
    return files.ca.read_bytes()


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clock]:
    with served(tmp_path_factory.mktemp("clock") / "keys") as found:
        yield found


@pytest.fixture(scope="module")
def body() -> bytes:
    return render(Document("Report", [Paragraph("Page one")], "en", NOW, "R-1"), {"evidence.json": b"{}"})


@pytest.fixture(scope="module")
def stamped(files: SealFiles, body: bytes, clock: Clock) -> bytes:
    return seal.seal(body, load_sealer(files), at=NOW, timestamper=clock.asked())


@pytest.fixture(scope="module")
def lasting(files: SealFiles, body: bytes, clock: Clock, ca: bytes) -> bytes:
    lists = clock.lists(ca, files.crl.read_bytes())
    return seal.seal(body, load_sealer(files), at=NOW, timestamper=clock.asked(), lists=lists)


def told(pdf: bytes, ca: bytes, clock: Clock) -> str:
    """Return what is said against a seal."""
    verdict = verify_seal(pdf, ca, tsa_pem=clock.root)
    assert not verdict.valid
    assert not verdict.stamped
    assert all(sentence.en and sentence.zh for sentence in verdict.sentences)
    return " ".join(sentence.en for sentence in verdict.sentences)


# --- in the seal ------------------------------------------------------------------------------------------


def test_each_level_is_told_apart_and_names_the_authority(
    body: bytes, stamped: bytes, lasting: bytes, files: SealFiles, ca: bytes, clock: Clock
) -> None:
    plain = seal.seal(body, load_sealer(files), at=NOW)
    for pdf, level in ((plain, "B-B"), (stamped, "B-T"), (lasting, "B-LT")):
        verdict = verify_seal(pdf, ca, tsa_pem=clock.root)
        assert (verdict.valid, verdict.whole_file, verdict.level) == (True, True, level)
        assert verdict.stamped is (level != "B-B")
        if verdict.stamp is not None:
            assert verdict.stamp.by == "Test time authority"
            assert verdict.stamp.at is not None
            assert NOW - timedelta(minutes=1) < verdict.stamp.at < datetime.now(UTC) + timedelta(minutes=1)
            assert "Test time authority" in verdict.stamp.sentence.en
            assert "Test time authority" in verdict.stamp.sentence.zh


def test_the_highest_level_too_is_one_revision_behind_the_same_body(body: bytes, lasting: bytes) -> None:
    assert lasting.startswith(body)
    assert lasting.count(b"%%EOF") == body.count(b"%%EOF") + 1
    assert lasting.count(b"startxref") == body.count(b"startxref") + 1


def test_without_a_list_for_every_certificate_the_seal_stays_at_the_level_that_it_can_have(
    body: bytes, files: SealFiles, ca: bytes, clock: Clock
) -> None:
    whole = clock.lists(ca, files.crl.read_bytes())
    signer = load_sealer(files)
    for crls, at in (
        (whole.crls[:1], NOW), (whole.crls[1:], NOW), (whole.crls, NOW + timedelta(days=3651)),
    ):  # fmt: skip
        some = seal.Lists(whole.roots, crls)
        made = seal.seal(body, signer, at=at, timestamper=clock.asked(), lists=some)
        assert verify_seal(made, ca, tsa_pem=clock.root).level == "B-T"


def test_an_authority_outside_the_trust_folder_is_named_and_its_time_not_taken(
    stamped: bytes, lasting: bytes, ca: bytes, tmp_path: Path
) -> None:
    with served(tmp_path / "other", name="Another authority") as other:
        for pdf in (stamped, lasting):
            for trusted in (None, other.root, ca):
                verdict = verify_seal(pdf, ca, tsa_pem=trusted)
                assert verdict.valid  # the seal itself is what it is
                assert not verdict.stamped
                assert verdict.stamp is not None
                assert verdict.stamp.state == "unknown"
                assert "not in the trust folder" in verdict.stamp.sentence.en


def test_the_units_own_roots_do_not_make_a_stamp_an_outside_one(
    stamped: bytes, ca: bytes, clock: Clock
) -> None:
    assert not verify_seal(stamped, ca + clock.root).stamped


def test_a_stamp_outlives_the_sealing_key(body: bytes, files: SealFiles, ca: bytes, tmp_path: Path) -> None:
    """What a stamp is for: the certificate of the seal ran out, and the authority saw it while it held."""
    with served(tmp_path / "young", made=NOW + timedelta(days=2), at=NOW + timedelta(days=3)) as young:
        late = seal.seal(body, load_sealer(files), at=NOW, timestamper=young.asked(trusting=False))
    after = NOW + timedelta(days=3651)
    assert verify_seal(late, ca, tsa_pem=young.root, at=after).stamped
    assert not verify_seal(late, ca, at=after).valid


def test_a_certificate_that_ran_out_since_proves_the_time_no_longer(
    stamped: bytes, ca: bytes, clock: Clock
) -> None:
    verdict = verify_seal(stamped, ca, tsa_pem=clock.root, at=NOW + timedelta(days=3660))
    assert verdict.stamp is not None
    assert verdict.stamp.state == "unknown"
    assert "has run out since" in verdict.stamp.sentence.en


def test_a_stamp_of_another_file_is_refused(
    stamped: bytes, files: SealFiles, ca: bytes, clock: Clock
) -> None:
    other = render(Document("Other", [Paragraph("Page one")], "en", NOW, "R-2"), {})
    foreign = seal.seal(other, load_sealer(files), at=NOW, timestamper=clock.asked())
    assert verify_seal(with_token(stamped, token_in(stamped)), ca, tsa_pem=clock.root).stamped
    assert "of something else" in told(with_token(stamped, token_in(foreign)), ca, clock)


def test_a_stamp_with_a_hash_function_that_does_not_count_is_refused(
    stamped: bytes, ca: bytes, clock: Clock
) -> None:
    (signature,) = PdfFileReader(io.BytesIO(stamped)).embedded_signatures
    value = signature.signer_info["signature"].native
    _, asked = clock.asked().request_cms(hashlib.sha1(value).digest(), "sha1")  # noqa: S324
    made = demo_authority.DemoAuthority(clock.folder).request_tsa_response(asked)
    said = told(with_token(stamped, made["time_stamp_token"]), ca, clock)
    assert "hash function that does not count" in said
    assert "sha1" in said


def test_a_stamp_that_its_authority_made_after_its_certificate_ran_out_is_refused(
    body: bytes, files: SealFiles, ca: bytes, tmp_path: Path, stamped: bytes
) -> None:
    (signature,) = PdfFileReader(io.BytesIO(stamped)).embedded_signatures
    value = signature.signer_info["signature"].native
    with served(tmp_path / "old", made=NOW - timedelta(days=3700)) as old:
        _, asked = old.asked().request_cms(hashlib.sha256(value).digest(), "sha256")
        token = demo_authority.DemoAuthority(old.folder).request_tsa_response(asked)["time_stamp_token"]
        assert "not valid at the moment" in told(with_token(stamped, token), ca, old)
        with pytest.raises(TimestampRequestError, match="not valid at the moment"):
            seal.seal(body, load_sealer(files), at=NOW, timestamper=old.asked(trusting=False))


def test_a_stamp_by_a_certificate_that_is_not_for_stamps_alone_is_refused(
    stamped: bytes, files: SealFiles, ca: bytes, clock: Clock, tmp_path: Path
) -> None:
    """The unit stamps with its own sealing key."""
    from asn1crypto import keys
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    own = load_pkcs12(files.p12.read_bytes(), files.passphrase.read_bytes().strip())
    assert own.key is not None
    assert own.cert is not None
    forger = demo_authority.DemoAuthority(clock.folder)
    der = own.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    forger.tsa_key = keys.PrivateKeyInfo.load(der)
    forger.tsa_cert = load_certs_of(own.cert.certificate.public_bytes(Encoding.PEM))
    (signature,) = PdfFileReader(io.BytesIO(stamped)).embedded_signatures
    value = signature.signer_info["signature"].native
    _, asked = clock.asked().request_cms(hashlib.sha256(value).digest(), "sha256")
    token = forger.request_tsa_response(asked)["time_stamp_token"]
    verdict = verify_seal(with_token(stamped, token), ca, tsa_pem=ca)
    assert not verdict.valid
    assert "no time authority" in " ".join(s.en for s in verdict.sentences)


def load_certs_of(pem: bytes) -> object:
    (found,) = load_certs_from_pemder_data(pem)
    return found


def test_a_seal_whose_stamp_was_taken_out_is_a_lower_one(stamped: bytes, ca: bytes, clock: Clock) -> None:
    """Nothing in the signature tells of it: page one does, and the hash that the ledger holds."""
    verdict = verify_seal(with_token(stamped, None), ca, tsa_pem=clock.root)
    assert (verdict.valid, verdict.level, verdict.stamp) == (True, "B-B", None)


def test_no_byte_of_a_stamped_seal_is_free_to_change(lasting: bytes, ca: bytes, clock: Clock) -> None:
    start = lasting.index(b"<3082", lasting.index(b"/Contents"))
    chance = random.Random(5)
    for place in (chance.randrange(start, start + 18_000) for _ in range(40)):
        new = b"0" if lasting[place : place + 1] != b"0" else b"1"
        changed = lasting[:place] + new + lasting[place + 1 :]
        assert not verify_seal(changed, ca, tsa_pem=clock.root).stamped
    for _ in range(40):
        other = bytearray(lasting)
        other[chance.randrange(len(other))] ^= 1 << chance.randrange(8)
        assert not verify_seal(bytes(other), ca, tsa_pem=clock.root).stamped


# --- asking -----------------------------------------------------------------------------------------------


def fails(url: str, roots: Clock | None = None, **told: str) -> str:
    """Return why an authority gave no stamp that holds."""
    trusted = tuple(load_certs_from_pemder_data(roots.root)) if roots else ()
    with pytest.raises(TimestampRequestError) as caught:
        stamping.stamp_of(stamping.HttpTimeStamper(At(url, **told), trusted), hashlib.sha256(b"x").digest())
    return str(caught.value)


def test_a_stamp_by_itself_is_of_the_hash_that_was_asked_for(clock: Clock) -> None:
    digest = hashlib.sha256(b"file").digest()
    raw, found = stamping.stamp_of(clock.asked(), digest)
    assert (found.state, found.by) == ("ok", "Test time authority")
    roots = list(load_certs_from_pemder_data(clock.root))
    token = timestamp.read(raw)
    assert timestamp.judge(token, lambda n: hashlib.new(n, b"file").digest(), roots).state == "ok"
    assert timestamp.judge(token, lambda n: hashlib.new(n, b"else").digest(), roots).state == "bad"
    with pytest.raises(ValueError, match="trailing"):
        timestamp.read(raw + b"\0")


def test_nobody_there_no_answer_in_time_and_a_refusal_are_told_apart(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no answer" in fails("http://127.0.0.1:1/")
    assert "none of http or https" in fails("file:///etc/passwd")
    with answering(lambda _: b"", status=503) as (url, _):
        assert "status 503" in fails(url)
    refused = demo_authority.answer(demo_authority.DemoAuthority(clock.folder), b"no question")
    assert stamping.Answer.load(refused)["status"]["status"].native == "rejection"
    with answering(lambda _: refused) as (url, _):
        assert "refused: rejection" in fails(url)
    monkeypatch.setattr(stamping, "SECONDS", 0.2)

    def slow(_: bytes) -> bytes:
        time.sleep(1)
        return b""

    with answering(slow) as (url, _):
        assert "no answer" in fails(url)


def test_a_redirect_is_not_followed(clock: Clock) -> None:
    with answering(lambda _: b"", status=307, Location=clock.url) as (url, asked):
        assert "status 307" in fails(url)
    assert len(asked) == 1


def test_an_answer_that_is_too_long_or_of_another_kind_or_nothing_is_refused() -> None:
    with answering(lambda _: b"0" * (stamping.MOST + 1)) as (url, _):
        assert "more than" in fails(url)
    with answering(lambda _: b"<html>", kind="text/html") as (url, _):
        assert "not of the type" in fails(url)
    for junk in (b"", b"junk", b"0\x80", bytes(range(256))):
        with answering(partial(_always, junk)) as (url, _):
            assert "no answer of a time authority" in fails(url)


def _always(said: bytes, _: bytes) -> bytes:
    return said


def test_an_answer_to_another_question_is_refused(clock: Clock) -> None:
    authority = demo_authority.DemoAuthority(clock.folder)

    def other_nonce(raw: bytes) -> bytes:
        asked = tsp.TimeStampReq.load(raw)
        asked["nonce"] = 7
        return demo_authority.answer(authority, asked.dump(force=True))

    def other_hash(raw: bytes) -> bytes:
        asked = tsp.TimeStampReq.load(raw)
        asked["message_imprint"]["hashed_message"] = bytes(32)
        return demo_authority.answer(authority, asked.dump(force=True))

    with answering(other_nonce) as (url, _):
        assert "nonce" in fails(url, clock)
    with answering(other_hash) as (url, _):
        assert "of something else" in fails(url, clock)


def test_an_authority_that_does_not_lead_to_the_configured_roots_is_refused(
    clock: Clock, tmp_path: Path
) -> None:
    with served(tmp_path / "other") as other:
        assert "not in the trust folder" in fails(other.url, clock)
        stamping.stamp_of(other.asked(trusting=False), bytes(32))


def test_the_policy_that_is_asked_for_must_be_named(clock: Clock) -> None:
    stamping.stamp_of(clock.asked(policy="1.2.3.4"), bytes(32))
    authority = demo_authority.DemoAuthority(clock.folder)

    def careless(raw: bytes) -> bytes:
        asked = tsp.TimeStampReq.load(raw)
        del asked["req_policy"]
        return demo_authority.answer(authority, asked.dump(force=True))

    with answering(careless) as (url, _):
        assert "another policy" in fails(url, clock, policy="1.2.3.4")


def test_name_and_word_go_to_the_authority_alone(clock: Clock) -> None:
    authority = demo_authority.DemoAuthority(clock.folder)
    with answering(lambda raw: demo_authority.answer(authority, raw)) as (url, asked):
        stamping.stamp_of(stamping.HttpTimeStamper(At(url, "unit", "word")), bytes(32))
        stamping.stamp_of(stamping.HttpTimeStamper(At(url)), bytes(32))
    said = [one.headers["Authorization"] for one in asked]
    assert said == ["Basic dW5pdDp3b3Jk", None]
    assert {one.headers["Content-Type"] for one in asked} == {stamping.QUERY}


# --- other programs ---------------------------------------------------------------------------------------


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")
def test_openssl_agrees_on_both_kinds_of_stamp(
    lasting: bytes, clock: Clock, ca: bytes, tmp_path: Path
) -> None:
    raw, _ = stamping.stamp_of(clock.asked(), hashlib.sha256(lasting).digest())
    (signature,) = PdfFileReader(io.BytesIO(lasting)).embedded_signatures
    (tmp_path / "root.pem").write_bytes(clock.root)
    (tmp_path / "unit.pem").write_bytes(ca)

    def verified(token: bytes, data: bytes, root: str = "root.pem") -> bool:
        (tmp_path / "token").write_bytes(token)
        (tmp_path / "data").write_bytes(data)
        command = ["openssl", "ts", "-verify", "-token_in", "-in", "token", "-data", "data"]
        done = subprocess.run([*command, "-CAfile", root], cwd=tmp_path, capture_output=True, text=True)
        assert ("Verification: OK" in done.stdout + done.stderr) is (done.returncode == 0)
        return done.returncode == 0

    inside = token_in(lasting).dump()
    value = signature.signer_info["signature"].native
    assert verified(raw, lasting)
    assert verified(inside, value)
    assert not verified(raw, lasting + b"\n")
    assert not verified(inside, lasting)
    assert not verified(raw, lasting, "unit.pem")


@pytest.mark.skipif(PDFSIG is None, reason="pdfsig is not installed")
def test_pdfsig_accepts_each_level_as_covering_the_document(
    stamped: bytes, lasting: bytes, tmp_path: Path
) -> None:
    for pdf in (stamped, lasting):
        (tmp_path / "r.pdf").write_bytes(pdf)
        said = subprocess.run(["pdfsig", str(tmp_path / "r.pdf")], capture_output=True, text=True).stdout
        assert "Signature is Valid." in said
        assert "Total document signed" in said


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")
def test_openssl_makes_stamps_that_are_taken(
    body: bytes, files: SealFiles, ca: bytes, clock: Clock, tmp_path: Path
) -> None:
    """An authority that somebody else wrote: `openssl ts -reply`, with the key and certificate of ours."""
    (tmp_path / "serial").write_text("01\n")
    (tmp_path / "tsa.conf").write_text(
        "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\ncrypto_device=builtin\n"
        f"signer_cert={clock.folder}/tsa.pem\nsigner_key={clock.folder}/tsa.key\ncerts={clock.folder}/root.pem\n"
        "signer_digest=sha256\ndefault_policy=1.2.3.4.1\nother_policies=1.2.3.4.5\n"
        "digests=sha256,sha384,sha512\nordering=yes\nclock_precision_digits=0\n"
        "tsa_name=yes\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n"
    )

    def openssl(raw: bytes) -> bytes:
        (tmp_path / "q").write_bytes(raw)
        command = ["openssl", "ts", "-reply", "-config", "tsa.conf", "-section", "t", "-queryfile", "q"]
        subprocess.run([*command, "-out", "a"], cwd=tmp_path, check=True, capture_output=True)
        return (tmp_path / "a").read_bytes()

    roots = tuple(load_certs_from_pemder_data(clock.root))
    with answering(openssl) as (url, _):
        for policy in ("", "1.2.3.4.5"):
            asked = stamping.HttpTimeStamper(At(url, policy=policy), roots)
            made = seal.seal(body, load_sealer(files), at=NOW, timestamper=asked)
            verdict = verify_seal(made, ca, tsa_pem=clock.root)
            assert verdict.stamped, verdict.sentences
        assert "refused: rejection" in fails(url, clock, policy="1.2.3.4.9")
