"""The main job, from the first request to the regulator's check, as the people do it at their screens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from custody.stories.cast import PEOPLE
from tests import scale
from tests.browser.doing import day, number, party
from tests.browser.person import PHONE, Person

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]
Enter = Callable[..., Person]
PROJECTS = {"en": "BR-EN", "zh-hans": "BR-ZH"}
LANGUAGES = list(PROJECTS)


def ask_for_the_subcontract(mei: Person, project: str) -> str:
    """Request a subcontract and return the address of its hop."""
    mei.sign_in()
    mei.go("/projects/")
    mei.follow(project)
    mei.follow(mei.word("Request a subcontract"))
    mei.press("Continue", status=422)
    mei.reads("Name the party that will do the work")
    mei.fill(
        to_party=party(mei, "lakeside"), scope="Vectorisation 矢量化", categories=["engineering"],
        business=["-"], starts=day(-1), ends=day(200),
        share="30", amount="120000", keeps_core="yes", client_consent="yes", decide_by=day(3),
        client_reference="〔2026〕18号", client_given_on=day(-3),
        clauses=["confidentiality", "no-transfer", "oversight"],
        agreement_reference="BM-1", giver_signed_on=day(-3), receiver_signed_on=day(-2),
    )  # fmt: skip
    if mei.scripts:
        mei.reads("Nothing blocks this.")
    mei.press("Continue")
    mei.press("Send the request")
    assert "/hops/" in mei.page.url, mei.text
    return number(mei)


def fill_in_the_offer(mei: Person, hop: str) -> None:
    mei.go(hop)
    mei.follow(mei.word("Offer a handoff"))
    mei.choose_with("receiver_person", PEOPLE["lan"][0])
    mei.fill(copies=True, purpose="Vectorisation of sheets 图幅矢量化", due_back=day(30), channel="in_person")
    mei.choose_with("system", "LS-ROOM-1")


def is_refused_before_the_approval(mei: Person, hop: str) -> None:
    fill_in_the_offer(mei, hop)
    if mei.scripts:  # the panel answers while the form is filled in
        mei.page.locator("#rules", has_text="HOP-01").wait_for()
    mei.press("Continue")
    mei.reads("The rules block this.")
    blocked = mei.page.locator(".checks li.bad-row", has_text="HOP-01")
    assert mei.word("Basis:") in blocked.inner_text()
    assert mei.word("What to do:") in blocked.inner_text()
    assert "APR-01" in mei.text
    mei.press("Record the refused attempt")
    assert "/refusals/" in mei.page.url
    mei.fill(reason="Mistook the list 看错了清单")
    mei.press("Add the reason")
    mei.reads("What the person said")
    assert "Mistook the list" in mei.text


def decides(heng: Person) -> None:
    heng.sign_in()
    heng.go("/approvals/")
    heng.page.locator("main table").first.wait_for()
    row = heng.page.locator(
        "main tr", has_text=PROJECTS.get(heng.language, "BR-EN") if heng.scripts else "BR-PLAIN"
    )
    with heng.page.expect_navigation():
        row.get_by_role("link").first.click()
    heng.look()
    assert "APR-01" in heng.page.content() and "SHA-256" in heng.page.content()
    assert heng.word("Approve against advice") not in heng.text, "what is not approved cannot be reported yet"
    heng.fill(reason="Papers in order 材料齐全", password="not my password")
    heng.press("Approve", status=422)
    heng.reads("This is not your password. Too many wrong tries lock your sign-in.")
    heng.fill(reason="Papers in order 材料齐全", password="holdfast-demo")
    heng.press("Approve")
    heng.reads("What was decided")
    assert "/approvals/" in heng.page.url


def notes_the_report(mei: Person, hop: str) -> None:
    mei.go(hop)
    mei.reads("Was it reported to the authority?")
    mei.fill(reported_on=day(0))
    mei.press("Note the day")
    assert mei.word("Was it reported to the authority?") not in mei.text


def offers(mei: Person, hop: str) -> str:
    fill_in_the_offer(mei, hop)
    if mei.scripts:
        mei.reads("Nothing blocks this.")
    mei.press("Continue")
    mei.press("Offer the copies")
    assert "/handoffs/" in mei.page.url, mei.text
    return number(mei)


def accepts(lan: Person, handoff: str) -> None:
    lan.sign_in()
    lan.page.locator(f"main a[href='{handoff}']").first.click()
    lan.page.wait_for_url(f"**{handoff}")
    lan.look()
    words = lan.word("I have all %(n)s copies", n=3)
    button = lan.page.get_by_role("button", name=words, exact=True)
    assert button.bounding_box()["height"] >= 48, "a gloved finger must find it"
    lan.press("I have all %(n)s copies", n=3)
    lan.reads("Receipt: custody has moved")


def takes_the_report(jing: Person, project: str, folder: Path) -> tuple[Path, Path]:
    jing.sign_in()
    jing.go("/projects/")
    jing.follow(project)
    assert "HOP-01" in jing.text, "the refused attempt stands on the regulator's page"
    jing.follow(jing.word("Request a report"))
    jing.fill(language="zh" if jing.language == "zh-hans" else "en")
    jing.press("Request the report")
    for _ in range(60):
        if jing.scripts:  # the page asks by itself
            jing.page.get_by_text(jing.word("The report is ready.")).wait_for(timeout=120_000)
        if jing.word("The report is ready.") in jing.text:
            break
        jing.page.wait_for_timeout(2000)
        jing.page.get_by_role("link", name=jing.word("Look again")).click()
    jing.reads("The report is ready.")
    jing.look()
    report, receipt = folder / "report.pdf", folder / "report.pdf.receipt"
    report.write_bytes(jing.download("Download the report (PDF)").read_bytes())
    receipt.write_bytes(jing.download("Download the receipt").read_bytes())
    assert report.read_bytes().startswith(b"%PDF-")
    return report, receipt


def anybody_checks(guest: Person, report: Path, receipt: Path) -> None:
    guest.go("/verify")
    guest.fill(report=report, receipt=receipt)
    guest.press("Verify")
    guest.reads("The file stands up to every check.")
    changed = report.with_name("changed.pdf")
    middle = bytearray(report.read_bytes())
    middle[len(middle) // 2] ^= 1
    changed.write_bytes(middle)
    guest.fill(report=changed, receipt=receipt)
    guest.press("Verify")
    guest.reads("This file does not stand up to the check.")


@pytest.mark.parametrize("language", scale.share(LANGUAGES, 2))
def test_the_whole_job_is_done_on_the_screens(enter: Enter, language: str, tmp_path: Path) -> None:
    project = PROJECTS[language]
    mei = enter("mei", language)
    hop = ask_for_the_subcontract(mei, project)
    is_refused_before_the_approval(mei, hop)
    decides(enter("heng", language))
    notes_the_report(mei, hop)
    handoff = offers(mei, hop)
    accepts(enter("lan", language, width=PHONE, has_touch=True, is_mobile=True), handoff)
    mei.go(handoff)
    mei.reads("Receipt: custody has moved")
    report, receipt = takes_the_report(enter("jing", language), project, tmp_path)
    anybody_checks(enter("", language), report, receipt)


def test_the_whole_job_is_done_without_scripts(enter: Enter, tmp_path: Path) -> None:
    """By day in the language in which it is not done with scripts."""
    plain, language = {"java_script_enabled": False}, LANGUAGES[(scale.DAY + 1) % 2]
    mei = enter("mei", language, **plain)
    hop = ask_for_the_subcontract(mei, "BR-PLAIN")
    is_refused_before_the_approval(mei, hop)
    decides(enter("heng", language, **plain))
    notes_the_report(mei, hop)
    accepts(enter("lan", language, width=PHONE, **plain), offers(mei, hop))
    report, receipt = takes_the_report(enter("jing", language, **plain), "BR-PLAIN", tmp_path)
    anybody_checks(enter("", language, **plain), report, receipt)


def test_typing_on_while_the_rules_are_asked_over_a_poor_line_leaves_no_error(enter: Enter) -> None:
    """An answer of the rules that is no longer wanted is not broken off: the console calls that an error."""
    mei = enter("mei", "en")
    mei.sign_in()
    mei.go("/projects/")
    mei.follow("LH-2026-014")
    mei.follow(mei.word("Request a subcontract"))
    mei.slow_down(1500)
    mei.fill(to_party=party(mei, "lakeside"), starts=day(-1))
    for share in ("5", "55", "55.5", "75"):
        mei.fill(share=share)
        mei.page.wait_for_timeout(700)
    rule = mei.page.locator("#rules", has_text="HOP-03")
    rule.locator("li.bad-row", has_text="HOP-03").wait_for()
    mei.go("/projects/")
