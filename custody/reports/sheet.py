"""Pages that are drawn place by place and not from blocks: labels, slips, forms, registers.

Each text is part of the document in the order in which it is drawn, each QR code a figure; whatever else is
drawn is an ornament. Lengths in points from the lower left corner.
"""

from __future__ import annotations

import io
from itertools import groupby

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.lib.colors import black
from reportlab.pdfgen.canvas import Canvas

from . import archived, fonts
from .pen import Pen
from .tags import Element, Tagger

_WHITE = 4
"""Modules that stay white on each side of a QR code."""


class Sheet:
    """A file of such pages under way; its language is that of most of its words."""

    def __init__(self, width: float, height: float, language: str) -> None:
        self._out = io.BytesIO()
        self.canvas = archived.canvas(self._out, width, height)
        self.root = Element("Document")
        self._language = "zh" if language == "both" else language
        self._tagger, self._pen = Tagger(self.canvas), Pen(self.canvas)
        self._begun = False

    def page(self) -> None:
        """Begin a page."""
        self._end()
        self._begun = True
        self._tagger.begin_page()
        self._tagger.within("")

    def _end(self) -> None:
        if self._begun:
            self._tagger.end()
            self.canvas.showPage()

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        room: float = 0,
        part: Element | None = None,
    ) -> None:
        """Draw a line of text, smaller where it is longer than its room, as a paragraph or another part."""
        if not text:
            return
        self._tagger.within(part or self.root.add("P"))
        self._line(x, y, text, size, bold, room, self._language)
        self._tagger.within("")

    def aside(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, room: float = 0
    ) -> None:
        """Draw a line of text of the head or foot of a page, which is no part of the document."""
        self._tagger.within("<</Type /Pagination>>")
        self._line(x, y, text, size, bold, room, "")
        self._tagger.within("")

    def _line(
        self, x: float, y: float, text: str, size: float, bold: bool, room: float, language: str
    ) -> None:
        plain = fonts.printable(text).replace("\n", " ")
        if room:
            size = min(size, room / max(fonts.width(plain, 1, bold), 0.01))
        self._pen.write(x, y, plain, size, bold=bold, language=language)

    def qr(self, address: str, x: float, y: float, side: float, *, aside: bool = False) -> None:
        """Draw a code that holds an address; that of every page alike is no part of the document."""
        if not aside:
            figure = self.root.add("Figure", alt=f"QR: {address}")
            figure.box = (x, y, x + side, y + side)
            self._tagger.within(figure)
        draw_qr(self.canvas, address, x, y, side)
        self._tagger.within("")

    def finish(self, title: str) -> bytes:
        """Return the file."""
        self._end()
        painted = self._tagger.save(self.root, self._out)
        return archived.finish(painted, archived.Properties(title, self._language))


def draw_qr(canvas: Canvas, address: str, x: float, y: float, side: float) -> None:
    """Draw a code that survives the loss of a seventh of it (level M), with its four modules of white; as
    one shape, so that no printer leaves a line between its rows."""
    code = QrCodeWidget(address, barLevel="M").qr
    code.make()
    module = side / (len(code.modules) + 2 * _WHITE)
    path = canvas.beginPath()
    for row, modules in enumerate(code.modules):
        low, column = y + side - (row + _WHITE + 1) * module, _WHITE
        for dark, run in groupby(map(bool, modules)):
            length = len(list(run))
            if dark:
                path.rect(x + column * module, low, length * module, module)
            column += length
    canvas.setFillColor(black)
    canvas.drawPath(path, stroke=0, fill=1)
