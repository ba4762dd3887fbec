"""The drawn chain of a project: how many copies each party has, as its reader may know."""

from __future__ import annotations

from django.urls import reverse

from custody import models as m
from custody.terms import CopyState
from tests.web.scene import Scene


def page(scene: Scene, who: str) -> str:
    found = scene.client(who).get(reverse("project", args=[scene.project.id]), {"chain": "outline"})
    return found.content.decode()


def test_each_party_has_its_copies_counted_in_one_box_of_the_drawing(scene: Scene) -> None:
    own = len(scene.copies)
    assert f"· {own} copies" in page(scene, "mei")
    first = m.Copy.objects.filter(item__project=scene.project, state=CopyState.HELD).latest("code").id
    m.Copy.objects.filter(id=first).update(custodian_party=scene.cast.party("westgate"))
    shown = page(scene, "mei")
    assert f"· {own - 1} copies" in shown and "· 1 copy" in shown
    m.Copy.objects.filter(id=first).update(state=CopyState.DESTROYED)
    assert "· 1 copy" not in page(scene, "mei"), "what was destroyed nobody has"


def test_who_sees_the_project_in_part_counts_no_copies_of_others(scene: Scene) -> None:
    m.Handoff.objects.filter(id=scene.handoff.id).update(state="declined")
    seen = m.Copy.objects.visible_to(scene.user("tao")).filter(item__project=scene.project).count()
    assert seen < len(scene.copies), "else this says nothing"
    assert f"· {len(scene.copies)} copies" not in page(scene, "tao")
