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
        "first": "",
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
    wrong = sent_off(scene, mei, packages="0", carrier="", first="")
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
