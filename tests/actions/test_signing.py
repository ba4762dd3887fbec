"""A signed vote is its officer's, on one request, once, with a key in force; what is none is recorded."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from custody import models as m
from custody import record, signoff
from custody.actions import deciders, factors, hops, signing, signing_keys, signing_votes
from custody.actions.base import ActionError, database_now
from custody.actions.conditioning import Asked
from custody.actions.limiting import Limit
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.stories import told
from custody.terms import ApprovalState, ConditionType, SignOffDoubt, VoteChoice, VoteMethod
from tests.authenticator import Key, base64url

from .scenes import Scene, done
from .test_signing_keys import asked, confirmed, passkey, passkey_of

REASON = "Papers in order 手续齐全"


def text_of(scene: Scene, who: str, choice: VoteChoice = VoteChoice.APPROVE, **said: Any) -> str:
    """The statement that the page puts before an officer."""
    actor, now = scene.cast.actor(who), said.pop("now", None) or database_now()
    approval = said.pop("approval", None) or m.Approval.objects.get(id=scene.asked.id)
    ruling = hops.preview_vote(actor, approval, now)
    whole = signing_votes.Said(**{"reason": REASON, **said})
    return signing_votes.begin(approval, ruling, choice, actor.human(), whole, now)


def answer(key: Key, text: str) -> dict[str, Any]:
    key.counter += 1
    said = key.get({"publicKey": {"challenge": base64url(signoff.challenge(text))}})
    response = said["response"]
    return {
        "credential": said["id"],
        "authenticator_data": response["authenticatorData"],
        "client_data": response["clientDataJSON"],
        "signature": response["signature"],
    }


def cast_vote(
    scene: Scene, who: str, text: str, given: Any, choice: VoteChoice = VoteChoice.APPROVE, **more: Any
) -> Any:
    asked_on = more.pop("approval", scene.asked.id)
    return hops.vote(
        scene.cast.actor(who), approval=asked_on, choice=choice, reason=more.pop("reason", REASON),
        signed=signing.Signed(text, given), **more,
    )  # fmt: skip


def refused(scene: Scene, why: SignOffDoubt, *args: Any, **more: Any) -> None:
    """The vote has no effect, its sender is told why, and an entry says that it was tried."""
    votes = m.Vote.objects.count()
    with pytest.raises(ActionError) as told_why:
        cast_vote(scene, *args, **more)
    assert why.text.en in told_why.value.text.en and why.text.zh in told_why.value.text.zh
    assert m.Vote.objects.count() == votes
    entry = [e.values for e in record.history() if e.values["kind"] == "signing.refused/2"][-1]
    assert entry["why"] == str(why) and entry["person"] == str(scene.cast.people[args[0]].id)


def test_a_signed_vote_carries_statement_key_and_answer_and_verifies_from_the_entries_alone(
    scene: Scene,
) -> None:
    key = Key()
    row = confirmed(scene, "heng", key)
    text = text_of(scene, "heng")
    done(cast_vote(scene, "heng", text, answer(key, text)))
    vote = m.Vote.objects.get(approval=scene.asked)
    assert (vote.method, vote.key_id, vote.statement) == (VoteMethod.PASSKEY, row.id, text)
    entries: dict[str, Any] = {str(e.id): e.values for e in record.history()}
    said = entries[str(vote.entry)]
    assert said["kind"] == "approval.voted/4" and said["method"] == "passkey"
    by = entries[said["key_entry"]]
    assert by["kind"] == "signing_key.confirmed/2" and by["person"] == said["person"]
    names = ("person", "credential", "public_key", "origin", "rp_id")
    held = signoff.SigningKey(*(by[name] for name in names))
    assert signoff.verify(said["statement"], signoff.Assertion.of(said["assertion"]), held) == 2
    assert json.loads(text)["subject_sha256"] == m.Approval.objects.get(id=scene.asked.id).subject_sha256
    assert m.Approval.objects.get(id=scene.asked.id).state is ApprovalState.GRANTED
    wrong = [
        d
        for d in compare(rebuild())
        if d.table in ("custody_vote", "custody_signature", "custody_signingkey")
    ]
    assert wrong == []


def test_reason_conditions_and_limit_are_signed_too(scene: Scene) -> None:
    key = Key()
    confirmed(scene, "heng", key)
    under = [Asked(ConditionType.PRECONDITION, "First the lock 先换锁")]
    once = Limit(uses=1)
    text = text_of(scene, "heng", conditions=under, limit=once)
    said = json.loads(text)
    assert said["conditions"][0]["text"] == "First the lock 先换锁" and said["limit"] == {
        "until": None,
        "uses": 1,
    }
    given = answer(key, text)
    for other in (
        {},
        {"conditions": under},
        {"limit": once},
        {"reason": "Other", "conditions": under, "limit": once},
    ):
        with pytest.raises(ActionError, match="facts have changed"):
            cast_vote(scene, "heng", text, given, **other)
    assert m.Vote.objects.filter(approval=scene.asked).count() == 0
    done(cast_vote(scene, "heng", text, given, conditions=under, limit=once))


def test_a_passkey_that_only_signs_in_signs_nothing_nor_does_one_that_waits(scene: Scene) -> None:
    key, other = Key(), Key()
    passkey(scene, "heng", key)
    text = text_of(scene, "heng")
    refused(scene, SignOffDoubt.NOT_CONFIRMED, "heng", text, answer(key, text))
    asked(scene, "heng", other)
    refused(scene, SignOffDoubt.NOT_CONFIRMED, "heng", text, answer(other, text))
    refused(scene, SignOffDoubt.KEY, "heng", text, answer(Key(), text))


@pytest.mark.parametrize(
    "end",
    [
        lambda scene, row: signing_keys.end(scene.cast.actor("heng"), key=row.id, reason="Lost"),
        lambda scene, row: signing_keys.end(scene.cast.actor("an"), key=row.id, reason="Lost"),
        lambda scene, row: factors.remove(scene.cast.actor("heng"), factor=passkey_of(row)),
    ],
    ids=["by its owner", "by an administrator", "with its passkey"],
)
def test_after_its_end_a_key_signs_no_more_and_what_it_signed_before_stands(
    scene: Scene, end: Callable[[Scene, m.SigningKey], Any]
) -> None:
    key = Key()
    row = confirmed(scene, "heng", key)
    text = text_of(scene, "heng", VoteChoice.DENY)
    given = answer(key, text)
    done(end(scene, row))
    refused(scene, SignOffDoubt.REVOKED, "heng", text, given, VoteChoice.DENY)
    assert m.Approval.objects.get(id=scene.asked.id).state is ApprovalState.REQUESTED


def test_an_answer_that_signed_its_owner_in_signs_no_vote(scene: Scene) -> None:
    key = Key()
    confirmed(scene, "heng", key)
    text = text_of(scene, "heng")
    login = key.get({"publicKey": {"challenge": base64url(b"c" * 32)}})
    given = {
        "credential": login["id"], "authenticator_data": login["response"]["authenticatorData"],
        "client_data": login["response"]["clientDataJSON"], "signature": login["response"]["signature"],
    }  # fmt: skip
    refused(scene, SignOffDoubt.CHALLENGE, "heng", text, given)


def test_a_signature_serves_one_request_one_person_and_one_choice(scene: Scene) -> None:
    hengs, qiaos = Key(), Key()
    confirmed(scene, "heng", hengs)
    confirmed(scene, "qiao", qiaos)
    text = text_of(scene, "heng")
    given = answer(hengs, text)
    refused(scene, SignOffDoubt.KEY, "qiao", text, given)
    refused(scene, SignOffDoubt.PERSON, "qiao", text, answer(qiaos, text))
    refused(scene, SignOffDoubt.CHALLENGE, "heng", text, given, VoteChoice.DENY)
    small: dict[str, Any] = {"share": Decimal("1.00"), "payer": scene.project.owner_party_id}
    other = told.ask(scene.cast, scene.project, "lan", "harbour", "Other work", **small)
    refused(scene, SignOffDoubt.CHALLENGE, "heng", text, given, approval=other.decision.id)
    swapped = text_of(scene, "heng", approval=m.Approval.objects.get(id=other.decision.id))
    refused(scene, SignOffDoubt.CHALLENGE, "heng", swapped, given, approval=other.decision.id)
    no = text_of(scene, "heng", VoteChoice.DENY, approval=m.Approval.objects.get(id=other.decision.id))
    done(cast_vote(scene, "heng", no, answer(hengs, no), VoteChoice.DENY, approval=other.decision.id))


def test_a_statement_is_signed_once_and_in_its_time(scene: Scene) -> None:
    key = Key()
    confirmed(scene, "heng", key)
    m.Approval.objects.filter(id=scene.asked.id).update(needed=2)
    late = text_of(scene, "heng", now=database_now() - dt.timedelta(minutes=5, seconds=1))
    refused(scene, SignOffDoubt.EXPIRED, "heng", late, answer(key, late))
    early = text_of(scene, "heng", now=database_now() + dt.timedelta(minutes=1))
    refused(scene, SignOffDoubt.EXPIRED, "heng", early, answer(key, early))
    text = text_of(scene, "heng")
    done(cast_vote(scene, "heng", text, answer(key, text)))
    refused(scene, SignOffDoubt.USED, "heng", text, answer(key, text))


def test_a_key_that_counts_backwards_is_doubted(scene: Scene) -> None:
    key = Key(counter=8)
    confirmed(scene, "heng", key)
    m.Factor.objects.update(counter=20)
    text = text_of(scene, "heng")
    refused(scene, SignOffDoubt.COUNTER, "heng", text, answer(key, text))
    key.counter = 20
    done(cast_vote(scene, "heng", text, answer(key, text)))
    assert m.Factor.objects.get().counter == 21


@pytest.mark.parametrize("given", [None, [], {}, "x", {"credential": 1}, {"credential": "x" * 99_999}, 7])
def test_what_no_passkey_answers_is_refused_and_recorded(scene: Scene, given: Any) -> None:
    confirmed(scene, "heng", Key())
    refused(scene, SignOffDoubt.FORM, "heng", text_of(scene, "heng"), given)


def test_facts_that_changed_since_are_read_again_before_they_are_signed(scene: Scene) -> None:
    key = Key()
    confirmed(scene, "heng", key)
    text = text_of(scene, "heng")
    people.qualify(scene.cast, scene.cast.party("harbour"), "B", "SECOND-PAPER")
    with pytest.raises(ActionError, match="facts have changed"):
        cast_vote(scene, "heng", text, answer(key, text))


def test_one_passkey_counts_for_one_person_alone(scene: Scene) -> None:
    """Heng signs, gives the key away, and Qiao has it confirmed as hers: two persons, one credential."""
    key = Key()
    m.Approval.objects.filter(id=scene.asked.id).update(needed=2)
    row = confirmed(scene, "heng", key)
    text = text_of(scene, "heng")
    done(cast_vote(scene, "heng", text, answer(key, text)))
    done(factors.remove(scene.cast.actor("heng"), factor=passkey_of(row)))
    confirmed(scene, "qiao", key)
    second = text_of(scene, "qiao")
    refused(scene, SignOffDoubt.SAME_KEY, "qiao", second, answer(key, second))
    approval = m.Approval.objects.get(id=scene.asked.id)
    assert approval.state is ApprovalState.REQUESTED and len(deciders.heads(approval)) == 1
    own = Key()
    confirmed(scene, "qiao", own)
    third = text_of(scene, "qiao")
    done(cast_vote(scene, "qiao", third, answer(own, third)))
    assert m.Approval.objects.get(id=scene.asked.id).state is ApprovalState.GRANTED


def test_two_votes_of_one_passkey_count_once_however_they_came_there(scene: Scene) -> None:
    key = confirmed(scene, "heng", Key())
    m.Approval.objects.filter(id=scene.asked.id).update(needed=2)
    for n, who in enumerate(("heng", "qiao")):
        m.Vote.objects.create(
            entry=m.new_id(), approval=scene.asked, person=scene.cast.people[who], choice="approve",
            reason="r", method="passkey", key=key, assertion={}, statement="s", statement_sha256=f"{n:064}",
        )  # fmt: skip
    assert len(deciders.heads(m.Approval.objects.get(id=scene.asked.id))) == 1


def test_where_the_house_demands_it_only_signed_approvals_count(scene: Scene, settings: Any) -> None:
    settings.SIGN_OFF = "required"
    heng, key = scene.cast.actor("heng"), Key()
    confirmed(scene, "heng", key)
    for coded in (False, True):
        with pytest.raises(ActionError, match="signed approvals only"):
            hops.vote(heng, approval=scene.asked.id, choice=VoteChoice.APPROVE, reason=REASON, coded=coded)
    assert [e.values["why"] for e in record.history() if e.values["kind"] == "signing.refused/2"] == [
        "unsigned"
    ] * 2
    text = text_of(scene, "heng")
    done(cast_vote(scene, "heng", text, answer(key, text)))


def test_refusing_needs_no_key_even_there(scene: Scene, settings: Any) -> None:
    settings.SIGN_OFF = "required"
    heng = scene.cast.actor("heng")
    done(hops.vote(heng, approval=scene.asked.id, choice=VoteChoice.DENY, reason="Not in order"))
    assert m.Vote.objects.get(approval=scene.asked).method is VoteMethod.PASSWORD


def test_how_a_vote_without_a_signature_was_given_is_said(scene: Scene) -> None:
    m.Approval.objects.filter(id=scene.asked.id).update(needed=2)
    for who, coded in (("heng", True), ("qiao", False)):
        done(
            hops.vote(
                scene.cast.actor(who), approval=scene.asked.id, choice=VoteChoice.APPROVE, reason=REASON,
                coded=coded,
            )
        )  # fmt: skip
    votes = m.Vote.objects.filter(approval=scene.asked).order_by("id")
    assert [vote.method for vote in votes] == [VoteMethod.CODE, VoteMethod.PASSWORD]
