"""A scan finds its paper by the QR code on it, and is shown before it is attached."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from custody import models as m
from custody.actions import files
from custody.evidence.words import EvidenceOf
from tests.api.hostile_samples import drawn
from tests.evidence.made import image, pdf

from .scene import Scene, hidden
from .test_register_prints import printed as register

NEW = "/scans/new"


def sheet(scene: Scene, row: m.Sample, who: str = "jing") -> bytes:
    """Return the tick sheet of a sample as it comes off the printer."""
    answer = scene.client(who).get(reverse("sample_pdf", args=[row.id, "both"]))
    return bytes(answer.content)


def scanned(paper: bytes, turned: float = 0, more: int = 0) -> bytes:
    """Return the first page of a paper as a scanner gives it, and blank pages after it, as a PDF."""
    page = pypdfium2.PdfDocument(paper)[0].render(scale=2).to_pil().convert("L")
    page = page.rotate(turned, expand=True, fillcolor=255)
    out = io.BytesIO()
    page.save(out, "PDF", save_all=True, append_images=[Image.new("L", page.size, 255)] * more)
    return out.getvalue()


def read(client: Client, content: bytes) -> Any:
    return client.post(NEW, {"step": "read", "evidence_file": SimpleUploadedFile("scan", content)})


def waiting() -> int:
    """How many files lie sealed."""
    return sum(1 for _ in files.store().folder.rglob("*.new"))


@pytest.mark.parametrize("turned", [0, 3, 90, 180])
def test_the_scan_of_a_ticked_sheet_is_shown_and_attached_to_its_sample(scene: Scene, turned: float) -> None:
    row, jing = drawn(scene), scene.client("jing")
    shown = read(jing, scanned(sheet(scene, row), turned, more=1)).content.decode()
    assert reverse("sample", args=[row.id]) in shown and f"Attach it to {row.number}" in shown
    assert "No QR code can be read" in shown, "the second page is told"
    assert not m.EvidenceFile.objects.exists(), "nothing is attached before somebody says yes"
    answer = jing.post(NEW, {"step": "attach", "read": hidden(shown, "read")})
    file = m.EvidenceFile.objects.get()
    assert answer["Location"] == reverse("file", args=[file.id])
    assert (file.what, file.subject) == (EvidenceOf.TICKED, row.id)
    assert b"".join(files.content(file)).startswith(b"%PDF")
    assert jing.post(NEW, {"step": "attach", "read": hidden(shown, "read")}).status_code == 422, "once"
    assert m.EvidenceFile.objects.count() == 1 and b"".join(files.content(file))


def test_the_stamped_register_is_attached_back_by_its_qr_code(scene: Scene) -> None:
    row, mei = register(scene), scene.client("mei")
    paper = mei.get(reverse("register_print_pdf", args=[row.id])).content
    shown = read(mei, scanned(paper)).content.decode()
    assert f"Attach it to {row.number}" in shown
    assert mei.post(NEW, {"step": "attach", "read": hidden(shown, "read")}).status_code == 302
    assert m.EvidenceFile.objects.get(what=EvidenceOf.PRINTED).subject == row.id
    assert "No QR code of yours" in read(scene.client("lan"), scanned(paper)).content.decode()


def test_nobody_attaches_what_another_has_read_or_what_was_tampered_with(scene: Scene) -> None:
    row = drawn(scene)
    told = hidden(read(scene.client("jing"), scanned(sheet(scene, row))).content.decode(), "read")
    for who, said in (("mei", told), ("jing", told[:-2]), ("jing", ""), ("jing", "x" * 20_000)):
        answer = scene.client(who).post(NEW, {"step": "attach", "read": said})
        assert answer.status_code == 422 and "Give the file again" in answer.content.decode(), (who, said[:9])
    assert not m.EvidenceFile.objects.exists()


def test_who_may_not_attach_sees_where_it_belongs_and_who_sees_nothing_of_it_is_told_nothing(
    scene: Scene,
) -> None:
    row = drawn(scene)
    paper = scanned(sheet(scene, row))
    before = waiting()
    mei = read(scene.client("mei"), paper).content.decode()
    assert row.number in mei and "Others attach scans to it." in mei and 'name="read"' not in mei
    tao = read(scene.client("tao"), paper).content.decode()
    assert row.number not in tao and "No QR code of yours" in tao
    assert waiting() == before, "what cannot be attached is not kept"


def test_pages_of_two_sheets_are_told_and_not_attached_to_either(scene: Scene) -> None:
    one, two = drawn(scene), drawn(scene)
    printed = [pypdfium2.PdfDocument(sheet(scene, row))[0] for row in (one, two)]
    pages = [page.render(scale=2).to_pil().convert("L") for page in printed]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    shown = read(scene.client("jing"), out.getvalue()).content.decode()
    assert one.number in shown and two.number in shown and "pages of several sheets" in shown
    assert 'name="read"' not in shown


def test_a_file_without_a_code_and_one_that_is_no_picture_are_told(scene: Scene) -> None:
    jing, before = scene.client("jing"), waiting()
    assert "No QR code can be read" in read(jing, pdf(1)).content.decode()
    assert "No QR code can be read" in read(jing, image("JPEG")).content.decode()
    for content in (b"no picture", b"%PDF-1.7 broken", b""):
        assert read(jing, content).status_code == 422
    assert jing.post(NEW, {"step": "read"}).status_code == 422
    assert waiting() == before
