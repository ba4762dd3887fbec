"""Copies on their way: what was sent off is said, put right, and not taken back before it came back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from custody import models as m
from custody.actions import base, corrections, handoffs, losing, on_the_way, receipts, rechecking
from custody.actions.base import ActionError, NotPermitted
from custody.actions.on_the_way import CameBack, Sent
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.terms import Channel, CopyState, DiscrepancyState, HandoffState, Received
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


# --- lost, lapsed, late -----------------------------------------------------------------------------------


def later(desk: Desk, days: int) -> dt.datetime:
    """Noon of a later day."""
    day = desk.cast.today + dt.timedelta(days=days)
    return dt.datetime(day.year, day.month, day.day, 4, tzinfo=dt.UTC)


def recheck(desk: Desk, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the nightly re-check so many days on, by the database's clock too."""
    monkeypatch.setattr(base, "_moment", lambda: (later(desk, days), False))
    rechecking.run(later(desk, days))
    monkeypatch.undo()


def test_what_was_lost_is_missing_stays_the_senders_and_is_an_incident(desk: Desk) -> None:
    row, mei = offered(desk), desk.cast.actor("mei")
    with pytest.raises(ActionError, match="not sent off"):
        losing.lose(mei, handoff=row.id, reason="Gone")
    done(on_the_way.dispatch(mei, handoff=row.id, sent=sent(desk)))
    with pytest.raises(NotPermitted):
        losing.lose(desk.cast.actor("tao"), handoff=row.id, reason="Gone")
    with pytest.raises(ActionError):
        losing.lose(mei, handoff=row.id, reason="  ")
    row = done(losing.lose(mei, handoff=row.id, reason="The van burnt 车辆起火"))
    assert row.state is HandoffState.LOST
    incident = m.Incident.objects.get()
    assert set(incident.copies) == {str(c.id) for c in desk.copies}
    assert "The van burnt" in incident.what and incident.reported_by_id == desk.cast.people["mei"].id
    holders = set(m.Copy.objects.values_list("custodian_party_id", "state", "offered_in_id"))
    assert holders == {(desk.cast.party("northfield"), CopyState.HELD, None)}
    cases = set(m.Discrepancy.objects.values_list("found", "state", "note"))
    assert cases == {(Received.MISSING, DiscrepancyState.REPORTED, incident.number)}
    assert ledger.read(row.answer_entry).values["incident"] == str(incident.id)
    for verb in (
        lambda: handoffs.accept(desk.cast.actor("tao"), handoff=row.id),
        lambda: handoffs.withdraw(mei, handoff=row.id, reason="No"),
        lambda: losing.lose(mei, handoff=row.id, reason="Twice"),
        lambda: on_the_way.dispatch(mei, handoff=row.id, sent=sent(desk)),
    ):
        with pytest.raises(NotNow):
            verb()
    with pytest.raises(ActionError, match=desk.copies[0].code):
        offered(desk)
    agrees_with_the_ledger()


def test_what_was_lost_and_is_found_may_be_offered_again(desk: Desk) -> None:
    row, mei = offered(desk), desk.cast.actor("mei")
    done(on_the_way.dispatch(mei, handoff=row.id, sent=sent(desk)))
    done(losing.lose(mei, handoff=row.id, reason="Not delivered"))
    for case in m.Discrepancy.objects.all():
        done(receipts.settle(mei, discrepancy=case.id, how="find", resolution="In the depot 在中转站"))
    done(handoffs.accept(desk.cast.actor("tao"), handoff=offered(desk).id))
    agrees_with_the_ledger()


def test_an_offer_past_its_day_is_not_signed_for_and_lapses_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    today, mei, tao = desk.cast.today, desk.cast.actor("mei"), desk.cast.actor("tao")
    with pytest.raises(ActionError) as told:
        offered(desk, answer_by=today - dt.timedelta(days=1))
    assert told.value.about == "answer_by"
    row = offered(desk, answer_by=today)
    assert ledger.read(row.offer_entry).values["kind"] == "handoff.offered/4"
    recheck(desk, 0, monkeypatch)
    assert m.Handoff.objects.get(id=row.id).state is HandoffState.OFFERED, "its last day is not over"
    monkeypatch.setattr(base, "_moment", lambda: (later(desk, 2), False))
    for verb in (
        lambda: handoffs.accept(tao, handoff=row.id),
        lambda: on_the_way.dispatch(mei, handoff=row.id, sent=sent(desk)),
    ):
        with pytest.raises(ActionError, match="has lapsed"):
            verb()
    monkeypatch.undo()
    recheck(desk, 2, monkeypatch)
    row.refresh_from_db()
    assert row.state is HandoffState.LAPSED
    told_ = ledger.read(row.entry).values
    assert (told_["kind"], told_["actor"]) == ("handoff.lapsed/1", "system")
    assert set(m.Copy.objects.values_list("state", "offered_in_id")) == {(CopyState.HELD, None)}
    recheck(desk, 3, monkeypatch)
    assert m.Handoff.objects.get(id=row.id).entry == row.entry, "told once"
    with pytest.raises(NotNow):
        handoffs.accept(tao, handoff=row.id)
    done(handoffs.accept(tao, handoff=offered(desk).id))
    agrees_with_the_ledger()


def test_what_is_on_the_road_does_not_lapse_but_is_late_once_and_again_after_a_new_day(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    today, mei = desk.cast.today, desk.cast.actor("mei")
    row = offered(desk, answer_by=today)
    done(on_the_way.dispatch(mei, handoff=row.id, sent=sent(desk, expected_on=today)))
    recheck(desk, 2, monkeypatch)
    way = m.Dispatch.objects.get(handoff=row)
    assert way.late_since == today + dt.timedelta(days=2)
    assert ledger.read(way.entry).values["kind"] == "handoff.overdue/1"
    recheck(desk, 3, monkeypatch)
    assert m.Dispatch.objects.get(handoff=row).entry == way.entry, "told once"
    assert m.Handoff.objects.get(id=row.id).state is HandoffState.OFFERED
    agrees_with_the_ledger()
    done(on_the_way.dispatch(mei, handoff=row.id, sent=sent(desk, expected_on=today + dt.timedelta(days=9))))
    assert m.Dispatch.objects.get(handoff=row).late_since is None
    recheck(desk, 11, monkeypatch)
    assert m.Dispatch.objects.get(handoff=row).late_since == today + dt.timedelta(days=11)
    done(handoffs.accept(desk.cast.actor("tao"), handoff=row.id))
    agrees_with_the_ledger()


def days_corrected(desk: Desk, row: m.Handoff, answer_by: dt.date | None) -> Any:
    found = m.Handoff.objects.get(id=row.id)
    return corrections.correct_handoff(
        desk.cast.actor("mei"), handoff=row.id, due_back=found.due_back, answer_by=answer_by, reason="Typo"
    )


def test_the_day_to_answer_by_is_put_right_and_the_offer_lapses_by_the_new_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = desk.cast.today
    row = offered(desk, answer_by=today)
    before = row.entry
    outcome = days_corrected(desk, row, today + dt.timedelta(days=5))
    told = ledger.read(outcome.entry).values
    assert (told["kind"], told["corrects"]) == ("handoff.corrected/1", str(before))
    assert (told["old"], told["changed"]) == ({"answer_by": today.isoformat()}, ["answer_by"])
    recheck(desk, 5, monkeypatch)
    assert m.Handoff.objects.get(id=row.id).state is HandoffState.OFFERED
    recheck(desk, 6, monkeypatch)
    lapsed = m.Handoff.objects.get(id=row.id)
    assert lapsed.state is HandoffState.LAPSED
    assert ledger.read(lapsed.entry).values["answer_by"] == str(today + dt.timedelta(days=5))
    agrees_with_the_ledger()
    with pytest.raises(NotNow):
        days_corrected(desk, row, None)
    never = offered(desk, answer_by=today)
    done(days_corrected(desk, never, None))
    recheck(desk, 400, monkeypatch)
    assert m.Handoff.objects.get(id=never.id).state is HandoffState.OFFERED
    agrees_with_the_ledger()


def test_a_day_that_does_not_count_any_more_is_not_put_right(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    today, mei = desk.cast.today, desk.cast.actor("mei")
    later_on = today + dt.timedelta(days=9)
    row = offered(desk, answer_by=today)
    with pytest.raises(ActionError, match="has passed") as told:
        days_corrected(desk, row, today - dt.timedelta(days=1))
    assert told.value.about == "answer_by"
    monkeypatch.setattr(base, "_moment", lambda: (later(desk, 2), False))
    with pytest.raises(ActionError, match="has lapsed"):  # the night has not told it yet
        days_corrected(desk, row, later_on)
    monkeypatch.undo()
    done(on_the_way.dispatch(mei, handoff=row.id, sent=sent(desk)))
    with pytest.raises(ActionError, match="sent off") as told:
        days_corrected(desk, row, later_on)
    assert told.value.about == "answer_by"
    done(handoffs.accept(desk.cast.actor("tao"), handoff=row.id))
    with pytest.raises(ActionError, match="answered already"):
        days_corrected(desk, row, later_on)
    assert m.Handoff.objects.get(id=row.id).answer_by == today
    agrees_with_the_ledger()
