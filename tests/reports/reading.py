"""Read a report's drawn text back, by our own eyes and by poppler's where it is installed."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pikepdf

from custody.reports import fonts

POPPLER = shutil.which("pdftotext") is not None


class Drawn(NamedTuple):
    page: int
    x: float
    y: float
    width: float
    text: str


def _unicode_of(font: pikepdf.Object) -> dict[int, str]:
    """Read the ToUnicode map of a simple font."""
    cmap = font.ToUnicode.read_bytes().decode("ascii")
    found: dict[int, str] = {}
    for body in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", body):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for body in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for low, _, texts in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*\[(.*?)\]", body, re.DOTALL):
            for n, text in enumerate(re.findall(r"<([0-9A-Fa-f]+)>", texts)):
                found[int(low, 16) + n] = bytes.fromhex(text).decode("utf-16-be")
    return found


def drawn(pdf: bytes) -> list[Drawn]:
    """Return each drawn piece of text with its place, y from the top."""
    found = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages, start=1):
            faces = {str(k): v for k, v in page.resources.Font.items()}
            maps = {k: _unicode_of(v) for k, v in faces.items() if "/ToUnicode" in v}
            face, size, x, y, advance = "", 0.0, 0.0, 0.0, 0.0
            for instruction in pikepdf.parse_content_stream(page):
                operands = instruction.operands
                match str(instruction.operator):
                    case "Tm":
                        x, y, advance = float(operands[4]), float(operands[5]), 0.0
                    case "Tf":
                        face, size = str(operands[0]), float(operands[1])
                    case "Tj":
                        text = "".join(maps[face][c] for c in bytes(operands[0]))
                        bold = "Bold" in str(faces[face].BaseFont)
                        width = fonts.width(text, size, bold)
                        found.append(Drawn(number, x + advance, float(page.mediabox[3]) - y, width, text))
                        advance += width
    return found


def text_of(pdf: bytes) -> str:
    """Return all drawn text; what stood on one line is joined, lines are parted."""
    parts: list[str] = []
    place: tuple[int, float] | None = None
    for piece in drawn(pdf):
        here = piece.page, round(piece.y, 2)
        parts.append(piece.text if here == place else "\n" + piece.text)
        place = here
    return "".join(parts)


def poppler_text(pdf: bytes, folder: Path) -> str:
    """Return what pdftotext reads."""
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True
    ).stdout.decode()


def squeezed(text: str) -> str:
    """Return a text without blanks, for comparing what was broken into lines."""
    return re.sub(r"\s+", "", text)
