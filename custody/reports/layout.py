"""Place a document's blocks on pages. Pure: the same document gives the same marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, cast

from custody import chain
from custody.chain import TONES, Shape
from custody.reports import blocks as b
from custody.reports import fonts
from custody.reports.page import (
    ACCENT,
    BOTTOM,
    HEIGHT,
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
    QrMark,
    RectMark,
    ShapeMark,
    TextMark,
)
from custody.reports.rows import LEADING, Cells, Composer, Grid, Line, Look, total_width
from custody.reports.tags import Element
from custody.reports.typeset import break_anywhere, wrap
from custody.terms import Text

CONTENTS = Text("Contents", "目录")
CHAIN_SIZES = chain.Metrics(
    size=8.5, row=17, gap=4, step=14, pad=5, gutter=20, least_box=200, tidy_width=150, tidy_height=30
)
_HEADING = {1: (15.0, 20.0, 6.0), 2: (11.5, 14.0, 4.0), 3: (9.5, 9.0, 2.0)}
_PLAIN = Look(across=0, down=0)


def lay_out(document: b.Document) -> tuple[list[Page], Element]:
    """Return the pages of a document without their running heads and feet, and what its parts are."""
    work = _Layout(document)
    work.title()
    for block in document.blocks:
        work.place(block)
    return work.composer.pages, work.root


class _Layout:
    """One document under way; a method per kind of block."""

    def __init__(self, document: b.Document) -> None:
        self.document = document
        self.language = document.language
        self.composer = Composer()
        self.root = Element("Document")
        self.full = total_width()
        self._anchors = 0
        self._depth = 0
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
            b.QrCode: self.qr_code,
            b.Contents: self.contents,
            b.PageBreak: self.page_break,
        }

    def place(self, block: b.Block) -> None:
        """Place one block."""
        self._places[type(block)](block)

    def say(self, words: b.Words) -> str:
        return b.say(words, self.language)

    def line(self, words: b.Words) -> str:
        """Return words as they are printed on one line."""
        return fonts.printable(b.in_line(words, self.language)).replace("\n", " ")

    # Lines of a value

    def lines(
        self,
        value: b.Value,
        room: float,
        size: float = 9,
        bold: bool = False,
        colour: str = INK,
        *,
        tag: Element,
    ) -> list[Line]:
        """Break a value into lines no wider than `room`, which are part of an element."""
        if isinstance(value, b.Lines):
            return [
                line
                for v in value.values
                for line in self.lines(v, room, size, bold, colour, tag=tag.add("P"))
            ]
        if isinstance(value, b.Code):
            parts = break_anywhere(value.value, room, size - 1)
            return [Line(t, size - 1, bold, colour, tag=tag) for t in parts]
        if isinstance(value, b.Flag):
            indent = size * 0.85 + 4
            tone = TONE_COLOURS[TONES[value.shape]][0]
            parts = wrap(self.say(value.words), room - indent, size, True)
            first = Line(parts[0], size, True, tone, indent, value.shape, tag=tag)
            return [first, *(Line(t, size, True, tone, indent, tag=tag) for t in parts[1:])]
        return [Line(t, size, bold, colour, tag=tag) for t in wrap(self.say(value), room, size, bold)]

    # Blocks

    def title(self) -> None:
        """Open the first page with title and subtitle."""
        c, doc = self.composer, self.document
        c.put(RectMark(LEFT, TOP - 6, 44, 3.5, fill=ACCENT))
        c.y = TOP + 4
        grid = Grid(c, [self.full], _PLAIN)
        grid.add([self.lines(doc.title, self.full, 21, True, tag=self.root.add("P"))])
        if self.say(doc.subtitle):
            c.y += 3
            grid.add([self.lines(doc.subtitle, self.full, 11, colour=MUTED, tag=self.root.add("P"))])
        c.y += 8

    def heading(self, block: b.Heading) -> None:
        c = self.composer
        size, before, after = _HEADING[block.level]
        text = self.say(block.words)
        self._depth = min(block.level, self._depth + 1)  # a tree skips no level where a report does
        lines = self.lines(text, self.full, size, True, tag=self.root.add(f"H{self._depth}"))
        c.space(before)
        # A section needs room for its opening remark and the first thing under it, a heading for a row.
        room = 190.0 if block.level == 1 else 84.0
        room += 110 if id(block) in self._leading and block.level > 1 else 0
        room *= 1.5 if self.language == "both" else 1.0
        c.need(min(sum(x.height for x in lines) + room, BOTTOM - TOP))
        if block.level < 3:
            c.put(AnchorMark(f"h{self._anchors}", c.y - 4, self.line(block.words), block.level))
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
            [self.lines(block.words, self.full, size, colour=colour, tag=self.root.add("P"))]
        )
        self.composer.y += 5

    def bullets(self, block: b.Bullets) -> None:
        grid = Grid(self.composer, [self.full], Look(across=2, down=1.5))
        items = self.root.add("L")
        for item in block.items:
            tag = items.add("LI").add("LBody")
            flag = item if isinstance(item, b.Flag) else None
            words = flag.words if flag else cast("b.Words", item)
            cell = [replace(x, indent=14) for x in self.lines(words, self.full - 20, 9.5, tag=tag)]
            cell[0] = replace(cell[0], shape=flag.shape if flag else None, lead="" if flag else "•")
            grid.add([cell])
        self.composer.y += 5

    def facts(self, block: b.Facts) -> None:
        widths = [self.full * 0.3, self.full * 0.7]
        grid = Grid(self.composer, widths, Look(across=4, down=3.5, rule=RULE))
        table = self.root.add("Table")
        for label, value in block.rows:
            row = table.add("TR")
            head, cell = row.add("TH", scope="Row"), row.add("TD")
            said = self.lines(label, widths[0] - 8, 9, colour=MUTED, tag=head)
            grid.add([said, self.lines(value, widths[1] - 8, 9, tag=cell)])
        self.composer.y += 8

    def proof(self, block: b.Proof) -> None:
        widths = [self.full * 0.26, self.full * 0.74]
        grid = Grid(self.composer, widths, Look(across=6, down=3, fill=PALE))
        table = self.root.add("Table")
        for label, value in block.rows:
            row = table.add("TR")
            said = self.lines(label, widths[0] - 12, 8.5, colour=MUTED, tag=row.add("TH", scope="Row"))
            cell = row.add("TD")
            grid.add([said, [Line(t, 8.5, tag=cell) for t in break_anywhere(value, widths[1] - 12, 8.5)]])
        self.composer.y += 8

    def table(self, block: b.Table) -> None:
        c = self.composer
        whole = sum(col.share for col in block.columns)
        widths = [self.full * col.share / whole for col in block.columns]
        if not block.rows:
            self._nothing(block.caption, block.empty)
            return
        table = self.root.add("Table")
        caption = self._caption(block.caption, table.add("Caption"))
        head = table.add("TR")
        grid = Grid(
            c,
            widths,
            Look(across=4, down=3.5, rule=RULE),
            [
                self.lines(col.title, w - 8, 8.5, True, tag=head.add("TH", scope="Column"))
                for col, w in zip(block.columns, widths, strict=True)
            ],
            Look(across=4, down=4, fill=PALE, rule=ACCENT, top_rule=ACCENT),
            frozenset(i for i, col in enumerate(block.columns) if col.right),
        )
        tagged = ((table.add("TR"), row) for row in block.rows)
        rows = (
            [self.lines(v, w - 8, 8.5, tag=tr.add("TD")) for v, w in zip(row, widths, strict=True)]
            for tr, row in tagged
        )
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

    def _caption(self, words: b.Words, tag: Element) -> list[Line]:
        return self.lines(words, self.full, 9, True, tag=tag) if self.say(words) else []

    def _nothing(self, title: b.Words, words: b.Words) -> None:
        grid = Grid(self.composer, [self.full], _PLAIN)
        caption = self._caption(title, self.root.add("P"))
        if caption:
            self.composer.need(sum(x.height for x in caption) + 16)
            grid.add([caption])
        grid.add([self.lines(words, self.full, 9, colour=MUTED, tag=self.root.add("P"))])
        self.composer.y += 9

    def timeline(self, block: b.Timeline) -> None:
        if not block.moments:
            self._nothing("", block.empty)
            return
        moments = self.root.add("L")
        widths = [126.0, 24.0, self.full - 150]
        grid = Grid(self.composer, widths, Look(across=3, down=4, rule=RULE, spine=1))
        for moment in block.moments:
            item = moments.add("LI")
            at = self.lines(moment.at, widths[0] - 6, 8.5, colour=MUTED, tag=item.add("Lbl"))
            told = item.add("LBody")
            cell = self.lines(moment.words, widths[2] - 6, 9, True, tag=told.add("P"))
            for detail in moment.detail:
                cell += self.lines(detail, widths[2] - 6, 8.5, colour=MUTED, tag=told.add("P"))
            grid.add([at, [Line("", 9, shape=moment.shape, disc=True)], cell])
        self.composer.y += 9

    def findings(self, block: b.Findings) -> None:
        if not block.items:
            self._nothing("", block.empty)
            return
        items = self.root.add("L")
        widths = [92.0, self.full - 92]
        grid = Grid(self.composer, widths, Look(across=4, down=4.5, rule=RULE))
        for item in block.items:
            room = widths[1] - 8
            entry = items.add("LI")
            outcome = self.lines(item.outcome, widths[0] - 8, 9, tag=entry.add("Lbl"))
            told = entry.add("LBody")
            cell = self.lines(f"{item.code}  {self.say(item.words)}", room, 9, True, tag=told.add("P"))
            labels = [self.line(label) for label, _ in item.details]
            indent = min(max((fonts.width(label, 8.5) for label in labels), default=0) + 10, 150)
            for label, (_, value) in zip(labels, item.details, strict=True):
                cell += self._labelled(label, value, indent, room, told)
            grid.add([outcome, cell])
        self.composer.y += 9

    def _labelled(self, label: str, value: b.Value, indent: float, room: float, told: Element) -> list[Line]:
        """Return a value with its label before it, or above it where the label is long."""
        tag = told.add("P")
        above = fonts.width(label, 8.5) > indent - 6
        indent = 12 if above else indent
        lines = self.lines(value, room - indent, 8.5, tag=told if isinstance(value, b.Lines) else tag)
        body = [replace(x, indent=x.indent + indent) for x in lines]
        if above:
            return [*self.lines(label, room, 8.5, colour=MUTED, tag=tag), *body]
        body[0] = replace(body[0], lead=label, lead_colour=MUTED)
        return body

    def note(self, block: b.Note) -> None:
        line, fill = TONE_COLOURS[TONES[block.shape]]
        look = Look(across=13, down=8, fill=PALE if block.shape is Shape.DASH else fill, bar=line)
        room = self.full - 26
        cell: list[Line] = []
        box = self.root.add("Div")
        if self.say(block.title):
            flag = block.shape is not Shape.DASH
            title = b.Flag(block.shape, block.title) if flag else block.title
            cell += self.lines(title, room, 10, True, tag=box.add("P"))
        for words in block.words:
            cell += self.lines(words, room, 9, tag=box.add("P"))
        self.composer.space(2)
        Grid(self.composer, [self.full], look).add([cell])
        self.composer.y += 9

    def figure(self, block: b.Figure) -> None:
        c = self.composer
        if not block.nodes:
            self._nothing(block.caption, block.empty)
            return
        caption = self._caption(block.caption, self.root.add("P"))
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
            c.element = None
        c.y += 10

    def _draw_chain(self, piece: chain.Drawing) -> None:
        """Draw the part of a chain that a page has; it is read as its levels and what stands in its boxes."""
        c, sizes = self.composer, piece.metrics
        said = "; ".join(f"{box.level}. {box.lines[0]}" for box in piece.boxes)
        c.element = self.root.add("Figure", alt=said)
        c.element.box = (LEFT, HEIGHT - c.y - piece.height, LEFT + piece.width, HEIGHT - c.y)
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

    def qr_code(self, block: b.QrCode) -> None:
        c, side = self.composer, 82.0
        c.need(side)
        y, beside = c.y, LEFT + side + 10
        c.element = self.root.add("Figure", alt=f"QR: {block.value}")
        c.element.box = (LEFT, HEIGHT - y - side, LEFT + side, HEIGHT - y)
        c.put(QrMark(LEFT, y, side, block.value))
        c.element, c.y = None, y + 9
        room = RIGHT - beside
        lines = self.lines(block.words, room, 8.5, colour=MUTED, tag=self.root.add("P"))
        Grid(c, [room], _PLAIN, left=beside).add([lines])
        c.y = max(c.y, y + side) + 8

    def contents(self, block: b.Contents) -> None:
        c = self.composer
        headings = [h for h in self.document.blocks if isinstance(h, b.Heading) and h.level < 3]
        entries = self.root.add("TOC")
        caption = self.lines(CONTENTS, self.full, 11.5, True, tag=entries.add("Caption"))
        Grid(c, [self.full], _PLAIN).add([caption])
        c.y += 3
        grid = Grid(c, [self.full], Look(across=2, down=2.5, rule=RULE))
        for number, heading in enumerate(headings):
            if heading.level > block.depth:
                continue
            indent = 0 if heading.level == 1 else 14
            link = entries.add("TOCI").add("Link")
            parts = wrap(self.line(heading.words), self.full - 50 - indent, 9.5)
            grid.add([[Line(t, 9.5, indent=indent, tag=link) for t in parts]])
            c.element = link
            last = c.y - 2.5 - 9.5 * LEADING
            c.put(PageNumberMark(RIGHT - 2, last + 9.5 * 1.08, f"h{number}", 9.5))
            c.put(LinkMark(LEFT, last, self.full, 9.5 * LEADING, f"h{number}", " ".join(parts)))
            c.element = None
        c.y += 9

    def page_break(self, block: b.PageBreak) -> None:
        if not self.composer.untouched:
            self.composer.new_page()


def _one_lined(node: chain.Node) -> chain.Node:
    """Return a node whose texts are printable and without line ends."""
    label, state, note = (fonts.printable(t).replace("\n", " ") for t in (node.label, node.state, node.note))
    return replace(node, label=label, state=state, note=note)
