"""A project's results: accepted, submitted to an authority, put right, watched until they are (SUB-01)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from custody import due, regimes
from custody import models as m
from custody.actions import ending, notices, rechecking, results
from custody.actions.base import ActionError, NotPermitted, Outcome
from custody.actions.endings import Asked, EndingKind, endings
from custody.apply import rebuild
from custody.compare import compare
from custody.policy.calendar import months_later
from custody.single import differing
from custody.stories import cast as people
from custody.terms import NoticeKind, Verb
from ledger import api as ledger
from tests.actions.scenes import Scene, done, everything

DAY = dt.timedelta(days=1)


def accepted(scene: Scene, on: dt.date | None = None, **changes: Any) -> Outcome:
    given = {"accepted_by": "Lanhe Bureau 兰河局", "acceptance_number": "验〔2026〕7号", **changes}
    on = on or scene.cast.today
    return results.accept(scene.cast.actor("mei"), project=scene.project.id, accepted_on=on, **given)


def submitted(scene: Scene, on: dt.date | None = None, **changes: Any) -> Outcome:
    given = {"submitted_to": "Provincial archive", "submitted_by": "Mingtu", "submission_number": "H-9"}
    on = on or scene.cast.today
    return results.submit(
        scene.cast.actor("heng"), project=scene.project.id, submitted_on=on, **{**given, **changes}
    )


def corrected(scene: Scene, **changes: Any) -> Outcome:
    row = project(scene)
    names = ("accepted_on", "accepted_by", "acceptance_number", "submitted_on", "submitted_to")
    told = {name: getattr(row, name) for name in (*names, "submitted_by", "submission_number")}
    return results.correct(
        scene.cast.actor("mei"), project=row.id, reason="Misread 误读", **{**told, **changes}
    )


def project(scene: Scene) -> Any:
    return m.Project.objects.get(id=scene.project.id)


def agrees(scene: Scene) -> bool:
    tables = ("custody_project", "custody_correction", "custody_lapse")
    same = not [d for d in compare(rebuild()) if d.table in tables]
    return same and not differing(m.Project, str(scene.project.id))


def run(today: dt.date) -> None:
    moment = dt.datetime.combine(today, dt.time(12), dt.UTC)
    assert rechecking.run(moment) is not None


def found(scene: Scene) -> list[str]:
    rows = m.Lapse.objects.open().filter(object=scene.project.id, code="SUB-01")
    return [problem for row in rows for problem in row.finding["problems"]]


def test_mei_records_the_acceptance_heng_the_submission_and_the_ledger_tells_the_same(scene: Scene) -> None:
    first, second = done(accepted(scene)), done(submitted(scene))
    row = project(scene)
    assert (row.accepted_on, row.accepted_by) == (scene.cast.today, "Lanhe Bureau 兰河局")
    assert (row.submitted_to, row.submission_number) == ("Provincial archive", "H-9")
    told = [ledger.read(outcome.entry).values for outcome in (first, second)]
    assert [entry["kind"] for entry in told] == ["results.accepted/1", "results.submitted/1"]
    assert told[0]["acceptance_number"] == "验〔2026〕7号" and told[1]["submitted_by"] == "Mingtu"
    assert agrees(scene)
    m.Project.objects.filter(id=row.id).update(accepted_on=row.accepted_on - DAY)
    assert [d.column for d in differing(m.Project, str(row.id))] == ["accepted_on"]


def test_what_cannot_be_so_is_told_by_its_field_and_leaves_nothing(scene: Scene) -> None:
    today = scene.cast.today
    changes: dict[str, Any]
    for changes, about in (
        ({"on": regimes.today(scene.project.regime, timezone.now()) + DAY}, "accepted_on"),
        ({"accepted_by": " "}, "accepted_by"),
        ({"acceptance_number": ""}, "acceptance_number"),
    ):
        before = everything()
        with pytest.raises(ActionError) as told:
            accepted(scene, **changes)
        assert told.value.about == about and everything() == before
    with pytest.raises(ActionError, match="Record their acceptance first"):
        submitted(scene)
    done(accepted(scene, today - 3 * DAY))
    with pytest.raises(ActionError, match="recorded already"):
        accepted(scene)
    for changes, about in (
        ({"on": today - 4 * DAY}, "submitted_on"),
        ({"on": regimes.today(scene.project.regime, timezone.now()) + DAY}, "submitted_on"),
        ({"submitted_to": ""}, "submitted_to"),
        ({"submitted_by": " "}, "submitted_by"),
        ({"submission_number": ""}, "submission_number"),
    ):
        before = everything()
        with pytest.raises(ActionError) as told:
            submitted(scene, **changes)
        assert told.value.about == about and everything() == before
    done(submitted(scene, today - 3 * DAY))
    with pytest.raises(ActionError, match="recorded already"):
        submitted(scene)


def test_both_are_put_right_and_taken_back_but_no_submission_stays_without_its_acceptance(
    scene: Scene,
) -> None:
    with pytest.raises(ActionError, match="No acceptance"):
        corrected(scene)
    done(accepted(scene))
    with pytest.raises(ActionError, match="Nothing would change"):
        corrected(scene)
    done(corrected(scene, accepted_on=scene.cast.today - 9 * DAY))
    done(submitted(scene, scene.cast.today - 5 * DAY))
    none = {"accepted_on": None, "accepted_by": "", "acceptance_number": ""}
    for changes, about in (
        (none, "submitted_on"),
        ({"accepted_on": None}, "accepted_on"),
        ({"submitted_on": None}, "submitted_on"),
        ({"submitted_on": scene.cast.today - 10 * DAY}, "submitted_on"),
        ({"accepted_on": scene.cast.today}, "submitted_on"),
        ({"submission_number": " "}, "submission_number"),
    ):
        before = everything()
        with pytest.raises(ActionError) as told:
            corrected(scene, **changes)
        assert told.value.about == about and everything() == before
    back = {"submitted_on": None, "submitted_to": "", "submitted_by": "", "submission_number": ""}
    outcome = done(corrected(scene, **back))
    kept = m.Correction.objects.get(id=outcome.entry)
    assert kept.changes["submitted_to"] == ["Provincial archive", ""] and kept.noun == "project"
    done(corrected(scene, **none))
    row = project(scene)
    assert (row.accepted_on, row.accepted_by, row.submitted_on) == (None, "", None)
    assert agrees(scene)
    done(accepted(scene))


def test_who_saw_an_older_record_is_told_so(scene: Scene) -> None:
    seen = project(scene).entry
    done(accepted(scene))
    actor = replace(scene.cast.actor("mei"), expects=seen)
    with pytest.raises(ActionError, match="changed since"):
        results.submit(
            actor, project=scene.project.id, submitted_on=scene.cast.today, submitted_to="A",
            submitted_by="B", submission_number="C",
        )  # fmt: skip


def test_others_record_nothing_and_read_nothing_of_it(scene: Scene) -> None:
    for who in ("tao", "yu", "jing", "an"):
        with pytest.raises(NotPermitted):
            results.accept(
                scene.cast.actor(who), project=scene.project.id, accepted_on=scene.cast.today,
                accepted_by="A", acceptance_number="B",
            )  # fmt: skip
    done(accepted(scene))
    done(corrected(scene, accepted_by="Lanhe"))
    run(months_later(scene.cast.today, 3) + DAY)
    tao = m.User.objects.create_user("tao", None, scene.cast.people["tao"])
    mei = m.User.objects.create_user("mei", None, scene.cast.people["mei"])
    for rows in (
        m.Lapse.objects.filter(object=scene.project.id),
        m.Correction.objects.filter(noun="project", object=scene.project.id),
    ):
        assert rows.visible_to(mei).exists() and not rows.visible_to(tao).exists()
    days: dict[str, Any] = {"first": scene.cast.today, "last": scene.cast.today + 120 * DAY}
    for user, kinds in ((mei, 1), (tao, 0)):
        told = endings(Asked(user, **days, kind=EndingKind.SUBMISSION))
        assert [e.day for e in told] == [months_later(scene.cast.today, 3)] * kinds


@pytest.mark.parametrize(
    ("day", "last"),
    [
        ((2026, 8, 31), (2026, 11, 30)),
        ((2025, 11, 30), (2026, 2, 28)),
        ((2023, 11, 30), (2024, 2, 29)),
        ((2024, 2, 29), (2024, 5, 29)),
        ((2025, 10, 31), (2026, 1, 31)),
        ((2026, 9, 1), (2026, 12, 1)),
    ],
    ids=str,
)
def test_the_database_counts_months_as_the_rule_does(
    scene: Scene, day: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    m.Project.objects.filter(id=scene.project.id).update(accepted_on=dt.date(*day))
    told = due.submission_day(project(scene), scene.cast.today)
    assert told == dt.date(*last) == months_later(dt.date(*day), 3)


def test_the_night_says_that_the_day_comes_near_that_it_has_passed_and_that_all_is_done(
    scene: Scene,
) -> None:
    today = scene.cast.today
    last = months_later(today, 3)
    run(today)
    assert found(scene) == []
    done(accepted(scene))
    for day, problems in (
        (last - 31 * DAY, []), (last - 30 * DAY, ["soon"]), (last, ["soon"]), (last + DAY, ["overdue"]),
    ):  # fmt: skip
        run(day)
        assert found(scene) == problems, day
    assert m.Lapse.objects.filter(object=scene.project.id, code="SUB-01").count() == 2
    done(submitted(scene))
    run(last + 2 * DAY)
    assert found(scene) == [] and agrees(scene)
    ended = m.Lapse.objects.filter(object=scene.project.id).order_by("id").last()
    assert ended is not None and str(ended.ended) == "mended"
    assert due.submission_day(project(scene), today) is None


def test_a_closed_project_is_watched_as_well_and_closing_it_warns_only(scene: Scene) -> None:
    other = people.open_project(scene.cast, "EMPTY-1", "Nothing in it")
    long_ago = months_later(scene.cast.today, -5)
    mei = scene.cast.actor("mei")
    done(results.accept(mei, project=other.id, accepted_on=long_ago, accepted_by="A", acceptance_number="B"))
    ruling = ending.preview(mei, m.Project.objects.get(id=other.id), Verb.PROJECT_CLOSE, timezone.now())
    told = next(f for f in ruling.judgement.findings if f.code == "SUB-01")
    assert ruling.allowed and told.problems == ("overdue",)
    done(ending.close_project(mei, project=other.id, reason="Done"))
    run(scene.cast.today)
    assert m.Lapse.objects.open().filter(object=other.id, code="SUB-01").exists()


def test_who_may_record_it_is_reminded_at_each_stage_once_and_anew_of_another_day(scene: Scene) -> None:
    for key in ("mei", "heng", "tao"):
        m.User.objects.create_user(key, None, scene.cast.people[key])
    today = scene.cast.today
    on = months_later(today, -3) + 10 * DAY
    done(accepted(scene, min(on, today)))
    last = due.submission_day(project(scene), today)
    assert last is not None

    def told() -> list[tuple[str, int | None, dt.date | None]]:
        rows = m.Notice.objects.filter(kind=NoticeKind.SUBMISSION_DUE, object=scene.project.id)
        return sorted(rows.values_list("user__username", "stage", "due"))

    for _ in range(2):
        notices.remind(last)
    assert told() == [("heng", 0, last), ("mei", 0, last)]
    done(corrected(scene, accepted_on=project(scene).accepted_on - DAY))
    moved = due.submission_day(project(scene), today)
    notices.remind(last)
    assert moved != last and {day for _, _, day in told()} == {moved}
