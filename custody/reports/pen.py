"""A pen that writes text and draws lines on one canvas, as ReportLab would, and remembers what it wrote.

ReportLab takes a text apart character by character each time that it is drawn, builds an object for it and
says the leading and the way to the next line, which nothing here uses; that was half the time of a long
report. It still keeps the characters of each face and embeds them: the pen asks it once for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from . import fonts
from .typeset import runs

_KEPT = 20_000
"""So many texts are remembered; a table says the same words again and again."""


class _Glyph(NamedTuple):
    """In which subset of its face a character is, and how it stands in a string (ISO 32000-1, 7.3.4.2)."""

    subset: int
    escaped: str


class Pen:
    """Writes on the pages of one canvas; places in points from the lower left corner."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._glyphs: tuple[dict[str, _Glyph], dict[str, _Glyph]] = ({}, {})
        self._names: dict[tuple[bool, int], str] = {}
        self._shown: dict[tuple[str, float, bool], str] = {}

    def write(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = "",
        language: str,
    ) -> None:
        """Write a printable line; words of another language than the given one are told as such."""
        code = self._canvas._code
        if colour:
            code.append(f"{_rgb(colour)} rg")
        for run, foreign in runs(text, language) if language else ((text, ""),):
            if foreign:
                code.append(f"/Span <</Lang ({foreign})>> BDC")
            code.append(f"BT 1 0 0 1 {x:.2f} {y:.2f} Tm {self._show(run, size, bold)} ET")
            if foreign:
                code.append("EMC")
            x += fonts.width(run, size, bold)

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: float, dashed: bool) -> None:
        """Draw a line from point to point."""
        dash = "[2.5 2]" if dashed else "[]"
        first, *rest = (f"{x:.2f} {y:.2f}" for x, y in points)
        way = " ".join(f"{point} l" for point in rest)
        self._canvas._code.append(f"{_rgb(colour)} RG {width:g} w {dash} 0 d {first} m {way} S")

    def _show(self, text: str, size: float, bold: bool) -> str:
        """Return the operators that choose faces and show a text."""
        asked = (text, size, bold)
        if (known := self._shown.get(asked)) is None:
            if len(self._shown) > _KEPT:
                self._shown.clear()
            known = self._shown[asked] = self._operators(text, size, bold)
        return known

    def _operators(self, text: str, size: float, bold: bool) -> str:
        known = self._glyphs[bold]
        for character in text:
            if character not in known:
                known[character] = self._learn(character, bold)
        parts = []
        for subset, glyphs in groupby(map(known.__getitem__, text), lambda glyph: glyph.subset):
            shown = "".join(glyph.escaped for glyph in glyphs)
            parts.append(f"{self._names[bold, subset]} {size:g} Tf ({shown}) Tj")
        return " ".join(parts)

    def _learn(self, character: str, bold: bool) -> _Glyph:
        """Have ReportLab embed a character."""
        face, document = fonts.face(bold), self._canvas._doc
        ((subset, raw),) = face.splitString(character, document)
        self._names[bold, subset] = face.getSubsetInternalName(subset, document)
        return _Glyph(subset, self._canvas._escape(raw))


@lru_cache(maxsize=64)
def _rgb(code: str) -> str:
    """Return a colour such as ``#1a2b3c`` as operators take it."""
    colour = HexColor(code)
    return f"{colour.red:.4g} {colour.green:.4g} {colour.blue:.4g}"
