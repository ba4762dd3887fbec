"""A counter PIN: set on the own page, good for one signature at a counter, and for nothing else anywhere."""

from __future__ import annotations

import difflib
import re
import time
from statistics import median
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, authenticate
from django.contrib.auth.hashers import check_password, identify_hasher
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from custody import at_rest, passwords, record
from custody import models as m
from custody.actions import access, notices, pins
from custody.actions.base import Actor, NotPermitted
from custody.apply import rebuild
from custody.compare import compare
from custody.stories.cast import PASSWORD, PIN
from custody.terms import HandoffState, NoticeKind
from tests.api.test_nouns import program, send

from .scene import Scene, hidden
from .test_factors import app_of, is_in, token
from .test_signing import filled

OTHER = "908172635"
ARGON2 = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def url(name: str = "counter_pin") -> str:
    return reverse(name)


def sets(scene: Scene, who: str, pin: str = PIN, **changes: Any) -> Any:
    form = {"password": PASSWORD, "pin": pin, "again": pin, **changes}
    return scene.client(who).post(url(), form)


def told(kind: str) -> list[dict[str, Any]]:
    return [dict(e.values) for e in record.history() if e.values["kind"] == kind]


def test_a_pin_is_set_changed_and_removed_and_the_ledger_tells_that_and_no_digit(scene: Scene) -> None:
    client = scene.client("tao")
    assert "Set a counter PIN" in client.get(reverse("factors")).content.decode()
    assert sets(scene, "tao").status_code == 302
    first = m.CounterPin.objects.live().get()
    assert sets(scene, "tao", OTHER).status_code == 302
    second = m.CounterPin.objects.live().get()
    assert not pins.fits(scene.user("tao"), PIN) and pins.fits(scene.user("tao"), OTHER)
    assert "Change the PIN" in client.get(reverse("factors")).content.decode()
    assert client.post(url("counter_pin_remove"), {"password": PASSWORD}).status_code == 302
    assert not m.CounterPin.objects.live().exists() and not pins.fits(scene.user("tao"), OTHER)
    assert [e["pin"] for e in told("pin.set/1")] == [str(first.id), str(second.id)]
    assert [e["how"] for e in told("pin.ended/1")] == ["replaced", "removed"]
    assert {row.digest for row in m.CounterPin.objects.all()} == {""}
    everything = str([dict(e.values) for e in record.history()])
    assert PIN not in everything and OTHER not in everything
    assert list(compare(rebuild())) == []


def test_what_is_kept_is_argon2_sealed_for_one_row_and_fits_no_other(scene: Scene, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ARGON2
    scene.pin("tao")
    scene.pin("lan")
    row, other = (m.CounterPin.objects.get(user=scene.user(who)) for who in ("tao", "lan"))
    assert PIN not in row.digest and "argon2" not in row.digest
    known = at_rest.unseal(row.digest, f"counter-pin:{row.user_id}:{row.id}")
    assert identify_hasher(known).algorithm == "argon2"
    assert check_password(PIN, known)
    m.CounterPin.objects.filter(id=row.id).update(digest=other.digest)
    assert not pins.fits(scene.user("tao"), PIN), "a digest that was put there from another row opens nothing"
    m.CounterPin.objects.filter(id=row.id).update(digest=known)
    assert not pins.fits(scene.user("tao"), PIN), "nor one that somebody made without the key of the site"
    settings.FACTOR_KEY = "another"
    assert not pins.fits(scene.user("lan"), PIN)
    with pytest.raises(IntegrityError), transaction.atomic():
        m.CounterPin.objects.create(entry=m.new_id(), user=scene.user("lan"), digest="x")


@pytest.mark.parametrize(
    ("pin", "said"),
    [
        *((pin, "6 to 12 digits") for pin in (
            "", "12345", "1234567890123", "27180a", "２７１８０６", "27 1806",
        )),
        *((pin, "first that anybody tries") for pin in (
            "123456", "654321", "012345", "890123", "000000", "111111111", "135791", "121212", "271271",
            "112211", "27182718",
        )),
        *((pin, "your own number") for pin in ("300417", "030041", "3004175", "1003004")),
    ],
)  # fmt: skip
def test_a_pin_that_is_easily_guessed_is_not_taken(pin: str, said: str) -> None:
    fault = passwords.pin_fault(pin, "tao", "W-3004")
    assert fault is not None and said in fault.en


@pytest.mark.parametrize("pin", [PIN, OTHER, "100290", "998244353", "420017"])
def test_another_is(pin: str) -> None:
    assert passwords.pin_fault(pin, "tao", "W-3004", "7") is None


def test_the_page_takes_no_weak_pin_no_two_that_differ_and_nothing_without_the_password(scene: Scene) -> None:
    own = "".join(c for c in scene.cast.people["tao"].staff_number if c.isdigit())
    for changes, words in (
        ({"pin": "123456", "again": "123456"}, "first that anybody tries"),
        ({"pin": own + "27", "again": own + "27"}, "your own number" if len(own) >= 4 else "digits"),
        ({"again": OTHER}, "The two PINs differ"),
        ({"password": "Falsch-7"}, "This is not your password"),
        ({"password": PIN}, "This is not your password"),
        ({"password": ""}, "Type your password"),
    ):
        answer = sets(scene, "tao", **changes)
        body = answer.content.decode()
        assert answer.status_code == 422 and words in body, changes
        assert f'value="{PIN}"' not in body
    assert not m.CounterPin.objects.exists() and not told("pin.set/1")


@pytest.mark.parametrize("name", ["tao", "number"])
def test_a_pin_signs_nobody_in_by_name_or_number(scene: Scene, name: str) -> None:
    scene.pin("tao")
    login = scene.cast.people["tao"].staff_number if name == "number" else name
    for more in ({"password": PIN}, {"password": "x", "pin": PIN, "secret_pin": PIN}, {"secret_pin": PIN}):
        guest = Client()
        guest.post(reverse("account_login"), {"login": login, "username": login, **more})
        assert not is_in(guest)
    guest = Client()
    guest.post(reverse("account_login"), {"login": login, "password": PASSWORD})
    assert is_in(guest), "as the password does"


def test_a_pin_is_no_password_to_what_asks_for_one(scene: Scene) -> None:
    scene.pin("tao")
    request = RequestFactory().post("/")
    assert authenticate(request, username="tao", password=PIN) is None
    assert authenticate(request, username="tao", password=PIN, secret_pin=PIN) is None
    assert not passwords.own_password(_as(scene, "tao"), PIN)


@pytest.mark.parametrize("route", ["account_reauthenticate", "factor_codes", "counter_pin_remove"])
def test_a_pin_opens_nothing_that_asks_for_the_password_once_more(scene: Scene, route: str) -> None:
    scene.pin("tao")
    tao = scene.client("tao")
    answer = tao.post(reverse(route), {"password": PIN, "pin": PIN, "secret_pin": PIN})
    assert answer.status_code == (200 if route == "account_reauthenticate" else 422)
    assert "account_authentication_methods" not in tao.session and m.CounterPin.objects.live().exists()


def test_a_pin_signs_no_vote(scene: Scene) -> None:
    scene.pin("heng")
    heng, here = scene.client("heng"), reverse("approval", args=[scene.asked.id])
    sent = {**filled(heng.get(here).content.decode()), "submission": token()}
    assert heng.post(here, {**sent, "password": PIN, "pin": PIN}).status_code == 422
    assert not m.Vote.objects.filter(approval=scene.asked).exists()
    assert heng.post(here, sent).status_code == 302, "as the password does"


def test_a_pin_is_no_key_of_the_api_and_confirms_nothing_there(scene: Scene) -> None:
    scene.pin("heng")
    client = Client(headers={"authorization": f"Bearer {PIN}"})
    assert client.get("/api/v1/projects/").status_code in (401, 403)
    heng, path = program(scene, "heng"), f"approvals/{scene.asked.id}"
    deny = next(c for c in heng.get(f"/api/v1/{path}/statements/").json() if c["choice"] == "deny")
    vote = {"choice": "deny", "reason": "No", "statement_sha256": deny["statement_sha256"]}
    for given in ({"password": PIN}, {"pin": PIN}, {"password": PIN, "secret_pin": PIN}):
        assert send(heng, f"{path}/vote", {**vote, **given}).status_code in (400, 422)
    assert not m.Vote.objects.filter(approval=scene.asked).exists()
    assert send(heng, f"{path}/vote", {**vote, "password": PASSWORD}).status_code == 200


def _as(scene: Scene, who: str) -> Any:
    request = RequestFactory().post("/")
    request.user = scene.user(who)
    return request


def test_no_session_rests_on_a_pin(scene: Scene) -> None:
    """What the backend says of a PIN opens no session, not even where somebody writes one for it."""
    scene.pin("tao")
    user = authenticate(RequestFactory().post("/"), username="tao", secret_pin=PIN)
    assert user == scene.user("tao") and user.backend == "custody.web.accounts.CounterBackend"
    client = Client()
    session = client.session
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = user.backend
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    assert not is_in(client)


def test_a_key_for_programs_sets_no_pin_and_nobody_sets_anothers(scene: Scene) -> None:
    scene.user("tao")
    with pytest.raises(NotPermitted):
        pins.set_own(scene.cast.actor("mei"), user=scene.user("tao").pk, pin=PIN)
    with pytest.raises(NotPermitted):
        pins.remove_own(scene.cast.actor("an"), user=scene.user("tao").pk)
    tao = Actor.of(scene.user("tao"))
    machine = Actor(tao.person, tao.memberships, tao.source, tao.house, scopes=frozenset({"pin", "handoff"}))
    with pytest.raises(NotPermitted):
        pins.set_own(machine, user=scene.user("tao").pk, pin=PIN)
    assert not m.CounterPin.objects.exists()


def test_it_ends_with_the_sign_in_and_does_not_come_back_with_it(scene: Scene) -> None:
    scene.pin("tao")
    an, tao = scene.cast.actor("an"), scene.cast.people["tao"].id
    access.close_sign_in(an, person=tao, reason="On leave")
    assert told("pin.ended/1")[-1]["how"] == "closed" and not m.CounterPin.objects.live().exists()
    access.open_sign_in(an, person=tao, reason="Back")
    assert not pins.fits(scene.user("tao"), PIN)
    assert list(compare(rebuild())) == []


def test_an_administrator_sees_that_there_is_one_and_its_owner_is_told(scene: Scene) -> None:
    scene.pin("tao")
    page = reverse("person", args=[scene.cast.people["tao"].id])
    assert "Counter PIN set" in scene.client("an").get(page).content.decode()
    assert "Counter PIN set" not in scene.client("mei").get(page).content.decode()
    notices.tell(timezone.now())
    assert m.Notice.objects.filter(user=scene.user("tao"), kind=NoticeKind.PIN_SET).count() == 1
    body = scene.client("tao").get(reverse("notices")).content.decode()
    assert "A counter PIN was set that signs as you" in body


def _at_the_counter(scene: Scene, client: Client, **given: str) -> Any:
    here = reverse("handoff_counter", args=[scene.handoff.id])
    page = hidden(client.get(here).content.decode(), "page")
    return client.post(here, {"note": "", "page": page, **given})


def test_who_has_no_pin_and_who_is_nobody_get_one_answer_in_words_and_work(
    scene: Scene, settings: Any
) -> None:
    """Else whoever sits at a counter learns who has a sign-in, and who a PIN."""
    settings.PASSWORD_HASHERS = ARGON2  # as on a site; tests hash faster elsewhere
    scene.pin("tao")
    scene.user("lan")
    client = scene.client("mei")
    number = scene.cast.people["tao"].staff_number
    bodies, spent = set(), dict.fromkeys(("tao", "lan", "nobody", number), 0.0)
    for who in spent:
        answer = _at_the_counter(scene, client, username=who, pin="314592")
        body = answer.content.decode()
        assert answer.status_code == 422 and "no PIN is set yet" in body
        for name in ("page", "csrfmiddlewaretoken", "submission"):
            body = body.replace(hidden(body, name), "") if f'name="{name}"' in body else body
        bodies.add(re.sub(r"<time.*?</time>", "", body.replace(f'value="{who}"', "")))
        took = []
        for _ in range(7):
            began = time.perf_counter()
            assert not pins.fits(m.User.objects.filter(username=who).first(), "314592")
            took.append(time.perf_counter() - began)
        spent[who] = median(took)
    a, b, *_ = [*bodies, ""]
    assert len(bodies) == 1, [*difflib.unified_diff(a.split(), b.split(), n=0)]
    assert max(spent.values()) < 2 * min(spent.values()), spent


def test_a_receiver_signs_by_staff_number_too_and_never_by_password(scene: Scene) -> None:
    scene.pin("tao")
    client = scene.client("mei")
    for given in ({"pin": PASSWORD}, {"password": PASSWORD, "pin": ""}, {"password": PASSWORD}):
        assert _at_the_counter(scene, client, username="tao", **given).status_code == 422
    number = scene.cast.people["tao"].staff_number
    assert _at_the_counter(scene, client, username=number, pin=PIN).status_code == 302
    assert m.Handoff.objects.get(id=scene.handoff.id).state is HandoffState.ACCEPTED


def test_a_pin_of_who_was_closed_or_has_left_signs_nothing(scene: Scene) -> None:
    scene.pin("tao")
    client = scene.client("mei")
    m.User.objects.filter(pk=scene.user("tao").pk).update(is_active=False)
    assert _at_the_counter(scene, client, username="tao", pin=PIN).status_code == 422
    m.User.objects.filter(pk=scene.user("tao").pk).update(is_active=True)
    m.Person.objects.filter(id=scene.cast.people["tao"].id).update(leaves_on="2020-01-01")
    assert _at_the_counter(scene, client, username="tao", pin=PIN).status_code == 422
    assert m.Handoff.objects.get(id=scene.handoff.id).state is HandoffState.OFFERED


def test_where_the_site_demands_a_factor_of_a_role_a_pin_alone_signs_nothing(
    scene: Scene, settings: Any
) -> None:
    scene.pin("tao")
    client = scene.client("yu")
    settings.SECOND_FACTOR = "required"
    m.User.objects.filter(pk=scene.user("tao").pk).update(is_superuser=True)  # of whom one is demanded
    answer = _at_the_counter(scene, client, username="tao", pin=PIN)
    assert answer.status_code == 422 and "needs a second factor" in answer.content.decode()
    app_of(scene, "tao")
    answer = _at_the_counter(scene, client, username="tao", pin=PIN)
    assert "type its code too" in answer.content.decode()


def test_a_pin_is_in_no_log_and_not_in_what_is_kept_of_a_wrong_try(scene: Scene, caplog: Any) -> None:
    from axes.models import AccessAttempt

    scene.pin("tao")
    client = scene.client("mei")
    with caplog.at_level(0):
        _at_the_counter(scene, client, username="tao", pin="314592")
    kept = AccessAttempt.objects.get(username="tao")
    assert "314592" not in kept.post_data + kept.get_data
    assert "314592" not in caplog.text


def test_a_program_has_no_address_that_takes_a_pin(scene: Scene) -> None:
    scene.pin("tao")
    client = program(scene, "tao")
    answer = client.post(f"/api/v1/handoffs/{scene.handoff.id}/counter/", {"pin": PIN, "username": "tao"})
    assert answer.status_code in (404, 405)
    assert "secret_pin" not in Client().get("/api/v1/schema/").content.decode()
