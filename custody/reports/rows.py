"""Rows of cells that flow over pages: every block of a report is placed as rows.

A row that fits the page is kept whole; a row that does not is cut between lines and goes on, so that a cell
of any length is printed in full.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from custody.chain import TONES, Shape
from custody.reports import fonts
from custody.reports.page import (
    BOTTOM,
    INK,
    LEFT,
    RIGHT,
    TONE_COLOURS,
    TOP,
    Mark,
    Page,
    PathMark,
    RectMark,
    ShapeMark,
    TagMark,
    TextMark,
)
from custody.reports.tags import Element

LEADING = 1.45


@dataclass(slots=True)
class Line:
    """One line of a cell, already broken to fit; without a tag it is an ornament."""

    text: str
    size: float = 9
    bold: bool = False
    colour: str = INK
    indent: float = 0
    shape: Shape | None = None
    disc: bool = False
    lead: str = ""
    lead_colour: str = INK
    tag: Element | None = None

    @property
    def height(self) -> float:
        """Distance to the next line in points."""
        return self.size * LEADING


@dataclass(frozen=True, slots=True)
class Look:
    """How rows are dressed: padding, rules, a fill, a bar at the left, a line through column `spine`."""

    across: float = 5
    down: float = 4
    rule: str = ""
    fill: str = ""
    bar: str = ""
    top_rule: str = ""
    spine: int | None = None


@dataclass(slots=True)
class Composer:
    """Pages under way and the place reached on the last one."""

    pages: list[Page] = field(default_factory=lambda: [Page()])
    y: float = TOP
    element: Element | None = None
    """To what the marks that are placed next belong."""

    @property
    def room(self) -> float:
        """Height left on the page in points."""
        return BOTTOM - self.y

    @property
    def untouched(self) -> bool:
        """Whether the page is still empty."""
        return self.y <= TOP

    def put(self, *marks: Mark) -> None:
        """Place marks on the page."""
        page = self.pages[-1]
        if page.element is not self.element:
            page.element = self.element
            page.marks.append(TagMark(self.element))
        page.marks.extend(marks)

    def new_page(self) -> None:
        """Go on at the top of a new page."""
        self.pages.append(Page())
        self.y = TOP

    def need(self, height: float) -> None:
        """Start a new page unless `height` points are left, or the page is empty."""
        if self.room < height and not self.untouched:
            self.new_page()

    def space(self, height: float) -> None:
        """Leave a gap, but none at the top of a page."""
        if not self.untouched:
            self.y += height


Cells = Sequence[Sequence[Line]]


@dataclass(slots=True)
class Grid:
    """Columns at fixed places, with a head that is repeated on each page, there as an ornament."""

    composer: Composer
    widths: Sequence[float]
    look: Look = Look()
    head: Cells | None = None
    head_look: Look = Look()
    right: frozenset[int] = frozenset()
    left: float = LEFT

    def height(self, cells: Cells, look: Look | None = None) -> float:
        """Return the height of a row in points."""
        lines = max([sum([line.size for line in cell]) for cell in cells])
        return lines * LEADING + 2 * (look or self.look).down

    def place_head(self) -> None:
        """Draw the head at the place reached."""
        if self.head is not None:
            height = self.height(self.head, self.head_look)
            self._draw(self.head, height, self.head_look)
            self.head = [[replace(line, tag=None) for line in cell] for cell in self.head]

    def _turn(self) -> None:
        self.composer.new_page()
        self.place_head()

    def start(self, first: Cells | None) -> None:
        """Draw the head, on a new page where the first row would not follow it on this one."""
        height = self.height(self.head, self.head_look) if self.head is not None else 0
        if first is not None:
            height += min(self.height(first), 60)
        self.composer.need(height)
        self.place_head()

    def add(self, cells: Cells) -> None:
        """Place one row, cut over pages where it must be."""
        height = self.height(cells)
        page = BOTTOM - TOP - (self.height(self.head, self.head_look) if self.head is not None else 0)
        if height > self.composer.room and (height < page * 0.4 or self.composer.room < 50):
            self._turn()
        rest = [list(cell) for cell in cells]
        while True:
            room = self.composer.room - 2 * self.look.down
            fresh = self.composer.room >= page - 1
            taken = [_take(cell, room, fresh) for cell in rest]
            if any(taken):
                self._draw(taken, self.height(taken), self.look)
            rest = [cell[len(part) :] for cell, part in zip(rest, taken, strict=True)]
            if not any(rest):
                return
            self._turn()

    def _draw(self, cells: Cells, height: float, look: Look) -> None:
        c, total = self.composer, sum(self.widths)
        if look.fill:
            c.put(RectMark(self.left, c.y, total, height, fill=look.fill))
        if look.bar:
            c.put(RectMark(self.left, c.y, 3, height, fill=look.bar))
        if look.top_rule:
            c.put(PathMark(((self.left, c.y), (self.left + total, c.y)), look.top_rule, 1.2))
        x = self.left
        for number, (cell, width) in enumerate(zip(cells, self.widths, strict=True)):
            if number == look.spine:
                middle = x + width / 2
                c.put(PathMark(((middle, c.y), (middle, c.y + height)), look.rule or INK, 0.8))
            y = c.y + look.down
            for line in cell:
                c.element = line.tag
                self._draw_line(line, x + look.across, x + width - look.across, y, number in self.right)
                y += line.height
            c.element = None
            x += width
        if look.rule and look.spine is None:
            c.put(PathMark(((self.left, c.y + height), (self.left + total, c.y + height)), look.rule, 0.6))
        c.y += height

    def _draw_line(self, line: Line, left: float, end: float, y: float, right: bool) -> None:
        """Draw one line of a cell between two margins; a mark stands before its text on either side."""
        c, baseline = self.composer, y + line.size * 1.08
        start = left + line.indent
        if right:
            start = end - fonts.width(line.text, line.size, line.bold)
        if line.shape is not None:
            side = line.size * (0.9 if line.disc else 0.85)
            at = (left + end - side) / 2 if line.disc else start - side - 4
            colour = TONE_COLOURS[TONES[line.shape]][0]
            c.put(ShapeMark(line.shape, at, baseline - side * 0.92, side, colour, line.disc))
        if line.lead:
            c.put(TextMark(left, baseline, line.lead, line.size, line.bold, line.lead_colour))
        if line.text:
            c.put(TextMark(start, baseline, line.text, line.size, line.bold, line.colour))


def _take(cell: list[Line], room: float, fresh: bool) -> list[Line]:
    """Return the lines that fit the room; on an empty page at least one, so that the work always ends."""
    used, count = 0.0, 0
    for line in cell:
        used += line.height
        if used > room:
            break
        count += 1
    return cell[: max(count, 1 if fresh else 0)]


def total_width() -> float:
    """Return the width between the margins in points."""
    return RIGHT - LEFT
