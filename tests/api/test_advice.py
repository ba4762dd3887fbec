"""What officers say beside a vote, overrides and limits: by programs."""

from __future__ import annotations

import datetime as dt

from custody import models as m
from custody.stories import cast as people
from tests.web.scene import Scene

from .test_approvals import approve, done
from .test_nouns import program


def test_an_opinion_is_given_named_and_passed_over_by_the_api(scene: Scene) -> None:
    path = f"approvals/{scene.asked.id}"
    done(scene, "mei", f"{path}/advise", {"stance": "against", "reason": "No"}, 403)
    done(scene, "qiao", f"{path}/advise", {"stance": "against", "reason": "Too many hands"})
    said = program(scene, "heng").get(f"/api/v1/{path}/statements/").json()
    allowed = {one["choice"]: (one["allowed"], one["against"]) for one in said}
    both = ["HOP-04", "ADV-1"]
    assert allowed == {
        "approve": (False, both),
        "approve_against_advice": (True, both),
        "deny": (True, both),
    }
    digest = next(one["statement_sha256"] for one in said if one["choice"] == "approve_against_advice")
    body = {"statement_sha256": digest, "password": people.PASSWORD, "choice": "approve_against_advice"}
    done(scene, "heng", f"{path}/vote", {**body, "reason": "In order"}, 422)
    told = done(scene, "heng", f"{path}/vote", {**body, "reason": "HOP-04, ADV-1: they are vetted"})
    assert told["state"] == "granted" and told["votes"][0]["against"] == both
    advice = program(scene, "mei").get(f"/api/v1/{path}/advice/").json()
    assert [one["code"] for one in advice["opinions"]] == ["ADV-1"] and advice["referrals"] == []


def test_a_request_is_referred_by_the_api(scene: Scene) -> None:
    path, qiao = f"approvals/{scene.asked.id}", str(scene.cast.people["qiao"].id)
    done(scene, "heng", f"{path}/refer", {"to": str(scene.cast.people["mei"].id), "reason": "No"}, 422)
    assert done(scene, "heng", f"{path}/refer", {"to": qiao, "reason": "Above me"})["state"] == "requested"
    advice = program(scene, "heng").get(f"/api/v1/{path}/advice/").json()
    assert [one["to"] for one in advice["referrals"]] == [qiao]
    assert approve(scene, "qiao", str(scene.asked.id))["state"] == "granted"


def test_an_approval_is_limited_by_the_api(scene: Scene) -> None:
    until = (scene.cast.today + dt.timedelta(days=30)).isoformat()
    told = approve(scene, "heng", str(scene.asked.id), uses=2, use_until=until)
    (limit,) = told["limits"]
    assert (limit["uses"], limit["until"]) == (2, until)


def test_an_override_is_asked_for_agreed_to_and_ended_by_the_api(scene: Scene) -> None:
    cast, party = scene.cast, str(scene.cast.party("westgate"))
    m.Party.objects.filter(id=party).update(established_on=cast.today)
    asked = {
        "project": str(scene.project.id), "rule": "QUA-08", "party": party,
        "until": cast.today.isoformat(), "reason": "Only they can",
    }  # fmt: skip
    done(scene, "mei", "overrides", {**asked, "rule": "QUA-01"}, 422)
    row = done(scene, "mei", "overrides", asked, 201)
    assert (row["state"], row["problems"], row["needed"]) == ("requested", ["age"], 2)
    path = f"overrides/{row['id']}"
    vote = {
        "choice": "approve", "reason": "I answer for it", "statement_sha256": row["subject_sha256"],
        "password": people.PASSWORD,
    }  # fmt: skip
    done(scene, "heng", f"{path}/vote", {**vote, "statement_sha256": "0" * 64}, 422)
    done(scene, "heng", f"{path}/vote", vote)
    told = done(scene, "qiao", f"{path}/vote", vote)
    assert told["state"] == "active" and len(told["votes"]) == 2
    assert program(scene, "jing").get(f"/api/v1/{path}/").status_code == 200, "a regulator under a grant"
    assert program(scene, "tao").get(f"/api/v1/{path}/").status_code == 404
    assert done(scene, "heng", f"{path}/revoke", {"reason": "Found out"})["state"] == "revoked"
