"""Copy permits on screen: asked for from an item or a copy, decided on a page that shows all, and used."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody.stories import copying as leave
from custody.terms import CopyPermitState
from tests.api.test_nouns import program, send

from .scene import Scene


def form(scene: Scene, **changes: Any) -> dict[str, Any]:
    asked = {
        "count": "2", "copy": "", "place": "Copy room", "purpose": "Field team",
        "until": scene.cast.today.isoformat(), "submission": str(m.new_id()),
    }  # fmt: skip
    return {**asked, **changes}


def main(answer: Any) -> str:
    return str(answer.content.decode().split("<main")[1].split("<footer")[0])


def test_it_is_asked_for_decided_by_another_and_the_copies_are_numbered(scene: Scene) -> None:
    yu, heng, item = scene.client("yu"), scene.client("heng"), scene.copies[0].item_id
    new = reverse("copy_permit_new", args=[item])
    assert new in main(yu.get(reverse("item", args=[item])))
    answer = yu.post(new, form(scene))
    row = m.CopyPermit.objects.get()
    assert answer["Location"] == reverse("copy_permit", args=[row.id])
    page = main(heng.get(answer["Location"]))
    assert "Awaiting approval" in page and "CPY-02" in page
    assert reverse("copy_permit_approve", args=[row.id]) in page
    assert reverse("copy_permit_approve", args=[row.id]) not in main(yu.get(answer["Location"]))
    assert "Copy permits that wait for a decision" in main(heng.get(reverse("home")))
    act = reverse("copy_permit_approve", args=[row.id])
    seen = re.search(r'name="seen" value="([^"]+)"', main(heng.get(act)))
    assert seen
    heng.post(act, {"reason": "Needed", "seen": seen[1], "submission": str(m.new_id()), "step": "do"})
    row.refresh_from_db()
    assert row.state is CopyPermitState.APPROVED
    assert reverse("copies_new", args=[item]) in main(yu.get(answer["Location"]))
    yu.post(reverse("copies_new", args=[item]), {"count": "2", "system": "", "submission": str(m.new_id())})
    row.refresh_from_db()
    assert row.state is CopyPermitState.USED and len(row.made) == 2
    made = m.Copy.objects.get(id=row.made[0])
    assert made.code in main(yu.get(answer["Location"]))
    assert row.purpose in main(yu.get(reverse("item", args=[item])))


def test_a_holder_asks_from_the_page_of_its_copy_and_nobody_else_does(scene: Scene) -> None:
    copy = scene.copies[0]
    m.Copy.objects.filter(id=copy.id).update(
        custodian_party=scene.cast.party("westgate"), state="held", offered_in=None
    )
    tao, new = scene.client("tao"), reverse("copy_permit_new", args=[copy.item_id])
    assert f"{new}?copy={copy.id}" in main(tao.get(reverse("copy", args=[copy.id])))
    asks = main(tao.get(f"{new}?copy={copy.id}"))
    assert "From the original" not in asks and copy.code in asks
    assert scene.copies[2].code not in asks
    answer = tao.post(new, form(scene, copy=str(copy.id)))
    row = m.CopyPermit.objects.get()
    assert (row.asked_for_id, answer.status_code) == (scene.cast.party("westgate"), 302)
    assert "Field team" in main(tao.get(answer["Location"]))
    lan = scene.client("lan")
    assert lan.get(answer["Location"]).status_code == 404
    assert lan.get(new).status_code == 404
    refused = tao.post(new, form(scene, copy=str(scene.copies[2].id)))
    assert refused.status_code == 422


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_refused_numbering_says_what_to_ask_for(scene: Scene, language: str) -> None:
    yu, item = scene.client("yu", language), scene.copies[0].item_id
    number = m.Copy.objects.filter(item=item).count() + 1
    answer = yu.post(
        reverse("copies_new", args=[item]),
        {"count": "1", "system": "", "submission": str(m.new_id())},
        follow=True,
    )
    words = {"en": f"it makes copy no. {number}", "zh-hans": f"编为第{number}号"}[language]
    assert words in main(answer)


def test_the_list_asks_by_state_and_a_program_does_the_same(scene: Scene) -> None:
    item = scene.copies[0].item_id
    waits, ready = leave.requested(scene.cast, item), leave.permitted(scene.cast, item, purpose="Archive")
    mei = scene.client("mei")
    listed = reverse("copy_permits")
    assert "Archive" in main(mei.get(f"{listed}?state=live"))
    assert "Archive" not in main(mei.get(f"{listed}?state=requested"))
    assert "No copy permit that you may see." in main(mei.get(f"{listed}?state=used"))
    assert mei.get(f"{listed}?state=nonsense").status_code == 422
    found = program(scene, "mei").get("/api/v1/copy-permits/?state=live").json()["results"]
    assert [row["id"] for row in found] == [str(ready.id)]
    body = {"reason": "Needed", "subject_sha256": waits.subject_sha256}
    own = send(program(scene, "yu"), f"copy-permits/{waits.id}/approve", body)
    assert own.status_code == 403
    done = send(program(scene, "heng"), f"copy-permits/{waits.id}/approve", body)
    assert (done.status_code, done.json()["state"]) == (200, "approved")
