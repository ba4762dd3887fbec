"""The head and foot of every page of a document: title, site level, demo mark, reference, page number.

In both languages the head has two rows, one in each. A long title is set on more lines, and smaller where
those would be too many; only one that three lines of the smallest size do not hold is cut, with an ellipsis.
"""

from __future__ import annotations

from custody.chain import fit
from custody.reports import fonts
from custody.reports.blocks import Document, Words, say
from custody.reports.page import HEIGHT, INK, LEFT, MUTED, RIGHT, RULE, Mark, PathMark, RectMark, TextMark
from custody.reports.typeset import wrap
from custody.terms import Text

DEMO = Text("DEMO: made-up data, no evidence", "演示：虚构数据，不作证据")
SITE_LEVEL = Text("Site level: ", "系统级别：")
PAGE_OF = Text("Page {page} of {pages}", "第 {page} 页，共 {pages} 页")
_BASE, _STEP = 45.0, 11.0
"""Baseline of the last row of the head, and how far the one before it stands above."""
_SIZES = (8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0)
_TALL = 22.0
"""Points that the lines of a title may take together."""
_WIDEST = 240.0
"""Points that the site's level may take."""


def running(document: Document, number: int, total: int) -> list[Mark]:
    """Return the head and foot of a page."""
    return [*_head(document), *_foot(document, number, total)]


def _head(document: Document) -> list[Mark]:
    marks: list[Mark] = [PathMark(((LEFT, 54), (RIGHT, 54)), RULE, 0.6)]
    languages = ("en", "zh") if document.language == "both" else (document.language,)
    x = RIGHT
    if document.demo:
        x = _demo(marks, languages)
    if say(document.level, document.language):
        x = _level(marks, [SITE_LEVEL.get(one) + say(document.level, one) for one in languages], x)
    lines, size = _title(document.title, languages, x - LEFT)
    step = _STEP if len(lines) <= 2 else size * 1.2
    for row, line in enumerate(reversed(lines)):
        marks.append(TextMark(LEFT, _BASE - row * step, line, size, colour=MUTED))
    return marks


def _demo(marks: list[Mark], languages: tuple[str, ...]) -> float:
    """Add the mark of made-up data; return where the next thing to its left ends."""
    said = [DEMO.get(one) for one in languages]
    width = max(fonts.width(words, 7.5, True) for words in said) + 12
    above = (len(said) - 1) * _STEP
    marks.append(RectMark(RIGHT - width, 35 - above, width, 14 + above, fill=INK))
    for row, words in enumerate(reversed(said)):
        marks.append(TextMark(RIGHT - width + 6, _BASE - 0.2 - row * _STEP, words, 7.5, True, "#ffffff"))
    return RIGHT - width - 10


def _level(marks: list[Mark], said: list[str], x: float) -> float:
    lines = [_line(words) for words in said]
    size = next(
        (s for s in _SIZES if max(fonts.width(line, s, True) for line in lines) <= _WIDEST), _SIZES[-1]
    )
    lines = [fit(line, _WIDEST, lambda t: fonts.width(t, size, True)) for line in lines]
    for row, line in enumerate(reversed(lines)):
        marks.append(TextMark(x, _BASE - row * _STEP, line, size, True, INK, True))
    return x - max(fonts.width(line, size, True) for line in lines) - 14


def _title(title: Words, languages: tuple[str, ...], room: float) -> tuple[list[str], float]:
    """Return a title as lines of the first size in which they fit, each language on lines of its own."""
    said = list(dict.fromkeys(_line(say(title, one)) for one in languages))
    lines: list[str] = []
    for size in _SIZES:
        lines = [line for words in said for line in wrap(words, room, size)]
        if len(lines) <= 2 or len(lines) * size * 1.2 <= _TALL:
            return lines, size
    most = int(_TALL / (_SIZES[-1] * 1.2))
    rest = fit(" ".join(lines[most - 1 :]), room, lambda t: fonts.width(t, _SIZES[-1]))
    return [*lines[: most - 1], rest], _SIZES[-1]


def _foot(document: Document, number: int, total: int) -> list[Mark]:
    foot = PAGE_OF.get(document.language).format(page=number, pages=total)
    room = RIGHT - LEFT - max(110, fonts.width(foot, 8) + 20)
    left = fit(f"Holdfast · {_line(document.reference)}", room, lambda t: fonts.width(t, 8))
    return [
        PathMark(((LEFT, HEIGHT - 50), (RIGHT, HEIGHT - 50)), RULE, 0.6),
        TextMark(LEFT, HEIGHT - 37, left, 8, colour=MUTED),
        TextMark(RIGHT, HEIGHT - 37, foot, 8, colour=INK, right=True),
    ]


def _line(text: str) -> str:
    return fonts.printable(text).replace("\n", " ")
