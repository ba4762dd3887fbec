"""The two faces that reports are drawn in, and what they cannot draw.

The files are subsets of Noto Sans SC (SIL Open Font License 1.1) made by `bin/make-fonts`; both faces cover
the same characters, so that a word never changes its coverage by being bold. A character outside them is
printed as `[U+XXXX]`: ReportLab would draw an empty box and say nothing, and in a custody record a name that
silently lost a character is another name. Control and direction characters count as not covered, because
drawing nothing for them would let two different names look alike.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, TTFontFace

FOLDER = Path(__file__).resolve().parent / "font_files"
REGULAR = "HoldfastSans"
BOLD = "HoldfastSans-Bold"

_UNDRAWABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@cache
def _faces() -> tuple[TTFont, TTFont]:
    """Load and register both faces once per process."""
    faces = TTFont(REGULAR, FOLDER / f"{REGULAR}-Regular.ttf"), TTFont(BOLD, FOLDER / f"{BOLD}.ttf")
    for face in faces:
        pdfmetrics.registerFont(face)
    return faces


def face(bold: bool) -> TTFont:
    """Return the face of plain or of bold words."""
    return _faces()[bold]


def register() -> None:
    """Make the faces known to ReportLab under `REGULAR` and `BOLD`; doing it again costs nothing."""
    _faces()


@cache
def _covered() -> frozenset[str]:
    regular, bold = _faces()
    both = set(regular.face.charToGlyph) & set(bold.face.charToGlyph)
    return frozenset(chr(c) for c in both if unicodedata.category(chr(c)) not in _UNDRAWABLE)


def missing(text: str) -> set[str]:
    """Return the characters of `text` that reports cannot draw; line ends and tabs are layout."""
    return set(text) - _covered() - {"\n", "\r", "\t"}


def printable(text: str) -> str:
    """Return `text` as it is drawn: NFC, one kind of line end, uncovered characters as `[U+XXXX]`."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    unknown = missing(text)
    if not unknown:
        return text
    return "".join(f"[U+{ord(c):04X}]" if c in unknown else c for c in text)


class _Widths(dict[int, float]):
    """How wide a face draws each character, in thousandths of the size, by its code point."""

    def __init__(self, face: TTFontFace) -> None:
        super().__init__(face.charWidths)
        self.other: float = face.defaultWidth

    def __missing__(self, code: int) -> float:
        return self.other


@cache
def _widths(bold: bool) -> _Widths:
    return _Widths(_faces()[bold].face)


@lru_cache(maxsize=20_000)
def width(text: str, size: float, bold: bool = False) -> float:
    """Return the width in points of a drawn text (`printable` has been applied by the caller)."""
    return sum(map(_widths(bold).__getitem__, map(ord, text))) * size / 1000
