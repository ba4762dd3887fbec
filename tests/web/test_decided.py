"""The register of decisions: what came of every request, for those whose business it is."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import tablib
from django.urls import reverse
from django.utils import timezone

from custody import decided
from custody import models as m
from custody.actions import hops, mistakes, standing
from custody.stories import told
from custody.terms import QualificationState, RequestOutcome, Role
from tests.api.test_nouns import program

from .scene import Scene
from .test_conditions import under
from .test_decision import vote


def main(scene: Scene, who: str, query: str = "", language: str = "en", status: int = 200) -> str:
    answer = scene.client(who, language).get(f"{reverse('decisions')}?{query}")
    assert answer.status_code == status
    return str(answer.content.decode().split("<main")[1].split("<footer")[0])


def outcomes(scene: Scene, who: str = "heng") -> dict[Any, RequestOutcome]:
    # What a user may read is asked once per request.
    rows: Any = decided.register(m.User.objects.get(pk=scene.user(who).pk))
    return {row.id: row.outcome for row in rows}


def approval_of(hop: m.Hop) -> m.Approval:
    return m.Approval.objects.get(hop=hop)


def test_a_request_enters_the_register_once_it_is_decided(scene: Scene) -> None:
    assert scene.asked.id not in outcomes(scene)
    assert vote(scene, "heng").status_code == 302
    assert outcomes(scene)[scene.asked.id] is RequestOutcome.APPROVED
    html = main(scene, "heng")
    assert reverse("approval", args=[scene.asked.id]) in html
    assert "Approve: " in html and "Your vote" in html
    chinese = main(scene, "heng", language="zh-hans")
    assert "审批登记" in chinese and "已批准" in chinese


def test_each_way_in_which_a_request_can_end_is_told_apart(scene: Scene) -> None:
    west, lake, heng = approval_of(scene.westgate), approval_of(scene.lakeside), scene.cast.actor("heng")
    standing.suspend(heng, approval=west.id, reason="A question")
    assert outcomes(scene)[west.id] is RequestOutcome.SUSPENDED
    html = main(scene, "heng", "outcome=suspended")
    assert reverse("approval", args=[west.id]) in html and reverse("approval", args=[lake.id]) not in html
    assert "Suspended: " in html, "who suspended it stands beside who approved it"
    hops.revoke(heng, approval=west.id, reason="For good")
    m.Approval.objects.filter(id=lake.id).update(ends=timezone.localdate() - dt.timedelta(days=1))
    condition = under(scene)
    assert outcomes(scene) == {
        west.id: RequestOutcome.REVOKED,
        lake.id: RequestOutcome.ENDED,
        condition.approval_id: RequestOutcome.CONDITIONAL,
    }


def test_what_was_refused_or_taken_back_is_in_it_too(scene: Scene) -> None:
    again = told.ask(scene.cast, scene.project, "mei", "westgate", "Again")
    assert vote(scene, "heng", "deny").status_code == 302
    mistakes.withdraw_request(scene.cast.actor("mei"), hop=again.object.id, reason="Not needed")
    found = outcomes(scene)
    assert found[scene.asked.id] is RequestOutcome.DENIED
    assert found[approval_of(again.object).id] is RequestOutcome.WITHDRAWN


def test_one_vote_of_two_waits_and_says_so(scene: Scene) -> None:
    m.Approval.objects.filter(id=scene.asked.id).update(needed=2)
    assert vote(scene, "heng").status_code == 302
    assert outcomes(scene)[scene.asked.id] is RequestOutcome.WAITING


def test_it_is_asked_by_officer_outcome_level_rule_day_party_and_project(scene: Scene) -> None:
    west, day = reverse("approval", args=[approval_of(scene.westgate).id]), timezone.localdate()
    name = scene.cast.people["heng"].name
    level = approval_of(scene.westgate).level
    fits = (
        "q=westgate", f"q={scene.project.code}", f"officer={name}", "outcome=approved", f"level={level}",
        f"since={day}", f"until={day}", f"project={scene.project.id}", "whose=mine",
        f"party={scene.westgate.to_party_id}",
    )  # fmt: skip
    for query in fits:
        assert west in main(scene, "heng", query), query
    other = scene.cast.people["qiao"].name
    for query in ("q=harbour", f"officer={other}", "outcome=revoked", f"since={day + dt.timedelta(days=1)}"):
        assert west not in main(scene, "heng", query), query
    assert west not in main(scene, "qiao", "whose=mine"), "she voted on none"
    assert west in main(scene, "qiao"), "but reads the register"
    for query in ("outcome=eaten", "level=none", "rule=XXX-01", "whose=yours", "since=yesterday"):
        assert west not in main(scene, "heng", query, status=422), query


def test_it_is_asked_by_a_rule_that_spoke_when_it_was_voted_on(scene: Scene) -> None:
    m.Qualification.objects.filter(party=scene.cast.party("lakeside")).update(
        state=QualificationState.REVOKED
    )
    assert vote(scene, "heng", "deny").status_code == 302
    row = reverse("approval", args=[scene.asked.id])
    [codes] = [decided.rules_of(r) for r in decided.register(scene.user("heng")) if r.id == scene.asked.id]
    assert "QUA-01" in codes
    html = main(scene, "heng", "rule=QUA-01&column=party&column=rules")
    assert row in html and "QUA-01" in html.split("<table")[1]
    passed = m.Decision.objects.get(entry=m.Vote.objects.get(approval=scene.asked).entry).findings
    quiet = next(f["code"] for f in passed if f["outcome"] == "pass")
    assert row not in main(scene, "heng", f"rule={quiet}")


def test_a_file_of_it_holds_who_decided(scene: Scene) -> None:
    answer = scene.client("heng", "zh-hans").get(f"{reverse('decisions')}?q=westgate&export=csv")
    rows = tablib.Dataset().load(answer.content.decode("utf-8-sig"), format="csv")
    assert len(rows) == 1 and any("批准：" in cell for cell in rows[0])
    assert re.search("holdfast-decisions-", answer["Content-Disposition"])


def test_managers_and_outsiders_have_no_register_and_a_regulator_the_granted_project(scene: Scene) -> None:
    for who in ("mei", "yu", "tao", "lan", "bo"):
        assert scene.client(who).get(reverse("decisions")).status_code == 403, who
        assert not decided.register(scene.user(who)).exists(), who
        assert reverse("decisions") not in scene.client(who).get("/").content.decode(), who
    west = approval_of(scene.westgate).id
    assert west in outcomes(scene, "jing") and west in outcomes(scene, "an")
    m.Grant.objects.update(starts="2020-01-01", ends="2020-12-31")
    assert outcomes(scene, "jing") == {}


def test_who_voted_without_a_right_to_the_register_reads_the_own_votes_marked(scene: Scene) -> None:
    row = approval_of(scene.lakeside)
    m.Membership.objects.filter(person=scene.cast.people["heng"], role=Role.OFFICER).update(
        starts="2020-01-01", ends="2020-12-31"
    )
    lines: Any = decided.register(scene.user("heng"))
    assert row.id in {line.id for line in lines} and all(line.own for line in lines)


@pytest.mark.parametrize("who", ["heng", "jing"])
def test_a_program_reads_the_same_lines(scene: Scene, who: str) -> None:
    client = program(scene, who)
    rows = client.get("/api/v1/decisions/?q=westgate").json()["results"]
    assert [row["id"] for row in rows] == [str(approval_of(scene.westgate).id)]
    [row] = rows
    assert row["outcome"] == "approved" and row["own"] is (who == "heng")
    assert row["votes"][0]["choice"] == "approve" and row["votes"][0]["in_place_of"] is None
    assert dt.datetime.fromisoformat(row["changed_at"]).tzinfo is not None
    assert client.get("/api/v1/decisions/?outcome=eaten").status_code == 422
    assert program(scene, "mei").get("/api/v1/decisions/").json()["results"] == []
