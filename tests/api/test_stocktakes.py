"""Stocktakes by programs: opened, thousands of codes in one request, the result read and signed."""

from __future__ import annotations

from custody import models as m
from custody.stories import cast as people
from custody.terms import StocktakeState
from tests.web.scene import Scene

from .hostile_stocktakes import UNKNOWN, begun
from .test_nouns import program, send


def test_a_program_counts_a_list_reads_the_result_and_signs_it(scene: Scene) -> None:
    mei, row = program(scene, "mei"), begun(scene)
    path = f"stocktakes/{row.id}"
    lines = mei.get("/api/v1/stocktake-lines/", {"stocktake": str(row.id)}).json()["results"]
    every = [line["code"] for line in lines]
    assert len(every) == 4 and {line["found"] for line in lines} == {"not_seen"}
    listed = {"codes": [*every, every[0], "HF-1", *(f"BOX-{n}" for n in range(4000)), UNKNOWN]}
    said = send(mei, f"{path}/count", listed, **{"Idempotency-Key": "night-1"}).json()
    assert [scan["said"] for scan in said["scans"]] == (
        ["seen"] * 4 + ["again", "mistyped"] + ["stranger"] * 4001
    )
    assert said["scans"][5]["line"] is None and said["id"] == str(row.id)
    again = send(mei, f"{path}/count", listed, **{"Idempotency-Key": "night-1"})
    assert again.status_code == 200 and row.lines.count() == 4005
    result = mei.get(f"/api/v1/{path}/result/").json()
    assert result["counts"] == {"seen": 4, "stranger": 4001}
    signed = {"statement_sha256": result["statement_sha256"], "password": people.PASSWORD}
    assert send(mei, f"{path}/close", {**signed, "password": "wrong"}).status_code == 422
    closed = send(mei, f"{path}/close", signed)
    assert closed.status_code == 200 and closed.json()["state"] == "closed", closed.content
    assert m.Stocktake.objects.get(id=row.id).state is StocktakeState.CLOSED
    assert send(mei, f"{path}/count", {"codes": [UNKNOWN]}).status_code == 409
    assert mei.get(f"/api/v1/{path}/result/").json()["statement_sha256"] == result["statement_sha256"]


def test_who_does_not_see_a_stocktake_neither_counts_nor_reads_it(scene: Scene) -> None:
    row, tao = begun(scene), program(scene, "tao")
    assert tao.get(f"/api/v1/stocktakes/{row.id}/").status_code == 404
    assert send(tao, f"stocktakes/{row.id}/count", {"codes": [UNKNOWN]}).status_code == 404
    assert tao.get("/api/v1/stocktake-lines/", {"stocktake": str(row.id)}).json()["results"] == []
    heng = program(scene, "heng")
    assert send(heng, f"stocktakes/{row.id}/count", {"codes": [UNKNOWN]}).status_code == 403
