"""Offering copies on the guided form: what it asks, what it says beforehand, and what it leaves behind."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from custody import models as m
from custody.actions import registers
from custody.actions.base import Actor
from custody.stories import cast as people
from custody.stories import told
from custody.terms import Role
from ledger.models import Entry

from .scene import Scene


def page(scene: Scene) -> str:
    return reverse("handoff_new", args=[scene.project.id])


def rows() -> tuple[int, int, int]:
    return Entry.objects.count(), m.Handoff.objects.count(), m.Refusal.objects.count()


def blocked(scene: Scene) -> dict[str, Any]:
    """An offer to a computer that is on the internet."""
    return scene.offer_form(system=str(scene.cast.systems["office_pc"].id))


def test_people_copies_and_systems_are_those_of_the_chosen_hop(scene: Scene) -> None:
    html = scene.client("mei").get(page(scene), {"hop": str(scene.westgate.id)}).content.decode()
    assert "Wu Tao" in html and "Zhou Lan" not in html
    assert "Systems of Westgate" in html and "WG-ROOM-1" in html
    assert scene.copies[2].code in html, "held by the sender"
    assert scene.copies[0].code not in html, "offered already"
    bare = scene.client("mei").get(page(scene)).content.decode()
    assert "Wu Tao" not in bare and "Choose the subcontract first." in bare


def test_the_panel_tells_and_records_nothing(scene: Scene) -> None:
    mei, before = scene.client("mei"), rows()
    answer = mei.post(page(scene), {**blocked(scene), "step": "panel"}, headers={"hx-request": "true"})
    html = answer.content.decode()
    assert answer.status_code == 200 and "<html" not in html
    assert "SYS-01" in html and "1 check blocks" in html and "1 copy chosen" in html
    assert '<span class="bad">Required:</span>' in html
    more = scene.offer_form(step="panel", codes=scene.copies[3].code, receiver_person="")
    html = scene.client("mei", "zh-hans").post(page(scene), more).content.decode()
    assert "已选2份" in html, "ticked and pasted, before the rules can be asked"
    assert mei.post(page(scene), {"step": "panel"}).status_code == 200, "nothing filled in yet"
    assert rows() == before


def test_the_rules_wait_for_the_copies_and_raise_no_false_alarm(scene: Scene) -> None:
    html = scene.client("mei").post(page(scene), scene.offer_form(step="panel", copies=[])).content.decode()
    assert "blocks this" not in html and "The rules answer here as you fill in the form" in html


def test_where_one_person_may_receive_that_one_is_chosen(scene: Scene) -> None:
    html = scene.client("mei").get(page(scene), {"hop": str(scene.westgate.id)}).content.decode()
    assert f'<option value="{scene.cast.people["tao"].id}" selected>' in html
    registers.give_membership(
        Actor.setup(),
        person=scene.cast.people["bo"].id,
        party=scene.cast.party("westgate"),
        role=Role.RECIPIENT,
        starts=scene.cast.today - dt.timedelta(days=2),
    )
    html = scene.client("mei").get(page(scene), {"hop": str(scene.westgate.id)}).content.decode()
    assert f'<option value="{scene.cast.people["tao"].id}" selected>' not in html, "two may: that is a choice"


def test_a_line_with_a_fault_is_in_sight(scene: Scene) -> None:
    codes = "\n".join(["HF-000001-0"] * 7 + ["HF-000001-1"])
    html = scene.client("mei").post(page(scene), scene.offer_form(step="check", codes=codes)).content.decode()
    assert "Line 8, HF-000001-1: the last character is wrong" in html and 'rows="8"' in html


def test_an_offer_without_a_date_says_so_before_and_after(scene: Scene) -> None:
    mei = scene.client("mei")
    html = mei.post(page(scene), scene.offer_form(step="check")).content.decode()
    assert "No return date" in html
    html = mei.get(mei.post(page(scene), scene.offer_form())["Location"]).content.decode()
    assert "No return date" in html
    assert f'href="{reverse("copy", args=[scene.copies[2].id])}"' in html, "each copy leads to its page"
    assert f"{page(scene)}?hop={scene.westgate.id}" in html and "New handoff" in html
    assert "Custody stays with the sender until" in html
    number = m.Handoff.objects.latest("offered_at").number
    assert f"{number} is offered to 吴涛 Wu Tao · WG-001: 1 copy." in html


def test_what_is_blocked_is_no_set_to_be_saved(scene: Scene) -> None:
    mei = scene.client("mei")
    assert "Save these recipients" in mei.post(page(scene), scene.offer_form(step="check")).content.decode()
    html = mei.post(page(scene), {**blocked(scene), "step": "check"}).content.decode()
    assert "The rules block this." in html and "Save these recipients" not in html


def test_many_refusals_at_one_place_are_one_box_that_leads_to_their_list(scene: Scene) -> None:
    mei, there = scene.client("mei"), reverse("project", args=[scene.project.id])
    mei.post(page(scene), {**blocked(scene), "step": "record"})
    alone = m.Refusal.objects.latest("attempted_at")
    picture = mei.get(there).content.decode().split("</svg>")[0]
    assert reverse("refusal", args=[alone.id]) in picture and "refused attempts" not in picture
    for party in ("pilot", "meridian", "annex"):
        told.ask(scene.cast, scene.project, "mei", party, "Anything")
    picture = mei.get(there).content.decode().split("</svg>")[0]
    assert picture.count('blocked"') == 2, "one under the subcontract, one under the owner"
    assert "3 refused attempts" in picture and "Northfield Annex" in picture, "how many, and the newest"
    assert f"{reverse('refusals')}?project={scene.project.id}" in picture


def test_answers_are_checked_in_words_before_they_count(scene: Scene) -> None:
    mei, before = scene.client("mei"), rows()
    html = mei.post(page(scene), scene.offer_form(step="check")).content.decode()
    assert "Wu Tao" in html and scene.copies[2].code in html and "In person" in html
    assert "Offer the copies" in html and "Record the refused attempt" not in html
    assert re.search(r"All \d+ checks passed\.\s*</strong>", html)
    verdict, lines = html.index("checks passed."), html.index('<ul class="checks">')
    assert verdict < lines and html.index("<summary>", verdict) < html.index('class="mark ok"'), "folded"
    assert rows() == before


def test_an_offer_leads_to_its_page_and_copies_are_offered_not_moved(scene: Scene) -> None:
    answer = scene.client("mei").post(page(scene), scene.offer_form())
    handoff = m.Handoff.objects.latest("offered_at")
    assert answer.status_code == 302 and answer["Location"] == reverse("handoff", args=[handoff.id])
    copy = m.Copy.objects.get(id=scene.copies[2].id)
    assert (copy.state, copy.custodian_party_id) == ("offered", scene.cast.party("northfield"))


def test_the_same_form_sent_twice_shows_the_first_result(scene: Scene) -> None:
    mei, form = scene.client("mei"), scene.offer_form()
    first, second = (mei.post(page(scene), form) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert m.Handoff.objects.count() == 2  # this one and the scene's


def test_what_is_blocked_cannot_be_done_only_recorded(scene: Scene) -> None:
    mei = scene.client("mei")
    html = mei.post(page(scene), {**blocked(scene), "step": "check"}).content.decode()
    assert "The rules block this." in html and "Record the refused attempt" in html
    assert "Offer the copies" not in html and "Nothing is recorded yet." in html
    back, record = (html.rindex(f'value="{step}"') for step in ("change", "record"))
    assert back < record and '<button class="btn primary" name="step" value="change">' in html
    assert '<button class="btn plain" name="step" value="record">' in html
    answer = mei.post(page(scene), {**blocked(scene), "step": "record"})
    refusal = m.Refusal.objects.latest("attempted_at")
    assert answer["Location"] == reverse("refusal", args=[refusal.id])
    assert m.Copy.objects.get(id=scene.copies[2].id).state == "held"
    told = mei.get(answer["Location"]).content.decode()
    assert "SYS-01" in told and "Basis:" in told and "What to do:" in told


def test_a_form_that_was_bent_to_do_what_is_blocked_is_refused_and_recorded(scene: Scene) -> None:
    answer = scene.client("mei").post(page(scene), {**blocked(scene), "step": "do"})
    assert answer["Location"] == reverse("refusal", args=[m.Refusal.objects.latest("attempted_at").id])


def test_recording_a_refusal_that_the_rules_allow_by_now_asks_again(scene: Scene) -> None:
    before = rows()
    answer = scene.client("mei").post(page(scene), scene.offer_form(step="record"))
    assert "The rules allow this now. Nothing was recorded." in answer.content.decode()
    assert rows() == before


def test_copies_may_be_pasted_in_any_form_and_bad_lines_are_named(scene: Scene) -> None:
    mei, code = scene.client("mei"), scene.copies[2].code
    wide = code.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"}).lower()
    form = scene.offer_form(copies=[], codes=f"{wide}，{code}")
    assert mei.post(page(scene), form).status_code == 302
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    answer = mei.post(page(scene), scene.offer_form(copies=[], codes=f"{scene.copies[3].code} {wrong}"))
    assert answer.status_code == 422
    assert "compare with the label" in answer.content.decode()


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no copies": ({"copies": []}, "Choose at least one copy"),
    "no person": ({"receiver_person": ""}, "Choose the person who receives"),
    "somebody of another party": ({"receiver_person": "lan"}, ""),
    "no hop": ({"hop": ""}, "Choose the subcontract"),
    "a hop that is none": ({"hop": "7"}, ""),
    "a channel that is none": ({"channel": "pigeon"}, ""),
    "a day that is none": ({"due_back": "2026-02-30"}, "year-month-day"),
    "a name that turns the reading": ({"purpose": "a\u202eb"}, "cannot be printed"),
    "a text too long": ({"purpose": "x" * 5000}, ""),
    "no token": ({"submission": "x"}, ""),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_answers_are_told_and_change_nothing(scene: Scene, what: str) -> None:
    changes, words = BAD[what]
    if changes.get("receiver_person") == "lan":
        changes = {"receiver_person": str(scene.cast.people["lan"].id)}
    before = rows()
    answer = scene.client("mei").post(page(scene), scene.offer_form(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert rows() == before


def test_a_custodian_of_a_sibling_cannot_offer_over_it(scene: Scene) -> None:
    before = rows()
    assert scene.client("tao").post(page(scene), scene.offer_form()).status_code in (403, 422)
    assert scene.client("bo").post(page(scene), scene.offer_form()).status_code == 404
    assert rows() == before


def test_a_handoff_begins_on_the_first_page_and_asks_for_the_project_where_there_are_two(
    scene: Scene,
) -> None:
    start, mei = reverse("handoff_start"), scene.client("mei")
    for there in ("/", "/handoffs/"):
        assert (
            f'<a class="btn primary" href="{start}">Hand over copies</a>' in mei.get(there).content.decode()
        )
        assert start not in scene.client("heng").get(there).content.decode(), "an officer hands nothing over"
    assert mei.get(start)["Location"] == page(scene), "there is but one"
    other = people.open_project(scene.cast, "T-2", "Another")
    told.approved_hop(scene.cast, other, "westgate", "Elsewhere")
    html = mei.get(start).content.decode()
    for project in (scene.project, other):
        assert f'href="{reverse("handoff_new", args=[project.id])}"' in html
    assert Client().get(start)["Location"].startswith(reverse("account_login"))
    assert "T-2" not in scene.client("bo").get(start).content.decode()
    empty = scene.client("lan").get(start)
    assert empty.status_code == 200 and "T-1" not in empty.content.decode()
