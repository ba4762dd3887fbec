"""A made-up register of two thousand lines with forty planted faults: each is told, the rest is entered."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custody import models as m
from custody.actions import opening
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.terms import LineState, RegisterState
from tests.actions.old_registers import taken_over
from tests.old_register import FAULTY, PLANTED, csv, twenty_years


def test_forty_different_faults_are_planted() -> None:
    rows, planted = twenty_years()
    assert (len(rows), len(planted), len(PLANTED)) == (2000, 40, FAULTY)
    assert len({str(changed) for changed, _ in PLANTED}) == FAULTY


@pytest.mark.slow
def test_every_planted_fault_is_named_and_all_else_is_entered(cast: people.Cast) -> None:
    project = people.open_project(cast, "OLD-1", "Paper of twenty years 二十年纸质")
    rows, planted = twenty_years()
    raw = csv(rows, "gb18030")
    with CaptureQueriesContext(connection) as reading:
        row = opening.open_register(
            cast.actor("mei"), project=project.id, name="Books 1 to 80", content=raw, filename="旧.csv"
        ).object
    assert len(reading) <= 40, "no question for a line"
    told = {
        int(o.row) - 1: [(p["field"], p["code"]) for p in o.problems]
        for o in row.lines.filter(state=LineState.FAULTY)
    }
    assert told == {n: [fault] for n, fault in planted.items()}
    for o in row.lines.filter(state=LineState.FAULTY):
        assert all(p["en"] and p["zh"] for p in o.problems)
    with CaptureQueriesContext(connection) as entering:
        row = taken_over(cast, row)
    asked = [q for q in entering if "ledger_append" not in q["sql"]]
    assert len(asked) <= 120, "no question for a line"
    assert (row.state, row.entered, row.left_out) == (RegisterState.ENTERED, 1960, 40)
    assert m.Copy.objects.filter(item__project=project).count() == 1960
    assert m.TakenOver.objects.filter(register=row).values("number").distinct().count() == 1960
    assert row.findings.filter(code="CLS-01").exists() and row.findings.filter(code="HOP-01").count() == 1
    tables = {t._meta.db_table for t in (m.Copy, m.Item, m.TakenOver, m.OpeningRegister, m.OpeningFinding)}
    assert [d for d in compare(rebuild()) if d.table in tables] == []
