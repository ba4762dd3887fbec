"""From the level that a regime sets, a receipt counts only when the receiver signs it with an own key."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from custody import models as m
from custody import record, regimes, signoff
from custody.actions import by_hand, counter, handoffs, mistakes, signing, signing_keys
from custody.actions.base import ActionError, NotPermitted, Outcome, database_now
from custody.actions.receipts import Wrong
from custody.actions.witnessed import ByHand
from custody.apply import rebuild
from custody.compare import compare
from custody.replay import replay
from custody.single import differing
from custody.stories import cast as people
from custody.stories import told
from custody.terms import HandoffState, KeyForm, Leg, Received, SignedType, SignOffDoubt
from custody.transitions import NotNow
from tests.actions.filled_in import scan
from tests.actions.scenes import Scene, done
from tests.actions.test_legs import Desk, blocking
from tests.authenticator import Key, base64url
from tests.cards import Card
from tests.packs import activate, house

from . import test_signing as votes
from . import test_signing_cards as cards
from .test_signing_keys import confirmed, passkey
from .test_signing_overrides import entries

RULE = """  HND-09:
    enabled: true
    params: {from_level: LEVEL}
    cite: [{source: {en: House policy, zh: 内部制度}, status: policy}]
"""


def regime(level: str = "mimi", version: str = "1") -> bytes:
    """A house in which receipts from a level on are signed."""
    return house(version, more=RULE.replace("LEVEL", level))


def as_the_ledger_has_it() -> bool:
    return not [d for d in compare(rebuild()) if d.table != "custody_user"]


class Signing(Desk):
    """A desk whose copies ask for a signed receipt; two of another item, a level below, do not."""

    def __init__(self, cast: people.Cast) -> None:
        self.cast = cast
        activate(regime())
        self.project = people.open_project(cast, "SIG-1", "Signed receipts 签名签收", regime="house")
        self.hop = told.approved_hop(cast, self.project, "westgate", "Scanning 扫描")
        self.copies = people.make_copies(cast, self.project, "SIG-A", 2)
        self.plain = people.make_copies(cast, self.project, "SIG-B", 2, level="gongkai")

    def offered(self, **changes: Any) -> m.Handoff:
        row: m.Handoff = done(handoffs.offer(self.cast.actor("mei"), self.deal(**changes)))
        return row

    def text(self, row: m.Handoff, who: str = "tao", **more: Any) -> str:
        now = more.pop("now", None) or database_now()
        return handoffs.begin(self.cast.actor(who), row, now, **more)

    def sign(self, row: m.Handoff, text: str, given: Any, who: str = "tao", **more: Any) -> Outcome:
        signed = signing.Signed(text, given)
        return handoffs.accept(self.cast.actor(who), handoff=row.id, signed=signed, **more)

    def state(self, row: m.Handoff) -> HandoffState:
        return m.Handoff.objects.get(id=row.id).state

    def refused(self, why: SignOffDoubt, row: m.Handoff, *args: Any, **more: Any) -> None:
        """The offer goes on waiting, its sender is told why, and an entry says that it was tried."""
        with pytest.raises(ActionError) as told_why:
            self.sign(row, *args, **more)
        assert why.text.en in told_why.value.text.en and why.text.zh in told_why.value.text.zh
        assert self.state(row) is HandoffState.OFFERED and not m.Signature.objects.exists()
        said = entries("signing.refused/2")[-1]
        assert (said["why"], said["type"], said["object"]) == (str(why), "receipt", str(row.id))


@pytest.fixture
def desk(cast: people.Cast) -> Signing:
    return Signing(cast)


def scene_of(desk: Signing) -> Scene:
    """The keys of the tests are kept for scenes; of one they ask for its cast alone."""
    return desk  # type: ignore[return-value]


def test_a_receipt_that_nobody_signed_is_refused_by_the_rule_with_its_remedy(desk: Signing) -> None:
    row = desk.offered()
    outcome = handoffs.accept(desk.cast.actor("tao"), handoff=row.id)
    assert blocking(outcome) == {"HND-09": ["unsigned"]}
    assert desk.state(row) is HandoffState.OFFERED
    assert m.Refusal.objects.filter(decision=outcome.decision).count() == 1
    assert entries("attempt.refused/2" if entries("attempt.refused/2") else "attempt.refused/1")
    assert as_the_ledger_has_it()


@pytest.mark.parametrize("form", list(KeyForm))
def test_the_receivers_own_key_moves_custody_and_the_signature_stands_in_the_ledger(
    desk: Signing, form: KeyForm
) -> None:
    row = desk.offered()
    if form is KeyForm.PASSKEY:
        key = Key()
        confirmed(scene_of(desk), "tao", key)
        text = desk.text(row)
        given = votes.answer(key, text)
    else:
        card = Card()
        cards.confirmed(scene_of(desk), "tao", card)
        text = desk.text(row, form=form)
        given = cards.answer(card, text)
    outcome = desk.sign(row, text, given)
    assert done(outcome).state is HandoffState.ACCEPTED
    assert desk.holders() == {(desk.cast.party("westgate"), "held")}
    assert outcome.decision is not None
    (found,) = [f for f in outcome.decision.findings if f["code"] == "HND-09"]
    assert found["outcome"] == "pass"
    assert replay(outcome.decision, regimes.pack("house")).verdict == "same"
    kept = m.Signature.objects.get()
    current = m.Handoff.objects.get(id=row.id)
    assert (kept.type, kept.object, kept.decision_entry) == (
        SignedType.RECEIPT, row.id, current.answer_entry,
    )  # fmt: skip
    accepted, said = entries("handoff.accepted/1")[-1], entries("signature.given/1")[-1]
    assert (said["act"], said["method"], said["person"]) == (
        accepted["act"], str(form), str(desk.cast.people["tao"].id),
    )  # fmt: skip
    assert accepted["facts/act"]["signed_with"] == str(form)
    read = signoff.read(said["statement"])
    assert read["copies"] == [c.code for c in sorted(desk.copies, key=lambda c: c.id)]
    assert read["copies_sha256"] == record.digest(accepted["copies"])
    assert (read["sender"], read["receiver"], read["choice"]) == (
        str(row.sender_party_id), str(row.receiver_party_id), "accept",
    )  # fmt: skip
    assert differing(m.Signature, str(kept.id)) == differing(m.Handoff, str(row.id)) == []
    assert as_the_ledger_has_it()


def test_what_is_no_signature_on_this_receipt_moves_nothing_and_is_recorded(desk: Signing) -> None:
    row, plain, key, bos = desk.offered(), Key(), Key(), Key()
    passkey(scene_of(desk), "tao", plain)
    text = desk.text(row)
    desk.refused(SignOffDoubt.NOT_CONFIRMED, row, text, votes.answer(plain, text))
    held = confirmed(scene_of(desk), "tao", key)
    for nonsense in (None, {}, "x", {"credential": "x" * 99_999}, {"signed_attributes": "x"}):
        desk.refused(SignOffDoubt.FORM, row, text, nonsense)
    login = key.get({"publicKey": {"challenge": base64url(b"c" * 32)}})
    given = {
        "credential": login["id"], "authenticator_data": login["response"]["authenticatorData"],
        "client_data": login["response"]["clientDataJSON"], "signature": login["response"]["signature"],
    }  # fmt: skip
    desk.refused(SignOffDoubt.CHALLENGE, row, text, given)
    confirmed(scene_of(desk), "bo", bos)
    desk.refused(SignOffDoubt.KEY, row, text, votes.answer(bos, text))
    hers = desk.text(row, "bo")
    desk.refused(SignOffDoubt.KEY, row, hers, votes.answer(bos, hers))
    desk.refused(SignOffDoubt.PERSON, row, hers, votes.answer(key, hers))
    late = desk.text(row, now=database_now() - dt.timedelta(minutes=5, seconds=1))
    desk.refused(SignOffDoubt.EXPIRED, row, late, votes.answer(key, late))
    other = desk.offered(copies=[desk.plain[0].id])
    moved = desk.text(other)
    desk.refused(SignOffDoubt.CHALLENGE, row, moved, votes.answer(key, moved))
    as_card = desk.text(row, form=KeyForm.CERTIFICATE)
    desk.refused(SignOffDoubt.STATEMENT, row, as_card, votes.answer(key, as_card))
    signing_keys.end(desk.cast.actor("tao"), key=held.id, reason="Lost")
    again = desk.text(row)
    desk.refused(SignOffDoubt.REVOKED, row, again, votes.answer(key, again))


def test_a_statement_is_signed_once_and_says_what_was_accepted(desk: Signing) -> None:
    key = Key()
    confirmed(scene_of(desk), "tao", key)
    row = desk.offered()
    text = desk.text(row, note="Two bags")
    with pytest.raises(ActionError, match="facts have changed"):
        desk.sign(row, text, votes.answer(key, text), note="Three bags")
    torn = [Wrong(desk.copies[0].id, Received.DAMAGED, "Torn")]
    with pytest.raises(ActionError, match="facts have changed"):
        desk.sign(row, text, votes.answer(key, text), note="Two bags", wrong=torn)
    assert desk.state(row) is HandoffState.OFFERED
    done(desk.sign(row, text, given := votes.answer(key, text), note="Two bags"))
    with pytest.raises(NotNow):
        desk.sign(row, text, given, note="Two bags")
    done(mistakes.accepted_by_mistake(desk.cast.actor("tao"), handoff=row.id, reason="Not ours"))
    done(mistakes.agree(desk.cast.actor("yu"), handoff=row.id))
    second = desk.offered()
    with pytest.raises(ActionError):
        desk.sign(second, text, votes.answer(key, text), note="Two bags")
    assert entries("signing.refused/2")[-1]["why"] == "challenge"


def test_of_copies_that_are_not_all_in_order_the_signature_says_which_were_taken(desk: Signing) -> None:
    key = Key()
    confirmed(scene_of(desk), "tao", key)
    row = desk.offered()
    torn = [Wrong(desk.copies[0].id, Received.DAMAGED, " Torn ")]
    text = desk.text(row, wrong=torn)
    done(desk.sign(row, text, votes.answer(key, text), wrong=torn))
    read = signoff.read(text)
    assert read["copies"] == [desk.copies[1].code]
    assert read["wrong"] == [{"copy": str(desk.copies[0].id), "found": "damaged", "note": "Torn"}]
    assert m.Handoff.objects.get(id=row.id).state is HandoffState.PARTLY


def test_below_the_level_a_receipt_goes_on_unsigned_and_may_be_signed(desk: Signing) -> None:
    key = Key()
    confirmed(scene_of(desk), "tao", key)
    low = [copy.id for copy in desk.plain]
    done(handoffs.accept(desk.cast.actor("tao"), handoff=desk.offered(copies=low[:1]).id))
    assert not m.Signature.objects.exists()
    row = desk.offered(copies=low[1:])
    text = desk.text(row)
    done(desk.sign(row, text, votes.answer(key, text)))
    assert m.Signature.objects.get().object == row.id
    mixed = desk.offered(copies=[desk.copies[0].id])
    assert blocking(handoffs.accept(desk.cast.actor("tao"), handoff=mixed.id)) == {"HND-09": ["unsigned"]}


def test_where_the_rules_bar_it_a_good_signature_moves_nothing(desk: Signing) -> None:
    key = Key()
    confirmed(scene_of(desk), "lan", key)
    row = desk.offered()
    with pytest.raises(NotPermitted):
        text = desk.text(row, "lan")
        desk.sign(row, text, votes.answer(key, text), "lan")
    assert desk.state(row) is HandoffState.OFFERED and not m.Signature.objects.exists()


def test_neither_a_pin_at_the_counter_nor_a_sheet_signed_by_hand_takes_its_place(desk: Signing) -> None:
    row, yu = desk.offered(), desk.cast.actor("yu")
    outcome = counter.sign(yu, desk.cast.actor("tao"), handoff=row.id, session="0" * 16)
    assert blocking(outcome) == {"HND-09": ["unsigned"]}
    sheet = done(by_hand.print_sheet(yu, handoff=row.id))
    by = ByHand(sheet.id, yu.human(), "0" * 16, scan())
    outcome = by_hand.confirm(yu, desk.cast.actor("heng"), handoff=row.id, by_hand=by)
    assert blocking(outcome) == {"HND-09": ["by_hand"]}
    assert desk.state(row) is HandoffState.OFFERED


def test_what_is_given_back_or_only_read_is_signed_for_too(desk: Signing) -> None:
    key, yus = Key(), Key()
    confirmed(scene_of(desk), "tao", key)
    confirmed(scene_of(desk), "yu", yus)
    row = desk.offered()
    text = desk.text(row)
    done(desk.sign(row, text, votes.answer(key, text)))
    back = done(handoffs.offer(desk.cast.actor("tao"), desk.back()))
    assert blocking(handoffs.accept(desk.cast.actor("yu"), handoff=back.id)) == {"HND-09": ["unsigned"]}
    text = desk.text(back, "yu")
    done(desk.sign(back, text, votes.answer(yus, text), "yu"))
    seen = desk.offered(leg=Leg.INSPECTION, system=desk.cast.systems["workstation"].id, due_back=None)
    assert blocking(handoffs.accept(desk.cast.actor("tao"), handoff=seen.id)) == {"HND-09": ["unsigned"]}
    text = desk.text(seen)
    done(desk.sign(seen, text, votes.answer(key, text)))
    assert entries("handoff.read/1")[-1]["reader"] == str(desk.cast.people["tao"].id)
    assert m.Signature.objects.count() == 3


def test_an_overlay_lowers_the_level_and_never_raises_it_or_lets_go_of_it(desk: Signing) -> None:
    def over(level: str, name: str = "branch") -> bytes:
        body = (
            RULE.replace("LEVEL", level)
            if level
            else "  HND-09: {enabled: false, off_reason: {en: x, zh: x}}\n"
        )
        head = f'id: {name}\nversion: "1"\nextends: house\nlabel: {{en: B, zh: B}}\neffective: 2026-01-01\n'
        return (head + "rules:\n" + body).encode()

    for looser in ("jimi", "juemi", "null", ""):
        with pytest.raises(ActionError):
            activate(over(looser), "branch.yaml")
    assert done(activate(over("gongkai"), "branch.yaml")).name == "branch"
