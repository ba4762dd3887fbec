"""Passwords: long, any characters, taken as typed, kept as Argon2; each sign-in with a key of its own."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client, override_settings
from django.urls import reverse

from custody.stories.cast import PASSWORD

from .scene import Scene

CHANGE = "account_change_password"


def change(client: Client, old: str, new: str) -> bool:
    """Change a password; return whether it was taken."""
    form = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse(CHANGE), form).status_code == 302


def comes_in(name: str, password: str) -> Client | None:
    """Sign in by the page; return the browser, or None."""
    browser = Client()
    browser.post(reverse("account_login"), {"login": name, "password": password})
    return browser if browser.get("/notices").status_code == 200 else None


def test_it_is_changed_with_the_old_one_alone(scene: Scene) -> None:
    client, new = scene.client("mei"), "seven quiet herons"
    assert not change(client, "", new) and not change(client, "wrong one entirely", new)
    assert comes_in("mei", PASSWORD) and not comes_in("mei", new)
    assert change(client, PASSWORD, new)
    assert comes_in("mei", new) and not comes_in("mei", PASSWORD)


@pytest.mark.parametrize("weak", ["", "a", "elevenchars", "password1234", "1qaz2wsx3edc"])
def test_a_short_or_common_password_is_not_taken(scene: Scene, weak: str) -> None:
    assert not change(scene.client("mei"), PASSWORD, weak)
    assert comes_in("mei", PASSWORD)


@pytest.mark.parametrize(
    "good",
    [
        "quietheronsstand",
        "七只安静的苍鹭站在湖边上啊",
        "  with blanks  within  ",
        "x#Y" * 40,
        "🦢 swans & <b> 'q' %s",
    ],
)
def test_any_characters_will_do_and_each_counts(scene: Scene, good: str) -> None:
    assert change(scene.client("mei"), PASSWORD, good)
    assert comes_in("mei", good)
    for other in (good[:-1], good.swapcase(), good.strip()):
        assert other == good or not comes_in("mei", other), other


def test_fields_for_passwords_hide_them_and_let_a_manager_fill_them_in(scene: Scene) -> None:
    pages = [Client().get(reverse("account_login")), scene.client("mei").get(reverse(CHANGE))]
    for page in pages:
        fields = re.findall(r"<input[^>]*name=\"\w*password\w*\"[^>]*>", page.content.decode())
        assert fields
        for field in fields:
            assert 'type="password"' in field
            longest = re.search(r'maxlength="(\d+)"', field)
            assert longest is None or int(longest[1]) >= 200, "more than anybody types, and never cut off"
            assert "onpaste" not in field
            assert re.search(r'autocomplete="(?:current|new)-password"', field), field


def test_it_is_kept_as_argon2() -> None:
    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    with override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS):
        algorithm, kind, _, cost, _, _ = make_password("seven quiet herons").split("$")
    assert (algorithm, kind) == ("argon2", "argon2id")
    memory, rounds, lanes = (int(part.partition("=")[2]) for part in cost.split(","))
    assert memory >= 19_456 and rounds >= 2 and lanes >= 1, "as OWASP asks for, or more"


def test_each_sign_in_has_a_key_of_its_own_that_ends_with_it(scene: Scene) -> None:
    browser, keys = Client(), set()
    for _ in range(20):
        browser.get(reverse("account_login"))
        before = browser.cookies.get(settings.SESSION_COOKIE_NAME)
        browser.post(reverse("account_login"), {"login": "mei", "password": PASSWORD})
        key = browser.cookies[settings.SESSION_COOKIE_NAME].value
        assert before is None or before.value != key
        assert re.fullmatch(r"[a-z0-9]{32}", key), "36 ** 32, more than 2 ** 128"
        assert browser.get("/notices").status_code == 200
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = key
        assert thief.get("/notices").status_code == 200
        browser.post(reverse("account_logout"))
        assert thief.get("/notices").status_code == 302, "the server has forgotten it"
        keys.add(key)
    assert len(keys) == 20
