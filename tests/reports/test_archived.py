"""Every PDF of the product is PDF/A-3b by a checker that allows only what it knows, sealed or not."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pytest
from PIL import Image, ImageCms

from custody.reports import archived, blank_receipts, build, labels, register_pages, slips, srgb
from custody.reports.attachments import read_attachments
from custody.reports.pdf import render
from custody.reports.seal import FIELD
from custody.terms import ReportKind, Text
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.kinds_made import Kinds, kinds  # noqa: F401
from tests.reports.made import Delivered, Unit
from tests.reports.test_handed import Desk, desk, printed, signed  # noqa: F401
from tests.reports.test_labels import made as labels_made
from tests.reports.test_pdf import MADE, every_block, report
from tests.reports.test_register_pages import line, sheet

BOTH = ("en", "zh")
KINDS = (
    ReportKind.COPY,
    ReportKind.OFFICER,
    ReportKind.REFUSALS,
    ReportKind.INSPECTION,
    ReportKind.PARTY,
    ReportKind.DESTRUCTION,
    ReportKind.STOCKTAKE,
)


def findings(pdf: bytes) -> list[str]:
    """What speaks against PDF/A-3b; the checker knows no seal, which is judged by hand."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = _of_the_seal(opened) if "/AcroForm" in opened.Root else []
        return found + [str(one) for one in pikepdf.pdfa.check(opened, "3b").findings]


def _of_the_seal(pdf: pikepdf.Pdf) -> list[str]:
    """Judge the one field of a sealed file by hand (6.3.2, 6.4.1, 6.4.3), and take it out."""
    form, root = pdf.Root.AcroForm, pdf.Root
    (field,) = form.Fields
    fine = {
        "keys of the form": set(form.keys()) <= {"/Fields", "/SigFlags", "/DR", "/DA"},
        "the field is the seal": str(field.T) == FIELD and pikepdf.Name.Sig == field.FT,
        "printed, not hidden": int(field.F) & 0b100111 == 0b100,
        "nothing to draw": list(map(int, field.Rect)) == [0, 0, 0, 0] or "/AP" in field,
        "no action": not {"/A", "/AA"} & {*field.keys()},
        "permissions": set(root.Perms.keys()) == {"/DocMDP"},
        "version": root.get("/Version") is None and set(root.Extensions.keys()) <= {"/ESIC"},
    }
    if "/DSS" in root:  # certificates and lists that the seal rests on (ISO 32000-2, 12.8.4.3)
        kept = root.DSS
        fine["what the seal rests on"] = set(kept.keys()) <= {"/Type", "/Certs", "/CRLs", "/OCSPs", "/VRI"}
        del root.DSS
    places = [(page, one) for page in pdf.pages for one in page.get("/Annots", [])]
    fine["the field stands on one page"] = [one.objgen for _p, one in places].count(field.objgen) == 1
    for page, one in places:
        if one.objgen == field.objgen:
            page.Annots = pikepdf.Array(a for a in page.Annots if a.objgen != field.objgen)
    del root.AcroForm, root.Perms, root.Extensions
    return [name for name, holds in fine.items() if not holds]


def judged(made: Delivered, folder: Path) -> None:
    body = build.body(verify_bundle(made.evidence, trust.load(folder)), made.evidence, made.report)
    assert findings(body) == []
    assert made.pdf.startswith(body)
    assert findings(made.pdf) == []
    assert read_attachments(made.pdf) == {build.EVIDENCE: made.evidence}


def test_a_sealed_report_on_a_project_is_an_archive_file_in_both_languages(unit: Unit) -> None:
    for made in (unit.english, unit.chinese):
        judged(made, unit.trust)


def test_a_sealed_report_of_each_other_kind_is_an_archive_file_in_both_languages(kinds: Kinds) -> None:  # noqa: F811
    for kind in KINDS:
        for language in BOTH:
            judged(kinds.get(kind, language), kinds.trust)


def test_the_sealed_receipt_of_a_handoff_is_an_archive_file_in_both_languages(desk: Desk) -> None:  # noqa: F811
    row = signed(desk)
    for language in BOTH:
        assert findings(printed(row, language)) == []


@pytest.mark.parametrize("language", BOTH)
def test_all_that_a_report_can_hold_with_files_of_any_kind_is_an_archive_file(language: str) -> None:
    files = {"evidence.json": b"{}", "表.csv": b"a,b", "x.receipt": b"\x00", "note.txt": b"t"}
    blocks = every_block("岚河 Surveying 𠮷 <b>&")
    assert findings(render(report(*blocks, language=language), files)) == []


@pytest.mark.parametrize("language", blank_receipts.LANGUAGES)
def test_forms_and_registers_are_archive_files(language: str) -> None:
    form = blank_receipts.Form("BR-000012-F", "https://example.org/b/BR-000012-F", "LH-2026-014")
    facts = [(Text("Project", "项目"), "LH-2026-014")]
    filled = blank_receipts.Filled("S-1", "H-1", "https://example.org", facts, [("HF-1", "it")], "青岚 Ltd")
    rows = [line(number, number % 3 == 0) for number in range(70)]
    for pdf in (
        blank_receipts.draw([form, form], site="Northfield 北原", language=language),
        blank_receipts.sheet(filled, site="Northfield", language=language),
        register_pages.draw(sheet(rows, language=language))[0],
    ):
        assert findings(pdf) == []


@pytest.mark.parametrize("name", sorted(labels.STOCKS))
@pytest.mark.parametrize("language", BOTH)
def test_labels_are_archive_files_and_printed_alike_twice(name: str, language: str) -> None:
    stock = labels.STOCKS[name]
    pdf = labels.draw(labels_made(stock.places + 1), stock, language=language)
    assert findings(pdf) == []
    assert pdf == labels.draw(labels_made(stock.places + 1), stock, language=language)


@pytest.mark.parametrize("first", [True, False])
def test_halves_of_a_slip_are_archive_files_that_say_nothing_more_than_their_page(first: bool) -> None:
    half = slips.Half(
        *(first, "QX7-PLM", "mei", "Lin Mei 林梅", Text("New password", "新密码"), False),
        *("2026-11-21 10:00", "https://example.org/slip", "Qian Yu"),
    )
    pdf = slips.draw(half, site="Northfield")
    assert findings(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert b"QX7" not in opened.Root.Metadata.read_bytes()


def test_the_checker_finds_what_is_not_as_it_should_be() -> None:
    """Else all above would pass for nothing."""
    with pikepdf.open(io.BytesIO(render(report(*every_block("x")), {"a.json": b"{}"}))) as pdf:
        for change in ("OutputIntents", "Metadata", "AF"):
            assert not pikepdf.pdfa.check(pdf, "3b").findings
            kept = pdf.Root[f"/{change}"]
            del pdf.Root[f"/{change}"]
            assert pikepdf.pdfa.check(pdf, "3b").findings, change
            pdf.Root[f"/{change}"] = kept
        pdf.pages[0].Annots[0].F = 0
        assert pikepdf.pdfa.check(pdf, "3b").findings


def test_the_kind_of_an_attachment_is_told_by_our_own_table() -> None:
    import mimetypes

    before = render(report(), {"a.csv": b"x", "b.json": b"{}", "c.receipt": b"y"})
    mimetypes.add_type("application/vnd.ms-excel", ".csv")
    try:
        assert render(report(), {"a.csv": b"x", "b.json": b"{}", "c.receipt": b"y"}) == before
    finally:
        mimetypes.add_type("text/csv", ".csv")
    with pikepdf.open(io.BytesIO(before)) as pdf:
        kinds_ = {name: pdf.attachments[name].obj.EF.F.Subtype for name in pdf.attachments}
        for name in pdf.attachments:
            told = pdf.attachments[name].obj.EF.F.Params
            assert {"/Size", "/CreationDate", "/ModDate"} <= {*told.keys()}
    assert kinds_ == {
        "a.csv": pikepdf.Name("/text/csv"),
        "b.json": pikepdf.Name("/application/json"),
        "c.receipt": pikepdf.Name("/application/octet-stream"),
    }


def test_the_colours_of_the_pages_are_those_of_srgb_as_another_library_has_them() -> None:
    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb.profile()))
    theirs = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    image = Image.frombytes("RGB", (64, 64), bytes(n * 37 % 256 for n in range(64 * 64 * 3)))
    turned = ImageCms.applyTransform(image, ImageCms.buildTransform(ours, theirs, "RGB", "RGB"))
    assert turned is not None
    assert max(abs(a - b) for a, b in zip(image.tobytes(), turned.tobytes(), strict=True)) <= 1
    assert ImageCms.getProfileDescription(ours).strip() == srgb.NAME


def test_a_file_without_a_time_states_none() -> None:
    raw = io.BytesIO()
    canvas = archived.canvas(raw, 100, 100)
    canvas.showPage()
    canvas.save()
    with pikepdf.open(io.BytesIO(archived.finish(raw.getvalue(), archived.Properties("T", "en")))) as pdf:
        assert not {"/CreationDate", "/ModDate"} & {*pdf.docinfo.keys()}
        assert "xmp:CreateDate" not in pdf.open_metadata()
    with pytest.raises(ValueError, match="time zone"):
        archived.finish(raw.getvalue(), archived.Properties("T", "en", MADE.replace(tzinfo=None)))
