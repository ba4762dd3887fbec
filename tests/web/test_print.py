"""What a page is on paper: the marks and who printed it on each sheet, all that is folded on the screen, and
nothing to press."""

from __future__ import annotations

import re
from typing import Any

import pytest

from custody import models as m

from .scene import Scene

VISIBLE = "e => e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})"
A4 = {"width": 688, "height": 1000}  # pixels between the margins of a sheet: narrower than a desk
TO_PRESS = ".bar, .skip, main button, main .btn, details:has(form)"


def printed(html: str) -> str:
    return " ".join(
        re.sub(r"\s+", " ", re.sub("<[^>]+>", "", found))
        for found in re.findall(r'class="printed">(.*?)</(?:p|span)>', html, re.DOTALL)
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_paper_says_who_printed_it_and_when_in_the_zone_of_the_site(
    scene: Scene, settings: Any, language: str
) -> None:
    settings.TIME_ZONE_GIVEN = False
    m.Site.objects.update(time_zone="Asia/Kathmandu")
    name = scene.cast.people["mei"].name
    for path in ("/handoffs/", f"/handoffs/{scene.handoff.id}/", f"/approvals/{scene.asked.id}/"):
        said = printed(scene.client("mei", language).get(path).content.decode())
        assert name in said and "+05:45" in said


def test_a_printed_list_says_what_it_was_narrowed_to(scene: Scene) -> None:
    client = scene.client("mei")
    assert "State: Offered" in printed(client.get("/handoffs/?state=offered").content.decode())
    assert "State:" not in printed(client.get("/handoffs/").content.decode())


@pytest.mark.browser
def test_paper_shows_what_is_folded_and_nothing_to_press(live_server: Any, chromium: Any) -> None:
    context = chromium.new_context(viewport=A4)
    page = context.new_page()
    page.goto(live_server.url + "/style")
    folded, button = page.locator("details:not([open]) ul.checks").first, page.locator("main .btn").first
    assert not folded.evaluate(VISIBLE) and button.evaluate(VISIBLE)
    marks = '<div class="marks"><span class="wide">Northfield</span></div>'  # this site is not set up
    page.evaluate("marks => document.querySelector('header').insertAdjacentHTML('afterbegin', marks)", marks)
    page.emulate_media(media="print", color_scheme="dark")

    def style(selector: str, name: str) -> str:
        return str(page.locator(selector).first.evaluate(f"e => getComputedStyle(e).{name}"))

    assert folded.evaluate(VISIBLE)
    assert folded.evaluate("e => e.getBoundingClientRect().height") > 20
    assert [e.inner_text() for e in page.locator(TO_PRESS).all() if e.evaluate(VISIBLE)] == []
    for words in (".marks .wide", "h1", ".printed", ".checks .code", ".badge", "pre.statement", "table"):
        assert page.locator(words).first.evaluate(VISIBLE), words
    assert style("header", "display") == "table-header-group" and style("header", "breakInside") == "avoid"
    assert style("footer", "display") == "table-footer-group" and style("footer", "breakInside") == "avoid"
    assert style("table.cards thead", "display") == "table-header-group", "a table stays one on paper"
    assert style("table.cards thead", "position") == "static"
    assert style("table.cards tr", "breakInside") == "avoid"
    assert style("main a", "textDecorationLine") == "none"
    assert style("body", "color") == "rgb(22, 32, 44)", "dark words, whatever the screen's colours"
    assert style(".badge.ok", "borderTopStyle") == "solid"
    assert style(".badge.ok", "borderTopColor") == style(".badge.ok", "color")
    context.close()
