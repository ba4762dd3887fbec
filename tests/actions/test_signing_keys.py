"""A passkey signs decisions once another person has put it on record as its owner's, and until it ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from custody import models as m
from custody import record, signoff
from custody.actions import factors, signing_keys
from custody.actions.base import ActionError, Actor, Changed, NotPermitted
from custody.apply import rebuild
from custody.compare import compare
from custody.terms import FactorKind, SigningKeyEnd, SigningKeyState
from custody.transitions import NotNow
from tests.authenticator import Key, base64url

from .scenes import Scene, done


def passkey(scene: Scene, who: str, key: Key | None = None) -> m.Factor:
    """Add a passkey for signing in."""
    key, person = key or Key(), scene.cast.people[who]
    user, _ = m.User.objects.get_or_create(username=who, defaults={"person": person})
    made = factors.Passkey(base64url(key.id), base64url(key.cose), 0, {})
    row: m.Factor = done(
        factors.enrol_passkey(scene.cast.actor(who), user=user.pk, name="Blue key", passkey=made)
    )
    return row


def asked(scene: Scene, who: str, key: Key | None = None) -> m.SigningKey:
    row: m.SigningKey = done(signing_keys.ask(scene.cast.actor(who), factor=passkey(scene, who, key).id))
    return row


def confirmed(scene: Scene, who: str, key: Key | None = None, by: str = "an") -> m.SigningKey:
    row: m.SigningKey = done(signing_keys.confirm(scene.cast.actor(by), key=asked(scene, who, key).id))
    return row


def passkey_of(row: m.SigningKey) -> UUID:
    assert row.factor_id
    return row.factor_id


def last(kind: str) -> Any:
    return [entry for entry in record.history() if entry.values["kind"] == kind][-1]


def test_the_entry_that_confirms_a_key_carries_all_that_a_signature_is_judged_by(scene: Scene) -> None:
    key = Key()
    row = confirmed(scene, "heng", key)
    told = last("signing_key.confirmed/2")
    assert row.state is SigningKeyState.CONFIRMED and row.confirmed == told.id
    assert told.values["public_key"] == base64url(key.cose)
    assert told.values["credential"] == base64url(key.id)
    assert told.values["fingerprint"] == signoff.fingerprint(base64url(key.cose))
    assert told.values["person"] == str(scene.cast.people["heng"].id)
    assert told.values["confirmed_by"] == str(scene.cast.people["an"].id)
    assert (told.values["origin"], told.values["rp_id"]) == (row.origin, row.rp_id)


def test_a_passkey_for_signing_in_signs_nothing_before_that(scene: Scene) -> None:
    passkey(scene, "heng")
    assert not m.SigningKey.objects.exists()
    row = asked(scene, "qiao")
    assert row.state is SigningKeyState.ASKED and not m.SigningKey.objects.in_force().exists()


def test_nobody_confirms_their_own_and_nobody_names_anothers(scene: Scene) -> None:
    row = asked(scene, "heng")
    with pytest.raises(ActionError, match="your own"):
        signing_keys.confirm(scene.cast.actor("heng"), key=row.id)
    other = passkey(scene, "qiao")
    with pytest.raises(NotPermitted):
        signing_keys.ask(scene.cast.actor("heng"), factor=other.id)
    for who in ("mei", "yu", "lan", "jing"):
        with pytest.raises(NotPermitted):
            signing_keys.confirm(scene.cast.actor(who), key=row.id)
    assert not m.SigningKey.objects.in_force().exists()
    done(signing_keys.confirm(scene.cast.actor("qiao"), key=row.id))


def test_a_key_is_named_once_at_a_time(scene: Scene) -> None:
    row = asked(scene, "heng")
    with pytest.raises(ActionError, match="already"):
        signing_keys.ask(scene.cast.actor("heng"), factor=passkey_of(row))
    done(signing_keys.end(scene.cast.actor("heng"), key=row.id, reason="Not this one"))
    again = done(signing_keys.ask(scene.cast.actor("heng"), factor=passkey_of(row)))
    assert again.id != row.id
    done(signing_keys.confirm(scene.cast.actor("an"), key=again.id))
    with pytest.raises(NotNow):
        signing_keys.confirm(scene.cast.actor("qiao"), key=again.id)


def test_a_code_app_and_a_key_of_an_odd_kind_sign_nothing(scene: Scene) -> None:
    user = m.User.objects.get_or_create(username="heng", defaults={"person": scene.cast.people["heng"]})[0]
    app = m.Factor.objects.create(entry=m.new_id(), user=user, kind=FactorKind.TOTP, name="Phone")
    odd = m.Factor.objects.create(
        entry=m.new_id(), user=user, kind=FactorKind.PASSKEY, name="Odd", credential="odd", public_key="a2V5"
    )
    for row in (app, odd):
        with pytest.raises(ActionError):
            signing_keys.ask(scene.cast.actor("heng"), factor=row.id)


@pytest.mark.parametrize(
    ("who", "how"),
    [("heng", SigningKeyEnd.OWNER), ("an", SigningKeyEnd.REVOKED), ("qiao", SigningKeyEnd.REVOKED)],
)
def test_one_person_is_enough_to_end_it_and_the_entry_says_how(
    scene: Scene, who: str, how: SigningKeyEnd
) -> None:
    row = confirmed(scene, "heng")
    with pytest.raises(ActionError):
        signing_keys.end(scene.cast.actor(who), key=row.id, reason="  ")
    done(signing_keys.end(scene.cast.actor(who), key=row.id, reason="Lost 遗失"))
    row.refresh_from_db()
    assert row.state is SigningKeyState.ENDED and row.ended_how is how
    assert last("signing_key.ended/1").values["reason"] == "Lost 遗失"
    with pytest.raises(NotNow):
        signing_keys.end(scene.cast.actor(who), key=row.id, reason="Again")


def test_whoever_may_not_confirm_may_not_end_anothers(scene: Scene) -> None:
    row = confirmed(scene, "heng")
    for who in ("mei", "yu", "lan", "jing"):
        with pytest.raises(NotPermitted):
            signing_keys.end(scene.cast.actor(who), key=row.id, reason="Mine")


def test_it_ends_with_the_passkey_whoever_ends_that(scene: Scene) -> None:
    mine = confirmed(scene, "heng")
    done(factors.remove(scene.cast.actor("heng"), factor=passkey_of(mine)))
    theirs = confirmed(scene, "qiao")
    done(factors.end_all(scene.cast.actor("an"), person=scene.cast.people["qiao"].id, reason="Lost"))
    for row in (mine, theirs):
        row.refresh_from_db()
        assert row.state is SigningKeyState.ENDED and row.ended_how is SigningKeyEnd.FACTOR


def test_what_was_confirmed_is_what_was_on_the_page(scene: Scene) -> None:
    row = asked(scene, "heng")
    stale = Actor.of(
        m.User.objects.get_or_create(username="an", defaults={"person": scene.cast.people["an"]})[0]
    )
    with pytest.raises(Changed):
        signing_keys.confirm(replace(stale, expects=UUID(int=7)), key=row.id)


def test_a_key_that_was_named_at_another_address_of_the_site_is_not_confirmed(
    scene: Scene, settings: Any
) -> None:
    row = asked(scene, "heng")
    settings.SITE_URL = "https://moved.example"
    with pytest.raises(ActionError, match="another address"):
        signing_keys.confirm(scene.cast.actor("an"), key=row.id)


def test_a_program_names_and_ends_no_key(scene: Scene) -> None:
    row = passkey(scene, "heng")
    program = replace(scene.cast.actor("heng"), scopes=frozenset({"hop"}))
    with pytest.raises(NotPermitted):
        signing_keys.ask(program, factor=row.id)


def test_the_ledger_rebuilds_every_key_as_the_table_has_it(scene: Scene) -> None:
    asked(scene, "mei")
    row = confirmed(scene, "heng")
    gone = confirmed(scene, "qiao")
    done(signing_keys.end(scene.cast.actor("an"), key=gone.id, reason="Lost"))
    assert _wrong() == []
    m.SigningKey.objects.filter(id=row.id).update(public_key="c3dhcHBlZA")
    assert _wrong() == [(str(row.id), "public_key")]


def _wrong() -> list[tuple[str, str]]:
    """What the nightly check finds in the table."""
    return [(str(d.id), d.column) for d in compare(rebuild()) if d.table == "custody_signingkey"]
