"""Whoever has a key that signs confirms another's with it; where the house demands it, nobody without."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from custody import models as m
from custody import signoff
from custody.actions import signing, signing_keys
from custody.actions.base import ActionError, database_now
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.terms import KeyForm, SignedType, SigningKeyState, SignOffDoubt
from tests.authenticator import Key
from tests.cards import Card

from . import test_signing as votes
from . import test_signing_cards as cards
from .scenes import Scene, done
from .test_signing_keys import asked, confirmed
from .test_signing_overrides import entries


def text_of(scene: Scene, row: m.SigningKey, who: str = "an", **more: Any) -> str:
    now = more.get("now") or database_now()
    return signing_keys.begin(scene.cast.actor(who), row, now, more.get("form", KeyForm.PASSKEY))


def confirm(scene: Scene, row: m.SigningKey, who: str, text: str, given: Any) -> Any:
    return signing_keys.confirm(scene.cast.actor(who), key=row.id, signed=signing.Signed(text, given))


def refused(scene: Scene, why: SignOffDoubt, row: m.SigningKey, who: str, *signed: Any) -> None:
    """The key goes on waiting, whoever tried is told why, and an entry says so."""
    with pytest.raises(ActionError) as told:
        if signed:
            confirm(scene, row, who, *signed)
        else:
            signing_keys.confirm(scene.cast.actor(who), key=row.id)
    assert why.text.en in told.value.text.en and why.text.zh in told.value.text.zh
    row.refresh_from_db()
    assert row.state is SigningKeyState.ASKED
    said = entries("signing.refused/2")[-1]
    assert (said["why"], said["type"], said["object"]) == (str(why), "key", str(row.id))


@pytest.mark.parametrize("form", list(KeyForm))
def test_whoever_has_a_key_confirms_with_it_and_the_signature_stands_beside(
    scene: Scene, form: KeyForm
) -> None:
    key, card = Key(), Card()
    if form is KeyForm.PASSKEY:
        confirmed(scene, "an", key, by="heng")
    else:
        cards.confirmed(scene, "an", card, by="heng")
    assert not m.Signature.objects.exists(), "the first key of a site nobody can sign for"
    row = asked(scene, "qiao")
    text = text_of(scene, row, form=form)
    given = votes.answer(key, text) if form is KeyForm.PASSKEY else cards.answer(card, text)
    row = done(confirm(scene, row, "an", text, given))
    assert row.state is SigningKeyState.CONFIRMED
    kept = m.Signature.objects.get()
    assert (kept.type, kept.object, kept.decision_entry) == (SignedType.KEY, row.id, row.confirmed)
    told, said = entries("signing_key.confirmed/2")[-1], entries("signature.given/1")[-1]
    assert (said["act"], said["person"], said["method"]) == (told["act"], told["confirmed_by"], str(form))
    read = signoff.read(said["statement"])
    assert (read["owner"], read["fingerprint"], read["choice"]) == (
        str(scene.cast.people["qiao"].id), row.fingerprint, "confirm",
    )  # fmt: skip
    assert differing(m.Signature, str(kept.id)) == differing(m.SigningKey, str(row.id)) == []
    assert [d for d in compare(rebuild()) if d.table == "custody_signature"] == []


def test_whoever_has_a_key_does_not_confirm_without_it(scene: Scene) -> None:
    confirmed(scene, "an", Key(), by="heng")
    row = asked(scene, "qiao")
    refused(scene, SignOffDoubt.OWN_KEY, row, "an")
    done(signing_keys.confirm(scene.cast.actor("heng"), key=row.id))


def test_where_the_house_demands_it_the_first_key_is_confirmed_unsigned_and_no_other(
    scene: Scene, settings: Any
) -> None:
    settings.SIGN_OFF = "required"
    key = Key()
    first = confirmed(scene, "an", key, by="heng")
    row = asked(scene, "qiao")
    refused(scene, SignOffDoubt.UNSIGNED, row, "heng")
    mine = asked(scene, "an")
    # Nobody but its owner has a key that could sign for it.
    done(signing_keys.confirm(scene.cast.actor("heng"), key=mine.id))
    text = text_of(scene, row)
    done(confirm(scene, row, "an", text, votes.answer(key, text)))
    assert [said["object"] for said in entries("signature.given/1")] == [str(row.id)]
    assert first.state is SigningKeyState.CONFIRMED


def test_what_is_no_signature_on_this_key_confirms_nothing(scene: Scene) -> None:
    key, hengs = Key(), Key()
    held = confirmed(scene, "an", key, by="heng")
    confirmed(scene, "lan", hengs, by="heng")
    row, other = asked(scene, "qiao"), asked(scene, "heng")
    text = text_of(scene, row)
    for nonsense in (None, {}, "x", {"credential": "x" * 99_999}):
        refused(scene, SignOffDoubt.FORM, row, "an", text, nonsense)
    refused(scene, SignOffDoubt.KEY, row, "an", text, votes.answer(hengs, text))
    moved = text_of(scene, other)
    refused(scene, SignOffDoubt.CHALLENGE, row, "an", moved, votes.answer(key, moved))
    late = text_of(scene, row, now=database_now() - dt.timedelta(minutes=5, seconds=1))
    refused(scene, SignOffDoubt.EXPIRED, row, "an", late, votes.answer(key, late))
    vote = votes.text_of(scene, "an")
    refused(scene, SignOffDoubt.CHALLENGE, row, "an", vote, votes.answer(key, vote))
    mine = asked(scene, "an")
    own = text_of(scene, mine)
    with pytest.raises(ActionError, match="your own"):
        confirm(scene, mine, "an", own, votes.answer(key, own))
    signing_keys.end(scene.cast.actor("an"), key=held.id, reason="Lost")
    again = text_of(scene, row)
    refused(scene, SignOffDoubt.REVOKED, row, "an", again, votes.answer(key, again))
