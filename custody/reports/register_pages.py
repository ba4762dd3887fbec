"""Printed registers: lines on numbered A4 pages, black on white, with room for signatures and a seal.

Everything that is said is said in words and lines, never by a colour: what was corrected is struck through
and says so in its last column. The first page opens the register, the last closes it; rows that stay blank
are struck out, so that nothing can be written in afterwards. The QR code (ISO/IEC 18004) of every page holds
an address that says nothing of what is printed. Pure: equal sheets give equal bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.colors import black

from custody.terms import Text

from . import fonts, running
from .sheet import Sheet as Drawn
from .tags import Element
from .typeset import wrap

LANGUAGES = ("both", "en", "zh")
WIDTH, HEIGHT = 841.89, 595.28
LEFT, RIGHT = 34.0, WIDTH - 34.0
FOOT = HEIGHT - 40.0
"""Where lines end; y runs downwards."""
_BODY = 92.0
_SIZE, _LEAD = 7.2, 9.4
_PAD = 3.0
_NUMBER = 26.0
_QR = 58.0
_CLOSING = 128.0
_BLANK = 15.0

NO = Text("No.", "序号")
REMARKS = Text("Remarks", "备注")
LEVEL = Text("Highest level named: {level}", "所载最高密级：{level}")
NOT_STATED = Text("not stated", "未填写")
NO_LEVEL = Text("no level named", "未涉及密级")
SITE = Text("Site level: {level}", "系统级别：{level}")
OPENED = Text(
    "Opening line. Lines: {lines}; pages: {pages}; as ledger {origin} tells them at size {size}. What was "
    "recorded after is not in it.",
    "启用：本登记簿共{lines}行、{pages}页，依账本 {origin} 规模{size}时的记录打印；其后的登记未列入。",
)
CLOSED = Text(
    "Closing line. The last line is no. {last} of {lines}; struck as corrected: {struck}. No further lines.",
    "截止：最后一行为第{last}号，共{lines}行，其中因更正划销{struck}行。以下空白。",
)
CLOSED_EMPTY = Text("Closing line. No line fits. No further lines.", "截止：本期无登记。以下空白。")
BLANK = Text("No further lines", "以下空白")
CONTINUED = Text("Continued on the next page", "续下页")
SIGNS = (
    Text("First person: name, signature, day", "经办人：姓名、签名、日期"),
    Text("Second person: name, signature, day", "复核人：姓名、签名、日期"),
    Text("Seal of the unit", "单位公章"),
)
SEAL_NOTE = Text(
    "The seal is set by hand on the paper. A scan of it shows the paper; it signs nothing in the ledger.",
    "公章须在纸质件上加盖。其扫描件仅反映纸质件，在账本中不构成签名。",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: for each column what stands under each other there. ``struck``: it was corrected."""

    cells: tuple[tuple[Text | str, ...], ...]
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole register. The last column is never struck through: it says why a line is."""

    title: Text
    number: str
    address: str
    columns: tuple[tuple[Text, float], ...]
    rows: Sequence[Row]
    facts: tuple[tuple[Text, Text | str], ...]
    """Told in the opening, the last on a line of its own."""
    size: int
    origin: str
    made_at: datetime
    language: str = "both"
    highest: Text = NO_LEVEL
    level: Text = NOT_STATED
    demo: bool = False
    author: str = "Holdfast"


@dataclass(slots=True)
class _Placed:
    """Part of a row on a page: its lines by column, from where, how high; ``number`` where the row begins."""

    y: float
    height: float
    cells: list[list[str]]
    struck: bool
    number: str = ""


def draw(sheet: Sheet) -> tuple[bytes, int]:
    """Return the PDF and its number of pages. Raises ValueError for an unknown language."""
    if sheet.language not in LANGUAGES:
        raise ValueError(sheet.language)
    fonts.register()
    work = _Work(sheet)
    pages = work.place()
    made = Drawn(WIDTH, HEIGHT, sheet.language)
    told = _Told(made)
    for number in range(1, len(pages) + 1):
        _Page(made, told, work, pages, number).draw()
    title = sheet.title.en if sheet.language == "en" else sheet.title.zh
    return made.finish(title), len(pages)


class _Told:
    """What of the table is in the document already: its head, and the cells of a row that goes on."""

    def __init__(self, drawn: Drawn) -> None:
        self._root = drawn.root
        self._table: Element | None = None
        self._cells: list[Element] = []

    def head(self, columns: int) -> list[Element] | None:
        """Return the elements of the head the first time; on later pages it is an ornament."""
        if self._table is not None:
            return None
        self._table = self._root.add("Table")
        row = self._table.add("TR")
        return [row.add("TH", scope="Column") for _ in range(columns)]

    def row(self, placed: _Placed) -> list[Element]:
        """Return the cells of a row, the same ones where it goes on."""
        if placed.number and self._table is not None:
            row = self._table.add("TR")
            self._cells = [row.add("TD") for _ in range(len(placed.cells) + 1)]
        return self._cells


class _Work:
    """The lines of a register on their way to their pages."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        whole = sum(share for _title, share in sheet.columns)
        room = RIGHT - LEFT - _NUMBER
        self.widths = [_NUMBER, *(room * share / whole for _title, share in sheet.columns)]
        titles = [NO, *(title for title, _share in sheet.columns)]
        self.head = [
            self.lines((title,), width, bold=True) for title, width in zip(titles, self.widths, strict=True)
        ]
        self.head_height = max(map(len, self.head)) * _LEAD + 2 * _PAD
        self.closing_on = 0.0

    def say(self, words: Text | str) -> str:
        """Return words in the language of the register, or in both."""
        if isinstance(words, str):
            return words
        both = " / ".join(dict.fromkeys(filter(None, (words.zh, words.en))))
        return {"en": words.en, "zh": words.zh}.get(self.sheet.language, both)

    def sentences(self, words: Text) -> list[str]:
        """Return a sentence in each language of the register."""
        return [words.zh, words.en] if self.sheet.language == "both" else [self.say(words)]

    def lines(self, parts: Sequence[Text | str], width: float, *, bold: bool = False) -> list[str]:
        """Break the parts of a cell into lines."""
        room = width - 2 * _PAD
        return [line for part in parts if part for line in wrap(self.say(part), room, _SIZE, bold)]

    def opening(self) -> list[str]:
        """Return what opens the register, broken into lines; its number of pages is put in when known."""
        sheet, room = self.sheet, RIGHT - LEFT
        said = [f"{self.say(label)}: {self.say(value)}" for label, value in sheet.facts]
        found = [*wrap("    ".join(said[:-1]), room, 8.2), *wrap(said[-1], room, 8.2)]
        for words in self.sentences(OPENED):
            filled = words.format(
                lines=len(sheet.rows), pages="{pages}", size=sheet.size, origin=sheet.origin
            )
            found += wrap(filled, room, 8.2)
        return found

    def place(self) -> list[list[_Placed]]:
        """Return the rows of each page; a row higher than a page is cut between its lines."""
        pages: list[list[_Placed]] = [[]]
        y = _BODY + len(self.opening()) * 11.2 + 6 + self.head_height
        top = _BODY + self.head_height
        for number, row in enumerate(self.sheet.rows, 1):
            cells = [self.lines(cell, width) for cell, width in zip(row.cells, self.widths[1:], strict=True)]
            left, name = cells, str(number)
            while any(left) or name:
                whole = max(1, *map(len, left)) * _LEAD + 2 * _PAD
                if y + whole > FOOT and y > top and (whole <= FOOT - top or FOOT - y < 5 * _LEAD):
                    pages.append([])
                    y = top
                fits = max(1, int((FOOT - y - 2 * _PAD) / _LEAD))
                taken, left = [cell[:fits] for cell in left], [cell[fits:] for cell in left]
                height = max(1, *map(len, taken)) * _LEAD + 2 * _PAD
                pages[-1].append(_Placed(y, height, taken, row.struck, name))
                y, name = y + height, ""
        if y + _CLOSING > FOOT + 6:
            pages.append([])
            y = top
        self.closing_on = y
        return pages


class _Page:
    """One page being drawn."""

    def __init__(
        self, drawn: Drawn, told: _Told, work: _Work, pages: list[list[_Placed]], number: int
    ) -> None:
        self.drawn, self.told, self.work, self.pages, self.number = drawn, told, work, pages, number
        self.sheet, self.canvas = work.sheet, drawn.canvas
        drawn.page()
        canvas = self.canvas
        canvas.setFillColor(black)
        canvas.setStrokeColor(black)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        room: float = 0,
        part: Element | None = None,
    ) -> None:
        """Draw a line of text, smaller where it is longer than its room."""
        self.drawn.text(x, HEIGHT - y, text, size, bold=bold, room=room, part=part)

    def aside(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, room: float = 0
    ) -> None:
        """Draw a line that every page carries; of the first it is part of the document."""
        draw = self.drawn.text if self.number == 1 else self.drawn.aside
        draw(x, HEIGHT - y, text, size, bold=bold, room=room)

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float = 0.5) -> None:
        """Draw a straight line."""
        self.canvas.setLineWidth(width)
        self.canvas.line(x1, HEIGHT - y1, x2, HEIGHT - y2)

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """Draw a rectangle from its upper left corner."""
        self.canvas.setLineWidth(0.5)
        self.canvas.rect(x, HEIGHT - y - height, width, height)

    def draw(self) -> None:
        """Draw head, lines and foot, the opening on the first page and the closing on the last."""
        self.running()
        y = _BODY
        if self.number == 1:
            for words in self.work.opening():
                self.text(LEFT, y + 8, words.replace("{pages}", str(len(self.pages))), 8.2)
                y += 11.2
            y += 6
        self.columns(y)
        for placed in self.pages[self.number - 1]:
            self.row(placed)
        if self.number == len(self.pages):
            self.closing()
        elif self.pages[self.number - 1]:
            last = self.pages[self.number - 1][-1]
            self.strike_out(last.y + last.height, FOOT, CONTINUED)

    def running(self) -> None:
        """Draw what every page carries: title, number, levels, QR code, page x of y."""
        sheet, work = self.sheet, self.work
        room = RIGHT - LEFT - _QR - 12
        self.drawn.qr(sheet.address, RIGHT - _QR, HEIGHT - 26 - _QR, _QR, aside=self.number > 1)
        self.aside(LEFT, 44, f"{work.say(sheet.title)}   {sheet.number}", 15, bold=True, room=room)
        marks = LEVEL.en.format(level=sheet.highest.en), LEVEL.zh.format(level=sheet.highest.zh)
        site = SITE.en.format(level=sheet.level.en), SITE.zh.format(level=sheet.level.zh)
        marking = work.say(Text(*marks))
        self.aside(LEFT, 60, marking, 10, bold=True, room=room)
        under = work.say(Text(*site))
        if sheet.demo:
            under = "    ".join(filter(None, (under, work.say(running.DEMO))))
        self.aside(LEFT, 74, under, 8, bold=sheet.demo, room=room)
        self.line(LEFT, 82, RIGHT - _QR - 12, 82)
        self.line(LEFT, HEIGHT - 32, RIGHT, HEIGHT - 32)
        count = Text(
            *(
                words.format(page=self.number, pages=len(self.pages))
                for words in (running.PAGE_OF.en, running.PAGE_OF.zh)
            )
        )
        foot = work.say(count)
        end = fonts.width(fonts.printable(foot), 8)
        low = 20.0
        self.drawn.aside(RIGHT - end, low, foot, 8)
        left = f"{sheet.author} · {sheet.number}"
        self.drawn.aside(LEFT, low, left, 8, room=240)
        self.drawn.aside(LEFT + 260, low, marking, 8, bold=True, room=RIGHT - end - LEFT - 280)

    def columns(self, y: float) -> None:
        """Draw the heads of the columns."""
        x, tags = LEFT, self.told.head(len(self.work.head))
        for column, (lines, width) in enumerate(zip(self.work.head, self.work.widths, strict=True)):
            self.box(x, y, width, self.work.head_height)
            for number, line in enumerate(lines):
                base = y + _PAD + _SIZE + number * _LEAD
                if tags is not None:
                    self.text(x + _PAD, base, line, _SIZE, bold=True, part=tags[column])
                else:
                    self.drawn.aside(x + _PAD, HEIGHT - base, line, _SIZE, bold=True)
            x += width

    def row(self, placed: _Placed) -> None:
        """Draw a row, or the part of it that is on this page; a struck one is lined through but for its
        number and remarks."""
        x, widths = LEFT, self.work.widths
        columns, tags = [[placed.number] if placed.number else [], *placed.cells], self.told.row(placed)
        for column, (lines, width) in enumerate(zip(columns, widths, strict=True)):
            self.box(x, placed.y, width, placed.height)
            for number, line in enumerate(lines):
                base = placed.y + _PAD + _SIZE + number * _LEAD
                self.text(x + _PAD, base, line, _SIZE, part=tags[column])
                if placed.struck and 0 < column < len(widths) - 1:
                    end = x + _PAD + fonts.width(fonts.printable(line), _SIZE)
                    self.line(x + _PAD - 1, base - _SIZE * 0.34, end + 1, base - _SIZE * 0.34, 0.7)
            x += width

    def strike_out(self, y: float, end: float, words: Text) -> None:
        """Strike out the room in which another line could be written, and say what follows."""
        if end - y < _BLANK:
            return
        self.box(LEFT, y, RIGHT - LEFT, end - y)
        for number in range(1, int((end - y) / _BLANK)):
            self.line(LEFT, y + number * _BLANK, RIGHT, y + number * _BLANK, 0.25)
        self.line(LEFT, end, RIGHT, y, 0.8)
        self.text(LEFT + 8, y + 11, self.work.say(words), 8, bold=True)

    def closing(self) -> None:
        """Strike out the rows that stay blank, and close the register with places for two people and a
        seal."""
        y, end = self.work.closing_on, FOOT - _CLOSING + 6
        self.strike_out(y, end, BLANK)
        y = max(y, end) + 4
        sheet = self.sheet
        struck = sum(row.struck for row in sheet.rows)
        words = CLOSED if sheet.rows else CLOSED_EMPTY
        for sentence in self.work.sentences(words):
            filled = sentence.format(last=len(sheet.rows), lines=len(sheet.rows), struck=struck)
            y += 11
            self.text(LEFT, y, filled, 8.6, bold=True, room=RIGHT - LEFT)
        y += 6
        third, height = (RIGHT - LEFT) / 3, FOOT - y - 12
        for number, sign in enumerate(SIGNS):
            self.box(LEFT + number * third, y, third, height)
            self.text(LEFT + number * third + 4, y + 9, self.work.say(sign), 7.5, room=third - 8)
        note = " ".join(self.work.sentences(SEAL_NOTE))
        self.text(LEFT, FOOT + 1, note, 7, room=RIGHT - LEFT)
