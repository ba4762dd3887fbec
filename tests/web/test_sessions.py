"""Sessions: short, listed, ended by their owner, by an administrator, and by what makes them unsafe."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custody import models as m
from custody import record
from custody.actions import people, sessions
from custody.actions.base import ActionError
from custody.stories.cast import PASSWORD
from custody.web.sessions import KEPT, called
from tests.api.test_nouns import program
from tests.web.test_factors import app_of, token

from .scene import Scene

PHONE = (
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)


@pytest.fixture(autouse=True)
def own_address(settings: Any) -> None:
    settings.SITE_URL, settings.RP_ID = "http://localhost:8000", "localhost"
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]


def is_in(client: Client) -> bool:
    return client.get("/notices").status_code == 200


def ended() -> list[str]:
    told = [entry.values for entry in record.history()]
    return [str(v["how"]) for v in told if str(v["kind"]) == "session.ended/2"]


def back(client: Client, **before: dt.timedelta) -> None:
    """Let a session have begun, or have been used, some time before."""
    session = client.session
    kept = session[KEPT]
    session[KEPT] = {**kept, **{name: kept[name] - ago.total_seconds() for name, ago in before.items()}}
    session.save()


def test_a_session_that_is_not_used_ends_and_so_does_one_that_lasts_too_long(
    scene: Scene, settings: Any
) -> None:
    for name, limit in (("seen", settings.SESSION_IDLE_SECONDS), ("began", settings.SESSION_COOKIE_AGE)):
        client = scene.client("mei")
        back(client, **{name: dt.timedelta(seconds=limit - 60)})
        assert is_in(client), name
        client = scene.client("mei")
        back(client, **{name: dt.timedelta(seconds=limit + 60)})
        assert not is_in(client) and client.get("/api/v1/me/").status_code in (401, 403), name
        assert "Sign in again" in client.get(reverse("account_login")).content.decode()
    assert m.OpenSession.objects.filter(ended_how="expired").count() == 2
    assert ended() == [], "what runs out is no act"


def test_use_keeps_it_open_and_is_noted_to_the_minute(scene: Scene) -> None:
    client = scene.client("mei")
    row = m.OpenSession.objects.get(user=scene.user("mei"))
    back(client, seen=dt.timedelta(minutes=5))
    m.OpenSession.objects.update(last_seen_at=timezone.now() - dt.timedelta(minutes=5))
    assert is_in(client)
    row.refresh_from_db()
    assert timezone.now() - row.last_seen_at < dt.timedelta(minutes=1)


def test_a_session_of_before_or_with_a_forged_content_is_a_guests(scene: Scene) -> None:
    client = scene.client("mei")
    session = client.session
    del session[KEPT]
    session.save()
    assert not is_in(client)


def test_they_are_listed_with_browser_and_address_to_their_owner_alone(scene: Scene) -> None:
    mei = scene.client("mei")
    other = Client(headers={"user-agent": PHONE}, REMOTE_ADDR="192.0.2.9")
    other.post(reverse("account_login"), {"login": "mei", "password": PASSWORD})
    page = mei.get(reverse("factors")).content.decode()
    assert "Chrome, Android" in page and "192.0.2.9" in page and "This one" in page
    assert "192.0.2.9" not in scene.client("an").get(reverse("factors")).content.decode()
    assert called("") == "Unknown" and called("curl/8.0") == "curl/8.0"
    assert str(other.session.session_key) not in page


def test_its_owner_ends_one_or_all_others_and_it_is_an_entry(scene: Scene) -> None:
    here, one, two = (scene.client("mei") for _ in range(3))
    row = m.OpenSession.objects.get(session_key=one.session.session_key)
    url = reverse("session_end", args=[row.id])
    assert scene.client("an").post(url, {"submission": token()}).status_code == 404
    assert here.get(url).status_code == 405
    assert here.post(url, {"submission": token()}).status_code == 302
    assert not is_in(one) and is_in(two) and is_in(here) and ended() == ["owner"]
    here.post(reverse("sessions_end_others"), {"submission": token()})
    assert not is_in(two) and is_in(here) and ended() == ["owner", "owner"]
    here.post(reverse("sessions_end_others"), {"submission": token()})
    assert ended() == ["owner", "owner"], "there was none to end"
    assert here.post(reverse("session_end", args=[uuid.uuid4()])).status_code == 404


def test_signing_out_is_noted_and_no_entry(scene: Scene) -> None:
    client = scene.client("mei")
    client.post(reverse("account_logout"))
    assert m.OpenSession.objects.get().ended_how == "left" and ended() == []


def test_another_way_to_sign_in_ends_the_other_sessions(scene: Scene) -> None:
    other = scene.client("heng")
    app_of(scene, "heng")  # in a browser of its own
    assert not is_in(other) and ended() == ["factor"]
    row = m.Factor.objects.get()
    here, there = scene.client("heng"), scene.client("heng")
    here.post(reverse("factor", args=[row.id]), {"password": PASSWORD, "submission": token()})
    assert is_in(here) and not is_in(there)


def test_another_password_ends_the_other_sessions_and_this_one_can_still_be_ended(scene: Scene) -> None:
    here, there = scene.client("mei"), scene.client("mei")
    new = "a quite other sentence 7"
    changed = here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert changed.status_code == 302
    assert is_in(here) and not is_in(there) and ended() == ["password"]
    again = Client()
    again.post(reverse("account_login"), {"login": "mei", "password": new})
    again.post(reverse("sessions_end_others"), {"submission": token()})
    assert not is_in(here) and is_in(again)


def test_an_administrator_ends_anothers_with_a_reason(scene: Scene) -> None:
    tao, an = scene.client("tao"), scene.client("an")
    person = scene.cast.people["tao"].id
    url = reverse("sessions_end", args=[person])
    assert url in an.get(reverse("person", args=[person])).content.decode()
    assert scene.client("mei").get(url).status_code == 403
    assert an.post(url, {"reason": " ", "submission": token()}).status_code == 422
    assert is_in(tao)
    assert an.post(url, {"reason": "Left in anger", "submission": token()}).status_code == 302
    assert not is_in(tao) and ended() == ["administrator"]
    assert an.post(url, {"reason": "Again", "submission": token()}).status_code == 422
    with pytest.raises(ActionError):
        sessions.end_of(scene.cast.actor("an"), person=uuid.uuid4(), reason="Nobody")


def test_who_has_left_is_signed_out_by_the_record_of_it_or_the_day_after(scene: Scene) -> None:
    bo, lan = scene.client("bo"), scene.client("lan")
    long_ago = scene.cast.today - dt.timedelta(days=9)
    told: dict[str, Any] = {"leaves_on": long_ago, "leaving_evidence": "Letter"}
    people.record_leaving(scene.cast.actor("an"), person=scene.cast.people["bo"].id, **told)
    assert not is_in(bo) and is_in(lan) and ended() == ["leaver"]
    m.Person.objects.filter(id=scene.cast.people["lan"].id).update(leaves_on=long_ago)
    assert sessions.end_leavers() == 1 and sessions.end_leavers() == 0
    assert not is_in(lan) and ended() == ["leaver", "leaver"]


def test_who_has_left_comes_in_by_no_way_from_that_day_on_sweeper_or_not(scene: Scene) -> None:
    user, bo = scene.user("bo"), scene.client("bo")
    reads = program(scene, "bo")
    gone = latest_today() - dt.timedelta(days=1)
    m.Person.objects.filter(id=user.person_id).update(leaves_on=gone)
    assert is_in(bo) and reads.get("/api/v1/me/").status_code == 200, "their last day may last somewhere"
    m.Person.objects.filter(id=user.person_id).update(leaves_on=gone - dt.timedelta(days=1))
    assert not is_in(bo), "a session that is open"
    assert reads.get("/api/v1/me/").status_code == 401, "a key of theirs"
    again = Client()
    shown = again.post(reverse("account_login"), {"login": "bo", "password": PASSWORD}, follow=True)
    assert not is_in(again)
    assert shown.redirect_chain[-1][0] == reverse("account_inactive")
    m.Person.objects.filter(id=user.person_id).update(leaves_on=None)
    again.post(reverse("account_login"), {"login": "bo", "password": PASSWORD})
    assert is_in(again)


def latest_today() -> dt.date:
    """Return today where it is latest on Earth."""
    return timezone.now().astimezone(dt.timezone(dt.timedelta(hours=14))).date()


def test_old_rows_are_swept_and_an_ended_one_keeps_no_key(scene: Scene) -> None:
    client = scene.client("mei")
    client.post(reverse("account_logout"))
    assert m.OpenSession.objects.get().session_key == ""
    assert sessions.sweep() == 0
    m.OpenSession.objects.update(last_seen_at=timezone.now() - dt.timedelta(days=31))
    assert sessions.sweep() == 1
