"""Whatever is sent to a screen, the answer is one of ours: never a 500, and an error changes nothing."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ledger.models import Entry
from tests.api.test_bad_requests import standing
from tests.scale import FULL, chance, share, tries

from .hostile_forms import HOSTILE, Sends, post_routes, prepare, sends
from .scene import Scene

PARTS = 4
EACH = tries(1, len(HOSTILE))
"""Hostile values in each field that is tried: by day one in a third of the fields of each form."""
RECORDED = (409, 429)
"""A refusal is an entry, and so is the first that came too often."""
NO_FORM: set[str] = set()


@pytest.fixture
def prepared(scene: Scene) -> Scene:
    prepare(scene)
    return scene


def client_of(scene: Scene, who: str, language: str) -> Client:
    client = scene.client(who, language) if who else Client(headers={"accept-language": language})
    client.raise_request_exception = False
    return client


def fault(answer: Any, language: str) -> str:
    """Return what is wrong with an answer to a form; an error is a page in the language of the reader."""
    if answer.status_code >= 500:
        return "a server error"
    if answer.status_code < 400 or answer.status_code == 405:
        return ""
    page = answer.content.decode()
    if f'lang="{language}' not in page:
        return f"no page in {language}"
    return "" if "<h1" in page else "no page that says what happened"


def test_every_route_that_takes_a_form_has_a_row(prepared: Scene) -> None:
    found = post_routes(lambda: client_of(prepared, "an", "en"))
    assert {each.route for each in sends(prepared)} == found - NO_FORM


@pytest.mark.parametrize("part", range(PARTS))
def test_hostile_values_in_every_field_of_every_form(
    prepared: Scene, part: int, record_property: Any
) -> None:
    wrong, sent = [], 0
    # One after the other in an order of today: each value comes up.
    values = cycle(chance(f"hostile forms {part}").sample(HOSTILE, len(HOSTILE)))
    for number, each in enumerate(sends(prepared)[part::PARTS]):
        before = Entry.objects.count()
        for name in share([*each.form, "step"], 3, number):
            for value in islice(values, EACH):
                language = ("en", "zh-hans")[sent % 2]
                sent += 1
                # A client for each: signing out or changing the password is one of the forms.
                answer = client_of(prepared, each.who, language).post(each.url, {**each.form, name: value})
                told = fault(answer, "zh-Hans" if language != "en" else "en")
                after = Entry.objects.count()
                if answer.status_code >= 400 and answer.status_code not in RECORDED and after != before:
                    told = "an error with an effect"
                before = after
                if told:
                    wrong.append((each.route, name, ascii(value)[:40], answer.status_code, told))
    record_property("bad requests", sent)
    assert wrong == [], "\n".join(map(str, wrong))
    assert sent >= len(HOSTILE)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/projects/",
        "/handoffs/",
        "/approvals/",
        "/parties/",
        "/reports/",
        "/verify",
        "/find",
        "/notices",
    ],
)
def test_hostile_questions_of_every_list(scene: Scene, path: str, record_property: Any) -> None:
    client = scene.client("mei")
    client.raise_request_exception = False
    sent = 0
    asked = chance(f"questions {path}")
    for name in ("page", "q", "sort", "hop", "step", "per_page", "state", "due", "export"):
        for value in asked.sample(HOSTILE, tries(4, len(HOSTILE))):
            answer = client.get(path, {name: value})
            sent += 1
            assert answer.status_code < 500, (name, value)
    record_property("bad requests", sent)


def test_a_body_that_is_too_large_or_no_form_is_a_4xx(scene: Scene) -> None:
    client = scene.client("mei")
    client.raise_request_exception = False
    url = reverse("handoff_new", args=[scene.project.id])
    before = standing()
    part = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n'
    for body, kind in (
        (b"x=" + b"y" * 3_000_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(2000)), "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data; boundary=" + "x" * 300),
        (b"", "multipart/form-data"),
        (part % b"a" + b"y" * 3_000_000 + b"\r\n--x--", "multipart/form-data; boundary=x"),
        (b"".join(part % b"a" + b"1\r\n" for _ in range(2000)) + b"--x--", "multipart/form-data; boundary=x"),
        (b"{", "application/json"),
        (b"\xff\xfe%00%ff=%ff", "application/x-www-form-urlencoded"),
        (b"step=do", "application/x-www-form-urlencoded; charset=eaten"),
    ):
        assert 400 <= client.generic("POST", url, body, kind).status_code < 500, (body[:30], kind)
    assert standing() == before


def test_no_form_is_taken_without_its_token_against_forgery(prepared: Scene) -> None:
    clients, every = {}, list(sends(prepared))
    for who in {each.who for each in every} - {""}:
        clients[who] = Client(enforce_csrf_checks=True, headers={"accept-language": "zh-hans"})
        clients[who].force_login(prepared.user(who), backend="custody.web.accounts.SignInBackend")
    before = standing()
    for each in every:
        if each.who:
            form = {**each.form, "csrfmiddlewaretoken": "x" * 32}
            answer = clients[each.who].post(each.url, form)
            assert answer.status_code in (403, 405), each.route
            assert answer.status_code == 405 or 'lang="zh-Hans"' in answer.content.decode(), each.route
    assert standing() == before


FILES = {
    "nothing": b"", "NUL": b"\0" * 5000, "a programme": b"MZ\x90\0" + b"\0" * 2000,
    "half a PDF": b"%PDF-1.7\n1 0",
    "a zip": b"PK\x03\x04" + b"\0" * 60, "a page": b"<script>alert(1)</script>",
    "UTF-16": "HF-1".encode("utf-16"),
    "brackets": b"[" * 50_000, "a million lines": b"a\n" * (1_000_000 if FULL else 20_000),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_not_what_it_says_is_no_server_error(scene: Scene, name: str) -> None:
    before = Entry.objects.count()
    for kind in ("application/pdf", "text/csv", "text/html"):
        given = lambda end: SimpleUploadedFile("\u202egnp.\0<b>" + end, FILES[name], kind)  # noqa: B023, E731
        form = scene.offer_form(step="check", copies=[], file=given(".csv"))
        asked = (
            ("mei", Sends("handoff_new", "mei", form, [scene.project.id])),
            ("", Sends("verify", "", {"report": given(".pdf"), "receipt": given(".receipt")})),
        )
        for who, each in asked:
            answer = client_of(scene, who, "en").post(each.url, each.form)
            assert answer.status_code < 500, (kind, each.route)
            assert b"<script>alert(1)" not in answer.content
    assert Entry.objects.count() == before
