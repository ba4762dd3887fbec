"""Custodian handovers by a program: opened, counted as a stocktake, signed with the password by three."""

from __future__ import annotations

from custody import models as m
from custody.stories import cast as people
from custody.terms import HandoverState
from tests.web.scene import Scene

from .hostile_stocktakes import handing
from .test_nouns import program, send


def test_a_handover_is_opened_counted_signed_by_three_and_read(scene: Scene) -> None:
    person = scene.cast.people
    asked = {
        "party": str(scene.cast.party("northfield")), "outgoing": str(person["yu"].id),
        "incoming": str(person["mei"].id), "supervisor": str(person["heng"].id), "reason": "Leaves 离岗",
    }  # fmt: skip
    answer = send(program(scene, "mei"), "handovers", asked)
    assert answer.status_code == 201, answer.content.decode()
    row = m.Handover.objects.get(id=answer.json()["id"])
    assert answer.json()["state"] == "counting" and answer.json()["signatures"] == []
    codes = list(row.stocktake.lines.values_list("code", flat=True))
    counted = send(program(scene, "yu"), f"stocktakes/{row.stocktake_id}/count", {"codes": codes})
    assert counted.status_code == 200, counted.content.decode()
    shown = program(scene, "heng").get(f"/api/v1/handovers/{row.id}/result/").json()
    assert shown["counts"] == {"seen": len(codes)} and row.stocktake.list_sha256 in shown["statement"]
    told = {"statement_sha256": shown["statement_sha256"], "password": people.PASSWORD}
    wrong = send(program(scene, "yu"), f"handovers/{row.id}/sign", {**told, "password": "no"})
    assert wrong.status_code == 422 and m.HandoverSignature.objects.count() == 0
    for who in ("yu", "heng", "mei"):
        answer = send(program(scene, who), f"handovers/{row.id}/sign", told)
        assert answer.status_code == 200, answer.content.decode()
    row.refresh_from_db()
    offered = set(scene.handoff.lines.values_list("copy__code", flat=True))
    assert row.state is HandoverState.DONE and (row.passed, row.stayed) == (len(codes) - 2, 2)
    read = program(scene, "mei").get(f"/api/v1/handovers/{row.id}/").json()
    assert [one["signs_as"] for one in read["signatures"]] == ["outgoing", "supervisor", "incoming"]
    lines = program(scene, "mei").get(f"/api/v1/handover-lines/?handover={row.id}").json()
    assert {one["code"] for one in lines["results"]} == set(codes)
    for one in lines["results"]:
        assert (one["handoff"] is None, one["stays"] == "not_free") == ((one["code"] in offered),) * 2


def test_the_count_of_a_handover_cannot_be_signed_or_called_off_as_a_stocktake(scene: Scene) -> None:
    row = handing(scene)
    path = f"stocktakes/{row.stocktake_id}"
    shown = program(scene, "mei").get(f"/api/v1/{path}/result/").json()
    given = {"statement_sha256": shown["statement_sha256"], "password": people.PASSWORD}
    assert send(program(scene, "mei"), f"{path}/close", given).status_code == 422
    assert send(program(scene, "mei"), f"{path}/cancel", {"reason": "Begun twice"}).status_code == 422
    row.stocktake.refresh_from_db()
    assert str(row.stocktake.state) == "counting"
    assert send(program(scene, "tao"), f"handovers/{row.id}/abandon", {"reason": "x"}).status_code == 404
    assert send(program(scene, "mei"), f"handovers/{row.id}/abandon", {"reason": "Stays"}).status_code == 200
