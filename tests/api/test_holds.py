"""A program places and lifts a legal hold as its administrator would."""

from __future__ import annotations

from custody import models as m
from ledger import api
from tests.web.scene import Scene

from .test_nouns import program, send

WHY = {"reason": "The court asked to keep it", "ordered_by": "District court of Lanhe"}


def test_a_hold_is_placed_shown_and_lifted(scene: Scene) -> None:
    an, path = program(scene, "an"), f"people/{scene.cast.people['tao'].id}"
    placed = send(an, f"{path}/hold", WHY)
    assert placed.status_code == 200
    assert placed.json()["hold"] == placed["Entry"] == placed.json()["entry"]
    assert an.get(f"/api/v1/{path}/").json()["hold"] == placed["Entry"]
    again = send(an, f"{path}/hold", WHY, **{"Accept-Language": "zh-hans"})
    assert again.status_code in (409, 422)
    assert "已处于法定保全中" in again.content.decode()
    stale = send(an, f"{path}/lift-hold", WHY, **{"If-Match": f'"{scene.cast.people["tao"].entry}"'})
    assert stale.status_code == 412
    lifted = send(an, f"{path}/lift-hold", WHY, **{"If-Match": placed["ETag"]})
    assert (lifted.status_code, lifted.json()["hold"]) == (200, None)
    assert [e.values["kind"] for e in api.run("system")][-2:] == ["person.held/1", "person.hold_lifted/1"]


def test_the_same_key_again_gives_the_first_answer(scene: Scene) -> None:
    an, path = program(scene, "an"), f"people/{scene.cast.people['tao'].id}/hold"
    first, again = (send(an, path, WHY, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert first["Entry"] == again["Entry"]
    assert m.Person.objects.filter(hold__isnull=False).count() == 1


def test_it_needs_the_role_and_the_scope(scene: Scene) -> None:
    path = f"people/{scene.cast.people['mei'].id}/hold"
    for who in ("mei", "heng"):
        assert send(program(scene, who), path, WHY).status_code == 403
    assert send(program(scene, "an", ("membership",)), path, WHY).status_code == 403
    assert send(program(scene, "tao"), path, WHY).status_code in (403, 404)
    assert not m.Person.objects.filter(hold__isnull=False).exists()


def test_nobody_lifts_their_own(scene: Scene) -> None:
    an, path = program(scene, "an"), f"people/{scene.cast.people['an'].id}"
    assert send(an, f"{path}/hold", WHY).status_code == 200
    assert send(an, f"{path}/lift-hold", WHY).status_code in (409, 422)
    assert m.Person.objects.get(id=scene.cast.people["an"].id).hold


def test_holds_are_shown_to_the_house_alone(scene: Scene) -> None:
    path = f"/api/v1/people/{scene.cast.people['tao'].id}/"
    assert program(scene, "mei").get(path).json()["hold"] is None
    assert "hold" not in program(scene, "tao").get(path).json()
