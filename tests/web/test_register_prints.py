"""Printed registers on the pages: asked for, listed, taken as a PDF, and the scan brought back by its QR."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from custody import models as m
from custody.actions import register_prints
from custody.actions.register_prints import Asked
from custody.evidence.words import EvidenceOf
from custody.terms import PrintedKind
from tests.evidence.made import pdf

from .scene import Scene


def asked(scene: Scene, **changes: Any) -> dict[str, Any]:
    return {
        "register": "carriers", "party": "", "starts": "2020-01-01", "ends": scene.cast.today.isoformat(),
        "language": "both", **changes,
    }  # fmt: skip


def printed(scene: Scene, who: str = "mei", party: str | None = None) -> m.RegisterPrint:
    today = scene.cast.today
    question = Asked(
        PrintedKind.CARRIERS, scene.project.id, scene.cast.party(party) if party else None, today, today
    )
    row: m.RegisterPrint = register_prints.make_either(scene.cast.actor(who), question).object
    return row


def test_a_register_is_printed_listed_and_taken_as_the_very_file(scene: Scene) -> None:
    mei = scene.client("mei")
    listed = f"{reverse('register_prints')}?project={scene.project.id}"
    assert listed in mei.get(reverse("project", args=[scene.project.id])).content.decode()
    new = reverse("register_print_of_project", args=[scene.project.id])
    assert new in mei.get(listed).content.decode()
    page = mei.get(new).content.decode()
    assert all(str(kind) in page for kind in PrintedKind) and "All parties of the project" in page
    first = mei.post(new, {**asked(scene), "submission": str(m.new_id())})
    assert first.status_code == 302, first.content.decode()
    row = m.RegisterPrint.objects.get()
    page = mei.get(first["Location"]).content.decode()
    assert row.number in page and row.sha256 in page and "never a signature" in page
    body = mei.get(reverse("register_print_pdf", args=[row.id])).content
    assert hashlib.sha256(body).hexdigest() == row.sha256 and body.startswith(b"%PDF")
    export = mei.get(listed, {"export": "csv"}).content.decode()
    assert row.number in export and "Lin Mei" not in export.splitlines()[0]
    zh = scene.client("mei", "zh-hans").get(first["Location"]).content.decode()
    assert "印章图像不构成签名" in zh and "涉密载体台账" in zh and "账本规模" in zh


def test_a_form_sent_twice_prints_once(scene: Scene) -> None:
    mei, sent = scene.client("mei"), {**asked(scene), "submission": str(m.new_id())}
    new = reverse("register_print_of_project", args=[scene.project.id])
    assert mei.post(new, sent)["Location"] == mei.post(new, sent)["Location"]
    assert m.RegisterPrint.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"register": "everything"},
        {"party": "not-an-id"},
        {"party": str(m.new_id())},
        {"ends": "2019-01-01"},
        {"ends": "2190-01-01"},
        {"starts": "31.12.2025"},
        {"language": "fr"},
    ],
)
def test_bad_answers_are_told_beside_their_field_and_print_nothing(scene: Scene, changes: Any) -> None:
    new = reverse("register_print_of_project", args=[scene.project.id])
    for language in ("en", "zh-hans"):
        answer = scene.client("mei", language).post(new, asked(scene, **changes))
        assert answer.status_code == 422
    assert not m.RegisterPrint.objects.exists()


def test_a_contractor_chooses_among_own_parties_alone(scene: Scene) -> None:
    tao = scene.client("tao")
    page = tao.get(reverse("register_print_new")).content.decode()
    assert scene.cast.party("westgate").hex in page.replace("-", "")
    assert scene.cast.party("northfield").hex not in page.replace("-", "")
    assert "All parties of the project" not in page
    other = asked(scene, party=str(scene.cast.party("northfield")))
    assert tao.post(reverse("register_print_new"), other).status_code == 422
    mine = tao.post(reverse("register_print_new"), asked(scene, party=str(scene.cast.party("westgate"))))
    assert mine.status_code == 302
    assert scene.client("jing").get(reverse("register_print_new")).status_code == 403


def test_the_qr_code_leads_whoever_may_see_it_to_its_page_after_a_sign_in(scene: Scene, client: Any) -> None:
    row = printed(scene, "tao", "westgate")
    url = reverse("register_print_scanned", args=[row.address])
    assert len(row.address) >= 24 and row.number not in url and str(row.id) not in url
    anybody = client.get(url)
    assert anybody.status_code == 302 and "/account/login" in anybody["Location"]
    for who in ("mei", "tao"):
        assert scene.client(who).get(url)["Location"] == reverse("register_print", args=[row.id])
    assert scene.client("lan").get(url).status_code == 404
    assert scene.client("mei").get(reverse("register_print_scanned", args=["x" * 24])).status_code == 404
    pdf_url = reverse("register_print_pdf", args=[row.id])
    assert scene.client("lan").get(pdf_url).status_code == 404


def test_the_stamped_paper_is_scanned_back_and_shown_with_who_attached_it(scene: Scene) -> None:
    row = printed(scene)
    mei, page = scene.client("mei"), reverse("register_print", args=[row.id])
    assert 'name="evidence_file"' in mei.get(page).content.decode()
    listed = reverse("register_prints")
    assert row.number in mei.get(listed, {"scan": "no"}).content.decode()
    token, scan = str(m.new_id()), pdf(1)
    for _ in range(2):  # sent twice it is one
        upload = SimpleUploadedFile("stamped.pdf", scan)
        sent = mei.post(page, {"evidence_file": upload, "submission": token})
        assert sent.status_code == 302, sent.content.decode()
    assert mei.post(page, {"submission": str(m.new_id())}).status_code == 422
    words = SimpleUploadedFile("stamped.pdf", b"I am no picture")
    refused = mei.post(page, {"evidence_file": words, "submission": str(m.new_id())})
    assert refused.status_code == 422 and "PDF, PNG, JPEG or TIFF" in refused.content.decode()
    found = m.EvidenceFile.objects.get(what=EvidenceOf.PRINTED, subject=row.id)
    told = mei.get(page).content.decode()
    assert found.sha256 in told and "Lin Mei" in told
    assert row.number in mei.get(reverse("file", args=[found.id])).content.decode()
    assert row.number in mei.get(listed, {"scan": "yes"}).content.decode()
    assert f">{row.number}<" not in mei.get(listed, {"scan": "no"}).content.decode()
    assert scene.client("tao").get(reverse("file", args=[found.id])).status_code == 404
    assert scene.client("tao").post(page, {}).status_code == 404
    itself = SimpleUploadedFile("r.pdf", register_prints.content(row))
    refused = mei.post(page, {"evidence_file": itself, "submission": str(m.new_id())})
    assert refused.status_code == 422 and "the printed file itself" in refused.content.decode()
    regulator = scene.client("jing").get(page)
    assert regulator.status_code == 404 or "evidence_file" not in regulator.content.decode()


def test_a_register_whose_values_were_erased_is_not_given_out_as_another(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = printed(scene)
    for path in register_prints.folder().glob("*.pdf"):
        path.unlink()
    m.Person.objects.filter(id=row.printed_by_id).update(name="[erased 已删除]")
    answer = scene.client("mei").get(reverse("register_print_pdf", args=[row.id]))
    assert answer.status_code == 422 and "Print it anew" in answer.content.decode()
