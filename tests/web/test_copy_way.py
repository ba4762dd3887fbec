"""The picture of a copy's way: who had it, for each reader as far as they may see."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.urls import reverse

from custody import models as m
from custody.actions import handoffs
from custody.terms import Had
from custody.web.copy_way import SHOWN

from .scene import Scene


def boxes(scene: Scene, copy: Any, who: str, language: str = "en") -> list[str]:
    """Return the words of each box, of the picture for a wide screen."""
    page = scene.client(who, language).get(reverse("copy", args=[copy.id])).content.decode()
    drawing = page.partition('id="way"')[2].partition("</svg>")[0]
    found = []
    for box in re.findall(r"<g .*?</g>", drawing, re.DOTALL):
        found.append("".join(re.findall(r'<text x="[^>]*>(.*?)</text>', box, re.DOTALL)))
    return found


def also(copy: Any, how: Had, party: Any, days: int, times: int = 1) -> None:
    """Write that a party had the copy some days before the first who has it; lines are only ever added."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO custody_holding (id, created_at, entry, how, copy_id, party_id, project_id) "
            "SELECT gen_random_uuid(), first.created_at - make_interval(days => %s, secs => n), first.entry, "
            "%s, first.copy_id, %s, first.project_id FROM generate_series(1, %s) AS n, "
            "(SELECT * FROM custody_holding WHERE copy_id = %s ORDER BY created_at LIMIT 1) AS first",
            [days, str(how), party, times, copy.id],
        )


def test_who_had_a_copy_is_drawn_from_the_first_to_the_one_who_holds_it(scene: Scene) -> None:
    copy = m.Copy.objects.filter(lines__handoff=scene.handoff)[0]
    (only,) = boxes(scene, copy, "mei")
    assert "Northfield" in only and "Holds it" in only
    also(copy, Had.READ, scene.cast.party("westgate"), 3)
    also(copy, Had.KEPT, scene.cast.party("lakeside"), 10)
    assert handoffs.accept(scene.cast.actor("tao"), handoff=scene.handoff.id).state == "done"
    first, reading, second, last = boxes(scene, copy, "mei")
    assert "Lakeside" in first and "Held it" in first and " to " in first
    assert "Northfield" in second and "Held it" in second
    assert "Read it on site" in reading and "Westgate" in last and "Holds it" in last
    assert "西关" in boxes(scene, copy, "mei", "zh-hans")[-1]


def test_a_contractor_reads_of_the_own_time_alone(scene: Scene) -> None:
    copy = m.Copy.objects.filter(lines__handoff=scene.handoff)[0]
    assert boxes(scene, copy, "tao") == [], "it is offered, and was not here yet"
    also(copy, Had.KEPT, scene.cast.party("westgate"), 10)
    before, now = boxes(scene, copy, "tao")
    assert "Westgate" in before and "Held it" in before and "Not for you to see" in now
    assert handoffs.accept(scene.cast.actor("tao"), handoff=scene.handoff.id).state == "done"
    before, others, now = boxes(scene, copy, "tao")
    assert "Held it" in before and "Not for you to see" in others and "Holds it" in now
    assert "Northfield" not in before + others + now


def test_of_a_long_way_the_last_holders_are_drawn_and_the_list_shows_all(scene: Scene) -> None:
    copy = m.Copy.objects.filter(lines__handoff=scene.handoff)[0]
    also(copy, Had.KEPT, scene.cast.party("lakeside"), 5, SHOWN)
    found = boxes(scene, copy, "mei")
    assert len(found) == SHOWN + 1 and "Who had it before" in found[0] and "Holds it" in found[-1]
    page = scene.client("mei").get(reverse("copy", args=[copy.id])).content.decode()
    assert f"{reverse('holdings')}?copy={copy.id}" in page
