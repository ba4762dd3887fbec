"""In a real browser: a key confirmed with a key, a rule pack put in force with one, and a receipt that the
pack asks to be signed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from custody.stories.cast import PASSWORD
from tests.actions.test_signing_receipts import regime
from tests.browser.authenticator import Authenticator
from tests.browser.person import Person
from tests.browser.test_signing import let_in
from tests.chromium import program
from tests.config.test_run import Site, clean_environ, eventually
from tests.databases import PROJECT
from tests.scale import share

__all__ = ["let_in"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

OFFER = """
from django.urls import reverse
from custody import regimes
from custody.stories import cast, told
regimes.refresh()
people = cast.load()
project = cast.open_project(people, "CODE", "Signed receipts", regime="house")
hop = told.approved_hop(people, project, "westgate", "Scanning")
copies = cast.make_copies(people, project, "CODE", 2)
row = told.offer(people, hop, copies, "tao", "westgate_room").object
print(reverse("handoff", args=[row.id]))
"""
"""Two copies under the pack of the house, offered to Tao."""


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """A site for each language: a person's first passkey changes how they come in."""
    program()
    site = Site(tmp_path / "var")
    site.start()
    try:
        assert eventually(site.serves, 120)
        yield site
    finally:
        if site.process is not None:
            site.process.terminate()
            site.process.wait(60)


def offered(site: Site, code: str) -> str:
    """Offer the copies; return the address of the handoff."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", OFFER.replace("CODE", code)],
        cwd=PROJECT,
        env={**clean_environ(), "HOLDFAST_VAR": str(site.var)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.splitlines()[-1]


def names_a_passkey(person: Person, name: str) -> str:
    """Add a passkey and ask that it may sign; return the address of its page."""
    Authenticator(person)
    person.go("/sign-in/passkey")
    person.fill(name=name, password=PASSWORD)
    person.press("Add it")
    person.go("/sign-in/")
    person.follow(name)
    person.follow(person.word("Sign decisions with this passkey"))
    person.fill(password=PASSWORD)
    person.press("Ask for it")
    person.reads("It waits for an officer or administrator who is not you.")
    return urlsplit(person.page.url).path


def signs(person: Person) -> None:
    """Read the statement and sign it."""
    person.press("Sign with my passkey")
    person.reads("The exact text that you sign")
    person.press("Sign with my passkey")
    person.reads("Signed with a passkey" if person.language == "en" else "已用通行密钥签名")


@pytest.mark.parametrize("language", share(["en", "zh-hans"], 1))
def test_key_pack_and_receipt_are_signed_with_keys(
    own_site: Site, let_in: Callable[[str, str], Person], language: str
) -> None:
    an, heng, tao = (let_in(who, language) for who in ("an", "heng", "tao"))
    first = names_a_passkey(an, "Green key")
    heng.go(first)
    heng.page.locator("main form").first.locator("[name=password]").fill(PASSWORD)
    heng.press("Confirm the key")
    heng.reads("With the password, not signed")
    an.go(names_a_passkey(tao, "Blue key"))
    signs(an)

    an.go("/packs/new")
    an.page.locator("[name=file]").set_input_files(
        {"name": "house.yaml", "mimeType": "application/yaml", "buffer": regime()}
    )
    an.fill(reason="Order 12", ordered_by="Head of security")
    an.press("Continue")
    signs(an)

    tao.go(offered(own_site, "SIGNED"))
    signs(tao)
    tao.reads("Signed with the receiver's own key")
