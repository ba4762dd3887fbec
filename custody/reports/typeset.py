"""Break text into lines that fit: spaces for Latin, any place for Chinese except before closing punctuation.

Text is measured and placed glyph by glyph and never passes through a markup parser: ReportLab's `Paragraph`
reads local files from an `<img>` in user text and fails on a stray `<b>`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from custody.reports import fonts

_WIDE = (
    "\u2e80-\u2fff\u3003-\u3007\u3012\u3013\u3020-\u9fff\uf900-\ufaff\uff02-\uff07\uff0a\uff0b\uff0d\uff0f-\uff19"
    "\uff1c-\uff1e\uff20-\uff3a\uff3c\uff3e-\uff5a\uff5c\uff5e"
)
_OPEN = "（《〈「『【〔〖［｛“"
_SHUT = "、。，．：；？！）》〉」』】〕〗］｝”％"
_CODE = r"\[U\+[0-9A-F]{4,6}\]"
# Blanks; or the code of an uncovered character, one wide character or one Latin word, with the brackets
# before it and the punctuation after it.
_UNIT = re.compile(
    "[ \u3000]+"
    f"|[{_OPEN}]*(?:{_CODE}|[{_WIDE}]|(?:(?!{_CODE})[^{_WIDE}{_OPEN}{_SHUT} \u3000])+)[{_SHUT},.;:!?%)]*"
    f"|[{_OPEN}]+|[{_SHUT}]+"
)

_HAN = re.compile("[\u2e80-\u2fff\u3001-\u3029\u3400-\u9fff\uf900-\ufaff\uff01-\uff5e]+")
_LATIN = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z][a-z]{2,}(?:[ ,.&'’-]+[A-Za-z][a-z.]*)*(?![A-Za-z0-9_])")


@lru_cache(maxsize=20_000)
def runs(text: str, language: str) -> tuple[tuple[str, str], ...]:
    """Part a line into runs, each with its language (BCP 47) where that is not the document's: Han characters
    in an English document, Latin words in a Chinese one; codes are of no language."""
    pattern, other = (_LATIN, "en") if language == "zh" else (_HAN, "zh-Hans")
    found: list[tuple[str, str]] = []
    end = 0
    for match in pattern.finditer(text):
        found += [(text[end : match.start()], ""), (match.group(), other)]
        end = match.end()
    return tuple(run for run in [*found, (text[end:], "")] if run[0])


@lru_cache(maxsize=20_000)
def wrap(text: str, room: float, size: float, bold: bool = False) -> tuple[str, ...]:
    """Return the lines of `text` no wider than `room` points at `size` points.

    Line ends in the text are kept. A word wider than the room is broken between characters. The text is made
    `fonts.printable` first. At least one line is returned; a single character is placed even when it is wider
    than the room, because nothing may be left out.
    """
    lines: list[str] = []
    for part in fonts.printable(text).split("\n"):
        lines.extend(_wrap_part(part, room, size, bold))
    return tuple(lines)


def _wrap_part(part: str, room: float, size: float, bold: bool) -> list[str]:
    if fonts.width(part, size, bold) <= room:
        return [part.rstrip()]
    lines: list[str] = []
    line, used = "", 0.0
    for unit in _UNIT.findall(part):
        advance = fonts.width(unit, size, bold)
        if used + advance <= room:
            line, used = line + unit, used + advance
            continue
        if unit.isspace():
            continue
        if advance <= room:
            lines.append(line.rstrip())
            line, used = unit, advance
            continue
        for character in unit:
            advance = fonts.width(character, size, bold)
            if line and used + advance > room:
                lines.append(line.rstrip())
                line, used = "", 0.0
            line, used = line + character, used + advance
    if line.rstrip() or not lines:
        lines.append(line.rstrip())
    return lines


def break_anywhere(text: str, room: float, size: float) -> tuple[str, ...]:
    """Return the lines of a code: filled to the end, broken between any two characters."""
    lines: list[str] = []
    line, used = "", 0.0
    for character in fonts.printable(text).replace("\n", " "):
        advance = fonts.width(character, size)
        if line and used + advance > room:
            lines.append(line)
            line, used = "", 0.0
        line, used = line + character, used + advance
    return (*lines, line)
