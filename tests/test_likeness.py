"""A job under another name or parent is pointed out to whoever decides; other work is not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from custody import models as m
from custody.actions import mistakes
from custody.likeness import ALIKE, alike, likeness
from custody.stories import cast as people
from custody.stories.told import approved_hop, ask

SMALL: dict[str, Any] = {"share": Decimal(1), "amount": None}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Scanning of map sheets", "map sheets: scanning of"),
        ("Scanning of map sheets", "Scanning of the map sheets."),
        ("Scanning 图幅扫描", "图幅 扫描"),
        ("图幅扫描与矢量化作业", "图幅扫描及矢量化作业"),
        ("ＳＣＡＮＮＩＮＧ of sheets", "scanning of sheets"),
        ("Vectorisation of sheets 图幅矢量化", "Vectorization of sheets"),
    ],
)
def test_one_job_in_other_words_is_seen(one: str, other: str) -> None:
    assert likeness(one, other) >= ALIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Scanning of map sheets", "Printing of brochures"),
        ("外业测量", "地图印刷"),
        ("Field survey 外业测量", "Printing 印刷"),
        ("", "Scanning"),
    ],
)
def test_other_work_is_not(one: str, other: str) -> None:
    assert likeness(one, other) < ALIKE


def test_a_refused_job_that_comes_again_under_another_name_is_pointed_out(cast: people.Cast) -> None:
    project = people.open_project(cast, "LK-1", "Likeness 相近")
    first = ask(cast, project, "mei", "westgate", "Digitising of sheets 图幅数字化", **SMALL).object
    mistakes.withdraw_request(cast.actor("mei"), hop=first.id, reason="Not now")
    approved_hop(cast, project, "westgate", "Printing 印刷", **SMALL)
    again = ask(cast, project, "mei", "lakeside", "图幅 数字化", **SMALL).object
    (found,) = alike(m.Hop.objects.get(id=again.id))
    assert found.hop == m.Hop.objects.get(id=first.id)
    assert "described alike" in found.why.en and "相近" in found.why.zh
    same = ask(cast, project, "mei", "westgate", "Digitising of sheets 图幅数字化", **SMALL).object
    assert found.hop not in [like.hop for like in alike(same)], "taken back and made anew is no trick"


def test_the_same_items_under_another_description_are_pointed_out(cast: people.Cast) -> None:
    project = people.open_project(cast, "LK-2", "Likeness 相近")
    people.make_copies(cast, project, "H-50-27", 1)
    one = ask(cast, project, "mei", "westgate", "Scanning of H-50-27", **SMALL).object
    other = ask(cast, project, "mei", "lakeside", "H-50-27 整饰", **SMALL).object
    (found,) = alike(other)
    assert found.hop.id == one.id and "H-50-27" in found.why.en
