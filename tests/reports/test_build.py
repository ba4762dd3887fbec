"""The report as a file: both scripts, a seal that outside tools accept, the same bytes for one evidence."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from custody.reports import build
from custody.reports.account import Account, AccountError
from ledger import trust
from ledger.tlog.verify import Verdict, verify_bundle
from tests.reports.made import Delivered, Unit
from tests.reports.reading import POPPLER, poppler_text, squeezed, text_of

PDFSIG, CERTUTIL = shutil.which("pdfsig"), shutil.which("certutil")


def judged(made: Delivered, unit: Unit) -> Verdict:
    return verify_bundle(made.evidence, trust.load(unit.trust))


def test_two_builds_of_one_evidence_are_the_same_bytes_and_the_seal_only_appends(unit: Unit) -> None:
    for made in (unit.english, unit.chinese):
        verdict = judged(made, unit)
        body = build.body(verdict, made.evidence, made.report)
        assert body == build.body(verdict, made.evidence, made.report)
        assert made.pdf.startswith(body)


def test_the_evidence_is_inside_as_data_of_the_report(unit: Unit) -> None:
    with pikepdf.open(io.BytesIO(unit.english.pdf)) as pdf:
        assert list(pdf.attachments) == ["evidence.holdfast-bundle.json"]
        assert pdf.Root.AF[0].AFRelationship == pikepdf.Name.Data
        assert str(pdf.Root.Lang) == "en"
    with pikepdf.open(io.BytesIO(unit.chinese.pdf)) as pdf:
        assert str(pdf.Root.Lang) == "zh-Hans"


def test_every_page_says_demo_and_the_level_of_the_site(unit: Unit) -> None:
    with pikepdf.open(io.BytesIO(unit.chinese.pdf)) as pdf:
        pages = len(pdf.pages)
    text = squeezed(text_of(unit.chinese.pdf))
    assert text.count("演示：虚构数据，不作证据") == pages
    assert text.count("系统级别：机密") == pages


def test_no_character_is_lost_and_no_place_left_unfilled(unit: Unit) -> None:
    for made in (unit.english, unit.chinese):
        text = text_of(made.pdf)
        assert "[U+" not in text
        assert not re.search(r"\{[a-z_]+\}", text)
        assert "None" not in text


def test_a_camera_reads_from_the_page_the_checkpoint_that_the_evidence_holds(unit: Unit) -> None:
    for made in (unit.english, unit.chinese):
        pages = pypdfium2.PdfDocument(made.pdf)
        images = (page.render(scale=200 / 72).to_pil().convert("L") for page in pages)
        (code,) = [code.text for image in images for code in zxingcpp.read_barcodes(image)]
        bundle = judged(made, unit).bundle
        assert bundle is not None
        signed = bundle.checkpoint.partition("\n\n")[0]
        assert code == f"{signed}\n{made.report[-8:]}\n"


@pytest.mark.skipif(not POPPLER, reason="pdftotext (poppler-utils) is not installed")
def test_poppler_reads_both_scripts_in_both_reports(unit: Unit, tmp_path: Path) -> None:
    chinese = squeezed(poppler_text(unit.chinese.pdf, tmp_path))
    for words in (
        "监管链报告",
        "未证明的事项",
        "北原测绘院",
        "被拒绝的操作",
        "仅凭密码：未签名",
        "已固化，未见证",
    ):
        assert words in chinese, words
    english = squeezed(poppler_text(unit.english.pdf, tmp_path))
    for words in (
        "Northfield Survey Institute",
        "What is not proved",
        "Password only: not signed",
        "岚河",
        "林梅",
    ):
        assert squeezed(words) in english, words


@pytest.mark.skipif(
    not PDFSIG or not CERTUTIL, reason="pdfsig (poppler-utils) or certutil (libnss3-tools) is not installed"
)
def test_pdfsig_trusts_the_seal_under_the_demo_root(unit: Unit, tmp_path: Path) -> None:
    store = tmp_path / "nss"
    store.mkdir()
    for command in (
        ["certutil", "-N", "-d", f"sql:{store}", "--empty-password"],
        [
            "certutil",
            "-A",
            "-d",
            f"sql:{store}",
            "-n",
            "demo",
            "-t",
            "CT,C,C",
            "-i",
            str(unit.trust / "ca.pem"),
        ],
    ):
        subprocess.run(command, check=True, capture_output=True)
    said = _pdfsig(unit.english.pdf, tmp_path, "-nssdir", f"sql:{store}")
    assert "Signature is Valid" in said
    assert "Certificate is Trusted" in said
    assert "Total document signed" in said


@pytest.mark.skipif(not PDFSIG, reason="pdfsig (poppler-utils) is not installed")
def test_pdfsig_finds_the_seal_valid_over_the_whole_file(unit: Unit, tmp_path: Path) -> None:
    said = _pdfsig(unit.chinese.pdf, tmp_path)
    assert "Signature is Valid" in said
    assert "Total document signed" in said


def _pdfsig(pdf: bytes, folder: Path, *options: str) -> str:
    path = folder / "sealed.pdf"
    path.write_bytes(pdf)
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C"}
    done = subprocess.run(
        ["pdfsig", *options, str(path)], capture_output=True, text=True, env=environ, check=False
    )
    return done.stdout


def test_a_question_that_the_evidence_does_not_hold_cannot_be_answered(unit: Unit) -> None:
    with pytest.raises(AccountError, match=r"report\.requested"):
        Account.of(judged(unit.english, unit), unit.other.report)
