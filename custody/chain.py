"""Layout of a chain of hops: nodes in, boxes and elbows out. Pure; painters turn the result into SVG or PDF.

Two forms. *Tidy*: a tree from left to right, for small chains that fit the width. *Outline*: one row per hop
in reading order, indented by level, with the level written beside the row because indentation means nothing
once a page has turned. Above `TIDY_HOPS` hops, or where the tree is wider than the page, the outline is
taken.

A hop is told by its words and by the shape of its mark and border; colour only repeats it. Text is measured
by a function handed in, and cut with an ellipsis, so that no painter ever draws outside a box. Coordinates:
the painter's unit (px or pt), origin top left, y downwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from custody.terms import HopState

TIDY_HOPS = 12
ONE_LINE = 480.0
"""An outline that has less room than this writes each hop on two lines."""
ELLIPSIS = "…"

Measure = Callable[[str], float]
Form = Literal["tidy", "outline"]
Point = tuple[float, float]


class Shape(StrEnum):
    """A mark that tells a state without colour; drawn as lines, because fonts lack half of these marks."""

    CHECK = "check"
    CROSS = "cross"
    DOTS = "dots"
    BANG = "bang"
    RETURN = "return"
    DASH = "dash"


# Strokes of each mark in a unit square, origin top left. A stroke of one point is a dot.
STROKES: dict[Shape, tuple[tuple[Point, ...], ...]] = {
    Shape.CHECK: (((0.12, 0.55), (0.40, 0.82), (0.88, 0.20)),),
    Shape.CROSS: (((0.18, 0.18), (0.82, 0.82)), ((0.82, 0.18), (0.18, 0.82))),
    Shape.DOTS: (((0.15, 0.62),), ((0.50, 0.62),), ((0.85, 0.62),)),
    Shape.BANG: (((0.50, 0.12), (0.50, 0.60)), ((0.50, 0.84),)),
    Shape.RETURN: (((0.85, 0.20), (0.85, 0.58), (0.15, 0.58)), ((0.38, 0.36), (0.15, 0.58), (0.38, 0.80))),
    Shape.DASH: (((0.15, 0.52), (0.85, 0.52)),),
}

Tone = Literal["ok", "bad", "wait", "warn", "off"]
TONES: dict[Shape, Tone] = {
    Shape.CHECK: "ok",
    Shape.CROSS: "bad",
    Shape.DOTS: "wait",
    Shape.BANG: "warn",
    Shape.RETURN: "off",
    Shape.DASH: "off",
}


NEVER = (HopState.REQUESTED, HopState.REJECTED, HopState.WITHDRAWN)
"""States of a subcontract by which nothing ever passed: copies are counted at another of the same party."""


def with_copies(state: str, held: int, lang: str) -> str:
    """Return the state of a box with how many copies its party has; of none nothing is said."""
    if not held:
        return state
    return (
        f"{state} · {held}份副本" if lang == "zh" else f"{state} · {held} {'copy' if held == 1 else 'copies'}"
    )


@dataclass(frozen=True, slots=True)
class Node:
    """One hop, or one blocked attempt at a hop, as it shall be drawn.

    `state` is the word a person reads, already in their language; `note` is a short code such as the hop's
    number; `href` is the page of the hop (empty: not a link). A `parent` that is not among the nodes makes
    the node a root, which is what a recipient sees who may read only their own hop and below.
    """

    id: str
    parent: str | None
    label: str
    state: str
    shape: Shape
    blocked: bool = False
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Sizes of a drawing in the painter's unit; `size` is the height of the text that `measure` measures."""

    size: float = 12.5
    row: float = 24
    gap: float = 6
    step: float = 22
    pad: float = 8
    gutter: float = 26
    least_box: float = 220
    tidy_width: float = 216
    tidy_height: float = 44
    tidy_across: float = 34
    tidy_down: float = 12

    @property
    def mark(self) -> float:
        """Side of the square a mark is drawn in."""
        return self.size * 0.8


@dataclass(frozen=True, slots=True)
class Box:
    """A placed node; `lines` are cut to fit. `level` counts from 1 at the root."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    level: int

    @property
    def tone(self) -> Tone:
        """Name of the colour group, also the suffix of the CSS class."""
        return "bad" if self.node.blocked else TONES[self.node.shape]


@dataclass(frozen=True, slots=True)
class Elbow:
    """A link from parent to child as a polyline; dashed where the child is a blocked attempt."""

    points: tuple[Point, ...]
    blocked: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A laid-out chain."""

    form: Form
    width: float
    height: float
    boxes: tuple[Box, ...]
    elbows: tuple[Elbow, ...]
    metrics: Metrics


def fit(text: str, room: float, measure: Measure) -> str:
    """Return `text`, cut with an ellipsis where it is wider than `room`; empty where not even that fits."""
    if measure(text) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip() + ELLIPSIS) <= room:
            low = middle
        else:
            high = middle - 1
    if low == 0:
        return ELLIPSIS if measure(ELLIPSIS) <= room else ""
    return text[:low].rstrip() + ELLIPSIS


def reading_order(nodes: Sequence[Node]) -> list[tuple[Node, int]]:
    """Return nodes parent before children, siblings in the order given, each with its level from 1.

    Iterative, so any depth is fine. Nodes that a damaged parent link puts in a ring are shown all the same:
    the first of them becomes a root.

    Raises:
        ValueError: two nodes carry the same id.
    """
    ids = {n.id for n in nodes}
    if len(ids) != len(nodes):
        raise ValueError("two nodes of a chain carry the same id")
    children: dict[str, list[Node]] = {}
    for node in nodes:
        if node.parent is not None and node.parent in ids:
            children.setdefault(node.parent, []).append(node)
    order: list[tuple[Node, int]] = []
    seen: set[str] = set()
    roots = [n for n in nodes if n.parent is None or n.parent not in ids]
    for root in [*roots, *nodes]:
        waiting = [(root, 1)]
        while waiting:
            node, level = waiting.pop()
            if node.id in seen:
                continue
            seen.add(node.id)
            order.append((node, level))
            waiting.extend((child, level + 1) for child in reversed(children.get(node.id, [])))
    return order


def lay_out(
    nodes: Sequence[Node],
    measure: Measure,
    *,
    width: float,
    metrics: Metrics | None = None,
    form: Form | None = None,
) -> Drawing:
    """Place the nodes of one chain within `width`.

    Args:
        nodes: the hops and blocked attempts; siblings are drawn in the order given.
        measure: width of a text at `metrics.size`, in the painter's unit.
        width: room from left to right.
        metrics: sizes; the default suits a screen.
        form: force a form; by default tidy up to `TIDY_HOPS` hops where that fits the width, else outline.

    Raises:
        ValueError: two nodes carry the same id.
    """
    sizes = metrics or Metrics()
    order = reading_order(nodes)
    deepest = max((level for _, level in order), default=1)
    tidy_room = deepest * sizes.tidy_width + (deepest - 1) * sizes.tidy_across
    if form is None:
        form = "tidy" if len(order) <= TIDY_HOPS and tidy_room <= width else "outline"
    if form == "tidy":
        return _tidy(order, measure, sizes)
    return _outline(order, measure, sizes, width, deepest)


def _outline(
    order: list[tuple[Node, int]], measure: Measure, sizes: Metrics, width: float, deepest: int
) -> Drawing:
    narrow = width < ONE_LINE
    if narrow:
        sizes = replace(sizes, row=sizes.tidy_height)
    spare = max(width - sizes.gutter - sizes.least_box, 0)
    step = min(sizes.step, spare / max(deepest - 1, 1))
    drop = min(sizes.pad, step / 2)
    placed: dict[str, Box] = {}
    elbows: list[Elbow] = []
    y = 0.0
    for node, level in order:
        x = sizes.gutter + (level - 1) * step
        box = Box(node, x, y, max(width - x, 0), sizes.row, (), level)
        room = _room(box, sizes)
        lines = _two_lines(node, room, measure) if narrow else (_one_line(node, room, measure),)
        placed[node.id] = replace(box, lines=lines)
        parent = placed.get(node.parent or "")
        if parent is not None and level > 1:
            middle = y + sizes.row / 2
            left = parent.x + drop
            elbows.append(
                Elbow(((left, parent.y + parent.height), (left, middle), (x, middle)), node.blocked)
            )
        y += sizes.row + sizes.gap
    height = max(y - sizes.gap, 0)
    return Drawing("outline", width, height, tuple(placed.values()), tuple(elbows), sizes)


def _tidy(order: list[tuple[Node, int]], measure: Measure, sizes: Metrics) -> Drawing:
    children: dict[str, list[str]] = {}
    levels = {node.id: level for node, level in order}
    for node, level in order:
        if level > 1 and node.parent is not None:
            children.setdefault(node.parent, []).append(node.id)
    middles: dict[str, float] = {}
    row = 0
    leaf_rows: dict[str, int] = {}
    for node, _ in order:
        if node.id not in children:
            leaf_rows[node.id] = row
            row += 1
    # Children come after their parent in reading order, so going backwards each parent finds its children
    # placed.
    for node, _ in reversed(order):
        if node.id in leaf_rows:
            middles[node.id] = (
                leaf_rows[node.id] * (sizes.tidy_height + sizes.tidy_down) + sizes.tidy_height / 2
            )
        else:
            below = children[node.id]
            middles[node.id] = (middles[below[0]] + middles[below[-1]]) / 2
    placed: dict[str, Box] = {}
    elbows: list[Elbow] = []
    for node, level in order:
        x = (level - 1) * (sizes.tidy_width + sizes.tidy_across)
        y = middles[node.id] - sizes.tidy_height / 2
        box = Box(node, x, y, sizes.tidy_width, sizes.tidy_height, (), level)
        placed[node.id] = replace(box, lines=_two_lines(node, _room(box, sizes), measure))
        parent = placed.get(node.parent or "")
        if parent is not None and level > 1:
            right, bend = parent.x + parent.width, x - sizes.tidy_across / 2
            start, end = middles[parent.node.id], middles[node.id]
            elbows.append(Elbow(((right, start), (bend, start), (bend, end), (x, end)), node.blocked))
    deepest = max(levels.values(), default=1)
    width = deepest * sizes.tidy_width + (deepest - 1) * sizes.tidy_across
    height = max(row * (sizes.tidy_height + sizes.tidy_down) - sizes.tidy_down, 0)
    return Drawing("tidy", width, height, tuple(placed.values()), tuple(elbows), sizes)


def _room(box: Box, sizes: Metrics) -> float:
    return box.width - 3 * sizes.pad - sizes.mark


def _one_line(node: Node, room: float, measure: Measure) -> str:
    """Label, state and note in one line; the label gives way first, then the note, the state last."""
    for tail in (f" · {node.state} · {node.note}" if node.note else f" · {node.state}", f" · {node.state}"):
        left = room - measure(tail)
        if left >= min(measure(node.label), room * 0.35):
            return fit(node.label, left, measure) + tail
    return fit(f"{node.state} · {node.label}", room, measure)


def _two_lines(node: Node, room: float, measure: Measure) -> tuple[str, ...]:
    second = f"{node.state} · {node.note}" if node.note else node.state
    return fit(node.label, room, measure), fit(second, room, measure)


def pieces(drawing: Drawing, first: float, rest: float) -> Iterator[Drawing]:
    """Cut an outline between rows into drawings of at most `first`, then `rest` in height.

    Links run on over the cuts. Each piece is at least one row, whatever the height. A tidy drawing is
    returned whole.
    """
    if drawing.form == "tidy" or drawing.height <= first:
        yield drawing
        return
    pitch = drawing.metrics.row + drawing.metrics.gap
    open_elbows = list(drawing.elbows)
    start, room = 0, first
    while start < len(drawing.boxes):
        rows = max(int((room + drawing.metrics.gap) // pitch), 1)
        boxes = drawing.boxes[start : start + rows]
        top = start * pitch
        bottom = top + len(boxes) * pitch
        cut = [piece for e in open_elbows if (piece := _clip(e, top, bottom)) is not None]
        open_elbows = [e for e in open_elbows if e.points[-1][1] >= bottom]
        height = len(boxes) * pitch - drawing.metrics.gap
        yield replace(
            drawing, height=height, boxes=tuple(replace(b, y=b.y - top) for b in boxes), elbows=tuple(cut)
        )
        start, room = start + rows, rest


def _clip(elbow: Elbow, top: float, bottom: float) -> Elbow | None:
    """Return the part of an outline elbow between two heights, moved so that `top` is 0."""
    (x, start), (_, end), (to, _) = elbow.points
    if end < top or start >= bottom:
        return None
    low = max(start, top) - top
    if end < bottom:
        return Elbow(((x, low), (x, end - top), (to, end - top)), elbow.blocked)
    return Elbow(((x, low), (x, bottom - top)), elbow.blocked)
