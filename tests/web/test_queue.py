"""The officer's queue: by deadline, then by the rank of the level; for whom it waits, and what is missing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone

from custody import models as m
from custody import waiting
from custody.stories import told
from custody.terms import ConditionState, Role
from tests.api.test_nouns import program

from .scene import Scene
from .test_conditions import under
from .test_decision import vote


def page(scene: Scene, who: str, language: str = "en", status: int = 200) -> str:
    answer = scene.client(who, language).get(reverse("queue"))
    assert answer.status_code == status
    return str(answer.content.decode().split("<main")[1].split("<footer")[0])


def test_the_nearest_deadline_comes_first_and_then_the_higher_level_by_rank(scene: Scene) -> None:
    day = timezone.localdate() + dt.timedelta(days=3)
    asked = [scene.asked.id]
    for number in range(3):
        held: Any = told.ask(scene.cast, scene.project, "mei", "westgate", f"More {number}")
        asked.append(m.Approval.objects.get(hop=held.object).id)
    # By their names "jimi" (highly secret) stands before "mimi" (secret), and neither says which is higher.
    for id, level, until in zip(asked, ("mimi", "jimi", "mimi", "jimi"), (day, day, None, None), strict=True):
        m.Approval.objects.filter(id=id).update(level=level, decide_by=until)
    order = [row.id for row in waiting.requests(scene.user("heng"))]
    assert order == [asked[1], asked[0], asked[3], asked[2]]


def test_it_says_for_whom_a_request_waits_and_how_many_votes_are_missing(scene: Scene) -> None:
    m.Approval.objects.filter(id=scene.asked.id).update(needed=2)
    html = page(scene, "heng")
    mine = html.split("Waits for others")[0]
    assert "0 of 2, 2 missing" in mine and scene.cast.people["qiao"].name in mine
    assert vote(scene, "heng").status_code == 302
    html = page(scene, "heng")
    assert "Nothing waits for your vote." in html
    assert "1 of 2, 1 missing" in html.split("Waits for others")[1]
    chinese = page(scene, "qiao", "zh-hans")
    assert "1/2，尚需1人同意" in chinese.split("待他人审批")[0]
    m.Membership.objects.filter(person=scene.cast.people["qiao"], role=Role.OFFICER).update(
        starts="2020-01-01", ends="2020-12-31"
    )
    assert "too few officers are left" in page(scene, "heng")


def test_a_deadline_that_passed_is_told_in_words(scene: Scene) -> None:
    day = timezone.localdate() - dt.timedelta(days=1)
    m.Approval.objects.filter(id=scene.asked.id).update(decide_by=day)
    assert f"{day} (passed)" in page(scene, "heng")


def test_conditions_that_are_overdue_or_wait_for_an_officer_are_in_it(scene: Scene) -> None:
    row = under(scene)
    assert "Conditions overdue" not in page(scene, "heng")
    m.Condition.objects.filter(id=row.id).update(due=timezone.localdate() - dt.timedelta(days=1))
    html = page(scene, "heng")
    assert "Conditions overdue" in html and "Seals on every box" in html
    m.Condition.objects.filter(id=row.id).update(due=None, state=ConditionState.EVIDENCED)
    html = page(scene, "heng")
    assert "Conditions to confirm" in html and "Conditions overdue" not in html


def test_it_is_for_who_can_vote_and_is_linked_from_their_list(scene: Scene) -> None:
    for who in ("mei", "an", "yu", "tao", "lan", "bo", "jing"):
        page(scene, who, status=403)
    assert reverse("queue") in scene.client("heng").get(reverse("approvals")).content.decode()
    assert reverse("queue") not in scene.client("mei").get(reverse("approvals")).content.decode()


def test_a_program_reads_the_same_queue_and_outsiders_no_names(scene: Scene) -> None:
    [row] = program(scene, "heng").get("/api/v1/approvals/queue/").json()
    assert row["approval"] == str(scene.asked.id) and row["mine"] and row["missing"] == 1
    assert str(scene.cast.people["heng"].id) in row["can"]
    [outside] = program(scene, "lan").get("/api/v1/approvals/queue/").json()
    assert outside["can"] == [] and not outside["mine"]
    assert program(scene, "bo").get("/api/v1/approvals/queue/").json() == []
