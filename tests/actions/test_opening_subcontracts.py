"""An old register of subcontracts is read as a dry run: each line is judged field by field and by its place
in the chain, and nothing of it is entered."""

from __future__ import annotations

from typing import Any

import pytest

from custody import models as m
from custody.actions import opening
from custody.actions.base import ActionError, NotPermitted
from custody.stories import cast as people
from custody.stories import told as stories
from custody.terms import LineState, RegisterKind, RegisterState
from tests.old_subcontracts import (
    LAKESIDE,
    LINES,
    OWNER,
    PLANTED,
    WESTGATE,
    below,
    csv,
    line,
    many_contracts,
    opened,
    register_contractors,
)

ANNEX = "北原测绘院分馆"
THIRD = below(3, above="分-002", 发包单位=LAKESIDE, 承接单位=ANNEX)


@pytest.fixture
def project(cast: people.Cast) -> m.Project:
    return people.open_project(cast, "OLD-9", "Contracts of twenty years 二十年合同")


def wrong(row: m.OpeningRegister) -> dict[str, list[tuple[str, str]]]:
    """By line: the fields that cannot be taken, with why."""
    rows = row.lines.filter(state=LineState.FAULTY)
    for each in rows:
        assert all(p["en"] and p["zh"] for p in each.problems)
    return {o.line: [(p["field"], p["code"]) for p in o.problems] for o in rows}


def test_the_planted_faults_all_differ() -> None:
    rows, planted = many_contracts()
    assert (len(rows), len(planted), len(PLANTED)) == (LINES, 44, 44)
    assert len({str(changed) for changed, _ in PLANTED}) == 44


def test_every_planted_fault_is_named_by_its_field_and_no_other_line_is_faulty(
    cast: people.Cast, project: m.Project
) -> None:
    register_contractors()
    rows, planted = many_contracts()
    row = opened(cast, project, rows, encoding="gb18030")
    assert (row.kind, row.state, row.lines_read) == (RegisterKind.SUBCONTRACTS, RegisterState.READ, LINES)
    assert wrong(row) == {str(n): [fault] for n, fault in planted.items()}
    assert opening.counts(row)[LineState.READABLE] == LINES - 44
    assert not m.Hop.objects.filter(project=project).exists(), "a dry run enters nothing"


def test_a_line_finds_what_it_stands_below_by_number_by_its_giver_or_under_the_owner(
    cast: people.Cast, project: m.Project
) -> None:
    rows = [
        below(2),  # by number, before the line that it names
        line(1),
        below(3, above="", 分包内容="编辑"),  # by the giver alone, who got one subcontract
        line(4, 上级合同编号=OWNER, 发包单位="", 承接单位=LAKESIDE),
        line(5, 发包单位="", 承接单位=LAKESIDE, 分包内容="外业"),
    ]
    assert wrong(opened(cast, project, rows)) == {}


CHAINS: list[tuple[list[list[Any]], dict[str, list[tuple[str, str]]]]] = [
    # A ring of two, and what hangs below it.
    (
        [line(1, 上级合同编号="分-002", 发包单位=LAKESIDE), below(2), THIRD],
        {"1": [("above", "ring")], "2": [("above", "ring")], "3": [("above", "above_faulty")]},
    ),
    (
        [line(1, 上级合同编号="分-001")],
        {"1": [("above", "ring"), ("giver", "other_giver"), ("receiver", "itself")]},
    ),
    # The work comes back to who passed it on.
    (
        [line(1), below(2), below(3, above="分-002", 发包单位=LAKESIDE, 承接单位=WESTGATE)],
        {"3": [("receiver", "own_ancestor")]},
    ),
    ([line(1, 承接单位=OWNER)], {"1": [("receiver", "itself")]}),
    # A giver who got nothing, and one who got two.
    ([below(1, above="")], {"1": [("giver", "no_way")]}),
    ([line(1), line(2), below(3, above="")], {"3": [("giver", "several_ways")]}),
    # What cannot be entered takes what is below it along, to the bottom.
    (
        [line(1, 密级="?"), below(2), THIRD],
        {
            "1": [("level", "unknown_level")],
            "2": [("above", "above_faulty")],
            "3": [("above", "above_faulty")],
        },
    ),
    ([line(1, 比例="60%"), line(2, 比例="50%")], {"2": [("share", "over_whole_together")]}),
    ([line(1, 分包内容="扫描"), line(2, 分包内容=" 扫 描")], {"2": [("scope", "line_twice")]}),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "faults"), CHAINS, ids=range(len(CHAINS)))
def test_lines_are_judged_by_their_place_in_the_chain(
    cast: people.Cast, project: m.Project, rows: list[list[Any]], faults: dict[str, Any]
) -> None:
    assert wrong(opened(cast, project, rows)) == faults


def test_shares_of_what_is_over_are_not_added_to_what_goes_on(cast: people.Cast, project: m.Project) -> None:
    rows = [line(1, 比例="60%", 终止日期="2024-12-31"), line(2, 比例="50%")]
    assert wrong(opened(cast, project, rows)) == {}


def test_what_is_registered_here_already_is_not_asked_for_twice_and_counts_in_the_sum(
    cast: people.Cast, project: m.Project
) -> None:
    hop = stories.approved_hop(cast, project, "westgate", "Scanning")
    assert hop.share is not None
    same = line(1, 分包内容="Scanning", 起始日期=hop.starts.isoformat())
    rows = [same, below(2, above=""), line(3, 承接单位=LAKESIDE, 比例="99%")]
    assert wrong(opened(cast, project, rows)) == {
        "1": [("scope", "there_already")],
        "2": [("giver", "several_ways")],
        "3": [("share", "over_whole_together")],
    }
    assert wrong(opened(cast, project, [below(2, above="")], name="Below what is here")) == {}


def test_the_columns_of_a_register_of_subcontracts_are_its_own(cast: people.Cast, project: m.Project) -> None:
    row = opened(cast, project)
    assert {"receiver", "above", "approval", "approver", "approved", "scan"} <= row.mapping.keys()
    for mapping in ({"number": 0}, {**row.mapping, "holder": 0}):
        with pytest.raises(ActionError) as told:
            opening.map_columns(cast.actor("mei"), register=row.id, mapping=mapping)
        assert told.value.about == "mapping"
    fewer = {name: row.mapping[name] for name in ("number", "receiver", "scope", "level", "starts")}
    opening.map_columns(cast.actor("mei"), register=row.id, mapping=fewer)
    assert wrong(row) == {}, "without a giver a line stands under the owner"


def test_more_subcontracts_than_one_act_can_judge_are_refused_as_a_file(
    cast: people.Cast, project: m.Project
) -> None:
    with pytest.raises(ActionError, match="500") as told:
        opened(cast, project, [line(n) for n in range(1, 502)])
    assert told.value.about == "file"
    for who in ("tao", "heng", "an"):
        with pytest.raises(NotPermitted):
            opened(cast, project, who=who)


def test_a_file_of_copies_read_as_subcontracts_says_what_it_lacks(
    cast: people.Cast, project: m.Project
) -> None:
    raw = "编号,成果名称,密级\n旧-1,图幅1,秘密\n".encode()
    row = opening.open_register(
        cast.actor("mei"), project=project.id, name="Book", content=raw, filename="b.csv",
        kind=RegisterKind.SUBCONTRACTS,
    ).object  # fmt: skip
    assert wrong(row) == {"2": [("receiver", "missing"), ("scope", "missing"), ("starts", "missing")]}
    assert csv([line(1)])  # the same lines under their own headings are read
