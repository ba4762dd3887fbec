"""Small files as evidence comes: papers as PDF, scans as images."""

from __future__ import annotations

import io
from typing import Any


def pdf(pages: int = 1, words: str = "Licence 0427", size: tuple[float, float] = (595, 842)) -> bytes:
    """Return a PDF with a line on each page."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    for number in range(pages):
        canvas.drawString(60, 700, f"{words}, page {number + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def image(kind: str = "PNG", size: tuple[int, int] = (800, 600), mode: str = "RGB", **how: Any) -> bytes:
    """Return a plain image."""
    from PIL import Image

    out = io.BytesIO()
    Image.new(mode, size, **({"color": how.pop("color")} if "color" in how else {})).save(out, kind, **how)
    return out.getvalue()
