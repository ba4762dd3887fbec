"""Handing over again: like an earlier handoff, or to a saved set of recipients."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody.actions import handoffs
from custody.actions.kept import MOST_SETS
from custody.stories import told

from .scene import Scene


def page(scene: Scene) -> str:
    return reverse("handoff_new", args=[scene.project.id])


def opened(scene: Scene, who: str = "mei", **query: Any) -> str:
    answer = scene.client(who).get(page(scene), query)
    assert answer.status_code == 200
    return answer.content.decode()


def chosen(html: str, value: Any) -> bool:
    return f'<option value="{value}" selected>' in html


def save(scene: Scene, name: str, who: str = "mei", **changes: Any) -> Any:
    return scene.client(who).post(page(scene), scene.offer_form(step="save_set", name=name, **changes))


def test_the_same_again_fills_in_all_but_the_copies(scene: Scene) -> None:
    offered = scene.handoff
    m.Handoff.objects.filter(id=offered.id).update(
        offered_at=offered.offered_at - dt.timedelta(days=10),
        due_back=scene.cast.today + dt.timedelta(days=20),
    )
    html = scene.client("yu").get(reverse("handoff", args=[offered.id])).content.decode()
    assert f"?like={offered.id}" in html and "Hand over more with these details" in html
    html = opened(scene, "yu", like=offered.id)
    for id in (offered.hop_id, offered.receiver_person_id, offered.system_id):
        assert chosen(html, id)
    assert f'value="{offered.purpose}"' in html
    assert f'value="{(scene.cast.today + dt.timedelta(days=30)).isoformat()}"' in html, "as long a loan"
    assert "checked" not in html.split('name="codes"')[0], "the copies have moved"
    assert "Some answers do not fit" not in html


def test_copies_that_came_back_are_ticked_again(scene: Scene) -> None:
    handoffs.decline(scene.cast.actor("tao"), handoff=scene.handoff.id, reason="Not today")
    before_the_numbers = opened(scene, like=scene.handoff.id).split('name="codes"')[0]
    assert before_the_numbers.count("checked") == 2
    for copy in scene.copies[:2]:
        assert str(copy.id) in before_the_numbers


def test_a_place_that_is_retired_is_left_empty_and_it_is_said(scene: Scene) -> None:
    m.System.objects.filter(id=scene.handoff.system_id).update(state="retired")
    m.Membership.objects.filter(person=scene.handoff.receiver_person_id).update(
        starts=dt.date(2019, 1, 1), ends=dt.date(2020, 1, 1)
    )
    html = opened(scene, like=scene.handoff.id)
    assert "Some answers do not fit any more and were left out:" in html
    assert chosen(html, scene.handoff.hop_id)
    assert not chosen(html, scene.handoff.system_id) and not chosen(html, scene.handoff.receiver_person_id)


@pytest.mark.parametrize("kind", ["like", "set", "hop"])
@pytest.mark.parametrize("id", ["", "7", "\0", "x" * 3000, "00000000-0000-0000-0000-000000000007"])
def test_what_is_unknown_is_as_if_absent(scene: Scene, kind: str, id: str) -> None:
    html = opened(scene, **{kind: id})
    assert "Choose the subcontract first." in html and "Some answers" not in html


def test_a_handoff_of_another_project_or_out_of_reach_is_as_if_absent(scene: Scene) -> None:
    from custody.stories import cast as people

    other = people.open_project(scene.cast, "T-2", "Another")
    hop = told.approved_hop(scene.cast, other, "westgate", "Elsewhere")
    copies = people.make_copies(scene.cast, other, "OTHER", 1)
    elsewhere = told.offer(scene.cast, hop, copies, "tao", "westgate_room").object
    assert "Choose the subcontract first." in opened(scene, like=elsewhere.id)
    html = scene.client("tao").get(reverse("handoff", args=[scene.handoff.id])).content.decode()
    assert "Hand over more with these details" not in html, "the receiver does not offer on this hop"


def test_my_last_handoff_is_one_link_away_and_only_mine(scene: Scene) -> None:
    form = scene.offer_form()
    assert scene.client("mei").post(page(scene), form).status_code == 302
    mine = m.Handoff.objects.get(submission=form["submission"])
    assert f"?like={mine.id}" in opened(scene)
    project = reverse("project", args=[scene.project.id])
    assert f"?like={mine.id}" in scene.client("mei").get(project).content.decode()
    assert f"?like={mine.id}" not in scene.client("yu").get(project).content.decode()


def test_a_set_is_saved_from_the_checked_answers_and_fills_the_form_in(scene: Scene) -> None:
    html = save(scene, "Scanners 扫描").content.decode()
    assert "Saved as the set Scanners 扫描." in html and "Offer the copies" in html
    kept = m.RecipientSet.objects.get()
    assert f"?set={kept.id}" in opened(scene)
    assert "Filled in from" not in opened(scene)
    html = opened(scene, set=kept.id)
    assert "Filled in from “Scanners 扫描”. Still to do: copies, return date." in html
    zh = scene.client("mei", "zh-hans").get(page(scene), {"set": str(kept.id)}).content.decode()
    assert "已按“Scanners 扫描”填写，还缺：副本、归还期限。" in zh
    for id in (kept.hop_id, kept.receiver_person_id, kept.system_id):
        assert chosen(html, id)
    assert 'value="Scanning"' in html and m.Handoff.objects.count() == 1, "nothing was offered"


def test_a_set_is_saved_from_the_page_of_a_handoff(scene: Scene) -> None:
    mei, url = scene.client("mei"), reverse("handoff", args=[scene.handoff.id])
    assert "Save these recipients as a set" in mei.get(url).content.decode()
    answer = mei.post(url, {"step": "save_set", "name": "As then"})
    assert (answer.status_code, answer["Location"]) == (302, url)
    assert "Saved as the set As then." in mei.get(url).content.decode()
    assert m.RecipientSet.objects.get().receiver_person_id == scene.handoff.receiver_person_id
    wrong = mei.post(url, {"step": "save_set", "name": " "})
    assert wrong.status_code == 422 and "Give the set a name" in wrong.content.decode()
    assert scene.client("tao").post(url, {"step": "save_set", "name": "Mine"}).status_code == 403
    assert scene.client("lan").post(url, {"step": "save_set", "name": "Mine"}).status_code == 404
    assert m.RecipientSet.objects.count() == 1


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\0b", "a\u202eb"])
def test_a_name_that_does_not_fit_is_told_and_the_answers_are_still_there(scene: Scene, name: str) -> None:
    answer = save(scene, name)
    html = answer.content.decode()
    assert answer.status_code == 422 and "<details open" in html.replace('class="card more" ', "")
    assert "Offer the copies" in html and scene.copies[2].code in html
    assert not m.RecipientSet.objects.exists()


def test_the_same_set_saved_twice_is_one_and_another_of_the_name_is_told(scene: Scene) -> None:
    assert [save(scene, "Scanners").status_code for _ in range(2)] == [200, 200]
    other = save(scene, "Scanners", purpose="Something else")
    assert other.status_code == 422 and "You have a set of this name already." in other.content.decode()
    assert save(scene, "Scanners", who="yu").status_code == 200, "everybody names their own"
    assert m.RecipientSet.objects.count() == 2


def test_sets_are_nobody_elses_to_see_use_or_delete(scene: Scene) -> None:
    save(scene, "Scanners")
    kept = m.RecipientSet.objects.get()
    assert "Scanners" not in opened(scene, "yu")
    assert "Choose the subcontract first." in opened(scene, "yu", set=kept.id)
    for who in ("yu", "mei"):
        for _ in range(2):
            answer = scene.client(who).post(page(scene), {"step": "drop_set", "set": str(kept.id)})
            assert answer.status_code == 302
        assert m.RecipientSet.objects.exists() is (who == "yu")
    assert scene.client("mei").post(page(scene), {"step": "drop_set", "set": "\0"}).status_code == 302


def test_a_set_whose_hop_is_gone_is_named_and_can_be_deleted(scene: Scene) -> None:
    save(scene, "Scanners")
    other = told.approved_hop(scene.cast, scene.project, "westgate", "Checking")
    m.RecipientSet.objects.update(system=scene.cast.systems["lakeside_room"], hop=other)
    assert "Scanners" in opened(scene)
    assert "Scanners" in opened(scene, set=m.RecipientSet.objects.get().id)


def test_there_is_an_end_to_sets(scene: Scene) -> None:
    save(scene, "0")
    first = m.RecipientSet.objects.get()
    for n in range(1, MOST_SETS):
        first.pk, first.name = m.new_id(), str(n)
        m.RecipientSet.objects.bulk_create([first])
    answer = save(scene, "One more")
    assert answer.status_code == 422 and "Delete one first." in answer.content.decode()
    assert m.RecipientSet.objects.count() == MOST_SETS


def test_a_set_is_not_saved_from_answers_that_do_not_fit(scene: Scene) -> None:
    assert save(scene, "Bad", hop="7").status_code == 422
    assert save(scene, "Bad", receiver_person=str(scene.cast.people["lan"].id)).status_code == 422
    assert (
        scene.client("bo").post(page(scene), scene.offer_form(step="save_set", name="x")).status_code == 404
    )
    assert not m.RecipientSet.objects.exists()
