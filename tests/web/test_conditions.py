"""Conditions on screen: set with a vote, shown by those who ask, settled by another officer."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from custody import models as m
from custody.terms import ConditionState

from .scene import Scene, hidden
from .test_decision import vote


def under(scene: Scene, **more: Any) -> m.Condition:
    """Have Zhou Heng approve what waits under one condition."""
    said = {"condition_1_text": "Seals on every box", "condition_1_type": "precondition", **more}
    assert vote(scene, "heng", **said).status_code == 302
    return m.Condition.objects.get(approval=scene.asked)


def act(scene: Scene, who: str, verb: str, row: m.Condition, **said: Any) -> Any:
    client, url = scene.client(who), reverse(f"condition_{verb}", args=[row.id])
    seen = hidden(client.get(url).content.decode(), "seen")
    return client.post(url, {"seen": seen, **said})


def test_a_condition_is_set_shown_and_confirmed_on_screen(scene: Scene) -> None:
    row = under(scene)
    page = reverse("approval", args=[scene.asked.id])
    html = scene.client("mei").get(page).content.decode()
    assert "Seals on every box" in html and reverse("condition_show", args=[row.id]) in html
    assert reverse("condition_confirm", args=[row.id]) not in html
    assert "Conditions to be met" in scene.client("mei").get("/").content.decode()
    assert (
        "Seals on every box"
        in scene.client("mei").get(reverse("hop", args=[scene.asked.hop_id])).content.decode()
    )
    assert act(scene, "mei", "show", row, evidence="Letter 7", paper="LS-7", sha256="").status_code == 302
    assert act(scene, "qiao", "confirm", row, reason="Seen").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.paper) == (ConditionState.MET, "LS-7")
    chinese = scene.client("heng", "zh-hans").get(page).content.decode()
    assert "已落实" in chinese and "Letter 7" in chinese
    assert "Conditions to be met" not in scene.client("mei").get("/").content.decode()


def test_faults_of_a_condition_are_told_at_its_field_and_nothing_is_decided(scene: Scene) -> None:
    for said in (
        {"condition_1_text": "Report", "condition_1_type": "running"},
        {"condition_1_text": "", "condition_1_type": "precondition"},
        {"condition_2_text": "Report", "condition_2_type": ""},
        {"condition_1_text": "Report", "condition_1_type": "running", "condition_1_due": "2020-01-01"},
    ):
        assert vote(scene, "heng", **said).status_code == 422, said
    assert not m.Vote.objects.filter(approval=scene.asked).exists()


def test_only_those_whose_part_it_is_come_to_the_pages(scene: Scene) -> None:
    row = under(scene)
    for who, verb, status in (
        ("mei", "show", 200),
        ("heng", "show", 403),
        ("mei", "waive", 403),
        ("qiao", "waive", 200),
        ("bo", "show", 404),
    ):
        url = reverse(f"condition_{verb}", args=[row.id])
        assert scene.client(who).get(url).status_code == status, (who, verb)


def test_the_list_of_approvals_is_asked_for_those_with_open_conditions(scene: Scene) -> None:
    under(scene)
    html = scene.client("heng").get(reverse("approvals") + "?conditions=open").content.decode()
    assert reverse("approval", args=[scene.asked.id]) in html
    assert reverse("approval", args=[m.Approval.objects.get(hop=scene.westgate).id]) not in html
