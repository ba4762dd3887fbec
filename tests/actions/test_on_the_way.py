"""Copies on their way: what was sent off is said, put right, and not taken back before it came back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from custody import models as m
from custody.actions import handoffs, on_the_way
from custody.actions.base import ActionError, NotPermitted
from custody.actions.on_the_way import CameBack, Sent
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.terms import Channel, CopyState, HandoffState
from custody.transitions import NotNow
from ledger import api as ledger
from tests.actions.scenes import done
from tests.actions.test_legs import Desk

BACK = "Seals whole 封签完好"


@pytest.fixture
def desk(cast: people.Cast) -> Desk:
    return Desk(cast)


def offered(desk: Desk, **changes: Any) -> m.Handoff:
    asked = {"channel": Channel.COURIER_CLASSIFIED, **changes}
    row: m.Handoff = done(handoffs.offer(desk.cast.actor("mei"), desk.deal(**asked)))
    return row


def sent(desk: Desk, **changes: Any) -> Sent:
    today = desk.cast.today
    asked = Sent(
        left_on=today,
        expected_on=today + dt.timedelta(days=3),
        packages=2,
        carrier="Confidential post 机要通信",
        waybill="JY-2026-118",
        seals=("F-01", "F-02"),
    )
    return replace(asked, **changes)


def agrees_with_the_ledger() -> None:
    assert not list(compare(rebuild()))


def test_what_is_sent_off_is_on_its_way_and_still_the_senders(desk: Desk) -> None:
    row, mei = offered(desk), desk.cast.actor("mei")
    done(on_the_way.dispatch(mei, handoff=row.id, sent=sent(desk)))
    way = m.Dispatch.objects.get(handoff=row)
    assert (way.packages, way.waybill, way.seals) == (2, "JY-2026-118", ["F-01", "F-02"])
    row.refresh_from_db()
    assert (row.state, row.entry) == (HandoffState.OFFERED, way.entry)
    holders = set(m.Copy.objects.values_list("custodian_party_id", "state"))
    assert holders == {(desk.cast.party("northfield"), CopyState.OFFERED)}
    told = ledger.read(way.entry).values
    assert (told["kind"], told["corrects"]) == ("handoff.dispatched/1", None)
    assert told["copies"] == [str(c.id) for c in desk.copies]
    done(handoffs.accept(desk.cast.actor("tao"), handoff=row.id))
    assert not m.Dispatch.objects.on_the_way().exists()
    agrees_with_the_ledger()


def test_a_further_dispatch_puts_the_first_right_and_names_it(desk: Desk) -> None:
    row, mei = offered(desk), desk.cast.actor("mei")
    done(on_the_way.dispatch(mei, handoff=row.id, sent=sent(desk)))
    first = m.Dispatch.objects.get(handoff=row)
    done(on_the_way.dispatch(mei, handoff=row.id, sent=sent(desk, packages=1, seals=("F-09",))))
    now = m.Dispatch.objects.get(handoff=row)
    assert (now.id, now.packages, now.seals) == (first.id, 1, ["F-09"])
    assert ledger.read(now.entry).values["corrects"] == str(first.entry)
    agrees_with_the_ledger()


def test_it_is_not_withdrawn_before_it_came_back(desk: Desk) -> None:
    row, mei, today = offered(desk), desk.cast.actor("mei"), desk.cast.today
    with pytest.raises(ActionError, match="not sent off"):
        handoffs.withdraw(mei, handoff=row.id, reason="No", came_back=CameBack(today, BACK))
    done(on_the_way.dispatch(mei, handoff=row.id, sent=sent(desk)))
    yesterday, tomorrow = today - dt.timedelta(days=1), today + dt.timedelta(days=1)
    for wrong in (None, CameBack(today, " "), CameBack(yesterday, BACK), CameBack(tomorrow, BACK)):
        with pytest.raises(ActionError):
            handoffs.withdraw(mei, handoff=row.id, reason="Refused at the gate", came_back=wrong)
    assert m.Handoff.objects.get(id=row.id).state is HandoffState.OFFERED
    done(
        handoffs.withdraw(
            mei, handoff=row.id, reason="Refused at the gate 未收", came_back=CameBack(today, BACK)
        )
    )
    way = m.Dispatch.objects.get(handoff=row)
    assert (way.came_back_on, way.condition) == (today, BACK)
    told = ledger.read(way.entry).values
    assert (told["kind"], told["came_back_on"]) == ("handoff.withdrawn/2", today.isoformat())
    assert not m.Copy.objects.exclude(state=CopyState.HELD).exists(), "free to be offered again"
    with pytest.raises(NotNow):
        on_the_way.dispatch(mei, handoff=row.id, sent=sent(desk))
    agrees_with_the_ledger()


def test_two_people_carry_it_in_person_and_only_of_both_ends(desk: Desk) -> None:
    row, mei, cast = offered(desk, channel=Channel.IN_PERSON), desk.cast.actor("mei"), desk.cast
    own, out = (cast.people["yu"].id, cast.people["tao"].id), cast.people["bo"].id
    for wrong in ((), (own[0], own[0]), (own[0], out), (*own, cast.people["mei"].id)):
        with pytest.raises(ActionError):
            on_the_way.dispatch(mei, handoff=row.id, sent=sent(desk, carrier="", carriers=wrong))
    done(on_the_way.dispatch(mei, handoff=row.id, sent=sent(desk, carrier="", carriers=own)))
    assert m.Dispatch.objects.get().carriers == list(own)
    agrees_with_the_ledger()


@pytest.mark.parametrize(
    "wrong",
    [
        {"packages": 0},
        {"packages": 201},
        {"seals": ("A", "A")},
        {"seals": ("",)},
        {"carrier": " "},
        {"carrier": "x" * 201},
        {"waybill": "x" * 81},
        {"left_on": 1},
        {"expected_on": -1},
    ],
    ids=str,
)
def test_what_cannot_be_so_is_not_recorded(desk: Desk, wrong: dict[str, Any]) -> None:
    row, days = offered(desk), ("left_on", "expected_on")
    given = {k: desk.cast.today + dt.timedelta(days=v) if k in days else v for k, v in wrong.items()}
    with pytest.raises(ActionError):
        on_the_way.dispatch(desk.cast.actor("mei"), handoff=row.id, sent=sent(desk, **given))
    assert not m.Dispatch.objects.exists()


def test_what_goes_over_a_line_or_is_not_theirs_is_not_sent_off(desk: Desk) -> None:
    row = offered(desk, channel=Channel.SYSTEM)
    with pytest.raises(ActionError, match="Nothing is sent off"):
        on_the_way.dispatch(desk.cast.actor("mei"), handoff=row.id, sent=sent(desk))
    done(handoffs.withdraw(desk.cast.actor("mei"), handoff=row.id, reason="Other way"))
    row = offered(desk)
    with pytest.raises(NotPermitted):
        on_the_way.dispatch(desk.cast.actor("tao"), handoff=row.id, sent=sent(desk))
