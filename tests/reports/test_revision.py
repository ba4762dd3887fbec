"""What a unit with the sealing key could put into the seal itself, over pages that are as they should be."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter

from custody.reports import seal as sealing
from custody.reports.authority import SealFiles, ensure_authority
from custody.reports.blocks import Document, Paragraph
from custody.reports.pdf import render
from custody.reports.revision import adds_a_seal_alone
from custody.reports.seal import FIELD, seal, verify_seal
from custody.reports.sealer import load_sealer

from .stamped import served

NOW = datetime.now(UTC).replace(microsecond=0)
BODY = render(Document("Report", [Paragraph("Page one")], "en", NOW, "R-1"), {"evidence.json": b"{}"})
Name = generic.NameObject


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> SealFiles:
    folder = tmp_path_factory.mktemp("site")
    return ensure_authority(folder / "keys", folder / "trust", name="Test unit", now=NOW)


def sealed_with(
    files: SealFiles,
    change: Callable[[IncrementalPdfFileWriter], None],
    spec: SigFieldSpec | None = None,
    body: bytes = BODY,
) -> bytes:
    """Return the body sealed as we seal it, with something more in the same revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(body))
    change(writer)
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        signer_key_usage={"non_repudiation"},
    )
    signer = sealing._Signer(meta, load_sealer(files), new_field_spec=spec or SigFieldSpec(FIELD), at=NOW)
    out = io.BytesIO()
    signer.sign_pdf(writer, bytes_reserved=2 * sealing.ROOM, output=out)
    return out.getvalue()


def test_what_we_seal_adds_a_seal_alone_at_each_level(files: SealFiles, tmp_path: Path) -> None:
    signer = load_sealer(files)
    assert adds_a_seal_alone(seal(BODY, signer, at=NOW, reason="Custody report"), BODY)
    with served(tmp_path / "clock") as clock:
        assert adds_a_seal_alone(seal(BODY, signer, at=NOW, timestamper=clock.asked()), BODY)
        lists = clock.lists(files.ca.read_bytes(), files.crl.read_bytes())
        lasting = seal(BODY, signer, at=NOW, timestamper=clock.asked(), lists=lists)
    assert adds_a_seal_alone(lasting, BODY)


def forged_page(w: IncrementalPdfFileWriter) -> None:
    page = w.root["/Pages"]["/Kids"][0]
    page[Name("/Contents")] = w.add_object(generic.StreamObject(stream_data=b"BT (FORGED) Tj ET"))
    w.update_container(page)


def _stream(w: IncrementalPdfFileWriter) -> None:
    stream = w.root["/Pages"]["/Kids"][0].raw_get("/Contents")
    found = stream.get_object()
    (found[0] if isinstance(found, generic.ArrayObject) else found)._encoded_data = b"BT (FORGED) Tj ET"
    w.mark_update(stream if not isinstance(found, generic.ArrayObject) else found.raw_get(0))


def _attachment(w: IncrementalPdfFileWriter) -> None:
    spec = w.root["/AF"][0]["/EF"].raw_get("/F")
    spec.get_object()._encoded_data = b"forged"
    w.mark_update(spec)


def _pages(w: IncrementalPdfFileWriter) -> None:
    w.root[Name("/Pages")] = w.add_object(
        generic.DictionaryObject({
            Name("/Type"): Name("/Pages"), Name("/Kids"): generic.ArrayObject(w.root["/Pages"]["/Kids"]),
            Name("/Count"): generic.NumberObject(1),
        })
    )  # fmt: skip
    w.update_root()


def _annotation(w: IncrementalPdfFileWriter) -> None:
    note = generic.DictionaryObject({
        Name("/Type"): Name("/Annot"), Name("/Subtype"): Name("/FreeText"),
        Name("/Rect"): generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 600, 800)),
        Name("/Contents"): generic.TextStringObject("FORGED"), Name("/F"): generic.NumberObject(4),
    })  # fmt: skip
    page = w.root["/Pages"]["/Kids"][0]
    page[Name("/Annots")] = generic.ArrayObject([w.add_object(note)])
    w.update_container(page)


def _action(w: IncrementalPdfFileWriter) -> None:
    w.root[Name("/OpenAction")] = generic.DictionaryObject({
        Name("/S"): Name("/URI"), Name("/URI"): generic.TextStringObject("https://example.org"),
    })  # fmt: skip
    w.update_root()


@pytest.mark.parametrize("change", [forged_page, _stream, _attachment, _pages, _annotation, _action])
def test_a_seal_that_replaces_what_it_seals_is_found_though_it_is_genuine(
    change: Callable[[IncrementalPdfFileWriter], None], files: SealFiles
) -> None:
    forged = sealed_with(files, change)
    assert forged.startswith(BODY)
    assert verify_seal(forged, files.ca.read_bytes()).valid, "the key is the unit's own"
    assert not adds_a_seal_alone(forged, BODY)


def test_a_seal_that_shows_something_is_found(files: SealFiles) -> None:
    seen = sealed_with(files, lambda _: None, SigFieldSpec(FIELD, box=(0, 0, 600, 800)))
    assert verify_seal(seen, files.ca.read_bytes()).valid
    assert not adds_a_seal_alone(seen, BODY)
    assert adds_a_seal_alone(sealed_with(files, lambda _: None), BODY)


@pytest.mark.parametrize("tail", [b"", b"junk", b"\nxref\n0 0\ntrailer<<>>\nstartxref\n1\n%%EOF\n"])
def test_what_cannot_be_read_is_no_seal_alone(tail: bytes) -> None:
    assert not adds_a_seal_alone(BODY + tail, BODY)
