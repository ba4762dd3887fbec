"""Suspending an approval: first what it stops, then it is done; another officer lifts it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from custody import models as m
from custody.terms import ApprovalState

from .scene import Scene, hidden


def granted(scene: Scene) -> m.Approval:
    return m.Approval.objects.get(hop=scene.westgate)


def change(scene: Scene, who: str, verb: str, step: str = "do", language: str = "en", **said: Any) -> Any:
    """Fill in the page of a verb as a browser does."""
    client, url = scene.client(who, language), reverse(f"approval_{verb}", args=[granted(scene).id])
    seen = hidden(client.get(url).content.decode(), "seen")
    return client.post(url, {"reason": "The authority asks", "seen": seen, "step": step, **said})


def test_the_page_says_what_it_stops_before_it_is_done(scene: Scene) -> None:
    html = change(scene, "heng", "suspend", "check").content.decode()
    assert "Handing over stops at once" in html and scene.handoff.number in html
    assert "Open offers, which can no longer be accepted (1)" in html
    assert granted(scene).state is ApprovalState.GRANTED
    assert change(scene, "heng", "suspend").status_code == 302
    assert granted(scene).state is ApprovalState.SUSPENDED
    page = scene.client("mei").get(reverse("approval", args=[granted(scene).id])).content.decode()
    assert "Suspended" in page and "The authority asks" in page
    chinese = scene.client("mei", "zh-hans").get(reverse("hop", args=[scene.westgate.id])).content.decode()
    assert "已暂停" in chinese


def test_another_officer_lifts_it_and_a_manager_does_neither(scene: Scene) -> None:
    assert change(scene, "heng", "suspend").status_code == 302
    url = reverse("approval_lift", args=[granted(scene).id])
    assert scene.client("mei").get(url).status_code == 403
    assert scene.client("tao").get(url).status_code == 403
    assert "解除暂停" in scene.client("qiao", "zh-hans").get(url).content.decode()
    assert change(scene, "qiao", "lift", reason="").status_code == 422
    assert change(scene, "qiao", "lift").status_code == 302
    assert granted(scene).state is ApprovalState.GRANTED


def test_a_page_that_was_read_before_somebody_else_acted_changes_nothing(scene: Scene) -> None:
    client, url = scene.client("heng"), reverse("approval_suspend", args=[granted(scene).id])
    seen = hidden(client.get(url).content.decode(), "seen")
    assert change(scene, "qiao", "suspend").status_code == 302
    assert change(scene, "qiao", "lift").status_code == 302
    answer = client.post(url, {"reason": "Late", "seen": seen, "step": "do"})
    assert answer.status_code in (200, 409, 412, 422) and granted(scene).state is ApprovalState.GRANTED
