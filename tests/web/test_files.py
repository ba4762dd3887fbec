"""Evidence files on screens: taken with the form of their paper, shown as images to whoever decides, and each
look recorded."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from custody import models as m
from custody.actions import files
from custody.actions.base import Actor
from custody.apply import rebuild
from custody.compare import compare
from custody.evidence.words import EvidenceOf
from custody.terms import Source
from ledger import api as ledger
from tests.evidence.made import image, pdf

from .scene import Scene
from .test_decision import vote

PDF = pdf(3)
SHA256 = hashlib.sha256(PDF).hexdigest()


def upload(data: bytes = PDF, name: str = "licence of Lin Mei.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "text/html")


def stored(settings: Any) -> list[str]:
    return sorted(path.name for path in Path(settings.FILES_DIR).rglob("*") if path.is_file())


def certificate(scene: Scene) -> m.Qualification:
    row: m.Qualification = m.Qualification.objects.filter(party=scene.cast.party("lakeside"))[0]
    return row


def attached(scene: Scene, data: bytes = PDF, row: m.Qualification | None = None) -> m.EvidenceFile:
    """Attach a file to a certificate as a program would, and have it drawn."""
    incoming = files.begin()
    incoming.write(data)
    subject = (row or certificate(scene)).id
    done = files.attach(
        scene.cast.actor("mei"), what=EvidenceOf.QUALIFICATION, subject_id=subject, file=incoming.finish()
    )
    files.draw_pages(done.object.id)
    found: m.EvidenceFile = m.EvidenceFile.objects.get(id=done.object.id)
    return found


def looks() -> list[Any]:
    return [
        (entry.values["actor"], entry.values["file"], entry.values["page"], entry.values["source"])
        for stream in ledger.streams()
        if stream.startswith("access:")
        for entry in ledger.run(stream)
    ]


def consent(**changes: Any) -> dict[str, Any]:
    return {
        "step": "consent", "kind": "authority", "reference": "A-7", "given_on": "2026-01-05",
        "document_sha256": "", "submission": str(m.new_id()), **changes,
    }  # fmt: skip


def test_a_consent_comes_with_its_file_whose_hash_is_taken(scene: Scene, settings: Any) -> None:
    mei, url = scene.client("mei"), reverse("hop", args=[scene.westgate.id])
    page = mei.get(f"{url}?step=consent").content.decode()
    assert 'enctype="multipart/form-data"' in page and 'name="evidence_file"' in page
    answer = mei.post(url, consent(evidence_file=upload()))
    assert answer.status_code == 302, answer.content.decode()
    paper = m.Consent.objects.get(hop=scene.westgate, reference="A-7")
    row = m.EvidenceFile.objects.get(subject=paper.id)
    assert (row.what, row.sha256, row.length) == (EvidenceOf.CONSENT, SHA256, len(PDF))
    assert paper.document_sha256 == SHA256
    assert row.media_type == "application/pdf"  # not what the browser says
    assert b"".join(files.content(row)) == PDF
    entry = ledger.read(row.entry)
    assert entry.values["sha256"] == SHA256 and "Lin Mei" not in str(entry.values)
    assert m.OutboxJob.objects.filter(task=files.DRAW_TASK, payload={"file": str(row.id)}).exists()
    assert [name for name in stored(settings) if not name.endswith(".key")] == [f"{row.id}.new"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"document_sha256": "0" * 64}, "This is another file than was stated"),
        ({"given_on": "2198-01-01"}, "This day has not come yet"),
        ({"reference": ""}, "Enter the number of the paper"),
    ],
)
def test_a_form_that_is_not_taken_leaves_no_file(
    scene: Scene, settings: Any, changes: dict[str, Any], words: str
) -> None:
    answer = scene.client("mei").post(
        reverse("hop", args=[scene.westgate.id]), consent(evidence_file=upload(), **changes)
    )
    assert answer.status_code == 422 and words in answer.content.decode()
    assert stored(settings) == []
    assert not m.EvidenceFile.objects.exists() and not m.Consent.objects.filter(reference="A-7").exists()


def test_a_form_sent_twice_keeps_one_file(scene: Scene, settings: Any) -> None:
    mei, url, form = scene.client("mei"), reverse("hop", args=[scene.westgate.id]), consent()
    for _ in range(2):
        answer = mei.post(url, {**form, "evidence_file": upload()})
        assert answer.status_code == 302
    assert m.EvidenceFile.objects.count() == 1
    assert len(stored(settings)) == 2  # the file and its key


def test_too_large_a_file_is_refused_while_it_comes(scene: Scene, settings: Any) -> None:
    settings.FILES_MAX_BYTES = 1_000_000
    answer = scene.client("mei").post(
        reverse("file_new", args=["qualification", certificate(scene).id]),
        {"evidence_file": upload(bytes(1_000_001)), "submission": str(m.new_id())},
    )
    assert answer.status_code == 422 and "at most 1 MB" in answer.content.decode()
    assert stored(settings) == []


def test_whoever_is_not_signed_in_puts_nothing_on_the_disk(scene: Scene, settings: Any) -> None:
    url = reverse("file_new", args=["qualification", certificate(scene).id])
    for path in (url, reverse("account_login"), "/verify"):
        answer = Client().post(path, {"evidence_file": upload()})
        assert answer.status_code < 500
        assert stored(settings) == []


def test_a_file_may_be_attached_later_by_who_may_record_its_paper(scene: Scene) -> None:
    row = certificate(scene)
    url = reverse("file_new", args=["qualification", row.id])
    assert url in scene.client("mei").get(reverse("qualification", args=[row.id])).content.decode()
    for who, status in (("tao", 404), ("yu", 403), ("lan", 403), ("jing", 403)):
        form = {"evidence_file": upload(), "submission": str(m.new_id())}
        assert scene.client(who).post(url, form).status_code == status, who
    answer = scene.client("mei", "zh-hans").post(
        url, {"evidence_file": upload(), "submission": str(m.new_id())}
    )
    assert answer.status_code == 302
    again = scene.client("mei").post(url, {"evidence_file": upload(), "submission": str(m.new_id())})
    assert again.status_code == 422 and "attached already" in again.content.decode()


def on_the_forms(scene: Scene) -> list[tuple[str, str, Any, str, dict[str, Any]]]:
    """Who records what, of which row, under which route, with which answers."""
    day = (scene.cast.today - dt.timedelta(days=2)).isoformat()
    yu, lakeside = scene.cast.people["yu"].id, scene.cast.party("lakeside")
    vote(scene, "heng", condition_1_text="Seals on every box", condition_1_type="precondition")
    condition = m.Condition.objects.get(approval=scene.asked)
    shown = {"evidence": "Letter 7", "paper": "LS-7", "sha256": "", "seen": str(condition.entry)}
    stated = {"stated_on": day, "clean_record": "yes", "prc_staff": "yes", "evidence": "E-1"}
    vetted = {"vetting": "core", "vetted_from": day, "vetted_to": "2031-05-04", "vetting_evidence": "V-8"}
    return [
        ("an", "vetting", yu, "vetting_new", vetted),
        ("an", "training", yu, "training_new", {"trained_on": day, "training_evidence": "List 12"}),
        ("an", "undertaking", yu, "undertaking_new", {"undertaking_on": day, "undertaking_evidence": "F"}),
        ("an", "leaving", yu, "leaving_new", {"leaves_on": "2031-05-04", "leaving_evidence": "N-1"}),
        ("mei", "statement", lakeside, "party_conditions", stated),
        ("mei", "inspection", lakeside, "party_inspection", {"inspected_on": day, "evidence": "E-2"}),
        ("mei", "condition", condition.id, "condition_show", shown),
    ]


def test_what_is_recorded_of_people_parties_and_conditions_comes_with_its_file(
    scene: Scene, settings: Any
) -> None:
    for who, what, row, route, answers in on_the_forms(scene):
        client, url = scene.client(who), reverse(route, args=[row])
        page = client.get(url).content.decode()
        assert 'enctype="multipart/form-data"' in page and 'name="evidence_file"' in page, route
        missing = {name: "" for name in answers if name.endswith("evidence")}
        faulty = client.post(url, {**answers, **missing, "evidence_file": upload()})
        assert faulty.status_code == 422, route
        assert not m.EvidenceFile.objects.filter(what=what).exists()
        answer = client.post(url, {**answers, "evidence_file": upload()})
        assert answer.status_code == 302, (route, answer.content.decode())
        file = m.EvidenceFile.objects.get(what=what, subject=row)
        assert file.sha256 == SHA256
    assert m.Condition.objects.get(approval=scene.asked).sha256 == SHA256
    assert len([name for name in stored(settings) if not name.endswith(".key")]) == 7
    assert list(compare(rebuild())) == []


def test_a_condition_is_not_shown_by_another_file_than_was_stated(scene: Scene, settings: Any) -> None:
    *_, (who, _what, row, route, answers) = on_the_forms(scene)
    answer = scene.client(who).post(
        reverse(route, args=[row]), {**answers, "sha256": "0" * 64, "evidence_file": upload()}
    )
    assert answer.status_code == 422 and "This is another file than was stated" in answer.content.decode()
    assert stored(settings) == [] and m.Condition.objects.get(id=row).evidence == ""


def test_nobody_attaches_what_shows_that_they_may_receive(scene: Scene) -> None:
    own, other = scene.cast.people["an"].id, scene.cast.people["yu"].id
    an = scene.client("an")
    for person, status in ((own, 403), (other, 302)):
        form = {"evidence_file": upload(), "submission": str(m.new_id())}
        assert an.post(reverse("file_new", args=["vetting", person]), form).status_code == status


def test_the_officer_sees_the_pages_where_the_decision_is_taken(scene: Scene) -> None:
    row = attached(scene)
    scene.asked.hop.to_party_id = row.attached_by_id  # the certificates of whoever receives are shown
    page = scene.client("heng").get(reverse("approval", args=[scene.asked.id])).content.decode()
    assert row.sha256 in page and "Verified by" in page
    for number in (1, 2, 3):
        assert reverse("file_image", args=[row.id, number, "small"]) in page
        assert f"page {number} of 3" in page
    chinese = scene.client("heng", "zh-hans").get(reverse("approval", args=[scene.asked.id])).content.decode()
    assert "第1页，共3页" in chinese


def test_a_page_opens_at_full_size_and_that_is_recorded(
    scene: Scene, django_capture_on_commit_callbacks: Any
) -> None:
    row, heng = attached(scene), scene.client("heng")
    person = str(scene.cast.people["heng"].id)
    page = heng.get(reverse("file_page", args=[row.id, 2])).content.decode()
    large = reverse("file_image", args=[row.id, 2, "large"])
    assert large in page and "Page 2 of 3" in page
    with django_capture_on_commit_callbacks() as small:
        thumb = heng.get(reverse("file_image", args=[row.id, 1, "small"]))
    assert thumb["Content-Type"] == "image/png" and thumb.content.startswith(b"\x89PNG") and small == []
    with django_capture_on_commit_callbacks() as after:
        answer = heng.get(large)
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert len(after) == 1
    with pytest.MonkeyPatch.context():
        files.look(Actor.of(scene.user("heng")), file=row, page=2)
    assert (person, str(row.id), 2, "screen") in looks()
    for number, size in ((0, "large"), (4, "large"), (1, "huge")):
        assert heng.get(reverse("file_image", args=[row.id, number, size])).status_code == 404


def test_a_file_is_saved_never_opened(scene: Scene, django_capture_on_commit_callbacks: Any) -> None:
    row = attached(scene, b"<html><script>alert(1)</script>")
    assert (row.media_type, row.failure) == ("application/octet-stream", "no_picture")
    with django_capture_on_commit_callbacks() as after:
        answer = scene.client("heng").get(reverse("file_content", args=[row.id]))
    assert b"".join(answer) == b"<html><script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == f'attachment; filename="evidence-{row.sha256[:12]}.bin"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]
    assert len(after) == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("mei", 200), ("heng", 200), ("lan", 200), ("jing", 200), ("tao", 404), ("bo", 404)],
)
def test_who_may_see_the_paper_may_see_its_file(scene: Scene, who: str, status: int) -> None:
    row, client = attached(scene), scene.client(who)
    for url in (
        reverse("file", args=[row.id]),
        reverse("file_content", args=[row.id]),
        reverse("file_page", args=[row.id, 1]),
        reverse("file_image", args=[row.id, 1, "large"]),
        reverse("file_image", args=[row.id, 1, "small"]),
    ):
        assert client.get(url).status_code == status, url
    assert Client().get(reverse("file_content", args=[row.id])).status_code == 302


def test_what_cannot_be_drawn_says_why_in_the_language_of_the_page(scene: Scene) -> None:
    row = attached(scene, b"%PDF-1.7 broken")
    url = reverse("file", args=[row.id])
    assert "It could not be drawn: it is damaged" in scene.client("heng").get(url).content.decode()
    assert "无法显示为图像" in scene.client("heng", "zh-hans").get(url).content.decode()
    assert scene.client("heng").post(url, {"step": "draw"}).status_code == 302
    assert m.OutboxJob.objects.filter(task=files.DRAW_TASK).count() == 2
    assert scene.client("heng").post(url, {"step": "eat"}).status_code == 422


def test_a_file_that_is_lost_or_changed_is_a_plain_answer(scene: Scene) -> None:
    row = attached(scene, image())
    (path,) = files.store().folder.glob(f"*/{row.id}.new")
    raw = path.read_bytes()
    path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    url = reverse("file_content", args=[row.id])
    answer = scene.client("heng").get(url)
    assert answer.status_code == 422 and "custody_fsck" in answer.content.decode()
    path.unlink()
    assert scene.client("heng").get(url).status_code == 422
    files.draw_pages(row.id)
    row.refresh_from_db()
    assert row.failure == "gone"


def test_the_key_of_a_program_is_told_apart_in_a_look(scene: Scene) -> None:
    row = attached(scene)
    files.look_by(scene.user("jing"), row, None, Source.API)
    assert looks() == [(str(scene.cast.people["jing"].id), str(row.id), None, "api")]
