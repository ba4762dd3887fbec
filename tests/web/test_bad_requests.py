"""Whatever is sent to a screen, the answer is one of ours: never a 500, and nothing changes."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ledger.models import Entry

from .scene import Scene

HOSTILE = [
    "", "\0", "x" * 20_000, "0", "-1", "9" * 40, "NaN", "1e999", "null", "[]", "{}", "' OR 1=1 --",
    "../../etc/passwd", "<script>alert(1)</script>", "{{ 7*7 }}", "%s%n", "\ud7ff\ufffe", "\u202eabc",
    "二〇二六", "２０２６-１１-２４", "2026-13-45", "0001-01-01", "9999-12-31",
    "00000000-0000-0000-0000-000000000000", "é" * 300, "\r\nSet-Cookie: a=b",
]  # fmt: skip
SEED, ROUNDS = 20261124, 12


def targets(scene: Scene) -> list[tuple[str, str, dict[str, Any]]]:
    """Who sends which form where: none is complete, so that whatever one field holds, nothing is done."""
    project, lakeside = scene.project.id, scene.cast.party("lakeside")
    hop = {
        "parent": str(scene.westgate.id), "to_party": "Lakeside", "scope": "Scanning", "level": "mimi",
        "categories": ["engineering"], "starts": "2026-11-24", "ends": "2027-11-24", "share": "10",
        "amount": "5", "currency": "CNY", "keeps_core": "yes", "client_consent": "yes",
        "decide_by": "", "submission": "x",
        "awarded_on": "", "reported_on": "", "step": "check",
    }  # fmt: skip
    paper = {
        "kind": "survey|B", "categories": ["survey|engineering"], "number": "T-1", "issuer": "I",
        "valid_from": "2026-01-01", "valid_to": "2027-01-01",
    }  # fmt: skip
    vote = {
        "reason": "r",
        "password": "p",
        "choice": "deny",
        "approve_sha256": "0" * 64,
        "deny_sha256": "0" * 64,
    }
    return [
        ("mei", reverse("handoff_new", args=[project]), scene.offer_form(step="check")),
        ("mei", reverse("handoff_new", args=[project]), scene.offer_form(step="panel")),
        ("mei", reverse("handoff_new", args=[project]), scene.offer_form(step="choices")),
        ("mei", reverse("hop_new", args=[project]), hop),
        ("mei", reverse("hop_new", args=[project]), {**hop, "step": "panel"}),
        ("mei", reverse("hop", args=[scene.westgate.id]), {"reported_on": "2026-11-20"}),
        ("heng", reverse("approval", args=[scene.asked.id]), vote),
        ("tao", reverse("handoff", args=[scene.handoff.id]), {"step": "eat", "reason": "r"}),
        ("heng", reverse("qualification_new", args=[lakeside]), {**paper, "number": "", "issuer": ""}),
        ("jing", reverse("report_new", args=[project]), {"language": ""}),
        ("tao", "/notices", {"read": "x", "all": "x"}),
        ("tao", "/notices/mail", {"rhythm": "daily", "address": "x", "language": "en"}),
        ("mei", "/preferences/language", {"language": "en", "next": "/"}),
        ("mei", "/preferences/theme", {"theme": "dark", "next": "/"}),
        ("", reverse("account_login"), {"login": "mei", "password": "x"}),
    ]


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_hostile_values_in_every_field_of_every_form(scene: Scene, seed: int) -> None:
    chance = random.Random(SEED + seed)
    wrong = []
    before = Entry.objects.count()
    for who, url, good in targets(scene):
        client = scene.client(who) if who else Client()
        client.raise_request_exception = False
        for field in good:
            form = {**good, field: chance.choice(HOSTILE)}
            status = client.post(url, form).status_code
            if status >= 500:
                wrong.append((url, field, form[field][:40], status))
    assert wrong == []
    assert Entry.objects.count() == before


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
def test_hostile_questions_of_every_list(scene: Scene, path: str) -> None:
    client = scene.client("mei")
    client.raise_request_exception = False
    for name in ("page", "q", "sort", "hop", "step", "per_page", "state", "due", "export"):
        for value in HOSTILE:
            answer = client.get(path, {name: value})
            assert answer.status_code < 500, (name, value)


def test_a_body_that_is_too_large_or_no_form_is_a_4xx(scene: Scene) -> None:
    client = scene.client("mei")
    client.raise_request_exception = False
    url = reverse("handoff_new", args=[scene.project.id])
    for body, kind in (
        (b"x=" + b"y" * 3_000_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(2000)), "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"{", "application/json"),
        (b"\xff\xfe%00%ff=%ff", "application/x-www-form-urlencoded"),
    ):
        assert 400 <= client.post(url, body, content_type=kind).status_code < 500, kind
