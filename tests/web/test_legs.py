"""Giving copies back, handing them over inside and reading them, as the screens ask it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody.terms import CopyState, Leg

from .scene import Scene

STATED = "Data deleted from WG-ROOM-1"


def accepted(scene: Scene) -> m.Handoff:
    """The offer of the scene, signed for by Tao on its page."""
    scene.client("tao").post(reverse("handoff", args=[scene.handoff.id]), {"step": "accept"})
    return m.Handoff.objects.get(id=scene.handoff.id)


def back(scene: Scene, **changes: Any) -> dict[str, Any]:
    asked = {
        "hop": str(scene.westgate.id),
        "receiver_person": str(scene.handoff.sender_person_id),
        "copies": [str(c.id) for c in scene.copies[:2]],
        "channel": "in_person",
        "system": str(scene.cast.systems["workstation"].id),
        "statement": STATED,
        "submission": str(m.new_id()),
        "step": "do",
    }
    return {**asked, **changes}


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("Give copies back", "Return")), ("zh-hans", ("归还副本", "归还"))]
)
def test_the_holder_gives_back_from_the_page_of_the_handoff(
    scene: Scene, language: str, words: tuple[str, str]
) -> None:
    row, tao = accepted(scene), scene.client("tao", language)
    form = f"{reverse('handoff_back', args=[scene.project.id])}?like={row.id}"
    page = tao.get(reverse("handoff", args=[row.id])).content.decode()
    assert words[0] in page and form in page.replace("&amp;", "&")
    assert form not in scene.client("mei").get(reverse("handoff", args=[row.id])).content.decode()
    html = tao.get(form).content.decode()
    assert html.count("checked>") == 3, "both copies are ticked, and how they travel"
    address = reverse("handoff_back", args=[scene.project.id])
    answer = tao.post(address, back(scene, statement=""))
    assert answer.status_code == 422 and not m.Handoff.objects.filter(leg=Leg.RETURN).exists()
    answer = tao.post(address, back(scene, step="check"))
    assert answer.status_code == 200 and STATED in answer.content.decode()
    answer = tao.post(address, back(scene))
    made = m.Handoff.objects.get(leg=Leg.RETURN)
    assert answer.headers["Location"] == reverse("handoff", args=[made.id])
    waits = scene.client("mei", language).get(reverse("handoff", args=[made.id])).content.decode()
    assert words[1] in waits and STATED in waits
    assert form not in tao.get(reverse("handoff", args=[row.id])).content.decode(), "it is on its way"


def test_where_nothing_is_to_give_back_the_page_says_so(scene: Scene) -> None:
    html = scene.client("tao").get(reverse("handoff_back", args=[scene.project.id])).content.decode()
    assert "Nothing is here that came over a subcontract" in html


def test_a_refused_return_is_filled_in_again_on_its_own_form(scene: Scene) -> None:
    accepted(scene)
    pc = str(scene.cast.systems["office_pc"].id)
    address = reverse("handoff_back", args=[scene.project.id])
    answer = scene.client("tao").post(address, back(scene, system=pc, step="record"))
    refusal = m.Refusal.objects.get()
    assert answer.headers["Location"] == reverse("refusal", args=[refusal.id])
    page = scene.client("tao").get(answer.headers["Location"]).content.decode()
    assert f"{address}?refused={refusal.id}" in page and "Return" in page
    again = scene.client("tao").get(f"{address}?refused={refusal.id}").content.decode()
    assert STATED in again


def test_copies_are_read_on_site_or_change_hands_within_one_party(scene: Scene) -> None:
    yu, address = scene.client("yu"), reverse("handoff_inside", args=[scene.project.id])
    assert address in yu.get(reverse("project", args=[scene.project.id])).content.decode()
    asked = {
        "hop": str(scene.cast.party("northfield")),
        "receiver_person": str(scene.cast.people["mei"].id),
        "copies": [str(scene.copies[2].id)],
        "purpose": "Checking",
        "channel": "in_person",
        "system": str(scene.cast.systems["workstation"].id),
        "step": "do",
    }
    yu.post(address, {**asked, "leg": "inspection", "submission": str(m.new_id())})
    read = m.Handoff.objects.get(leg=Leg.INSPECTION)
    page = scene.client("mei").get(reverse("handoff", args=[read.id])).content.decode()
    assert "I have read them here" in page and "From the moment you confirm" not in page
    scene.client("mei").post(reverse("handoff", args=[read.id]), {"step": "accept"})
    done = yu.get(reverse("handoff", args=[read.id])).content.decode()
    assert "Read on site: custody stays where it is" in done and "Accepted by mistake" not in done
    whose = m.Copy.objects.get(id=scene.copies[2].id)
    assert (whose.custodian_person_id, whose.state) == (scene.cast.people["yu"].id, CopyState.HELD)
    assert "Read on site" in yu.get(reverse("copy", args=[whose.id])).content.decode()
    yu.post(address, {**asked, "leg": "", "submission": str(m.new_id())})
    moved = m.Handoff.objects.get(leg=Leg.INTERNAL)
    scene.client("mei").post(reverse("handoff", args=[moved.id]), {"step": "accept"})
    whose.refresh_from_db()
    assert whose.custodian_person_id == scene.cast.people["mei"].id
