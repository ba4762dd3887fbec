"""Papers of a subcontract by programs: with the request, later, and what is not a caller's to know."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from custody import models as m
from custody.stories import cast as people
from custody.stories import told
from tests.web.scene import Scene

CLAUSES = ["confidentiality", "no-transfer", "oversight"]


def post(scene: Scene, who: str, path: str, body: Any) -> Any:
    return scene.client(who).post(f"/api/v1/{path}/", body, content_type="application/json")


def get(scene: Scene, who: str, path: str) -> Any:
    return scene.client(who).get(f"/api/v1/{path}/")


def asked(scene: Scene, **changes: Any) -> dict[str, Any]:
    day = scene.cast.today.isoformat()
    return {
        "project": str(scene.project.id), "to_party": str(scene.cast.party("westgate")), "scope": "Printing",
        "level": people.LEVEL, "starts": day, "categories": ["engineering"], "share": "3.00",
        "keeps_core": True, "business": [],
        "consents": [{"kind": "client", "reference": "C-1", "given_on": day}],
        "agreed": {"clauses": CLAUSES, "reference": "A-1", "giver_signed_on": day, "receiver_signed_on": day},
        **changes,
    }  # fmt: skip


def test_a_request_carries_its_papers(scene: Scene) -> None:
    answer = post(scene, "mei", "hops", asked(scene))
    assert answer.status_code == 201, answer.json()
    shown = answer.json()
    assert [paper["reference"] for paper in shown["consents"]] == ["C-1"]
    assert shown["agreements"][0]["clauses"] == CLAUSES


@pytest.mark.parametrize(
    "changes",
    [
        {"consents": "x"},
        {"consents": [5]},
        {"consents": [{}]},
        {"consents": [{"kind": "client", "reference": "C-1", "given_on": "2026-11-01", "eaten": 1}]},
        {"consents": [{"kind": "nobody", "reference": "C-1", "given_on": "2026-11-01"}]},
        {"consents": [{"kind": "client", "reference": "C-1", "given_on": "2026-11-01"}] * 2},
        {"agreed": []},
        {"agreed": {"clauses": "x", "reference": "A-1"}},
        {"agreed": {"clauses": ["dd-254"], "reference": "A-1"}},
        {"agreed": {"clauses": CLAUSES, "reference": ""}},
        {"agreed": {"clauses": CLAUSES, "reference": "A-1", "document_sha256": "x"}},
    ],
)
def test_papers_that_do_not_fit_are_a_fault_of_the_caller(scene: Scene, changes: dict[str, Any]) -> None:
    before = m.Hop.objects.count()
    answer = post(scene, "mei", "hops", asked(scene, **changes))
    assert answer.status_code == 422, answer.content
    assert m.Hop.objects.count() == before


def test_papers_that_come_later_are_recorded_and_shown(scene: Scene) -> None:
    day, hop = scene.cast.today.isoformat(), scene.westgate.id
    paper = {"kind": "authority", "reference": "G-1", "given_on": day, "document_sha256": "b" * 64}
    made = post(scene, "mei", f"hops/{hop}/consent", paper)
    assert (made.status_code, made.json()["kind"]) == (201, "authority"), made.json()
    terms = {"clauses": CLAUSES[:1], "reference": "A-2", "giver_signed_on": day}
    made = post(scene, "mei", f"hops/{hop}/terms", terms)
    assert (made.status_code, made.json()["receiver_signed_on"]) == (201, None), made.json()
    shown = get(scene, "tao", f"hops/{hop}").json()
    assert [paper["reference"] for paper in shown["consents"]][-1] == "G-1"
    assert [paper["reference"] for paper in shown["agreements"]][-1] == "A-2"
    for who, status in (("tao", 403), ("heng", 403), ("lan", 404)):
        assert post(scene, who, f"hops/{hop}/consent", paper).status_code == status, who
        assert post(scene, who, f"hops/{hop}/terms", terms).status_code == status, who


def test_what_is_passed_on_besides_is_for_the_giver_and_the_projects_side(scene: Scene) -> None:
    path = f"hops/{scene.westgate.id}/besides"
    found = get(scene, "heng", path).json()
    assert found["sum"] == "12.00"
    assert set(found["hops"]) == {str(scene.lakeside.id), str(scene.asked.hop_id)}
    assert get(scene, "tao", path).status_code == 403
    assert get(scene, "lan", path).status_code == 404
    assert Client().get(f"/api/v1/{path}/").status_code in (401, 403)


def test_an_officer_asks_what_a_request_looks_like(scene: Scene) -> None:
    held = told.ask(scene.cast, scene.project, "mei", "lakeside", "scanning", amount=None)
    path = f"approvals/{held.decision.id}/alike"
    (like,) = get(scene, "heng", path).json()
    assert like["hop"] == str(scene.westgate.id) and "alike" in like["why"]
    assert get(scene, "lan", path).status_code == 403
