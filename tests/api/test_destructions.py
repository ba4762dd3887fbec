"""Destruction by a program: what a page does, and what it may not know."""

from __future__ import annotations

from typing import Any

from custody import models as m
from custody.terms import CopyState
from tests.web.scene import Scene

from .hostile_destruction import batch, wanted, was_done
from .test_nouns import program, send


def asks(scene: Scene, who: str, path: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
    answer = send(program(scene, who), path, body)
    assert answer.status_code == status, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def test_a_program_asks_approves_records_and_certifies(scene: Scene) -> None:
    made = asks(scene, "yu", "destructions", wanted(scene, project=str(scene.project.id)), 201)
    assert made["state"] == "requested" and made["count"] == 2 and len(made["copies"]) == 2
    path = f"destructions/{made['id']}"
    approved = asks(
        scene, "heng", f"{path}/approve", {"reason": "ok", "subject_sha256": made["subject_sha256"]}
    )
    assert approved["approved_sha256"] == made["subject_sha256"]
    row = m.Destruction.objects.get()
    done = asks(scene, "yu", f"{path}/record", was_done(scene, row))
    assert done["state"] == "destroyed" and len(done["witnesses"]) == 2
    day = scene.cast.today.isoformat()
    paper = {"certificate_number": "C-7", "certified_on": day}
    assert asks(scene, "yu", f"{path}/certify", paper)["state"] == "certified"
    copy = program(scene, "yu").get(f"/api/v1/copies/{scene.copies[2].id}/").json()
    assert copy["state"] == CopyState.DESTROYED.value


def test_what_rule_dsp_01_bars_is_a_problem_with_its_findings_and_changes_nothing(scene: Scene) -> None:
    body = wanted(scene, project=str(scene.project.id), count=1)
    answer = send(program(scene, "yu"), "destructions", body)
    assert answer.status_code == 409, answer.content
    assert "DSP-01" in answer.content.decode()
    assert not m.Destruction.objects.exists()
    states = m.Copy.objects.filter(id__in=[c.id for c in scene.copies[2:]]).values_list("state", flat=True)
    assert set(states) == {CopyState.HELD}


def test_a_digest_that_was_not_shown_approves_nothing(scene: Scene) -> None:
    row = batch(scene)
    body = {"reason": "ok", "subject_sha256": "0" * 64}
    assert send(program(scene, "heng"), f"destructions/{row.id}/approve", body).status_code == 422
    row.refresh_from_db()
    assert row.approved_sha256 == ""


def test_outsiders_do_not_find_it(scene: Scene) -> None:
    row = batch(scene)
    for who in ("tao", "lan"):
        client = program(scene, who)
        assert client.get(f"/api/v1/destructions/{row.id}/").status_code == 404
        assert client.get("/api/v1/destructions/").json()["results"] == []
