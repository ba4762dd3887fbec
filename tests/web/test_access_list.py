"""Who may do what, as of any day: told from what was recorded by its end, on pages, as files, to programs."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from custody import models as m
from custody.actions import access, base, people, registers
from custody.stories.cast import Cast
from custody.terms import Role
from tests.api.test_nouns import program

from .scene import Scene

NOW = timezone.now


@contextmanager
def days_ago(days: int) -> Iterator[None]:
    """Do acts some days ago; the ledger keeps its own clock."""
    moment = NOW() - dt.timedelta(days=days)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(timezone, "now", lambda: moment)
        patched.setattr(base, "_moment", lambda: (moment, False))
        yield


def day(days: int) -> str:
    return (timezone.localdate() - dt.timedelta(days=days)).isoformat()


def rows(scene: Scene, who: str, **question: Any) -> list[dict[str, str]]:
    columns = ["person", "sign_in", "what", "party", "project", "starts", "last", "given", "ended"]
    asked = {"column": columns, **question, "export": "csv"}
    answer: Any = scene.client(who).get(reverse("access"), asked)
    assert answer.status_code == 200, answer.content
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def signs_in(person: UUID) -> None:
    """Give a sign-in as of now, whatever now is."""
    m.User.objects.create_user(
        "sunren", "long enough now", m.Person.objects.get(id=person), date_joined=timezone.now()
    )


def newcomer(cast: Cast) -> UUID:
    """Sun Ren is registered, may sign in and is a custodian from twenty days ago; the role is to end in a
    year, but is ended ten days ago with the day five days ago as its last."""
    an = cast.actor("an")
    with days_ago(20):
        person: UUID = registers.register_person(an, name="Sun Ren", staff_number="NF-99").object.id
        signs_in(person)
        role = registers.give_membership(
            an, person=person, party=cast.party("northfield"), role=Role.CUSTODIAN,
            starts=timezone.localdate(), ends=timezone.localdate() + dt.timedelta(days=365),
        ).object  # fmt: skip
    with days_ago(10):
        last = timezone.localdate() + dt.timedelta(days=5)
        access.end_membership(an, membership=role.id, ends=last, reason="Moves to the archive")
    return person


def test_a_past_day_is_told_as_it_was_known_at_its_end(scene: Scene) -> None:
    person = newcomer(scene.cast)
    role = m.Membership.objects.get(person=person)
    given = m.Correction.objects.of(role).get().corrects

    def one(days: int) -> dict[str, str] | None:
        found = rows(scene, "mei", person=str(person), on=day(days))
        assert len(found) <= 1
        return found[0] if found else None

    far = (timezone.localdate() + dt.timedelta(days=345)).isoformat()
    assert one(21) is None, "not given yet"
    for days in (20, 15, 11):
        told = one(days)
        assert told is not None and told["Last day"] == far and told["Ended by entry"] == "", days
        assert told["Sign-in then"] == "sunren (Open)" and told["Role or leave"] == "Custodian"
        assert told["Given by entry"] == str(given)
    for days in (10, 7, 5):
        told = one(days)
        assert told is not None and told["Last day"] == day(5) and told["Ended by entry"] == str(role.entry)
        assert told["Given by entry"] == str(given)
    for days in (4, 0):
        assert one(days) is None, days


def test_what_was_given_later_with_a_day_of_before_was_not_in_force_as_far_as_anybody_knew(
    scene: Scene,
) -> None:
    cast, shu = scene.cast, scene.cast.people["shu"].id
    with days_ago(3):
        registers.give_membership(
            cast.actor("an"), person=shu, party=cast.party("annex"), role=Role.MANAGER,
            starts=timezone.localdate() - dt.timedelta(days=30),
        )  # fmt: skip
    known = [bool(rows(scene, "mei", person=str(shu), role="manager", on=day(n))) for n in (20, 4, 3, 0)]
    assert known == [False, False, True, True]


def test_an_end_at_once_is_told_on_its_day_and_the_day_before_knows_nothing_of_it(scene: Scene) -> None:
    cast, person = scene.cast, newcomer(scene.cast)
    with days_ago(7):
        access.end_membership(
            cast.actor("an"), membership=m.Membership.objects.get(person=person).id, reason="Misused"
        )
    last = {n: [r["Last day"] for r in rows(scene, "mei", person=str(person), on=day(n))] for n in (12, 9, 8)}
    assert last[9] == last[8] == [day(5)] and last[12] != last[9], "each end as it was known"
    (told,) = rows(scene, "mei", person=str(person), on=day(7))
    assert told["Last day"].startswith(day(7)) and ":" in told["Last day"], "it ended at a time of that day"
    assert rows(scene, "mei", person=str(person), on=day(6)) == []


def test_a_grant_that_ended_stands_on_the_days_before(scene: Scene) -> None:
    cast = scene.cast
    m.Grant.objects.all().delete()
    with days_ago(9):
        today = timezone.localdate()
        grant = registers.give_grant(
            cast.actor("an"), person=cast.people["jing"].id, project=scene.project.id, starts=today,
            ends=today + dt.timedelta(days=99),
        ).object  # fmt: skip
    with days_ago(4):
        access.end_grant(cast.actor("an"), grant=grant.id, reason="The audit is over")
    for who in ("mei", "jing"):
        asked = {"person": str(cast.people["jing"].id), "sort": "-project"}
        every = [rows(scene, who, **asked, on=day(n)) for n in (10, 9, 5, 4, 3)]
        found = [[r for r in each if r["Role or leave"] == "Leave to read"] for each in every]
        assert [len(each) for each in found] == [0, 1, 1, 1, 0]
        code = scene.project.code if who == "mei" else ""  # to whom the project is closed, it has no name
        assert found[1][0]["What may be read"] == code
        assert found[2][0]["Last day"] == (timezone.localdate() + dt.timedelta(days=90)).isoformat()
        assert found[3][0]["Last day"].startswith(day(4))
    assert rows(scene, "tao", q=scene.project.code, on=day(5)) == []


def test_leaving_and_closing_are_told_beside_the_role_on_their_days(scene: Scene) -> None:
    cast, an = scene.cast, scene.cast.actor("an")
    with days_ago(30):
        person: UUID = registers.register_person(an, name="Sun Ren", staff_number="NF-99").object.id
        signs_in(person)
        registers.give_membership(
            an,
            person=person,
            party=cast.party("northfield"),
            role=Role.CUSTODIAN,
            starts=timezone.localdate(),
        )
    with days_ago(25):
        access.close_sign_in(an, person=person, reason="Abroad")
    with days_ago(20):
        access.open_sign_in(an, person=person, reason="Back")
    with days_ago(15):
        last = timezone.localdate() + dt.timedelta(days=2)
        people.record_leaving(an, person=person, leaves_on=last, leaving_evidence="Letter")
    with days_ago(8):
        people.record_leaving(an, person=person, leaves_on=None)
    with days_ago(4):
        last = timezone.localdate() - dt.timedelta(days=2)
        people.record_leaving(an, person=person, leaves_on=last, leaving_evidence="Letter 2")

    def state(days: int) -> str:
        (told,) = rows(scene, "mei", person=str(person), on=day(days))
        return told["Sign-in then"].removeprefix("sunren (").removesuffix(")")

    assert {n: state(n) for n in (30, 26, 25, 21, 20, 15, 13, 12, 9, 8, 6, 5, 4, 0)} == {
        30: "Open", 26: "Open", 25: "Closed", 21: "Closed", 20: "Open",
        15: "Open", 13: "Open", 12: "Its owner had left", 9: "Its owner had left", 8: "Open",
        6: "Open", 5: "Open", 4: "Its owner had left", 0: "Its owner had left",
    }  # fmt: skip


def test_it_is_told_in_both_languages_and_sorted_and_only_the_house_reads_of_sign_ins(scene: Scene) -> None:
    html = scene.client("an").get(reverse("access")).content.decode()
    assert "Who may do what" in html and "an (Open)" in html and "Administrator" in html
    chinese = scene.client("an", "zh-hans").get(reverse("access"), {"on": day(0)}).content.decode()
    assert "谁可办理什么事项" in chinese and "an（开放）" in chinese and "该日有效" in chinese
    names = [r["Person"] for r in rows(scene, "an", sort="-person")]
    assert names == sorted(names, reverse=True) and len(names) > 5
    assert f'href="{reverse("access")}"' in scene.client("an").get(reverse("people")).content.decode()
    for who in ("tao", "lan", "jing"):
        found = rows(scene, who)
        own = scene.user(who).person.name
        assert {r["Person"] for r in found} == {own} and {r["Sign-in then"] for r in found} == {""}, who


@pytest.mark.parametrize("asked", ["2026-13-01", "x", "0", "\0", "9" * 40])
def test_no_day_is_told_beside_the_question(scene: Scene, asked: str) -> None:
    assert scene.client("an").get(reverse("access"), {"on": asked}).status_code == 422
    assert program(scene, "an").get("/api/v1/access/", {"on": asked}).status_code == 422


@pytest.mark.parametrize("asked", ["9999-12-31", "0001-01-01", "1900-01-01"])
def test_a_day_that_no_record_can_have_has_nobody(scene: Scene, asked: str) -> None:
    assert rows(scene, "an", on=asked) == []
    assert program(scene, "an").get("/api/v1/access/", {"on": asked}).json()["results"] == []


def test_a_program_reads_the_same(scene: Scene) -> None:
    person, an = newcomer(scene.cast), program(scene, "an")
    asked = {"person": str(person), "on": day(12)}
    (told,) = an.get("/api/v1/access/", asked).json()["results"]
    assert told["sign_ins"] == [{"name": "sunren", "state": "open"}] and told["ended_by"] is None
    assert told["role"] == "custodian" and told["ended_at"] is None and told["project"] is None
    assert an.get(f"/api/v1/access/{told['id']}/", {"on": day(12)}).json() == told
    assert an.get(f"/api/v1/access/{told['id']}/").status_code == 404, "it is over today"
    (later,) = an.get("/api/v1/access/", {**asked, "on": day(6)}).json()["results"]
    assert later["ends"] == day(5) != told["ends"] and later["ended_by"] == later["entry"]
    (own, *_) = program(scene, "tao").get("/api/v1/access/").json()["results"]
    assert own["sign_ins"] is None


def test_more_people_cost_no_more_questions(scene: Scene) -> None:
    client = scene.client("an")
    client.get(reverse("access"))

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(reverse("access"), {"on": day(0)}).status_code == 200
        return len(asked)

    before, cast = cost(), scene.cast
    for number in range(12):
        row = registers.register_person(cast.actor("an"), name=f"P {number}", staff_number=f"P-{number}")
        m.User.objects.create_user(f"p{number}", None, row.object)
        registers.give_membership(
            cast.actor("an"), person=row.object.id, party=cast.party("northfield"), role=Role.CUSTODIAN,
            starts=cast.today,
        )  # fmt: skip
        access.close_sign_in(cast.actor("an"), person=row.object.id, reason="r")
    assert cost() == before
