"""What a program says of a party and of a subcontract."""

from __future__ import annotations

from typing import Any

from custody import models as m
from custody.stories import cast as people
from tests.web.scene import Scene

from .test_nouns import program, send


def hop(scene: Scene, **changes: Any) -> dict[str, Any]:
    given = {
        "project": str(scene.project.id), "to_party": str(scene.cast.party("westgate")), "scope": "Printing",
        "level": people.LEVEL, "starts": scene.cast.today.isoformat(), "categories": ["engineering"],
        "share": "5.00", "keeps_core": True, "client_consent": True, "business": [],
    }  # fmt: skip
    return {**given, **changes}


def test_a_statement_and_an_inspection_are_recorded_and_given_back(scene: Scene) -> None:
    mei, party = program(scene, "mei"), f"parties/{scene.cast.party('annex')}"
    said = {"stated_on": scene.cast.today.isoformat(), "clean_record": True, "evidence": "No. 7"}
    answer = send(mei, f"{party}/conditions", said)
    assert answer.status_code == 200, answer.content.decode()
    told = answer.json()
    assert (told["clean_record"], told["prc_staff"], told["conditions_on"]) == (True, None, said["stated_on"])
    done = {"inspected_on": scene.cast.today.isoformat(), "evidence": "No. 8"}
    told = send(mei, f"{party}/inspection", done).json()
    assert (told["inspected_on"], told["inspection_evidence"]) == (done["inspected_on"], "No. 8")
    assert send(mei, f"{party}/inspection", done).status_code == 422
    listed: Any = mei.get("/api/v1/parties/?inspection=overdue").json()
    assert listed["results"] == []


def test_who_may_not_record_a_statement_changes_nothing(scene: Scene) -> None:
    said = {"stated_on": scene.cast.today.isoformat(), "evidence": "No. 7"}
    before = m.Party.objects.get(id=scene.cast.party("westgate")).entry
    for who, status in (("tao", 403), ("jing", 403), ("shu", 404)):
        answer = send(program(scene, who), f"parties/{scene.cast.party('westgate')}/conditions", said)
        assert answer.status_code == status, who
    assert m.Party.objects.get(id=scene.cast.party("westgate")).entry == before


def test_a_subcontract_says_what_it_is_and_who_performs_it(scene: Scene) -> None:
    mei, westgate = program(scene, "mei"), str(scene.cast.party("westgate"))
    told = send(mei, "hops", hop(scene)).json()
    assert (told["business"], told["performer"]) == ([], westgate)
    for changes, code in (
        ({"business": None}, "QUA-05"),
        ({"business": ["copying"]}, "QUA-05"),
        ({"performer": None}, "QUA-07"),
        ({"performer": str(scene.cast.party("lakeside"))}, "QUA-07"),
    ):
        answer = send(mei, "hops", hop(scene, **changes))
        assert answer.status_code == 409 and code in answer.content.decode(), changes


def test_what_a_subcontract_left_open_is_added_once(scene: Scene) -> None:
    m.Hop.objects.filter(id=scene.westgate.id).update(performer=None)
    mei, westgate = program(scene, "mei"), str(scene.cast.party("westgate"))
    path, said = f"hops/{scene.westgate.id}/describe", {"performer": westgate, "reason": "Contract"}
    assert send(mei, path, {"reason": "Contract"}).status_code == 422
    assert send(mei, path, said).json()["performer"] == westgate
    assert send(mei, path, said).status_code == 422
    assert send(program(scene, "tao"), path, said).status_code == 403
