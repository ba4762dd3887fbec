"""Place a document's blocks on pages. Pure: the same document gives the same marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from custody import chain
from custody.chain import TONES, Shape
from custody.reports import blocks as b
from custody.reports import fonts
from custody.reports.page import (
    ACCENT,
    BOTTOM,
    INK,
    LEFT,
    MUTED,
    PALE,
    RIGHT,
    RULE,
    TONE_COLOURS,
    TOP,
    AnchorMark,
    LinkMark,
    Page,
    PageNumberMark,
    PathMark,
    RectMark,
    ShapeMark,
    TextMark,
)
from custody.reports.rows import LEADING, Cells, Composer, Grid, Line, Look, total_width
from custody.reports.typeset import break_anywhere, wrap
from custody.terms import Text

CONTENTS = Text("Contents", "目录")
CHAIN_SIZES = chain.Metrics(
    size=8.5, row=17, gap=4, step=14, pad=5, gutter=20, least_box=200, tidy_width=150, tidy_height=30
)
_HEADING = {1: (15.0, 20.0, 6.0), 2: (11.5, 14.0, 4.0), 3: (9.5, 9.0, 2.0)}
_PLAIN = Look(across=0, down=0)


def lay_out(document: b.Document) -> list[Page]:
    """Return the pages of a document without their running heads and feet."""
    work = _Layout(document)
    work.title()
    for block in document.blocks:
        work.place(block)
    return work.composer.pages


class _Layout:
    """One document under way; a method per kind of block."""

    def __init__(self, document: b.Document) -> None:
        self.document = document
        self.language = document.language
        self.composer = Composer()
        self.full = total_width()
        self._anchors = 0
        blocks = [*self.document.blocks, None, None]
        self._leading = {
            id(one)
            for one, two, three in zip(blocks, blocks[1:], blocks[2:], strict=False)
            if isinstance(one, b.Heading)
            and isinstance(three if isinstance(two, b.Paragraph) else two, b.Heading)
        }
        """Headings with nothing but another heading under them, or a remark and a heading."""
        self._places: dict[type, Callable[[Any], None]] = {
            b.Heading: self.heading,
            b.Paragraph: self.paragraph,
            b.Bullets: self.bullets,
            b.Facts: self.facts,
            b.Table: self.table,
            b.Timeline: self.timeline,
            b.Findings: self.findings,
            b.Figure: self.figure,
            b.Note: self.note,
            b.Proof: self.proof,
            b.Contents: self.contents,
            b.PageBreak: self.page_break,
        }

    def place(self, block: b.Block) -> None:
        """Place one block."""
        self._places[type(block)](block)

    def say(self, words: b.Words) -> str:
        return b.say(words, self.language)

    # Lines of a value

    def lines(
        self, value: b.Value, room: float, size: float = 9, bold: bool = False, colour: str = INK
    ) -> list[Line]:
        """Break a value into lines no wider than `room`."""
        if isinstance(value, b.Lines):
            return [line for v in value.values for line in self.lines(v, room, size, bold, colour)]
        if isinstance(value, b.Code):
            return [Line(t, size - 1, bold, colour) for t in break_anywhere(value.value, room, size - 1)]
        if isinstance(value, b.Flag):
            indent = size * 0.85 + 4
            tone = TONE_COLOURS[TONES[value.shape]][0]
            parts = wrap(self.say(value.words), room - indent, size, True)
            first = Line(parts[0], size, True, tone, indent, value.shape)
            return [first, *(Line(t, size, True, tone, indent) for t in parts[1:])]
        return [Line(t, size, bold, colour) for t in wrap(self.say(value), room, size, bold)]

    # Blocks

    def title(self) -> None:
        """Open the first page with title and subtitle."""
        c, doc = self.composer, self.document
        c.put(RectMark(LEFT, TOP - 6, 44, 3.5, fill=ACCENT))
        c.y = TOP + 4
        grid = Grid(c, [self.full], _PLAIN)
        grid.add([self.lines(doc.title, self.full, 21, True)])
        if self.say(doc.subtitle):
            c.y += 3
            grid.add([self.lines(doc.subtitle, self.full, 11, colour=MUTED)])
        c.y += 8

    def heading(self, block: b.Heading) -> None:
        c = self.composer
        size, before, after = _HEADING[block.level]
        text = self.say(block.words)
        lines = self.lines(text, self.full, size, True)
        c.space(before)
        # A section needs room for its opening remark and the first thing under it, a heading for a row.
        room = 190 if block.level == 1 else 84
        room += 110 if id(block) in self._leading and block.level > 1 else 0
        c.need(min(sum(x.height for x in lines) + room, BOTTOM - TOP))
        if block.level < 3:
            c.put(AnchorMark(f"h{self._anchors}", c.y - 4, fonts.printable(text), block.level))
            self._anchors += 1
        Grid(c, [self.full], _PLAIN).add([lines])
        if block.level == 1:
            c.put(PathMark(((LEFT, c.y + 2), (RIGHT, c.y + 2)), ACCENT, 1.0))
            c.y += 3
        c.y += after

    def paragraph(self, block: b.Paragraph) -> None:
        size, colour = (8.0, MUTED) if block.quiet else (9.5, INK)
        self.composer.need(size * LEADING * 2)
        Grid(self.composer, [self.full], _PLAIN).add(
            [self.lines(block.words, self.full, size, colour=colour)]
        )
        self.composer.y += 5

    def bullets(self, block: b.Bullets) -> None:
        grid = Grid(self.composer, [self.full], Look(across=2, down=1.5))
        for item in block.items:
            if isinstance(item, b.Flag):
                parts = wrap(self.say(item.words), self.full - 20, 9.5)
                cell = [
                    Line(parts[0], 9.5, indent=14, shape=item.shape),
                    *(Line(t, 9.5, indent=14) for t in parts[1:]),
                ]
            else:
                parts = wrap(self.say(item), self.full - 20, 9.5)
                cell = [
                    Line(parts[0], 9.5, indent=14, lead="•"),
                    *(Line(t, 9.5, indent=14) for t in parts[1:]),
                ]
            grid.add([cell])
        self.composer.y += 5

    def facts(self, block: b.Facts) -> None:
        widths = [self.full * 0.3, self.full * 0.7]
        grid = Grid(self.composer, widths, Look(across=4, down=3.5, rule=RULE))
        for label, value in block.rows:
            grid.add([self.lines(label, widths[0] - 8, 9, colour=MUTED), self.lines(value, widths[1] - 8, 9)])
        self.composer.y += 8

    def proof(self, block: b.Proof) -> None:
        widths = [self.full * 0.26, self.full * 0.74]
        grid = Grid(self.composer, widths, Look(across=6, down=3, fill=PALE))
        for label, value in block.rows:
            code = [Line(t, 8.5) for t in break_anywhere(value, widths[1] - 12, 8.5)]
            grid.add([self.lines(label, widths[0] - 12, 8.5, colour=MUTED), code])
        self.composer.y += 8

    def table(self, block: b.Table) -> None:
        c = self.composer
        whole = sum(col.share for col in block.columns)
        widths = [self.full * col.share / whole for col in block.columns]
        caption = self.lines(block.caption, self.full, 9, True) if self.say(block.caption) else []
        if not block.rows:
            self._nothing(caption, block.empty)
            return
        grid = Grid(
            c,
            widths,
            Look(across=4, down=3.5, rule=RULE),
            [self.lines(col.title, w - 8, 8.5, True) for col, w in zip(block.columns, widths, strict=True)],
            Look(across=4, down=4, fill=PALE, rule=ACCENT, top_rule=ACCENT),
            frozenset(i for i, col in enumerate(block.columns) if col.right),
        )
        rows = ([self.lines(v, w - 8, 8.5) for v, w in zip(row, widths, strict=True)] for row in block.rows)
        self._with_caption(caption, grid, rows)
        c.y += 9

    def _with_caption(self, caption: list[Line], grid: Grid, rows: Iterable[Cells]) -> None:
        """Draw caption, head and rows; the caption never stands alone at the foot of a page."""
        c = self.composer
        first = True
        for row in rows:
            if first:
                head = grid.height(grid.head, grid.head_look) if grid.head is not None else 0
                c.need(sum(x.height for x in caption) + 4 + head + min(grid.height(row), 200))
                if caption:
                    Grid(c, [self.full], _PLAIN).add([caption])
                    c.y += 4
                grid.start(row)
                first = False
            grid.add(row)

    def _nothing(self, caption: list[Line], words: b.Words) -> None:
        grid = Grid(self.composer, [self.full], _PLAIN)
        if caption:
            self.composer.need(sum(x.height for x in caption) + 16)
            grid.add([caption])
        grid.add([self.lines(words, self.full, 9, colour=MUTED)])
        self.composer.y += 9

    def timeline(self, block: b.Timeline) -> None:
        if not block.moments:
            self._nothing([], block.empty)
            return
        widths = [126.0, 24.0, self.full - 150]
        grid = Grid(self.composer, widths, Look(across=3, down=4, rule=RULE, spine=1))
        for moment in block.moments:
            cell = self.lines(moment.words, widths[2] - 6, 9, True)
            for detail in moment.detail:
                cell += self.lines(detail, widths[2] - 6, 8.5, colour=MUTED)
            at = self.lines(moment.at, widths[0] - 6, 8.5, colour=MUTED)
            grid.add([at, [Line("", 9, shape=moment.shape, disc=True)], cell])
        self.composer.y += 9

    def findings(self, block: b.Findings) -> None:
        if not block.items:
            self._nothing([], block.empty)
            return
        widths = [92.0, self.full - 92]
        grid = Grid(self.composer, widths, Look(across=4, down=4.5, rule=RULE))
        for item in block.items:
            room = widths[1] - 8
            cell = self.lines(f"{item.code}  {self.say(item.words)}", room, 9, True)
            labels = [fonts.printable(self.say(label)) for label, _ in item.details]
            indent = min(max((fonts.width(label, 8.5) for label in labels), default=0) + 10, 150)
            for label, (_, value) in zip(labels, item.details, strict=True):
                cell += self._labelled(label, value, indent, room)
            grid.add([self.lines(item.outcome, widths[0] - 8, 9), cell])
        self.composer.y += 9

    def _labelled(self, label: str, value: b.Value, indent: float, room: float) -> list[Line]:
        """Return a value with its label before it, or above it where the label is long."""
        above = fonts.width(label, 8.5) > indent - 6
        indent = 12 if above else indent
        body = [replace(x, indent=x.indent + indent) for x in self.lines(value, room - indent, 8.5)]
        if above:
            return [*self.lines(label, room, 8.5, colour=MUTED), *body]
        body[0] = replace(body[0], lead=label, lead_colour=MUTED)
        return body

    def note(self, block: b.Note) -> None:
        line, fill = TONE_COLOURS[TONES[block.shape]]
        look = Look(across=13, down=8, fill=PALE if block.shape is Shape.DASH else fill, bar=line)
        room = self.full - 26
        cell: list[Line] = []
        if self.say(block.title):
            if block.shape is Shape.DASH:
                cell += self.lines(block.title, room, 10, True)
            else:
                cell += self.lines(b.Flag(block.shape, block.title), room, 10)
        for words in block.words:
            cell += self.lines(words, room, 9)
        self.composer.space(2)
        Grid(self.composer, [self.full], look).add([cell])
        self.composer.y += 9

    def figure(self, block: b.Figure) -> None:
        c = self.composer
        caption = self.lines(block.caption, self.full, 9, True) if self.say(block.caption) else []
        if not block.nodes:
            self._nothing(caption, block.empty)
            return
        sizes = CHAIN_SIZES
        drawing = chain.lay_out(
            [_one_lined(n) for n in block.nodes],
            lambda text: fonts.width(text, sizes.size),
            width=self.full,
            metrics=sizes,
            form="outline",
        )
        height = sum(x.height for x in caption) + 4
        c.need(height + min(drawing.height, 5 * (sizes.row + sizes.gap)))
        if caption:
            Grid(c, [self.full], _PLAIN).add([caption])
            c.y += 4
        for number, piece in enumerate(chain.pieces(drawing, c.room, BOTTOM - TOP)):
            if number:
                c.new_page()
            self._draw_chain(piece)
            c.y += piece.height
        c.y += 10

    def _draw_chain(self, piece: chain.Drawing) -> None:
        c, sizes = self.composer, piece.metrics
        for elbow in piece.elbows:
            points = tuple((LEFT + x, c.y + y) for x, y in elbow.points)
            colour = TONE_COLOURS["bad"][0] if elbow.blocked else MUTED
            c.put(PathMark(points, colour, 0.7, elbow.blocked))
        for box in piece.boxes:
            x, y = LEFT + box.x, c.y + box.y
            line, fill = TONE_COLOURS[box.tone]
            blocked = box.node.blocked
            weight = 1.3 if blocked else 0.8
            c.put(RectMark(x, y, box.width, box.height, fill, line, weight, blocked or box.tone == "wait", 3))
            baseline = y + box.height / 2 + sizes.size * 0.36
            level = str(box.level)
            c.put(TextMark(LEFT + sizes.gutter - 8, baseline, level, 7, colour=MUTED, right=True))
            shape = Shape.CROSS if blocked else box.node.shape
            c.put(ShapeMark(shape, x + sizes.pad, y + (box.height - sizes.mark) / 2, sizes.mark, line))
            c.put(TextMark(x + 2 * sizes.pad + sizes.mark, baseline, box.lines[0], sizes.size))

    def contents(self, block: b.Contents) -> None:
        c = self.composer
        headings = [h for h in self.document.blocks if isinstance(h, b.Heading) and h.level < 3]
        Grid(c, [self.full], _PLAIN).add([self.lines(CONTENTS, self.full, 11.5, True)])
        c.y += 3
        grid = Grid(c, [self.full], Look(across=2, down=2.5, rule=RULE))
        for number, heading in enumerate(headings):
            if heading.level > block.depth:
                continue
            indent = 0 if heading.level == 1 else 14
            parts = wrap(self.say(heading.words), self.full - 50 - indent, 9.5)
            grid.add([[Line(t, 9.5, indent=indent) for t in parts]])
            last = c.y - 2.5 - 9.5 * LEADING
            c.put(PageNumberMark(RIGHT - 2, last + 9.5 * 1.08, f"h{number}", 9.5))
            c.put(LinkMark(LEFT, last, self.full, 9.5 * LEADING, f"h{number}"))
        c.y += 9

    def page_break(self, block: b.PageBreak) -> None:
        if not self.composer.untouched:
            self.composer.new_page()


def _one_lined(node: chain.Node) -> chain.Node:
    """Return a node whose texts are printable and without line ends."""
    label, state, note = (fonts.printable(t).replace("\n", " ") for t in (node.label, node.state, node.note))
    return replace(node, label=label, state=state, note=note)
