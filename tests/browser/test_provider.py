"""Signing in through the house's provider in a real browser: where forms may lead, and what is on the way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Stage
from tests.browser.person import Person
from tests.chromium import program
from tests.config.test_run import Site, eventually
from tests.house_provider import HouseProvider, running
from tests.scale import share

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
SUBJECT = "c0ffee00-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def house() -> Iterator[HouseProvider]:
    with running() as house:
        yield house


@pytest.fixture(scope="module")
def site_of_the_house(house: HouseProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    program()
    site = Site(tmp_path_factory.mktemp("house") / "var")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "ISSUER": house.issuer, "CLIENT_ID": "holdfast", "CLIENT_SECRET": "quite secret",
            "NAME": "House sign-in", "NAME_ZH": "统一认证平台",
        }.items():  # fmt: skip
            patch.setenv(f"OIDC_{name}", value)
        site.start()
    try:
        assert eventually(site.serves, 120)  # the first page of all takes long on a busy machine
        yield site
    finally:
        if site.process is not None:
            site.process.terminate()
            site.process.wait(60)


@pytest.fixture
def stage(site_of_the_house: Site, chromium: Any) -> Stage:
    pictures = os.environ.get("HOLDFAST_PICTURES")
    return Stage(site_of_the_house, chromium, Path(pictures) if pictures else None)


def through_the_provider(person: Person, subject: str) -> None:
    """Press the button, sign in at the provider, and come back."""
    name = {"en": "House sign-in", "zh-hans": "统一认证平台"}[person.language]
    button = person.page.get_by_role(
        "button", name=person.word("Sign in with %(name)s", name=name), exact=True
    )
    with person.page.expect_navigation(url="**/oauth2/authorize**"):
        button.click()
    person.page.locator("input[name=sub]").fill(subject)
    with person.page.expect_navigation(url=f"{person.origin}/**"):
        person.page.locator("input[name=sub]").press("Enter")
    person.said.clear()  # the provider's page is not ours


@pytest.mark.parametrize("language", share(["en", "zh-hans"], 2))
def test_who_is_linked_comes_in_and_who_is_not_is_shown_what_to_send(stage: Stage, language: str) -> None:
    subject = f"{SUBJECT}-{language}"
    tao = stage.enter("tao", language)
    tao.go("/account/login/")
    through_the_provider(tao, subject)
    tao.reads("You were not signed in")
    assert subject in tao.text
    tao.look()
    an = stage.enter("an", language)
    an.sign_in()
    an.go("/people/?text=Tao")
    an.follow("Tao")
    an.follow(an.word("Let an account at the sign-in provider sign in"))
    an.fill(subject=subject)
    an.press("Let it sign in")
    assert subject in an.text
    an.leave()
    tao.follow(tao.word("To the sign-in page"))
    through_the_provider(tao, subject)
    assert tao.page.url.rstrip("/") == tao.origin
    tao.go("/sign-in/")
    assert subject in tao.text
    tao.follow(subject)
    tao.leave()
