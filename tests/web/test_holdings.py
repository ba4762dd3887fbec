"""Where was this copy on that day, and who had anything: asked on a page, by a program, as a file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from custody import models as m
from custody.actions import handoffs
from custody.stories import cast as people
from custody.terms import Had
from tests.api.test_nouns import program

from .scene import Scene


def long_ago(scene: Scene) -> None:
    """Who has the copies had them ten days ago already; then Wu Tao accepts today."""
    columns = "entry, how, copy_id, party_id, person_id, project_id, system_id"
    with connection.cursor() as cursor:  # lines are only ever added
        cursor.execute(
            f"INSERT INTO custody_holding (id, created_at, {columns}) "  # noqa: S608
            f"SELECT gen_random_uuid(), created_at - interval '10 days', {columns} FROM custody_holding"
        )
    assert handoffs.accept(scene.cast.actor("tao"), handoff=scene.handoff.id).state == "done"


def scene_day(scene: Scene, days: int) -> dt.datetime:
    return timezone.now() + dt.timedelta(days=days)


def asked(scene: Scene, who: str, **question: Any) -> list[dict[str, str]]:
    answer: Any = scene.client(who).get(reverse("holdings"), {**question, "export": "csv"})
    assert answer.status_code == 200, answer.content
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_where_a_copy_was_on_a_day_is_told_on_the_page_and_as_a_file(scene: Scene) -> None:
    long_ago(scene)
    copy = m.Copy.objects.filter(lines__handoff=scene.handoff)[0]
    day = lambda n: (scene.cast.today + dt.timedelta(days=n)).isoformat()  # noqa: E731
    there = {"copy": str(copy.id)}
    assert asked(scene, "mei", **there, on=day(-11)) == []
    (before,) = asked(scene, "mei", **there, on=day(-5))
    assert "Northfield" in before["Held or read by"] and before["Copy"] == copy.code
    today = asked(scene, "mei", **there, on=day(0))
    assert ["Westgate" in row["Held or read by"] for row in today] == [True, False, False], "the last first"
    assert today[0]["Until"] == "" and today[1]["Until"] != ""
    html = scene.client("mei", "zh-hans").get(reverse("holdings"), there).content.decode()
    assert "保管" in html and copy.code in html
    assert f"copy={copy.id}" in scene.client("mei").get(reverse("copy", args=[copy.id])).content.decode()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_that_no_record_can_have_has_nobody(scene: Scene, day: str) -> None:
    mei = scene.client("mei")
    assert mei.get(reverse("holdings"), {"on": day}).status_code == 200
    for question in ({"on": day}, {"at": f"{day}T00:00:00Z"}, {"at": f"{day}T23:59:59.999999Z"}):
        answer = program(scene, "mei").get("/api/v1/holdings/", question)
        assert (answer.status_code, answer.json()["results"]) == (200, [])


def test_a_regulator_searches_by_copy_party_person_and_days_and_keeps_the_question(scene: Scene) -> None:
    long_ago(scene)
    elsewhere = people.open_project(scene.cast, "T-8", "No leave is given to read this")
    (hidden,) = people.make_copies(scene.cast, elsewhere, "HIDDEN", 1)
    jing, page = scene.client("jing"), reverse("holdings")
    assert f'href="{page}"' in jing.get("/").content.decode(), "it stands in the menu"
    day = lambda n: (scene.cast.today + dt.timedelta(days=n)).isoformat()  # noqa: E731
    every = asked(scene, "jing")
    assert every and hidden.code not in {row["Copy"] for row in every}
    assert asked(scene, "jing", q=hidden.code) == []
    code = scene.copies[0].code
    assert {row["Copy"] for row in asked(scene, "jing", q=code)} == {code}
    for question in ({"q": "Westgate"}, {"q": "吴涛"}, {"person": str(scene.cast.people["tao"].id)}):
        found = asked(scene, "jing", **question)
        assert found and all("Westgate" in row["Held or read by"] for row in found), question
    one = {"copy": str(scene.copies[0].id)}
    before = asked(scene, "jing", **one, on=day(-5), to=day(-2))
    assert ["Northfield" in row["Held or read by"] for row in before] == [True]
    whole = asked(scene, "jing", **one, on=day(-5), to=day(0))
    assert len(whole) == len(asked(scene, "jing", **one)) == 3
    assert asked(scene, "jing", **one, on=day(-2), to=day(-5)) == [], "days out of order"
    assert asked(scene, "jing", **one, on=day(-20), to=day(-11)) == [], "nobody yet"
    assert len(asked(scene, "jing", **one, to=day(-2))) == 1, "by then"
    kept = {"step": "save", "list": "holdings", "name": "Westgate 西关", "query": "q=Westgate"}
    assert jing.post("/saved", kept)["Location"] == f"{page}?q=Westgate"
    assert "Westgate 西关" in jing.get(page).content.decode()
    assert "Westgate 西关" not in scene.client("mei").get(page).content.decode()


def test_a_contractor_sees_what_own_people_had_and_nothing_of_others(scene: Scene) -> None:
    long_ago(scene)
    for who, parties in (("tao", {"Westgate"}), ("lan", set()), ("mei", {"Westgate", "Northfield"})):
        rows = asked(scene, who)
        found = {
            name for name in ("Westgate", "Northfield") for row in rows if name in row["Held or read by"]
        }
        assert found == parties, who


def test_a_program_asks_for_a_moment(scene: Scene) -> None:
    long_ago(scene)
    copy, mei = m.Copy.objects.filter(lines__handoff=scene.handoff)[0], program(scene, "mei")
    at = scene_day(scene, -3).isoformat()
    (row,) = mei.get("/api/v1/holdings/", {"copy": str(copy.id), "at": at}).json()["results"]
    assert row["party"] == str(scene.cast.party("northfield")) and row["until"] is not None
    (row,) = mei.get(
        "/api/v1/holdings/", {"copy": str(copy.id), "at": scene_day(scene, 1).isoformat()}
    ).json()["results"]
    assert (row["party"], row["until"], row["how"]) == (
        str(scene.cast.party("westgate")),
        None,
        str(Had.KEPT),
    )
    for wrong in ({"at": "yesterday"}, {"on": "2026-13-01"}, {"copy": "x"}, {"how": "eaten"}):
        assert mei.get("/api/v1/holdings/", wrong).status_code == 422, wrong
