"""A party by a program: names, numbers, standing, likenesses, screening, merge."""

from __future__ import annotations

from typing import Any

from custody import models as m
from custody.actions import registers
from custody.actions.base import Actor
from custody.terms import PartyKind, PartyState
from ledger.models import Entry
from tests.screening.lists import listed_and_screened, take_in
from tests.web.scene import Scene

from .test_nouns import program, send

USCC = "91110000600037341L"


def get(client: Any, path: str) -> Any:
    return client.get(f"/api/v1/{path}/")


def test_names_and_numbers_are_added_and_read(scene: Scene) -> None:
    mei, annex = program(scene, "mei"), scene.cast.party("annex")
    named = send(mei, f"parties/{annex}/names", {"kind": "alias", "name": "Annexe", "starts": "2001-01-01"})
    assert named.status_code == 201 and named.json()["name"] == "Annexe"
    numbered = send(mei, f"parties/{annex}/identifiers", {"scheme": "uscc", "value": USCC.lower()})
    assert numbered.status_code == 201 and numbered.json() == {"scheme": "USCC", "value": USCC}
    shown = get(mei, f"parties/{annex}").json()
    assert [n["name"] for n in shown["names"]] == ["Annexe"] and shown["identifiers"][0]["value"] == USCC
    wrong = send(mei, f"parties/{annex}/identifiers", {"scheme": "USCC", "value": USCC[:-1] + "M"})
    assert wrong.status_code == 422 and "is no USCC" in wrong.content.decode()


def test_a_hit_is_listed_and_judged_and_bars_the_party(scene: Scene) -> None:
    heng, annex = program(scene, "heng"), scene.cast.party("annex")
    listed_and_screened(annex)
    [hit] = get(heng, "screening").json()["results"]
    assert (hit["party"], hit["score"], hit["state"]) == (str(annex), 100, "open")
    path = f"screening/{hit['id']}/judge"
    answer = send(heng, path, {"verdict": "same", "reason": "Same address"})
    assert answer.status_code == 200 and answer.json()["state"] == "same"
    assert get(heng, f"parties/{annex}").json()["state"] == "barred"
    free = send(heng, f"parties/{annex}/standing", {"state": "active", "reason": "Delisted"})
    assert free.status_code == 200 and free.json()["state"] == "active"


def test_screening_is_asked_by_a_program_and_needs_a_list(scene: Scene) -> None:
    mei, annex = program(scene, "mei"), scene.cast.party("annex")
    assert send(mei, f"parties/{annex}/screen", {}).status_code == 422
    take_in([{"Name": "QUITE ANOTHER HOUSE"}])
    assert send(mei, f"parties/{annex}/screen", {}).status_code == 200
    assert m.Screening.objects.get(party=annex).found == 0


def test_a_duplicate_is_proposed_and_merged_by_an_administrator_alone(scene: Scene) -> None:
    lakeside = scene.cast.party("lakeside")
    twin = registers.register_party(
        Actor.setup(), kind=PartyKind.ORGANISATION, name="Lakeside Mapping Limited"
    ).object
    an = program(scene, "an")
    assert get(an, f"parties/{twin.id}/alike").json() == [
        {"party": str(lakeside), "score": 100, "by": "name"}
    ]
    asked = {"into": str(lakeside), "reason": "Registered twice"}
    assert send(program(scene, "mei"), f"parties/{twin.id}/merge", asked).status_code == 403
    merged = send(an, f"parties/{twin.id}/merge", asked)
    assert merged.status_code == 200 and merged.json()["merged_into"] == str(lakeside)
    assert m.Party.objects.get(id=twin.id).state is PartyState.CLOSED


def test_a_party_reads_no_hits_and_may_do_nothing_here(scene: Scene) -> None:
    westgate = scene.cast.party("westgate")
    hit = listed_and_screened(westgate)
    tao, before = program(scene, "tao"), Entry.objects.count()
    assert get(tao, "screening").json()["results"] == []
    assert send(tao, f"screening/{hit.id}/judge", {"verdict": "different", "reason": "x"}).status_code == 404
    for verb, asked in (
        ("names", {"kind": "alias", "name": "X"}),
        ("identifiers", {"scheme": "CAGE", "value": "1ABC5"}),
        ("standing", {"state": "watch", "reason": "x"}),
        ("merge", {"into": str(westgate), "reason": "x"}),
        ("screen", {}),
    ):
        assert send(tao, f"parties/{westgate}/{verb}", asked).status_code == 403, verb
    assert Entry.objects.count() == before
