"""While the database cannot write, whoever asks is told to come again, and nothing has happened."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import InternalError, OperationalError, ProgrammingError, connection
from django.test import Client
from django.urls import reverse

from custody import models as m
from custody.web.errors import AWAY, is_away
from ledger.models import Entry
from tests.web.scene import Scene


@pytest.fixture
def scene(committed_screens_stage: Scene) -> Scene:
    """The scene in a database of its own, whose session can be told to write nothing."""
    return committed_screens_stage


def asker(scene: Scene) -> Client:
    client = Client(raise_request_exception=False)
    client.cookies = scene.client("mei").cookies
    return client


def counts() -> tuple[int, int, int]:
    return Entry.objects.count(), m.Handoff.objects.count(), m.Submission.objects.count()


def test_an_offer_is_put_off_and_leaves_nothing(scene: Scene) -> None:
    mei, page, before = asker(scene), reverse("handoff_new", args=[scene.project.id]), counts()
    form = scene.offer_form()
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        answer = mei.post(page, form)
        cursor.execute("SET default_transaction_read_only = off")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert b">503</p>" in answer.content and counts() == before
    assert mei.post(page, form).status_code == 302, "the same form, sent again, has its effect once"
    assert m.Handoff.objects.count() == before[1] + 1


def test_a_program_reads_why_in_its_language(scene: Scene) -> None:
    mei, before = asker(scene), counts()
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        answer = mei.post(
            "/api/v1/keys/",
            {"name": "Night job", "scopes": ["report"], "days": 5},
            content_type="application/json",
            headers={"accept-language": "zh-hans"},
        )
        cursor.execute("SET default_transaction_read_only = off")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["title"] == AWAY.zh
    assert counts() == before


def caused(kind: type[Exception], sqlstate: str) -> Exception:
    cause, error = Exception(), kind("told")
    cause.sqlstate = sqlstate  # type: ignore[attr-defined]
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (caused(OperationalError, "53100"), True),
        (caused(OperationalError, "57P01"), True),
        (OperationalError("the server closed the connection"), True),
        (caused(InternalError, "25006"), True),
        (caused(InternalError, "XX000"), False),
        (caused(ProgrammingError, "42601"), False),
        (ValueError("ours"), False),
        (None, False),
    ],
)
def test_only_what_will_pass_is_called_so(error: Any, away: bool) -> None:
    assert is_away(error) is away
