"""Receipts on paper on the pages: printed, given out, accounted for; entered, confirmed and settled."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from custody import models as m
from custody.actions import handoffs
from custody.terms import BlankState, PaperState
from tests.actions.filled_in import entered, issued, offer, printed
from tests.evidence.made import pdf

from .scene import Scene, hidden


def filled(scene: Scene, form: m.BlankReceipt, **changes: Any) -> Any:
    sent = {
        **scene.offer_form(), "handed_over_by": str(scene.cast.people["yu"].id), "reason": "The line was cut",
        "took_place_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S"),
        "evidence_file": SimpleUploadedFile("scan.pdf", pdf()), **changes,
    }  # fmt: skip
    url = reverse("paper_new", args=[form.id, "down", scene.westgate.id])
    return scene.client("mei").post(url, sent)


def texts(body: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(body)]


def test_a_block_is_printed_given_out_and_accounted_for_on_the_pages(scene: Scene) -> None:
    mei, yu = scene.client("mei"), scene.client("yu")
    project = mei.get(reverse("project", args=[scene.project.id])).content.decode()
    assert f"{reverse('blanks')}?project={scene.project.id}" in project
    new = reverse("blanks_of_project_new", args=[scene.project.id])
    assert new in mei.get(reverse("blanks"), {"project": str(scene.project.id)}).content.decode()
    assert mei.post(new, {"count": "0"}).status_code == 422
    first = mei.post(new, {"count": "3"})["Location"]
    forms = list(m.BlankReceipt.objects.order_by("number"))
    assert [form.project_id for form in forms] == [scene.project.id] * 3
    sheet: Any = mei.get(reverse("blanks_pdf", args=[forms[0].block, "both"]))
    pages = texts(b"".join(sheet.streaming_content) if sheet.streaming else sheet.content)
    assert len(pages) == 3 and all(form.number in page for form, page in zip(forms, pages, strict=True))
    assert "移交回执" in pages[0] and "Seal of the unit" in pages[0] and scene.project.code in pages[0]
    issue = reverse("blank_issue", args=[forms[0].id])
    assert issue in mei.get(first).content.decode()
    page = mei.get(issue).content.decode()
    to = f"{scene.cast.people['yu'].id}/{scene.cast.party('northfield')}"
    assert to in page and f"{scene.cast.people['mei'].id}/" not in page, "nobody gives them to themselves"
    sent = {"to": to, "count": "2", "seen": hidden(page, "seen")}
    assert mei.post(issue, sent).status_code == 302
    home = yu.get("/").content.decode()
    assert forms[0].number in home and forms[1].number in home and forms[2].number not in home
    miss = reverse("blank_miss", args=[forms[1].id])
    seen = hidden(yu.get(miss).content.decode(), "seen")
    assert yu.post(miss, {"reason": "Left on a train", "seen": seen}).status_code == 302
    states = [m.BlankReceipt.objects.get(id=form.id).state for form in forms]
    assert states == [BlankState.ISSUED, BlankState.MISSING, BlankState.PRINTED]
    listed = mei.get(reverse("blanks"), {"open": "all", "export": "csv"}).content.decode()
    assert forms[1].number in listed and forms[2].number not in listed
    assert mei.get(reverse("blanks_pdf", args=[forms[0].block, "fr"])).status_code == 404
    zh = scene.client("mei", "zh-hans").get(first).content.decode()
    assert "已领用，未核销" in zh and "领用人" in zh


def test_who_may_not_give_forms_out_does_not_take_them_as_a_pdf(scene: Scene) -> None:
    forms = printed(scene.cast, scene.project)
    url = reverse("blanks_pdf", args=[forms[0].block, "en"])
    assert scene.client("heng").get(url).status_code == 403
    assert scene.client("tao").get(url).status_code == 404
    assert scene.client("tao").get(reverse("blanks_new")).status_code == 403


def test_a_handoff_is_entered_with_its_scan_and_both_see_how_late(scene: Scene) -> None:
    (form,) = issued(scene.cast, scene.project)
    mei = scene.client("mei")
    ways = mei.get(reverse("paper_ways", args=[form.id])).content.decode()
    new = reverse("paper_new", args=[form.id, "down", scene.westgate.id])
    assert (
        new in ways
        and reverse("paper_ways", args=[form.id])
        in mei.get(reverse("blank", args=[form.id])).content.decode()
    )
    page = mei.get(new).content.decode()
    assert 'type="datetime-local"' in page and 'type="file"' in page and "Qian Yu" in page
    answer = filled(scene, form)
    assert answer.status_code == 302, answer.content.decode()
    made = m.PaperHandoff.objects.get()
    for who in ("mei", "tao"):
        shown = scene.client(who).get(answer["Location"]).content.decode()
        assert "It took place on paper" in shown and form.number in shown and "The line was cut" in shown
        assert "0 hours later" in shown and reverse("file", args=[_scan(made).id]) in shown
    assert (
        scene.client("mei").get(reverse("blank_scanned", args=[form.number]))["Location"]
        == answer["Location"]
    )
    assert scene.client("lan").get(reverse("blank_scanned", args=[form.number])).status_code == 404
    assert scene.client("tao").get(reverse("file", args=[_scan(made).id])).status_code == 200
    assert scene.client("lan").get(reverse("file", args=[_scan(made).id])).status_code == 404
    assert scene.client("tao").post(answer["Location"], {"step": "accept"}).status_code == 302
    made.handoff.refresh_from_db()
    assert made.handoff.state == "accepted"


def _scan(row: m.PaperHandoff) -> m.EvidenceFile:
    return m.EvidenceFile.objects.get(subject=row.id)


@pytest.mark.parametrize(
    "changes",
    [
        {"evidence_file": ""}, {"reason": ""}, {"took_place_at": "2026-01-01T10:00"},
        {"took_place_at": "2999-01-01T10:00"}, {"took_place_at": "x"}, {"handed_over_by": ""},
        {"copies": []}, {"receiver_person": ""}, {"hop": "x"},
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_the_field_and_nothing_is_entered(
    scene: Scene, changes: dict[str, Any]
) -> None:
    (form,) = issued(scene.cast, scene.project)
    assert filled(scene, form, **changes).status_code == 422
    assert not m.PaperHandoff.objects.exists() and not m.EvidenceFile.objects.exists()
    form.refresh_from_db()
    assert form.state is BlankState.ISSUED


def test_a_way_that_is_not_the_forms_is_not_there(scene: Scene) -> None:
    (form,) = issued(scene.cast, scene.project, "tao", "westgate")
    mei = scene.client("mei")
    assert mei.get(reverse("paper_ways", args=[form.id])).status_code == 403
    (own,) = issued(scene.cast, scene.project)
    for way, id in (("up", scene.westgate.id), ("down", scene.project.id), ("eaten", scene.westgate.id)):
        assert mei.get(reverse("paper_new", args=[own.id, way, id])).status_code == 404


def test_what_was_done_without_leave_stands_on_the_home_page_until_it_is_settled(scene: Scene) -> None:
    cast = scene.cast
    (form,) = issued(cast, scene.project)
    made = offer(cast, scene.westgate, scene.copies[2:3], "tao", "office_pc")
    done = entered(cast.actor("mei"), made, form.number, cast.people["yu"].id).object
    heng, page = scene.client("heng"), reverse("handoff", args=[done.id])
    assert done.number in heng.get("/").content.decode()
    handoffs.accept(cast.actor("tao"), handoff=done.id)
    paper = m.PaperHandoff.objects.get()
    settle = reverse("paper_settle", args=[paper.id])
    shown = heng.get(page).content.decode()
    assert "Done without leave" in shown and settle in shown
    assert settle not in scene.client("yu").get(page).content.decode()
    assert scene.client("yu").get(settle).status_code == 403
    form_ = heng.get(settle).content.decode()
    sent = {"resolution": "Moved to the room", "seen": hidden(form_, "seen")}
    assert heng.post(settle, {**sent, "resolution": ""}).status_code == 422
    assert heng.post(settle, sent).status_code == 302
    paper.refresh_from_db()
    assert paper.state is PaperState.SETTLED
    assert done.number not in heng.get("/").content.decode()
    assert "Moved to the room" in heng.get(page).content.decode()
    listed = heng.get(reverse("paper_handoffs"), {"state": "settled", "export": "csv"}).content.decode()
    assert done.number in listed and form.number in listed
    zh = scene.client("tao", "zh-hans").get(page).content.decode()
    assert "未经许可，已处理" in zh and "以纸质方式办理" in zh
