"""A program records what lets people receive, and keeps need-to-know lists, as a person would."""

from __future__ import annotations

from typing import Any

from custody import models as m
from tests.web.scene import Scene

from .test_nouns import program, send

RECORDS: dict[str, dict[str, Any]] = {
    "vetting": {
        "vetting": "core", "vetted_from": "2025-01-02", "vetted_to": "2031-01-02",
        "vetting_evidence": "No. 7", "post": "Vault",
    },
    "training": {"trained_on": "2026-01-02", "training_evidence": "List 7"},
    "undertaking": {"undertaking_on": "2026-01-02", "undertaking_evidence": "File 7"},
    "leaving": {"leaves_on": "2031-05-06", "leaving_evidence": "Notice 7"},
}  # fmt: skip


def test_each_is_recorded_and_shown(scene: Scene) -> None:
    an, path = program(scene, "an"), f"people/{scene.cast.people['jing'].id}"
    for act, given in RECORDS.items():
        answer = send(an, f"{path}/{act}", given)
        assert answer.status_code == 200, answer.content
        assert {name: answer.json()[name] for name in given} == given
        assert send(an, f"{path}/{act}", given).status_code == 422, "once"
    assert send(an, f"{path}/leaving", {"leaves_on": "2031-05-07"}).status_code == 422, "what shows it?"
    stays = send(an, f"{path}/leaving", {"leaves_on": None})
    assert stays.json()["leaves_on"] is None


def test_it_needs_the_role_the_scope_and_another_person(scene: Scene) -> None:
    tao, own = (f"people/{scene.cast.people[key].id}" for key in ("tao", "an"))
    for act, given in RECORDS.items():
        assert send(program(scene, "mei"), f"{tao}/{act}", given).status_code == 403
        assert send(program(scene, "an", ("membership",)), f"{tao}/{act}", given).status_code == 403
        assert send(program(scene, "lan"), f"{tao}/{act}", given).status_code in (403, 404)
        assert send(program(scene, "an"), f"{own}/{act}", given).status_code == 422
    assert m.Person.objects.get(id=scene.cast.people["an"].id).vetting is None


def test_how_people_are_vetted_is_shown_to_the_house_to_regulators_and_to_the_person(scene: Scene) -> None:
    tao = scene.cast.people["tao"]
    for who in ("mei", "jing", "tao"):
        assert program(scene, who).get(f"/api/v1/people/{tao.id}/").json()["vetting"] == "important", who
    m.Membership.objects.create(
        entry=m.new_id(), person=scene.cast.people["lan"], party=scene.cast.parties["westgate"],
        role="recipient", starts=scene.cast.today,
    )  # fmt: skip
    colleague = program(scene, "lan", party=scene.cast.party("westgate"))
    shown = colleague.get(f"/api/v1/people/{tao.id}/").json()
    assert shown["staff_number"] == tao.staff_number
    assert not {"vetting", "post", "trained_on", "leaves_on", "citizenships"} & shown.keys()
    asked = {"clearance": "leaving"}
    send(
        program(scene, "an"),
        f"people/{tao.id}/leaving",
        {"leaves_on": scene.cast.today.isoformat(), "leaving_evidence": "Notice 8"},
    )
    assert program(scene, "mei").get("/api/v1/people/", asked).json()["results"] != []
    assert colleague.get("/api/v1/people/", asked).json()["results"] == [], "nor can it be asked for"


def test_a_need_to_know_list_is_kept_and_read(scene: Scene) -> None:
    mei, item = program(scene, "mei"), scene.copies[0].item_id
    people = scene.cast.people
    given = {
        "person": str(people["tao"].id), "since": scene.cast.today.isoformat(),
        "decided_by": str(people["heng"].id), "basis": "No. 9",
    }  # fmt: skip
    made = send(mei, f"items/{item}/need-to-know", given)
    assert made.status_code == 201 and {n: made.json()[n] for n in given} == given
    assert send(mei, f"items/{item}/need-to-know", given).status_code == 422
    own = send(mei, f"items/{item}/need-to-know", {**given, "person": str(people["mei"].id)})
    assert own.status_code == 422
    place = f"need-to-know/{made.json()['id']}"
    for who, sees in {"tao": 1, "jing": 1, "lan": 0, "bo": 0}.items():
        listed = program(scene, who).get("/api/v1/need-to-know/", {"item": str(item)}).json()["results"]
        assert len(listed) == sees, who
    assert send(program(scene, "tao"), f"{place}/dismiss", {"reason": "r"}).status_code == 403
    assert send(program(scene, "lan"), f"{place}/dismiss", {"reason": "r"}).status_code in (403, 404)
    ended = send(mei, f"{place}/dismiss", {"reason": "Work done"})
    assert ended.json()["ended_on"] == scene.cast.today.isoformat()
    assert mei.get("/api/v1/need-to-know/", {"ended": "false"}).json()["results"] == []
    assert len(mei.get("/api/v1/need-to-know/", {"ended": "true"}).json()["results"]) == 1


def test_an_offer_to_who_signed_nothing_is_refused_with_what_is_missing(scene: Scene) -> None:
    m.Person.objects.filter(id=scene.cast.people["tao"].id).update(undertaking_on=None)
    offer = {
        "hop": str(scene.westgate.id), "copies": [str(scene.copies[2].id)],
        "receiver_person": str(scene.cast.people["tao"].id), "purpose": "Scan", "channel": "in_person",
        "system": str(scene.cast.systems["westgate_room"].id),
    }  # fmt: skip
    answer = send(program(scene, "mei"), "handoffs", offer)
    assert answer.status_code == 409
    (finding,) = [f for f in answer.json()["findings"] if f["code"] == "HND-02"]
    assert finding["outcome"] == "block" and "lacks a signed undertaking" in str(finding)
