"""Which handoffs a party got without valid paper: on a page from its dossier, as a file, by a program."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custody import models as m
from custody.actions import handoffs, qualifications
from tests.api.test_nouns import program

from .scene import Scene

DAY = dt.timedelta(days=1)


@pytest.fixture
def void(scene: Scene) -> m.Qualification:
    """The certificate of Westgate, which turned out void after it had been handed copies."""
    assert handoffs.accept(scene.cast.actor("tao"), handoff=scene.handoff.id).state == "done"
    paper = m.Qualification.objects.get(party=scene.cast.party("westgate"))
    done = qualifications.revoke(
        scene.cast.actor("heng"), qualification=paper.id, reason="Forged 伪造",
        void_from=scene.cast.today - DAY,
    )  # fmt: skip
    assert done.state == "done"
    return paper


def asked(scene: Scene, who: str, **question: Any) -> list[dict[str, str]]:
    answer: Any = scene.client(who).get(reverse("without_paper"), {**question, "export": "csv"})
    assert answer.status_code == 200, answer.content
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_each_line_has_the_handoff_rule_article_and_who_decided(scene: Scene, void: m.Qualification) -> None:
    westgate = scene.cast.party("westgate")
    (row,) = asked(scene, "mei", party=str(westgate))
    assert row["Handoff or old register"] == scene.handoff.number and row["Rule"].startswith("QUA-01")
    assert row["Article"] and row["Decided by"] == scene.cast.people["heng"].name
    assert (scene.cast.today - DAY).isoformat() in row["Why"]
    page = scene.client("mei").get(reverse("party", args=[westgate])).content.decode()
    assert f"{reverse('without_paper')}?party={westgate}" in page
    html = scene.client("jing", "zh-hans").get(reverse("without_paper")).content.decode()
    assert scene.handoff.number in html and "资质证书被认定无效" in html, "a regulator reads it too"
    assert asked(scene, "tao") == []


def test_it_is_asked_for_a_period_and_as_it_was_known_on_a_day(scene: Scene, void: m.Qualification) -> None:
    today = scene.cast.today
    assert len(asked(scene, "mei", since=str(today), until=str(today), known=str(today))) == 1
    assert asked(scene, "mei", until=str(today - DAY)) == asked(scene, "mei", since=str(today + DAY)) == []
    assert asked(scene, "mei", known=str(today - DAY)) == []
    for name in ("since", "until", "known"):
        assert asked(scene, "mei", **{name: "0001-01-01"}) == []
        assert scene.client("mei").get(reverse("without_paper"), {name: "x"}).status_code == 422


def test_a_program_reads_it_at_any_moment(scene: Scene, void: m.Qualification) -> None:
    mei, kept = program(scene, "mei"), m.Correction.objects.of(void).get()

    def rows(**question: Any) -> list[Any]:
        answer: Any = mei.get("/api/v1/without-paper/", question)
        assert answer.status_code == 200, answer.content
        found: list[Any] = answer.json()["results"]
        return found

    (row,) = rows(party=str(scene.cast.party("westgate")))
    assert (row["weakness"], row["code"], row["entry"]) == ("certificate_void", "QUA-01", str(kept.entry))
    assert row["decided_by"] == [str(scene.cast.people["heng"].id)] and row["findings"][0]["basis"]
    assert rows(known_at=kept.created_at.isoformat()) == [row]
    assert rows(known_at=(kept.created_at - dt.timedelta(microseconds=1)).isoformat()) == []
    assert rows(known_at=timezone.now().isoformat(), weakness="override") == []
    assert rows(known_at="9999-12-31T23:59:59Z") == []
    assert mei.get(f"/api/v1/without-paper/{row['id']}/").json() == row
    assert mei.get("/api/v1/without-paper/", {"known_at": "x"}).status_code == 422
    assert program(scene, "tao").get("/api/v1/without-paper/").json()["results"] == []


def test_the_day_is_asked_on_the_pages_of_revoking(scene: Scene) -> None:
    heng, paper = scene.client("heng"), m.Qualification.objects.get(party=scene.cast.party("westgate"))
    page = reverse("qualification_revoke", args=[paper.id])
    assert 'name="void_from"' in heng.get(page).content.decode()
    said = {"reason": "Forged", "seen": str(paper.entry), "step": "do"}
    late = (scene.cast.today + 3 * DAY).isoformat()
    assert heng.post(page, {**said, "void_from": late}).status_code == 422
    assert heng.post(page, {**said, "void_from": scene.cast.today.isoformat()}).status_code == 302
    paper.refresh_from_db()
    assert paper.void_from == scene.cast.today
    approval = m.Approval.objects.get(hop=scene.westgate)
    page = reverse("approval", args=[approval.id])
    assert 'name="void_from"' in heng.get(page).content.decode()
    said = {"reason": "Forged", "choice": "revoke"}
    assert heng.post(page, {**said, "void_from": late}).status_code == 422
    assert heng.post(page, {**said, "void_from": scene.cast.today.isoformat()}).status_code == 302
    approval.refresh_from_db()
    assert approval.void_from == scene.cast.today
