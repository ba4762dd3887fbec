"""The pages of random samples: a regulator asks, draws, takes the tick sheet, enters, closes; others look."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from custody import lot, record
from custody import models as m
from custody.evidence.words import EvidenceOf
from custody.terms import SampleFound, SampleState
from tests.api.hostile_samples import CHECKPOINT, WORD, asked, drawn, entered
from tests.evidence.made import pdf
from tests.reports.reading import squeezed, text_of

from .scene import Scene, hidden


def new(scene: Scene, sealed: str, **changes: Any) -> Any:
    form = {"count": "2", "sealed": sealed, "submission": str(m.new_id()), "step": "do", **changes}
    return scene.client("jing").post(reverse("sample_new", args=[scene.project.id]), form)


@pytest.mark.parametrize("sealed", [WORD, lot.sealed(WORD), lot.sealed(WORD).upper()])
def test_a_sample_is_asked_for_by_a_word_or_its_sha256_and_drawn_by_the_word(
    scene: Scene, sealed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = scene.client("jing").get(reverse("project", args=[scene.project.id])).content.decode()
    assert reverse("sample_new", args=[scene.project.id]) in page
    token = str(m.new_id())
    answers = [new(scene, sealed, submission=token) for _ in range(2)]
    (row,) = m.Sample.objects.all()
    url = reverse("sample", args=[row.id])
    assert {answer["Location"] for answer in answers} == {url}
    assert row.word_sha256 == lot.sealed(WORD) and row.word == ""
    page = scene.client("jing").get(url).content.decode()
    assert WORD not in page and reverse("sample_draw", args=[row.id]) in page and ".pdf" not in page
    draw = reverse("sample_draw", args=[row.id])
    seen = hidden(scene.client("jing").get(draw).content.decode(), "seen")
    early = scene.client("jing").post(draw, {"word": WORD, "seen": seen})
    assert early.status_code == 422 and "No signed checkpoint covers" in early.content.decode()
    monkeypatch.setattr(record, "covering", lambda _entry: CHECKPOINT)
    wrong = scene.client("jing", "zh-hans").post(draw, {"word": WORD + "!", "seen": seen})
    assert wrong.status_code == 422 and "SHA-256不同" in wrong.content.decode()
    assert scene.client("jing").post(draw, {"word": WORD, "seen": seen})["Location"] == url
    page = scene.client("jing").get(url).content.decode()
    codes = [line.code for line in row.lines.all()]
    assert len(codes) == 2 and all(code in page for code in codes) and WORD in page


def test_what_cannot_be_asked_is_told_beside_its_field(scene: Scene) -> None:
    for sealed, count, told in (
        ("short", "2", "20 to 200"), (WORD, "0", "1"), (WORD, "201", "200"), ("", "2", "Give a word"),
    ):  # fmt: skip
        answer = new(scene, sealed, count=count)
        assert answer.status_code == 422 and told in answer.content.decode(), (sealed, count)
    assert not m.Sample.objects.exists()


def test_the_tick_sheet_has_a_line_for_each_copy_and_says_what_decided(scene: Scene) -> None:
    row = drawn(scene)
    for language, words in (("en", "Tick sheet"), ("zh", "随机抽样查验单"), ("both", "Not seen")):
        answer = scene.client("jing").get(reverse("sample_pdf", args=[row.id, language]))
        assert answer["Content-Type"] == "application/pdf"
        text = squeezed(text_of(answer.content))
        for told in (words, row.number, WORD, CHECKPOINT[1], *(line.code for line in row.lines.all())):
            assert squeezed(told) in text, (language, told)
        again = scene.client("mei").get(reverse("sample_pdf", args=[row.id, language])).content
        assert again == answer.content, "the same rows give the same bytes"
    assert scene.client("jing").get(reverse("sample_pdf", args=[row.id, "fr"])).status_code == 422


def test_the_scan_of_the_ticked_sheet_is_kept_with_the_sample_by_its_regulator_alone(scene: Scene) -> None:
    row, jing, mei = drawn(scene), scene.client("jing"), scene.client("mei")
    page, new_file = reverse("sample", args=[row.id]), reverse("file_new", args=["tick_sheet", row.id])
    assert new_file in jing.get(page).content.decode()
    assert new_file not in mei.get(page).content.decode() and mei.get(new_file).status_code == 403
    assert scene.client("tao").get(new_file).status_code == 404

    def sent(client: Any, content: bytes) -> Any:
        return client.post(new_file, {"evidence_file": SimpleUploadedFile("scan", content)})

    paper = pdf(2)
    assert sent(jing, b"no picture").status_code == 422, "a scan is a picture"
    assert sent(mei, paper).status_code == 403
    assert sent(jing, paper).status_code == 302
    file = m.EvidenceFile.objects.get(what=EvidenceOf.TICKED, subject=row.id)
    assert file.attached_by_id == scene.cast.people["jing"].id
    for client in (jing, mei):
        assert file.sha256 in client.get(page).content.decode()
        shown = client.get(reverse("file", args=[file.id])).content.decode()
        assert page in shown and "Ticked sheet" in shown
    assert scene.client("tao").get(reverse("file", args=[file.id])).status_code == 404
    assert not row.lines.exclude(found=SampleFound.OPEN).exists(), "what was found is still entered"
    assert sent(jing, paper).status_code == 422, "once"
    not_drawn = asked(scene)
    assert (
        reverse("file_new", args=["tick_sheet", not_drawn.id])
        not in jing.get(reverse("sample", args=[not_drawn.id])).content.decode()
    )
    other = {"evidence_file": SimpleUploadedFile("scan", pdf(1))}
    answer = jing.post(reverse("file_new", args=["tick_sheet", not_drawn.id]), other)
    assert answer.status_code == 422 and "no sheet of this sample" in answer.content.decode()
    past = scene.cast.today - dt.timedelta(days=1)
    m.Grant.objects.update(starts=past, ends=past)
    assert sent(jing, pdf(1)).status_code in (403, 404), "only under a live grant"
    assert m.EvidenceFile.objects.filter(what=EvidenceOf.TICKED).count() == 1


def test_findings_are_entered_line_by_line_and_only_what_is_new_is_recorded(scene: Scene) -> None:
    row = drawn(scene)
    url = reverse("sample_enter", args=[row.id])
    first, second = row.lines.order_by("position")
    page = scene.client("jing").get(url).content.decode()
    form = {"seen": hidden(page, "seen"), "found_1": "elsewhere", "note_1": "", "found_2": "", "note_2": "x"}
    answer = scene.client("jing").post(url, form)
    told = answer.content.decode()
    assert answer.status_code == 422 and "Say where it was" in told and "Say how the copy was found" in told
    answer = scene.client("jing").post(url, {**form, "note_1": "Room 4 四号房", "note_2": ""})
    assert answer.status_code == 302
    first.refresh_from_db()
    assert (first.found, first.note) == (SampleFound.ELSEWHERE, "Room 4 四号房")
    page = scene.client("jing").get(url).content.decode()
    assert re.search(r'name="note_1"[^>]*value="Room 4 四号房"', page), "what was entered stands there"
    same = {"seen": form["seen"], "found_1": "elsewhere", "note_1": "Room 4 四号房"}
    assert "Nothing new" in scene.client("jing").post(url, same).content.decode()
    close = reverse("sample_close", args=[row.id])
    assert close not in scene.client("jing").get(reverse("sample", args=[row.id])).content.decode()
    answer = scene.client("jing").post(url, {**same, "found_2": "seen", "note_2": ""})
    assert answer.status_code == 302
    entries = [e for e in record.naming(str(second.id)) if e.values["kind"] == "sample.entered/1"]
    lines: Any = entries[-1].values["lines"]
    assert [line["code"] for line in lines] == [second.code], "the first was not entered again"


def test_it_is_closed_and_stands_on_the_lists_of_regulator_and_owner(scene: Scene) -> None:
    row = entered(scene)
    home = scene.client("jing").get(reverse("home")).content.decode()
    assert f"{reverse('samples')}?still=open" in home
    close = reverse("sample_close", args=[row.id])
    seen = hidden(scene.client("jing").get(close).content.decode(), "seen")
    assert scene.client("jing").post(close, {"seen": seen, "remark": "In order"}).status_code == 302
    row.refresh_from_db()
    assert row.state is SampleState.CLOSED
    for who, sees in (("jing", True), ("mei", True), ("tao", False)):
        listed = scene.client(who).get(reverse("samples")).content.decode()
        assert (row.number in listed) is sees, who
    page = scene.client("mei").get(reverse("project", args=[scene.project.id])).content.decode()
    assert row.number in page and reverse("sample_new", args=[scene.project.id]) not in page
    detail = scene.client("mei").get(reverse("sample", args=[row.id])).content.decode()
    assert all(f"/samples/{row.id}/{verb}" not in detail for verb in ("enter", "close", "draw"))
    assert m.Look.objects.filter(person=scene.cast.people["jing"], noun="sample", object=row.id).exists()
