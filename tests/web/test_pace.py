"""Whoever asks too often is told when to come again, and nobody else notices."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from redis.exceptions import ConnectionError as Away

from custody import pace
from custody.actions import keys
from custody.actions.base import Actor
from custody.stories.cast import PASSWORD
from custody.web import pace as answers
from tests.web.scene import Scene

HERE = "/projects/"


@pytest.fixture(autouse=True)
def the_clock_stands(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give each test one minute that does not end by itself; a test moves it on."""
    at = [1_800_000_010.0]
    monkeypatch.setattr(pace, "time", lambda: at[0])
    return at


def tried(name: str, password: str, **where: Any) -> Any:
    """What the form of the sign-in answers."""
    return Client(**where).post(reverse("account_login"), {"login": name, "password": password})


def key_of(scene: Scene, who: str) -> str:
    """A key that reads projects."""
    user = scene.user(who)
    return keys.issue(Actor.of(user), user=user.pk, name="test", scopes=keys.SCOPES, days=1)[1]


def test_the_request_beyond_the_limit_is_told_when_to_come_again_and_the_next_minute_is_new(
    scene: Scene, settings: Any, the_clock_stands: list[float]
) -> None:
    settings.REQUESTS_A_MINUTE = 3
    mei, heng = scene.client("mei"), scene.client("heng", "zh-hans")
    assert [mei.get(HERE).status_code for _ in range(4)] == [200, 200, 200, 429]
    late = mei.get(HERE)
    assert int(late["Retry-After"]) == 60 - 1_800_000_010 % 60
    assert b"Wait a minute" in late.content
    assert heng.get(HERE).status_code == 200, "another person's count is another"
    assert [heng.get(HERE).status_code for _ in range(3)][-1] == 429
    assert "请等待 1 分钟" in heng.get(HERE).content.decode()
    the_clock_stands[0] += int(late["Retry-After"])
    assert mei.get(HERE).status_code == 200


def test_where_nobody_is_signed_in_the_address_counts(scene: Scene, settings: Any) -> None:
    settings.REQUESTS_A_MINUTE = 2
    page = reverse("account_login")
    assert [Client().get(page).status_code for _ in range(3)] == [200, 200, 429]
    assert Client(REMOTE_ADDR="192.0.2.9").get(page).status_code == 200
    assert scene.client("mei").get(HERE).status_code == 200, "a person who is known counts for themselves"


def test_a_program_is_counted_by_its_key_and_reads_why(scene: Scene, settings: Any) -> None:
    settings.REQUESTS_A_MINUTE = 2
    first, second = key_of(scene, "mei"), key_of(scene, "mei")

    def asks(key: str) -> Any:
        return Client().get("/api/v1/projects/", headers={"authorization": f"Bearer {key}"})

    assert [asks(first).status_code for _ in range(3)] == [200, 200, 429]
    late = asks(first)
    assert late["Content-Type"] == "application/problem+json" and 0 < int(late["Retry-After"]) <= 60
    assert late.json()["title"] == pace.TOO_MANY.en
    assert asks(second).status_code == 200, "another key of the same person"


def test_keys_are_not_guessed_at_leisure_and_a_right_one_goes_on(scene: Scene) -> None:
    right = key_of(scene, "mei")

    def asks(key: str) -> Any:
        return Client().get("/api/v1/projects/", headers={"authorization": f"Bearer {key}"})

    found = [asks(f"hf_{n}").status_code for n in range(pace.WRONG_KEYS + 1)]
    assert found == [401] * pace.WRONG_KEYS + [429]
    assert asks(right).status_code == 200


def test_passwords_sprayed_over_many_names_from_one_address_end_there(
    scene: Scene, the_clock_stands: list[float], settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    found = [tried(f"name-{n}", "wrong").status_code for n in range(answers.FAILED_FROM_ONE_ADDRESS + 1)]
    assert found == [200] * answers.FAILED_FROM_ONE_ADDRESS + [429]
    assert tried("mei", PASSWORD).status_code == 429
    assert tried("mei", PASSWORD, REMOTE_ADDR="192.0.2.9").status_code == 302
    the_clock_stands[0] += pace.HOUR
    assert tried("mei", PASSWORD).status_code == 302


def test_one_name_tried_from_many_addresses_is_shut_for_passwords(scene: Scene, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    most = answers.FAILED_UNDER_ONE_NAME
    found = [tried("mei", "wrong", REMOTE_ADDR=f"192.0.2.{n}").status_code for n in range(most + 1)]
    assert found == [200] * most + [429]
    late = tried("MEI", PASSWORD, REMOTE_ADDR="198.51.100.1")
    assert late.status_code == 429 and int(late["Retry-After"]) > 0
    assert tried("heng", PASSWORD, REMOTE_ADDR="198.51.100.1").status_code == 302


def test_while_valkey_is_away_all_are_answered(
    scene: Scene, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*given: Any, **more: Any) -> None:
        raise Away("no socket")

    settings.REQUESTS_A_MINUTE = 1
    monkeypatch.setattr(pace.cache, "add", away)
    mei = scene.client("mei")
    assert [mei.get(HERE).status_code for _ in range(3)] == [200] * 3


@pytest.mark.parametrize(
    ("trusted", "said", "seen"),
    [
        (True, "203.0.113.5", "203.0.113.5"),
        (True, "10.0.0.1, 203.0.113.5", "203.0.113.5"),
        (True, "203.0.113.5, 2001:DB8::1", "2001:db8::1"),
        (True, "203.0.113.5, nonsense", "127.0.0.1"),
        (True, "", "127.0.0.1"),
        (False, "203.0.113.5", "127.0.0.1"),
    ],
)
def test_behind_a_trusted_proxy_the_last_address_is_the_clients(
    scene: Scene, settings: Any, trusted: bool, said: str, seen: str
) -> None:
    settings.TRUST_PROXY_HEADER, settings.REQUESTS_A_MINUTE = trusted, 1
    page = reverse("account_login")
    assert Client().get(page, headers={"x-forwarded-for": said}).status_code == 200
    assert Client(REMOTE_ADDR=seen).get(page).status_code == 429


def test_each_other_answer_of_too_many_says_when_to_come_again(scene: Scene) -> None:
    for _ in range(4):
        tried("mei", "wrong")
    locked = tried("mei", "wrong")
    assert (locked.status_code, locked["Retry-After"]) == (429, str(pace.QUARTER))
