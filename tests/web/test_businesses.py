"""Asking for a subcontract: which listed business it is, who performs it; and adding that afterwards."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from custody import models as m
from custody.stories import cast as people

from .scene import Scene


def ask(scene: Scene, **changes: Any) -> dict[str, Any]:
    given = {
        "to_party": scene.cast.parties["westgate"].name, "performer": "", "scope": "Printing",
        "level": people.LEVEL, "categories": ["engineering"], "business": ["-"],
        "starts": scene.cast.today.isoformat(), "ends": "", "share": "5", "amount": "", "currency": "CNY",
        "keeps_core": "yes", "client_consent": "yes", "awarded_on": "", "decide_by": "",
        "submission": str(m.new_id()), "step": "check",
    }  # fmt: skip
    return {**given, **changes}


def there(scene: Scene) -> str:
    return reverse("hop_new", args=[scene.project.id])


def test_the_question_is_asked_and_its_answer_is_judged_beside_it(scene: Scene) -> None:
    mei = scene.client("mei")
    html = mei.get(there(scene)).content.decode()
    for words in ("Is the work one of these businesses?", "destruction of carriers", "None of these"):
        assert words in html
    unsaid = mei.post(there(scene), ask(scene, business=[])).content.decode()
    assert "whether the work is a business that needs a secrecy qualification" in unsaid
    copying = mei.post(there(scene), ask(scene, business=["copying"])).content.decode()
    assert "QUA-05" in copying and "Record the refused attempt" in copying
    other = mei.post(there(scene), ask(scene, performer=scene.cast.parties["harbour"].name)).content.decode()
    harbour, westgate = scene.cast.parties["harbour"].name, scene.cast.parties["westgate"].name
    assert f"Work is done by {harbour}, the certificate is {westgate}&#x27;s." in other
    chinese = scene.client("mei", "zh-hans").get(there(scene)).content.decode()
    assert "分包作业是否属于下列涉密业务？" in chinese and "国家秘密载体销毁" in chinese


def test_a_business_together_with_none_and_a_party_that_nobody_knows_are_faults(scene: Scene) -> None:
    mei = scene.client("mei")
    for changes in ({"business": ["copying", "-"]}, {"business": ["eaten"]}, {"performer": "Nobody Ltd"}):
        answer = mei.post(there(scene), ask(scene, **changes))
        assert answer.status_code == 422 and 'class="error"' in answer.content.decode(), changes


def test_what_was_said_stands_on_the_page_of_the_subcontract(scene: Scene) -> None:
    mei = scene.client("mei")
    answer = mei.post(there(scene), ask(scene, step="do"))
    assert answer.status_code == 302, answer.content.decode()
    html = mei.get(answer["Location"]).content.decode()
    assert "The receiving party itself" in html and "Not on that list" in html
    assert "Add what is not known" not in html


def test_what_a_request_of_before_left_open_is_added_on_its_page(scene: Scene) -> None:
    m.Hop.objects.filter(id=scene.westgate.id).update(performer=None, business=None)
    mei, hop = scene.client("mei"), reverse("hop", args=[scene.westgate.id])
    describe = reverse("hop_describe", args=[scene.westgate.id])
    assert f'href="{describe}"' in mei.get(hop).content.decode()
    assert "/describe" not in scene.client("tao").get(hop).content.decode()
    assert scene.client("tao").get(describe).status_code == 403
    assert scene.client("bo").get(describe).status_code == 404
    assert "Who performs the work?" in mei.get(describe).content.decode()
    name = scene.cast.parties["westgate"].name
    for sent in ({"performer": name, "business": ["-"]}, {"performer": "", "business": [], "reason": "r"}):
        assert mei.post(describe, sent).status_code == 422, sent
    sent = {"performer": name, "business": ["-"], "reason": "Contract 7"}
    assert mei.post(describe, sent)["Location"] == hop
    row = m.Hop.objects.get(id=scene.westgate.id)
    assert (row.performer_id, row.business) == (scene.cast.party("westgate"), [])
    assert "/describe" not in mei.get(hop).content.decode()


def test_no_project_asks_its_holders_for_a_secrecy_qualification(scene: Scene) -> None:
    html = scene.client("mei").get(reverse("project_new")).content.decode()
    assert "survey|B" in html and "secrecy|B" not in html
    form = scene.client("mei").get(reverse("qualification_new", args=[scene.cast.party("lakeside")]))
    assert "secrecy|B" in form.content.decode()
