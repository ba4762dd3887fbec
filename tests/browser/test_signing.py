"""Decisions signed with a passkey in a real browser: added, confirmed by another, read, signed; and a page
that shows another text than it asks to sign."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from custody.stories.cast import PASSWORD
from tests.browser import doing
from tests.browser.authenticator import KEY, PLAIN_STICK, Authenticator
from tests.browser.conftest import Stage
from tests.browser.doing import party
from tests.browser.person import Person
from tests.chromium import program
from tests.config.test_run import Site, clean_environ, eventually
from tests.databases import PROJECT
from tests.scale import share

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]


PUT_UP = """
from datetime import timedelta
from django.urls import reverse
from custody import models as m
from custody.actions import overriding
from custody.stories import cast
from tests.scale import share
people = cast.load()
m.Party.objects.filter(id=people.party("annex")).update(established_on=people.today - timedelta(days=40),
    conditions_on=people.today, clean_record=True, prc_staff=True)
project = m.Project.objects.get(code="CODE")
asked = overriding.ask(people.actor("mei"), project=project.id, rule="QUA-08", party=people.party("annex"),
    until=people.today, reason="Only they have the plates 仅其持有")
print(reverse("override", args=[cast.must(asked, "held").object.id]))
"""
"""An override in a project, of a party that is too young to be handed secret work."""


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    program()
    site = Site(tmp_path_factory.mktemp("signing") / "var")
    site.start()
    try:
        assert eventually(site.serves, 120)
        yield site
    finally:
        if site.process is not None:
            site.process.terminate()
            site.process.wait(60)


@pytest.fixture
def let_in(own_site: Site, chromium: Any) -> Iterator[Callable[[str, str], Person]]:
    pictures = os.environ.get("HOLDFAST_PICTURES")
    stage = Stage(own_site, chromium, Path(pictures) if pictures else None)
    people: list[Person] = []

    def one(name: str, language: str) -> Person:
        people.append(stage.enter(name, language))
        people[-1].sign_in()
        return people[-1]

    yield one
    for person in people:
        person.leave()


@pytest.mark.parametrize(
    ("who", "language", "kind"), share([("heng", "en", PLAIN_STICK), ("qiao", "zh-hans", KEY)], 2)
)
def test_an_officer_signs_what_the_page_shows_and_nothing_else(
    own_site: Site, let_in: Callable[[str, str], Person], who: str, language: str, kind: dict[str, Any]
) -> None:
    mei, an = let_in("mei", language), let_in("an", language)
    code = f"SIGN-{who.upper()}"
    doing.opens_a_project(mei, code, "Signed 签署")
    mei.press("Open the project")
    doing.asks(mei, code, party(mei, "lakeside"), "Scanning 扫描")
    officer = let_in(who, language)
    Authenticator(officer, kind)
    officer.go("/sign-in/passkey")
    officer.fill(name="Blue key", password=PASSWORD)
    officer.press("Add it")
    officer.go("/sign-in/")
    officer.follow("Blue key")
    officer.follow(officer.word("Sign decisions with this passkey"))
    officer.fill(password=PASSWORD)
    officer.press("Ask for it")
    officer.reads("It waits for an officer or administrator who is not you.")

    an.go("/signing-keys/")
    an.go(urlsplit(officer.page.url).path)
    an.page.locator("main form").first.locator("[name=password]").fill(PASSWORD)
    an.press("Confirm the key")
    an.reads("Confirmed. It signs decisions from now on.")

    statement = fills_in(officer, code)
    statement.evaluate("e => { e.textContent = e.textContent.replace('approve', 'deny') }")
    officer.page.locator("form[data-passkey] button").click()
    officer.reads(
        "What this page shows is not what you are asked to sign. Nothing was signed. Tell your administrator."
    )
    fills_in(officer, code)
    officer.press("Sign with my passkey")
    officer.reads("What was decided")
    officer.reads("Signed with a passkey" if language == "en" else "已用通行密钥签名")

    officer.go(put_up(own_site, code))
    officer.follow(officer.word("Agree to the override"))
    officer.fill(reason="I answer for it 同意", way="passkey")
    officer.press("Agree to the override")
    officer.reads("The exact text that you sign")
    text = officer.page.locator("[data-signed]")
    assert '"type":"override"' in text.inner_text()
    text.evaluate("e => { e.dataset.domain = 'holdfast/approval-statement/v1' }")
    officer.page.locator("form[data-passkey] button").click()
    officer.reads(
        "What this page shows is not what you are asked to sign. Nothing was signed. Tell your administrator."
    )
    officer.page.reload()
    officer.look()
    officer.press("Sign with my passkey")
    officer.reads("What was decided")
    officer.reads("Signed with a passkey" if language == "en" else "已用通行密钥签名")
    officer.go("/overrides/mine")
    officer.reads("Your decisions on overrides")


def put_up(site: Site, code: str) -> str:
    """Ask for an override in a project; return the address of its page."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", PUT_UP.replace("CODE", code)],
        cwd=PROJECT,
        env={**clean_environ(), "HOLDFAST_VAR": str(site.var)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.splitlines()[-1]


def fills_in(officer: Person, code: str) -> Any:
    """Decide on what waits in a project, as far as the page with the text to sign; return that text."""
    officer.go("/approvals/")
    with officer.page.expect_navigation():
        officer.page.locator("main tr", has_text=code).get_by_role("link").first.click()
    officer.look()
    officer.fill(reason="CTR-01: it is filed today 今日报备", way="passkey")
    against = officer.page.get_by_role("button", name=officer.word("Approve against advice"))
    officer.press("Approve against advice" if against.count() else "Approve")
    officer.reads("The exact text that you sign")
    return officer.page.locator("[data-signed]")
