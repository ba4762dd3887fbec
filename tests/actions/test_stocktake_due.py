"""Rule INV-01 on the real tables: who is late with a count, or leaves a difference open, is warned of, then
gets nothing more; reminders and the notice of differences."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from custody import codes, record, stock
from custody import models as m
from custody.actions import handoffs, notices, scanning, stocktaking
from custody.actions.base import ActionError, Outcome
from custody.policy.calendar import months_later
from custody.stories import cast as people
from custody.terms import Leg, NoticeKind, SecondPerson
from tests.actions.scenes import done
from tests.actions.test_legs import Desk

UNKNOWN = codes.copy_code(777_777)


@pytest.fixture
def desk(cast: people.Cast) -> Desk:
    return Desk(cast)


def said(outcome: Outcome) -> tuple[str, list[str]]:
    (found,) = [f for f in outcome.decision.findings if f["code"] == "INV-01"]
    return found["outcome"], found["problems"]


def held_since(desk: Desk, day: dt.date) -> m.Handoff:
    """Let Westgate have got its copies on a day."""
    loan = desk.lend()
    at = dt.datetime.combine(day, dt.time(4), dt.UTC)  # noon in the time zone of the regime
    m.Handoff.objects.filter(id=loan.id).update(answered_at=at)
    return loan


def counted(desk: Desk, *more: str) -> m.Stocktake:
    """Westgate counts what it holds of the project, and Tao signs."""
    tao = desk.cast.actor("tao")
    asked = stocktaking.Asked(
        desk.cast.party("westgate"), desk.cast.people["tao"].id, desk.cast.people["mei"].id,
        SecondPerson.SUPERVISOR, desk.project.id,
    )  # fmt: skip
    row = done(stocktaking.open_stocktake(tao, asked=asked))
    every = list(row.lines.values_list("code", flat=True))
    done(scanning.count(tao, stocktake=row.id, codes=[*every, *more]))
    sha256 = record.digest_of_text(stocktaking.statement(row, stocktaking.result(row)))
    closed: m.Stocktake = done(stocktaking.close(tao, stocktake=row.id, statement_sha256=sha256))
    return closed


def test_a_count_that_is_late_warns_then_bars_and_counting_ends_it(desk: Desk) -> None:
    mei, today = desk.cast.actor("mei"), desk.cast.today
    fresh = people.make_copies(desk.cast, desk.project, "LEG-C", 4)
    year = months_later(today, -12)
    loan = held_since(desk, year)
    assert said(handoffs.offer(mei, desk.deal(copies=[fresh[0].id]))) == ("pass", [])
    for days, state, outcome, problems in (
        (1, "done", "warn", ["overdue"]),
        (40, "refused", "block", ["long_overdue"]),
    ):
        at = dt.datetime.combine(year - dt.timedelta(days=days), dt.time(4), dt.UTC)
        m.Handoff.objects.filter(id=loan.id).update(answered_at=at)
        offered = handoffs.offer(mei, desk.deal(copies=[fresh[(days > 1 and 2) or 1].id]))
        assert (offered.state, said(offered)) == (state, (outcome, problems))
    counted(desk)
    assert said(handoffs.offer(mei, desk.deal(copies=[fresh[2].id]))) == ("pass", [])


def test_a_return_and_what_goes_to_be_destroyed_are_spared(desk: Desk) -> None:
    held_since(desk, months_later(desk.cast.today, -30))
    back = handoffs.offer(desk.cast.actor("tao"), desk.back())
    assert (back.state, said(back)[0]) == ("done", "not_applicable")
    (copy,) = people.make_copies(desk.cast, desk.project, "LEG-D", 1)
    gone = handoffs.offer(desk.cast.actor("mei"), desk.deal(copies=[copy.id], leg=Leg.DESTRUCTION))
    assert said(gone)[0] == "not_applicable"


def test_a_difference_that_stays_open_warns_then_bars_until_it_is_settled(desk: Desk) -> None:
    desk.lend()
    fresh = people.make_copies(desk.cast, desk.project, "LEG-E", 3)
    row, mei = counted(desk, UNKNOWN), desk.cast.actor("mei")
    assert said(handoffs.offer(mei, desk.deal(copies=[fresh[0].id]))) == ("warn", ["differences"])
    m.Stocktake.objects.filter(id=row.id).update(closed_on=desk.cast.today - dt.timedelta(days=31))
    barred = handoffs.offer(mei, desk.deal(copies=[fresh[1].id]))
    assert (barred.state, said(barred)) == ("refused", ("block", ["long_open"]))
    line = row.lines.get(code=UNKNOWN)
    tao = desk.cast.actor("tao")
    done(stocktaking.settle(tao, line=line.id, how="put_right", resolution="Taken off the shelf"))
    assert said(handoffs.offer(mei, desk.deal(copies=[fresh[1].id]))) == ("pass", [])


def test_from_a_level_on_both_must_count(desk: Desk) -> None:
    asked: dict[str, Any] = {
        "party": desk.cast.party("northfield"), "counter": desk.cast.people["mei"].id,
        "second": desk.cast.people["yu"].id, "second_as": SecondPerson.SUPERVISOR,
    }  # fmt: skip
    m.Item.objects.filter(id=desk.copies[0].item_id).update(level="jimi")
    with pytest.raises(ActionError, match="both people count") as told:
        stocktaking.open_stocktake(desk.cast.actor("mei"), asked=stocktaking.Asked(**asked))
    assert told.value.about == "second_as"
    asked["second_as"] = SecondPerson.COUNTER
    done(stocktaking.open_stocktake(desk.cast.actor("mei"), asked=stocktaking.Asked(**asked)))


def test_who_must_count_is_reminded_and_who_may_settle_is_told(desk: Desk) -> None:
    for key, person in desk.cast.people.items():
        m.User.objects.create_user(key, None, person)
    today = desk.cast.today
    held_since(desk, months_later(today, -12) + dt.timedelta(days=5))
    (due,) = [h for h in stock.holdings(timezone.now()) if h.party == desk.cast.party("westgate")]
    assert (due.counted_on, due.due) == (
        None,
        months_later(months_later(today, -12) + dt.timedelta(days=5), 12),
    )
    for _ in range(2):
        notices.remind(today)
    rows = m.Notice.objects.filter(kind=NoticeKind.STOCKTAKE_DUE)
    told = sorted(rows.values_list("user__username", "stage", "object"))
    assert told == [(who, 7, desk.cast.party("westgate")) for who in ("mei", "tao", "yu")]
    row = counted(desk, UNKNOWN)
    assert [h.counted_on for h in stock.holdings(timezone.now(), [row.party_id])] == [today]
    for _ in range(2):
        notices.tell(timezone.now())
    found = m.Notice.objects.filter(kind=NoticeKind.DIFFERENCES_OPEN, object=row.id)
    assert sorted(found.values_list("user__username", flat=True)) == ["mei", "tao", "yu"]
