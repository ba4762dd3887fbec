"""The page of a contractor's people: what waits for them, what they hold and until when, what they can do."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse

from custody import models as m
from custody.actions import handoffs
from custody.terms import CopyState

from .scene import Scene


def desk(scene: Scene, who: str, language: str = "en") -> str:
    answer = scene.client(who, language).get(reverse("own_desk"))
    assert answer.status_code == 200
    return answer.content.decode().split("<main")[1]


def part(html: str, title: str) -> str:
    return html.split(f">{title}</h2>")[1].split("</section>")[0]


def signed(scene: Scene) -> None:
    assert handoffs.accept(scene.cast.actor("tao"), handoff=scene.handoff.id).state == "done"


def test_what_is_offered_waits_and_what_was_signed_for_is_held_until_its_day(scene: Scene) -> None:
    before = desk(scene, "tao")
    assert scene.handoff.number in part(before, "Waits for your signature")
    assert "You hold no copy of others." in part(before, "Held")
    signed(scene)
    m.Handoff.objects.filter(id=scene.handoff.id).update(due_back=scene.cast.today + dt.timedelta(days=9))
    html = desk(scene, "tao")
    assert "Nothing waits for your signature." in part(html, "Waits for your signature")
    held = part(html, "Held")
    assert scene.handoff.number in held and "Northfield Survey Institute" in held
    assert (scene.cast.today + dt.timedelta(days=9)).isoformat() in held
    assert re.search(r">\s*2\s*<", held), "both copies"
    assert "您持有的副本" in desk(scene, "tao", "zh-hans")


def test_copies_are_given_back_from_there_until_they_are_on_their_way(scene: Scene) -> None:
    signed(scene)
    href = re.search(r'href="([^"]*handoffs/return[^"]*)"', part(desk(scene, "tao"), "Held"))
    assert href
    form = scene.client("tao").get(href[1].replace("&amp;", "&"))
    assert form.status_code == 200 and scene.copies[0].code in form.content.decode()
    m.Copy.objects.filter(id__in=[c.id for c in scene.copies[:2]]).update(
        state=CopyState.OFFERED, offered_in=scene.handoff.id
    )
    held = part(desk(scene, "tao"), "Held")
    assert scene.handoff.number in held and "Give copies back" not in held


def test_whoever_may_passes_on_reports_and_asks_for_destruction_from_there(scene: Scene) -> None:
    signed(scene)
    html = desk(scene, "tao")
    for link in re.findall(r'<a class="btn[^"]*" href="([^"]*)"', html.split("<h2")[0]):
        assert scene.client("tao").get(link.replace("&amp;", "&")).status_code == 200
    assert "Report an incident in T-1" in html


@pytest.mark.parametrize("who", ["mei", "jing", "an", "heng"])
def test_who_holds_nothing_of_others_is_told_so_and_nothing_of_others(scene: Scene, who: str) -> None:
    signed(scene)
    html = desk(scene, who)
    assert "You hold no copy of others." in part(html, "Held")
    assert scene.handoff.number not in html
