"""The pages on which a subcontract and a project end: what is out stands there, and one button asks it
back."""

from __future__ import annotations

from typing import Any, cast

import pytest
from django.urls import reverse
from django.utils import timezone

from custody import models as m
from custody.actions import ending, handoffs, mistakes, notices
from custody.terms import HopState, NoticeKind, ProjectState

from .scene import Scene, hidden


def change(scene: Scene, row: Any, name: str, step: str = "do", language: str = "en", **said: Any) -> Any:
    """Fill in the page of a step as a browser does."""
    noun = row._meta.model_name
    client, url = scene.client("mei", language), reverse(f"{noun}_{name}", args=[row.id])
    seen = hidden(client.get(url).content.decode(), "seen")
    return client.post(url, {"reason": "Delivered 已交付", "seen": seen, "step": step, **said})


@pytest.fixture
def lent(scene: Scene) -> m.Copy:
    """A copy that Westgate has signed for, over a subcontract whose work is done."""
    handoffs.accept(scene.cast.actor("tao"), handoff=scene.handoff.id)
    assert change(scene, scene.westgate, "complete").status_code == 302
    assert m.Hop.objects.get(id=scene.westgate.id).state is HopState.COMPLETED
    return m.Copy.objects.filter(lines__handoff=scene.handoff)[0]


def test_the_page_of_closing_shows_what_is_out_with_whom_and_asks_it_back(scene: Scene, lent: m.Copy) -> None:
    html = change(scene, scene.westgate, "close", "check").content.decode()
    assert lent.code in html and "HOP-10" in html and "Ask all copies back" in html
    assert (
        "副本全部收回后方可关闭"
        in change(scene, scene.westgate, "close", "check", "zh-hans").content.decode()
    )
    assert change(scene, scene.westgate, "close", "recall").status_code == 302
    (asked,) = m.Recall.objects.all()
    assert lent.id in asked.copies
    assert m.Hop.objects.get(id=scene.westgate.id).state is HopState.CLOSING
    refused = change(scene, scene.westgate, "close")
    assert refused.status_code == 302 and "/refusals/" in refused["Location"]
    hop = scene.client("mei").get(reverse("hop", args=[scene.westgate.id])).content.decode()
    assert "Copies asked back" in hop and lent.code in hop


def test_the_holder_is_told_and_sees_what_to_give_back(scene: Scene, lent: m.Copy) -> None:
    made = ending.recall(scene.cast.actor("mei"), hop=scene.westgate.id, reason="Delivered").object
    notices.tell(timezone.now())
    told = m.Notice.objects.get(user=scene.user("tao"), kind=NoticeKind.COPIES_RECALLED)
    assert told.object == made.id
    home = scene.client("tao").get(reverse("home")).content.decode()
    assert "Copies to give back" in home
    page = reverse("recall", args=[made.id])
    html = scene.client("tao", "zh-hans").get(page).content.decode()
    assert lent.code in html and "要求归还的副本" in html
    assert reverse("handoff_back", args=[scene.project.id]) in html
    assert page in scene.client("tao").get(reverse("notices")).content.decode()
    assert scene.client("bo").get(page).status_code == 404
    mistakes.accepted_by_mistake(scene.cast.actor("tao"), handoff=scene.handoff.id, reason="Back")
    mistakes.agree(scene.cast.actor("mei"), handoff=scene.handoff.id)
    assert "Copies to give back" not in scene.client("tao").get(reverse("home")).content.decode()
    assert change(scene, scene.westgate, "close").status_code == 302
    assert m.Hop.objects.get(id=scene.westgate.id).state is HopState.CLOSED


def test_a_project_is_closed_on_its_page(scene: Scene) -> None:
    mei = scene.cast.actor("mei")
    html = change(scene, scene.project, "close", "check").content.decode()
    assert "Subcontracts below that end with it" in html and scene.handoff.number in html
    handoffs.withdraw(mei, handoff=scene.handoff.id, reason="Done")
    for waits in m.Hop.objects.filter(project=scene.project, state=HopState.REQUESTED):
        mistakes.withdraw_request(mei, hop=waits.id, reason="Done")
    assert change(scene, scene.project, "close").status_code == 302
    assert m.Project.objects.get(id=scene.project.id).state is ProjectState.CLOSED
    page = scene.client("mei").get(reverse("project", args=[scene.project.id])).content.decode()
    assert reverse("item_new", args=[scene.project.id]) not in page
    assert scene.client("tao").get(reverse("project_close", args=[scene.project.id])).status_code == 403


def test_a_system_that_is_to_go_and_a_person_who_leaves_are_asked_for_all_in_one_step(
    scene: Scene, lent: m.Copy
) -> None:
    tao = scene.cast.people["tao"]
    lent = m.Copy.objects.get(id=lent.id)
    for noun, row in (("system", cast(m.System, lent.system)), ("person", tao)):
        client, url = scene.client("an"), reverse(f"{noun}_recall", args=[row.id])
        page = client.get(reverse(noun, args=[row.id])).content.decode()
        assert url in page
        html = client.get(url).content.decode()
        assert lent.code in html and "Ask all copies back" in html
        said = {"reason": "Ends 结束", "due": "", "seen": hidden(html, "seen")}
        assert client.post(url, {**said, "due": "2020-01-01"}).status_code == 422
        assert client.post(url, {**said, "reason": ""}).status_code == 422
        assert not m.Recall.objects.filter(**{"leaver" if noun == "person" else "system": row}).exists()
        assert client.post(url, said).status_code == 302
        assert "Copies asked back" in client.get(reverse(noun, args=[row.id])).content.decode()
        assert scene.client("tao").get(url).status_code == 403, "the house alone asks"
    home = scene.client("tao").get(reverse("home")).content.decode()
    assert "Take off" in home and "Hand over from" in home
    asked = m.Recall.objects.get(leaver=tao)
    shown = scene.client("tao", "zh-hans").get(reverse("copy", args=[lent.id])).content.decode()
    assert reverse("recall", args=[asked.id]) in shown and "要求归还" in shown and "截止" in shown
    page = scene.client("tao", "zh-hans").get(reverse("recall", args=[asked.id])).content.decode()
    assert "移交" in page and lent.code in page
    listed = scene.client("an").get(reverse("copies") + "?custody=recalled").content.decode()
    assert lent.code in listed and scene.copies[2].code not in listed
    late = scene.client("an").get(reverse("copies") + "?custody=recalled_late").content.decode()
    assert lent.code not in late
    retire = scene.client("an").get(reverse("system_retire", args=[lent.system_id])).content.decode()
    assert reverse("system_recall", args=[lent.system_id]) in retire
    m.Copy.objects.filter(custodian_person=tao).update(
        custodian_person=scene.cast.people["yu"].id, system=scene.cast.systems["lakeside_room"].id
    )
    assert "Copies to give back" not in scene.client("tao").get(reverse("home")).content.decode()


def test_the_buttons_are_not_there_where_nothing_is_held(scene: Scene) -> None:
    bare = scene.cast.people["jing"]
    page = scene.client("an").get(reverse("person", args=[bare.id])).content.decode()
    assert reverse("person_recall", args=[bare.id]) not in page
    html = scene.client("an").get(reverse("person_recall", args=[bare.id])).content.decode()
    sent = {"reason": "r", "due": "", "seen": hidden(html, "seen")}
    answer = scene.client("an").post(reverse("person_recall", args=[bare.id]), sent)
    assert answer.status_code == 422 and "No copy is out" in answer.content.decode()
