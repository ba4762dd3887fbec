"""The last step of every PDF that the product prints: PDF/A-3b (ISO 19005-3), equal bytes for equal input.

ReportLab paints, with `canvas`; pikepdf then puts in what it cannot: language, properties as XMP, the colour
space of the pages, the attachments with their relationship; and writes with an identifier made from the
content. Nothing is read from clock, network or locale.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count

import pikepdf
from reportlab.pdfgen.canvas import Canvas

from custody.reports import fonts, srgb
from custody.reports.attachments import LEVEL, attach
from custody.reports.uncollected import uncollected
from custody.version import VERSION


def tag(language: str) -> str:
    """Return the language of a file or a part of it (BCP 47)."""
    return "zh-Hans" if language.startswith("zh") else "en"


pikepdf.settings.set_flate_compression_level(LEVEL)


@dataclass(frozen=True, slots=True)
class Properties:
    """What a file says of itself; without `made_at` it states no time."""

    title: str
    language: str
    made_at: datetime | None = None
    reference: str = ""
    author: str = "Holdfast"
    keywords: tuple[str, ...] = ()


def canvas(out: io.BytesIO, width: float, height: float) -> Canvas:
    """Return a canvas for pages of a size in points, on which no font stands that is not embedded."""
    fonts.register()
    return Canvas(
        out, pagesize=(width, height), invariant=1, pageCompression=1, initialFontName=fonts.REGULAR
    )


@uncollected()
def finish(raw: bytes, said: Properties, attachments: Mapping[str, bytes] | None = None) -> bytes:
    """Return a painted file as PDF/A-3b.

    Raises:
        ValueError: a time without a zone, or an attachment name that is a path.
    """
    if said.made_at is not None and said.made_at.tzinfo is None:
        raise ValueError("the time of a report needs a time zone")
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        pdf.Root.Lang = pikepdf.String(tag(said.language))
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        pdf.Root.OutputIntents = pikepdf.Array([_output_intent(pdf)])
        for page in pdf.pages:
            if "/Trans" in page:
                del page["/Trans"]
        if "/StructTreeRoot" in pdf.Root:
            _name_parents(pdf)
        _describe(pdf, said)
        attach(pdf, attachments or {}, said.made_at)
        out = io.BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            min_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
        )
    return out.getvalue()


def _name_parents(pdf: pikepdf.Pdf) -> None:
    """Give pages and links their keys in the structure tree's list of parents, as `tags` counts them."""
    links = count(len(pdf.pages))
    for number, page in enumerate(pdf.pages):
        page.StructParents, page.Tabs = number, pikepdf.Name.S
        for link in page.get("/Annots", []):
            link.StructParent = next(links)


def _output_intent(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """Return what the colours of the pages mean: sRGB."""
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.OutputIntent,
            S=pikepdf.Name.GTS_PDFA1,
            OutputConditionIdentifier=pikepdf.String(srgb.NAME),
            Info=pikepdf.String(srgb.NAME),
            DestOutputProfile=pdf.make_stream(srgb.profile(), N=3),
        )
    )


def _describe(pdf: pikepdf.Pdf, said: Properties) -> None:
    """Write the properties, as XMP and the few that old readers look for."""
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as meta:
        meta["pdfaid:part"] = "3"
        meta["pdfaid:conformance"] = "B"
        meta["dc:title"] = fonts.printable(said.title)
        meta["dc:creator"] = [said.author]
        meta["dc:language"] = {tag(said.language)}
        if said.reference:
            meta["dc:identifier"] = said.reference
        if said.keywords:
            meta["pdf:Keywords"] = ", ".join(said.keywords)
        meta["pdf:Producer"] = "Holdfast"
        meta["xmp:CreatorTool"] = f"Holdfast {VERSION}"
        if said.made_at is not None:
            meta["xmp:CreateDate"] = meta["xmp:ModifyDate"] = said.made_at.isoformat()
    if said.made_at is not None:
        stamp = pikepdf.models.metadata.encode_pdf_date(said.made_at)
        pdf.docinfo["/CreationDate"] = pdf.docinfo["/ModDate"] = stamp
