"""A certificate is stopped on its page: the reason, then what stops and is to be called back, then done."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody.actions import handoffs
from custody.stories import cast as people
from custody.terms import QualificationState
from ledger.models import Entry

from .scene import Scene, hidden

AFTER = {
    "suspend": QualificationState.SUSPENDED,
    "downgrade": QualificationState.DOWNGRADED,
    "revoke": QualificationState.REVOKED,
}
TITLES = {
    "en": (
        "Copies that it holds, to be called back ({})",
        "Open offers to it, which it can no longer accept ({})",
        "Subcontracts to it, over which nothing more passes ({})",
    ),
    "zh-hans": (
        "其保管的副本，应予收回 ({})",
        "向其发起、尚未签收的移交，今后不能签收 ({})",
        "其承接的分包，今后不得据此移交 ({})",
    ),
}


def paper(scene: Scene) -> m.Qualification:
    """Westgate's certificate, on which a subcontract and an offer of two copies rest."""
    return m.Qualification.objects.get(party=scene.cast.party("westgate"))


def page(scene: Scene) -> str:
    return reverse("qualification", args=[paper(scene).id])


def url(scene: Scene, verb: str) -> str:
    return reverse(f"qualification_{verb}", args=[paper(scene).id])


def form(scene: Scene, **changes: Any) -> dict[str, Any]:
    """What a browser sends."""
    row = paper(scene)
    return {"reason": "Notice 7 通知", "grade": "B", "seen": str(row.entry), "step": "do", **changes}


def main(html: str) -> str:
    return html.split("<main")[1].split("<footer")[0]


def tile(
    scene: Scene, who: str, label: str = "Held by a party without valid paper"
) -> tuple[str, str] | None:
    """Return the number on a person's home page and where it leads."""
    html = scene.client(who).get("/").content.decode()
    found = re.search(rf'<dt class="soft">{label}</dt><dd><a href="([^"]+)">([^<]+)</a>', html)
    return (found[2], found[1].replace("&amp;", "&")) if found else None


@pytest.mark.parametrize("verb", AFTER)
def test_the_reason_is_asked_then_what_stops_is_shown_then_it_is_done_and_read_there(
    scene: Scene, verb: str
) -> None:
    heng, here = scene.client("heng"), url(scene, verb)
    asked = heng.get(here).content.decode()
    assert hidden(asked, "seen") == str(paper(scene).entry)
    assert ('name="grade"' in asked) is (verb == "downgrade")
    before = Entry.objects.count()
    for language, titles in TITLES.items():
        checked = scene.client("heng", language).post(here, form(scene, step="check"))
        html = main(checked.content.decode())
        assert checked.status_code == 200 and "Notice 7 通知" in html
        assert [title.format(n) in html for title, n in zip(titles, (0, 1, 1), strict=True)] == [True] * 3
        assert scene.handoff.number in html and "Scanning" in html
    assert Entry.objects.count() == before, "looking at what would stop records nothing"
    answer = heng.post(here, form(scene))
    assert (answer.status_code, answer["Location"]) == (302, page(scene))
    assert paper(scene).state is AFTER[verb]
    for language, titles in TITLES.items():
        shown = main(scene.client("heng", language).get(page(scene)).content.decode())
        assert titles[1].format(1) in shown and "Notice 7 通知" in shown and " → " in shown
        assert AFTER[verb].text.get("zh" if language == "zh-hans" else "en") in shown


def test_copies_that_the_holder_has_are_listed_and_counted_at_home(scene: Scene) -> None:
    handoffs.accept(scene.cast.actor("tao"), handoff=scene.handoff.id)
    assert tile(scene, "mei") is None, "no page counts zeros"
    scene.client("heng").post(url(scene, "suspend"), form(scene))
    shown = main(scene.client("heng").get(page(scene)).content.decode())
    assert TITLES["en"][0].format(2) in shown
    for copy in scene.copies[:2]:
        assert copy.code in shown and reverse("copy", args=[copy.id]) in shown
    for who in ("mei", "heng"):
        found = tile(scene, who)
        assert found is not None and found[0] == "2"
        listed = main(scene.client(who).get(found[1]).content.decode())
        assert [copy.code in listed for copy in scene.copies] == [True, True, False, False]
    assert tile(scene, "tao") == ("2", "/copies/?custody=no_paper"), "the holder's manager sees its own"
    assert tile(scene, "an") is tile(scene, "yu") is None
    scene.client("qiao").post(url(scene, "reinstate"), form(scene))
    assert tile(scene, "mei") is None, "no page counts zeros"


def test_the_page_offers_what_can_be_done_now_to_who_may(scene: Scene) -> None:
    def offered(who: str) -> list[str]:
        html = scene.client(who).get(page(scene)).content.decode()
        return [verb for verb in ("reinstate", *AFTER) if url(scene, verb) in html]

    assert offered("heng") == offered("an") == list(AFTER)
    assert offered("mei") == offered("tao") == offered("jing") == []
    scene.client("heng").post(url(scene, "suspend"), form(scene))
    assert offered("heng") == ["reinstate", "downgrade", "revoke"]
    scene.client("heng").post(url(scene, "revoke"), form(scene))
    assert offered("heng") == []


def test_a_downgraded_one_is_verified_on_its_page_by_somebody_else(scene: Scene) -> None:
    scene.client("qiao").post(url(scene, "downgrade"), form(scene))
    qiao, heng = (scene.client(who).get(page(scene)).content.decode() for who in ("qiao", "heng"))
    assert "downgraded this certificate, so somebody else must verify it" in qiao
    assert "stand up to the check at its lower grade" in heng
    assert 'value="verify"' in heng and 'value="reject"' not in heng
    sent = {"step": "verify", "on": scene.cast.today.isoformat(), "how": "Looked up"}
    assert scene.client("qiao").post(page(scene), sent).status_code == 422
    assert paper(scene).state is QualificationState.DOWNGRADED
    assert scene.client("heng").post(page(scene), sent).status_code == 302
    assert (paper(scene).state, paper(scene).grade) == (QualificationState.VERIFIED, "B")


@pytest.mark.parametrize("verb", [*AFTER, "reinstate"])
def test_the_wrong_role_is_forbidden_and_an_outsider_finds_nothing(scene: Scene, verb: str) -> None:
    before = Entry.objects.count()
    for who, status in (("mei", 403), ("tao", 403), ("jing", 403), ("bo", 404)):
        client = scene.client(who)
        assert {
            client.get(url(scene, verb)).status_code,
            client.post(url(scene, verb), form(scene)).status_code,
        } == {status}, who
    unknown = reverse(f"qualification_{verb}", args=[uuid.uuid4()])
    assert scene.client("heng").get(unknown).status_code == 404
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("verb", "changes"),
    [
        ("suspend", {"reason": " "}),
        ("suspend", {"reason": "a\0b"}),
        ("suspend", {"seen": "no"}),
        ("revoke", {"reason": "x" * 20_000}),
        ("downgrade", {"grade": ""}),
        ("downgrade", {"grade": "A"}),
        ("downgrade", {"grade": "Z"}),
    ],
    ids=str,
)
def test_a_fault_is_told_on_the_form_and_nothing_is_done(
    scene: Scene, verb: str, changes: dict[str, Any]
) -> None:
    before = Entry.objects.count()
    for step in ("check", "do"):
        answer = scene.client("heng").post(url(scene, verb), form(scene, step=step, **changes))
        assert answer.status_code == 422
    assert Entry.objects.count() == before


def test_what_changed_since_it_was_seen_and_what_can_no_longer_be_done_is_told(scene: Scene) -> None:
    stale = form(scene)
    scene.client("qiao").post(url(scene, "suspend"), form(scene))
    before = Entry.objects.count()
    late = scene.client("heng").post(url(scene, "revoke"), stale)
    assert late.status_code == 422 and "changed since" in late.content.decode()
    again = scene.client("heng").post(url(scene, "suspend"), form(scene))
    assert 400 <= again.status_code < 500 and "Suspended" in again.content.decode()
    assert Entry.objects.count() == before


def test_a_certificate_of_the_lowest_grade_is_not_offered_for_a_downgrade(scene: Scene) -> None:
    low = people.qualify(scene.cast, scene.cast.party("annex"), "B", "LOW")
    html = scene.client("heng").get(reverse("qualification", args=[low.id])).content.decode()
    assert reverse("qualification_revoke", args=[low.id]) in html
    assert reverse("qualification_downgrade", args=[low.id]) not in html
