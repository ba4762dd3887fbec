"""What a seal may add to the pages that it seals: whoever holds its key could else draw over them unnoticed.

The seal is the file's last revision, so a reader sees what it says of each object in place of what stands in
the pages. Ours adds a signature field that shows nothing, and touches four objects of the body: the catalogue
(form, permissions, validation data), the first page (the field among its annotations), and the two places in
which a PDF says when it was changed. Anything else is somebody's own.
"""

from __future__ import annotations

import io
from collections.abc import Callable

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, PdfObject, Reference
from pyhanko.pdf_utils.reader import PdfFileReader

_CATALOGUE = {"/AcroForm", "/DSS", "/Extensions", "/Perms"}
_FIELD = {"/FT", "/T", "/Ff", "/V", "/Type", "/Subtype", "/Rect", "/F", "/P", "/Lock"}
_FORM, _DSS = {"/Fields", "/SigFlags"}, {"/Type", "/Certs", "/CRLs", "/OCSPs"}


def adds_a_seal_alone(pdf: bytes, body: bytes) -> bool:
    """Return whether a sealed file shows what its body shows. `pdf` must begin with `body`; never raises."""
    try:
        return _seal_alone(PdfFileReader(io.BytesIO(pdf)), PdfFileReader(io.BytesIO(body)))
    except Exception:  # any defect of a hostile file, from any parser, is the same verdict
        return False


def _seal_alone(sealed: PdfFileReader, before: PdfFileReader) -> bool:
    last = sealed.xrefs.total_revisions - 1
    if last != before.xrefs.total_revisions or sealed.root_ref != before.root_ref:
        return False
    at = [one.xrefs.get_startxref_for_revision(last - 1) for one in (sealed, before)]
    if at[0] != at[1] or sealed.xrefs.refs_freed_in_revision(last):
        return False
    here = sealed.xrefs.explicit_refs_in_revision(last)
    page = before.root["/Pages"]["/Kids"].raw_get(0).reference
    info = before.trailer.raw_get("/Info") if "/Info" in before.trailer else None
    meta = before.root.raw_get("/Metadata") if "/Metadata" in before.root else None
    fields = sealed.root["/AcroForm"]["/Fields"]
    if len(fields) != 1 or not set(sealed.root["/AcroForm"]) <= _FORM or not _shows_nothing(fields[0]):
        return False
    if "/DSS" in sealed.root and not set(sealed.root["/DSS"]) <= _DSS:
        return False
    known = {
        (one.idnum, one.generation) for n in range(last) for one in before.xrefs.explicit_refs_in_revision(n)
    }
    allowed: dict[Reference, Callable[[], bool]] = {
        before.root_ref: lambda: _but_for(sealed.root, before.root, _CATALOGUE),
        page: lambda: _page(sealed.get_object(page), before.get_object(page), fields.raw_get(0)),
    }
    if isinstance(info, IndirectObject):
        dates, at_info = {"/Producer", "/ModDate"}, info.reference
        allowed[info.reference] = lambda: _but_for(
            sealed.get_object(at_info), before.get_object(at_info), dates
        )
    if isinstance(meta, IndirectObject):
        allowed[meta.reference] = lambda: True
    for one in here:
        place = Reference(one.idnum, one.generation)
        if (one.idnum, one.generation) in known and not (place in allowed and allowed[place]()):
            return False
    return True


def _page(after: DictionaryObject, was: DictionaryObject, field: PdfObject) -> bool:
    """Return whether a page is what it was, with the field as its last annotation."""
    held = _annotations(was) if "/Annots" in was else []
    return _but_for(after, was, {"/Annots"}) and _annotations(after) == [*held, _bytes(field)]


def _annotations(page: DictionaryObject) -> list[bytes]:
    found = page["/Annots"]
    return [_bytes(found.raw_get(n)) for n in range(len(found))]


def _but_for(after: DictionaryObject, was: DictionaryObject, names: set[str]) -> bool:
    """Return whether two dictionaries are the same but for some entries."""
    keys = (set(after) | set(was)) - names
    return all(k in after and k in was and _bytes(after.raw_get(k)) == _bytes(was.raw_get(k)) for k in keys)


def _shows_nothing(field: DictionaryObject) -> bool:
    """Return whether a field is a signature without a place on its page, and does nothing."""
    nowhere = "/Rect" not in field or all(float(n) == 0 for n in field["/Rect"])
    return set(field) <= _FIELD and field["/FT"] == "/Sig" and nowhere


def _bytes(value: PdfObject) -> bytes:
    out = io.BytesIO()
    value.write_to_stream(out, None)
    return out.getvalue()
