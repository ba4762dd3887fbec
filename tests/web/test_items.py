"""The page of an item, and its need-to-know list there and on the person's page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from custody import models as m
from custody.apply import rebuild
from custody.compare import compare

from .scene import Scene


def page(scene: Scene, who: str, language: str = "en") -> str:
    there = reverse("item", args=[scene.copies[0].item_id])
    return scene.client(who, language).get(there).content.decode()


def form(scene: Scene, **changes: Any) -> dict[str, Any]:
    people = scene.cast.people
    given = {
        "person": str(people["tao"].id), "since": scene.cast.today.isoformat(),
        "decided_by": str(people["heng"].id), "basis": "知悉〔2026〕5号",
    }  # fmt: skip
    return {**given, **changes}


def put(scene: Scene, who: str = "mei", **changes: Any) -> Any:
    there = reverse("need_new", args=[scene.copies[0].item_id])
    return scene.client(who).post(there, form(scene, **changes))


def test_a_manager_puts_a_person_on_the_list_and_takes_them_off(scene: Scene) -> None:
    item, mei = scene.copies[0].item, scene.client("mei")
    project = mei.get(reverse("project", args=[scene.project.id])).content.decode()
    assert f'href="{reverse("item", args=[item.id])}"' in project
    there = reverse("need_new", args=[item.id])
    assert f'href="{there}"' in page(scene, "mei")
    asked = mei.get(there).content.decode()
    tao, own = scene.cast.people["tao"], scene.cast.people["mei"]
    assert f"{tao.name} · {tao.staff_number}" in asked, "people of one name differ by staff number"
    assert f'<option value="{own.id}">' not in asked, "nobody is offered themselves"
    assert put(scene)["Location"] == reverse("item", args=[item.id])
    row = m.NeedToKnow.objects.get()
    end = reverse("need_end", args=[row.id])
    html = page(scene, "mei")
    for words in (tao.name, tao.staff_number, "知悉〔2026〕5号", scene.cast.people["heng"].name, end):
        assert words in html, words
    person = reverse("person", args=[tao.id])
    assert "知悉〔2026〕5号" in mei.get(person).content.decode()
    assert "知悉范围" in page(scene, "mei", "zh-hans")
    assert put(scene).status_code == 422, "they are offered no more"
    assert mei.post(end, {"reason": ""}).status_code == 422
    assert mei.post(end, {"reason": "Work done"})["Location"] == reverse("item", args=[item.id])
    assert end not in page(scene, "mei") and "On no list" in mei.get(person).content.decode()
    assert mei.post(end, {"reason": "Work done"}).status_code == 422
    assert list(compare(rebuild())) == []


def test_nobody_decides_about_themselves_and_what_is_missing_is_told(scene: Scene) -> None:
    answer = put(scene, person=str(scene.cast.people["heng"].id))
    assert answer.status_code == 422 and "Nobody decides about themselves" in answer.content.decode()
    for name in ("person", "since", "decided_by", "basis"):
        assert put(scene, **{name: ""}).status_code == 422, name
    assert not m.NeedToKnow.objects.exists()


def test_who_reads_what(scene: Scene) -> None:
    put(scene)
    tao, basis = scene.cast.people["tao"], "知悉〔2026〕5号"
    for who in ("mei", "heng", "an", "yu", "jing", "tao"):
        assert basis in page(scene, who), who
    there = reverse("item", args=[scene.copies[0].item_id])
    for who in ("lan", "bo"):
        assert scene.client(who).get(there).status_code == 404, who
    row = m.NeedToKnow.objects.get(person=tao)
    for who, codes in {"an": (403, 403), "heng": (403, 403), "tao": (403, 403), "lan": (404, 404)}.items():
        client = scene.client(who)
        urls = (reverse("need_new", args=[row.item_id]), reverse("need_end", args=[row.id]))
        assert tuple(client.get(url).status_code for url in urls) == codes, who
        assert tuple(client.post(url, form(scene)).status_code for url in urls) == codes, who


def test_two_of_one_name_differ_in_the_offer_by_staff_number(scene: Scene) -> None:
    twin = m.Person.objects.create(
        entry=m.new_id(), name=scene.cast.people["tao"].name, staff_number="WG-TWIN"
    )
    m.Membership.objects.create(
        entry=m.new_id(), person=twin, party=scene.cast.parties["westgate"], role="recipient",
        starts=scene.cast.today,
    )  # fmt: skip
    there = reverse("handoff_new", args=[scene.project.id])
    html = scene.client("mei").get(there, {"hop": str(scene.westgate.id)}).content.decode()
    for number in ("WG-001", "WG-TWIN"):
        assert f"{twin.name} · {number}" in html


def test_an_offer_to_who_signed_nothing_is_blocked_beforehand_with_what_to_do(scene: Scene) -> None:
    m.Person.objects.filter(id=scene.cast.people["tao"].id).update(undertaking_on=None, trained_on=None)
    there = reverse("handoff_new", args=[scene.project.id])
    html = scene.client("mei").post(there, scene.offer_form(step="check")).content.decode()
    assert "HND-02" in html and "Art. 43" in html
    assert "吴涛 Wu Tao lacks a signed undertaking" in html and "lacks a secrecy training" in html
    assert scene.client("mei").post(there, scene.offer_form()).status_code in (302, 409, 422)
    assert m.Refusal.objects.count() == 1


def test_an_administrators_home_counts_what_ends_within_a_month(scene: Scene) -> None:
    day = scene.cast.today
    m.Person.objects.filter(id=scene.cast.people["tao"].id).update(vetted_to=day, leaves_on=day)
    html = scene.client("an").get(reverse("home")).content.decode()
    assert "Vettings that end within 30 days" in html and "People who leave within 30 days" in html
    listed = scene.client("an").get(reverse("people"), {"clearance": "month"}).content.decode()
    assert "WG-001" in listed and "LS-001" not in listed
