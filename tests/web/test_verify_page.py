"""The public page that checks a report: open to all, capped, and it keeps nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from custody import models as m
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
        ("en", "The report stands up to every check."),
        ("zh-hans", "报告通过全部核验。"),
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
    cache.touch("verify:127.0.0.1", 0)  # the minute is over
    assert send(b"hello").status_code == 200


def test_a_form_of_another_site_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/verify", {"report": SimpleUploadedFile("r.pdf", b"x")}).status_code == 403
