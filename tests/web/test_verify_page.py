"""The public page that checks a report: open to all, capped, and it keeps nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from custody import models as m
from custody import pace
from custody.web import verify
from ledger.models import Entry
from tests.reports.made import Unit

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def no_one_asked_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def send(pdf: bytes, receipt: bytes | None = None, name: str = "r.pdf", language: str = "en") -> Any:
    form = {"report": SimpleUploadedFile(name, pdf)}
    if receipt is not None:
        form["receipt"] = SimpleUploadedFile("r.pdf.receipt", receipt)
    return Client(headers={"accept-language": language}).post("/verify", form)


def test_a_good_report_is_told_in_both_languages(unit: Unit, settings: Any) -> None:
    settings.TRUST_DIR = str(unit.trust)
    for language, words in (
        ("en", "The file stands up to every check."),
        ("zh-hans", "文件通过全部核验。"),
    ):
        html = send(unit.english.pdf, unit.english.receipt, language=language).content.decode()
        assert words in html, html
    assert "Issue not checked" in send(unit.english.pdf).content.decode()


def test_a_changed_report_and_what_is_none_are_told(unit: Unit, settings: Any) -> None:
    settings.TRUST_DIR = str(unit.trust)
    pdf = unit.english.pdf
    changed = pdf[:5000] + bytes([pdf[5000] ^ 1]) + pdf[5001:]
    for sent in (changed, b"hello", b"%PDF-1.7\n%%EOF", pdf[:-40]):
        answer = send(sent)
        assert answer.status_code == 200
        assert "does not stand up to the check" in answer.content.decode()


def lines(html: str) -> list[str]:
    """Return the three lines: those before the parts, which are folded."""
    told = html.partition('id="result"')[2].partition("<details")[0]
    return [re.sub(r"\s+", " ", re.sub("<[^>]*>", "", row)).strip() for row in told.split("<li")[1:]]


def test_three_lines_say_whether_it_is_unchanged_follows_and_was_issued(unit: Unit, settings: Any) -> None:
    settings.TRUST_DIR = str(unit.trust)
    pdf = unit.english.pdf
    for language, sealed, follows, issued, open_issue in (
        (
            "en", "Unchanged since it was sealed by ", "What it says follows from the ledger and its rules.",
            "The ledger holds the record of its issue.", "Whether it was issued was not judged",
        ),
        (
            "zh-hans", "封印以来未被改动", "其内容可由账本及其规则得出。", "账本中有其出具记录。",
            "是否正式出具：未能判断",
        ),
    ):  # fmt: skip
        good = send(pdf, unit.english.receipt, language=language).content.decode()
        for line, words in zip(lines(good), (sealed, follows, issued), strict=True):
            assert words in line
        assert good.count("<details") >= 5 and " open" not in good.partition('id="result"')[2], "folded"
        alone = send(pdf, language=language).content.decode()
        for line, words in zip(lines(alone), (sealed, follows, open_issue), strict=True):
            assert words in line
        assert alone.partition('id="result"')[2].count(" open>") == 1, "what is not in order stands open"
    changed = pdf[:5000] + bytes([pdf[5000] ^ 1]) + pdf[5001:]
    assert "Not as it was sealed" in lines(send(changed, unit.english.receipt).content.decode())[0]
    wrong = lines(send(pdf, unit.chinese.receipt).content.decode())
    assert "not one of this file&#x27;s issue" in wrong[2] and "Unchanged since" in wrong[0]


def test_an_evidence_file_or_a_receipt_alone_is_judged_as_what_it_is(unit: Unit, settings: Any) -> None:
    settings.TRUST_DIR = str(unit.trust)
    made = unit.other
    evidence = send(made.evidence, name="evidence.json").content.decode()
    assert "The file stands up to every check." in evidence
    told = lines(evidence)
    assert (
        "carries no seal" in told[0] and "follows from the ledger" in told[1] and "not issued by" in told[2]
    )
    receipt = send(made.receipt, name="r.pdf.receipt", language="zh-hans").content.decode()
    assert "文件通过全部核验。" in receipt
    assert "单独的凭证只说明出具了哪份报告" in lines(receipt)[1] and "账本中有其出具记录" in lines(receipt)[2]
    damaged = send(made.evidence.replace(b'"format"', b'"Format"', 1), name="evidence.json").content.decode()
    assert "does not follow from the ledger" in lines(damaged)[1]
    both = send(made.evidence, made.receipt).content.decode()
    assert "stands up to every check" not in both and "The receipt was not looked at" in both
    assert lines(send(b"hello").content.decode()) == []


def test_the_field_names_all_three_kinds_in_both_languages() -> None:
    for language, words in (("en", "Report, evidence file or receipt"), ("zh-hans", "报告、证据文件或凭证")):
        html = Client(headers={"accept-language": language}).get("/verify").content.decode()
        assert words in html and ".json" in html and ".receipt" in html


def test_names_of_files_are_shown_as_text(unit: Unit, settings: Any) -> None:
    settings.TRUST_DIR = str(unit.trust)
    html = send(b"hello", name='"><img src=x onerror=alert(1)>.pdf').content.decode()
    assert "<img" not in html


def test_without_a_trust_folder_nothing_is_called_good(unit: Unit, settings: Any, tmp_path: Path) -> None:
    settings.TRUST_DIR = str(tmp_path)
    html = send(unit.english.pdf, unit.english.receipt).content.decode()
    assert "stands up to every check" not in html


def test_nothing_is_kept(unit: Unit, settings: Any) -> None:
    settings.TRUST_DIR = str(unit.trust)
    before = Entry.objects.count(), m.Report.objects.count()
    send(unit.english.pdf, unit.english.receipt)
    assert (Entry.objects.count(), m.Report.objects.count()) == before


def test_too_large_a_file_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "MOST", 1000)
    monkeypatch.setattr(verify, "MOST_RECEIPT", 100)
    assert send(b"%PDF-" + b"x" * 5000).status_code == 413
    assert send(b"%PDF-" + b"x" * 1100).status_code == 413, "more than was announced"
    assert send(b"%PDF-", receipt=b"y" * 120).status_code == 422


def test_no_file_and_an_empty_file_are_told() -> None:
    assert Client().post("/verify", {}).status_code == 422
    assert send(b"").status_code == 422
    assert Client().put("/verify").status_code == 405


def test_the_eleventh_check_in_a_minute_is_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    # The minute is long here: checks on a slow machine would else fall into two.
    monkeypatch.setattr(verify, "SECONDS", 24 * 60 * 60)
    for _ in range(verify.TRIES):
        assert send(b"hello").status_code == 200
    assert send(b"hello").status_code == 429


def test_the_next_minute_begins_a_new_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "TRIES", 1)
    assert [send(b"hello").status_code for _ in range(2)] == [200, 429]
    later = time.time() + verify.SECONDS
    monkeypatch.setattr(pace, "time", lambda: later)
    assert send(b"hello").status_code == 200


def test_a_form_of_another_site_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/verify", {"report": SimpleUploadedFile("r.pdf", b"x")}).status_code == 403
