"""A rule pack can be put in force with an administrator's own key, and where the house demands it with
nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from custody import drafting, signoff
from custody import models as m
from custody.actions import packs, signing, signing_keys
from custody.actions.base import ActionError, Outcome, database_now
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.terms import KeyForm, SignedType, SignOffDoubt
from tests.authenticator import Key
from tests.cards import Card
from tests.packs import WHY, activate, house

from . import test_signing as votes
from . import test_signing_cards as cards
from .scenes import Scene, done
from .test_signing_keys import confirmed
from .test_signing_overrides import entries


def begun(scene: Scene, raw: bytes, who: str = "an", **more: Any) -> tuple[str, Any]:
    """A statement on a file, and the id that its pack will have."""
    id, now = m.new_id(), more.get("now") or database_now()
    form = more.get("form", KeyForm.PASSKEY)
    return packs.begin(scene.cast.actor(who), drafting.draft(raw, "h.yaml"), id, WHY["reason"], now, form), id


def sign(scene: Scene, raw: bytes, text: str, id: Any, given: Any, **more: Any) -> Outcome:
    signed = signing.Signed(text, given)
    told = {**WHY, **more}
    return packs.activate(scene.cast.actor("an"), raw=raw, file="h.yaml", pack=id, signed=signed, **told)


def refused(why: SignOffDoubt, scene: Scene, *args: Any) -> None:
    """Nothing is in force that was not before, whoever tried is told why, and an entry says so."""
    with pytest.raises(ActionError) as told:
        sign(scene, *args)
    assert why.text.en in told.value.text.en and why.text.zh in told.value.text.zh
    assert not m.RegimePack.objects.filter(name="house").exists() and not m.Signature.objects.exists()
    said = entries("signing.refused/2")[-1]
    assert (said["why"], said["type"]) == (str(why), "pack")


@pytest.mark.parametrize("form", list(KeyForm))
def test_a_pack_that_an_administrator_signed_counts_and_says_so(scene: Scene, form: KeyForm) -> None:
    key, card = Key(), Card()
    if form is KeyForm.PASSKEY:
        confirmed(scene, "an", key, by="heng")
    else:
        cards.confirmed(scene, "an", card, by="heng")
    text, id = begun(scene, house(), form=form)
    given = votes.answer(key, text) if form is KeyForm.PASSKEY else cards.answer(card, text)
    row = done(sign(scene, house(), text, id, given))
    assert (row.id, row.name, row.version) == (id, "house", "1")
    kept = m.Signature.objects.get()
    assert (kept.type, kept.object, kept.decision_entry) == (SignedType.PACK, id, row.entry)
    told, said = entries("pack.published/2")[-1], entries("signature.given/1")[-1]
    assert (said["act"], said["person"]) == (told["act"], told["actor"])
    read = signoff.read(said["statement"])
    names = ("name", "version", "effective", "file_sha256", "reason")
    assert [read[name] for name in names] == [told[name] for name in names]
    assert read["pack_sha256"] == told["sha256"] == row.sha256
    assert WHY["ordered_by"] not in said["statement"], "a name that can be erased stands in no signed text"
    assert differing(m.Signature, str(kept.id)) == differing(m.RegimePack, str(id)) == []
    assert [d for d in compare(rebuild()) if d.table in ("custody_signature", "custody_regimepack")] == []


def test_without_a_demand_a_pack_may_be_put_in_force_unsigned(scene: Scene) -> None:
    confirmed(scene, "an", Key(), by="heng")
    done(packs.activate(scene.cast.actor("an"), raw=house(), file="h.yaml", **WHY))
    assert not m.Signature.objects.exists()


def test_where_the_house_demands_it_nobody_does_it_unsigned_but_who_owns_the_machine(
    scene: Scene, settings: Any
) -> None:
    settings.SIGN_OFF = "required"
    with pytest.raises(ActionError, match="signed approvals only"):
        packs.activate(scene.cast.actor("an"), raw=house(), file="h.yaml", **WHY)
    assert not m.RegimePack.objects.filter(name="house").exists()
    assert [(e["why"], e["type"]) for e in entries("signing.refused/2")] == [("unsigned", "pack")]
    done(activate(house()))
    assert entries("pack.published/2")[-1]["actor"] == "system"
    key = Key()
    confirmed(scene, "an", key, by="heng")
    text, id = begun(scene, house("2", "20"))
    done(sign(scene, house("2", "20"), text, id, votes.answer(key, text)))


def test_what_is_no_signature_on_this_file_puts_nothing_in_force(scene: Scene) -> None:
    key, hengs, raw = Key(), Key(), house()
    held = confirmed(scene, "an", key, by="heng")
    confirmed(scene, "heng", hengs, by="qiao")
    text, id = begun(scene, raw)
    for nonsense in (None, {}, "x", {"credential": "x" * 99_999}):
        refused(SignOffDoubt.FORM, scene, raw, text, id, nonsense)
    refused(SignOffDoubt.KEY, scene, raw, text, id, votes.answer(hengs, text))
    refused(SignOffDoubt.CHALLENGE, scene, raw, text, m.new_id(), votes.answer(key, text))
    late, its = begun(scene, raw, now=database_now() - dt.timedelta(minutes=5, seconds=1))
    refused(SignOffDoubt.EXPIRED, scene, raw, late, its, votes.answer(key, late))
    with pytest.raises(ActionError, match="facts have changed"):
        sign(scene, house(share="35"), text, id, votes.answer(key, text))
    with pytest.raises(ActionError, match="facts have changed"):
        sign(scene, raw, text, id, votes.answer(key, text), reason="Another")
    signing_keys.end(scene.cast.actor("an"), key=held.id, reason="Lost")
    again, other = begun(scene, raw)
    refused(SignOffDoubt.REVOKED, scene, raw, again, other, votes.answer(key, again))
