"""A refused attempt is recorded with the person's own words at once; sent twice, they are said once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import escape

from custody import models as m
from custody.actions import projects, registers
from custody.actions.base import Actor
from custody.stories import cast as people
from custody.stories import told as told_
from custody.web import judged
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


def test_a_project_opened_later_shows_what_was_refused_under_its_code(scene: Scene) -> None:
    cast, mei = scene.cast, scene.cast.actor("mei")
    asked: dict[str, Any] = {
        "code": "LATER-1", "title": "Coast", "regime": people.REGIME, "owner_party": cast.party("northfield"),
        "client_party": cast.party("bureau"),
    }  # fmt: skip
    refused = projects.open_project(mei, level="juemi", **asked)
    assert refused.state == "refused"
    other = projects.open_project(mei, **{**asked, "level": "juemi", "owner_party": cast.party("lakeside")})
    assert other.state == "refused"
    row = people.open_project(cast, "LATER-1", "Coast")
    here, there, not_theirs = (
        reverse("project", args=[row.id]),
        reverse("refusal", args=[refused.object.id]),
        reverse("refusal", args=[other.object.id]),
    )
    jing = scene.client("jing")
    assert jing.get(there).status_code == 404, "she has no leave to read the project yet"
    registers.give_grant(
        Actor.setup(), person=cast.people["jing"].id, project=row.id, starts=cast.today, ends=cast.today
    )
    page = jing.get(here).content.decode()
    assert "Refused attempts to open it" in page and there in page
    assert not_theirs not in page and jing.get(not_theirs).status_code == 404, "of another owner"
    assert "此前以该编号立项被拒绝的记录" in scene.client("mei", "zh-hans").get(here).content.decode()
    told = jing.get(there).content.decode()
    assert "Client" in told and scene.cast.parties["bureau"].name in told
    listed = mei_lists(scene)
    assert "LATER-1" in listed and scene.cast.parties["bureau"].name in listed
    assert (
        "Refused attempts to open it"
        not in jing.get(reverse("project", args=[scene.project.id])).content.decode()
    )
    project = people.open_project(cast, "LATER-2", "Sea")
    hop = told_.approved_hop(cast, project, "westgate", "Scanning")
    seen = scene.client("tao").get(reverse("project", args=[hop.project_id])).content.decode()
    assert "Refused attempts to open it" not in seen


def mei_lists(scene: Scene) -> str:
    found: str = scene.client("mei").get(reverse("refusals")).content.decode()
    return found


def test_a_list_of_refusals_says_what_each_rule_asks_for_and_what_the_person_said(scene: Scene) -> None:
    scene.client("mei").post(page(scene), blocked(scene, reason="The room is closed"))
    refusal = m.Refusal.objects.latest("attempted_at")
    first = judged.barring(refusal.decision)[0]
    for place in (reverse("refusals"), reverse("project", args=[scene.project.id])):
        html = scene.client("mei").get(place).content.decode()
        assert judged.codes(refusal.decision) in html and "The room is closed" in html
        assert escape(first.title.en) in html
    shown = scene.client("mei").get(reverse("refusal", args=[refusal.id])).content.decode()
    assert shown.index("Why it was refused") < shown.index("What was attempted")


def test_a_refused_subcontract_tells_its_share_and_its_client_to_who_sees_the_project(scene: Scene) -> None:
    refused = told_.ask(scene.cast, scene.project, "mei", "pilot", "Flying")
    assert refused.state == "refused"
    there = reverse("refusal", args=[refused.object.id])
    html = scene.client("mei").get(there).content.decode()
    assert "Share of the contract" in html and f"{refused.object.attempt['share']} %" in html
    assert ">Client<" in html and scene.cast.parties["bureau"].name in html
    assert "委托方" in scene.client("jing", "zh-hans").get(there).content.decode()


def test_a_project_that_rules_bar_is_shown_why_before_the_attempt_is_recorded(scene: Scene) -> None:
    mei, there = scene.client("mei"), reverse("project_new")
    form = {
        "code": "BARRED-1", "title": "Secret", "ceiling": f"{people.REGIME}|juemi",
        "owner_party": str(scene.cast.party("northfield")), "client_party": str(scene.cast.party("bureau")),
        "ultimate_client_party": "", "qualification": "survey|B", "contract_number": "", "step": "do",
        "submission": str(m.new_id()),
    }  # fmt: skip
    for _ in range(2):
        html = mei.post(there, form).content.decode()
        assert "The rules block this." in html and 'value="BARRED-1"' in html
        assert html.index("What to do:") < html.index("Record the refused attempt")
        assert not m.Refusal.objects.exists() and not m.Project.objects.filter(code="BARRED-1").exists()
    for _ in range(2):  # sent twice, it is recorded once
        answer = mei.post(there, {**form, "step": "record"})
        assert answer["Location"] == reverse("refusal", args=[m.Refusal.objects.get().id])
    fit = {
        **form, "ceiling": f"{people.REGIME}|{people.LEVEL}", "submission": str(m.new_id()),
        "ultimate_client_party": form["client_party"],
    }  # fmt: skip
    for language, told in (("en", "The rules allow this now."), ("zh-hans", "规则现已允许")):
        answer = scene.client("mei", language).post(there, {**fit, "step": "record"})
        assert answer.status_code == 422 and told in answer.content.decode()
    assert not m.Project.objects.filter(code="BARRED-1").exists()
    opened = mei.post(there, fit)
    assert opened["Location"] == reverse("project", args=[m.Project.objects.get(code="BARRED-1").id])
