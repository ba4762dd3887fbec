"""Blocks to PDF: paint the laid-out pages, fonts subset and embedded; `archived` finishes the file."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import lru_cache

from reportlab.lib.colors import Color, HexColor, white
from reportlab.pdfgen.canvas import Canvas

from custody.chain import STROKES, Shape
from custody.reports import archived, fonts
from custody.reports.blocks import Document, in_line
from custody.reports.layout import lay_out
from custody.reports.page import (
    ACCENT,
    HEIGHT,
    WIDTH,
    AnchorMark,
    LinkMark,
    Mark,
    PageNumberMark,
    PathMark,
    QrMark,
    RectMark,
    ShapeMark,
    TagMark,
    TextMark,
)
from custody.reports.pen import Pen
from custody.reports.running import running
from custody.reports.sheet import draw_qr
from custody.reports.tags import Element, Tagger
from custody.reports.uncollected import uncollected


def render(document: Document, attachments: Mapping[str, bytes] | None = None) -> bytes:
    """Return the unsealed PDF of a document.

    Args:
        document: what to print.
        attachments: file name to content, embedded as data of the report in the order of their names.

    Raises:
        ValueError: a time without a zone, or an attachment name that is a path.
    """
    said = archived.Properties(
        title=in_line(document.title, document.language),
        language=document.language,
        made_at=document.made_at,
        reference=document.reference,
        author=document.author,
        keywords=document.keywords,
    )
    return archived.finish(paint(document), said, attachments)


def paint(document: Document) -> bytes:
    """Return the pages painted and tagged; `archived` makes a file to keep of them."""
    with uncollected():
        return _paint(document)


def _paint(document: Document) -> bytes:
    fonts.register()
    pages, root = lay_out(document)
    numbers = {
        mark.name: number
        for number, page in enumerate(pages, start=1)
        for mark in page.marks
        if isinstance(mark, AnchorMark)
    }
    out = io.BytesIO()
    canvas = archived.canvas(out, WIDTH, HEIGHT)
    painter = _Painter(canvas, numbers, document.language, Tagger(canvas))
    for number, page in enumerate(pages, start=1):
        painter.page(page.marks, running(document, number, len(pages)))
    return painter.tagger.save(root, out)


@lru_cache(maxsize=64)
def _colour(code: str) -> Color:
    return HexColor(code)


class _Painter:
    """Paints marks on a canvas; the only place where y turns upwards."""

    def __init__(self, canvas: Canvas, numbers: Mapping[str, int], language: str, tagger: Tagger) -> None:
        self.canvas, self.numbers, self.language, self.tagger = canvas, numbers, language, tagger
        self.pen = Pen(canvas)
        self.element: Element | None = None

    def page(self, marks: Sequence[Mark], running: Sequence[Mark]) -> None:
        """Paint a page: its marks as parts of the document, then its head and foot."""
        self.tagger.begin_page()
        self.element = None
        for mark in marks:
            if isinstance(mark, TagMark):
                self.element = mark.element
            elif isinstance(mark, (AnchorMark, LinkMark)):
                self._draw(mark)
            else:
                self.tagger.within(self.element or "")
                self._draw(mark)
        self.element = None
        self.tagger.within("<</Type /Pagination>>")
        for mark in running:
            self._draw(mark)
        self.tagger.end()
        self.canvas.showPage()

    def _draw(self, mark: Mark) -> None:
        if type(mark) is TextMark:  # nearly all are
            x, y, text, size, bold, colour, right = mark
            start = x - fonts.width(text, size, bold) if right else x
            self._text(start, y, text, size, bold, colour)
        else:
            self._draw_other(mark)

    def _draw_other(self, mark: Mark) -> None:
        canvas = self.canvas
        match mark:
            case RectMark(x, y, width, height, fill, stroke, line, dashed, radius):
                if fill:
                    canvas.setFillColor(_colour(fill))
                if stroke:
                    canvas.setStrokeColor(_colour(stroke))
                    canvas.setLineWidth(line)
                    canvas.setDash((2.5, 2) if dashed else ())
                canvas.roundRect(
                    x, HEIGHT - y - height, width, height, radius, stroke=bool(stroke), fill=bool(fill)
                )
            case PathMark(points, colour, line, dashed):
                self.pen.line([(x, HEIGHT - y) for x, y in points], colour, line, dashed)
            case ShapeMark(shape, x, y, side, colour, disc):
                self._shape(shape, x, HEIGHT - y, side, colour, disc)
            case QrMark(x, y, side, value):
                draw_qr(canvas, value, x, HEIGHT - y - side, side)
            case AnchorMark(name, y, title, level):
                canvas.bookmarkHorizontal(name, 0, HEIGHT - y)
                canvas.addOutlineEntry(title, name, level - 1, closed=False)
            case LinkMark(x, y, width, height, name, title) if self.element is not None:
                place = (x, HEIGHT - y - height, x + width, HEIGHT - y)
                self.tagger.link(self.element, name, title, place)
            case PageNumberMark(x, y, name, size):
                text = str(self.numbers[name])
                self._text(x - fonts.width(text, size), y, text, size, False, ACCENT)

    def _text(self, x: float, y: float, text: str, size: float, bold: bool, colour: str) -> None:
        """Paint a line of text; of what the document says, words of another language are told as such."""
        language = self.language if self.element is not None else ""
        self.pen.write(x, HEIGHT - y, text, size, bold=bold, colour=colour, language=language)

    def _shape(self, shape: Shape, x: float, y: float, side: float, colour: str, disc: bool) -> None:
        """Paint a sign whose upper left corner is given."""
        canvas = self.canvas
        if disc:
            canvas.setFillColor(white)
            canvas.setStrokeColor(_colour(colour))
            canvas.setLineWidth(0.8)
            canvas.setDash()
            canvas.circle(x + side / 2, y - side / 2, side * 0.82, stroke=1, fill=1)
        for part in STROKES[shape]:
            places = [(x + a * side, y - b * side) for a, b in part]
            if len(places) == 1:
                canvas.setFillColor(_colour(colour))
                canvas.circle(*places[0], side * 0.11, stroke=0, fill=1)
            else:
                self.pen.line(places, colour, side * 0.15, False)
