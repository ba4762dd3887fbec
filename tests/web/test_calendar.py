"""The calendar: what ends in a month, to whom it is shown, and as a file."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody.actions.endings import Asked, EndingKind, endings
from custody.actions.endings_file import escaped, icalendar
from tests.api.test_nouns import program

from .scene import Scene


def ends(scene: Scene, day: dt.date) -> m.Qualification:
    """Let Westgate's certificate end on a day."""
    rows = m.Qualification.objects.filter(party=scene.cast.party("westgate"))
    rows.update(valid_to=day)
    return rows.get()


def page(scene: Scene, who: str = "mei", language: str = "en", **query: str) -> Any:
    return scene.client(who, language).get(reverse("calendar"), query)


def main(answer: Any) -> str:
    html: str = answer.content.decode()
    return html.split("<main")[1].split("<footer")[0]


@pytest.mark.parametrize(("language", "words"), [("en", "Certificate runs out"), ("zh-hans", "资质证书到期")])
def test_a_month_shows_what_ends_in_it_and_no_other(scene: Scene, language: str, words: str) -> None:
    paper = ends(scene, dt.date(2031, 5, 31))
    shown = main(page(scene, language=language, month="2031-05", kind="certificate"))
    assert words in shown and paper.number in shown and reverse("qualification", args=[paper.id]) in shown
    for month in ("2031-04", "2031-06"):
        assert paper.number not in main(page(scene, month=month))
    assert "month=2031-04" in shown and "month=2031-06" in shown
    assert reverse("calendar") in scene.client("heng").get("/").content.decode()


def test_it_is_narrowed_by_kind_project_and_party(scene: Scene) -> None:
    last = scene.westgate.ends
    assert last is not None
    month = f"{last:%Y-%m}"
    assert "Subcontract ends" in main(page(scene, month=month, kind="hop"))
    table = main(page(scene, month=month, kind="certificate")).split("</form>")[-1]
    assert "Subcontract ends" not in table
    for query, hops in (
        ({"q": "westgate"}, 1),
        ({"q": "nobody at all"}, 0),
        ({"party": str(scene.cast.party("westgate"))}, 1),
        ({"project": str(scene.project.id)}, 2),
        ({"project": str(m.new_id())}, 0),
    ):
        shown = page(scene, month=month, kind="hop", export="csv", **query).content.decode("utf-8-sig")
        assert shown.count("Subcontract ends") == hops, query


def test_each_kind_is_told_and_only_to_who_may_see_it(scene: Scene) -> None:
    day = dt.date(2033, 3, 3)
    cast = scene.cast
    ends(scene, day)
    m.Hop.objects.filter(id=scene.westgate.id).update(ends=day)
    m.Approval.objects.filter(hop=scene.westgate).update(ends=day)
    m.Approval.objects.filter(id=scene.asked.id).update(decide_by=day)
    m.Person.objects.filter(id=cast.people["tao"].id).update(vetted_to=day, leaves_on=day)
    found = {e.kind for e in endings(Asked(scene.user("mei"), day, day))}
    assert found == {
        EndingKind.CERTIFICATE, EndingKind.HOP, EndingKind.APPROVAL, EndingKind.DECISION,
        EndingKind.VETTING, EndingKind.LEAVING,
    }  # fmt: skip
    own = {e.kind for e in endings(Asked(scene.user("tao"), day, day))}
    assert {EndingKind.HOP, EndingKind.CERTIFICATE, EndingKind.VETTING} <= own
    sibling = endings(Asked(scene.user("lan"), day, day))
    assert {e.kind for e in sibling} & {EndingKind.HOP, EndingKind.APPROVAL, EndingKind.VETTING} == set()


def test_what_follows_from_a_rule_is_told_on_its_day(scene: Scene) -> None:
    """Trainings, tests of systems, self-inspections and reviews of levels have days that the packs set."""
    asked = Asked(scene.user("mei"), scene.cast.today, scene.cast.today + dt.timedelta(days=800))
    kinds = {e.kind for e in endings(asked)}
    assert {EndingKind.SYSTEM_TEST, EndingKind.REVIEW, EndingKind.TRAINING} <= kinds
    assert all(asked.first <= e.day <= asked.last for e in endings(asked))


def test_a_month_that_is_none_is_said_so(scene: Scene) -> None:
    for month in ("2031-13", "soon", "0001-01", "9999-12"):
        answer = page(scene, month=month)
        assert answer.status_code == 422 and "Give a month like 2026-12." in answer.content.decode()
    assert page(scene, kind="nothing").status_code == 422
    assert page(scene, project="x").status_code == 422


def test_the_calendar_file_holds_a_year_of_whole_days(scene: Scene) -> None:
    paper = ends(scene, dt.date(2031, 12, 31))
    m.Party.objects.filter(id=paper.party_id).update(name="West, gate; " + "测绘" * 40, other_name="")
    answer = page(scene, month="2031-05", kind="certificate", export="ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    lines = answer.content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR" and lines[-2:] == [b"END:VCALENDAR", b""]
    assert all(len(line) <= 75 for line in lines)
    whole = answer.content.replace(b"\r\n ", b"").decode()
    assert "DTSTART;VALUE=DATE:20311231" in whole and "DTEND;VALUE=DATE:20320101" in whole
    assert r"West\, gate\; 测绘" in whole
    assert f"UID:certificate-{paper.id}-20311231@" in whole
    assert reverse("qualification", args=[paper.id]) in whole


def test_an_empty_calendar_is_one_and_line_breaks_stay_inside_a_value() -> None:
    body = icalendar([], dt.datetime(2031, 1, 1, tzinfo=dt.UTC), "site")
    assert body.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") and b"VEVENT" not in body
    assert escaped("a\nEND:VEVENT\r,") == "a\\nEND:VEVENT \\,"


def test_a_program_asks_for_the_same(scene: Scene) -> None:
    paper = ends(scene, dt.date(2031, 5, 31))
    mei = program(scene, "mei")
    asked = "/api/v1/endings/?first=2031-05-01&last=2031-05-31"
    rows = mei.get(asked + "&kind=certificate").json()["results"]
    assert [(row["day"], row["noun"], row["object"]) for row in rows] == [
        ("2031-05-31", "qualification", str(paper.id))
    ]
    assert rows[0]["party"] == str(paper.party_id) and rows[0]["project"] is None
    assert program(scene, "lan").get(asked + "&kind=certificate").json()["results"] == []
    month = "?first=2031-05-01&last=2031-05-31"
    for bad in (
        *("", "?first=2031-05-02&last=2031-05-01", "?first=2031-01-01&last=2035-01-01"),
        *(f"{month}&kind=x", f"{month}&more=1"),
    ):
        assert mei.get("/api/v1/endings/" + bad).status_code == 422, bad
