"""Programs ask copies back off a system and from a person, and read what is not back."""

from __future__ import annotations

from typing import Any

from custody import models as m
from custody.actions import handoffs
from tests.web.scene import Scene

from .test_nouns import program, send


def test_programs_ask_back_and_read_what_is_not_back(scene: Scene) -> None:
    handoffs.accept(scene.cast.actor("tao"), handoff=scene.handoff.id)
    lent = m.Copy.objects.filter(lines__handoff=scene.handoff)[0]
    tao, an = scene.cast.people["tao"], program(scene, "an")
    made = send(an, f"people/{tao.id}/recall", {"reason": "Leaves 离岗"})
    assert made.status_code == 201, made.content
    told: Any = made.json()
    assert told["leaver"] == str(tao.id) and str(lent.id) in told["copies"]
    assert told["outstanding"] == told["copies"] and told["holders"] == [str(lent.custodian_party_id)]
    off = send(
        an, f"systems/{lent.system_id}/recall", {"reason": "Ends", "due": str(scene.cast.today)}
    ).json()
    assert off["system"] == str(lent.system_id) and off["due"] == str(scene.cast.today)

    def ids(who: str, query: str) -> set[str]:
        answer: Any = program(scene, who).get(f"/api/v1/recalls/?{query}").json()
        return {row["id"] for row in answer["results"]}

    assert ids("tao", "state=open") == {told["id"], off["id"]}
    assert ids("bo", "state=open") == set(), "neither asked nor above"
    assert ids("an", "state=overdue") == set()
    assert ids("an", f"leaver={tao.id}") == {told["id"]}
    assert ids("an", f"system={lent.system_id}") == {off["id"]}
    rows: Any = an.get("/api/v1/copies/?custody=recalled").json()["results"]
    assert {row["id"] for row in rows} >= {str(lent.id)}
    empty = send(an, f"people/{scene.cast.people['jing'].id}/recall", {"reason": "Leaves"})
    assert empty.status_code == 422
    assert send(program(scene, "tao"), f"people/{tao.id}/recall", {"reason": "Leaves"}).status_code == 403
    m.Copy.objects.filter(custodian_person=tao).update(custodian_person=scene.cast.people["yu"].id)
    assert ids("tao", f"state=open&leaver={tao.id}") == set()
