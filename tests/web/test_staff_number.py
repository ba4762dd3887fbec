"""Signing in by staff number: as good as the user name, and no way to learn who is registered."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from custody import models as m
from custody.actions import registers
from custody.actions.base import Actor
from custody.stories.cast import PASSWORD

from .scene import Scene


def tried(name: str, password: str = PASSWORD, language: str = "en") -> Any:
    cache.clear()  # allauth's own limit is not what is tried here
    client = Client(headers={"accept-language": language})
    return client.post(reverse("account_login"), {"login": name, "password": password})


def number_of(scene: Scene, who: str) -> str:
    return str(scene.cast.people[who].staff_number)


def plain(answer: Any, name: str) -> str:
    """Return a page without what differs from try to try by itself: tokens, and the time below it."""
    page = answer.content.decode().partition("<footer")[0].replace(name, "NAME")
    return "".join(line for line in page.splitlines() if "csrf" not in line.lower())


@pytest.mark.parametrize("blank", ["", " "])
def test_the_staff_number_lets_in_as_the_user_name_does(scene: Scene, blank: str) -> None:
    answer = tried(blank + number_of(scene, "mei") + blank)
    assert answer.status_code == 302
    assert answer.wsgi_request.user == scene.user("mei")
    assert "User name or staff number" in Client().get(reverse("account_login")).content.decode()


def test_a_wrong_number_a_wrong_name_and_a_wrong_password_have_one_answer(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str, *more: Any) -> str:
        hashed.append(password)
        return str(encode(self, password, salt, *more))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    found = set()
    for name in ("nobody-here", "X-99999", number_of(scene, "mei"), "mei"):
        hashed.clear()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = tried(name, "wrong")
        users = [q["sql"] for q in asked if "custody_user" in q["sql"]]
        found.add((answer.status_code, plain(answer, name), len(hashed), len(users)))
    assert len(found) == 1, [(status, hashes, users) for status, _, hashes, users in found]
    assert "staff number or the password is wrong" in next(iter(found))[1]


def test_a_number_with_several_sign_ins_lets_nobody_in_and_the_names_still_do(scene: Scene) -> None:
    registers.give_sign_in(
        Actor.setup(), person=scene.cast.people["mei"].id, username="mei-second", password=PASSWORD
    )
    wrong, number = tried("X-99999"), number_of(scene, "mei")
    assert plain(tried(number), number) == plain(wrong, "X-99999")
    assert tried("mei").status_code == tried("mei-second").status_code == 302


def test_a_user_name_that_reads_like_anothers_number_stays_the_name(scene: Scene) -> None:
    number = number_of(scene, "mei")
    m.User.objects.filter(pk=scene.user("tao").pk).update(username=number)
    assert tried(number).wsgi_request.user.person == scene.cast.people["tao"]


def test_a_sign_in_that_was_shut_is_not_told_from_none(scene: Scene) -> None:
    number = number_of(scene, "mei")
    m.User.objects.filter(pk=scene.user("mei").pk).update(is_active=False)
    assert plain(tried(number), number) == plain(tried("X-99999"), "X-99999")


def test_wrong_passwords_lock_the_number_that_was_typed_and_tell_nothing_of_its_name(scene: Scene) -> None:
    number = number_of(scene, "mei")
    assert [tried(number, "wrong").status_code for _ in range(5)] == [200, 200, 200, 200, 429]
    assert tried(number).status_code == 429
    assert tried("mei").status_code == 302, "else a locked number would tell whose it is"
