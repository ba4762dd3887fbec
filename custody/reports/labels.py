"""Labels for numbered copies, measured in millimetres: one to a label of a roll, or many to a sheet.

A label says what a person reads aloud (the code), which copy of how many it is, its classification, and in a
QR code (ISO/IEC 18004) the address under which the copy's page opens. The address holds the code and nothing
else: who finds a label learns no more than is printed on it, and the page asks for a sign-in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm

from custody.terms import Text

from . import fonts
from .sheet import Sheet

MOST = 1_000
"""Labels in one file."""
INK = 2.0
"""Millimetres that stay white at each edge of a label, since no printer hits them exactly."""
_A4 = (210.0, 297.0)


@dataclass(frozen=True, slots=True)
class Stock:
    """How labels lie on the paper; all lengths in millimetres, ``left`` and ``top`` to the first label."""

    name: Text
    page: tuple[float, float]
    size: tuple[float, float]
    columns: int = 1
    rows: int = 1
    left: float = 0.0
    top: float = 0.0
    step: tuple[float, float] = (0.0, 0.0)

    @property
    def places(self) -> int:
        """How many labels one page takes."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Return the lower left corner of a place on its page, counted from 0 along the rows."""
        row, column = divmod(place, self.columns)
        x = self.left + column * self.step[0]
        return x, self.page[1] - self.top - row * self.step[1] - self.size[1]


def _roll(width: float, height: float) -> Stock:
    name = Text(f"Roll, {width:g} × {height:g} mm", f"卷装标签，{width:g} × {height:g} 毫米")
    return Stock(name, (width, height), (width, height))


def _sheet(
    width: float, height: float, columns: int, rows: int, left: float, top: float, gap: float
) -> Stock:
    name = Text(
        f"A4 sheet, {columns * rows} labels of {width:g} × {height:g} mm",
        f"A4标签纸，每页{columns * rows}枚，{width:g} × {height:g} 毫米",
    )
    return Stock(name, _A4, (width, height), columns, rows, left, top, (width + gap, height))


STOCKS = {
    "roll-62x29": _roll(62, 29),
    "roll-100x50": _roll(100, 50),
    "a4-21": _sheet(63.5, 38.1, 3, 7, 7.25, 15.15, 2.5),
    "a4-40": _sheet(48.5, 25.4, 4, 10, 8, 21.5, 0),
}


@dataclass(frozen=True, slots=True)
class Label:
    """What one label says: a copy's code, the address that its QR code holds, and a few short lines."""

    code: str
    address: str
    lines: tuple[str, ...]


TITLE = Text("Holdfast labels", "Holdfast 标签")


def draw(labels: Sequence[Label], stock: Stock, first: int = 1, language: str = "en") -> bytes:
    """Return a PDF of labels, told in one language; ``first`` is the place on the first page to begin with,
    from 1, for a sheet that was begun. Raises ValueError for no label, too many, and a place that the page
    has not."""
    fonts.register()
    if not 0 < len(labels) <= MOST:
        raise ValueError(f"{len(labels)} labels; 1 to {MOST} fit one file")
    if not 1 <= first <= stock.places:
        raise ValueError(f"place {first}; the page has {stock.places}")
    sheet = Sheet(stock.page[0] * mm, stock.page[1] * mm, language)
    sheet.page()
    for number, label in enumerate(labels, first - 1):
        if number >= stock.places and number % stock.places == 0:
            sheet.page()
        x, y = stock.corner(number % stock.places)
        _one(sheet, label, x * mm, y * mm, stock.size[0] * mm, stock.size[1] * mm)
    return sheet.finish(TITLE.get(language))


def _one(sheet: Sheet, label: Label, x: float, y: float, width: float, height: float) -> None:
    edge = INK * mm
    side = min(height - 2 * edge, width * 0.4)
    left = x + edge + side + edge / 2
    room, text = x + width - edge - left, fonts.printable(label.code)
    size = min(room / fonts.width(text, 1, bold=True), height / 4)
    baseline = y + height - edge - size
    sheet.text(left, baseline, text, size, bold=True)
    lines = [line for line in label.lines if line]
    small = min(size * 0.62, (baseline - y - edge) / max(len(lines), 1) / 1.3)
    for number, line in enumerate(lines, 1):
        sheet.text(left, baseline - number * small * 1.3, line, small, room=room)
    sheet.qr(label.address, x + edge, y + (height - side) / 2, side)
