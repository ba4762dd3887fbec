"""The sealing key is changed: recorded before it is in place, killed anywhere, and old reports stay good."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from custody.reports import seal_change
from custody.reports.authority import SealFiles, SealKeyError, ensure_authority
from custody.reports.blocks import Document, Paragraph
from custody.reports.pdf import render
from custody.reports.seal import seal, verify_seal
from custody.reports.seal_change import Change, changing
from custody.reports.sealer import sealer

NOW = datetime.now(UTC).replace(microsecond=0)
BODY = render(Document("Report", [Paragraph("Page one")], "en", NOW, "R-1"), {})
KEYS, TRUST = "keys", "trust"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    ensure_authority(tmp_path / KEYS, tmp_path / TRUST, name="Test unit", now=NOW)
    return tmp_path


def change(site: Path) -> Change:
    with changing(site / KEYS, site / TRUST, name="Test unit", now=NOW) as found:
        pass
    return found


def sealed(site: Path) -> bytes:
    with sealer(SealFiles.within(site / KEYS)) as signer:
        return seal(BODY, signer, at=NOW)


def trusted(site: Path, pdf: bytes) -> bool:
    return verify_seal(pdf, (site / TRUST / "ca.pem").read_bytes()).valid


def test_old_and_new_reports_are_good_under_the_published_roots_and_new_ones_not_under_the_old(
    site: Path,
) -> None:
    before, root = sealed(site), (site / TRUST / "ca.pem").read_bytes()
    done = change(site)
    after = sealed(site)
    assert done.old != done.new
    assert trusted(site, before)
    assert trusted(site, after)
    assert verify_seal(before, root).valid
    assert not verify_seal(after, root).valid
    former = site / KEYS / f"former-seal-{done.old[:16]}"
    assert {path.name for path in former.iterdir()} == {"seal.p12", "seal.pass", "seal.crl", "ca.pem"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in former.iterdir())
    assert not (site / KEYS / "next-seal").exists()
    assert (site / TRUST / "ca.crl").read_bytes().count(b"BEGIN X509 CRL") == 2
    third = change(site)
    assert third.old == done.new
    assert trusted(site, before)
    assert (site / TRUST / "ca.pem").read_bytes().count(b"BEGIN CERTIFICATE") == 3


class Killed(BaseException):
    """Ends the change as a kill would."""


@pytest.mark.parametrize("step", range(1, 14))
def test_killed_anywhere_it_is_ended_under_the_same_new_key(
    site: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sealed(site)
    real, count = seal_change._write, [0]

    def killing(*args: Any) -> None:
        count[0] += 1
        if count[0] == step:
            raise Killed
        real(*args)

    monkeypatch.setattr(seal_change, "_write", killing)
    told: list[Change] = []
    try:
        with changing(site / KEYS, site / TRUST, name="Test unit", now=NOW) as found:
            told.append(found)
    except Killed:
        pass
    else:
        assert step > 11, "there are fewer steps than are tried"
        return
    monkeypatch.undo()
    assert change(site) == told[0]
    assert trusted(site, sealed(site))
    assert trusted(site, before)
    assert not list((site / KEYS).glob("former-seal-*/to"))


def test_a_unit_puts_a_key_of_its_own_there_and_a_wrong_one_changes_nothing(
    site: Path, tmp_path: Path
) -> None:
    other = ensure_authority(tmp_path / "own", tmp_path / "t", name="Own", now=NOW)
    (site / KEYS / "next-seal").mkdir()
    for path in (other.p12, other.passphrase):
        shutil.copy(path, site / KEYS / "next-seal")
    shutil.copy(site / KEYS / "ca.pem", site / KEYS / "next-seal")
    held = {path: path.read_bytes() for path in (site / KEYS).iterdir() if path.is_file()}
    with pytest.raises(SealKeyError, match="does not lead to its"):
        change(site)
    assert held == {path: path.read_bytes() for path in (site / KEYS).iterdir() if path.is_file()}
    shutil.copy(other.ca, site / KEYS / "next-seal")
    change(site)
    assert verify_seal(sealed(site), other.ca.read_bytes()).valid
    assert not (site / KEYS / "seal.crl").exists(), "the list of the former root says nothing of this one"


def test_the_key_that_seals_already_and_a_site_without_one_are_refused(site: Path, tmp_path: Path) -> None:
    (site / KEYS / "next-seal").mkdir()
    for name in ("seal.p12", "seal.pass", "ca.pem"):
        shutil.copy(site / KEYS / name, site / KEYS / "next-seal")
    with pytest.raises(SealKeyError, match="seals already"):
        change(site)
    (tmp_path / "empty").mkdir()
    with (
        pytest.raises(SealKeyError, match="no whole sealing key"),
        changing(tmp_path / "empty", tmp_path / "t", name="Unit", now=NOW),
    ):
        pass


@pytest.mark.django_db(transaction=True)
def test_the_ledger_says_which_certificates_before_the_new_one_is_in_place(
    committed_cast: Any, settings: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger import api
    from tests.reports.made import seal_all

    why = ("--reason", "the machine was lost", "--ordered-by", "Head of the unit")
    with pytest.raises(CommandError, match="no whole sealing key"):
        call_command("change_seal_key", *why)
    ensure_authority(settings.KEYS_DIR, settings.TRUST_DIR, name="Test unit", now=NOW)
    files = SealFiles.within(settings.KEYS_DIR)
    held = files.p12.read_bytes()
    with pytest.raises(CommandError, match="Say why"):
        call_command("change_seal_key", "--reason", " ", "--ordered-by", "x")

    def killed(*_: Any) -> None:
        assert files.p12.read_bytes() == held
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(seal_change, "_finish", killed)
        with pytest.raises(Killed):
            call_command("change_seal_key", *why)
    call_command("change_seal_key", *why)
    assert "CHANGED" in capsys.readouterr().out
    seal_all()
    found = [e for e in api.run("system") if e.values.get("kind") == "seal_key.changed/1"]
    assert len(found) == 2, "once more after the kill"
    assert found[0].values["new_certificate"] == found[1].values["new_certificate"]
    with sealer(files) as signer:
        assert signer.signing_cert is not None
        assert signer.signing_cert.sha256.hex() == found[1].values["new_certificate"]
