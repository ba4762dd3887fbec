"""Two minutes around midnight where the regime lives, at four in the afternoon of the server: each rule that
compares days changes its answer there, and nowhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custody import models as m
from custody.actions import delegations, handoffs, hops
from custody.actions.deciding import Ruling
from custody.policy.calendar import months_later
from custody.stories import cast as people
from custody.terms import ConditionType, ControlKind
from tests.actions.scenes import Scene, done

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = dt.timedelta(days=1)
YEAR = 365 * DAY


@dataclass(frozen=True)
class Turn:
    """A fact with its first or last day, the rule that reads it, what that says before and after."""

    name: str
    rule: str
    before: str
    after: str
    set: Callable[[Scene, dt.date], Any]


def paper(**days: Callable[[dt.date], dt.date]) -> Callable[[Scene, dt.date], Any]:
    """Westgate's certificate, in other days."""
    return lambda scene, day: m.Qualification.objects.filter(party=scene.cast.party("westgate")).update(
        **{name: given(day) for name, given in days.items()}
    )


def party(**days: Callable[[dt.date], dt.date]) -> Callable[[Scene, dt.date], Any]:
    """Westgate itself, as of other days."""
    return lambda scene, day: m.Party.objects.filter(id=scene.cast.party("westgate")).update(
        **{name: given(day) for name, given in days.items()}
    )


def receiver(**days: Callable[[dt.date], dt.date]) -> Callable[[Scene, dt.date], Any]:
    """Wu Tao, as of other days."""
    return lambda scene, day: m.Person.objects.filter(id=scene.cast.people["tao"].id).update(
        **{name: given(day) for name, given in days.items()}
    )


def hop(**days: Callable[[dt.date], dt.date]) -> Callable[[Scene, dt.date], Any]:
    return lambda scene, day: m.Hop.objects.filter(id=scene.first.id).update(
        **{name: given(day) for name, given in days.items()}
    )


def approval(**days: Callable[[dt.date], dt.date]) -> Callable[[Scene, dt.date], Any]:
    return lambda scene, day: m.Approval.objects.filter(hop=scene.first).update(
        **{name: given(day) for name, given in days.items()}
    )


def room(**days: Callable[[dt.date], dt.date]) -> Callable[[Scene, dt.date], Any]:
    return lambda scene, day: m.System.objects.filter(id=scene.cast.systems["westgate_room"].id).update(
        **{name: given(day) for name, given in days.items()}
    )


def condition(scene: Scene, day: dt.date) -> None:
    m.Condition.objects.create(
        entry=m.new_id(),
        approval=m.Approval.objects.get(hop=scene.first),
        number=1,
        type=ConditionType.RUNNING,
        text="Report 上报",
        due=day,
        set_on=scene.cast.today,
        set_by=scene.cast.people["heng"],
    )


def controlled(scene: Scene, day: dt.date) -> None:
    m.PartyControl.objects.create(
        entry=m.new_id(),
        party_id=scene.cast.party("westgate"),
        controller_id=scene.cast.party("meridian"),
        kind=ControlKind.OWNER,
        ends=day,
    )


def item(**days: Callable[[dt.date], dt.date]) -> Callable[[Scene, dt.date], Any]:
    return lambda scene, day: m.Item.objects.filter(id=scene.item.id).update(
        **{name: given(day) for name, given in days.items()}
    )


def last(day: dt.date) -> dt.date:
    return day


def next_(day: dt.date) -> dt.date:
    return day + DAY


TURNS = [
    Turn("last day of a certificate", "QUA-03", "warn", "block", paper(valid_to=last)),
    Turn("first day of a certificate", "QUA-03", "block", "pass", paper(valid_from=next_)),
    Turn(
        "a year of the statement of conditions",
        "QUA-08",
        "pass",
        "block",
        party(conditions_on=lambda d: d - YEAR),
    ),
    Turn(
        "a year of age", "QUA-08", "block", "pass", party(established_on=lambda d: months_later(d + DAY, -12))
    ),
    Turn("a year of the self-inspection", "QUA-09", "pass", "warn", party(inspected_on=lambda d: d - YEAR)),
    Turn("last day of a subcontract", "HOP-01", "pass", "block", hop(ends=last)),
    Turn("first day of a subcontract", "HOP-01", "block", "pass", hop(starts=next_)),
    Turn("last day of an approval", "APR-02", "pass", "block", approval(ends=last)),
    Turn("first day of an approval", "APR-02", "block", "pass", approval(starts=next_)),
    Turn("last day of a condition", "APR-06", "pass", "block", condition),
    Turn("last day of a vetting", "HND-02", "pass", "block", receiver(vetted_to=last)),
    Turn("first day of a vetting", "HND-02", "block", "pass", receiver(vetted_from=next_)),
    Turn("a year of training", "HND-02", "pass", "block", receiver(trained_on=lambda d: d - YEAR)),
    Turn("last day at work", "HND-02", "pass", "block", receiver(leaves_on=last)),
    Turn("two years of a test", "SYS-01", "pass", "warn", room(tested_on=lambda d: d - 730 * DAY)),
    Turn("last day of a foreign owner", "FOR-01", "block", "pass", controlled),
    Turn("last day of the period", "CLS-04", "pass", "warn", item(until=last)),
]


def around(scene: Scene, ask: Callable[[dt.datetime], Ruling], rule: str) -> list[str]:
    """Return what a rule says a minute before midnight and a minute after it, where the regime lives."""
    day = scene.cast.today + DAY
    late = dt.datetime.combine(day, dt.time(23, 59), SHANGHAI)
    moments = [late, late + dt.timedelta(minutes=2)]
    assert len({moment.astimezone(dt.UTC).date() for moment in moments}) == 1, "one day for the server"
    return [
        str(finding.outcome)
        for moment in moments
        for finding in ask(moment.astimezone(dt.UTC)).judgement.findings
        if finding.code == rule
    ]


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: f"{turn.rule}: {turn.name}")
def test_a_day_ends_at_midnight_of_the_regime(scene: Scene, turn: Turn) -> None:
    turn.set(scene, scene.cast.today + DAY)
    deal = scene.deal(
        hop=scene.first.id,
        copies=[scene.kept.id],
        receiver_person=scene.cast.people["tao"].id,
        system=scene.cast.systems["westgate_room"].id,
        due_back=scene.cast.today + (20 if turn.name != "last day at work" else 1) * DAY,
    )
    lan = scene.cast.actor("lan")
    assert around(scene, lambda now: handoffs.preview(lan, deal, now), turn.rule) == [turn.before, turn.after]


def test_a_delegation_ends_at_midnight_of_the_regime(scene: Scene) -> None:
    cast = scene.cast
    scope = delegations.Scope(people.LEVEL, cast.today, cast.today + DAY)
    done(
        delegations.give(
            cast.actor("heng"),
            party=cast.party("northfield"),
            delegate=cast.people["yu"].id,
            scope=scope,
            reason="Away",
        )
    )
    yu = cast.actor("yu")
    assert around(scene, lambda now: hops.preview_vote(yu, scene.asked, now), "APR-05") == ["pass", "block"]
