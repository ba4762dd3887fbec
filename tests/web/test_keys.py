"""Keys for programs: shown once, kept nowhere, ended by their owner alone."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from custody import models as m
from custody.actions import keys
from custody.web.keys import SCOPES
from ledger.models import Entry

from .scene import Scene, hidden


def asked(**changes: Any) -> dict[str, Any]:
    return {
        "submission": str(m.new_id()),
        "name": "Night job",
        "scopes": ["handoff"],
        "days": "30",
        **changes,
    }


def text_on(page: Any) -> str:
    found = re.search(r"<code>(hf_[\w-]{43})</code>", page.content.decode())
    assert found, page.content.decode()
    return found[1]


def test_every_scope_has_words_in_both_languages() -> None:
    assert set(SCOPES) == set(keys.SCOPES)


def test_a_key_is_shown_once_and_works(scene: Scene) -> None:
    mei = scene.client("mei")
    assert reverse("keys") in mei.get("/").content.decode()
    made = mei.post(reverse("keys"), asked())
    assert made.status_code == 200 and "no-store" in made["Cache-Control"]
    text = text_on(made)
    program = Client(headers={"authorization": f"Bearer {text}"})
    assert program.get("/api/v1/me/").json()["scopes"] == ["handoff"]
    for again in (mei.get(reverse("keys")), mei.get("/")):
        assert text not in again.content.decode()
    assert text[:8] in mei.get(reverse("keys")).content.decode()


def test_the_text_of_a_key_is_kept_nowhere(scene: Scene) -> None:
    mei = scene.client("mei")
    text = text_on(mei.post(reverse("keys"), asked()))
    assert text not in str(dict(mei.session)) and text not in str(mei.cookies)
    for model in apps.get_models():
        for row in model._default_manager.all().values():
            assert text not in repr(row) and text.encode().hex() not in repr(row), model
            assert not any(
                text.encode() in bytes(v) for v in row.values() if isinstance(v, bytes | memoryview)
            )


def test_sent_twice_it_is_one_key_and_the_second_answer_says_so(scene: Scene) -> None:
    mei, form = scene.client("mei"), asked()
    text = text_on(mei.post(reverse("keys"), form))
    before = Entry.objects.count()
    second = mei.post(reverse("keys"), form)
    assert second.status_code == 200
    assert "cannot be shown again" in second.content.decode() and "sent before" in second.content.decode()
    assert not re.search(r"hf_[\w-]{43}", second.content.decode()) and text not in second.content.decode()
    assert m.ApiKey.objects.count() == 1 and Entry.objects.count() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "a\0b"},
        {"name": "x" * 61},
        {"name": "\u202egnp"},
        {"scopes": ["everything"]},
        {"scopes": ["handoff\0"]},
        {"days": "0"},
        {"days": "367"},
        {"days": "1e3"},
        {"days": ""},
        {"days": "9" * 400},
    ],
    ids=str,
)
def test_a_form_that_does_not_fit_is_told_and_makes_nothing(scene: Scene, wrong: dict[str, Any]) -> None:
    answer = scene.client("mei").post(reverse("keys"), asked(**wrong))
    assert answer.status_code == 422
    assert not m.ApiKey.objects.exists()
    if len(str(wrong.get("days", ""))) < 10:
        assert "Night job" in answer.content.decode() or "name" in wrong


def test_a_key_that_only_reads_needs_no_scope(scene: Scene) -> None:
    answer = scene.client("mei").post(reverse("keys"), asked(scopes=[]))
    assert answer.status_code == 200 and m.ApiKey.objects.get().scopes == []
    assert "Only reading" in answer.content.decode()


def test_its_owner_ends_it_with_one_press(scene: Scene) -> None:
    mei = scene.client("mei")
    text = text_on(mei.post(reverse("keys"), asked()))
    url = reverse("key_revoke", args=[m.ApiKey.objects.get().id])
    token = hidden(mei.get(reverse("keys")).content.decode(), "submission")
    for _ in range(2):
        assert mei.post(url, {"submission": token}).status_code == 302
    assert m.ApiKey.objects.get().revoked_at is not None
    page = mei.get(reverse("keys")).content.decode()
    assert url not in page and "Revoked" in page
    assert Client(headers={"authorization": f"Bearer {text}"}).get("/api/v1/me/").status_code == 401


def test_anothers_key_is_not_there(scene: Scene) -> None:
    scene.client("mei").post(reverse("keys"), asked())
    row = m.ApiKey.objects.get()
    heng = scene.client("heng")
    page = heng.get(reverse("keys")).content.decode()
    assert row.start not in page and "You have no keys" in page
    for id in (row.id, uuid.uuid4()):
        assert heng.post(reverse("key_revoke", args=[id])).status_code == 404
    assert heng.get(reverse("key_revoke", args=[row.id])).status_code == 405
    m.ApiKey.objects.get(revoked_at=None)


def test_guests_are_sent_to_sign_in_and_who_has_no_role_makes_no_key(scene: Scene) -> None:
    assert Client().get(reverse("keys")).status_code == 302
    assert Client().post(reverse("keys"), asked()).status_code == 302
    m.Membership.objects.filter(person=scene.cast.people["tao"]).update(
        starts="2020-01-01", ends="2020-12-31"
    )
    tao = scene.client("tao")
    assert "<h2>Make a key" not in tao.get(reverse("keys")).content.decode()
    assert tao.post(reverse("keys"), asked()).status_code == 403
    assert not m.ApiKey.objects.exists()


def test_the_page_asks_the_database_no_more_for_more_keys(
    scene: Scene, django_assert_max_num_queries: Any
) -> None:
    mei = scene.client("mei")
    for n in range(5):
        mei.post(reverse("keys"), asked(name=f"Key {n}"))
    with django_assert_max_num_queries(16):
        mei.get(reverse("keys"))
