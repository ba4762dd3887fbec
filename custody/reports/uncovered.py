"""What the fonts of a report cannot draw, listed at its end: the pages show a code in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from custody.reports import fonts
from custody.reports.blocks import Block, Note, say
from custody.reports.wording import fill
from custody.terms import Text

TITLE = Text("Characters printed as codes", "以编码打印的字符")
SAID = Text(
    "The fonts of this file have no shape for {count} of its characters. Each is printed as its number in "
    "Unicode: {codes}. The files inside this one hold every text in full.",
    "本文件的字体缺少其中{count}个字符的字形，均以Unicode编码打印：{codes}。本文件所附文件载有完整文本。",
)


def uncovered(blocks: Sequence[Block], language: str) -> list[Block]:
    """Return a note that lists the characters of blocks that are printed as `[U+XXXX]`; nothing without."""
    codes = sorted(fonts.missing("".join(_texts(blocks, language))))
    if not codes:
        return []
    listed = " ".join(f"[U+{ord(code):04X}]" for code in codes)
    return [Note((fill(SAID, count=len(codes), codes=listed),), title=TITLE)]


def _texts(part: Any, language: str) -> Iterator[str]:
    if isinstance(part, Enum):
        return
    if isinstance(part, Text | str | date):
        yield say(part, language)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from _texts(one, language)
    elif is_dataclass(part):
        for one in fields(part):
            yield from _texts(getattr(part, one.name), language)
