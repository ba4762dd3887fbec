"""The page of a party: what it states of itself, its self-inspection, and who is overdue."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from custody import models as m
from ledger.models import Entry

from .scene import Scene


def page(scene: Scene, party: str = "lakeside") -> str:
    return reverse("party", args=[scene.cast.party(party)])


def form(scene: Scene, step: str, party: str = "lakeside") -> str:
    return reverse(f"party_{step}", args=[scene.cast.party(party)])


def statement(scene: Scene, **changes: str) -> dict[str, str]:
    given = {
        "stated_on": scene.cast.today.isoformat(), "established_on": "2011-05-04", "clean_record": "yes",
        "prc_staff": "no", "evidence": "No. 12 〔2026〕", "remark": "",
    }  # fmt: skip
    return {**given, **changes}


def test_mei_records_a_statement_and_reads_it_on_the_page(scene: Scene) -> None:
    mei = scene.client("mei")
    html = mei.get(page(scene)).content.decode()
    assert f'href="{form(scene, "conditions")}"' in html and f'href="{form(scene, "inspection")}"' in html
    assert "Paper with the statement" in mei.get(form(scene, "conditions")).content.decode()
    answer = mei.post(form(scene, "conditions"), statement(scene))
    assert answer.status_code == 302 and answer["Location"] == page(scene)
    row = m.Party.objects.get(id=scene.cast.party("lakeside"))
    assert (row.clean_record, row.prc_staff, row.established_on) == (True, False, dt.date(2011, 5, 4))
    html = mei.get(page(scene)).content.decode()
    for words in ("No. 12 〔2026〕", "All staff are PRC nationals", "2011-05-04"):
        assert words in html
    chinese = scene.client("mei", "zh-hans").get(form(scene, "conditions")).content.decode()
    for words in ("声明日期", "是否均为中国公民", "声明文件"):
        assert words in chinese


def test_a_form_that_does_not_fit_is_shown_again_with_its_faults(scene: Scene) -> None:
    mei, before = scene.client("mei"), Entry.objects.count()
    late = (scene.cast.today + dt.timedelta(days=9)).isoformat()
    for changes in ({"evidence": ""}, {"stated_on": ""}, {"stated_on": late}, {"clean_record": "maybe"}):
        answer = mei.post(form(scene, "conditions"), statement(scene, **changes))
        assert answer.status_code == 422 and 'class="error"' in answer.content.decode(), changes
    answer = mei.post(form(scene, "inspection"), {"inspected_on": late, "evidence": "E"})
    assert answer.status_code == 422
    assert Entry.objects.count() == before


def test_who_may_not_record_it_is_not_offered_it(scene: Scene) -> None:
    for who in ("tao", "yu", "jing"):
        client = scene.client(who)
        shown = client.get(page(scene, "northfield"))
        assert "/conditions" not in shown.content.decode()
        for step in ("conditions", "inspection"):
            status = client.get(form(scene, step, "northfield")).status_code
            assert status in (403, 404), (who, step)
    assert "/conditions" not in scene.client("mei").get(page(scene, "pilot")).content.decode()


def test_an_overdue_inspection_stands_on_the_first_page_and_the_partys_until_it_is_recorded(
    scene: Scene,
) -> None:
    mei, an, bo = scene.client("mei"), scene.client("an"), scene.client("bo")
    there = reverse("parties") + "?inspection=overdue"
    assert scene.cast.parties["lakeside"].name not in mei.get(there).content.decode()
    long_ago = scene.cast.today - dt.timedelta(days=400)
    m.Party.objects.filter(id=scene.cast.party("lakeside")).update(inspected_on=long_ago)
    for client in (mei, an):
        html = client.get("/").content.decode()
        assert "Yearly self-inspections overdue" in html and "inspection=overdue" in html
        listed = client.get(there).content.decode()
        assert page(scene) in listed and page(scene, "westgate") not in listed
    assert "Yearly self-inspections overdue" not in bo.get("/").content.decode()
    for client, seen in ((mei, True), (an, True), (scene.client("lan"), True), (bo, False)):
        assert (page(scene) in client.get(reverse("notices")).content.decode()) is seen
    assert "self-inspection was due by" in mei.get(page(scene)).content.decode()
    assert "自查应于" in scene.client("mei", "zh-hans").get(page(scene)).content.decode()
    done = {"inspected_on": scene.cast.today.isoformat(), "evidence": "Report 3", "remark": ""}
    assert mei.post(form(scene, "inspection"), done).status_code == 302
    assert "self-inspection was due by" not in mei.get(page(scene)).content.decode()
    assert page(scene) not in mei.get(there).content.decode()
    assert page(scene) not in mei.get(reverse("notices")).content.decode()
