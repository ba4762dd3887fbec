"""Putting a record right on its page: what stands there, old beside new, done, and read in the history."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody.actions import results
from custody.terms import QualificationState

from .scene import Scene, hidden

NOUNS = ("party", "qualification", "system", "item", "handoff", "project")
WHO = {
    "party": "mei",
    "system": "an",
    "qualification": "mei",
    "item": "heng",
    "handoff": "yu",
    "project": "mei",
}


def row_of(scene: Scene, noun: str) -> Any:
    """The record that is corrected."""
    return {
        "party": lambda: m.Party.objects.get(id=scene.cast.party("lakeside")),
        "qualification": lambda: m.Qualification.objects.filter(party=scene.cast.party("lakeside"))[0],
        "system": lambda: m.System.objects.get(id=scene.cast.systems["lakeside_room"].id),
        "item": lambda: m.Item.objects.get(id=scene.copies[0].item_id),
        "handoff": lambda: m.Handoff.objects.get(id=scene.handoff.id),
        "project": lambda: accepted(scene),
    }[noun]()


def accepted(scene: Scene) -> m.Project:
    """The project, its results accepted today."""
    if m.Project.objects.get(id=scene.project.id).accepted_on is None:
        told: dict[str, Any] = {
            "accepted_on": scene.cast.today,
            "accepted_by": "Client",
            "acceptance_number": "A-1",
        }
        results.accept(scene.cast.actor("mei"), project=scene.project.id, **told)
    return m.Project.objects.get(id=scene.project.id)


def form_of(scene: Scene, noun: str, **changes: Any) -> dict[str, Any]:
    """What a browser sends to correct it."""
    row = row_of(scene, noun)
    asked: dict[str, dict[str, Any]] = {
        "party": {"name": "Lakeside Printing", "other_name": "", "country": "CN"},
        "system": {
            "name": "LS-ROOM-1",
            "network": "none",
            "provision": "personal",
            "inventory_number": "LS-99",
            "accreditation": "测评99",
            "country": "CN",
            "level_cn_surveying": "mimi",
            "tested_on": scene.cast.today.isoformat(),
        },
        "item": {"codename": "SHEET-1", "level": "mimi"},
        "project": {
            "accepted_on": scene.cast.today.isoformat(),
            "accepted_by": "Client",
            "acceptance_number": "A-2",
        },
        "handoff": {"due_back": (scene.cast.today + dt.timedelta(days=5)).isoformat()},
    }
    if noun == "qualification":
        asked[noun] = {
            "kind": f"{row.type}|{row.grade}",
            "categories": [f"{row.type}|{c}" for c in row.categories],
            "number": "LS-2",
            "issuer": row.issuer,
            "valid_from": row.valid_from.isoformat(),
            "valid_to": row.valid_to.isoformat(),
        }
    return {**asked[noun], "reason": "Misread", "seen": str(row.entry), "step": "do", **changes}


def corrected() -> int:
    """Return how often something was corrected; clearances are no corrections."""
    cleared = {"vetting", "trained_on", "undertaking_on"}
    return sum(not cleared & set(c.changes) for c in m.Correction.objects.all())


def url(scene: Scene, noun: str) -> str:
    return reverse(f"{noun}_correct", args=[row_of(scene, noun).id])


@pytest.mark.parametrize("noun", NOUNS)
def test_it_is_filled_in_checked_old_beside_new_done_and_read_in_the_history(scene: Scene, noun: str) -> None:
    client, here = scene.client(WHO[noun]), url(scene, noun)
    sent, before = form_of(scene, noun), row_of(scene, noun).entry
    page = client.get(here).content.decode()
    assert hidden(page, "seen") == str(before)
    checked = client.post(here, {**sent, "step": "check"})
    assert checked.status_code == 200 and " → " in checked.content.decode()
    assert row_of(scene, noun).entry == before, "checking changes nothing"
    answer = client.post(here, sent)
    assert answer.status_code == 302 and row_of(scene, noun).entry != before
    for language, words in (("en", "Corrections"), ("zh-hans", "更正记录")):
        html = scene.client("mei", language).get(answer["Location"]).content.decode()
        assert "Misread" in html and " → " in html
        assert words in html or noun in ("handoff", "system", "project")


@pytest.mark.parametrize("noun", NOUNS)
def test_the_page_of_the_record_leads_there_for_whoever_may(scene: Scene, noun: str) -> None:
    page = {
        "party": reverse("party", args=[scene.cast.party("lakeside")]),
        "qualification": reverse("qualification", args=[row_of(scene, "qualification").id]),
        "system": reverse("system", args=[row_of(scene, "system").id]),
        "item": reverse("project", args=[scene.project.id]),
        "handoff": reverse("handoff", args=[scene.handoff.id]),
        "project": reverse("project", args=[scene.project.id]),
    }[noun]
    assert url(scene, noun) in scene.client(WHO[noun]).get(page).content.decode()
    assert url(scene, noun) not in scene.client("jing").get(page).content.decode()


@pytest.mark.parametrize("noun", NOUNS)
def test_the_wrong_role_is_forbidden_an_outsider_finds_nothing(scene: Scene, noun: str) -> None:
    here, sent = url(scene, noun), form_of(scene, noun)
    codes = {}
    for who in ("jing", "bo"):
        client = scene.client(who)
        codes[who] = {client.get(here).status_code, client.post(here, sent).status_code}
    assert codes == {"jing": {403}, "bo": {404}}
    assert scene.client("mei").get(reverse(f"{noun}_correct", args=[uuid.uuid4()])).status_code == 404
    assert corrected() == 0


@pytest.mark.parametrize("noun", NOUNS)
def test_sent_twice_it_is_one_and_a_second_correction_of_the_old_record_is_told(
    scene: Scene, noun: str
) -> None:
    client, here = scene.client(WHO[noun]), url(scene, noun)
    sent = form_of(scene, noun, submission=str(m.new_id()))
    assert [client.post(here, sent).status_code for _ in range(2)] == [302, 302]
    late = client.post(here, {**sent, "submission": str(m.new_id())})
    assert late.status_code == 422 and "changed since" in late.content.decode()
    assert corrected() == 1


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize(
    "changes",
    [
        {"reason": " "},
        {"reason": "a\0b"},
        {"reason": "x" * 3000},
        {"seen": "not-an-id"},
        {"seen": ""},
        {"name": "", "kind": "x|y", "level": "cosmic", "due_back": "tomorrow", "accepted_on": "x"},
        {
            "name": "a\0b",
            "number": "a\0b",
            "codename": "\u202ea",
            "due_back": "2199-12-31",
            "accepted_by": "a\0b",
        },
    ],
    ids=str,
)
def test_bad_input_is_shown_again_with_its_fault(scene: Scene, noun: str, changes: dict[str, str]) -> None:
    client, here = scene.client(WHO[noun]), url(scene, noun)
    for step in ("check", "do") if "2199" not in str(changes) else ("do",):
        answer = client.post(here, form_of(scene, noun, **{**changes, "step": step}))
        assert answer.status_code == 422, (step, changes)
    assert corrected() == 0


def test_nothing_changed_is_told_at_the_check(scene: Scene) -> None:
    row = row_of(scene, "party")
    same = {"name": row.name, "other_name": row.other_name, "country": row.country, "step": "check"}
    answer = scene.client("mei").post(url(scene, "party"), form_of(scene, "party", **same))
    assert answer.status_code == 422 and "Nothing would change" in answer.content.decode()


def test_a_corrected_certificate_says_that_it_must_be_verified_again(scene: Scene) -> None:
    client, here = scene.client("heng"), url(scene, "qualification")
    sent = form_of(scene, "qualification")
    checked = client.post(here, {**sent, "step": "check"}).content.decode()
    assert "will not count until" in checked
    client.post(here, sent)
    row = row_of(scene, "qualification")
    assert row.state is QualificationState.SUBMITTED and row.verified_by is None
    page = reverse("qualification", args=[row.id])
    assert "recorded, corrected or downgraded this certificate" in client.get(page).content.decode()
    verify = {"step": "verify", "on": scene.cast.today.isoformat(), "how": "Looked it up"}
    assert client.post(page, verify).status_code == 422
    assert scene.client("qiao").post(page, verify).status_code == 302


def test_a_level_that_was_determined_is_not_offered_for_a_correction(scene: Scene) -> None:
    heng = scene.client("heng")
    shown = heng.get(url(scene, "item")).content.decode()
    assert 'value="mimi"' in shown and 'value="juemi"' not in shown
    answer = heng.post(url(scene, "item"), {**form_of(scene, "item", step="do"), "level": "juemi"})
    assert answer.status_code == 422 and corrected() == 0


def test_the_answers_can_be_changed_before_it_is_done(scene: Scene) -> None:
    answer = scene.client("mei").post(url(scene, "party"), form_of(scene, "party", step="change"))
    html = answer.content.decode()
    assert answer.status_code == 200 and "Lakeside Printing" in html
    assert corrected() == 0
