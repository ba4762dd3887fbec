"""A program classifies an item, says what it was made from, and records the review of its level."""

from __future__ import annotations

from custody import models as m
from custody.policy.calendar import months_later
from tests.web.scene import Scene, classified_body

from .test_nouns import program, send


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
    assert send(mei, f"items/{made['id']}/classify", first).json()["basis"] == "List of secrets"
    rest = {n: v for n, v in body.items() if n not in first or n == "reason"}
    done = send(mei, f"items/{made['id']}/classify", rest).json()
    assert done["basis"] == "List of secrets", "what is left out stays"
    assert done["until"] == months_later(scene.cast.today, 120).isoformat() and done["sources"] == []
    assert send(mei, f"items/{made['id']}/copies", {"count": 1}).status_code == 201


def test_a_program_sees_of_the_sources_what_its_owner_sees(scene: Scene) -> None:
    source = str(scene.copies[0].item_id)
    mei = program(scene, "mei")
    asked = {"project": str(scene.project.id), "codename": "API-2", "level": "mimi"}
    known = {**classified_body(scene), "sources": [source]}
    made = send(mei, "items", {**asked, **known})
    assert made.status_code == 201 and made.json()["sources"] == [source]
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
