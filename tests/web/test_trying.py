"""Rules as pages, and on trial: real things and invented ones, other facts, and nothing recorded."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody.policy.rule import published
from custody.terms import Verb
from ledger.models import Entry
from tests.api.test_nouns import program, send

from .scene import Scene


def tried(scene: Scene, who: str, language: str = "en", **asked: Any) -> Any:
    return scene.client(who, language).get(reverse("rule_try"), asked)


def counted() -> tuple[int, int, int]:
    return Entry.objects.count(), m.Decision.objects.count(), m.Refusal.objects.count()


def of_westgate(scene: Scene, **more: Any) -> dict[str, Any]:
    return {
        "verb": "handoff.accept", "project": str(scene.project.id), "handoff": str(scene.handoff.id), **more
    }  # fmt: skip


def test_every_rule_is_a_page_in_both_languages_with_where_it_holds_and_its_basis(scene: Scene) -> None:
    html = scene.client("heng").get(reverse("rules")).content.decode()
    for rule in published().newest():
        assert reverse("rule", args=[rule.code.lower()]) in html, rule.code
    chinese = scene.client("heng", "zh-hans").get(reverse("rule", args=["hop-04"])).content.decode()
    assert "发包单位累计分包未超过上限" in chinese and "第29、58条（已核对原文）" in chinese
    assert "max_sum_pct: 40" in chinese and '<p lang="en">' in chinese
    english = scene.client("heng").get(reverse("rule", args=["hop-04"])).content.decode()
    assert "{sum}" not in english and "[passed on altogether, per cent]" in english
    assert f"{reverse('decisions')}?rule=HOP-04" in english
    assert f"{reverse('decisions')}?rule" not in scene.client("mei").get("/rules/hop-04/").content.decode()
    assert scene.client("heng").get("/rules/hop-99/").status_code == 404


def test_an_invented_case_is_in_order_and_says_that_nothing_is_recorded(scene: Scene) -> None:
    before = counted()
    html = tried(scene, "tao", verb="hop.approve", regime="cn_surveying_zhejiang").content.decode()
    assert "nothing is recorded" in html and "FOR-01" in html and "blocks this" not in html
    chinese = tried(scene, "tao", "zh-hans", verb="hop.approve", regime="generic").content.decode()
    assert "不作记录" in chinese
    assert counted() == before


def test_a_real_offer_is_tried_with_the_facts_as_they_are_and_as_they_might_be(scene: Scene) -> None:
    before, client = counted(), scene.client("heng")
    html = tried(scene, "heng", **of_westgate(scene)).content.decode()
    party = scene.handoff.receiver_party_id
    assert f'name="party:{party}/country"' in html and "FOR-01" in html
    answer = client.post(
        reverse("rule_try"), of_westgate(scene) | fields(html) | {f"party:{party}/country": "US"}
    )
    html = answer.content.decode()
    assert answer.status_code == 200 and "Changed for this trial" in html
    assert "CN" in html.split("Changed for this trial")[1] and "Required:" in html
    assert counted() == before
    assert m.Party.objects.get(id=party).country == "CN"


def fields(html: str) -> dict[str, str]:
    """Return what a browser would send of the form of facts as it stands."""
    found: dict[str, str] = {}

    class Fields(HTMLParser):
        select = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            name = given.get("name") or ""
            if tag == "select":
                self.select = name
            elif tag == "input" and "/" in name:
                found[name] = given.get("value") or ""
            elif tag == "option" and "selected" in given and "/" in self.select:
                found[self.select] = given.get("value") or ""

    Fields().feed(html)
    return found


def test_every_act_on_real_things_can_be_tried(scene: Scene) -> None:
    project = str(scene.project.id)
    for asked in (
        {"verb": "hop.request", "hop": "", "to_party": str(scene.cast.party("lakeside"))},
        {"verb": "hop.request", "hop": str(scene.westgate.id), "to_party": str(scene.cast.party("lakeside"))},
        {"verb": "hop.approve", "approval": str(scene.asked.id)},
        {
            "verb": "handoff.offer", "hop": str(scene.westgate.id), "copies": scene.copies[2].code,
            "person": str(scene.cast.people["tao"].id), "channel": "in_person", "due_back": "",
            "system": str(scene.cast.systems["westgate_room"].id),
        },
    ):  # fmt: skip
        html = tried(scene, "heng", project=project, **asked).content.decode()
        assert "What the rules would say" in html, asked
    first = tried(scene, "heng", project=project, verb="handoff.offer").content.decode()
    assert "Which copies?" in first and "There is a problem" not in first


@pytest.mark.parametrize(
    "wrong",
    [
        {"verb": "eaten"},
        {"verb": "hop.approve", "regime": "eaten"},
        {"verb": "project.open", "project": "THIS"},
        {"verb": "hop.approve", "project": "01a20dd9-7649-72c3-8cf5-c74b1e6894e5"},
        {"verb": "hop.approve", "project": "THIS", "approval": "x"},
        {"verb": "handoff.offer", "project": "THIS", "hop": "", "copies": "1", "person": "", "system": "",
         "channel": "", "due_back": ""},
    ],
)  # fmt: skip
def test_nonsense_is_told_with_a_4xx(scene: Scene, wrong: dict[str, str]) -> None:
    asked = {name: str(scene.project.id) if value == "THIS" else value for name, value in wrong.items()}
    assert tried(scene, "heng", **asked).status_code == 422


def test_a_fact_that_does_not_fit_is_told_at_its_field(scene: Scene) -> None:
    client = scene.client("heng")
    html = tried(scene, "heng", **of_westgate(scene)).content.decode()
    sent = of_westgate(scene) | fields(html) | {"act/today": "yesterday"}
    assert client.post(reverse("rule_try"), sent).status_code == 422
    assert client.post(reverse("rule_try"), {}).status_code == 422


def test_who_does_not_see_a_project_whole_tries_nothing_of_it(scene: Scene) -> None:
    for who in ("tao", "lan", "bo"):
        page = tried(scene, who).content.decode()
        assert scene.project.code not in page, who
        assert tried(scene, who, **of_westgate(scene)).status_code == 422, who
        answer = send(program(scene, who), "rules/try", of_westgate(scene))
        assert answer.status_code == 422, who
    assert tried(scene, "jing", **of_westgate(scene)).status_code == 200


def test_a_program_tries_what_a_person_can(scene: Scene) -> None:
    client = program(scene, "heng", ())  # the key is an entry
    before = counted()
    found = send(client, "rules/try", of_westgate(scene)).json()
    assert found["findings"] and any(f["inputs"] for f in found["findings"])
    path = f"party:{scene.handoff.receiver_party_id}/country"
    assert {"path": path, "value": "CN"} in found["members"]
    changed = send(client, "rules/try", of_westgate(scene, changes={path: "US"})).json()
    assert not changed["allowed"]
    invented = send(client, "rules/try", {"verb": "hop.approve", "regime": "generic"}).json()
    assert invented["allowed"]
    for wrong in (
        {"verb": "hop.approve", "regime": "eaten"},
        {"verb": "hop.approve", "approval": str(scene.asked.id)},
        {"verb": "hop.approve", "regime": "generic", "changes": {"act/verb": "x"}},
        {"verb": "hop.approve", "regime": "generic", "facts": {"schema": 4, "groups": {}}, "changes": {}},
        {"verb": "hop.approve", "regime": "generic", "facts": {"schema": 99, "groups": {}}},
    ):
        changes = wrong.get("changes") != {}
        assert send(client, "rules/try", wrong).status_code == (422 if changes else 200), wrong
    assert counted() == before
    rules = client.get("/api/v1/rules/").json()
    assert {rule["code"] for rule in rules} == {rule.code for rule in published().newest()}
    assert client.get("/api/v1/rules/HOP-04/").json()["regimes"][0]["regime"]
    assert client.get("/api/v1/rules/xxx-01/").status_code == 404


def test_a_verb_alone_is_a_question_that_was_only_begun(scene: Scene) -> None:
    """So do the pages of the rules lead there."""
    for verb in Verb:
        answer = tried(scene, "mei", verb=str(verb))
        assert answer.status_code == 200 and 'class="errors"' not in answer.content.decode(), verb
