"""The page of a person: an administrator records what lets them receive; who may read it does."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody.apply import rebuild
from custody.compare import compare
from custody.terms import VettingClass

from .scene import Scene


def page(scene: Scene, who: str, key: str = "jing", language: str = "en") -> str:
    there = reverse("person", args=[scene.cast.people[key].id])
    return scene.client(who, language).get(there).content.decode()


def forms(scene: Scene) -> dict[str, dict[str, Any]]:
    day = (scene.cast.today - dt.timedelta(days=2)).isoformat()
    return {
        "vetting_new": {
            "vetting": "core", "post": "Vault keeper", "vetted_from": day, "vetted_to": "2031-05-04",
            "vetting_evidence": "审查〔2026〕8号",
        },
        "training_new": {"trained_on": day, "training_evidence": "List 12"},
        "undertaking_new": {"undertaking_on": day, "undertaking_evidence": "File 3"},
        "leaving_new": {"leaves_on": "2031-06-07", "leaving_evidence": "Notice 4"},
    }  # fmt: skip


def test_an_administrator_records_each_on_a_page_of_its_own_and_the_history_tells_it(scene: Scene) -> None:
    jing, an = scene.cast.people["jing"].id, scene.client("an")
    for route, form in forms(scene).items():
        there = reverse(route, args=[jing])
        assert f'href="{there}"' in page(scene, "an")
        assert an.get(there).status_code == 200
        assert an.post(there, {}).status_code == 422
        assert an.post(there, form)["Location"] == reverse("person", args=[jing])
    row = m.Person.objects.get(id=jing)
    assert (row.vetting, row.vetted_to, row.post) == (
        VettingClass.CORE, dt.date(2031, 5, 4), "Vault keeper",
    )  # fmt: skip
    html = page(scene, "an")
    for words in (
        "审查〔2026〕8号",
        "List 12",
        "File 3",
        "2031-06-07",
        "Notice 4",
        "Core",
        "Vault keeper",
        "— → Core",
    ):
        assert words in html, words
    assert "核心涉密" in page(scene, "an", language="zh-hans")
    assert list(compare(rebuild())) == []


def test_a_form_begins_with_what_is_recorded(scene: Scene) -> None:
    jing, an = scene.cast.people["jing"].id, scene.client("an")
    an.post(reverse("training_new", args=[jing]), forms(scene)["training_new"])
    assert 'value="List 12"' in an.get(reverse("training_new", args=[jing])).content.decode()


@pytest.mark.parametrize("who", ["mei", "tao", "jing"])
def test_recording_it_is_the_administrators_affair(scene: Scene, who: str) -> None:
    for route, form in forms(scene).items():
        there = reverse(route, args=[scene.cast.people["mei" if who == "mei" else who].id])
        assert scene.client(who).get(there).status_code == 403
        assert scene.client(who).post(there, form).status_code == 403


def test_an_administrator_sees_no_button_on_their_own_page_and_is_told_when_sending_the_form(
    scene: Scene,
) -> None:
    own = scene.cast.people["an"].id
    html = page(scene, "an", "an")
    for route, form in forms(scene).items():
        assert reverse(route, args=[own]) not in html
        answer = scene.client("an").post(reverse(route, args=[own]), form)
        assert answer.status_code == 422 and "somebody else must enter it" in answer.content.decode()


def test_a_last_day_before_the_first_is_told_in_the_form(scene: Scene) -> None:
    there = reverse("vetting_new", args=[scene.cast.people["jing"].id])
    form = {**forms(scene)["vetting_new"], "vetted_to": "2001-01-01"}
    answer = scene.client("an").post(there, form)
    assert answer.status_code == 422 and "before the first day" in answer.content.decode()


def test_colleagues_elsewhere_do_not_read_how_somebody_was_vetted(scene: Scene) -> None:
    cast, tao = scene.cast, scene.cast.people["tao"]
    colleague = m.Person.objects.create(entry=m.new_id(), name="Colleague", staff_number="WG-9")
    m.Membership.objects.create(
        entry=m.new_id(), person=colleague, party=cast.parties["westgate"], role="recipient",
        starts=cast.today,
    )  # fmt: skip
    cast.people["colleague"] = colleague
    for route, form in forms(scene).items():
        scene.client("an").post(reverse(route, args=[tao.id]), form)
    secret = "审查〔2026〕8号"
    assert secret in page(scene, "mei", "tao") and secret in page(scene, "tao", "tao")
    there = reverse("person", args=[tao.id])
    html = scene.client("colleague").get(there).content.decode()
    assert tao.staff_number in html and secret not in html and "Core" not in html
