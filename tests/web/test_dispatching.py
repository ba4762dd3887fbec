"""The page on which a sender says what was sent off, and what both sides read of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from django.urls import reverse

from custody import models as m
from custody.terms import Channel, HandoffState
from tests.web.scene import Scene

SEALS = "F-01, F-02\nF-03"


def by_courier(scene: Scene) -> None:
    m.Handoff.objects.filter(id=scene.handoff.id).update(channel=Channel.COURIER_CLASSIFIED)


def said(scene: Scene, **changes: Any) -> dict[str, Any]:
    today = scene.cast.today
    given = {
        "left_on": today.isoformat(),
        "expected_on": (today + dt.timedelta(days=2)).isoformat(),
        "carrier": "Confidential post 机要通信",
        "waybill": "JY-118",
        "packages": "2",
        "seals": SEALS,
        "carriers": "",
        "second": "",
        "step": "do",
    }
    return {**given, **changes}


def sent_off(scene: Scene, client: Client, **changes: Any) -> Any:
    return client.post(reverse("handoff_dispatch", args=[scene.handoff.id]), said(scene, **changes))


def test_the_sender_says_what_was_sent_off_and_the_receiver_reads_it_before_signing(scene: Scene) -> None:
    by_courier(scene)
    here = reverse("handoff", args=[scene.handoff.id])
    mei, tao = scene.client("mei"), scene.client("tao")
    assert "It was sent off" in mei.get(here).content.decode()
    assert "It was sent off" not in tao.get(here).content.decode()
    wrong = sent_off(scene, mei, packages="0", carrier="", carriers="")
    assert wrong.status_code == 422 and not m.Dispatch.objects.exists()
    assert sent_off(scene, mei).status_code == 302
    assert m.Dispatch.objects.get().seals == ["F-01", "F-02", "F-03"]
    for page in (mei.get(here).content.decode(), tao.get(here).content.decode()):
        assert "JY-118" in page and "F-03" in page and "were sent off" in page
    again = mei.get(reverse("handoff_dispatch", args=[scene.handoff.id])).content.decode()
    assert 'value="JY-118"' in again, "what was said stands in the form that puts it right"
    assert sent_off(scene, mei, waybill="JY-119").status_code == 302
    assert "JY-119" in tao.get(here).content.decode()


def test_who_withdraws_what_is_on_its_way_says_how_it_came_back(scene: Scene) -> None:
    by_courier(scene)
    here, mei = reverse("handoff", args=[scene.handoff.id]), scene.client("mei")
    sent_off(scene, mei)
    asked = mei.get(f"{here}?step=withdraw").content.decode()
    assert "came_back_on" in asked and "condition" in asked
    no = mei.post(here, {"step": "withdraw", "reason": "Nobody there"})
    assert no.status_code == 422
    early = (scene.cast.today - dt.timedelta(days=1)).isoformat()
    given = {"step": "withdraw", "reason": "Nobody there", "condition": "Seals whole"}
    assert mei.post(here, {**given, "came_back_on": early}).status_code == 422
    assert m.Handoff.objects.get(id=scene.handoff.id).state is HandoffState.OFFERED
    assert mei.post(here, {**given, "came_back_on": scene.cast.today.isoformat()}).status_code == 302
    page = mei.get(here).content.decode()
    assert "Came back" in page and "Seals whole" in page


def test_nobody_else_says_so_and_not_of_what_has_arrived(scene: Scene) -> None:
    by_courier(scene)
    assert sent_off(scene, scene.client("tao")).status_code == 403
    assert sent_off(scene, scene.client("shu")).status_code in (403, 404)
    m.Handoff.objects.filter(id=scene.handoff.id).update(state=HandoffState.DECLINED)
    assert sent_off(scene, scene.client("mei")).status_code == 409
    assert not m.Dispatch.objects.exists()


def test_what_did_not_arrive_is_lost_and_an_incident_and_shown_so_to_both(scene: Scene) -> None:
    by_courier(scene)
    here, mei, tao = reverse("handoff", args=[scene.handoff.id]), scene.client("mei"), scene.client("tao")
    assert "It did not arrive" not in mei.get(here).content.decode(), "it has not left"
    sent_off(scene, mei)
    assert "It did not arrive" in mei.get(here).content.decode()
    assert "It did not arrive" not in tao.get(here).content.decode()
    assert "What is known of the loss?" in mei.get(f"{here}?step=lose").content.decode()
    assert mei.post(here, {"step": "lose", "reason": ""}).status_code == 422
    assert mei.post(here, {"step": "lose", "reason": "Not delivered 未送达"}).status_code == 302
    assert m.Handoff.objects.get(id=scene.handoff.id).state is HandoffState.LOST
    incident = m.Incident.objects.get()
    for page in (mei.get(here).content.decode(), tao.get(here).content.decode()):
        assert "Lost on the way: custody stays with the sender" in page and incident.number in page
    assert incident.number in mei.get(reverse("home")).content.decode()


def test_past_its_day_nobody_can_sign_and_the_page_says_why(scene: Scene) -> None:
    here, tao = reverse("handoff", args=[scene.handoff.id]), scene.client("tao")
    late = scene.cast.today - dt.timedelta(days=2)
    m.Handoff.objects.filter(id=scene.handoff.id).update(answer_by=late)
    page = tao.get(here).content.decode()
    assert 'value="accept"' not in page and "nobody can sign any more" in page
    answer = tao.post(here, {"step": "accept"})
    assert answer.status_code == 422 and "has lapsed" in answer.content.decode()
    assert m.Handoff.objects.get(id=scene.handoff.id).state is HandoffState.OFFERED


def test_what_is_late_is_on_the_first_page_in_its_list_and_in_the_calendar(scene: Scene) -> None:
    by_courier(scene)
    mei, today = scene.client("mei"), scene.cast.today
    sent_off(scene, mei, expected_on=today.isoformat())
    number, month = scene.handoff.number, f"{today:%Y-%m}"
    assert number in mei.get(reverse("calendar"), {"month": month, "kind": "arrival"}).content.decode()
    lists = reverse("handoffs")
    assert number in mei.get(lists, {"way": "on"}).content.decode()
    assert number not in mei.get(lists, {"way": "late"}).content.decode(), "its day is not over"
    early = today - dt.timedelta(days=3)
    m.Dispatch.objects.update(left_on=early, expected_on=early)
    assert number in mei.get(lists, {"way": "late"}).content.decode()
    first = mei.get(reverse("home")).content.decode()
    assert "On the way past their day" in first
    m.Handoff.objects.filter(id=scene.handoff.id).update(state=HandoffState.ACCEPTED)
    assert number not in mei.get(lists, {"way": "late"}).content.decode()
    m.Dispatch.objects.all().delete()
    m.Handoff.objects.filter(id=scene.handoff.id).update(state=HandoffState.OFFERED, answer_by=today)
    assert number in mei.get(reverse("calendar"), {"month": month, "kind": "answer"}).content.decode()


def test_in_person_no_service_is_asked_for_and_who_accompanies_is_filled_in(scene: Scene) -> None:
    here, yu = reverse("handoff_dispatch", args=[scene.handoff.id]), str(scene.cast.people["yu"].id)
    m.Handoff.objects.filter(id=scene.handoff.id).update(channel=Channel.IN_PERSON, second_carrier=yu)
    mei = scene.client("mei")
    page = mei.get(here).content.decode()
    assert 'name="waybill"' not in page and f'value="{yu}" selected' in page
    wrong = sent_off(scene, mei, carriers="", second="")
    assert wrong.status_code == 422 and "Say who carries the copies" in wrong.content.decode()
    tao = str(scene.cast.people["tao"].id)
    assert sent_off(scene, mei, carriers=tao, second=yu).status_code == 302
    assert [str(id) for id in m.Dispatch.objects.get().carriers] == [tao, yu]
