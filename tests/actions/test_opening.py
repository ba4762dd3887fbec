"""An old register is read as a dry run: each line is judged field by field, and nothing of it is entered."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custody import models as m
from custody.actions import opening, registers
from custody.actions.base import ActionError, Actor, NotPermitted
from custody.apply import rebuild
from custody.compare import compare
from custody.importers.problem import shown
from custody.stories import cast as people
from custody.terms import LineState, PartyKind, RegisterState, Role
from custody.transitions import NotNow
from tests.actions.old_registers import opened
from tests.old_register import HEADINGS, csv, line, xlsx


@pytest.fixture
def project(cast: people.Cast) -> m.Project:
    return people.open_project(cast, "OLD-1", "Paper of twenty years 二十年纸质")


def wrong(row: m.OpeningRegister) -> dict[str, list[tuple[str, str]]]:
    """By line: the fields that cannot be taken, with why."""
    return {
        o.line: [(p["field"], p["code"]) for p in o.problems]
        for o in row.lines.filter(state=LineState.FAULTY)
    }


FAULTS: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"编号": ""}, ("number", "missing")),
    ({"编号": "x" * 101}, ("number", "too_long")),
    ({"成果名称": ""}, ("item", "missing")),
    ({"成果名称": "#N/A"}, ("item", "failed_cell")),
    ({"成果名称": "图\x07幅"}, ("item", "unusable_text")),
    ({"密级": ""}, ("level", "missing")),
    ({"密级": "很秘密"}, ("level", "unknown_level")),
    ({"持有单位": "无此单位"}, ("holder", "unknown_party")),
    ({"持有人": "无此人"}, ("person", "unknown_person")),
    ({"持有单位": "西关数据处理有限公司"}, ("person", "unknown_person")),
    ({"存放处": "地窖"}, ("place", "unknown_place")),
    ({"登记日期": "2019年2月30日"}, ("since", "no_such_day")),
    ({"登记日期": "很久以前"}, ("since", "bad_day")),
    ({"登记日期": "2099-01-01"}, ("since", "ahead")),
    ({"页码": "9" * 41}, ("page", "too_long")),
]


@pytest.mark.parametrize(("changed", "told"), FAULTS, ids=range(len(FAULTS)))
def test_a_field_that_cannot_be_taken_is_told_with_value_and_reason(
    cast: people.Cast, project: m.Project, changed: dict[str, Any], told: tuple[str, str]
) -> None:
    row = opened(cast, project, [line(1), line(2, **changed), line(3)])
    assert wrong(row) == {"2": [told]}
    (bad,) = row.lines.filter(state=LineState.FAULTY)
    (problem,) = bad.problems
    asked = {"person": 5}.get(told[0])
    written = bad.cells[asked] if asked else next(iter(changed.values()))
    assert problem["value"] == shown(written) and problem["en"] and problem["zh"]
    assert opening.counts(row)[LineState.READABLE] == 2


def test_lines_are_judged_against_each_other(cast: people.Cast, project: m.Project) -> None:
    rows = [line(1), line(2, 编号="旧-0001"), line(3), line(4, 成果名称="图幅0003", 密级="机密")]
    row = opened(cast, project, rows)
    assert wrong(row) == {"2": [("number", "number_twice")], "4": [("level", "two_levels")]}
    twice = row.lines.get(line="2").problems[0]
    assert "page 1, line 1" in twice["en"] and "第1页第1行" in twice["zh"]


def test_a_line_has_all_its_faults_at_once_and_cells_that_slipped(
    cast: people.Cast, project: m.Project
) -> None:
    row = opened(cast, project, [line(1, 编号="", 密级="?", 存放处="?"), [*line(2), "slipped"]])
    assert wrong(row) == {
        "1": [("number", "missing"), ("level", "unknown_level"), ("place", "unknown_place")],
        "2": [("remark", "too_wide")],
    }


def test_names_are_found_in_either_script_by_number_and_not_guessed_where_two_fit(
    cast: people.Cast, project: m.Project
) -> None:
    twin = registers.register_person(Actor.setup(), name="钱宇", staff_number="NF-077").object
    registers.give_membership(
        Actor.setup(), person=twin.id, party=cast.party("northfield"), role=Role.CUSTODIAN, starts=cast.today
    )
    rows = [
        line(1, 持有人="NF-005"), line(2, 持有人="Qian Yu", 持有单位="northfield survey institute"),
        line(3, 持有人="钱宇"), line(4, 持有人="", 持有单位="", 存放处="", 登记日期="", 密级="mimi"),
    ]  # fmt: skip
    assert wrong(opened(cast, project, rows)) == {"3": [("person", "several_person")]}


def test_nothing_is_entered_and_the_tables_say_what_the_ledger_says(
    cast: people.Cast, project: m.Project
) -> None:
    before = (m.Item.objects.count(), m.Copy.objects.count(), m.Handoff.objects.count())
    row = opened(cast, project)
    assert (m.Item.objects.count(), m.Copy.objects.count(), m.Handoff.objects.count()) == before
    assert row.state is RegisterState.READ and row.lines_read == 2 and row.headings == HEADINGS
    assert [d for d in compare(rebuild()) if d.table == m.OpeningRegister._meta.db_table] == []


def test_the_same_file_is_not_read_twice_until_it_was_called_off(
    cast: people.Cast, project: m.Project
) -> None:
    row = opened(cast, project)
    with pytest.raises(ActionError, match="Book 3") as told:
        opened(cast, project, name="Again")
    assert told.value.about == "file"
    opening.withdraw(cast.actor("mei"), register=row.id, reason="Wrong project")
    assert not row.lines.exists() and opened(cast, project, name="Again").lines.count() == 2
    other = people.open_project(cast, "OLD-2", "Other 其他")
    assert opened(cast, other).lines.count() == 2
    with pytest.raises(NotNow):
        opening.withdraw(cast.actor("mei"), register=row.id, reason="Twice")


def test_columns_are_named_anew_and_what_was_registered_since_counts(
    cast: people.Cast, project: m.Project
) -> None:
    raw = xlsx([["甲", "图1", "秘密", "新建单位"]], headings=["A", "B", "C", "D"])
    made = opening.open_register(
        cast.actor("yu"), project=project.id, name="Book", content=raw, filename="b.xlsx"
    ).object
    assert made.mapping == {} and wrong(made) == {
        "2": [("number", "missing"), ("item", "missing"), ("level", "missing")]
    }
    mapping = {"number": 0, "item": 1, "level": 2, "holder": 3}
    opening.map_columns(cast.actor("yu"), register=made.id, mapping=mapping)
    assert wrong(made) == {"2": [("holder", "unknown_party")]}
    registers.register_party(Actor.setup(), kind=PartyKind.ORGANISATION, name="新建单位")
    opening.map_columns(cast.actor("yu"), register=made.id, mapping=mapping)
    assert wrong(made) == {}
    assert [d for d in compare(rebuild()) if d.table == m.OpeningRegister._meta.db_table] == []


@pytest.mark.parametrize(
    "mapping", [{"number": 0}, {"number": 0, "item": 0, "level": 1}, {"number": 0, "item": 1, "level": 99},
                {"number": 0, "item": 1, "level": 2, "colour": 3}, {"number": -1, "item": 1, "level": 2}, {}],
    ids=range(6),
)  # fmt: skip
def test_a_mapping_that_does_not_fit_is_told(
    cast: people.Cast, project: m.Project, mapping: dict[str, int]
) -> None:
    row = opened(cast, project)
    with pytest.raises(ActionError) as told:
        opening.map_columns(cast.actor("mei"), register=row.id, mapping=mapping)
    assert told.value.about == "mapping"


def test_a_file_that_cannot_be_read_is_told_and_others_may_not(cast: people.Cast, project: m.Project) -> None:
    for raw in (b"\0", csv([])):
        with pytest.raises(ActionError) as told:
            opening.open_register(
                cast.actor("mei"), project=project.id, name="Book", content=raw, filename="b.csv"
            )
        assert told.value.about == "file"
    for who in ("tao", "heng", "an"):
        with pytest.raises(NotPermitted):
            opened(cast, project, who=who)


def test_a_long_register_is_judged_with_as_few_questions_as_a_short_one(
    cast: people.Cast, project: m.Project
) -> None:
    def asked(rows: list[Any]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            opened(cast, project, rows)
        return len(queries)

    few, many = asked([line(n) for n in range(1, 3)]), asked([line(n) for n in range(1, 901)])
    assert many <= few + 1, (few, many)
