"""A program proposes how an item is classified, another determines it, and the review of its level is
recorded."""

from __future__ import annotations

from typing import Any

from custody import models as m
from custody.policy.calendar import months_later
from custody.stories import cast as people
from tests.web.scene import Scene, classified_body

from .test_nouns import program, send


def determined(scene: Scene, proposed: Any) -> Any:
    """Have an officer's program determine what was proposed; return the item."""
    assert proposed.status_code == 201 and proposed.json()["state"] == "proposed"
    row, heng = proposed.json(), program(scene, "heng")
    body = {"reason": "As proposed", "subject_sha256": row["subject_sha256"]}
    done = send(heng, f"item-proposals/{row['id']}/determine", body)
    assert done.status_code == 200 and done.json()["state"] == "determined"
    return heng.get(f"/api/v1/items/{row['item']}/").json()


def test_a_program_completes_an_item_part_by_part_until_its_copies_are_numbered(scene: Scene) -> None:
    mei = program(scene, "mei")
    asked = {"project": str(scene.project.id), "codename": "API-1", "level": "mimi"}
    made = send(mei, "items", asked).json()
    assert made["sources"] is None and made["marking"] is None and made["until"] is None
    refused = send(mei, f"items/{made['id']}/copies", {"count": 1})
    assert refused.status_code == 409 and {"CLS-01", "CLS-02"} <= {
        f["code"] for f in refused.json()["findings"] if f["outcome"] in ("block", "cannot_tell")
    }
    body = {**classified_body(scene), "reason": "Read the cover"}
    first = {n: body[n] for n in ("basis_kind", "basis", "classified_by", "reason")}
    assert determined(scene, send(mei, f"items/{made['id']}/propose", first))["basis"] == "List of secrets"
    rest = {n: v for n, v in body.items() if n not in first or n == "reason"}
    done = determined(scene, send(mei, f"items/{made['id']}/propose", rest))
    assert done["basis"] == "List of secrets", "what is left out stays"
    assert done["until"] == months_later(scene.cast.today, 120).isoformat() and done["sources"] == []
    assert send(mei, f"items/{made['id']}/copies", {"count": 1}).status_code == 201


def test_a_program_sees_of_the_sources_what_its_owner_sees(scene: Scene) -> None:
    source = str(scene.copies[0].item_id)
    mei = program(scene, "mei")
    asked = {"project": str(scene.project.id), "codename": "API-2", "level": "mimi"}
    known = {**classified_body(scene), "sources": [source]}
    made = send(mei, "items", {**asked, **known})
    assert made.status_code == 201 and made.json()["state"] == "proposed" and made.json()["sources"] is None
    (waits,) = mei.get(f"/api/v1/item-proposals/?item={made.json()['id']}").json()["results"]
    assert waits["values"]["sources"] == [source]
    people.determined(scene.cast, m.Item.objects.get(id=made.json()["id"]))
    (copy,) = send(mei, f"items/{made.json()['id']}/copies", {"count": 1}).json()
    m.Copy.objects.filter(id=copy["id"]).update(custodian_party=scene.cast.party("lakeside"))
    lan = program(scene, "lan")
    assert lan.get(f"/api/v1/items/{made.json()['id']}/").json()["sources"] == []
    lower = {**asked, "codename": "API-3", "level": "neibu", **known}
    refused = send(mei, "items", lower)
    assert refused.status_code == 409
    assert {"CLS-02"} == {f["code"] for f in refused.json()["findings"] if f["outcome"] == "block"}


def test_a_program_records_a_review(scene: Scene) -> None:
    path = f"items/{scene.copies[0].item_id}/review"
    review = {"reviewed_on": scene.cast.today.isoformat(), "outcome": "to_change", "reason": "Published"}
    assert send(program(scene, "tao"), path, review).status_code in (403, 404)
    done = send(program(scene, "heng"), path, review)
    assert done.status_code == 200 and done.json()["review_outcome"] == "to_change"
    assert send(program(scene, "heng"), path, review).status_code == 422


def test_who_proposed_it_with_one_program_does_not_determine_it_with_another(scene: Scene) -> None:
    heng, item = program(scene, "heng"), scene.copies[0].item_id
    asked = {"kind": "withdraw", "change_basis": "Order 3", "reason": "Ordered"}
    day = {"effective_on": scene.cast.today.isoformat()}
    assert send(heng, f"items/{item}/propose", asked).status_code == 422, "it has no day"
    row = send(heng, f"items/{item}/propose", {**asked, **day}).json()
    body = {"reason": "Mine", "subject_sha256": row["subject_sha256"]}
    own = send(heng, f"item-proposals/{row['id']}/determine", body)
    assert own.status_code == 422 and "You proposed it" in own.content.decode()
    other = program(scene, "qiao")
    wrong = send(other, f"item-proposals/{row['id']}/determine", {**body, "subject_sha256": "0" * 64})
    assert wrong.status_code == 422
    assert send(other, f"item-proposals/{row['id']}/determine", body).status_code == 200
    gone = other.get(f"/api/v1/items/{item}/").json()
    assert gone["state"] == "withdrawn"
    more = send(program(scene, "mei"), f"items/{item}/copies", {"count": 1})
    assert more.status_code in (409, 422)


def test_items_are_asked_for_by_their_subject(scene: Scene) -> None:
    item = m.Item.objects.get(id=scene.copies[0].item_id)
    mei = program(scene, "mei")
    body = {"subjects": ["water", "energy"], "reason": "Reservoirs"}
    assert determined(scene, send(mei, f"items/{item.id}/propose", body))["subjects"] == ["energy", "water"]
    found = mei.get("/api/v1/items/?subject=water").json()["results"]
    assert [one["id"] for one in found] == [str(item.id)]
    assert mei.get("/api/v1/items/?subject=defence").json()["results"] == []
    assert mei.get("/api/v1/items/?subject=eaten").status_code == 422
    assert send(mei, f"items/{item.id}/propose", {**body, "subjects": ["eaten"]}).status_code == 422
