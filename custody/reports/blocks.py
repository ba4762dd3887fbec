"""What a report says, free of how it looks: sections return these blocks, `pdf` prints them.

Words: a `Text` is the product's own wording and is printed in the report's language; a `str` is a record's
own text and is printed exactly as recorded (no markup is ever read from it); a date or an aware time is
printed in the form of the report's language. Everything is frozen, so equal blocks give an equal file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal, TypeAlias

from custody.chain import Node, Shape
from custody.terms import Text

Language: TypeAlias = Literal["en", "zh", "both"]
Words: TypeAlias = "Text | str | int | date | datetime"

NOTHING = Text("Nothing recorded.", "无记录。")
NO_FINDINGS = Text("No findings.", "没有检查结果。")
NO_HOPS = Text("No subcontract is recorded.", "没有分包记录。")


def say(words: Words, language: str) -> str:
    """Return the printed form of `words` in `en` or `zh`, or in `both`: the Chinese under the English.

    Dates are ISO in English and 2026年11月21日 in Chinese; times are in UTC and say so, because they are
    compared with ledger entries.

    Raises:
        ValueError: a time without a zone.
    """
    if isinstance(words, Text):
        if language != "both":
            return words.get(language)
        typed = words.en == words.zh.replace("“", '"').replace("”", '"')  # by a person: it stands once
        return words.en if typed else f"{words.en}\n{words.zh}"
    if isinstance(words, datetime):
        if words.tzinfo is None:
            raise ValueError("a time in a report needs a time zone")
        moment = words.astimezone(UTC)
        return f"{say(moment.date(), language)} {moment:%H:%M:%S} UTC"
    if isinstance(words, date):
        if language.startswith("zh"):
            return f"{words.year}年{words.month}月{words.day}日"
        return words.isoformat()
    return str(words)


def in_line(words: Words, language: str) -> str:
    """Return words where one line is all the room: two languages stand beside each other."""
    return words.get(language) if isinstance(words, Text) else say(words, language)


@dataclass(frozen=True, slots=True)
class Flag:
    """A word with its mark before it, such as a state or a rule's outcome."""

    shape: Shape
    words: Words


@dataclass(frozen=True, slots=True)
class Code:
    """A hash, key or identifier; set small, may break anywhere."""

    value: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Several values under each other in one cell."""

    values: tuple[Words | Flag | Code, ...]


Value: TypeAlias = "Words | Flag | Code | Lines"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3; levels 1 and 2 stand in contents and bookmarks."""

    words: Words
    level: Literal[1, 2, 3] = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `quiet` is smaller and grey, for what is said for completeness."""

    words: Words
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences, each with a mark or a plain point."""

    items: tuple[Words | Flag, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values, one under the other."""

    rows: tuple[tuple[Words, Value], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A table column; `share` is its part of the width relative to the other columns."""

    title: Words
    share: float = 1.0
    right: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its head is repeated on each page. With no rows, `empty` is printed in its place."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[Value, ...]]
    caption: Words = ""
    empty: Words = NOTHING

    def __post_init__(self) -> None:
        """Refuse a row whose cells do not match the columns: a shifted cell would be a false statement."""
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(f"row {number}: expected {len(self.columns)} cells, got {len(row)}")


@dataclass(frozen=True, slots=True)
class Moment:
    """One point of a timeline. `at` orders it (time recorded); `detail` lines may tell the time claimed."""

    at: Words
    words: Words
    shape: Shape = Shape.DASH
    detail: tuple[Words | Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events in order, drawn along a line."""

    moments: Sequence[Moment]
    empty: Words = NOTHING


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule said: code, outcome, sentence; then pairs such as basis, remedy, values seen."""

    code: str
    outcome: Flag
    words: Words
    details: tuple[tuple[Words, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of one decision."""

    items: Sequence[Finding]
    empty: Words = NO_FINDINGS


@dataclass(frozen=True, slots=True)
class Figure:
    """A chain of hops, drawn as an outline and cut between rows at page ends."""

    nodes: Sequence[Node]
    caption: Words = ""
    empty: Words = NO_HOPS


@dataclass(frozen=True, slots=True)
class Note:
    """A boxed remark; the mark gives its tone: cross bad, bang warning, check good, dash neutral."""

    words: tuple[Words, ...]
    shape: Shape = Shape.DASH
    title: Words = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """Values that a person compares or copies: hashes, origins, sizes, keys."""

    rows: tuple[tuple[Words, str], ...]


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code that a camera reads (ISO/IEC 18004), with what it holds said beside it."""

    value: str
    words: Words


@dataclass(frozen=True, slots=True)
class Contents:
    """The list of headings with their pages."""

    depth: Literal[1, 2] = 2


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows starts on a new page."""


Block: TypeAlias = (
    "Heading | Paragraph | Bullets | Facts | Table | Timeline | Findings | Figure | Note | Proof"
    "| QrCode | Contents | PageBreak"
)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    `level` is the site's accredited level, printed on every page. `made_at` is the time of the report in its
    file properties; it comes from the caller, so that the same question at the same ledger size gives the
    same bytes. `reference` is what a person quotes; it stands in every footer.
    """

    title: Words
    blocks: Sequence[Block]
    language: Language
    made_at: datetime
    reference: str
    level: Words = ""
    subtitle: Words = ""
    demo: bool = False
    author: str = "Holdfast"
    keywords: tuple[str, ...] = field(default=())
