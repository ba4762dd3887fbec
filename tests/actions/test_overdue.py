"""Rule HND-05 on the real tables: what is overdue first warns, then bars; giving back ends it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from custody import models as m
from custody.actions import handoffs
from custody.actions.base import Outcome
from custody.stories import cast as people
from custody.terms import Leg
from tests.actions.scenes import done
from tests.actions.test_legs import Desk


@pytest.fixture
def desk(cast: people.Cast) -> Desk:
    return Desk(cast)


def said(outcome: Outcome) -> tuple[str, list[str], Any]:
    (found,) = [f for f in outcome.decision.findings if f["code"] == "HND-05"]
    return found["outcome"], found["problems"], found["inputs"].get("overdue", {}).get("value")


def overdue_since(desk: Desk, days: int) -> m.Handoff:
    """A loan of all copies that was due so many days ago."""
    loan = desk.lend()
    day = desk.cast.today - dt.timedelta(days=days)
    m.Handoff.objects.filter(id=loan.id).update(due_back=day)
    return loan


def test_overdue_copies_warn_then_bar_and_giving_back_ends_it(desk: Desk) -> None:
    loan, mei = overdue_since(desk, 30), desk.cast.actor("mei")
    fresh = people.make_copies(desk.cast, desk.project, "LEG-C", 2)
    warned = handoffs.offer(mei, desk.deal(copies=[fresh[0].id]))
    assert (warned.state, said(warned)) == ("done", ("warn", ["overdue"], 3))
    m.Handoff.objects.filter(id=loan.id).update(due_back=desk.cast.today - dt.timedelta(days=31))
    barred = handoffs.offer(mei, desk.deal(copies=[fresh[1].id]))
    assert (barred.state, said(barred)) == ("refused", ("block", ["long_overdue"], 3))
    row = done(handoffs.offer(desk.cast.actor("tao"), desk.back()))
    assert row.leg is Leg.RETURN
    done(handoffs.accept(desk.cast.actor("yu"), handoff=row.id))
    free = handoffs.offer(mei, desk.deal(copies=[fresh[1].id]))
    assert (free.state, said(free)) == ("done", ("pass", [], 0))


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"leg": Leg.LOAN}, ["day"]),
        ({"leg": Leg.ISSUE}, ["day"]),
        ({"leg": Leg.TRANSFER, "purpose": " "}, ["purpose"]),
        ({"leg": Leg.LOAN, "purpose": " "}, ["purpose", "day"]),
    ],
)
def test_an_offer_without_its_purpose_or_its_day_is_refused_and_recorded(
    desk: Desk, changes: dict[str, Any], problems: list[str]
) -> None:
    outcome = handoffs.offer(desk.cast.actor("mei"), desk.deal(**changes))
    assert outcome.state == "refused" and said(outcome)[:2] == ("block", problems)
    assert m.Refusal.objects.get() == outcome.object and not m.Handoff.objects.exists()
