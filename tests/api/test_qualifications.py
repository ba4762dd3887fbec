"""The standing of a certificate by a program, and the preview of what would be called back."""

from __future__ import annotations

from typing import Any

import pytest

from custody import models as m
from custody.actions import handoffs
from ledger.models import Entry
from tests.web.scene import Scene

from .test_nouns import program, send

WHY = {"reason": "Notice 7"}


def paper(scene: Scene) -> m.Qualification:
    return m.Qualification.objects.get(party=scene.cast.party("westgate"))


def path(scene: Scene, verb: str) -> str:
    return f"qualifications/{paper(scene).id}/{verb}"


@pytest.mark.parametrize(
    ("verb", "more", "state"),
    [
        ("suspend", {}, "suspended"),
        ("downgrade", {"grade": "B"}, "downgraded"),
        ("revoke", {}, "revoked"),
    ],
)
def test_an_act_gives_the_certificate_in_its_new_state_and_its_entry(
    scene: Scene, verb: str, more: dict[str, str], state: str
) -> None:
    answer = send(program(scene, "heng"), path(scene, verb), {**WHY, **more})
    assert answer.status_code == 200 and answer.json()["state"] == state
    assert answer["Entry"] == str(paper(scene).entry) and answer["ETag"] == f'"{paper(scene).entry}"'
    again = send(program(scene, "heng"), path(scene, "suspend"), WHY)
    assert again.status_code == 409 and again["Content-Type"] == "application/problem+json"


def test_a_suspension_is_ended_and_if_match_names_what_was_seen(scene: Scene) -> None:
    heng, first = program(scene, "heng"), f'"{paper(scene).entry}"'
    assert send(heng, path(scene, "suspend"), WHY, **{"If-Match": first}).status_code == 200
    assert send(heng, path(scene, "reinstate"), WHY, **{"If-Match": first}).status_code == 412
    answer = send(heng, path(scene, "reinstate"), WHY)
    assert answer.status_code == 200 and answer.json()["state"] == "verified"


def test_who_may_not_changes_nothing(scene: Scene) -> None:
    clients = {who: program(scene, who) for who in ("mei", "tao", "bo", "jing")}
    narrow = program(scene, "heng", ("handoff",))
    before = Entry.objects.count()
    for who, status in (("mei", 403), ("tao", 403), ("jing", 403), ("bo", 404)):
        for verb in ("suspend", "reinstate", "revoke"):
            assert send(clients[who], path(scene, verb), WHY).status_code == status, (who, verb)
    assert send(narrow, path(scene, "revoke"), WHY).status_code == 403
    assert Entry.objects.count() == before and paper(scene).state == "verified"


def test_the_preview_gives_what_rests_on_it_and_records_nothing(scene: Scene) -> None:
    handoffs.accept(scene.cast.actor("tao"), handoff=scene.handoff.id)
    client, before = program(scene, "heng"), Entry.objects.count()
    answer: Any = client.get(f"/api/v1/{path(scene, 'recall')}/")
    assert answer.status_code == 200
    told = answer.json()
    assert sorted(told.pop("copies")) == sorted(str(copy.id) for copy in scene.copies[:2])
    assert told == {
        "copies_held": 2, "offers_open": 0, "hops_active": 1, "offers": [], "hops": [str(scene.westgate.id)],
    }  # fmt: skip
    assert Entry.objects.count() == before and paper(scene).state == "verified"


def test_the_preview_tells_an_outsider_nothing_and_the_holder_its_own(scene: Scene) -> None:
    assert program(scene, "bo").get(f"/api/v1/{path(scene, 'recall')}/").status_code == 404
    told: Any = program(scene, "tao").get(f"/api/v1/{path(scene, 'recall')}/").json()
    assert (told["copies_held"], told["offers_open"], told["hops_active"]) == (0, 1, 1)
