"""Votes in other hands on screen: delegating, voting in the officer's place, naming a deputy, ending it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse

from custody import models as m
from custody.stories import cast as people
from custody.terms import ApprovalState, DelegationState

from .scene import Scene, hidden
from .test_decision import state, vote


def form(scene: Scene, **changes: Any) -> dict[str, Any]:
    today = scene.cast.today
    return {
        "delegate": str(scene.cast.people["yu"].id),
        "project": "",
        "level": people.LEVEL,
        "starts": today.isoformat(),
        "ends": (today + dt.timedelta(days=9)).isoformat(),
        "reason": "On leave",
        **changes,
    }


def test_an_officer_delegates_and_the_delegate_decides_on_the_page(scene: Scene) -> None:
    page = reverse("approval", args=[scene.asked.id])
    assert page not in scene.client("yu").get("/").content.decode()
    assert "Your decision" not in scene.client("yu").get(page).content.decode()
    answer = scene.client("heng").post(reverse("delegation_new"), form(scene))
    assert answer.status_code == 302 and answer["Location"] == reverse("delegations")
    home = scene.client("yu").get("/").content.decode()
    assert "To decide in an officer&#x27;s place" in home and page in home
    html = scene.client("yu").get(page).content.decode()
    assert "Your decision" in html and "APR-05" in html
    assert vote(scene, "yu").status_code == 302
    assert state(scene)[0] is ApprovalState.GRANTED
    heng = scene.cast.people["heng"].name
    shown = scene.client("mei").get(page).content.decode()
    assert "In the place of" in shown and heng in shown
    assert heng in scene.client("an", "zh-hans").get(reverse("delegations")).content.decode()


def test_a_deputy_is_proposed_by_one_and_confirmed_by_another(scene: Scene) -> None:
    asked = form(scene, delegator=str(scene.cast.people["heng"].id))
    assert scene.client("an").post(reverse("deputy_new"), asked).status_code == 302
    row = m.Delegation.objects.get()
    url = reverse("delegation_confirm", args=[row.id])

    def confirm(who: str) -> int:
        client = scene.client(who)
        seen = hidden(client.get(url).content.decode(), "seen")
        return client.post(url, {"seen": seen}).status_code

    assert confirm("an") == 422 and confirm("heng") == 422
    assert confirm("qiao") == 302
    row.refresh_from_db()
    assert row.state is DelegationState.ACTIVE and row.confirmed_by == scene.cast.people["qiao"]
    over, client = reverse("delegation_revoke", args=[row.id]), scene.client("an")
    seen = hidden(client.get(over).content.decode(), "seen")
    assert client.post(over, {"seen": seen, "reason": ""}).status_code == 422
    assert client.post(over, {"seen": seen, "reason": "Back"}).status_code == 302
    row.refresh_from_db()
    assert row.state is DelegationState.REVOKED


def test_who_may_not_delegate_is_told_so_and_faults_stand_at_their_fields(scene: Scene) -> None:
    for who in ("mei", "yu", "tao", "an"):
        assert scene.client(who).get(reverse("delegation_new")).status_code == 403, who
    assert scene.client("mei").get(reverse("deputy_new")).status_code == 403
    for changes in ({"delegate": ""}, {"ends": "2020-01-01"}, {"reason": ""}, {"level": "cosmic"}):
        assert scene.client("heng").post(reverse("delegation_new"), form(scene, **changes)).status_code == 422
    assert "委托他人代我表决" in scene.client("heng", "zh-hans").get(reverse("delegations")).content.decode()
    assert not m.Delegation.objects.exists()
