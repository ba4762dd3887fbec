"""The page of an item: how it is classified, what it was made from and what from it, and its reviews."""

from __future__ import annotations

from typing import Any

import pytest

from custody import models as m
from custody.actions import projects
from custody.actions.items import Classification
from custody.policy.calendar import months_later
from custody.stories import cast as people
from custody.terms import Marking, ReviewOutcome

from .scene import Scene, classified_form


def item_of(scene: Scene) -> m.Item:
    row: m.Item = m.Item.objects.get(id=scene.copies[0].item_id)
    return row


def made_from(scene: Scene, source: m.Item, codename: str = "SHEET-B") -> m.Item:
    known = people.classified(scene.cast, sources=[source.id])
    row: m.Item = projects.register_item(
        scene.cast.actor("mei"),
        project=scene.project.id,
        codename=codename,
        level="mimi",
        classified=known,
    ).object
    return row


def page(scene: Scene, who: str, item: m.Item, language: str = "en") -> str:
    answer = scene.client(who, language).get(f"/items/{item.id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_how_an_item_is_classified_in_both_languages(scene: Scene) -> None:
    item = item_of(scene)
    english, chinese = page(scene, "mei", item), page(scene, "mei", item, "zh-hans")
    assert item.until is not None
    for said in ("List of state secrets", "Lanhe Natural Resources Bureau", item.until.isoformat(), "Marked"):
        assert said in english
    for said in ("原始定密", "岚河市自然资源局", "已标志", "保密期限至", "无来源成果"):
        assert said in chinese
    assert "Number copies" in english and "Record the classification" in english


def test_source_and_product_lead_to_each_other_and_an_outsider_sees_only_the_own(scene: Scene) -> None:
    source = item_of(scene)
    product = made_from(scene, source)
    assert f"/items/{product.id}/" in page(scene, "mei", source)
    assert f"/items/{source.id}/" in page(scene, "mei", product)
    held = page(scene, "tao", source)
    assert product.codename not in held and "Record the classification" not in held
    assert scene.client("tao").get(f"/items/{product.id}/").status_code == 404
    copies = projects.mint_copies(scene.cast.actor("mei"), item=product.id, count=1).object
    m.Copy.objects.filter(id=copies[0].id).update(custodian_party=scene.cast.party("lakeside"))
    hidden = page(scene, "lan", product)
    assert "1 item not shown to you" in hidden and source.codename + "<" not in hidden


def test_an_unclassified_item_is_completed_by_its_form_and_then_gets_its_copies(scene: Scene) -> None:
    item = projects.register_item(
        scene.cast.actor("mei"), project=scene.project.id, codename="SHEET-C", level="mimi"
    ).object
    mei = scene.client("mei")
    refused = mei.post(f"/items/{item.id}/copies/new", {"count": "2", "system": ""})
    assert refused.status_code == 302 and "/refusals/" in refused["Location"]
    said = mei.get(refused["Location"]).content.decode()
    assert "CLS-01" in said and "CLS-02" in said and "SHEET-C" in said and "Numbering of copies" in said
    shown = mei.get(f"/items/{item.id}/classify")
    assert shown.status_code == 200 and str(item.entry) in shown.content.decode()
    form = {**classified_form(scene), "reason": "Read the cover", "seen": str(item.entry)}
    answer = mei.post(f"/items/{item.id}/classify", form)
    assert answer.status_code == 302 and answer["Location"] == f"/items/{item.id}/"
    item.refresh_from_db()
    assert item.marking is Marking.MARKED and item.sources == []
    assert item.until == months_later(scene.cast.today, 120)
    assert "Read the cover" in page(scene, "mei", item)
    assert mei.post(f"/items/{item.id}/copies/new", {"count": "2", "system": ""}).status_code == 302
    assert item.copies.count() == 2
    stale = mei.post(f"/items/{item.id}/classify", form)
    assert stale.status_code in (409, 412, 422), "the record has moved on since the form was opened"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"made_from": "these"}, "sources"),
        ({"made_from": "none", "sources": "own"}, "sources"),
        ({"until": "2030-01-01"}, "years"),
        ({"issued_on": "", "years": "3"}, "issued_on"),
        ({"certificate_number": "7"}, "certificate_on"),
        ({"classified_by": "nobody"}, "classified_by"),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field(scene: Scene, wrong: dict[str, Any], field: str) -> None:
    source, before = item_of(scene), m.Item.objects.count()
    form = {"codename": "SHEET-D", "level": "mimi", "sha256": "", **classified_form(scene), **wrong}
    if form["sources"] == "own":
        form["sources"] = [str(source.id)]
    answer = scene.client("mei").post(f"/projects/{scene.project.id}/items/new", form)
    assert answer.status_code == 422 and f'id="id_{field}' in answer.content.decode()
    assert f"id_{field}_error" in answer.content.decode() or f"#id_{field}" in answer.content.decode()
    assert m.Item.objects.count() == before


def test_an_officer_records_a_review_and_home_stops_asking_for_it(scene: Scene) -> None:
    item = item_of(scene)
    m.Item.objects.filter(id=item.id).update(issued_on=months_later(scene.cast.today, -14))
    heng = scene.client("heng")
    for address in ("/", "/notices"):
        assert "Levels to be reviewed" in heng.get(address).content.decode(), address
        assert "Levels to be reviewed" not in scene.client("tao").get(address).content.decode()
    form = {
        "reviewed_on": scene.cast.today.isoformat(), "outcome": "kept", "reason": "Still secret",
        "seen": str(item.entry),
    }  # fmt: skip
    answer = heng.post(f"/items/{item.id}/review", form)
    assert answer.status_code == 302
    item.refresh_from_db()
    assert (item.reviewed_on, item.review_outcome) == (scene.cast.today, ReviewOutcome.KEPT)
    assert "Levels to be reviewed" not in heng.get("/").content.decode()
    assert "Still secret" in page(scene, "heng", item)


def test_only_those_who_may_come_to_the_forms(scene: Scene) -> None:
    item = item_of(scene)
    for who, classify, review in (("mei", 200, 200), ("heng", 200, 200), ("yu", 200, 403), ("tao", 403, 403)):
        client = scene.client(who)
        assert client.get(f"/items/{item.id}/classify").status_code == classify, who
        assert client.get(f"/items/{item.id}/review").status_code == review, who
    assert scene.client("lan").get(f"/items/{item.id}/").status_code == 404
    assert Classification.of(item).sources == []
