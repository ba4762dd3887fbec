"""Legs of handoffs: what each demands, where custody goes, and that nothing bars a return."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import pytest

from custody import models as m
from custody.actions import handoffs, hops, mistakes, registers, standing
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.stories import told
from custody.terms import Channel, CopyState, HandoffState, Leg, QualificationState, Role
from ledger import api as ledger
from tests.actions.scenes import done

DELETED = "Data deleted from WG-ROOM-1 数据已删除"


class Desk:
    """Copies of Northfield's project, and the subcontract to Westgate over which they go."""

    def __init__(self, cast: people.Cast) -> None:
        self.cast = cast
        self.project = people.open_project(cast, "LEG-1", "Legs 移交种类")
        self.hop = told.approved_hop(cast, self.project, "westgate", "Scanning 扫描")
        self.copies = people.make_copies(cast, self.project, "LEG-A", 3)

    def deal(self, **changes: Any) -> handoffs.Offer:
        asked = handoffs.Offer(
            hop=self.hop.id,
            copies=[c.id for c in self.copies],
            receiver_person=self.cast.people["tao"].id,
            purpose="Scanning 扫描",
            channel=Channel.IN_PERSON,
            system=self.cast.systems["westgate_room"].id,
        )
        return replace(asked, **changes)

    def back(self, **changes: Any) -> handoffs.Offer:
        """Tao gives all back to Yu, to the workstation where they were."""
        asked = {
            "leg": Leg.RETURN,
            "receiver_person": self.cast.people["yu"].id,
            "system": self.cast.systems["workstation"].id,
            "purpose": "",
            "statement": DELETED,
        }
        return self.deal(**{**asked, **changes})

    def lend(self, days: int = 30) -> m.Handoff:
        due = self.cast.today + dt.timedelta(days=days)
        row = done(handoffs.offer(self.cast.actor("mei"), self.deal(leg=Leg.LOAN, due_back=due)))
        done(handoffs.accept(self.cast.actor("tao"), handoff=row.id))
        return m.Handoff.objects.get(id=row.id)

    def holders(self) -> set[tuple[UUID, CopyState]]:
        rows = m.Copy.objects.filter(id__in=[c.id for c in self.copies])
        return {(c.custodian_party_id, c.state) for c in rows}


@pytest.fixture
def desk(cast: people.Cast) -> Desk:
    return Desk(cast)


def blocking(outcome: Outcome) -> dict[str, list[str]]:
    assert outcome.state == "refused"
    return {f["code"]: f["problems"] for f in outcome.decision.findings if f["outcome"] == "block"}


def agrees_with_the_ledger() -> None:
    found = compare(rebuild())
    assert not [d for d in found if d.table in ("custody_handoff", "custody_copy")]


def test_a_leg_that_is_not_stated_is_a_loan_with_a_day_of_return_and_a_transfer_without(desk: Desk) -> None:
    mei, due = desk.cast.actor("mei"), desk.cast.today + dt.timedelta(days=9)
    one = done(handoffs.offer(mei, desk.deal(copies=[desk.copies[0].id], due_back=due)))
    two = done(handoffs.offer(mei, desk.deal(copies=[desk.copies[1].id])))
    assert (one.leg, two.leg) == (Leg.LOAN, Leg.TRANSFER)
    told = ledger.read(one.offer_entry).values
    assert (told["kind"], told["leg"], told["statement"]) == ("handoff.offered/3", "loan", "")
    assert cast("Any", told["facts/act"])["leg"] == "loan"


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"leg": Leg.TRANSFER, "due_back": "soon"}, "due_back"),
        ({"leg": Leg.DESTRUCTION, "due_back": "soon"}, "due_back"),
        ({"leg": Leg.ISSUE, "due_back": "soon", "statement": "x"}, "statement"),
        ({"leg": Leg.INTERNAL}, "hop"),
        ({"leg": Leg.ISSUE, "hop": None}, "hop"),
        ({"leg": Leg.RETURN, "hop": None}, "hop"),
    ],
)
def test_each_leg_demands_its_own(desk: Desk, changes: dict[str, Any], about: str) -> None:
    if changes.get("due_back"):
        changes = {**changes, "due_back": desk.cast.today + dt.timedelta(days=9)}
    with pytest.raises(ActionError) as told:
        handoffs.offer(desk.cast.actor("mei"), desk.deal(**changes))
    assert told.value.about == about and told.value.text.zh
    assert not m.Handoff.objects.exists()


def test_a_return_states_something_goes_up_the_hop_and_closes_the_loan(desk: Desk) -> None:
    loan, tao, yu = desk.lend(), desk.cast.actor("tao"), desk.cast.actor("yu")
    assert loan in m.Handoff.objects.still_out()
    with pytest.raises(ActionError) as told:
        handoffs.offer(tao, desk.back(statement=" "))
    assert told.value.about == "statement"
    with pytest.raises(NotPermitted):
        handoffs.offer(desk.cast.actor("mei"), desk.back())
    row = done(handoffs.offer(tao, desk.back()))
    assert desk.holders() == {(desk.cast.party("westgate"), CopyState.OFFERED)}
    assert loan in m.Handoff.objects.still_out(), "until Northfield signs"
    done(handoffs.accept(yu, handoff=row.id))
    assert desk.holders() == {(desk.cast.party("northfield"), CopyState.HELD)}
    row.refresh_from_db()
    assert (row.leg, row.statement, row.state) == (Leg.RETURN, DELETED, HandoffState.ACCEPTED)
    assert (row.sender_party_id, row.receiver_party_id) == (
        desk.cast.party("westgate"),
        desk.cast.party("northfield"),
    )
    assert not m.Handoff.objects.still_out().exists()
    agrees_with_the_ledger()


def test_what_comes_again_is_out_again_and_what_moves_inside_stays_out(desk: Desk) -> None:
    first, tao = desk.lend(), desk.cast.actor("tao")
    back = done(handoffs.offer(tao, desk.back()))
    done(handoffs.accept(desk.cast.actor("yu"), handoff=back.id))
    second = desk.lend()
    assert list(m.Handoff.objects.still_out()) == [second] and first != second
    registers.give_membership(
        Actor.setup(),
        person=desk.cast.people["bo"].id,
        party=desk.cast.party("westgate"),
        role=Role.RECIPIENT,
        starts=desk.cast.today,
    )
    moved = done(
        handoffs.offer(tao, desk.deal(hop=None, leg=Leg.INTERNAL, receiver_person=desk.cast.people["bo"].id))
    )
    done(handoffs.accept(desk.cast.actor("bo"), handoff=moved.id))
    assert {c.custodian_person_id for c in m.Copy.objects.filter(id__in=[c.id for c in desk.copies])} == {
        desk.cast.people["bo"].id
    }
    assert list(m.Handoff.objects.still_out()) == [second]
    agrees_with_the_ledger()


@pytest.mark.parametrize("fate", ["revoked", "suspended", "no paper", "barred"])
def test_nothing_bars_a_return(desk: Desk, fate: str) -> None:
    desk.lend()
    heng, westgate = desk.cast.actor("heng"), desk.cast.party("westgate")
    approval = m.Approval.objects.get(hop=desk.hop)
    if fate == "revoked":
        done(hops.revoke(heng, approval=approval.id, reason="Found out"))
    elif fate == "suspended":
        done(standing.suspend(heng, approval=approval.id, reason="Looked into"))
    elif fate == "no paper":
        m.Qualification.objects.filter(party=westgate).update(state=QualificationState.SUSPENDED)
    else:
        m.Party.objects.filter(id=westgate).update(state="barred")
    copy = people.make_copies(desk.cast, desk.project, "LEG-B", 1)[0]
    assert blocking(handoffs.offer(desk.cast.actor("mei"), desk.deal(copies=[copy.id]))), (
        "nothing more goes down"
    )
    row = done(handoffs.offer(desk.cast.actor("tao"), desk.back()))
    done(handoffs.accept(desk.cast.actor("yu"), handoff=row.id))
    assert desk.holders() == {(desk.cast.party("northfield"), CopyState.HELD)}


def test_a_return_leads_nowhere_but_where_the_copies_came_from(desk: Desk) -> None:
    desk.lend()
    other = told.approved_hop(desk.cast, desk.project, "westgate", "Printing 印刷")
    refused = handoffs.offer(desk.cast.actor("tao"), desk.back(hop=other.id))
    assert blocking(refused) == {"HOP-01": ["not_from"]}
    assert refused.object.attempt["leg"] == "return" and refused.object.attempt["statement"] == DELETED


def test_copies_that_are_read_on_site_stay_where_they_are(desk: Desk) -> None:
    mei, tao = desk.cast.actor("mei"), desk.cast.actor("tao")
    where = m.Copy.objects.get(id=desk.copies[0].id)
    row = done(handoffs.offer(mei, desk.deal(leg=Leg.INSPECTION, system=desk.cast.systems["workstation"].id)))
    done(handoffs.accept(tao, handoff=row.id, note="Read from 9 to 10"))
    row.refresh_from_db()
    assert (row.state, row.answer) == (HandoffState.ACCEPTED, "Read from 9 to 10")
    copy = m.Copy.objects.get(id=where.id)
    assert (copy.custodian_party_id, copy.custodian_person_id, copy.system_id, copy.state) == (
        where.custodian_party_id,
        where.custodian_person_id,
        where.system_id,
        CopyState.HELD,
    )
    told_ = ledger.read(row.answer_entry).values
    assert (told_["kind"], told_["reader"]) == ("handoff.read/1", str(desk.cast.people["tao"].id))
    assert not m.Handoff.objects.still_out().exists()
    with pytest.raises(ActionError, match="only read"):
        mistakes.accepted_by_mistake(tao, handoff=row.id, reason="Not me")
    agrees_with_the_ledger()


def test_only_the_own_people_move_copies_inside_and_the_other_signs(desk: Desk) -> None:
    inside = desk.deal(
        hop=None,
        leg=Leg.INTERNAL,
        receiver_person=desk.cast.people["mei"].id,
        system=desk.cast.systems["workstation"].id,
    )
    with pytest.raises(NotPermitted):
        handoffs.offer(desk.cast.actor("tao"), inside)
    row = done(handoffs.offer(desk.cast.actor("yu"), inside))
    assert row.hop_id is None and row.sender_party_id == row.receiver_party_id
    with pytest.raises(NotPermitted):
        handoffs.withdraw(desk.cast.actor("tao"), handoff=row.id, reason="No")
    assert blocking(handoffs.accept(desk.cast.actor("yu"), handoff=row.id))["HND-03"]
    done(handoffs.accept(desk.cast.actor("mei"), handoff=row.id))
    assert {c.custodian_person_id for c in m.Copy.objects.filter(id__in=[c.id for c in desk.copies])} == {
        desk.cast.people["mei"].id
    }
    agrees_with_the_ledger()


def test_the_installation_hands_nothing_over(desk: Desk) -> None:
    with pytest.raises(ActionError):
        handoffs.offer(Actor.setup(), desk.deal())
