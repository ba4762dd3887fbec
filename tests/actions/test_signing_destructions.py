"""The approval of a destruction can be signed; what is no signature on it lets nothing be destroyed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from custody import models as m
from custody import signoff
from custody.actions import destructions, signing, signing_keys
from custody.actions.base import ActionError, database_now
from custody.single import differing
from custody.stories import cast as people
from custody.stories import destruction as batches
from custody.terms import CopyState, DestructionState, SignedType, SignOffDoubt
from tests.authenticator import Key, base64url

from . import test_signing as votes
from .scenes import Scene, done
from .test_signing_keys import confirmed, passkey
from .test_signing_overrides import entries

REASON = "All there, listed 清点无误"


@pytest.fixture
def row(scene: Scene) -> m.Destruction:
    """A batch of two copies that waits for an officer."""
    project = people.open_project(scene.cast, "LH-GONE", "What is destroyed")
    return batches.requested(scene.cast, project, people.make_copies(scene.cast, project, "X", 2))


def text_of(scene: Scene, row: m.Destruction, who: str = "heng", **more: Any) -> str:
    now = more.get("now") or database_now()
    return destructions.begin(scene.cast.actor(who), row, more.get("reason", REASON), now)


def approve(scene: Scene, row: m.Destruction, who: str, text: str, given: Any, reason: str = REASON) -> Any:
    return destructions.approve(
        scene.cast.actor(who), destruction=row.id, reason=reason, signed=signing.Signed(text, given)
    )


def refused(scene: Scene, why: SignOffDoubt, row: m.Destruction, *args: Any, **more: Any) -> None:
    """The batch goes on waiting, its sender is told why, and an entry says that it was tried."""
    with pytest.raises(ActionError) as told_why:
        approve(scene, row, *args, **more)
    assert why.text.en in told_why.value.text.en and why.text.zh in told_why.value.text.zh
    row.refresh_from_db()
    assert row.state is DestructionState.REQUESTED and not m.Signature.objects.exists()
    said = entries("signing.refused/2")[-1]
    assert (said["why"], said["type"], said["object"]) == (str(why), "destruction", str(row.id))


def test_a_signed_approval_stands_in_the_ledger_with_its_signature(scene: Scene, row: m.Destruction) -> None:
    key = Key()
    confirmed(scene, "heng", key)
    text = text_of(scene, row)
    row = done(approve(scene, row, "heng", text, votes.answer(key, text)))
    assert row.state is DestructionState.APPROVED and row.approved_sha256 == row.subject_sha256
    given = m.Signature.objects.get()
    assert (given.type, given.object, given.decision_entry) == (SignedType.DESTRUCTION, row.id, row.entry)
    said, decided = entries("signature.given/1")[0], entries("destruction.approved/1")[0]
    assert said["decision_entry"] == str(row.entry) and said["act"] == decided["act"]
    read = signoff.read(said["statement"])
    assert (read["object"], read["count"], read["reason"]) == (str(row.id), 2, REASON)
    assert read["subject_sha256"] == decided["subject_sha256"]
    assert read["pack_sha256"] == decided["decision"]["pack_sha256"]
    assert differing(m.Signature, str(given.id)) == differing(m.Destruction, str(row.id)) == []


def test_without_a_passkey_it_is_approved_as_before_and_bears_no_signature(
    scene: Scene, row: m.Destruction
) -> None:
    row = done(destructions.approve(scene.cast.actor("heng"), destruction=row.id, reason=REASON))
    assert row.state is DestructionState.APPROVED
    assert not m.Signature.objects.exists() and entries("signature.given/1") == []


def test_where_the_house_demands_it_only_a_signed_approval_counts(
    scene: Scene, row: m.Destruction, settings: Any
) -> None:
    settings.SIGN_OFF = "required"
    heng, key = scene.cast.actor("heng"), Key()
    with pytest.raises(ActionError, match="signed approvals only"):
        destructions.approve(heng, destruction=row.id, reason=REASON)
    assert [(e["why"], e["type"]) for e in entries("signing.refused/2")] == [("unsigned", "destruction")]
    confirmed(scene, "heng", key)
    text = text_of(scene, row)
    done(approve(scene, row, "heng", text, votes.answer(key, text)))
    copies = people.make_copies(scene.cast, row.project, "Y", 1)
    other = batches.requested(scene.cast, row.project, copies)
    done(destructions.refuse_batch(heng, destruction=other.id, reason="Still needed"))


def test_what_is_no_signature_on_this_batch_approves_nothing(scene: Scene, row: m.Destruction) -> None:
    key, plain, qiaos = Key(), Key(), Key()
    passkey(scene, "heng", plain)
    text = text_of(scene, row)
    refused(scene, SignOffDoubt.NOT_CONFIRMED, row, "heng", text, votes.answer(plain, text))
    held = confirmed(scene, "heng", key)
    confirmed(scene, "qiao", qiaos)
    for nonsense in (None, {}, "x", {"credential": "x" * 99_999}):
        refused(scene, SignOffDoubt.FORM, row, "heng", text, nonsense)
    login = key.get({"publicKey": {"challenge": base64url(b"c" * 32)}})
    given = {
        "credential": login["id"], "authenticator_data": login["response"]["authenticatorData"],
        "client_data": login["response"]["clientDataJSON"], "signature": login["response"]["signature"],
    }  # fmt: skip
    refused(scene, SignOffDoubt.CHALLENGE, row, "heng", text, given)
    refused(scene, SignOffDoubt.PERSON, row, "qiao", text, votes.answer(qiaos, text))
    refused(scene, SignOffDoubt.KEY, row, "qiao", text, votes.answer(key, text))
    late = text_of(scene, row, now=database_now() - dt.timedelta(minutes=5, seconds=1))
    refused(scene, SignOffDoubt.EXPIRED, row, "heng", late, votes.answer(key, late))
    copies = people.make_copies(scene.cast, row.project, "Y", 1)
    other = text_of(scene, batches.requested(scene.cast, row.project, copies))
    refused(scene, SignOffDoubt.CHALLENGE, row, "heng", other, votes.answer(key, other))
    vote = votes.text_of(scene, "heng")
    refused(scene, SignOffDoubt.CHALLENGE, row, "heng", vote, votes.answer(key, vote))
    with pytest.raises(ActionError, match="nothing was decided"):
        votes.cast_vote(scene, "heng", text, votes.answer(key, text))
    with pytest.raises(ActionError, match="facts have changed"):
        approve(scene, row, "heng", text, votes.answer(key, text), reason="Another reason")
    done(signing_keys.end(scene.cast.actor("an"), key=held.id, reason="Lost"))
    refused(scene, SignOffDoubt.REVOKED, row, "heng", text, votes.answer(key, text))
    assert set(m.Copy.objects.filter(id__in=row.copies).values_list("state", flat=True)) == {CopyState.MARKED}


def test_a_signature_does_not_carry_whoever_is_concerned_past_the_rule(
    scene: Scene, row: m.Destruction
) -> None:
    """What the rules bar stays barred, and the attempt is a refusal that bears no signature."""
    m.Destruction.objects.filter(id=row.id).update(requested_by=scene.cast.people["heng"])
    row.refresh_from_db()
    key = Key()
    confirmed(scene, "heng", key)
    text = text_of(scene, row)
    outcome = approve(scene, row, "heng", text, votes.answer(key, text))
    assert outcome.state == "refused" and not m.Signature.objects.exists()
