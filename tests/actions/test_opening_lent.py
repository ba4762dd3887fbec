"""A day of return in an old register: the copy is lent, and asked back from who has it by that day."""

from __future__ import annotations

import datetime as dt

import pytest

from custody import models as m
from custody import out
from custody.actions import opening
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.terms import LineState
from ledger import api as ledger
from tests.actions.old_registers import opened, taken_over
from tests.old_register import Row, line

TAO = {"持有单位": "西关数据处理有限公司", "持有人": "吴涛", "存放处": "WG-ROOM-1"}


@pytest.fixture
def project(cast: people.Cast) -> m.Project:
    return people.open_project(cast, "OLD-2", "Lent long ago 早年借出")


def asked(project: m.Project) -> dict[dt.date, m.Recall]:
    return {row.due: row for row in m.Recall.objects.filter(project=project) if row.due}


def test_what_is_lent_to_another_party_is_asked_back_by_the_day_that_stands_there(
    cast: people.Cast, project: m.Project
) -> None:
    ahead = cast.today + dt.timedelta(days=30)
    rows = [
        line(1),
        line(2, **TAO, 归还期限="2020年3月5日"),
        line(3, **TAO, 归还期限="2020-03-05"),
        line(4, **TAO, 归还期限=ahead.isoformat()),
    ]
    row = taken_over(cast, opened(cast, project, rows))
    told = asked(project)
    assert {day: len(one.copies) for day, one in told.items()} == {dt.date(2020, 3, 5): 2, ahead: 1}
    late = told[dt.date(2020, 3, 5)]
    assert late.holders == [cast.party("westgate")] and late.leaver_id is None and row.name in late.reason
    assert ledger.read(late.entry).values["source"] == "register"
    # Two are overdue from the first day on; the third is not yet.
    overdue = m.Copy.objects.filter(id__in=out.overdue_since(cast.today)).values_list("id", flat=True)
    assert set(overdue) == set(late.copies)
    assert [d for d in compare(rebuild()) if d.table == m.Recall._meta.db_table] == []


def test_what_a_person_of_the_owner_has_on_loan_is_to_be_handed_over_by_that_person(
    cast: people.Cast, project: m.Project
) -> None:
    taken_over(cast, opened(cast, project, [line(1, 归还期限="二〇二〇年三月五日"), line(2)]))
    (recall,) = asked(project).values()
    assert (recall.leaver_id, len(recall.copies)) == (cast.people["yu"].id, 1)
    assert m.Copy.objects.filter(id__in=out.overdue_since(cast.today)).count() == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"归还期限": "2018-01-01"}, "before"),
        ({"归还期限": "2020年2月30日"}, "no_such_day"),
        ({"归还期限": "已归还"}, "bad_day"),
        ({"归还期限": "2020-03-05", "持有人": ""}, "no_borrower"),
        ({"归还期限": "2020-03-05", "持有单位": "", "持有人": ""}, "no_borrower"),
    ],
)
def test_a_day_of_return_that_cannot_be_so_is_told_at_its_field_and_enters_nothing(
    cast: people.Cast, project: m.Project, changed: dict[str, str], code: str
) -> None:
    rows: list[Row] = [line(1), line(2, **changed)]
    row = opened(cast, project, rows)
    assert opening.counts(row)[LineState.FAULTY] == 1
    bad = row.lines.get(state=LineState.FAULTY)
    assert [(p["field"], p["code"]) for p in bad.problems] == [("back", code)]
    assert all(p["en"] and p["zh"] for p in bad.problems)
    assert taken_over(cast, row).entered == 1 and not asked(project)
