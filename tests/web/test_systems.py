"""The page of a system: what is recorded of it, for its owner and the house; nobody else finds it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from custody import models as m
from custody.terms import Provision, SystemState

from .scene import Scene


def room(scene: Scene, key: str = "westgate_room") -> m.System:
    return m.System.objects.get(id=scene.cast.systems[key].id)


def page(row: m.System) -> str:
    return reverse("system", args=[row.id])


def test_its_owner_and_the_house_read_what_is_recorded_of_it(scene: Scene) -> None:
    row = room(scene)
    for who in ("an", "mei", "tao"):
        html = scene.client(who).get(page(row)).content.decode()
        for words in ("WG-ROOM-1-2024", "Issued by its owner", "测评〔2026〕", "Not connected", "In use"):
            assert words in html, (who, words)
    chinese = scene.client("tao", "zh-hans").get(page(row)).content.decode()
    for words in ("资产编号或封签号", "单位配发", "设备归属", "存放的副本"):
        assert words in chinese
    assert f'href="{page(row)}"' in scene.client("an").get(reverse("systems")).content.decode()


def test_an_outsider_finds_nothing_and_a_stranger_is_asked_to_sign_in(scene: Scene) -> None:
    there = page(room(scene))
    assert scene.client("lan").get(there).status_code == 404
    assert Client().get(there)["Location"].startswith(reverse("account_login"))


def test_it_lists_the_copies_on_it_that_this_reader_may_see(scene: Scene) -> None:
    ours = room(scene, "workstation")
    html = scene.client("mei").get(page(ours)).content.decode()
    assert all(f'href="{reverse("copy", args=[copy.id])}"' in html for copy in scene.copies)
    theirs = scene.client("tao").get(page(room(scene))).content.decode()
    assert "No copy that you may see is on it." in theirs


@pytest.mark.parametrize(("number", "words"), [("", "It has none"), (None, "Inventory or seal number")])
def test_none_and_not_known_are_told_apart(scene: Scene, number: str | None, words: str) -> None:
    row = room(scene)
    m.System.objects.filter(id=row.id).update(inventory_number=number, provision=Provision.UNKNOWN)
    html = scene.client("an").get(page(row)).content.decode()
    assert words in html and "Not known" in html
    assert ("It has none" in html) == (number == "")


def test_an_unknown_number_stays_unknown_when_only_the_name_is_corrected(scene: Scene) -> None:
    row = room(scene)
    m.System.objects.filter(id=row.id).update(inventory_number=None)
    an, there = scene.client("an"), reverse("system_correct", args=[row.id])
    sent = {
        "name": "WG-ROOM-9", "network": "none", "provision": "issued", "inventory_number": "",
        "accreditation": row.accreditation, "country": "CN", "level_cn_surveying": "jimi",
        "tested_on": str(row.tested_on), "reason": "Misread", "seen": str(row.entry), "step": "do",
    }  # fmt: skip
    assert an.post(there, sent).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.inventory_number) == ("WG-ROOM-9", None)
    again = {**sent, "inventory_number": "WG-9", "provision": "personal", "seen": str(row.entry)}
    check = an.post(there, {**again, "step": "check"}).content.decode()
    assert "Issued by its owner → Somebody&#x27;s own" in check and "— → WG-9" in check
    assert an.post(there, again).status_code == 302
    row.refresh_from_db()
    assert (row.inventory_number, row.provision) == ("WG-9", Provision.PERSONAL)


def test_an_offer_to_somebodys_own_computer_is_blocked_beforehand(scene: Scene) -> None:
    row = room(scene)
    m.System.objects.filter(id=row.id).update(provision=Provision.PERSONAL)
    form = scene.offer_form(step="check")
    html = scene.client("mei").post(reverse("handoff_new", args=[scene.project.id]), form).content.decode()
    assert "SYS-02" in html and "somebody&#x27;s own device" in html and "Art. 31(3)" in html


# --- its life ---------------------------------------------------------------------------------------------


def test_an_records_a_test_on_the_page_and_it_stands_in_the_history(scene: Scene) -> None:
    row, an = room(scene), scene.client("an")
    there = reverse("system_test", args=[row.id])
    assert f'href="{there}"' in an.get(page(row)).content.decode()
    assert "One that failed takes no copies" in an.get(there).content.decode()
    day = scene.cast.today.isoformat()
    sent = {"tested_on": day, "tested_by": "Centre 省测评中心", "result": "failed", "remark": "Report 7"}
    assert an.post(there, sent)["Location"] == page(row)
    html = an.get(page(row)).content.decode()
    for words in (
        "Failed its test",
        "Centre 省测评中心",
        "Report 7",
        "In use → Failed its test",
        "was tested on",
    ):
        assert words in html, words
    assert room(scene).state is SystemState.FAILED
    offer = scene.client("mei").get(
        reverse("handoff_new", args=[scene.project.id]), {"hop": str(scene.westgate.id)}
    )
    assert "WG-ROOM-1" not in offer.content.decode(), "it is offered no more"
    assert an.post(there, {**sent, "result": "passed"}).status_code == 302
    assert room(scene).state is SystemState.ACTIVE


def test_an_retires_an_empty_system_and_then_nothing_more_can_be_done_with_it(scene: Scene) -> None:
    row, an = room(scene, "lakeside_room"), scene.client("an", "zh-hans")
    there = reverse("system_retire", args=[row.id])
    assert "停用系统" in an.get(there).content.decode()
    assert an.post(there, {"reason": ""}).status_code == 422
    assert an.post(there, {"reason": "Worn out 老旧"})["Location"] == page(row)
    html = an.get(page(row)).content.decode()
    assert "已停用" in html and "Worn out 老旧" in html
    for act in ("test", "retire"):
        assert reverse(f"system_{act}", args=[row.id]) not in html
    assert an.post(there, {"reason": "Again"}).status_code == 409


def test_a_system_with_copies_on_it_is_not_retired_and_the_page_lists_them(scene: Scene) -> None:
    row, an = room(scene, "workstation"), scene.client("an")
    there = reverse("system_retire", args=[row.id])
    html = an.get(there).content.decode()
    assert "Copies are on it. Hand them over" in html and scene.copies[0].code in html
    answer = an.post(there, {"reason": "Sold"})
    assert answer.status_code == 422 and f"({len(scene.copies)})" in answer.content.decode()
    assert room(scene, "workstation").state is SystemState.ACTIVE


@pytest.mark.parametrize("act", ["test", "retire"])
def test_its_life_is_the_administrators_affair(scene: Scene, act: str) -> None:
    row = room(scene)
    there = reverse(f"system_{act}", args=[row.id])
    assert Client().get(there).status_code == 302
    for who, codes in {"mei": {403}, "tao": {403}, "jing": {403}, "lan": {404}}.items():
        client = scene.client(who)
        assert {client.get(there).status_code, client.post(there, {}).status_code} == codes, who
        assert there not in client.get(page(row)).content.decode()
    empty = scene.client("an").post(there, {})
    assert empty.status_code == 422 and "This field is required" not in empty.content.decode()


def test_the_system_that_holdfast_runs_on_shows_no_way_to_retire_it(scene: Scene) -> None:
    own = m.System.objects.get(is_installation=True)
    html = scene.client("an").get(page(own)).content.decode()
    assert reverse("system_test", args=[own.id]) in html
    assert reverse("system_retire", args=[own.id]) not in html
