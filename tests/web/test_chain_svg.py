"""The chain on screen: links with visible names, no inline style, text escaped and within its box."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string

from custody.chain import Node, Shape
from custody.web.chain_svg import SvgChain, measure, picture

SVG = "{http://www.w3.org/2000/svg}"
NODES = [
    Node("1", None, "Northfield Survey Co.", "Approved", Shape.CHECK, note="H-1", href="/hops/1/"),
    Node("2", "1", "青岚测绘有限公司", "待审批", Shape.DOTS, note="H-2", href="/hops/2/"),
    Node("3", "1", "A <b> & Sons", "Blocked", Shape.CROSS, blocked=True),
]


def drawn(chain: SvgChain) -> ElementTree.Element:
    html = render_to_string("project/_drawing.svg.html", {"picture": chain})
    return ElementTree.fromstring(  # noqa: S314 - our own output
        html.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    )


@pytest.mark.parametrize("form", ["tidy", "outline"])
def test_a_links_name_is_its_visible_text(form: str) -> None:
    root = drawn(picture(NODES, form=form))  # type: ignore[arg-type]
    links = {a.get("href"): " ".join("".join(a.itertext()).split()) for a in root.iter(f"{SVG}a")}
    assert set(links) == {"/hops/1/", "/hops/2/"}
    assert "Northfield Survey Co." in links["/hops/1/"]
    assert "Approved" in links["/hops/1/"]
    assert all(not a.get("aria-label") for a in root.iter(f"{SVG}a"))


def test_nothing_is_styled_inline_and_text_is_escaped() -> None:
    html = render_to_string("project/_chain.svg.html", {"picture": picture(NODES)})
    assert " style=" not in html
    assert "<style" not in html
    assert "A &lt;b&gt; &amp; Sons" in html


def test_a_state_is_told_by_word_mark_and_border_not_by_colour_alone() -> None:
    root = drawn(picture(NODES))
    groups = {"".join(g.itertext()): g for g in root.iter(f"{SVG}g")}
    assert len({_relative(g) for g in groups.values()}) == 3
    (blocked,) = [g for text, g in groups.items() if "Blocked" in text]
    assert blocked.get("class") == "bad blocked"
    border = blocked.find(f"{SVG}rect")
    assert border is not None
    assert border.get("stroke-dasharray")
    assert [p.get("class") for p in root.iter(f"{SVG}path") if p.get("class") == "bad"] == ["bad"]


def _relative(group: ElementTree.Element) -> str:
    """The mark's path moved to where its first point is the origin."""
    mark = group.find(f".//{SVG}path[@class='mark']")
    assert mark is not None
    numbers = [float(n) for n in re.findall(r"[\d.]+", mark.attrib["d"])]
    return str([round(n - numbers[i % 2], 1) for i, n in enumerate(numbers)])


def test_numbers_are_not_written_in_the_readers_language(settings: Any) -> None:
    from django.utils import translation

    settings.USE_THOUSAND_SEPARATOR = True
    nodes = [Node(str(n), None, "x", "y", Shape.CHECK) for n in range(60)]
    with translation.override("de"):
        root = drawn(picture(nodes))
    svg = next(root.iter(f"{SVG}svg"))
    assert float(svg.attrib["height"]) > 1000


def test_the_drawing_of_500_hops_stays_small() -> None:
    nodes = [
        Node(
            str(n),
            str((n - 1) // 3) if n else None,
            f"Party {n}",
            "Approved",
            Shape.CHECK,
            href=f"/hops/{n}/",
        )
        for n in range(500)
    ]
    chain = picture(nodes)
    assert len(render_to_string("project/_drawing.svg.html", {"picture": chain})) < 200_000
    # With the one for a phone, of which a browser shows one or the other.
    assert len(render_to_string("project/_chain.svg.html", {"picture": chain})) < 400_000


def test_the_estimate_of_a_texts_width_is_not_too_small() -> None:
    # Widths in px at 12.5 px of DejaVu Sans, the widest of the fonts a browser may take for system-ui.
    assert measure("Awaiting approval") >= 107
    assert measure("Northfield Survey Co.") >= 131
    assert measure("测绘") == 25


def test_an_empty_chain_is_an_empty_picture() -> None:
    chain = picture([])
    assert (chain.hops, chain.boxes) == (0, ())


def test_a_phone_gets_an_outline_of_its_own_width_with_every_hop_and_its_whole_state() -> None:
    chain = picture(NODES)
    assert chain.narrow is not None and chain.narrow.form == "outline" and chain.narrow.hops == chain.hops
    assert float(chain.narrow.width) <= 320 < float(chain.width)
    html = render_to_string("project/_chain.svg.html", {"picture": chain})
    wide, phone = html.split("card chain phone")
    assert "card chain wide" in wide
    for part in (wide, phone):
        assert all(word in part for word in ("Northfield Survey Co.", "Approved", "/hops/2/", "Blocked"))
    root = drawn(chain.narrow)
    for box, rect in zip(chain.narrow.boxes, root.iter(f"{SVG}rect"), strict=True):
        assert float(rect.attrib["x"]) + float(rect.attrib["width"]) <= 320
        assert len(box.lines) == 2 and max(measure(line.text) for line in box.lines) <= float(box.width)


def test_where_the_picture_fits_a_phone_there_is_one() -> None:
    assert picture([]).narrow is None
    assert render_to_string("project/_chain.svg.html", {"picture": picture([])}).count("<svg") == 1
