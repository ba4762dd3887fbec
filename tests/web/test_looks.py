"""Whoever looks at what is another organisation's leaves an entry before the page goes out; the owner reads
who it was."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from custody import models as m
from custody import record
from custody.actions import looking
from custody.apply import rebuild
from custody.stories import cast as people
from custody.terms import Looked
from tests.api.test_nouns import program

from .scene import Scene


def looks(scene: Scene, who: str) -> list[tuple[Looked, Any]]:
    rows = m.Look.objects.filter(person=scene.cast.people[who]).order_by("id")
    return list(rows.values_list("noun", "object"))


def told(scene: Scene) -> list[Any]:
    return [e for e in record.history() if e.values["kind"] == "object.looked/1"]


def test_a_regulator_who_opens_a_page_leaves_one_entry_an_object_and_hour(scene: Scene) -> None:
    jing = scene.client("jing")
    for _again in range(2):
        jing.get(reverse("project", args=[scene.project.id]))
        jing.get(reverse("copy", args=[scene.copies[0].id]))
    assert looks(scene, "jing") == [
        (Looked.PROJECT, scene.project.id), (Looked.COPY, scene.copies[0].id),
    ]  # fmt: skip
    entries = told(scene)
    assert [e.values["object"] for e in entries] == [str(scene.project.id), str(scene.copies[0].id)]
    assert {e.stream_name for e in entries} == {f"access:project:{scene.project.id}"}
    assert {e.values["actor"] for e in entries} == {str(scene.cast.people["jing"].id)}
    rows = rebuild().rows[m.Look]
    assert {row["object"] for row in rows.values()} == {str(scene.project.id), str(scene.copies[0].id)}


def test_the_next_hour_counts_anew(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    jing = scene.client("jing")
    jing.get(reverse("project", args=[scene.project.id]))

    def later(now: dt.datetime) -> dt.datetime:
        return now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)

    monkeypatch.setattr(looking, "_hour", later)
    jing.get(reverse("project", args=[scene.project.id]))
    assert looks(scene, "jing") == [(Looked.PROJECT, scene.project.id)] * 2


def test_who_owns_a_project_or_takes_part_in_it_leaves_nothing(scene: Scene) -> None:
    for who in ("mei", "heng", "yu", "tao", "lan"):
        client = scene.client(who)
        for route, id in (
            ("project", scene.project.id),
            ("handoff", scene.handoff.id),
            ("hop", scene.westgate.id),
        ):
            client.get(reverse(route, args=[id]))
        client.get(reverse("copies"))
    assert not m.Look.objects.exists() and told(scene) == []


def test_whom_a_page_is_shut_to_leaves_no_look(scene: Scene) -> None:
    stranger = people.open_project(scene.cast, "LOOKS-2", "Of others 他人")
    jing = scene.client("jing")
    assert jing.get(reverse("project", args=[stranger.id])).status_code == 404
    assert jing.head(reverse("project", args=[scene.project.id])).status_code == 200
    assert looks(scene, "jing") == []


def test_a_list_counts_as_one_look_a_project_and_a_file_as_another(scene: Scene) -> None:
    jing = scene.client("jing")
    jing.get(reverse("copies"))
    assert looks(scene, "jing") == [(Looked.ROWS, scene.project.id)]
    jing.get(reverse("copies") + "?export=csv")
    assert looks(scene, "jing") == [(Looked.ROWS, scene.project.id), (Looked.FILE, scene.project.id)]


def test_a_program_leaves_the_same_trace(scene: Scene) -> None:
    reads = program(scene, "jing")
    reads.get("/api/v1/handoffs/")
    reads.get(f"/api/v1/handoffs/{scene.handoff.id}/")
    assert looks(scene, "jing") == [(Looked.ROWS, scene.project.id), (Looked.HANDOFF, scene.handoff.id)]
    assert {e.values["source"] for e in told(scene)} == {"api"}


def test_the_administrator_leaves_a_trace_at_a_partys_file_and_the_manager_at_work_does_not(
    scene: Scene,
) -> None:
    westgate = scene.cast.party("westgate")
    for who in ("mei", "an", "jing"):
        assert scene.client(who).get(reverse("party", args=[westgate])).status_code == 200
    assert looks(scene, "mei") == []
    assert looks(scene, "an") == looks(scene, "jing") == [(Looked.PARTY, westgate)]
    assert {e.stream_name for e in told(scene)} == {f"access:party:{westgate}"}


def test_the_owner_reads_who_looked_and_nobody_else_does(scene: Scene) -> None:
    jing = scene.client("jing")
    jing.get(reverse("project", args=[scene.project.id]))
    name = scene.cast.people["jing"].name
    page = scene.client("mei").get(reverse("project", args=[scene.project.id])).content.decode()
    assert f"{reverse('looks')}?project={scene.project.id}" in page
    for language, words in (("en", "Looks of other organisations"), ("zh-hans", "其他单位的查阅")):
        shown = scene.client("mei", language).get(reverse("looks")).content.decode()
        assert (
            words in shown
            and name in shown
            and scene.project.code in shown.split("<table")[1]
            and reverse("project", args=[scene.project.id]) in shown
        )
    assert name not in scene.client("tao").get(reverse("looks")).content.decode().split("<main")[1]
    assert (
        reverse("looks")
        not in scene.client("tao").get(reverse("project", args=[scene.project.id])).content.decode()
    )
    own = jing.get(reverse("looks")).content.decode().split("<main")[1]
    assert name in own, "everybody sees the own ones"
    assert [r["noun"] for r in program(scene, "mei").get("/api/v1/looks/").json()["results"]] == ["project"]


def test_where_a_look_cannot_be_recorded_the_page_does_not_go_out(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise OperationalError

    jing = scene.client("jing")
    monkeypatch.setattr(looking, "record", fails)
    answer = jing.get(reverse("copy", args=[scene.copies[0].id]))
    assert answer.status_code == 503 and scene.copies[0].code not in answer.content.decode()


def test_nobody_who_is_not_signed_in_is_noted(scene: Scene) -> None:
    assert Client().get(reverse("project", args=[scene.project.id])).status_code == 302
    assert not m.Look.objects.exists()
