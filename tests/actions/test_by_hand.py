"""A receiver without a sign-in signs a sheet by hand before a witness: what is asked, and what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from custody import models as m
from custody import record
from custody.actions import by_hand, handoffs, mistakes, witnessed
from custody.actions.base import ActionError, NotPermitted, Outcome
from custody.actions.receipts import Wrong
from custody.actions.witnessed import ByHand
from custody.apply import rebuild
from custody.compare import compare
from custody.regimes import pack
from custody.replay import replay
from custody.stories import cast as people
from custody.terms import HandoffState, Leg, ReceiptSheetState, Received
from custody.transitions import NotNow
from tests.actions.filled_in import scan
from tests.actions.scenes import done
from tests.actions.test_legs import Desk


@pytest.fixture
def desk(cast: people.Cast) -> Desk:
    return Desk(cast)


@pytest.fixture
def offer(desk: Desk) -> m.Handoff:
    row: m.Handoff = done(handoffs.offer(desk.cast.actor("mei"), desk.deal()))
    return row


def printed(desk: Desk, offer: m.Handoff, who: str = "yu") -> m.ReceiptSheet:
    row: m.ReceiptSheet = done(by_hand.print_sheet(desk.cast.actor(who), handoff=offer.id))
    return row


def confirm(
    desk: Desk, offer: m.Handoff, sheet: m.ReceiptSheet, witness: str = "heng", at: str = "yu", **more: Any
) -> Outcome:
    custodian = desk.cast.actor(at)
    told = ByHand(sheet.id, custodian.human(), "0" * 16, more.pop("file", None) or scan())
    return by_hand.confirm(custodian, desk.cast.actor(witness), handoff=offer.id, by_hand=told, **more)


def holds(desk: Desk) -> set[str]:
    mine = m.Copy.objects.filter(item__project=desk.project, custodian_party=desk.cast.party("westgate"))
    return set(mine.values_list("code", flat=True))


def test_custody_moves_to_the_receiver_and_the_entry_says_that_it_was_signed_on_paper(
    desk: Desk, offer: m.Handoff
) -> None:
    sheet = printed(desk, offer)
    assert sheet.number == f"{offer.number}/1"
    outcome = confirm(desk, offer, sheet, note="Two bags 两袋")
    assert outcome.state == "done"
    row, tao = m.Handoff.objects.get(id=offer.id), desk.cast.people["tao"]
    assert (row.state, row.answer) == (HandoffState.ACCEPTED, "Two bags 两袋")
    assert holds(desk) == {copy.code for copy in desk.copies}
    assert {c.custodian_person_id for c in m.Copy.objects.filter(item__project=desk.project)} == {tao.id}
    told = next(e for e in record.history() if e.values["kind"] == "handoff.accepted/3").values
    assert (told["custodian_person"], told["witness"]) == (str(tao.id), str(desk.cast.people["heng"].id))
    assert (told["actor"], told["at_counter_of"]) == (told["witness"], str(desk.cast.people["yu"].id))
    assert (told["source"], told["sheet_number"]) == ("paper", sheet.number)
    file = m.EvidenceFile.objects.get(subject=sheet.id)
    assert file.sha256 == told["scan_sha256"]
    sheet.refresh_from_db()
    assert (sheet.state, sheet.witness) == (ReceiptSheetState.USED, desk.cast.people["heng"])
    (said,) = [f for f in outcome.decision.findings if f["code"] == "HND-06"]
    assert said["outcome"] == "pass"
    assert replay(outcome.decision, pack(desk.project.regime)).verdict == "same"
    assert list(compare(rebuild())) == []


def test_above_the_level_of_the_regime_it_is_refused_with_the_rule_and_recorded(
    desk: Desk, offer: m.Handoff
) -> None:
    sheet = printed(desk, offer)
    m.Item.objects.filter(project=desk.project).update(level="jimi")
    outcome = confirm(desk, offer, sheet)
    assert outcome.state == "refused"
    said = {f["code"]: f["problems"] for f in outcome.decision.findings if f["outcome"] == "block"}
    assert said["HND-06"] == ["too_high"]
    refusal = m.Refusal.objects.get(id=outcome.object.id)
    assert refusal.attempt["receipt_sheet"] == sheet.number
    assert refusal.attempted_by_id == desk.cast.people["heng"].id
    assert holds(desk) == set() and not m.EvidenceFile.objects.exists()
    assert m.ReceiptSheet.objects.get(id=sheet.id).state is ReceiptSheetState.PRINTED, (
        "it may still be signed"
    )


@pytest.mark.parametrize(
    ("witness", "at", "problem"),
    [("mei", "yu", "concerned"), ("yu", "yu", "concerned")],
    ids=["who offered", "the custodian"],
)
def test_a_witness_who_has_a_part_in_it_is_refused_and_recorded(
    desk: Desk, offer: m.Handoff, witness: str, at: str, problem: str
) -> None:
    outcome = confirm(desk, offer, printed(desk, offer), witness, at)
    assert outcome.state == "refused" and holds(desk) == set()
    (said,) = [f for f in outcome.decision.findings if f["code"] == "HND-06"]
    assert said["problems"] == [problem]


@pytest.mark.parametrize("who", ["tao", "bo", "jing"])
def test_nobody_of_another_party_is_the_witness(desk: Desk, offer: m.Handoff, who: str) -> None:
    with pytest.raises(NotPermitted):
        confirm(desk, offer, printed(desk, offer), who)
    assert holds(desk) == set()


@pytest.mark.parametrize("who", ["tao", "heng", "bo"])
def test_only_managers_and_custodians_of_the_sender_print_a_sheet_or_have_the_counter(
    desk: Desk, offer: m.Handoff, who: str
) -> None:
    sheet = printed(desk, offer)
    with pytest.raises(NotPermitted):
        by_hand.print_sheet(desk.cast.actor(who), handoff=offer.id)
    with pytest.raises(NotPermitted):
        confirm(desk, offer, sheet, at=who)


def test_who_has_a_sign_in_signs_with_it(desk: Desk, offer: m.Handoff) -> None:
    sheet = printed(desk, offer)
    user = m.User.objects.create_user("tao", None, desk.cast.people["tao"])
    for act in (lambda: printed(desk, offer), lambda: confirm(desk, offer, sheet)):
        with pytest.raises(ActionError, match="has a sign-in"):
            act()
    user.is_active = False
    user.save()
    assert confirm(desk, offer, sheet).state == "done"


def test_a_sheet_that_was_replaced_or_is_of_another_handoff_counts_for_nothing(
    desk: Desk, offer: m.Handoff
) -> None:
    first = printed(desk, offer)
    second = printed(desk, offer)
    assert second.number.endswith("/2")
    first.refresh_from_db()
    assert first.state is ReceiptSheetState.VOID
    with pytest.raises(ActionError, match="may not be used"):
        confirm(desk, offer, first)
    more = people.make_copies(desk.cast, desk.project, "HAND-B", 1)
    other = done(handoffs.offer(desk.cast.actor("mei"), desk.deal(copies=[c.id for c in more])))
    with pytest.raises(ActionError, match="may not be used"):
        confirm(desk, other, second)
    assert not m.EvidenceFile.objects.exists()
    assert confirm(desk, offer, second).state == "done"
    with pytest.raises(NotNow):
        confirm(desk, offer, second)
    assert list(compare(rebuild())) == []


def test_what_was_withdrawn_is_signed_for_no_more(desk: Desk, offer: m.Handoff) -> None:
    sheet = printed(desk, offer)
    handoffs.withdraw(desk.cast.actor("mei"), handoff=offer.id, reason="Later")
    for act in (lambda: printed(desk, offer), lambda: confirm(desk, offer, sheet)):
        with pytest.raises(NotNow):
            act()


def test_what_is_only_read_needs_an_own_sign_in(desk: Desk) -> None:
    room = desk.cast.systems["workstation"].id
    read = done(handoffs.offer(desk.cast.actor("mei"), desk.deal(leg=Leg.INSPECTION, system=room)))
    with pytest.raises(ActionError, match="only read"):
        printed(desk, read)


def test_a_copy_that_is_not_in_order_stays_and_a_mistake_is_undone_as_ever(
    desk: Desk, offer: m.Handoff
) -> None:
    wrong = (Wrong(desk.copies[0].id, Received.DAMAGED, "Wet"),)
    outcome = confirm(desk, offer, printed(desk, offer), wrong=wrong)
    assert m.Handoff.objects.get(id=offer.id).state is HandoffState.PARTLY
    assert holds(desk) == {copy.code for copy in desk.copies[1:]}
    assert m.Discrepancy.objects.get().copy_id == desk.copies[0].id
    assert outcome.state == "done" and list(compare(rebuild())) == []


def test_sent_twice_it_has_one_effect(desk: Desk, offer: m.Handoff) -> None:
    sheet, token = printed(desk, offer), m.new_id()
    first = confirm(desk, offer, sheet, submission=token)
    again = confirm(desk, offer, sheet, submission=token)
    assert again.again and again.entry == first.entry
    assert m.EvidenceFile.objects.count() == 1


def test_where_the_regime_lets_none_be_nothing_is_printed(
    desk: Desk, offer: m.Handoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witnessed, "RULE", "HND-99")  # as where the rule is off: no pack has this one
    with pytest.raises(ActionError, match="lets no receipt be signed on paper"):
        printed(desk, offer)


def test_the_receiver_may_still_be_refused_by_the_rules_on_who_receives(desk: Desk, offer: m.Handoff) -> None:
    sheet = printed(desk, offer)
    m.Membership.objects.filter(person=desk.cast.people["tao"]).update(
        ends=desk.cast.today - dt.timedelta(days=1)
    )
    outcome = confirm(desk, offer, sheet)
    said = {f["code"] for f in outcome.decision.findings if f["outcome"] == "block"}
    assert outcome.state == "refused" and "HND-03" in said


def test_a_mistake_is_said_by_the_receiving_side_alone(desk: Desk, offer: m.Handoff) -> None:
    confirm(desk, offer, printed(desk, offer))
    with pytest.raises(NotPermitted):
        mistakes.accepted_by_mistake(desk.cast.actor("heng"), handoff=offer.id, reason="Not so")
