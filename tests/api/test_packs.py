"""A program of the administrator reads the rule packs and puts one in force; nobody else's does."""

from __future__ import annotations

import pytest

from custody import models as m
from custody.policy import shipped
from tests.api.test_nouns import program, send
from tests.packs import WHY, activate, house, zhejiang
from tests.web.scene import Scene

HOUSE = {"file": "house.yaml", "text": house().decode(), **WHY}


def test_packs_are_listed_and_shown_with_their_text(scene: Scene) -> None:
    client = program(scene, "an")
    rows = {row["name"]: row for row in client.get("/api/v1/packs/").json()["results"]}
    assert set(rows) == set(shipped.packs())
    assert all(row["in_force"] and "text" not in row for row in rows.values())
    one = client.get(f"/api/v1/packs/{rows['generic']['id']}/").json()
    assert (one["text"], one["sha256"]) == (shipped.pack("generic").text, shipped.pack("generic").sha256)


def test_a_pack_is_put_in_force_once_under_one_key(scene: Scene) -> None:
    client = program(scene, "an")
    first = send(client, "packs", HOUSE, **{"idempotency-key": "k1"})
    assert first.status_code == 201, first.content
    assert (first.json()["name"], first.json()["in_force"]) == ("house", True)
    assert send(client, "packs", HOUSE, **{"idempotency-key": "k1"}).json()["id"] == first.json()["id"]
    assert m.RegimePack.objects.filter(name="house").count() == 1


def test_what_a_file_may_not_do_is_told_by_its_place(scene: Scene) -> None:
    answer = send(program(scene, "an"), "packs", {**HOUSE, "text": house(share="50").decode()})
    assert answer.status_code == 422
    assert "house.yaml:7:21: rules.HOP-03.params.max_share_pct: 50 would loosen 40" in answer.content.decode()


def test_a_version_is_compared_with_the_one_before_or_with_another(scene: Scene) -> None:
    client = program(scene, "an")
    new = activate(zhejiang("2026.12", ('"40"', '"25"'))).object
    (change,) = client.get(f"/api/v1/packs/{new.id}/diff/").json()
    assert change == {
        "rule": "HOP-03", "what": "params.max_share_pct", "name": "max_share_pct", "old": "40", "new": "25",
        "way": "tighter",
    }  # fmt: skip
    beijing = m.RegimePack.objects.get(name="cn_surveying_beijing")
    found = client.get(f"/api/v1/packs/{new.id}/diff/?against={beijing.id}").json()
    assert {"HOP-03", "CTR-01", "HOP-02"} <= {one["rule"] for one in found}
    assert client.get(f"/api/v1/packs/{beijing.id}/diff/").status_code == 422  # there is none before
    for wrong in ("x", str(m.new_id())):
        assert client.get(f"/api/v1/packs/{new.id}/diff/?against={wrong}").status_code == 422


@pytest.mark.parametrize("who", ["mei", "heng", "yu", "tao", "jing"])
def test_nobody_but_the_administrator_reads_or_activates(scene: Scene, who: str) -> None:
    client, row = program(scene, who), m.RegimePack.objects.all()[0]
    for path in ("packs/", f"packs/{row.id}/", f"packs/{row.id}/diff/"):
        assert client.get(f"/api/v1/{path}").status_code == 403
    assert send(client, "packs", HOUSE).status_code == 403
    assert not m.RegimePack.objects.filter(name="house").exists()


def test_a_key_without_the_scope_reads_and_does_not_activate(scene: Scene) -> None:
    client = program(scene, "an", ("system",))
    assert client.get("/api/v1/packs/").status_code == 200
    assert send(client, "packs", HOUSE).status_code == 403
