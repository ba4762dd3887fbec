"""A refused attempt is recorded with the person's own words at once; sent twice, they are said once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from ledger.models import Entry

from .scene import Scene


def page(scene: Scene) -> str:
    return reverse("handoff_new", args=[scene.project.id])


def blocked(scene: Scene, **changes: Any) -> dict[str, Any]:
    office = str(scene.cast.systems["office_pc"].id)
    return scene.offer_form(**{"system": office, "step": "record", **changes})


def test_the_reason_is_asked_beside_the_button_and_goes_with_the_refusal(scene: Scene) -> None:
    mei = scene.client("mei")
    html = mei.post(page(scene), blocked(scene, step="check")).content.decode()
    assert 'name="reason"' in html and "Why do you try?" in html
    assert 'name="reason"' not in mei.post(page(scene), scene.offer_form(step="check")).content.decode()
    answer = mei.post(page(scene), blocked(scene, reason="The room is closed 机房关闭"))
    refusal = m.Refusal.objects.latest("attempted_at")
    assert answer["Location"] == reverse("refusal", args=[refusal.id])
    assert refusal.reason == "The room is closed 机房关闭"
    told = mei.get(answer["Location"]).content.decode()
    assert "The room is closed" in told and "Add the reason" not in told


def test_without_a_reason_it_can_be_said_later(scene: Scene) -> None:
    mei = scene.client("mei")
    answer = mei.post(page(scene), blocked(scene, reason="  "))
    assert m.Refusal.objects.latest("attempted_at").reason == ""
    assert "Add the reason" in mei.get(answer["Location"]).content.decode()


def test_sent_twice_it_is_refused_once_and_explained_once(scene: Scene) -> None:
    mei, form = scene.client("mei"), blocked(scene, reason="Mistook the list")
    first = mei.post(page(scene), form)
    entries = Entry.objects.count()
    second = mei.post(page(scene), form)
    assert first["Location"] == second["Location"] and second.status_code == 302
    assert Entry.objects.count() == entries
    third = mei.post(page(scene), {**form, "reason": "Something else"})
    assert third.status_code == 302 and Entry.objects.count() == entries
    assert m.Refusal.objects.latest("attempted_at").reason == "Mistook the list"


def test_a_reason_said_on_the_page_in_between_stays(scene: Scene) -> None:
    mei, form = scene.client("mei"), blocked(scene)
    refusal = mei.post(page(scene), form)["Location"]
    assert mei.post(refusal, {"reason": "First words"}).status_code == 302
    again = mei.post(page(scene), {**form, "reason": "Other words"})
    assert again["Location"] == refusal
    assert m.Refusal.objects.latest("attempted_at").reason == "First words"


@pytest.mark.parametrize("reason", ["a\0b", "a\u202eb", "名" * 2001])
def test_a_reason_that_cannot_be_kept_is_told_before_anything_is_recorded(scene: Scene, reason: str) -> None:
    mei, before = scene.client("mei"), Entry.objects.count()
    answer = mei.post(page(scene), blocked(scene, reason=reason))
    html = answer.content.decode()
    assert answer.status_code == 422 and "Record the refused attempt" in html and 'class="error"' in html
    assert Entry.objects.count() == before and not m.Refusal.objects.exists()


def test_a_request_for_a_subcontract_is_refused_with_a_reason_too(scene: Scene) -> None:
    from custody.stories import cast as people

    form = {
        "to_party": scene.cast.parties["harbour"].name, "scope": "Printing", "level": people.LEVEL,
        "performer": "", "business": ["-"],
        "categories": ["engineering"], "starts": scene.cast.today.isoformat(), "ends": "", "share": "90",
        "amount": "", "currency": "CNY", "keeps_core": "no", "client_consent": "no", "awarded_on": "",
        "decide_by": "", "submission": str(m.new_id()), "step": "record", "reason": "To see the rule",
    }  # fmt: skip
    answer = scene.client("mei").post(reverse("hop_new", args=[scene.project.id]), form)
    assert answer.status_code == 302, answer.content.decode()
    assert m.Refusal.objects.latest("attempted_at").reason == "To see the rule"


def test_the_page_tells_place_and_date_and_leads_to_the_form_filled_in(scene: Scene) -> None:
    mei, day = scene.client("mei"), (scene.cast.today + dt.timedelta(days=9)).isoformat()
    there = mei.post(page(scene), blocked(scene, due_back=day))["Location"]
    told = mei.get(there).content.decode()
    assert scene.cast.systems["office_pc"].name in told and day in told, "where to, and until when"
    refusal = m.Refusal.objects.latest("attempted_at")
    again = f"{page(scene)}?refused={refusal.id}"
    assert again in told and "Correct it and offer again" in told
    html = mei.get(again).content.decode()
    assert f'value="{day}"' in html and 'value="Scanning"' in html and "Filled in from" in html
    assert f'value="{scene.copies[2].id}"' in html.split('name="codes"')[0].split("checked")[0]
    others = scene.client("yu").get(there).content.decode()
    assert again not in others, "whoever tried corrects it"
    assert "Filled in from" not in scene.client("yu").get(again).content.decode()
    undated = mei.post(page(scene), blocked(scene))["Location"]
    assert "No return date" in mei.get(undated).content.decode()
