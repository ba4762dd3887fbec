"""Drafts of guided forms: what was typed outlives a sign-out, is nobody else's, and goes when it is done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custody import models as m
from custody.actions import hops, kept
from custody.stories import cast as people
from custody.stories import told
from tests.actions.scenes import counted

from .scene import Scene


def page(scene: Scene) -> str:
    return reverse("handoff_new", args=[scene.project.id])


def hop_page(scene: Scene) -> str:
    return reverse("hop_new", args=[scene.project.id])


def type_in(scene: Scene, client: Client, **changes: Any) -> None:
    """Type into the offer until the rules are asked."""
    form = scene.offer_form(**{"purpose": "Scanning of the north", "step": "panel", **changes})
    assert client.post(page(scene), form, headers={"hx-request": "true"}).status_code == 200


def html(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_was_typed_is_there_again_after_signing_out_and_in(scene: Scene) -> None:
    mei = scene.client("mei")
    type_in(scene, mei, due_back="2026-12-24")
    mei.post(reverse("account_logout"))
    assert mei.get(page(scene)).status_code == 302
    mei.post(reverse("account_login"), {"login": "mei", "password": people.PASSWORD})
    again = html(mei, page(scene))
    assert "This is your draft from" in again and "Throw it away" in again
    assert 'value="Scanning of the north"' in again and 'value="2026-12-24"' in again
    assert "checked" in again.split('name="codes"')[0], "the copy is ticked"
    assert "Nothing blocks this." in again, "the rules answer on the draft at once"


def test_a_draft_is_kept_when_the_answers_are_checked_even_with_faults(scene: Scene) -> None:
    mei = scene.client("mei")
    assert mei.post(page(scene), scene.offer_form(step="check", due_back="tomorrow")).status_code == 422
    assert 'value="tomorrow"' in html(mei, page(scene))


def test_nobody_else_sees_a_draft_or_throws_it_away(scene: Scene) -> None:
    type_in(scene, scene.client("mei"))
    for who in ("heng", "yu", "an"):
        answer = scene.client(who).get(page(scene))
        assert "Scanning of the north" not in answer.content.decode()
    scene.client("yu").post(page(scene), {"step": "throw"})
    assert "Scanning of the north" in html(scene.client("mei"), page(scene))


def test_a_draft_can_be_thrown_away_twice_over(scene: Scene) -> None:
    mei = scene.client("mei")
    type_in(scene, mei)
    for _ in range(2):
        answer = mei.post(page(scene), {"step": "throw"})
        assert (answer.status_code, answer["Location"]) == (302, page(scene))
    assert not m.Draft.objects.exists()
    assert "draft" not in html(mei, page(scene))


def test_a_draft_goes_when_the_offer_is_made_and_a_late_panel_does_not_bring_it_back(scene: Scene) -> None:
    mei, form = scene.client("mei"), scene.offer_form()
    type_in(scene, mei, submission=form["submission"])
    assert m.Draft.objects.count() == 1
    assert mei.post(page(scene), form).status_code == 302
    assert not m.Draft.objects.exists()
    type_in(scene, mei, submission=form["submission"])
    assert not m.Draft.objects.exists()


def test_a_draft_goes_when_the_refusal_is_recorded(scene: Scene) -> None:
    mei, office = scene.client("mei"), str(scene.cast.systems["office_pc"].id)
    type_in(scene, mei, system=office)
    assert mei.post(page(scene), scene.offer_form(system=office, step="record")).status_code == 302
    assert not m.Draft.objects.exists()


def test_typing_costs_one_statement_more_than_the_rules(scene: Scene) -> None:
    mei = scene.client("mei")
    type_in(scene, mei)
    with counted() as ran:
        type_in(scene, mei)
    assert len([sql for sql in ran if "custody_draft" in sql]) == 1
    assert m.Draft.objects.count() == 1


def test_another_subcontract_that_is_asked_for_leaves_the_draft_aside(scene: Scene) -> None:
    mei = scene.client("mei")
    type_in(scene, mei)
    other = html(mei, f"{page(scene)}?hop={scene.lakeside.id}")
    assert "You have a draft from" in other and "Scanning of the north" not in other
    assert f'href="{page(scene)}?draft=open"' in other
    assert "Scanning of the north" in html(mei, f"{page(scene)}?draft=open")
    same = html(mei, f"{page(scene)}?hop={scene.westgate.id}")
    assert "This is your draft from" in same and "Scanning of the north" in same


def test_a_request_under_one_hop_is_not_taken_up_under_another(scene: Scene) -> None:
    mei = scene.client("mei")
    below = f"{hop_page(scene)}?parent={scene.westgate.id}"
    typed = {"scope": "Printing of maps", "share": "12", "step": "panel"}
    assert mei.post(below, typed).status_code == 200
    root = html(mei, hop_page(scene))
    assert "You have a draft from" in root and "Printing of maps" not in root
    there = html(mei, f"{hop_page(scene)}?draft=open&parent={scene.westgate.id}")
    assert "Printing of maps" in there and "This is your draft from" in there


def test_a_draft_that_does_not_fit_any_more_shows_what_still_fits(scene: Scene) -> None:
    mei = scene.client("mei")
    type_in(scene, mei)
    told.offer(scene.cast, scene.westgate, [scene.copies[2]], "tao", "westgate_room")
    m.System.objects.filter(id=scene.cast.systems["westgate_room"].id).update(state="retired")
    found = html(mei, page(scene))
    assert "Some answers do not fit any more" in found
    assert "Where will they be kept?" in found and "Scanning of the north" in found
    hops.revoke(
        scene.cast.actor("heng"), approval=m.Approval.objects.get(hop=scene.westgate).id, reason="Found out"
    )
    m.Membership.objects.filter(person=scene.cast.people["tao"]).update(
        ends=dt.date(2020, 1, 1), starts=dt.date(2019, 1, 1)
    )
    assert "Scanning of the north" in html(mei, page(scene))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"hop": ["a"], "copies": "x", "due_back": {"a": 1}, "channel": None},
        {"@place": "x", "no such": "y"},
    ],
)
def test_a_draft_of_another_make_gives_a_page(scene: Scene, data: dict[str, Any]) -> None:
    """Of an older version, say."""
    for verb in ("handoff.offer", "hop.request"):
        m.Draft.objects.create(
            user=scene.user("mei"), project=scene.project, verb=verb, data=data, updated_at=timezone.now()
        )
    for url in (page(scene), hop_page(scene), page(scene) + "?draft=open"):
        assert scene.client("mei").get(url).status_code == 200


@pytest.mark.parametrize("purpose", ["a\0b", "名" * 9000, "\ud800"])
def test_what_cannot_be_kept_leaves_the_earlier_draft_alone(scene: Scene, purpose: str) -> None:
    mei = scene.client("mei")
    type_in(scene, mei)
    if purpose != "\ud800":
        mei.post(page(scene), scene.offer_form(step="panel", purpose=purpose))
    else:
        data: Any = {"purpose": purpose}
        user = scene.user("mei")
        assert not kept.keep_draft(
            user, project=scene.project.id, verb="handoff.offer", data=data, submission=None
        )
    assert m.Draft.objects.get().data["purpose"] == "Scanning of the north"


def test_only_known_answers_are_kept_never_the_token(scene: Scene) -> None:
    type_in(scene, scene.client("mei"), password="secret", csrfmiddlewaretoken="t")
    assert set(m.Draft.objects.get().data) == {
        "hop", "receiver_person", "copies", "codes", "purpose", "channel", "system", "due_back",
        "leg", "answer_by",
    }  # fmt: skip


def test_an_old_draft_is_none_and_is_swept_away(scene: Scene) -> None:
    mei = scene.client("mei")
    type_in(scene, mei)
    assert kept.sweep_drafts() == 0
    m.Draft.objects.update(updated_at=timezone.now() - kept.DRAFT_LASTS - dt.timedelta(hours=1))
    assert "draft" not in html(mei, page(scene))
    assert kept.sweep_drafts() == 1
    assert not m.Draft.objects.exists()
