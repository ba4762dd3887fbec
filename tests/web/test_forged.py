"""What another page may do in the name of somebody who is signed in here: nothing, on any route."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from custody import record

from .scene import Scene

SAMPLES = {
    "uuid": str(uuid.UUID(int=0)), "int": "1", "str": "x", "slug": "x", "path": "x", "hex": "0" * 64,
}  # fmt: skip
TAKES_NO_FORM = {"schema", "health"}
"""What answers GET alone, whoever asks."""


def routes(at: URLResolver, before: str = "/") -> Iterator[tuple[str, str]]:
    for one in at.url_patterns:
        if isinstance(one, URLResolver):
            yield from routes(one, before + address(one))
        elif not isinstance(one.pattern, RegexPattern):  # those of the package, closed here
            yield one.name or "", before + address(one)


def address(one: URLPattern | URLResolver) -> str:
    """Return the pattern with a value in each place."""
    text = str(one.pattern)
    for name, converter in one.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        text = text.replace(f"<{kind}:{name}>", SAMPLES.get(kind, "x")).replace(f"<{name}>", "x")
    return text


ROUTES = sorted(set(routes(get_resolver())))


def test_the_walk_found_every_kind_of_route() -> None:
    names = {name for name, _ in ROUTES}
    assert len(ROUTES) > 500
    assert {"home", "account_login", "mfa_authenticate", "handoff", "hop_amend", "hop-list"} <= names
    assert not [path for _, path in ROUTES if "<" in path]


def test_no_route_takes_a_form_that_another_page_sent(scene: Scene) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    browser.force_login(scene.user("an"), backend="custody.web.accounts.SignInBackend")
    before = sum(1 for _ in record.history())
    wrong = {}
    for name, path in ROUTES:
        answer = browser.post(path, {"x": "1"}, headers={"origin": "https://elsewhere.example"})
        closed = answer.status_code in (404, 405) and name in TAKES_NO_FORM
        if answer.status_code != 403 and not closed:
            wrong[path] = answer.status_code
    assert wrong == {}
    assert sum(1 for _ in record.history()) == before, "and no entry"


def test_no_page_is_shown_in_a_frame(scene: Scene) -> None:
    # Who is not signed in gets a redirect, which is quick; of the pages themselves every tenth is asked for.
    asked = [(Client(), ROUTES), (scene.client("mei"), ROUTES[::10])]
    for browser, name, path in [(browser, *route) for browser, chosen in asked for route in chosen]:
        answer = browser.get(path)
        assert answer.headers["X-Frame-Options"] == "DENY", (name, path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], (name, path)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        *("email/", "confirm-email/", "confirm-email/x:y/", "login/code/confirm/", "password/set/"),
        *("password/reset/done/", "password/reset/key/1-x/", "password/reset/key/done/"),
    ],
)
def test_pages_of_a_package_that_have_no_sense_here_are_closed(scene: Scene, path: str) -> None:
    for browser in (Client(), scene.client("mei")):
        for ask in (browser.get, browser.post):
            assert ask(f"/account/{path}").status_code == 404
