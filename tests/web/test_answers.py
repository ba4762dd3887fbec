"""What stands around every answer: what it is, who may read it, and that nothing is left behind."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from custody import models as m
from custody.actions import keys
from custody.stories.cast import PASSWORD
from tests.databases import PROJECT
from tests.scale import share

from .scene import Scene
from .test_forged import ROUTES


def faults(answer: Any) -> list[str]:
    """Return what an answer lacks."""
    head = answer.headers
    policy = head.get("Content-Security-Policy", "")
    wanted = {
        "nosniff": head.get("X-Content-Type-Options") == "nosniff",
        "referrer": head.get("Referrer-Policy") == "same-origin",
        "policy": "default-src 'none'" in policy and "base-uri 'none'" in policy,
        "no script from elsewhere": re.search(r"script-src 'self'(?:;|$)", policy) is not None,
        "apart from other windows": head.get("Cross-Origin-Opener-Policy") == "same-origin",
        "no other origin": not any(name.startswith("Access-Control-") for name in head),
    }
    kind = head.get("Content-Type", "")
    if not getattr(answer, "streaming", False) and answer.content:
        wanted["type"] = kind != "" and (not kind.startswith("text/") or kind.endswith("charset=utf-8"))
    return [name for name, there in wanted.items() if not there]


def test_every_answer_says_what_it_is_and_lets_no_other_origin_read_it(scene: Scene) -> None:
    wrong: dict[str, Any] = {}
    asked = [(Client(), ROUTES), (scene.client("mei"), share(ROUTES, 12))]
    for browser, (name, path) in [(browser, route) for browser, chosen in asked for route in chosen]:
        answer = browser.get(path, headers={"origin": "https://elsewhere.example"})
        if lacks := faults(answer):
            wrong[name or path] = lacks
    assert wrong == {}


def test_no_cookie_can_be_read_by_a_script(scene: Scene) -> None:
    browser = Client()
    browser.post(reverse("account_login"), {"login": "mei", "password": PASSWORD})
    browser.post(reverse("theme"), {"theme": "dark"})
    browser.post(reverse("language"), {"language": "zh-hans"})
    browser.post(reverse("set_language"), {"language": "en"})
    scene.client("mei")
    other = m.OpenSession.objects.latest("began_at").id
    browser.post(reverse("session_end", args=[other]))  # says so on the next page
    assert {"theme", "holdfast_language", "messages"} <= set(browser.cookies)
    open_to_scripts = [name for name, cookie in browser.cookies.items() if not cookie["httponly"]]
    assert open_to_scripts == []
    assert {cookie["samesite"] for cookie in browser.cookies.values()} == {"Lax"}


@pytest.mark.parametrize(
    "path",
    [
        *("/.git/config", "/.env", "/manage.py", "/config/settings.py", "/var/secrets/secret_key"),
        *("/static/", "/static/../manage.py", "/static/%2e%2e/manage.py", "/static//etc/passwd", "/media/"),
        *("/ledger/", "/ledger/tile/../../secrets", "/files/", "/reports/../keys", "/__debug__/", "/admin/"),
    ],
)
def test_nothing_of_the_machine_is_served(scene: Scene, path: str) -> None:
    for browser in (Client(), scene.client("mei")):
        answer: Any = browser.get(path)
        told = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code in (301, 302, 404), path
        assert b"repositoryformatversion" not in told and b"DJANGO_SETTINGS_MODULE" not in told


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "testserver.evil.example", "a b", "[::1"]
)
def test_a_false_host_is_a_400_and_its_name_stands_nowhere(scene: Scene, host: str) -> None:
    for browser in (Client(), scene.client("mei")):
        for path in ("/", "/projects/", "/account/login/", "/api/v1/me/", "/health", "/verify"):
            answer = browser.get(path, headers={"host": host})
            assert answer.status_code == 400 and b"evil" not in answer.content, path


def test_a_name_that_is_forwarded_counts_for_nothing(scene: Scene) -> None:
    said = {"x-forwarded-host": "evil.example", "x-forwarded-port": "99", "forwarded": "host=evil.example"}
    for path in ("/", "/account/login/", "/api/v1/projects/", "/notices"):
        for browser in (Client(), scene.client("mei")):
            answer = browser.get(path, headers=said)
            assert b"evil.example" not in answer.content + answer.get("Location", "").encode()


def test_trace_is_not_answered(scene: Scene) -> None:
    for browser in (Client(), scene.client("mei")):
        for path in ("/", "/projects/", "/api/v1/projects/", "/health"):
            answer = browser.trace(path, headers={"x-told": "a secret"})
            assert answer.status_code in (302, 401, 403, 405), path
            assert b"a secret" not in answer.content


def test_signing_out_clears_the_browser(scene: Scene) -> None:
    browser = scene.client("mei")
    assert "Clear-Site-Data" not in browser.get("/").headers
    assert browser.post(reverse("account_logout")).headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in browser.get("/").headers


def test_scripts_keep_nothing_in_the_browser() -> None:
    words = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open|serviceWorker")
    scripts = sorted((PROJECT / "static").glob("*.js"))
    assert scripts
    assert [s.name for s in scripts if words.search(s.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(("language", "words"), [("en", "HTTPS alone"), ("zh-hans", "只接受 HTTPS")])
def test_a_program_that_asks_in_the_clear_is_told_so_and_not_led_on(
    scene: Scene, settings: Any, language: str, words: str
) -> None:
    _, text = keys.issue(
        scene.cast.actor("mei"), user=scene.user("mei").pk, name="k", scopes=keys.SCOPES, days=1
    )
    asks = Client(headers={"authorization": f"Bearer {text}", "accept-language": language})
    assert asks.get("/api/v1/projects/").status_code == 200
    settings.SECURE_SSL_REDIRECT = True
    for answer in (asks.get("/api/v1/projects/"), asks.post("/api/v1/projects/", {})):
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
        assert words in answer.json()["title"] and "Location" not in answer
    assert asks.get("/api/v1/projects/", secure=True).status_code == 200
    led = Client().get("/verify")
    assert (led.status_code, led["Location"]) == (301, "https://testserver/verify")
