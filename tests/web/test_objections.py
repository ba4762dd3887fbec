"""The pages of objections: lodged by a regulator, from a sample or freely; answered by the owner; judged."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from custody import models as m
from custody.actions import notices, objections
from custody.evidence.words import EvidenceOf
from custody.terms import ObjectionState
from tests.api.hostile_objections import answered, lodged
from tests.api.hostile_samples import entered
from tests.api.test_nouns import program, send

from .scene import Scene, hidden


def form(scene: Scene, **changes: Any) -> dict[str, Any]:
    due = (scene.cast.today + dt.timedelta(days=10)).isoformat()
    return {"text": "Discs lie open 光盘未入柜", "basis": "Art. 47", "due": due, "line": "", **changes}


def test_it_is_lodged_once_and_stands_where_the_owner_and_the_regulator_look(scene: Scene) -> None:
    new = reverse("objection_new", args=[scene.project.id])
    project = reverse("project", args=[scene.project.id])
    assert new in scene.client("jing").get(project).content.decode()
    token = str(m.new_id())
    sent = [scene.client("jing").post(new, form(scene, submission=token, step="do")) for _ in range(2)]
    (row,) = m.Objection.objects.all()
    page = reverse("objection", args=[row.id])
    assert {answer["Location"] for answer in sent} == {page}
    for who in ("mei", "jing"):
        assert row.number in scene.client(who).get(project).content.decode(), who
        assert row.number in scene.client(who).get(reverse("objections")).content.decode(), who
    home = scene.client("mei", "zh-hans").get(reverse("home")).content.decode()
    assert row.number in home and "待答复的监管整改要求" in home
    assert row.number not in scene.client("tao").get(reverse("objections")).content.decode()
    assert scene.client("tao").get(page).status_code == 404
    shown = scene.client("mei").get(page).content.decode()
    assert f"{page}answer" in shown and f"{page}withdraw" not in shown and new not in shown
    shown = scene.client("jing").get(page).content.decode()
    assert f"{page}answer" not in shown and f"{page}withdraw" in shown and f"{page}accept" not in shown


def test_the_day_for_its_answer_stands_in_the_calendar_of_owner_and_regulator_until_it_is_answered(
    scene: Scene,
) -> None:
    scene.client("jing").post(reverse("objection_new", args=[scene.project.id]), form(scene, step="do"))
    row = m.Objection.objects.get()
    asked = {"month": f"{row.due:%Y-%m}", "kind": "objection"}

    def listed(who: str) -> bool:
        return row.number in scene.client(who).get(reverse("calendar"), asked).content.decode()

    assert {who: listed(who) for who in ("mei", "heng", "jing", "tao", "lan")} == {
        "mei": True, "heng": True, "jing": True, "tao": False, "lan": False,
    }  # fmt: skip
    file = scene.client("mei").get(reverse("calendar"), {**asked, "export": "ics"}).content.decode()
    assert row.number in file and f"{row.due:%Y%m%d}" in file
    objections.answer(scene.cast.actor("mei"), objection=row.id, answer="A safe 已入柜")
    assert not listed("mei") and not listed("jing")


def test_what_does_not_fit_is_told_beside_its_field(scene: Scene) -> None:
    new = reverse("objection_new", args=[scene.project.id])
    past = (scene.cast.today - dt.timedelta(days=1)).isoformat()
    for changes, told in (
        ({"text": " "}, "Say what is wrong"), ({"basis": ""}, "Give the legal basis"),
        ({"due": past}, "This day is past"), ({"due": "soon"}, "year-month-day"),
    ):  # fmt: skip
        answer = scene.client("jing").post(new, form(scene, **changes))
        assert answer.status_code == 422 and told in answer.content.decode(), changes
    assert not m.Objection.objects.exists()


def test_from_a_sample_it_names_the_copy_and_how_it_was_found(scene: Scene) -> None:
    sample = entered(scene)
    line = sample.lines.order_by("position")[0]
    new = f"{reverse('objection_new', args=[scene.project.id])}?line={line.id}"
    page = scene.client("jing").get(reverse("sample", args=[sample.id])).content.decode()
    assert new in page
    assert (
        "Lodge an objection"
        not in scene.client("mei").get(reverse("sample", args=[sample.id])).content.decode()
    )
    asked = scene.client("jing").get(new).content.decode()
    assert line.code in asked and hidden(asked, "line") == str(line.id)
    scene.client("jing").post(reverse("objection_new", args=[scene.project.id]), form(scene, line=line.id))
    row = m.Objection.objects.get()
    assert row.line == line
    for url in (reverse("objection", args=[row.id]), reverse("sample", args=[sample.id])):
        shown = scene.client("mei").get(url).content.decode()
        assert row.number in shown and line.code in shown


def test_it_is_answered_with_a_paper_sent_back_and_accepted(scene: Scene) -> None:
    row = lodged(scene)
    page = reverse("objection", args=[row.id])
    answer = scene.client("mei").get(f"{page}answer").content.decode()
    assert "光盘" not in answer and "副本未入柜" in answer, "what is answered stands beside the answer"
    paper = SimpleUploadedFile("safe.pdf", b"%PDF-1.7 x", content_type="application/pdf")
    given = {"seen": hidden(answer, "seen"), "answer": "In a safe 已入柜", "evidence_file": paper}
    assert scene.client("mei").post(f"{page}answer", given)["Location"] == page
    file = m.EvidenceFile.objects.get(what=EvidenceOf.OBJECTION, subject=row.id)
    shown = scene.client("jing").get(page).content.decode()
    assert file.sha256 in shown and "In a safe 已入柜" in shown and f"{page}accept" in shown
    assert scene.client("jing").get(reverse("file", args=[file.id])).status_code == 200
    assert scene.client("tao").get(reverse("file", args=[file.id])).status_code == 404
    seen = hidden(scene.client("jing").get(f"{page}send_back").content.decode(), "seen")
    due = (scene.cast.today + dt.timedelta(days=3)).isoformat()
    scene.client("jing").post(f"{page}send_back", {"seen": seen, "reason": "Which safe?", "due": due})
    row.refresh_from_db()
    assert row.state is ObjectionState.RETURNED
    stale = scene.client("mei").post(f"{page}answer", {"seen": seen, "answer": "The grey one"})
    assert stale.status_code in (409, 412, 422), "on the state that was shown, and no other"
    seen = hidden(scene.client("mei").get(f"{page}answer").content.decode(), "seen")
    scene.client("mei").post(f"{page}answer", {"seen": seen, "answer": "The grey one"})
    seen = hidden(scene.client("jing").get(f"{page}accept").content.decode(), "seen")
    scene.client("jing").post(f"{page}accept", {"seen": seen, "remark": ""})
    row.refresh_from_db()
    assert row.state is ObjectionState.SETTLED
    history = scene.client("mei").get(page).content.decode()
    for words in ("In a safe 已入柜", "Which safe?", "The grey one"):
        assert words in history, words
    assert reverse("file_new", args=["objection", row.id]) not in history, "nothing more is attached"


def test_an_overdue_one_is_marked_as_such_everywhere(scene: Scene) -> None:
    row = lodged(scene)
    m.Objection.objects.filter(id=row.id).update(due=scene.cast.today - dt.timedelta(days=2))
    for who, language, told in (("mei", "en", "overdue"), ("jing", "zh-hans", "已逾期")):
        client = scene.client(who, language)
        assert told in client.get(reverse("objections")).content.decode()
        assert told in client.get(reverse("objection", args=[row.id])).content.decode().casefold()
        assert row.number in client.get(f"{reverse('objections')}?still=overdue").content.decode()
    assert f"{reverse('objections')}?still=overdue" in scene.client("jing").get("/").content.decode()
    notices.remind(scene.cast.today)
    inbox = scene.client("mei").get(reverse("notices")).content.decode()
    assert reverse("objection", args=[row.id]) in inbox


def test_a_program_does_the_same(scene: Scene) -> None:
    made = send(program(scene, "jing"), f"projects/{scene.project.id}/objections", {
        key: value for key, value in form(scene).items() if key != "line"
    })  # fmt: skip
    assert made.status_code == 201, made.content
    url = f"objections/{made.json()['id']}"
    told = send(program(scene, "jing"), f"{url}/give-answer", {"answer": "Mine"})
    assert told.status_code == 403
    answer = send(program(scene, "mei"), f"{url}/give-answer", {"answer": "Put away"})
    assert (answer.status_code, answer.json()["state"], answer.json()["late"]) == (200, "answered", False)
    done = send(program(scene, "jing"), f"{url}/accept", {})
    assert (done.status_code, done.json()["state"]) == (200, "settled")
    listed = program(scene, "jing").get("/api/v1/objections/?state=settled").json()
    assert [row["number"] for row in listed["results"]] == [made.json()["number"]]


def test_what_was_answered_waits_on_the_first_page_of_the_regulator(scene: Scene) -> None:
    row = answered(scene)
    home = scene.client("jing").get("/").content.decode()
    assert row.number in home and f"{reverse('objections')}?still=judge" in home
    assert row.number not in scene.client("mei").get("/").content.decode()
