"""The day of the report to the authority: noted once, by who may, and only a day that has come."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from custody import models as m
from custody.stories import told

from .scene import Scene


@pytest.fixture
def hop(scene: Scene) -> m.Hop:
    """An approved subcontract that nobody has reported yet."""
    return told.approved_hop(scene.cast, scene.project, "westgate", "Checking", reported_on=None)


def reported_on(hop: m.Hop) -> dt.date | None:
    return m.Hop.objects.get(id=hop.id).reported_on


def test_the_manager_notes_the_day_and_the_page_shows_it(scene: Scene, hop: m.Hop) -> None:
    mei, day = scene.client("mei"), scene.cast.today.isoformat()
    assert "Was it reported to the authority?" in mei.get(reverse("hop", args=[hop.id])).content.decode()
    assert mei.post(reverse("hop", args=[hop.id]), {"reported_on": day}).status_code == 302
    shown = mei.get(reverse("hop", args=[hop.id])).content.decode()
    assert day in shown and "Was it reported" not in shown
    assert reported_on(hop) == scene.cast.today


def test_a_day_to_come_and_no_day_are_told_beside_the_field(scene: Scene, hop: m.Hop) -> None:
    mei, ahead = scene.client("mei", "zh-hans"), scene.cast.today + dt.timedelta(days=3)
    for day, words in ((ahead.isoformat(), "该日期尚未到来"), ("", "请填写报告日期"), ("2026-02-30", "")):
        answer = mei.post(reverse("hop", args=[hop.id]), {"reported_on": day})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert reported_on(hop) is None


def test_who_may_not_note_it_has_no_form_and_no_effect(scene: Scene, hop: m.Hop) -> None:
    for who in ("tao", "jing", "yu"):
        client = scene.client(who)
        assert "Was it reported" not in client.get(reverse("hop", args=[hop.id])).content.decode()
        answer = client.post(reverse("hop", args=[hop.id]), {"reported_on": scene.cast.today.isoformat()})
        assert answer.status_code == 403, who
    assert reported_on(hop) is None
