"""Signing for a part: what is in order moves, what is not stays with the sender until it is settled."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from custody import models as m
from custody.actions import handoffs, receipts
from custody.actions.base import ActionError, NotPermitted
from custody.actions.receipts import Wrong
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.terms import CopyState, DiscrepancyState, HandoffState, Leg, Received
from custody.transitions import NotNow
from ledger import api as ledger
from tests.actions.scenes import done
from tests.actions.test_legs import Desk


@pytest.fixture
def desk(cast: people.Cast) -> Desk:
    return Desk(cast)


def offered(desk: Desk, **changes: Any) -> m.Handoff:
    return done(handoffs.offer(desk.cast.actor("mei"), desk.deal(**changes)))


def agrees_with_the_ledger() -> None:
    tables = ("custody_handoff", "custody_copy", "custody_discrepancy")
    assert not [d for d in compare(rebuild()) if d.table in tables]


def test_what_is_in_order_moves_and_the_rest_stays_with_the_sender(desk: Desk) -> None:
    row, tao = offered(desk), desk.cast.actor("tao")
    torn, gone = desk.copies[0].id, desk.copies[1].id
    wrong = [Wrong(torn, Received.DAMAGED, "Cover torn"), Wrong(gone, Received.MISSING)]
    row = done(handoffs.accept(tao, handoff=row.id, wrong=wrong))
    assert row.state is HandoffState.PARTLY
    holders = {c.id: (c.custodian_party_id, c.state, c.offered_in_id) for c in m.Copy.objects.all()}
    assert holders == {
        torn: (desk.cast.party("northfield"), CopyState.HELD, None),
        gone: (desk.cast.party("northfield"), CopyState.HELD, None),
        desk.copies[2].id: (desk.cast.party("westgate"), CopyState.HELD, None),
    }
    found = {(d.copy_id, d.found, d.note, d.state) for d in m.Discrepancy.objects.all()}
    assert found == {
        (torn, Received.DAMAGED, "Cover torn", DiscrepancyState.OPEN),
        (gone, Received.MISSING, "", DiscrepancyState.OPEN),
    }
    told = ledger.read(row.answer_entry).values
    assert (told["kind"], told["copies"]) == ("handoff.accepted/2", [str(desk.copies[2].id)])
    assert list(m.Handoff.objects.still_out()) == [row]
    agrees_with_the_ledger()


def test_a_copy_not_in_order_is_not_offered_until_its_sender_has_settled_it(desk: Desk) -> None:
    row, gone = offered(desk), desk.copies[1]
    wrong = [Wrong(gone.id, Received.MISSING)]
    done(handoffs.accept(desk.cast.actor("tao"), handoff=row.id, wrong=wrong))
    mei, case = desk.cast.actor("mei"), m.Discrepancy.objects.get()
    with pytest.raises(ActionError, match=gone.code):
        offered(desk, copies=[gone.id])
    with pytest.raises(NotPermitted):
        receipts.settle(desk.cast.actor("tao"), discrepancy=case.id, how="find", resolution="Here it is")
    done(receipts.settle(mei, discrepancy=case.id, how="report", resolution="Report 12 上报"))
    with pytest.raises(ActionError, match=gone.code):
        offered(desk, copies=[gone.id])
    done(receipts.settle(mei, discrepancy=case.id, how="find", resolution="In the other box"))
    case.refresh_from_db()
    assert (case.state, case.settled_by_id) == (DiscrepancyState.FOUND, desk.cast.people["mei"].id)
    with pytest.raises(NotNow):
        receipts.settle(mei, discrepancy=case.id, how="report", resolution="Again")
    assert offered(desk, copies=[gone.id]).state is HandoffState.OFFERED
    agrees_with_the_ledger()


def test_a_hash_that_differs_is_found_by_the_comparison(desk: Desk) -> None:
    m.Item.objects.filter(id=desk.copies[0].item_id).update(sha256="a" * 64)
    row, tao = offered(desk), desk.cast.actor("tao")
    hashes = {desk.copies[0].id: "A" * 64, desk.copies[1].id: "b" * 64}
    row = done(handoffs.accept(tao, handoff=row.id, hashes=hashes))
    found = [(d.copy_id, d.found) for d in m.Discrepancy.objects.all()]
    assert found == [(desk.copies[1].id, Received.HASH_DIFFERS)] and row.state is HandoffState.PARTLY


@pytest.mark.parametrize("fault", ["all", "twice", "foreign", "no hash", "read"])
def test_what_cannot_be_signed_for_in_part_is_told(desk: Desk, fault: str) -> None:
    leg = {"leg": Leg.INSPECTION, "system": desk.cast.systems["workstation"].id} if fault == "read" else {}
    row, ids = offered(desk, **leg), [c.id for c in desk.copies]
    wrong = {
        "all": [Wrong(id, Received.DAMAGED) for id in ids],
        "twice": [Wrong(ids[0], Received.DAMAGED), Wrong(ids[0], Received.MISSING)],
        "foreign": [Wrong(uuid4(), Received.MISSING)],
        "no hash": [],
        "read": [Wrong(ids[0], Received.DAMAGED)],
    }[fault]
    hashes = {ids[0]: "a" * 64} if fault == "no hash" else {}
    with pytest.raises(ActionError) as told:
        handoffs.accept(desk.cast.actor("tao"), handoff=row.id, wrong=wrong, hashes=hashes)
    assert told.value.about == ("hashes" if fault == "no hash" else "wrong") and told.value.text.zh
    assert m.Handoff.objects.get(id=row.id).state is HandoffState.OFFERED


def test_a_return_in_part_leaves_the_loan_open_for_what_did_not_come(desk: Desk) -> None:
    loan, tao = desk.lend(), desk.cast.actor("tao")
    back = done(handoffs.offer(tao, desk.back()))
    missing = [Wrong(desk.copies[0].id, Received.MISSING)]
    done(handoffs.accept(desk.cast.actor("yu"), handoff=back.id, wrong=missing))
    assert list(m.Handoff.objects.still_out()) == [loan]
    assert [line.copy_id for line in loan.lines.open()] == [desk.copies[0].id]
    done(
        receipts.settle(tao, discrepancy=m.Discrepancy.objects.get().id, how="find", resolution="In the safe")
    )
    rest = done(handoffs.offer(tao, desk.back(copies=[desk.copies[0].id])))
    done(handoffs.accept(desk.cast.actor("yu"), handoff=rest.id))
    assert not m.Handoff.objects.still_out().exists()
