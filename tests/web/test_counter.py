"""Receiving at a custodian's counter: the receiver signs once, the custodian's session gains nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core import signing
from django.test import Client
from django.urls import reverse

from custody import models as m
from custody import record
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.terms import HandoffState
from custody.web import counter

from .scene import Scene, hidden
from .test_factors import app_of, code_of


@pytest.fixture(autouse=True)
def has_a_pin(scene: Scene) -> None:
    scene.pin("tao")


def here(scene: Scene) -> str:
    return reverse("handoff_counter", args=[scene.handoff.id])


def form(scene: Scene, client: Client, **changes: Any) -> dict[str, Any]:
    page = client.get(here(scene)).content.decode()
    return {
        "username": "tao", "pin": people.PIN, "note": "", "page": hidden(page, "page"), **changes,
    }  # fmt: skip


def state(scene: Scene) -> HandoffState:
    return m.Handoff.objects.get(id=scene.handoff.id).state


def test_the_receiver_signs_at_the_counter_and_the_custodians_session_goes_on_as_it_was(scene: Scene) -> None:
    client = scene.client("mei")
    page = client.get(reverse("handoff", args=[scene.handoff.id])).content.decode()
    assert here(scene) in page and "Receive at this counter" in page
    shown = client.get(here(scene))
    assert "no-store" in shown["Cache-Control"]
    assert all(copy.code in shown.content.decode() for copy in scene.copies[:2])
    key, before = client.session.session_key, dict(client.session)
    answer = client.post(here(scene), form(scene, client))
    assert answer.status_code == 302 and "sessionid" not in {
        name for name, cookie in answer.cookies.items() if cookie.value != key
    }
    assert client.session.session_key == key and dict(client.session) == before
    assert client.get("/").wsgi_request.user.username == "mei"
    assert state(scene) is HandoffState.ACCEPTED
    tao, mei = scene.cast.people["tao"], scene.cast.people["mei"]
    assert m.Copy.objects.get(id=scene.copies[0].id).custodian_person_id == tao.id
    (told,) = record.naming(str(scene.handoff.id), ("handoff.at_counter/1",))
    accepted = next(e for e in record.history() if str(e.values["kind"]).startswith("handoff.accepted"))
    assert accepted.values["actor"] == told.values["actor"] == str(tao.id)
    assert accepted.values["act"] == told.values["act"]
    assert (told.values["custodian"], told.values["method"]) == (str(mei.id), "pin")
    assert key and key not in str(told.values) and len(str(told.values["session"])) == 16
    after = client.get(answer["Location"]).content.decode()
    assert "Signed at a counter" in after and "Counter PIN only" in after
    assert "柜台签收" in scene.client("tao", "zh-hans").get(answer["Location"]).content.decode()
    assert list(compare(rebuild())) == []


def test_the_page_that_was_signed_shows_nothing_more_and_has_one_effect(scene: Scene) -> None:
    client = scene.client("mei")
    sent = form(scene, client)
    client.post(here(scene), sent)
    entries = len(list(record.history()))
    for answer in (client.get(here(scene)), client.post(here(scene), sent)):
        assert answer.status_code == 409 and scene.copies[0].code not in answer.content.decode()
    assert len(list(record.history())) == entries


def test_what_is_not_in_order_stays_with_the_sender(scene: Scene) -> None:
    client = scene.client("mei")
    found = {f"found_{scene.copies[0].id}": "damaged"}
    assert client.post(here(scene), form(scene, client, **found)).status_code == 302
    assert state(scene) is HandoffState.PARTLY
    assert m.Discrepancy.objects.get().copy_id == scene.copies[0].id


def test_a_wrong_pin_is_counted_as_at_sign_in_and_locks_the_receiver_not_the_custodian(
    scene: Scene,
) -> None:
    client = scene.client("mei")
    answer = client.post(here(scene), form(scene, client, pin="314592"))
    body = answer.content.decode()
    assert answer.status_code == 422 and "User name or counter PIN is wrong" in body and "314592" not in body
    assert AccessAttempt.objects.get(username="tao").failures_since_start == 1
    codes = [client.post(here(scene), form(scene, client, pin="314592")).status_code for _ in range(5)]
    assert 429 in codes
    assert client.post(here(scene), form(scene, client)).status_code == 429, "locked as at sign-in"
    assert client.get("/").status_code == 200 and state(scene) is HandoffState.OFFERED


@pytest.mark.parametrize("who", ["mei", "yu", "heng", "lan", "nobody"])
def test_nobody_signs_but_who_receives(scene: Scene, who: str) -> None:
    if who != "nobody":
        scene.pin(who)
    client = scene.client("mei")
    answer = client.post(here(scene), form(scene, client, username=who))
    assert answer.status_code == 422 and state(scene) is HandoffState.OFFERED


def test_only_the_senders_custodian_opens_a_counter(scene: Scene) -> None:
    for who, status in (("tao", 403), ("heng", 403), ("an", 403), ("lan", 404), ("yu", 200)):
        assert scene.client(who).get(here(scene)).status_code == status, who
    assert (
        here(scene)
        not in scene.client("tao").get(reverse("handoff", args=[scene.handoff.id])).content.decode()
    )


def test_a_page_expires_and_is_good_for_its_own_handoff_and_session_alone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, other = scene.client("mei"), scene.client("yu")
    for page in ("x", form(scene, other)["page"], signing.dumps("a/b", salt="custody.counter")):
        answer = client.post(here(scene), form(scene, client, page=page))
        assert answer.status_code == 422 and "has expired" in answer.content.decode()
    sent = form(scene, client)
    monkeypatch.setattr(counter, "MINUTES", -1)
    assert "has expired" in client.post(here(scene), sent).content.decode()
    assert state(scene) is HandoffState.OFFERED and not AccessAttempt.objects.exists()


def test_without_the_token_of_the_form_nothing_is_signed(scene: Scene) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(scene.user("mei"), backend="custody.web.accounts.SignInBackend")
    assert strict.post(here(scene), form(scene, strict)).status_code == 403
    assert state(scene) is HandoffState.OFFERED


def test_what_the_rules_refuse_is_recorded_of_the_receiver(scene: Scene) -> None:
    client = scene.client("mei")
    sent = form(scene, client)
    late = scene.cast.today - dt.timedelta(days=1)
    m.Qualification.objects.filter(party=scene.cast.party("westgate")).update(valid_to=late)
    assert client.post(here(scene), sent).status_code == 302
    refusal = m.Refusal.objects.latest("attempted_at")
    assert refusal.attempted_by_id == scene.cast.people["tao"].id and state(scene) is HandoffState.OFFERED


def test_who_has_a_code_app_types_its_code_and_the_entry_says_so(scene: Scene) -> None:
    secret = app_of(scene, "tao")
    client = scene.client("mei")
    for code, words in (
        ("", "type its code too"),
        ("000000", "wrong or was used already"),
        (code_of(secret, -1), "used"),
    ):
        answer = client.post(here(scene), form(scene, client, code=code))
        assert answer.status_code == 422 and words in answer.content.decode(), code
    assert state(scene) is HandoffState.OFFERED
    answer = client.post(here(scene), form(scene, client, code=code_of(secret)))
    assert answer.status_code == 302 and state(scene) is HandoffState.ACCEPTED
    (told,) = record.naming(str(scene.handoff.id), ("handoff.at_counter/1",))
    assert told.values["method"] == "pin_code"
    shown = client.get(answer["Location"]).content.decode()
    assert "Counter PIN and one-time code" in shown


def test_codes_are_not_guessed_at_a_counter(scene: Scene) -> None:
    secret = app_of(scene, "tao")
    client = scene.client("mei")
    found = [client.post(here(scene), form(scene, client, code=f"{n:06}")).content.decode() for n in range(8)]
    assert "Too many wrong tries" in found[-1]
    late = client.post(here(scene), form(scene, client, code=code_of(secret)))
    assert late.status_code == 422 and state(scene) is HandoffState.OFFERED


def test_a_code_is_asked_of_nobody_whose_pin_was_wrong(scene: Scene) -> None:
    """Else whoever tries PINs would learn who has a code app."""
    app_of(scene, "tao")
    client = scene.client("mei")
    body = client.post(here(scene), form(scene, client, pin="314592")).content.decode()
    assert "type its code too" not in body and "User name or counter PIN is wrong" in body
