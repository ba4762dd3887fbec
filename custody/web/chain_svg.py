"""The chain of hops as SVG: `project/_chain.svg.html` writes what `picture` returns.

Colours come from the stylesheet by class (`ok wait warn bad off`); there is no inline style, as the content
security policy asks. Marks are lines, not characters, and hidden from screen readers: a link's name is its
visible text. A blocked attempt has a broken border and a broken link as well as its word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from custody.chain import STROKES, Box, Drawing, Elbow, Form, Metrics, Node, Point, Shape, lay_out

WIDTH = 1040.0
OUTLINE_WIDTH = 760.0
PHONE_WIDTH = 316.0
"""What a screen of 390 px leaves beside the edges of page and card."""
_SIZE = Metrics().size
_NARROW = set("iljtfrI.,:;'|!()[] ·")
_BROAD = set("mwMW@%—…")


def measure(text: str, size: float = _SIZE) -> float:
    """Return an upper estimate in px of a text's width: the reader's font is not known, so widths are of a
    wide one.

    >>> measure("测绘") == 2 * Metrics().size
    True
    """
    total = 0.0
    for character in text:
        if unicodedata.east_asian_width(character) in "WF":
            total += 1.0
        elif character in _NARROW:
            total += 0.4
        elif character in _BROAD:
            total += 1.0
        elif character.isupper():
            total += 0.72
        else:
            total += 0.62
    return total * size


@dataclass(frozen=True, slots=True)
class SvgText:
    """One line of text with its place."""

    x: str
    y: str
    text: str


@dataclass(frozen=True, slots=True)
class SvgBox:
    """One box; numbers are written out, because templates would localise them."""

    tone: str
    x: str
    y: str
    width: str
    height: str
    href: str
    mark: str
    lines: tuple[SvgText, ...]
    level: SvgText | None
    blocked: bool


@dataclass(frozen=True, slots=True)
class SvgLine:
    """One link between boxes as a path."""

    path: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class SvgChain:
    """A chain ready for the template; `hops` counts the boxes."""

    form: Form
    width: str
    height: str
    boxes: tuple[SvgBox, ...]
    lines: tuple[SvgLine, ...]
    title: str
    hops: int
    narrow: SvgChain | None = None
    """The same for a phone, where this one is wider than that."""


def picture(
    nodes: Sequence[Node], *, title: str = "", width: float = WIDTH, form: Form | None = None
) -> SvgChain:
    """Lay out a chain for the screen.

    Args:
        nodes: hops and blocked attempts, words already in the reader's language. title: what the picture
        shows, for screen readers. width: room in px for a tree; an outline takes at most `OUTLINE_WIDTH` of
        it, so that rows read easily. form: `tidy` or `outline` where the reader chose one.

    Raises:
        ValueError: two nodes carry the same id.
    """
    drawing = lay_out(nodes, measure, width=width, form=form)
    if drawing.form == "outline" and width > OUTLINE_WIDTH:
        drawing = lay_out(nodes, measure, width=OUTLINE_WIDTH, form="outline")
    found = _painted(drawing, title)
    if drawing.width <= PHONE_WIDTH:
        return found
    phone = lay_out(nodes, measure, width=PHONE_WIDTH, form="outline")
    return replace(found, narrow=_painted(phone, title))


def _painted(drawing: Drawing, title: str) -> SvgChain:
    edge = 2.0
    return SvgChain(
        drawing.form,
        _number(drawing.width + 2 * edge),
        _number(drawing.height + 2 * edge),
        tuple(_box(box, drawing, edge) for box in drawing.boxes),
        tuple(_line(elbow, edge) for elbow in drawing.elbows),
        title,
        len(drawing.boxes),
    )


def _box(box: Box, drawing: Drawing, edge: float) -> SvgBox:
    sizes = drawing.metrics
    x, y = box.x + edge, box.y + edge
    baseline = y + box.height / 2 + sizes.size * 0.36 - (len(box.lines) - 1) * sizes.size * 0.7
    left = x + 2 * sizes.pad + sizes.mark
    shape = Shape.CROSS if box.node.blocked else box.node.shape
    level = None
    if drawing.form == "outline":
        level = SvgText(_number(edge), _number(baseline), str(box.level))
    return SvgBox(
        tone=box.tone,
        x=_number(x),
        y=_number(y),
        width=_number(box.width),
        height=_number(box.height),
        href=box.node.href,
        mark=mark_path(shape, x + sizes.pad, baseline - sizes.mark * 0.92, sizes.mark),
        lines=tuple(
            SvgText(_number(left), _number(baseline + number * sizes.size * 1.4), text)
            for number, text in enumerate(box.lines)
        ),
        level=level,
        blocked=box.node.blocked,
    )


def mark_path(shape: Shape, x: float, y: float, side: float) -> str:
    """Return the SVG path of a mark; a dot is a line of no length, which round caps make visible."""
    parts = []
    for stroke in STROKES[shape]:
        points = [(x + a * side, y + b * side) for a, b in stroke]
        parts.append(_path(points) if len(points) > 1 else _path([points[0], points[0]]))
    return "".join(parts)


def _line(elbow: Elbow, edge: float) -> SvgLine:
    return SvgLine(_path([(x + edge, y + edge) for x, y in elbow.points]), elbow.blocked)


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    return f"{round(value, 2):g}" if value < 1e5 else f"{value:.0f}"
