"""The layout of a chain: nothing overlaps, nothing is left out, at any size and depth."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.chain import STROKES, TONES, Drawing, Form, Metrics, Node, Shape, fit, lay_out, pieces


def measure(text: str) -> float:
    return 7.0 * len(text)


def hop(number: int, parent: int | None, label: str = "Northfield Survey Co.", **more: object) -> Node:
    up = None if parent is None else str(parent)
    return Node(str(number), up, label, "Approved", Shape.CHECK, note=f"H-{number}", **more)  # type: ignore[arg-type]


@st.composite
def forests(draw: st.DrawFn, most: int = 40) -> list[Node]:
    count = draw(st.integers(0, most))
    nodes = []
    for n in range(count):
        parent = draw(st.one_of(st.none(), st.integers(0, most)))
        label = draw(st.text(max_size=60))
        nodes.append(hop(n, parent, label, blocked=draw(st.booleans())))
    return nodes


def overlaps(drawing: Drawing) -> list[tuple[str, str]]:
    found = []
    boxes = sorted(drawing.boxes, key=lambda b: b.y)
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            if b.y >= a.y + a.height:
                break
            if a.x < b.x + b.width and b.x < a.x + a.width:
                found.append((a.node.id, b.node.id))
    return found


@settings(max_examples=150, deadline=None)
@given(forests(), st.sampled_from(["tidy", "outline"]), st.floats(100, 2000))
def test_no_two_boxes_overlap_and_every_node_is_drawn_once(
    nodes: list[Node], form: Form, width: float
) -> None:
    drawing = lay_out(nodes, measure, width=width, form=form)
    assert overlaps(drawing) == []
    assert sorted(b.node.id for b in drawing.boxes) == sorted(n.id for n in nodes)


@settings(max_examples=150, deadline=None)
@given(forests(), st.sampled_from(["tidy", "outline"]))
def test_no_text_is_wider_than_its_box(nodes: list[Node], form: Form) -> None:
    sizes = Metrics()
    for box in lay_out(nodes, measure, width=600, form=form).boxes:
        for line in box.lines:
            assert measure(line) <= box.width - 2 * sizes.pad - sizes.mark


@settings(max_examples=100, deadline=None)
@given(forests(), st.floats(60, 400))
def test_pages_of_an_outline_hold_each_row_once_and_no_link_leaves_a_page(
    nodes: list[Node], room: float
) -> None:
    drawing = lay_out(nodes, measure, width=600, form="outline")
    parts = list(pieces(drawing, room / 2, room))
    assert [b.node.id for p in parts for b in p.boxes] == [b.node.id for b in drawing.boxes]
    for number, part in enumerate(parts):
        assert part.height <= max(room / 2 if number == 0 else room, drawing.metrics.row)
        for elbow in part.elbows:
            assert all(-0.01 <= y <= part.height + drawing.metrics.gap + 0.01 for _, y in elbow.points)
    drawn = sum(len(e.points) == 3 for p in parts for e in p.elbows)
    assert drawn == len(drawing.elbows)


def test_a_chain_500_hops_deep_stays_within_the_width() -> None:
    nodes = [hop(n, n - 1 if n else None) for n in range(500)]
    drawing = lay_out(nodes, measure, width=480)
    assert drawing.form == "outline"
    assert overlaps(drawing) == []
    assert all(b.x >= 0 and b.x + b.width <= 480.01 and b.width >= 219.99 for b in drawing.boxes)
    assert [b.level for b in drawing.boxes] == list(range(1, 501))
    assert all(a.x < b.x for a, b in pairwise(drawing.boxes))


def test_the_work_of_laying_out_grows_with_the_number_of_hops_and_no_faster() -> None:
    def measured(count: int) -> int:
        asked = 0

        def counting(text: str) -> float:
            nonlocal asked
            asked += 1
            return measure(text)

        lay_out([hop(n, (n - 1) // 3 if n else None) for n in range(count)], counting, width=1000)
        return asked

    assert measured(5000) <= measured(500) * 11


def test_a_small_chain_is_a_tree_and_a_large_or_wide_one_an_outline() -> None:
    def line(count: int) -> list[Node]:
        return [hop(n, n - 1 if n else None) for n in range(count)]

    fan = [hop(0, None), *(hop(n, 0) for n in range(1, 13))]
    assert lay_out(fan[:12], measure, width=600).form == "tidy"
    assert lay_out(fan, measure, width=600).form == "outline"
    assert lay_out(line(2), measure, width=600).form == "tidy"
    assert lay_out(line(6), measure, width=600).form == "outline"


def test_a_parent_stands_in_the_middle_of_its_children() -> None:
    drawing = lay_out([hop(0, None), hop(1, 0), hop(2, 0)], measure, width=600)
    top, first, last = (b.y for b in sorted(drawing.boxes, key=lambda b: b.node.id))
    assert top == (first + last) / 2


def test_a_hop_whose_parent_may_not_be_seen_is_a_root() -> None:
    drawing = lay_out([hop(7, 3), hop(8, 7)], measure, width=600)
    assert [(b.node.id, b.level) for b in drawing.boxes] == [("7", 1), ("8", 2)]
    assert len(drawing.elbows) == 1


def test_a_ring_of_parents_is_drawn_all_the_same() -> None:
    drawing = lay_out([hop(1, 2), hop(2, 3), hop(3, 1)], measure, width=600)
    assert len(drawing.boxes) == 3


def test_two_hops_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="same id"):
        lay_out([hop(1, None), hop(1, None)], measure, width=600)


def test_a_long_name_gives_way_before_the_state() -> None:
    (box,) = lay_out([hop(1, None, "N" * 200)], measure, width=600, form="outline").boxes
    assert "… · Approved" in box.lines[0]


def test_on_a_narrow_screen_the_state_has_a_line_of_its_own() -> None:
    (box,) = lay_out([hop(1, None, "N" * 200)], measure, width=316, form="outline").boxes
    assert box.lines[0].endswith("…")
    assert box.lines[1].startswith("Approved")


def test_the_links_of_blocked_attempts_are_marked() -> None:
    drawing = lay_out([hop(0, None), hop(1, 0, blocked=True)], measure, width=600)
    assert [e.blocked for e in drawing.elbows] == [True]
    assert [b.tone for b in drawing.boxes] == ["ok", "bad"]


def test_every_shape_has_strokes_within_the_unit_square_and_a_tone() -> None:
    assert set(STROKES) == set(TONES) == set(Shape)
    assert all(0 <= c <= 1 for s in STROKES.values() for stroke in s for point in stroke for c in point)


@given(st.text(max_size=80), st.floats(0, 400))
def test_a_fitted_text_fits(text: str, room: float) -> None:
    assert measure(fit(text, room, measure)) <= room
