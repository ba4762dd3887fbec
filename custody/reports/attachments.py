"""Files inside a report: data of the document (ISO 32000-2, 14.13), read back by the verifier."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Literal

import pikepdf

_KINDS = {".csv": "text/csv", ".json": "application/json", ".txt": "text/plain"}
"""A table of our own: that of the machine may say something else, and the file would have other bytes."""
LEVEL: Literal[3] = 3
"""How hard files are packed: a sixth larger than at the usual 6, in a third of the time."""
MOST_FILES = 64
MOST_BYTES = 512 * 1024 * 1024


def attach(pdf: pikepdf.Pdf, files: Mapping[str, bytes], moment: datetime | None) -> None:
    """Embed files by name, listed in the catalogue's /AF with the relationship Data; dated `moment` if given.

    Raises:
        ValueError: a name that is empty, a path, or holds a control character.
    """
    for name in sorted(files):
        if not name or any(c in "/\\:" or ord(c) < 32 for c in name) or name.startswith("."):
            raise ValueError(f"an attachment needs a plain file name, got {name!r}")
        dated = pikepdf.models.metadata.encode_pdf_date(moment) if moment is not None else ""
        spec = pikepdf.AttachedFileSpec(  # type: ignore[call-arg]  # the stub lacks `relationship`
            pdf,
            b"",
            filename=name,
            mime_type=_KINDS.get(PurePosixPath(name).suffix, "application/octet-stream"),
            creation_date=dated,
            mod_date=dated,
            relationship=pikepdf.Name.Data,
        )
        _fill(spec.obj.EF.F, files[name])
        pdf.attachments[name] = spec
    if files:
        pdf.Root.AF = pikepdf.Array([pdf.attachments[name].obj for name in sorted(files)])


def _fill(stream: pikepdf.Object, content: bytes) -> None:
    """Put a content into a file's stream, packed here: qpdf takes five times as long for large evidence."""
    stream.write(zlib.compress(content, LEVEL), filter=pikepdf.Name.FlateDecode)
    stream.Params.Size = len(content)
    del stream.Params["/CheckSum"]  # of the empty file; the seal covers what is in it


def read_attachments(pdf: bytes, most_bytes: int = MOST_BYTES) -> dict[str, bytes]:
    """Return the files embedded in a PDF by name.

    Raises:
        ValueError: not a readable PDF, more than 64 files, or together more than `most_bytes` when unpacked.
    """
    found: dict[str, bytes] = {}
    room = most_bytes
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            names = list(document.attachments)
            if len(names) > MOST_FILES:
                raise ValueError(f"the report holds {len(names)} files; at most {MOST_FILES} are expected")
            for name in names:
                content = document.attachments[name].get_file().read_bytes()
                room -= len(content)
                if room < 0:
                    raise ValueError("the files inside the report are larger than a verifier takes")
                found[name] = content
    except (pikepdf.PdfError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"the files inside the report cannot be read: {error}") from error
    return found


def reference_of(pdf: bytes) -> str:
    """Return the reference in a report's properties (dc:identifier); empty when there is none to read."""
    return _property(pdf, "dc:identifier")


def printed_by(pdf: bytes) -> str:
    """Return the program, with its version, that a report's properties name; empty when there is none."""
    return _property(pdf, "xmp:CreatorTool")


def keywords_of(pdf: bytes) -> str:
    """Return the keywords in a report's properties; empty when there are none to read."""
    return _property(pdf, "pdf:Keywords")


def _property(pdf: bytes, name: str) -> str:
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document, document.open_metadata() as meta:
            return str(meta.get(name, ""))
    except Exception:  # a damaged file has no properties; what is wrong with it is said by its seal
        return ""
