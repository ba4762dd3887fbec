"""A vote on an override is signed as one on a subcontract is, and neither signature serves for the other."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from custody import models as m
from custody import record, signoff
from custody.actions import factors, overriding, signing, signing_keys
from custody.actions.base import ActionError, database_now
from custody.single import differing
from custody.stories import told
from custody.terms import OverrideState, SignedType, SignOffDoubt, VoteChoice, VoteMethod
from tests.authenticator import Key, base64url
from tests.scale import share

from . import test_signing as votes
from .scenes import Scene, done
from .test_overrides import asked as put_up
from .test_overrides import young
from .test_signing_keys import asked, confirmed, passkey, passkey_of

REASON = votes.REASON
AGREE, REFUSE = VoteChoice.APPROVE, VoteChoice.DENY


@pytest.fixture
def row(scene: Scene) -> m.Override:
    """An override that waits for two who are not concerned."""
    young(scene.cast)
    return put_up(scene.cast, scene.project)


def text_of(
    scene: Scene, row: m.Override, who: str, choice: VoteChoice = AGREE, reason: str = REASON, **more: Any
) -> str:
    person = scene.cast.people[who].id
    return overriding.begin(row, choice, person, reason, more.get("now") or database_now())


def cast_vote(
    scene: Scene, row: m.Override, who: str, text: str, given: Any, choice: VoteChoice = AGREE, **more: Any
) -> Any:
    return overriding.vote(
        scene.cast.actor(who), override=row.id, choice=choice, reason=more.get("reason", REASON),
        signed=signing.Signed(text, given),
    )  # fmt: skip


def refused(scene: Scene, why: SignOffDoubt, row: m.Override, *args: Any, **more: Any) -> None:
    """The vote has no effect, its sender is told why, and an entry says that it was tried."""
    before = (m.OverrideVote.objects.count(), m.Signature.objects.count())
    with pytest.raises(ActionError) as told_why:
        cast_vote(scene, row, *args, **more)
    assert why.text.en in told_why.value.text.en and why.text.zh in told_why.value.text.zh
    assert (m.OverrideVote.objects.count(), m.Signature.objects.count()) == before
    said = entries("signing.refused/2")[-1]
    assert (said["why"], said["type"], said["object"]) == (str(why), "override", str(row.id))
    assert said["person"] == str(scene.cast.people[args[0]].id)


def entries(kind: str) -> list[dict[str, Any]]:
    return [dict(e.values) for e in record.history() if e.values["kind"] == kind]


def test_a_signed_vote_on_an_override_verifies_from_the_entries_alone(scene: Scene, row: m.Override) -> None:
    key = Key()
    held = confirmed(scene, "heng", key)
    text = text_of(scene, row, "heng")
    done(cast_vote(scene, row, "heng", text, votes.answer(key, text)))
    vote, given = row.votes.get(), m.Signature.objects.get()
    assert vote.method is VoteMethod.PASSKEY
    assert (given.type, given.object, given.key_id) == (SignedType.OVERRIDE, row.id, held.id)
    assert given.decision_entry == vote.entry
    by_id: dict[str, Any] = {str(e.id): e.values for e in record.history()}
    voted, said = by_id[str(vote.entry)], by_id[str(given.entry)]
    assert (voted["kind"], voted["method"]) == ("override.voted/1", "passkey")
    assert said["kind"] == "signature.given/1" and said["decision_entry"] == str(vote.entry)
    assert voted["act"] == said["act"], "one act"
    by = by_id[said["key_entry"]]
    public = signoff.SigningKey(
        *(by[name] for name in ("person", "credential", "public_key", "origin", "rp_id"))
    )
    assert signoff.verify(said["statement"], signoff.Assertion.of(said["assertion"]), public) == 2
    read = signoff.read(said["statement"])
    assert (read["object"], read["rule"], read["reason"]) == (str(row.id), "QUA-08", REASON)
    assert read["subject_sha256"] == voted["subject_sha256"] == row.subject_sha256
    assert differing(m.Signature, str(given.id)) == differing(m.OverrideVote, str(vote.id)) == []


def test_two_signatures_put_it_in_force_and_one_by_password_is_said_to_be_none(
    scene: Scene, row: m.Override
) -> None:
    key = Key()
    confirmed(scene, "heng", key)
    text = text_of(scene, row, "heng")
    done(cast_vote(scene, row, "heng", text, votes.answer(key, text)))
    qiao = scene.cast.actor("qiao")
    done(overriding.vote(qiao, override=row.id, choice=AGREE, reason=REASON, coded=True))
    row.refresh_from_db()
    assert row.state is OverrideState.ACTIVE
    assert [v.method for v in row.votes.order_by("id")] == [VoteMethod.PASSKEY, VoteMethod.CODE]
    assert m.Signature.objects.count() == 1, "what was not signed is no signature"


def test_no_key_signs_an_override_before_it_is_confirmed_nor_after_its_end(
    scene: Scene, row: m.Override
) -> None:
    plain, waits, key = Key(), Key(), Key()
    passkey(scene, "heng", plain)
    text = text_of(scene, row, "heng")
    refused(scene, SignOffDoubt.NOT_CONFIRMED, row, "heng", text, votes.answer(plain, text))
    asked(scene, "heng", waits)
    refused(scene, SignOffDoubt.NOT_CONFIRMED, row, "heng", text, votes.answer(waits, text))
    held = confirmed(scene, "heng", key)
    given = votes.answer(key, text)
    done(signing_keys.end(scene.cast.actor("an"), key=held.id, reason="Lost"))
    refused(scene, SignOffDoubt.REVOKED, row, "heng", text, given)


def test_an_answer_that_signed_its_owner_in_agrees_to_nothing(scene: Scene, row: m.Override) -> None:
    key = Key()
    confirmed(scene, "heng", key)
    login = key.get({"publicKey": {"challenge": base64url(b"c" * 32)}})
    given = {
        "credential": login["id"], "authenticator_data": login["response"]["authenticatorData"],
        "client_data": login["response"]["clientDataJSON"], "signature": login["response"]["signature"],
    }  # fmt: skip
    refused(scene, SignOffDoubt.CHALLENGE, row, "heng", text_of(scene, row, "heng"), given)


def test_a_statement_is_signed_once_in_its_time_and_as_it_was_filled_in(
    scene: Scene, row: m.Override
) -> None:
    key = Key()
    confirmed(scene, "heng", key)
    for away in (-dt.timedelta(minutes=5, seconds=1), dt.timedelta(minutes=1)):
        late = text_of(scene, row, "heng", now=database_now() + away)
        refused(scene, SignOffDoubt.EXPIRED, row, "heng", late, votes.answer(key, late))
    text = text_of(scene, row, "heng")
    with pytest.raises(ActionError, match="facts have changed"):
        cast_vote(scene, row, "heng", text, votes.answer(key, text), reason="Other")
    given = votes.answer(key, text)
    done(cast_vote(scene, row, "heng", text, given))
    refused(scene, SignOffDoubt.USED, row, "heng", text, given)
    refused(scene, SignOffDoubt.USED, row, "heng", text, votes.answer(key, text))


@pytest.mark.parametrize("given", [None, [], {}, "x", {"credential": 1}, {"credential": "x" * 99_999}, 7])
def test_what_no_passkey_answers_agrees_to_nothing_and_is_recorded(
    scene: Scene, row: m.Override, given: Any
) -> None:
    confirmed(scene, "heng", Key())
    refused(scene, SignOffDoubt.FORM, row, "heng", text_of(scene, row, "heng"), given)


def test_a_passkey_that_signed_a_subcontract_for_one_signs_no_override_for_another(
    scene: Scene, row: m.Override
) -> None:
    """Heng signs a vote, gives the key away, and Qiao has it confirmed as hers: one person over all kinds."""
    key = Key()
    held = confirmed(scene, "heng", key)
    text = votes.text_of(scene, "heng")
    done(votes.cast_vote(scene, "heng", text, votes.answer(key, text)))
    done(factors.remove(scene.cast.actor("heng"), factor=passkey_of(held)))
    confirmed(scene, "qiao", key)
    second = text_of(scene, row, "qiao")
    refused(scene, SignOffDoubt.SAME_KEY, row, "qiao", second, votes.answer(key, second))


def test_where_the_house_demands_it_only_signed_agreement_counts_and_refusing_needs_no_key(
    scene: Scene, row: m.Override, settings: Any
) -> None:
    settings.SIGN_OFF = "required"
    heng = scene.cast.actor("heng")
    for coded in (False, True):
        with pytest.raises(ActionError, match="signed approvals only"):
            overriding.vote(heng, override=row.id, choice=AGREE, reason=REASON, coded=coded)
    assert [(e["why"], e["type"]) for e in entries("signing.refused/2")] == [("unsigned", "override")] * 2
    assert not row.votes.exists()
    key = Key()
    confirmed(scene, "heng", key)
    text = text_of(scene, row, "heng")
    done(cast_vote(scene, row, "heng", text, votes.answer(key, text)))
    done(overriding.vote(scene.cast.actor("qiao"), override=row.id, choice=REFUSE, reason="Too young"))
    row.refresh_from_db()
    assert row.state is OverrideState.REFUSED


class Made(NamedTuple):
    """One decision: of which kind, on what, by whom, and which."""

    type: str
    object: UUID
    who: str
    choice: VoteChoice


class Desk:
    """Two requests and two overrides that wait, and two officers who may sign on each."""

    def __init__(self, scene: Scene, row: m.Override) -> None:
        self.scene = scene
        m.Approval.objects.filter(id=scene.asked.id).update(needed=2)
        small: dict[str, Any] = {"share": Decimal("1.00"), "payer": scene.project.owner_party_id}
        other = told.ask(scene.cast, scene.project, "lan", "harbour", "Other work", **small).decision
        second = put_up(scene.cast, scene.project, until=scene.cast.today + dt.timedelta(days=9))
        self.keys = {who: Key() for who in ("heng", "qiao")}
        for who, key in self.keys.items():
            confirmed(scene, who, key)
        objects = [("approval", scene.asked.id), ("approval", other.id)]
        objects += [("override", row.id), ("override", second.id)]
        self.all = [
            Made(type, object, who, choice)
            for (type, object), who, choice in itertools.product(objects, self.keys, (AGREE, REFUSE))
        ]

    def text(self, made: Made) -> str:
        if made.type == "override":
            return text_of(self.scene, m.Override.objects.get(id=made.object), made.who, made.choice)
        approval = m.Approval.objects.get(id=made.object)
        return votes.text_of(self.scene, made.who, made.choice, approval=approval)

    def cast(self, sent: Made, text: str, given: Any) -> Any:
        if sent.type == "override":
            row = m.Override.objects.get(id=sent.object)
            return cast_vote(self.scene, row, sent.who, text, given, sent.choice)
        return votes.cast_vote(self.scene, sent.who, text, given, sent.choice, approval=sent.object)


def test_a_signature_serves_its_kind_its_object_its_person_and_its_choice_and_nothing_else(
    scene: Scene, row: m.Override, record_property: Any
) -> None:
    desk = Desk(scene, row)
    pairs = [(made, sent) for made in desk.all for sent in desk.all if made != sent]
    tried = 0
    for number, (made, sent) in enumerate(share(pairs, 4)):
        text = desk.text(made)
        signer = (made.who, sent.who)[number % 2]
        given = votes.answer(desk.keys[signer], text)
        with pytest.raises(ActionError, match="nothing was decided"):
            desk.cast(sent, text, given)
        with pytest.raises(ActionError, match="nothing was decided"):
            desk.cast(sent, desk.text(sent), given)
        tried += 2
    assert not m.Signature.objects.exists() and not m.OverrideVote.objects.exists()
    assert {e["why"] for e in entries("signing.refused/2")} <= {"challenge", "person", "key"}
    record_property("crossed", tried)
    record_property("accepted", 0)
    for made in desk.all:  # a refusal ends a request, an override waits for both
        if made.choice is AGREE if made.type == "override" else (made.who, made.choice) == ("heng", REFUSE):
            text = desk.text(made)
            done(desk.cast(made, text, votes.answer(desk.keys[made.who], text)))
    assert m.Signature.objects.count() == 6
