"""The page of an item: how it is classified, what it was made from and what from it, and its reviews."""

from __future__ import annotations

from typing import Any

import pytest

from custody import models as m
from custody.actions import projects
from custody.actions.items import Classification
from custody.policy.calendar import months_later
from custody.stories import cast as people
from custody.terms import ItemState, Marking, ProposalKind, ReviewOutcome, Subject
from tests.actions.old_registers import opened

from .scene import Scene, classified_form, hidden


def item_of(scene: Scene) -> m.Item:
    row: m.Item = m.Item.objects.get(id=scene.copies[0].item_id)
    return row


def made_from(scene: Scene, source: m.Item, codename: str = "SHEET-B") -> m.Item:
    known = people.classified(scene.cast, sources=[source.id])
    row: m.Item = people.register_item(
        scene.cast,
        "mei",
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
    assert "Number copies" in english and "Propose the classification" in english


def test_source_and_product_lead_to_each_other_and_an_outsider_sees_only_the_own(scene: Scene) -> None:
    source = item_of(scene)
    product = made_from(scene, source)
    assert f"/items/{product.id}/" in page(scene, "mei", source)
    assert f"/items/{source.id}/" in page(scene, "mei", product)
    held = page(scene, "tao", source)
    assert product.codename not in held and "Propose" not in held
    assert scene.client("tao").get(f"/items/{product.id}/").status_code == 404
    copies = projects.mint_copies(scene.cast.actor("mei"), item=product.id, count=1).object
    m.Copy.objects.filter(id=copies[0].id).update(custodian_party=scene.cast.party("lakeside"))
    hidden = page(scene, "lan", product)
    assert "1 item not shown to you" in hidden and source.codename + "<" not in hidden


def test_an_unclassified_item_is_completed_by_one_determined_by_another_and_gets_its_copies(
    scene: Scene,
) -> None:
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
    form = {**classified_form(scene), "reason": "Read the cover", "seen": str(item.entry), "level": "mimi"}
    answer = mei.post(f"/items/{item.id}/classify", form)
    assert answer.status_code == 302
    row = m.ItemProposal.objects.get(item=item)
    assert answer["Location"] == f"/items/proposals/{row.id}/"
    item.refresh_from_db()
    assert item.marking is None and item.state is ItemState.PROPOSED
    own = mei.get(answer["Location"]).content.decode()
    assert "Take the proposal back" in own and f"/{row.id}/determine" not in own
    heng = scene.client("heng")
    for address in ("/", "/approvals/queue"):
        assert f"/items/proposals/{row.id}/" in heng.get(address).content.decode(), address
    read = heng.get(f"/items/proposals/{row.id}/determine").content.decode()
    assert "List of secrets" in read and row.subject_sha256 in read
    form_of = {"reason": "As proposed", "seen": hidden(read, "seen"), "step": "do"}
    assert heng.post(f"/items/proposals/{row.id}/determine", form_of).status_code == 302
    assert f"/items/proposals/{row.id}/" not in heng.get("/").content.decode()
    item.refresh_from_db()
    assert item.marking is Marking.MARKED and item.sources == [] and item.state is ItemState.REGISTERED
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


# --- another level, withdrawn, subjects -------------------------------------------------------------------


def changed(scene: Scene, item: m.Item, **more: str) -> dict[str, str]:
    basis = {"effective_on": scene.cast.today.isoformat(), "change_basis": "Order no. 3", "reason": "Ordered"}
    return {**basis, "seen": str(item.entry), **more}


def determined_at(scene: Scene, address: str, who: str = "heng") -> None:
    client = scene.client(who)
    seen = hidden(client.get(f"{address}determine").content.decode(), "seen")
    answer = client.post(f"{address}determine", {"reason": "Right", "seen": seen, "step": "do"})
    assert answer.status_code == 302 and answer["Location"] == address


def test_another_level_is_proposed_read_field_by_field_and_determined(scene: Scene) -> None:
    item = item_of(scene)
    m.Copy.objects.filter(item=item).update(custodian_party=scene.cast.party("westgate"))
    form = {**classified_form(scene), **changed(scene, item, level="juemi", subjects="energy")}
    sent = scene.client("mei").post(f"/items/{item.id}/reclassify", form)
    assert sent.status_code == 302
    address = sent["Location"]
    for language, said in (
        ("en", ("Top secret (juemi)", "Secret (mimi)", "Order no. 3", "Energy", "Determine", "must not")),
        ("zh-hans", ("绝密", "秘密", "Order no. 3", "能源", "确定", "变更密级")),
    ):
        shown = scene.client("heng", language).get(address).content.decode()
        assert [one for one in said if one not in shown] == []
    assert scene.client("tao").get(address).status_code == 404
    determined_at(scene, address)
    item.refresh_from_db()
    assert (item.level, item.subjects) == ("juemi", [str(Subject.ENERGY)])
    held = scene.client("tao").get(address)
    assert held.status_code == 200 and "Order no. 3" in held.content.decode()
    assert "Secret (mimi)" in page(scene, "mei", item) or "Change the level" in page(scene, "mei", item)
    listed = scene.client("mei").get("/items/?subject=energy&export=csv")
    assert listed.status_code == 200 and "Energy" in b"".join(listed).decode("utf-8-sig")
    assert item.codename not in scene.client("mei").get("/items/?subject=water").content.decode()


def test_a_withdrawn_item_has_no_way_to_copies_and_one_to_ask_them_back(scene: Scene) -> None:
    item = item_of(scene)
    copy = scene.copies[3]
    m.Copy.objects.filter(id=copy.id).update(custodian_party=scene.cast.party("westgate"))
    sent = scene.client("mei").post(f"/items/{item.id}/withdraw", changed(scene, item))
    determined_at(scene, sent["Location"])
    shown = page(scene, "mei", item)
    assert "Withdrawn" in shown
    for act in (
        "copies/new",
        "copy-permits/new",
        "classify",
        "reclassify",
        "declassify",
        "withdraw",
        "review",
    ):
        assert f"/items/{item.id}/{act}" not in shown, act
    assert f"/items/{item.id}/recall" in shown and copy.code in shown
    mei = scene.client("mei")
    asked = mei.get(f"/items/{item.id}/recall").content.decode()
    assert copy.code in asked
    answer = mei.post(
        f"/items/{item.id}/recall",
        {"reason": "Withdrawn", "due": "2030-01-01", "seen": hidden(asked, "seen")},
    )
    assert answer.status_code == 302 and answer["Location"] == f"/items/{item.id}/"
    assert "Copies asked back" in page(scene, "mei", item)
    assert m.Recall.objects.get(project=scene.project).copies == [copy.id]
    refused = mei.post(f"/items/{item.id}/copies/new", {"count": "1", "system": ""})
    assert refused.status_code == 422 or "/refusals/" in refused.get("Location", "")


def test_who_proposed_it_does_not_come_past_the_button_that_is_not_there(scene: Scene) -> None:
    item = item_of(scene)
    row = people.propose(scene.cast, item, "heng")
    heng = scene.client("heng")
    assert f"/{row.id}/determine" not in heng.get(f"/items/proposals/{row.id}/").content.decode()
    answer = heng.post(
        f"/items/proposals/{row.id}/determine", {"reason": "Mine", "seen": str(row.entry), "step": "do"}
    )
    assert answer.status_code == 422 and "You proposed it" in answer.content.decode()
    said = scene.client("qiao", "zh-hans")
    back = said.post(
        f"/items/proposals/{row.id}/return", {"reason": "依据有误", "seen": str(row.entry), "step": "do"}
    )
    assert back.status_code == 302
    assert "已退回" in said.get(f"/items/proposals/{row.id}/").content.decode()


def test_an_item_of_before_says_that_one_person_determined_it(scene: Scene) -> None:
    item = item_of(scene)
    m.Item.objects.filter(id=item.id).update(determined_by=None, determined_on=None)
    assert "Determined by one person" in page(scene, "mei", item)
    assert "由一人确定" in page(scene, "mei", item, "zh-hans")
    copy = scene.copies[0]
    register = opened(scene.cast, scene.project)
    m.TakenOver.objects.create(entry=item.entry, copy=copy, register=register, line="1", number="7", page="")
    assert "Not known who determined it" in page(scene, "mei", item)


def test_the_day_of_a_change_that_has_not_come_is_told_beside_its_field(scene: Scene) -> None:
    item = item_of(scene)
    for act in ("declassify", "withdraw"):
        answer = scene.client("mei").post(
            f"/items/{item.id}/{act}", changed(scene, item, effective_on="2999-01-01")
        )
        assert answer.status_code == 422 and "id_effective_on" in answer.content.decode(), act
    assert not m.ItemProposal.objects.open().filter(item=item).exists()
    assert {kind.text.zh for kind in ProposalKind} == {"定密", "变更密级", "解密", "撤回成果"}
