"""The pages of a bad day: a record changed past the ledger, copies in doubt since a restore, a legal hold, a
certificate that was suspended; linked only where that happened. Here it happens."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Stage
from tests.browser.person import Person
from tests.chromium import program
from tests.config.test_run import Site, clean_environ
from tests.databases import PROJECT
from tests.scale import share

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

STAGE = """
from custody.actions.base import Act, Actor, Outcome, perform
from custody.events.recovery import CopiesUnconfirmed
from custody.models import Copy
from custody.stories import cast, told
people = cast.load()
for code in ("BAD-EN", "BAD-ZH"):
    project = cast.open_project(people, code, "Sheet revision 图幅修测")
    copies = cast.make_copies(people, project, code + "-SHEET", 3)
    told.approved_hop(people, project, "westgate", "Scanning 扫描")
    ids = [c.id for c in Copy.objects.filter(item__project=project)][:2]
    def work(act):
        keys = list(Copy.objects.filter(id__in=ids).values_list("tag_key", flat=True))
        entry = act.record(
            CopiesUnconfirmed(project=str(project.id), restoration=str(act.id), copies=[str(i) for i in ids]),
            project.stream, copy_keys=keys)
        Copy.objects.filter(id__in=ids).update(unconfirmed=entry, entry=entry)
        return Outcome("done", entry)
    perform(Actor.setup(), work)
"""
EDITED = """
from custody.actions import checks
from custody.models import Qualification
Qualification.objects.filter(party__other_name="西关数据处理有限公司").update(grade=%r)
checks.check_custody()
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demo of its own: what happens to it would stop the others."""
    program()
    site = Site(tmp_path_factory.mktemp("bad-day") / "var")
    site.start()
    try:
        shell(site, STAGE)
        yield site
    finally:
        if site.process is not None:
            site.process.terminate()
            site.process.wait(60)


def shell(site: Site, text: str) -> str:
    return subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", text],
        cwd=PROJECT,
        env={**clean_environ(), "HOLDFAST_VAR": str(site.var)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def grades(site: Site) -> list[str]:
    told = shell(
        site,
        "from custody.models import Qualification as Q\n"
        "print(*Q.objects.filter(party__other_name='西关数据处理有限公司').values_list('grade', flat=True))",
    )
    return told.split()


@pytest.mark.parametrize(("language", "code"), share([("en", "BAD-EN"), ("zh-hans", "BAD-ZH")], 2))
def test_a_changed_record_and_copies_in_doubt_are_told_and_settled(
    site: Site, chromium: Any, language: str, code: str
) -> None:
    pictures = os.environ.get("HOLDFAST_PICTURES")
    stage = Stage(site, chromium, Path(pictures) if pictures else None)
    (before,) = set(grades(site))
    shell(site, EDITED % "Z")
    an, mei = (Person(stage, name, language) for name in ("an", "mei"))
    try:
        an.sign_in()
        an.go("/checks/")
        an.page.locator("main tbody a").first.click()
        an.page.wait_for_url("**/checks/*-*/")
        an.look()
        frozen = an.page.url.removeprefix(an.origin)
        assert "Z" in an.page.locator("main table").first.inner_text()
        an.fill(reason="Edited in the database")
        an.press("Check again and settle", status=422)

        an.go("/people/")
        an.page.locator("main tbody a", has_text="吴涛").first.click()
        an.page.wait_for_url("**/people/*-*/")
        an.follow(an.word("Put under a legal hold"))
        an.fill(reason="The court asked to keep it", ordered_by="District court of Lanhe")
        an.press("Put under a legal hold")
        an.follow(an.word("Lift the legal hold"))
        an.fill(reason="The case is closed", ordered_by="District court of Lanhe")
        an.press("Lift the legal hold")

        an.go("/qualifications/?q=DEMO-LAKESIDE")
        an.page.locator("main tbody a").first.click()
        an.page.wait_for_url("**/qualifications/*-*/")
        an.follow(an.word("Suspend"))
        an.fill(reason="Notice 7 of the bureau")
        an.press("Continue")
        an.press("Suspend")
        an.follow(an.word("End the suspension"))
        an.fill(reason="Notice 8 ended it")
        an.press("Continue")
        an.press("End the suspension")

        mei.sign_in()
        mei.go("/projects/")
        mei.follow(code)
        mei.follow(mei.word("Offer a handoff"))
        mei.choose_with("receiver_person", "吴涛")
        mei.fill(copies=True, purpose="Vectorisation", channel="in_person")
        mei.choose_with("system", "WG-")
        mei.press("Continue", status=422)  # two of the three are in doubt
        for doubted in mei.page.locator("main [name=copies]").all()[:2]:
            doubted.uncheck()
        mei.page.locator("#rules .notice.bad").wait_for()
        mei.press("Continue")
        mei.reads("This is held: it rests on what does not agree with the ledger.")

        mei.go("/copies/?custody=doubt")
        mei.page.locator("main tbody a").first.click()
        mei.look()
        mei.follow(mei.word("Confirm after counting"))
        mei.fill(copies=True, how="Seen in vault 3")
        mei.press("Confirm these copies")

        shell(site, EDITED % before)
        an.go(frozen)
        an.fill(reason="Set back by hand")
        an.press("Check again and settle")
        an.reads("Every record agreed with the ledger when it was last checked.")
    finally:
        an.leave()
        mei.leave()
