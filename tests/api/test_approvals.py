"""What an officer and a manager do to an approval on screen, a program does by the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from custody import models as m
from custody.stories import cast as people
from tests.web.scene import Scene

from .test_nouns import program, send


def done(scene: Scene, who: str, path: str, body: dict[str, Any], status: int = 200) -> Any:
    answer = send(program(scene, who), path, body)
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def approve(scene: Scene, who: str, approval: str, **more: Any) -> Any:
    """Read the statement and answer it."""
    said = program(scene, who).get(f"/api/v1/approvals/{approval}/statements/").json()
    (one,) = [s for s in said if s["choice"] != "deny" and s["allowed"]]
    body = {
        "choice": one["choice"], "reason": f"In order, in spite of {one['against']}",
        "statement_sha256": one["statement_sha256"], "password": people.PASSWORD, **more,
    }  # fmt: skip
    return done(scene, who, f"approvals/{approval}/vote", body)


def test_a_subcontract_is_amended_and_approved_under_a_condition_that_is_met(scene: Scene) -> None:
    hop = str(scene.westgate.id)
    ends = (scene.cast.today + dt.timedelta(days=500)).isoformat()
    told = done(scene, "mei", f"hops/{hop}/amend", {"ends": ends, "reason": "More time"})
    assert (told["state"], told["ends"], told["scope"]) == ("requested", ends, scene.westgate.scope)
    listed = program(scene, "heng").get("/api/v1/approvals/?state=requested").json()
    asked = m.Approval.objects.get(hop=scene.westgate, state="requested")
    assert listed and str(asked.id) in str(listed)
    under = [{"type": "precondition", "text": "Seals"}, {"type": "running", "text": "Report", "due": ends}]
    assert approve(scene, "heng", str(asked.id), conditions=under)["state"] == "granted"
    seals, report = m.Condition.objects.filter(approval=asked)
    shown = done(scene, "mei", f"conditions/{seals.id}/show", {"evidence": "Letter 7", "paper": "LS-7"})
    assert (shown["state"], shown["paper"]) == ("evidenced", "LS-7")
    assert done(scene, "qiao", f"conditions/{seals.id}/confirm", {"reason": "Seen"})["state"] == "met"
    assert done(scene, "qiao", f"conditions/{report.id}/waive", {"reason": "No need"})["state"] == "waived"
    done(scene, "mei", f"conditions/{report.id}/waive", {"reason": "Mine"}, 403)


def test_an_approval_is_suspended_and_lifted(scene: Scene) -> None:
    row = m.Approval.objects.get(hop=scene.westgate)
    path = f"approvals/{row.id}"
    assert done(scene, "heng", f"{path}/suspend", {"reason": "Looked into"})["state"] == "suspended"
    done(scene, "tao", f"handoffs/{scene.handoff.id}/accept", {"note": ""}, 409)
    assert done(scene, "qiao", f"{path}/lift", {"reason": "Sound"})["state"] == "granted"
    done(scene, "mei", f"{path}/suspend", {"reason": "Not mine"}, 403)


def test_a_delegate_votes_by_the_api_within_what_was_given(scene: Scene) -> None:
    today = scene.cast.today
    away = {
        "party": str(scene.cast.party("northfield")), "delegate": str(scene.cast.people["yu"].id),
        "level": people.LEVEL, "starts": today.isoformat(), "ends": today.isoformat(), "reason": "Away",
    }  # fmt: skip
    given = done(scene, "heng", "delegations", away, 201)
    assert (given["state"], given["delegator"]) == ("active", str(scene.cast.people["heng"].id))
    assert approve(scene, "yu", str(scene.asked.id))["state"] == "granted"
    ended = done(scene, "an", f"delegations/{given['id']}/revoke", {"reason": "Back"})
    assert ended["state"] == "revoked"
    done(scene, "mei", "delegations", away, 403)
