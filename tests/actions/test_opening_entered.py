"""What can be read of an old register is taken over and told as such; what breaks a rule is a finding."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custody import models as m
from custody.actions import counting, opening, opening_confirm, opening_enter, opening_findings, stocktaking
from custody.actions.base import ActionError, Changed, NotPermitted
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.stories import told
from custody.terms import CopyState, FindingOutcome, LineState, RegisterState, SecondPerson, Settled
from custody.transitions import NotNow
from ledger import api as ledger
from ledger.tlog.leaf import parse, tag
from tests.actions.old_registers import counted, opened, taken_over
from tests.old_register import csv, line

SOON = dt.timedelta(days=90)


@pytest.fixture
def project(cast: people.Cast) -> m.Project:
    return people.open_project(cast, "OLD-1", "Paper of twenty years 二十年纸质")


def agrees() -> bool:
    """Whether the tables say what the ledger says of copies, registers and findings."""
    tables = {
        t._meta.db_table
        for t in (m.OpeningRegister, m.OpeningFinding, m.TakenOver, m.Copy, m.Item, m.Holding)
    }
    return [d for d in compare(rebuild()) if d.table in tables] == []


def test_readable_lines_become_copies_that_are_taken_over_and_the_others_nothing(
    cast: people.Cast, project: m.Project
) -> None:
    rows = [
        line(1),
        line(2, 密级="?"),
        line(3, 成果名称="图幅0001"),
        line(4, 持有单位="西关数据处理有限公司", 持有人="吴涛"),
    ]
    row = taken_over(cast, opened(cast, project, rows))
    assert (row.state, row.entered, row.left_out) == (RegisterState.ENTERED, 3, 1)
    copies = list(m.Copy.objects.filter(item__project=project).order_by("taken_over__number"))
    assert [(c.taken_over.number, c.taken_over.page, c.taken_over.line, c.number) for c in copies] == [
        ("旧-0001", "1", "1", 1), ("旧-0003", "1", "3", 2), ("旧-0004", "1", "4", 1),
    ]  # fmt: skip
    assert {c.taken_over.since for c in copies} == {dt.date(2019, 3, 5)}
    assert [c.custodian_person for c in copies] == [cast.people[k] for k in ("yu", "yu", "tao")]
    assert all(c.state is CopyState.HELD and c.unconfirmed == c.entry for c in copies)
    assert len({c.code for c in copies}) == 3 and not m.Handoff.objects.filter(project=project).exists()
    assert opening.counts(row) == {
        LineState.READABLE: 0, LineState.FAULTY: 1, LineState.DOUBLE: 0, LineState.ENTERED: 3,
    }  # fmt: skip
    assert agrees()
    told_ = ledger.read(copies[0].entry)
    assert told_.values["source"] == "register" and told_.values["kind"] == "copies.taken_over/1"
    assert told_.values["name"] == row.name
    tags = parse(told_.leaf).tags
    assert all(tag(bytes(copy.tag_key), told_.id) in tags for copy in copies)


def test_an_old_number_is_not_taken_over_twice_and_the_rest_of_a_corrected_file_is(
    cast: people.Cast, project: m.Project
) -> None:
    taken_over(cast, opened(cast, project, [line(1), line(2, 密级="?")]))
    again = opened(cast, project, [line(1), line(2)], name="Corrected")
    assert opening.counts(again)[LineState.DOUBLE] == 1
    row = taken_over(cast, again)
    assert (row.entered, row.left_out) == (1, 1)
    assert m.TakenOver.objects.filter(register__project=project).count() == 2 and agrees()
    whole = opened(cast, project, [line(2), line(1)], name="Again")
    with pytest.raises(ActionError, match="No line"):
        taken_over(cast, whole)


def test_what_breaks_a_rule_is_entered_and_told_with_a_day(cast: people.Cast, project: m.Project) -> None:
    rows = [
        line(1), line(2, 成果名称="图幅0001"),
        line(3, 持有单位="西关数据处理有限公司", 持有人="吴涛", 存放处="WG-ROOM-1"),
        line(4, 密级="绝密", 存放处="PC-113"),
    ]  # fmt: skip
    row = taken_over(cast, opened(cast, project, rows))
    found = list(row.findings.select_related("item", "party", "person", "system"))
    by_code: dict[str, list[m.OpeningFinding]] = {}
    for one in found:
        by_code.setdefault(one.code, []).append(one)
        assert one.due == cast.today + SOON and one.state is Settled.OPEN and one.finding["remedies"]
    # Nothing is known of the items but the level; a copy each, but the first has two.
    assert {(one.item and one.item.codename, one.copies) for one in by_code["CLS-01"]} == {
        ("图幅0001", 2), ("图幅0003", 1), ("图幅0004", 1),
    }  # fmt: skip
    (way,) = by_code["HOP-01"]
    assert way.party_id == cast.party("westgate") and way.outcome is not FindingOutcome.WARN
    assert any(one.system == cast.systems["office_pc"] for one in by_code["SYS-01"])
    assert not {"HND-01", "HND-03", "HND-04", "CPY-01"} & by_code.keys(), "nobody asks how they came there"
    assert agrees()


def test_a_holder_with_an_approved_way_down_is_in_order(cast: people.Cast, project: m.Project) -> None:
    told.approved_hop(cast, project, "westgate", "Scanning")
    row = taken_over(
        cast,
        opened(cast, project, [line(1, 持有单位="西关数据处理有限公司", 持有人="吴涛", 存放处="WG-ROOM-1")]),
    )
    assert "HOP-01" not in set(row.findings.values_list("code", flat=True))


def test_a_finding_has_somebody_and_a_day_and_is_settled_once(cast: people.Cast, project: m.Project) -> None:
    row = taken_over(cast, opened(cast, project))
    finding = row.findings.first()
    assert finding is not None
    mei, due = cast.actor("heng"), cast.today + dt.timedelta(days=9)
    given = opening_findings.assign(mei, finding=finding.id, owner=cast.people["yu"].id, due=due).object
    assert (given.owner_id, given.due) == (cast.people["yu"].id, due)
    yu, tao = cast.people["yu"].id, cast.people["tao"].id
    for owner, day in ((yu, cast.today - dt.timedelta(days=1)), (tao, due)):
        with pytest.raises(ActionError):
            opening_findings.assign(mei, finding=finding.id, owner=owner, due=day)
    done = opening_findings.settle(mei, finding=finding.id, resolution="Classified").object
    assert (done.state, done.resolution) == (Settled.SETTLED, "Classified")
    with pytest.raises(ActionError, match="settled already"):
        opening_findings.settle(mei, finding=finding.id, resolution="Again")
    assert agrees()
    for act in (opening_findings.settle, opening_findings.assign):
        with pytest.raises(NotPermitted):
            extra: dict[str, Any] = (
                {"resolution": "x"}
                if act is opening_findings.settle
                else {"owner": done.owner_id, "due": due}
            )
            act(cast.actor("tao"), finding=finding.id, **extra)


def test_copies_on_paper_are_not_offered_nor_confirmed_by_one_person(
    cast: people.Cast, project: m.Project
) -> None:
    taken_over(cast, opened(cast, project))
    copy = m.Copy.objects.filter(item__project=project).first()
    assert copy is not None
    with pytest.raises(ActionError, match="Two people"):
        counting.confirm(cast.actor("yu"), copies=[copy.id], how="Seen")
    hop = told.approved_hop(cast, project, "westgate", "Scanning")
    with pytest.raises(ActionError, match="old register"):
        told.offer(cast, hop, [copy], "tao", "westgate_room")


def test_a_register_is_entered_once_by_a_manager_and_by_a_day_that_is_to_come(
    cast: people.Cast, project: m.Project
) -> None:
    row = opened(cast, project)
    for who in ("yu", "heng", "tao"):
        with pytest.raises(NotPermitted):
            opening_enter.enter(cast.actor(who), register=row.id, due=cast.today + SOON)
    for days in (0, 367):
        with pytest.raises(ActionError) as told_:
            opening_enter.enter(cast.actor("mei"), register=row.id, due=cast.today + dt.timedelta(days=days))
        assert told_.value.about == "due"
    taken_over(cast, row)
    for act in (
        lambda: taken_over(cast, row),
        lambda: opening.map_columns(cast.actor("mei"), register=row.id, mapping=row.mapping),
        lambda: opening.withdraw(cast.actor("mei"), register=row.id, reason="Too late"),
    ):
        with pytest.raises(NotNow):
            act()
    with pytest.raises(Changed):
        opening_enter.enter(
            replace(cast.actor("mei"), expects=m.new_id()), register=row.id, due=cast.today + SOON
        )


def test_many_lines_are_entered_with_as_few_questions_as_few(cast: people.Cast, project: m.Project) -> None:
    """Apart from what the ledger appends: an item has an entry of its own."""

    def asked(first: int, count: int) -> int:
        rows = [line(n, 成果名称=f"图{first}") for n in range(first, first + count)]
        row = opened(cast, project, rows, name=f"Book {first}")
        with CaptureQueriesContext(connection) as queries:
            taken_over(cast, row)
        return len([q for q in queries if "ledger_" not in q["sql"]])

    few, many = asked(1, 2), asked(1001, 401)
    assert many <= few + 2, (few, many)


def test_a_file_may_be_read_whose_register_is_entered_into_another_project(
    cast: people.Cast, project: m.Project
) -> None:
    taken_over(cast, opened(cast, project))
    other = people.open_project(cast, "OLD-2", "Other 其他")
    row = opening.open_register(
        cast.actor("mei"), project=other.id, name="Book", content=csv([line(1)]), filename="b.csv"
    ).object
    assert taken_over(cast, row).entered == 1


def test_two_people_count_what_came_from_paper_by_its_old_numbers_and_only_then_it_moves(
    cast: people.Cast, project: m.Project
) -> None:
    row = taken_over(cast, opened(cast, project, [line(1), line(2), line(3)]))
    take = counted(cast, project)
    by = set(take.lines.values_list("counted_by", flat=True))
    assert by == {cast.people["mei"].id, cast.people["yu"].id}
    assert list(opening_confirm.stocktakes(row)) == [take]
    done = opening_confirm.confirm(cast.actor("yu"), register=row.id, stocktake=take.id).object
    assert done.state is RegisterState.CONFIRMED
    copies = m.Copy.objects.filter(item__project=project)
    assert not copies.exclude(unconfirmed=None).exists() and agrees()
    assert not opening_confirm.not_confirmed(row).exists()


def test_what_was_not_seen_is_a_difference_and_confirmed_once_two_people_find_it(
    cast: people.Cast, project: m.Project
) -> None:
    row = taken_over(cast, opened(cast, project, [line(1), line(2), line(3)]))
    take = counted(cast, project, unseen=["旧-0002"])
    done = opening_confirm.confirm(cast.actor("mei"), register=row.id, stocktake=take.id).object
    assert done.state is RegisterState.CONFIRMED
    (lost,) = opening_confirm.not_confirmed(row)
    assert lost.taken_over.number == "旧-0002"
    missing = take.lines.get(copy=lost)
    stocktaking.settle(cast.actor("mei"), line=missing.id, how="find", resolution="In the safe")
    opening_confirm.confirm(cast.actor("mei"), register=row.id, stocktake=take.id)
    assert not opening_confirm.not_confirmed(row).exists() and agrees()


def test_copies_of_several_holders_are_confirmed_by_a_stocktake_each(
    cast: people.Cast, project: m.Project
) -> None:
    tao = {"持有单位": "西关数据处理有限公司", "持有人": "吴涛", "存放处": "WG-ROOM-1"}
    row = taken_over(cast, opened(cast, project, [line(1), line(2, **tao)]))
    first = counted(cast, project)
    state = opening_confirm.confirm(cast.actor("mei"), register=row.id, stocktake=first.id).object.state
    assert state is RegisterState.ENTERED
    with pytest.raises(ActionError, match="counted no copy"):
        opening_confirm.confirm(cast.actor("mei"), register=row.id, stocktake=first.id)
    second = counted(cast, project, party="westgate")
    state = opening_confirm.confirm(cast.actor("mei"), register=row.id, stocktake=second.id).object.state
    assert state is RegisterState.CONFIRMED and agrees()


def test_a_copy_missing_at_each_of_two_holders_does_not_keep_the_register_open(
    cast: people.Cast, project: m.Project
) -> None:
    tao = {"持有单位": "西关数据处理有限公司", "持有人": "吴涛", "存放处": "WG-ROOM-1"}
    rows = [line(1), line(2), line(3, **tao), line(4, **tao)]
    row = taken_over(cast, opened(cast, project, rows))
    first = counted(cast, project, unseen=["旧-0002"])
    second = counted(cast, project, unseen=["旧-0004"], party="westgate", pair=("mei", "tao"))
    states = [
        opening_confirm.confirm(cast.actor("mei"), register=row.id, stocktake=take.id).object.state
        for take in (first, second)
    ]
    assert states == [RegisterState.ENTERED, RegisterState.CONFIRMED]
    assert {c.taken_over.number for c in opening_confirm.not_confirmed(row)} == {"旧-0002", "旧-0004"}
    assert agrees()


def test_a_supervised_or_unsigned_count_confirms_nothing(cast: people.Cast, project: m.Project) -> None:
    row = taken_over(cast, opened(cast, project))
    supervised = counted(cast, project, second_as=SecondPerson.SUPERVISOR)
    asked = stocktaking.Asked(
        cast.party("northfield"), cast.people["mei"].id, cast.people["yu"].id, SecondPerson.COUNTER,
        project=project.id,
    )  # fmt: skip
    under_way = stocktaking.open_stocktake(cast.actor("mei"), asked=asked).object
    for take in (supervised.id, under_way.id, m.new_id()):
        with pytest.raises(ActionError) as told_:
            opening_confirm.confirm(cast.actor("mei"), register=row.id, stocktake=take)
        assert told_.value.about == "stocktake"
    assert not opening_confirm.stocktakes(row).exists()


def test_a_register_is_closed_once_each_finding_is_settled_or_somebodys(
    cast: people.Cast, project: m.Project
) -> None:
    row = taken_over(cast, opened(cast, project))
    mei = cast.actor("mei")
    with pytest.raises(NotNow):
        opening_confirm.close(mei, register=row.id)
    opening_confirm.confirm(mei, register=row.id, stocktake=counted(cast, project).id)
    first, *others = row.findings.all()
    with pytest.raises(ActionError, match="neither settled"):
        opening_confirm.close(mei, register=row.id)
    opening_findings.settle(mei, finding=first.id, resolution="Classified")
    for one in others:
        opening_findings.assign(mei, finding=one.id, owner=cast.people["yu"].id, due=cast.today + SOON)
    closed = opening_confirm.close(mei, register=row.id).object
    assert closed.state is RegisterState.CLOSED and agrees()
    with pytest.raises(NotNow):
        opening_confirm.close(mei, register=row.id)
    if others:
        opening_findings.settle(mei, finding=others[0].id, resolution="Done later")
