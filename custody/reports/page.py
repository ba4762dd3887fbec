"""What stands on a page: marks with absolute places, and the sizes and colours of the product.

Layout writes these, `pdf` paints them. Coordinates in points, origin top left, y downwards; a text's y is its
baseline.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from custody.chain import Point, Shape, Tone
from custody.reports.tags import Element

WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT = 51.0, WIDTH - 51.0
TOP, BOTTOM = 78.0, HEIGHT - 66.0

INK, MUTED, ACCENT, RULE, PALE = "#16202b", "#4a5568", "#0b5c66", "#cfd6dd", "#eef3f4"
# Line and fill of each tone. Lines are dark enough to read when printed in black and white.
TONE_COLOURS: dict[Tone, tuple[str, str]] = {
    "ok": ("#17603a", "#e3f3ea"),
    "bad": ("#a4161a", "#fde9e8"),
    "wait": ("#1f4b8f", "#e7eefb"),
    "warn": ("#7a4300", "#fdf1dc"),
    "off": ("#4a5568", "#ffffff"),
}


class TextMark(NamedTuple):
    """One line of text; with `right`, x is its right end."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    colour: str = INK
    right: bool = False


class RectMark(NamedTuple):
    """A rectangle, filled, outlined or both."""

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    stroke: str = ""
    line: float = 0.8
    dashed: bool = False
    radius: float = 0


class PathMark(NamedTuple):
    """A line through points."""

    points: tuple[Point, ...]
    colour: str
    line: float = 0.8
    dashed: bool = False


class ShapeMark(NamedTuple):
    """A state mark in a square; with `disc`, on a white disc so that a line behind it is interrupted."""

    shape: Shape
    x: float
    y: float
    side: float
    colour: str
    disc: bool = False


class QrMark(NamedTuple):
    """A QR code with its margin, in a square."""

    x: float
    y: float
    side: float
    value: str


class AnchorMark(NamedTuple):
    """The place a bookmark and links lead to."""

    name: str
    y: float
    title: str
    level: int


class LinkMark(NamedTuple):
    """An area that leads to an anchor; `title` says whereto."""

    x: float
    y: float
    width: float
    height: float
    name: str
    title: str


class PageNumberMark(NamedTuple):
    """The number of the page an anchor stands on, ending at x; known when all pages are laid out."""

    x: float
    y: float
    name: str
    size: float


class TagMark(NamedTuple):
    """What follows on the page is part of an element; of none: it is an ornament, as where a page begins."""

    element: Element | None


Mark: TypeAlias = (
    "TextMark | RectMark | PathMark | ShapeMark | QrMark | AnchorMark | LinkMark | PageNumberMark | TagMark"
)


@dataclass(slots=True)
class Page:
    """One page under way."""

    marks: list[Mark] = field(default_factory=list)
    element: Element | None = None
    """To what the last mark belongs."""
