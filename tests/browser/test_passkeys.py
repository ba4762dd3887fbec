"""Passkeys in a real browser, on a site that requires a second factor: added, used as second step and alone,
refused without the owner's finger; with a code app and recovery codes beside them."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from custody.stories.cast import PASSWORD
from tests.browser.authenticator import KEY, OLD_STICK, PLAIN_STICK, STICK, Authenticator
from tests.browser.conftest import Stage
from tests.browser.person import Person
from tests.chromium import FLAGS, program
from tests.config.test_run import Site, eventually
from tests.scale import share

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
Strict = Callable[[str, str], Person]


@pytest.fixture(scope="module")
def strict_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    program()
    site = Site(tmp_path_factory.mktemp("strict") / "var")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECOND_FACTOR", "required")
        site.start()
    try:
        assert eventually(site.serves, 120)  # the first page of all takes long on a busy machine
        yield site
    finally:
        stop(site)


def stop(site: Site) -> None:
    """End it and wait until all is gone."""
    if site.process is not None:
        site.process.terminate()
        site.process.wait(60)


@pytest.fixture
def strict(strict_site: Site, chromium: Any) -> Iterator[Strict]:
    pictures = os.environ.get("HOLDFAST_PICTURES")
    stage = Stage(strict_site, chromium, Path(pictures) if pictures else None)
    people: list[Person] = []

    def let_in(name: str, language: str) -> Person:
        people.append(stage.enter(name, language))
        return people[-1]

    yield let_in
    for person in people:
        person.leave()


def leave_and_return(person: Person) -> None:
    """Come back without a session."""
    kept = [c for c in person.context.cookies() if "session" not in c["name"]]
    person.context.clear_cookies()
    person.context.add_cookies(kept)
    person.go("/account/login/")


@pytest.mark.parametrize(
    ("who", "language", "kind"), share([("heng", "en", KEY), ("an", "zh-hans", STICK)], 2, 1)
)
def test_a_passkey_is_added_and_used_and_nothing_else_opens_before(
    strict: Strict, who: str, language: str, kind: dict[str, Any]
) -> None:
    person = strict(who, language)
    person.sign_in()
    person.reads("Your role needs a second factor before any other page opens.")
    person.go("/projects/")
    person.reads("Your role needs a second factor before any other page opens.")
    key = Authenticator(person, kind)
    person.follow(person.word("Add a passkey or security key"))
    person.fill(name="Blue key", password=PASSWORD)
    person.press("Add it")
    person.fill(password=PASSWORD)
    person.press("Make ten codes")
    codes = re.findall(r"(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}", person.text)
    assert len(codes) == 10
    person.follow(person.word("I have kept them"))
    person.follow("Blue key")
    person.go("/")

    leave_and_return(person)
    person.press("Sign in with a passkey")
    assert person.page.url.rstrip("/") == person.origin

    leave_and_return(person)
    person.fill(login=who, password=PASSWORD)
    person.press("Sign in")
    person.reads("The first step is done. Show now that it is you.")
    key.knows_its_owner(False)
    person.page.locator("form[data-passkey] button").click()
    person.reads(
        "Nothing came from the key: it was not touched in time, does not know this site, or was refused. "
        "Try again."
    )
    key.knows_its_owner(True)
    person.press("Use passkey or security key")
    assert person.page.url.rstrip("/") == person.origin

    leave_and_return(person)
    person.fill(login=who, password=PASSWORD)
    person.press("Sign in")
    person.fill(code=codes[3])
    person.press("Continue")
    assert person.page.url.rstrip("/") == person.origin


def test_a_plain_security_key_is_the_second_step_and_one_that_knows_no_owner_is_none(strict: Strict) -> None:
    person = strict("lan", "en")
    person.sign_in()
    old = Authenticator(person, OLD_STICK)
    person.go("/sign-in/passkey")
    person.fill(name="Old stick", password=PASSWORD)
    person.page.locator("form[data-passkey] button").click()
    person.reads("Nothing came from the key")
    old.unplug()

    plain = Authenticator(person, PLAIN_STICK)
    person.press("Add it")
    leave_and_return(person)
    person.page.locator("form[data-passkey] button").click()
    person.reads("Nothing came from the key")
    person.fill(login="lan", password=PASSWORD)
    person.press("Sign in")
    person.reads("The first step is done. Show now that it is you.")
    plain.knows_its_owner(False)
    person.page.locator("form[data-passkey] button").click()
    person.reads("Nothing came from the key")
    plain.knows_its_owner(True)
    person.press("Use passkey or security key")
    assert person.page.url.rstrip("/") == person.origin


NAME = "custody.holdfast.test"


@pytest.fixture
def by_tls(strict_site: Site, chromium: Any, tmp_path: Path) -> Iterator[Stage]:
    """The same site under its own certificate, and a browser that was told to trust its authority."""
    stop(strict_site)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECOND_FACTOR", "required")
        strict_site.start(f"--tls={NAME}")
        try:
            trusted = tmp_path / ".pki" / "nssdb"
            trusted.mkdir(parents=True)
            authority = strict_site.var / "tls" / NAME / "authority.pem"
            for told in (
                ["-N", "--empty-password"],
                ["-A", "-t", "C,,", "-n", "house", "-i", str(authority)],
            ):
                subprocess.run(["certutil", "-d", f"sql:{trusted}", *told], check=True)
            browser = chromium.browser_type.launch(
                executable_path=program(),
                args=[*FLAGS, f"--host-resolver-rules=MAP *.holdfast.test 127.0.0.1:{strict_site.port}"],
                env={**os.environ, "HOME": str(tmp_path)},
            )
            yield Stage(strict_site, browser, None, origin=f"https://{NAME}:{strict_site.port}")
            browser.close()
        finally:
            stop(strict_site)
            strict_site.start()


def test_a_passkey_works_under_the_certificate_of_the_site_and_that_name_alone(by_tls: Stage) -> None:
    person = by_tls.enter("mei", "en")
    person.sign_in()
    Authenticator(person)
    person.go("/sign-in/")
    person.follow("Add a passkey or security key")
    person.fill(name="Blue key", password=PASSWORD)
    person.press("Add it")
    leave_and_return(person)
    person.press("Sign in with a passkey")
    assert person.page.url.rstrip("/") == person.origin
    person.leave()


def test_a_code_app_is_enough_where_there_are_no_scripts(strict: Strict) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    person = strict("qiao", "en")
    person.sign_in()
    person.follow("Add a code app")
    secret = re.findall(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", person.text)[0].replace(" ", "")
    step = int(time.time()) // 30
    person.fill(name="Phone", code=format_hotp_value(hotp_value(secret, step - 1)), password=PASSWORD)
    person.press("Add it")
    leave_and_return(person)
    person.fill(login="qiao", password=PASSWORD)
    person.press("Sign in")
    person.fill(code=format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    person.press("Continue")
    assert person.page.url.rstrip("/") == person.origin
