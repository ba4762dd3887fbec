"""An administrator puts a person under a legal hold and lifts it; the person's page tells why."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody.apply import rebuild
from custody.compare import compare
from ledger import api

from .scene import Scene

WHY = {"reason": "The court asked to keep it", "ordered_by": "District court of Lanhe"}
ENDED = {"reason": "The case is closed", "ordered_by": "District court of Lanhe"}


def page(scene: Scene, who: str, key: str = "tao", language: str = "en") -> str:
    person = scene.cast.people[key].id
    return scene.client(who, language).get(reverse("person", args=[person])).content.decode()


def send(scene: Scene, route: str, form: dict[str, Any], key: str = "tao", language: str = "en") -> Any:
    url = reverse(route, args=[scene.cast.people[key].id])
    return scene.client("an", language).post(url, form)


def kinds() -> list[str]:
    return [str(e.values["kind"]) for e in api.run("system")]


def test_it_is_put_seen_and_lifted_on_the_persons_page(scene: Scene) -> None:
    tao, an = scene.cast.people["tao"], scene.cast.people["an"]
    place, lift = (f'"{reverse(name, args=[tao.id])}"' for name in ("hold_new", "hold_lift"))
    assert place in page(scene, "an")
    assert lift not in page(scene, "an")
    assert send(scene, "hold_new", WHY).status_code == 302
    tao.refresh_from_db()
    assert tao.hold
    held = api.read(tao.hold)
    assert held.values["kind"] == "person.held/1"
    assert held.values["actor"] == str(an.id)
    assert {name: held.values[name] for name in WHY} == WHY
    shown = page(scene, "an")
    assert all(text in shown for text in (*WHY.values(), an.name, "Legal hold", lift))
    assert place not in shown
    assert "法定保全" in page(scene, "an", language="zh-hans")
    assert send(scene, "hold_lift", ENDED).status_code == 302
    tao.refresh_from_db()
    assert tao.hold is None
    assert WHY["reason"] not in page(scene, "an")
    assert kinds()[-1] == "person.hold_lifted/1"
    assert list(compare(rebuild())) == []


def test_colleagues_of_the_house_see_that_it_stands_and_no_more(scene: Scene) -> None:
    send(scene, "hold_new", WHY)
    mei = page(scene, "mei")
    assert "Legal hold" in mei
    assert WHY["reason"] not in mei
    assert WHY["ordered_by"] not in mei
    assert reverse("hold_lift", args=[scene.cast.people["tao"].id]) not in mei
    assert "Legal hold" not in page(scene, "tao")  # whom it is about, at another party


@pytest.mark.parametrize("who", ["mei", "heng", "yu", "tao", "jing"])
def test_nobody_but_an_administrator_does_either(scene: Scene, who: str) -> None:
    send(scene, "hold_new", WHY, "lan")
    before = kinds()
    for route, key in (("hold_new", "tao"), ("hold_lift", "lan")):
        url = reverse(route, args=[scene.cast.people[key].id])
        assert scene.client(who).get(url).status_code in (403, 404)
        assert scene.client(who).post(url, WHY).status_code in (403, 404)
    assert kinds() == before


@pytest.mark.parametrize(
    ("language", "twice", "none", "own"),
    [
        ("en", "under a hold already", "under no hold", "somebody else must lift it"),
        ("zh-hans", "已处于法定保全中", "未处于法定保全中", "须由他人解除"),
    ],
)
def test_what_cannot_be_is_told_and_has_no_effect(
    scene: Scene, language: str, twice: str, none: str, own: str
) -> None:
    send(scene, "hold_new", WHY)
    send(scene, "hold_new", WHY, "an")
    before = kinds()
    for route, key, words in (
        ("hold_new", "tao", twice),
        ("hold_lift", "lan", none),
        ("hold_lift", "an", own),
    ):
        answer = send(scene, route, ENDED, key, language)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    for lacking in WHY:
        assert send(scene, "hold_new", {**WHY, lacking: "  "}, "lan", language).status_code == 422
    assert kinds() == before
    assert m.Person.objects.filter(hold__isnull=False).count() == 2


def test_a_form_sent_twice_holds_once(scene: Scene) -> None:
    form = {**WHY, "submission": "01a20dd9-7649-72c3-8cf5-c74b1e6894e5"}
    first, again = (send(scene, "hold_new", form) for _ in range(2))
    assert (first.status_code, again.status_code) == (302, 302)
    assert kinds().count("person.held/1") == 1
