"""How copies travel, on the form: closed channels are refused; two people carry what is top secret."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody import regimes
from custody.policy import shipped
from custody.stories import cast as people
from custody.stories import told
from custody.terms import Channel, VettingClass

from .scene import Scene


def page(project: m.Project) -> str:
    return reverse("handoff_new", args=[project.id])


@pytest.fixture
def top_secret(scene: Scene) -> dict[str, Any]:
    """A form that offers a top secret copy to Tao, on systems accredited for it; not accompanied yet."""
    cast = scene.cast
    m.System.objects.exclude(levels={}).update(levels={"cn_surveying": "juemi"})
    project = people.open_project(cast, "TS-1", "Datum 基准", regime="cn_surveying", level="juemi")
    hop = told.approved_hop(cast, project, "westgate", "Scanning", level="juemi")
    (copy,) = people.make_copies(cast, project, "DATUM", 1, "juemi")
    people.clear(cast.people["tao"].id, cast.today, "TOP", VettingClass.CORE)
    people.admit(cast, copy.item_id, "tao")
    scene.project = project
    return scene.offer_form(hop=str(hop.id), copies=[str(copy.id)], second_carrier="")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_channel_stands_in_the_form_those_refused_too(scene: Scene, language: str) -> None:
    html = scene.client("mei", language).get(page(scene.project)).content.decode()
    for channel in Channel:
        assert f'value="{channel}"' in html and channel.text.get(language) in html
    assert "second_carrier" not in html, "nobody need be accompanied in this project"


def test_under_a_pack_from_before_the_rule_the_form_still_opens(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = shipped.pack(scene.project.regime)
    older = now.model_copy(update={"rules": {k: v for k, v in now.rules.items() if k != "HND-04"}})
    monkeypatch.setattr(regimes, "pack", lambda *asked: older)
    monkeypatch.setattr("custody.web.forms.handoff.pack", lambda *asked: older)
    mei = scene.client("mei")
    assert mei.get(page(scene.project)).status_code == 200
    panel = mei.post(page(scene.project), scene.offer_form(step="panel")).content.decode()
    assert "HND-04" in panel and "1 check blocks" in panel


def test_an_ordinary_courier_is_blocked_beforehand_and_recorded_when_sent(scene: Scene) -> None:
    mei, form = scene.client("mei"), scene.offer_form(channel="courier")
    panel = mei.post(page(scene.project), {**form, "step": "panel"}).content.decode()
    assert "HND-04" in panel and "1 check blocks" in panel and not m.Refusal.objects.exists()
    check = mei.post(page(scene.project), {**form, "step": "check"}).content.decode()
    assert "Ordinary courier may not carry" in check and "Use “In person”" in check
    assert "Art. 28(3)" in check
    answer = mei.post(page(scene.project), {**form, "step": "record"})
    refusal = m.Refusal.objects.get()
    assert answer["Location"] == reverse("refusal", args=[refusal.id])
    shown = scene.client("mei", "zh-hans").get(answer["Location"]).content.decode()
    assert "普通快递" in shown and "第28条第（三）项" in shown and "请改用“当面交接”" in shown
    assert m.Copy.objects.get(id=scene.copies[2].id).state == "held"


def test_top_secret_copies_ask_who_accompanies_them(scene: Scene, top_secret: dict[str, Any]) -> None:
    mei, cast = scene.client("mei"), scene.cast
    fields = mei.post(page(scene.project), {**top_secret, "step": "choices"}).content.decode()
    assert "Who accompanies the copies?" in fields
    assert "Qian Yu" in fields and "Zhou Lan" not in fields, "the people of the two parties"
    alone = mei.post(page(scene.project), {**top_secret, "step": "check"}).content.decode()
    assert "Two people must carry" in alone and "The rules block this." in alone
    refused = mei.post(page(scene.project), {**top_secret, "step": "record"})
    again = mei.get(page(scene.project), {"refused": str(m.Refusal.objects.get().id)}).content.decode()
    assert refused.status_code == 302 and "Who accompanies the copies?" in again
    named = {**top_secret, "second_carrier": str(cast.people["yu"].id), "submission": str(m.new_id())}
    assert "Qian Yu" in mei.post(page(scene.project), {**named, "step": "check"}).content.decode()
    done = mei.post(page(scene.project), named)
    handoff = m.Handoff.objects.get(project=scene.project)
    assert done["Location"] == reverse("handoff", args=[handoff.id])
    assert handoff.second_carrier_id == cast.people["yu"].id
    for who in ("mei", "tao"):
        seen = scene.client(who).get(done["Location"]).content.decode()
        assert "Accompanied by" in seen and "Qian Yu" in seen
    like = mei.get(page(scene.project), {"like": str(handoff.id)}).content.decode()
    assert f'<option value="{cast.people["yu"].id}" selected' in like


@pytest.mark.parametrize("second", ["x", "\0", "00000000-0000-0000-0000-000000000000", "lan"])
def test_somebody_who_is_not_on_the_list_cannot_accompany(
    scene: Scene, top_secret: dict[str, Any], second: str
) -> None:
    wrong = str(scene.cast.people["lan"].id) if second == "lan" else second
    answer = scene.client("mei").post(page(scene.project), {**top_secret, "second_carrier": wrong})
    assert answer.status_code == 422
    assert not m.Handoff.objects.filter(project=scene.project).exists() and not m.Refusal.objects.exists()


def test_an_attempt_shows_its_companion_to_who_tried_and_not_to_the_receiver(
    scene: Scene, top_secret: dict[str, Any]
) -> None:
    yu = str(scene.cast.people["yu"].id)
    scene.client("mei").post(page(scene.project), {**top_secret, "channel": "post", "second_carrier": yu})
    there = reverse("refusal", args=[m.Refusal.objects.get().id])
    assert "Qian Yu" in scene.client("mei").get(there).content.decode()
    other = scene.client("tao").get(there)
    assert other.status_code == 404 or "Qian Yu" not in other.content.decode()
