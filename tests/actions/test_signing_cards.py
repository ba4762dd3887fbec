"""Where passkeys are barred a smart card signs: named by its owner, confirmed by another, for its owner
alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from custody import certificates, record, signoff
from custody import models as m
from custody.actions import access, signing, signing_keys, signing_votes
from custody.actions.base import ActionError, NotPermitted, database_now
from custody.apply import rebuild
from custody.compare import compare
from custody.terms import KeyForm, SigningKeyEnd, SigningKeyState, SignOffDoubt, VoteChoice, VoteMethod
from tests.cards import Card

from . import test_signing as votes
from .scenes import Scene, done


def claim(scene: Scene, who: str, now: dt.datetime | None = None) -> str:
    return signing_keys.begin_claim(scene.cast.actor(who), now or database_now())


def asked(scene: Scene, who: str, card: Card) -> m.SigningKey:
    m.User.objects.get_or_create(username=who, defaults={"person": scene.cast.people[who]})
    text = claim(scene, who)
    signed = card.sign(certificates.claim_file(text))
    row: m.SigningKey = done(signing_keys.ask_for_card(scene.cast.actor(who), statement=text, signed=signed))
    return row


def confirmed(scene: Scene, who: str, card: Card, by: str = "an") -> m.SigningKey:
    row: m.SigningKey = done(signing_keys.confirm(scene.cast.actor(by), key=asked(scene, who, card).id))
    return row


def text_of(scene: Scene, who: str, now: dt.datetime | None = None) -> str:
    actor, now = scene.cast.actor(who), now or database_now()
    row = m.Approval.objects.get(id=scene.asked.id)
    ruling = votes.hops.preview_vote(actor, row, now)
    said = signing_votes.Said(votes.REASON)
    return signing_votes.begin(row, ruling, VoteChoice.APPROVE, actor.human(), said, now, KeyForm.CERTIFICATE)


def answer(card: Card, text: str) -> dict[str, str]:
    return certificates.opened(card.sign(signoff.signed_file(text)))[1].to_json()


def test_a_vote_signed_with_a_card_says_so_and_verifies_from_the_entries_alone(scene: Scene) -> None:
    card = Card()
    row = confirmed(scene, "heng", card)
    text = text_of(scene, "heng")
    done(votes.cast_vote(scene, "heng", text, answer(card, text)))
    vote = m.Vote.objects.get(approval=scene.asked)
    assert (vote.method, vote.key_id) == (VoteMethod.CERTIFICATE, row.id)
    entries: dict[Any, Any] = {entry.id: entry.values for entry in record.history()}
    said = [v for v in entries.values() if v["kind"] == "approval.voted/4"][-1]
    assert said["key_entry"] == str(row.confirmed)
    by = entries[row.confirmed]
    assert by["kind"] == "signing_key.confirmed/2" and by["form"] == "certificate"
    names = ("person", "credential", "public_key", "origin", "rp_id", "form")
    certificates.judge(said["statement"], said["assertion"], signoff.SigningKey(*(by[n] for n in names)))
    wrong = [d for d in compare(rebuild()) if d.table in {"custody_vote", "custody_signingkey"}]
    assert wrong == []


def test_no_name_of_the_certificate_stands_in_the_ledger(scene: Scene) -> None:
    card = Card(name="Heng Secretname")
    confirmed(scene, "heng", card)
    text = text_of(scene, "heng")
    done(votes.cast_vote(scene, "heng", text, answer(card, text)))
    assert "Secretname" not in "".join(str(entry.values) for entry in record.history())


def test_the_entry_that_asks_shows_that_the_card_was_at_hand(scene: Scene) -> None:
    asked(scene, "heng", Card())
    told: Any = [e.values for e in record.history() if e.values["kind"] == "signing_key.asked/2"][-1]
    proof = certificates.Detached.of(told["proof"])
    certificates.verify_file(certificates.claim_file(told["statement"]), proof, told["public_key"])
    assert told["factor"] is None and told["fingerprint"] == proof.credential


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        (lambda s, c: (claim(s, "qiao"), None), SignOffDoubt.PERSON),
        (lambda s, c: (claim(s, "heng"), c.sign(b"something else")), SignOffDoubt.CHALLENGE),
        (
            lambda s, c: (claim(s, "heng", database_now() - dt.timedelta(minutes=31)), None),
            SignOffDoubt.EXPIRED,
        ),
        (lambda s, c: ("{}", None), SignOffDoubt.STATEMENT),
        (lambda s, c: (claim(s, "heng"), b"nonsense"), SignOffDoubt.FORM),
    ],
)
def test_a_claim_that_is_not_fresh_ones_own_and_signed_names_no_card(
    scene: Scene, lie: Any, why: Any
) -> None:
    card = Card()
    text, signed = lie(scene, card)
    with pytest.raises(ActionError) as told:
        signing_keys.ask_for_card(
            scene.cast.actor("heng"),
            statement=text,
            signed=signed or card.sign(certificates.claim_file(text)),
        )
    assert told.value.text == why.text and told.value.about == "file"
    assert not m.SigningKey.objects.exists()


def test_a_certificate_out_of_its_days_and_a_card_named_twice_are_refused(scene: Scene) -> None:
    for card in (Card(begins=-9, ends=-1), Card(begins=2)):
        with pytest.raises(ActionError) as told:
            asked(scene, "heng", card)
        assert told.value.text == SignOffDoubt.RUN_OUT.text
    card = Card()
    asked(scene, "heng", card)
    for who in ("heng", "qiao"):
        with pytest.raises(ActionError, match="named for signing already"):
            asked(scene, who, card)


def test_who_may_sign_nothing_names_no_card(scene: Scene) -> None:
    text = claim(scene, "jing")
    with pytest.raises(NotPermitted):
        signing_keys.ask_for_card(
            scene.cast.actor("jing"), statement=text, signed=Card().sign(certificates.claim_file(text))
        )


def test_a_card_not_confirmed_ended_of_another_or_answering_late_signs_nothing(scene: Scene) -> None:
    card, other = Card(), Card()
    asked(scene, "heng", card)
    text = text_of(scene, "heng")
    votes.refused(scene, SignOffDoubt.NOT_CONFIRMED, "heng", text, answer(card, text))
    row = m.SigningKey.objects.get()
    done(signing_keys.confirm(scene.cast.actor("an"), key=row.id))
    confirmed(scene, "qiao", other)
    votes.refused(scene, SignOffDoubt.KEY, "heng", text, answer(other, text))
    of_qiao = text_of(scene, "qiao")
    votes.refused(scene, SignOffDoubt.PERSON, "heng", of_qiao, answer(card, of_qiao))
    late = text_of(scene, "heng", database_now() - dt.timedelta(minutes=31))
    votes.refused(scene, SignOffDoubt.EXPIRED, "heng", late, answer(card, late))
    votes.refused(scene, SignOffDoubt.CHALLENGE, "heng", text, answer(card, text_of(scene, "heng")))
    done(signing_keys.end(scene.cast.actor("an"), key=row.id, reason="Lost"))
    votes.refused(scene, SignOffDoubt.REVOKED, "heng", text, answer(card, text))


def test_a_statement_is_signed_once_even_with_another_signature_of_the_same_card(scene: Scene) -> None:
    card = Card()
    confirmed(scene, "heng", card)
    m.Approval.objects.filter(id=scene.asked.id).update(needed=2)
    text = text_of(scene, "heng")
    first, second = answer(card, text), answer(card, text)
    assert first["signature"] != second["signature"]
    done(votes.cast_vote(scene, "heng", text, first))
    votes.refused(scene, SignOffDoubt.USED, "heng", text, second)


def test_where_signatures_are_required_a_card_is_one(scene: Scene, settings: Any) -> None:
    settings.SIGN_OFF = "required"
    card = Card()
    confirmed(scene, "heng", card)
    text = text_of(scene, "heng")
    done(votes.cast_vote(scene, "heng", text, answer(card, text)))


def test_nobody_confirms_an_own_card_and_who_leaves_signs_no_more(scene: Scene) -> None:
    row = asked(scene, "heng", Card())
    with pytest.raises(ActionError, match="your own"):
        signing_keys.confirm(scene.cast.actor("heng"), key=row.id)
    done(signing_keys.confirm(scene.cast.actor("an"), key=row.id))
    assert [key.form for key in signing.keys_of(row.person_id)] == [KeyForm.CERTIFICATE]
    done(access.close_sign_in(scene.cast.actor("an"), person=row.person_id, reason="Left"))
    row.refresh_from_db()
    assert (row.state, row.ended_how) == (SigningKeyState.ENDED, SigningKeyEnd.CLOSED)
    assert not signing.keys_of(row.person_id)
