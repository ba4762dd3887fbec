"""Beside approving and refusing: an officer's opinion, approving against advice, referring to another
officer."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from custody import models as m
from custody import replay
from custody.actions import advising, against, deciders, delegations, hops, registers
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.actions.conditioning import Asked
from custody.single import differing
from custody.stories import cast as people
from custody.stories import told
from custody.stories.told import SMALL, ask
from custody.terms import ApprovalState, ConditionType, Role, Stance, VoteChoice
from custody.transitions import NotNow
from tests.actions.racing import deadlocks, pair
from tests.actions.test_approval_standing import barring
from tests.actions.test_delegations import differences, given
from tests.actions.test_quorum import requested, top_secret
from tests.actions.test_races import Ground, ground, states
from tests.cast import give_sign_ins
from tests.scale import tries
from tests.screening.lists import take_in

__all__ = ["ground"]
APPROVE, AGAINST, DENY = VoteChoice.APPROVE, VoteChoice.AGAINST, VoteChoice.DENY


@pytest.fixture
def asked(signed_in_cast: people.Cast) -> m.Approval:
    project = people.open_project(signed_in_cast, "LH-ADV", "Lanhe, advice")
    approval: m.Approval = people.must(
        ask(signed_in_cast, project, "mei", "westgate", "基准点 Control"), "held"
    ).decision
    return approval


@pytest.fixture
def top(signed_in_cast: people.Cast) -> m.Approval:
    """A request on which two officers must agree."""
    return requested(signed_in_cast, top_secret(signed_in_cast))


def third(cast: people.Cast, who: str = "lan") -> UUID:
    """Make one more person an officer of the house, and let them sign in."""
    person = cast.people[who]
    registers.give_membership(
        Actor.setup(), person=person.id, party=cast.party("northfield"), role=Role.OFFICER, starts=cast.today
    )
    m.User.objects.filter(person=person).update(is_active=True)
    return person.id


def vote(
    cast: people.Cast, approval: m.Approval, who: str, choice: VoteChoice = APPROVE, reason: str = "In order"
) -> Outcome:
    return hops.vote(cast.actor(who), approval=approval.id, choice=choice, reason=reason)


def advise(cast: people.Cast, approval: m.Approval, who: str, stance: Stance = Stance.AGAINST) -> m.Approval:
    done = advising.advise(
        cast.actor(who), approval=approval.id, stance=stance, reason="Too many hands 环节过多"
    )
    return people.must(done, "done").object


def refer(cast: people.Cast, approval: m.Approval, who: str, to: str) -> Outcome:
    return advising.refer(
        cast.actor(who), approval=approval.id, to=cast.people[to].id, reason="Above my post 超出权限"
    )


def state(approval: m.Approval) -> ApprovalState:
    return m.Approval.objects.get(id=approval.id).state


# --- opinions, and approving against them ------------------------------------------------------------------


def test_with_an_opinion_against_it_is_approved_against_advice_with_a_reason_that_names_it(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    cast = signed_in_cast
    advise(cast, asked, "qiao")
    with pytest.raises(ActionError, match="against this: ADV-1"):
        vote(cast, asked, "heng")
    for reason in ("I know better", "ADV-11 and XADV-1 do not convince me"):
        with pytest.raises(ActionError, match="in spite of: ADV-1") as caught:
            vote(cast, asked, "heng", AGAINST, reason)
        assert caught.value.about == "reason"
    assert state(asked) is ApprovalState.REQUESTED and not asked.votes.exists()
    people.must(vote(cast, asked, "heng", AGAINST, "见ADV-1，仍属必要"), "done")
    kept = m.Vote.objects.get(approval=asked)
    assert (kept.choice, kept.against) == (AGAINST, ["ADV-1"])
    assert '"against":["ADV-1"]' in kept.statement and state(asked) is ApprovalState.GRANTED
    assert differences() == []
    opinion = m.Opinion.objects.get(approval=asked)
    assert differing(m.Vote, str(kept.id)) == differing(m.Opinion, str(opinion.id)) == []


def test_who_asks_for_changes_first_stands_against_it_until_the_officer_says_otherwise(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    cast = signed_in_cast
    advise(cast, asked, "qiao", Stance.CHANGES)
    with pytest.raises(ActionError, match="against this: ADV-1"):
        vote(cast, asked, "heng")
    assert state(asked) is ApprovalState.REQUESTED
    advise(cast, asked, "qiao", Stance.IN_FAVOUR)
    people.must(vote(cast, asked, "heng"), "done")
    assert differences() == []


def test_what_the_rules_warn_of_stands_against_a_request_too(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    cast = signed_in_cast
    take_in([{"Name": "QUITE ANOTHER HOUSE"}])  # and nobody of the chain was held against it yet
    ruling = hops.preview_vote(cast.actor("heng"), asked, timezone.now())
    warnings = [f.code for f in ruling.judgement.findings if str(f.outcome) == "warn"]
    assert warnings and against.against(asked, ruling.judgement) == warnings
    with pytest.raises(ActionError, match=warnings[0]):
        vote(cast, asked, "heng")
    people.must(vote(cast, asked, "heng", AGAINST, f"{' '.join(warnings)}: screened next week"), "done")
    assert m.Vote.objects.get(approval=asked).against == warnings


def test_against_advice_needs_something_that_stands_against_it_and_may_carry_conditions(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    cast = signed_in_cast
    with pytest.raises(ActionError, match="Nothing stands against"):
        vote(cast, asked, "heng", AGAINST, "ADV-1")
    advise(cast, asked, "qiao")
    advise(cast, asked, "qiao", Stance.IN_FAVOUR)
    with pytest.raises(ActionError, match="Nothing stands against"):
        vote(cast, asked, "heng", AGAINST, "ADV-1: the latest opinion of one officer stands")
    advise(cast, asked, "qiao")
    voted = hops.vote(
        cast.actor("heng"), approval=asked.id, choice=AGAINST, reason="ADV-3: under a condition",
        conditions=[Asked(ConditionType.PRECONDITION, "Seals 封签")],
    )  # fmt: skip
    people.must(voted, "done")
    assert asked.conditions.count() == 1


def test_a_rule_that_bars_is_refused_and_recorded_however_it_is_voted(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    advise(signed_in_cast, asked, "qiao")
    m.Hop.objects.filter(id=asked.hop_id).update(subject_sha256="0" * 64)
    tried = vote(signed_in_cast, asked, "heng", AGAINST, "ADV-1 and all rules")
    assert tried.state == "refused" and "APR-01" in barring(tried)


def test_an_opinion_is_given_by_officers_who_are_not_concerned_and_have_not_approved(
    signed_in_cast: people.Cast, top: m.Approval
) -> None:
    cast = signed_in_cast
    with pytest.raises(NotPermitted):
        advise(cast, top, "mei")
    people.must(vote(cast, top, "heng"), "done")
    with pytest.raises(ActionError, match="have approved"):
        advise(cast, top, "heng")
    concerned = cast.people["qiao"].id
    registers.give_membership(
        Actor.setup(), person=concerned, party=cast.party("westgate"), role=Role.CUSTODIAN, starts=cast.today
    )
    with pytest.raises(ActionError, match="belong to a party"):
        advise(cast, top, "qiao")
    third(cast)
    people.must(vote(cast, top, "lan", DENY), "done")
    with pytest.raises(NotNow):
        advise(cast, top, "lan")
    assert not m.Opinion.objects.exists() and differences() == []


def test_an_approval_against_advice_counts_among_the_votes_and_once(
    signed_in_cast: people.Cast, top: m.Approval
) -> None:
    cast = signed_in_cast
    third(cast)
    advise(cast, top, "lan")
    people.must(vote(cast, top, "heng", AGAINST, "ADV-1 is not so"), "done")
    again = vote(cast, top, "heng", AGAINST, "ADV-1 once more")
    assert again.state == "refused" and barring(again) == {"APR-03"}
    people.must(vote(cast, top, "qiao", AGAINST, "ADV-1 is not so"), "done")
    assert state(top) is ApprovalState.GRANTED and differences() == []


# --- referring it to another officer -----------------------------------------------------------------------


def test_a_request_that_was_referred_is_granted_only_with_the_officer_who_has_the_word(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    cast = signed_in_cast
    third(cast)
    people.must(refer(cast, asked, "heng", "qiao"), "done")
    assert state(asked) is ApprovalState.REQUESTED
    own = vote(cast, asked, "heng")
    assert own.state == "refused" and barring(own) == {"APR-08"}, "the vote of who referred it does not count"
    people.must(vote(cast, asked, "lan"), "done")
    assert state(asked) is ApprovalState.REQUESTED, "one of one approved, but not who has the word"
    assert deciders.standing(asked).can == [cast.people["qiao"]]
    people.must(vote(cast, asked, "qiao"), "done")
    assert state(asked) is ApprovalState.GRANTED
    row = m.Referral.objects.get(approval=asked)
    assert differences() == [] and differing(m.Referral, str(row.id)) == []


def test_who_referred_it_can_still_refuse_it(signed_in_cast: people.Cast, asked: m.Approval) -> None:
    people.must(refer(signed_in_cast, asked, "heng", "qiao"), "done")
    people.must(vote(signed_in_cast, asked, "heng", DENY), "done")
    assert state(asked) is ApprovalState.DENIED


def test_nobody_refers_to_who_may_not_decide_nor_so_that_too_few_are_left(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    cast = signed_in_cast
    for to in ("mei", "tao", "heng", "an"):
        with pytest.raises(ActionError, match="cannot decide") as caught:
            refer(cast, asked, "heng", to)
        assert caught.value.about == "to"
    m.User.objects.filter(person=cast.people["qiao"]).update(is_active=False)
    with pytest.raises(ActionError, match="can sign in"):
        refer(cast, asked, "heng", "qiao")
    m.User.objects.filter(person=cast.people["qiao"]).update(is_active=True)
    registers.give_membership(
        Actor.setup(), person=cast.people["qiao"].id, party=cast.party("westgate"), role=Role.CUSTODIAN,
        starts=cast.today,
    )  # fmt: skip
    with pytest.raises(ActionError, match="cannot decide"):
        refer(cast, asked, "heng", "qiao")
    assert not m.Referral.objects.exists()


def test_where_two_must_approve_none_of_two_can_refer_it(
    signed_in_cast: people.Cast, top: m.Approval
) -> None:
    cast = signed_in_cast
    with pytest.raises(ActionError, match="only 1 officers are left of 2"):
        refer(cast, top, "heng", "qiao")
    third(cast)
    people.must(refer(cast, top, "heng", "qiao"), "done")
    with pytest.raises(ActionError, match="only 1 officers are left of 2"):
        refer(cast, top, "qiao", "lan")
    people.must(vote(cast, top, "qiao"), "done")
    people.must(vote(cast, top, "lan"), "done")
    assert state(top) is ApprovalState.GRANTED


def test_only_who_has_the_word_refers_it_on_unless_they_can_no_longer_decide(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    cast = signed_in_cast
    third(cast)
    people.must(refer(cast, asked, "heng", "qiao"), "done")
    with pytest.raises(ActionError, match="has the word"):
        refer(cast, asked, "lan", "lan")
    with pytest.raises(ActionError, match="referred this request already"):
        refer(cast, asked, "heng", "lan")
    with pytest.raises(ActionError, match="cannot decide"):
        refer(cast, asked, "qiao", "heng")
    m.User.objects.filter(person=cast.people["qiao"]).update(is_active=False)
    assert deciders.standing(asked).stuck
    third(cast, "yu")
    people.must(refer(cast, asked, "lan", "yu"), "done")
    people.must(vote(cast, asked, "yu"), "done")
    assert state(asked) is ApprovalState.GRANTED and differences() == []


def test_a_delegate_refers_in_the_officers_place_and_both_have_stepped_aside(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    cast = signed_in_cast
    row = given(cast)
    people.must(refer(cast, asked, "yu", "qiao"), "done")
    assert deciders.stepped_aside(asked) == {cast.people["yu"].id, cast.people["heng"].id}
    for who in ("yu", "heng"):
        assert barring(vote(cast, asked, who)) == {"APR-08"}, who
    people.must(delegations.revoke(cast.actor("heng"), delegation=row.id, reason="Back"), "done")
    other = ask(cast, m.Project.objects.get(id=asked.hop.project_id), "mei", "lakeside", "Other", **SMALL)
    with pytest.raises(NotPermitted):
        refer(cast, other.decision, "yu", "qiao")


def test_a_decision_on_a_referred_request_comes_out_the_same_when_it_is_run_again(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    cast = signed_in_cast
    people.must(refer(cast, asked, "heng", "qiao"), "done")
    people.must(vote(cast, asked, "qiao"), "done")
    stored = m.Decision.objects.get(entry=m.Vote.objects.get(approval=asked).entry)
    assert "APR-08@1" in stored.rules
    assert {one.verdict for one in replay.replay_all()} == {"same"}
    found = next(f for f in stored.findings if f["code"] == "APR-08")
    assert found["outcome"] == "pass"


# --- two at once ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_vote_and_a_referral_at_once_leave_one_state(ground: Ground) -> None:
    seen: Counter[str] = Counter()
    heng = ground.actor("heng")
    give_sign_ins(ground.cast)
    with pair(ground.environ) as two:
        for n in range(tries(12, 300)):
            asked = ask(
                ground.cast, ground.project, "mei", "lakeside", f"Round {n} 第{n}轮", **SMALL
            ).decision
            refers: Any = partial(
                advising.refer, heng, approval=asked.id, to=ground.cast.people["qiao"].id, reason="Above me"
            )
            votes: Any = told.in_favour(ground.cast, asked, "qiao")
            both = two.both(refers, votes)
            assert isinstance(both[1], Outcome) and both[1].state == "done", states(*both)
            assert m.Approval.objects.get(id=asked.id).state is ApprovalState.GRANTED
            referred = m.Referral.objects.filter(approval=asked).exists()
            assert referred is isinstance(both[0], Outcome), states(*both)
            seen["referred" if referred else "voted"] += 1
    assert set(seen) == {"referred", "voted"}, f"the race never went both ways: {seen}"
    assert deadlocks() == 0


@pytest.mark.slow
def test_an_opinion_against_it_and_a_plain_approval_at_once_are_never_both_so(ground: Ground) -> None:
    seen: Counter[str] = Counter()
    heng, qiao = ground.actor("heng"), ground.actor("qiao")
    with pair(ground.environ) as two:
        for n in range(tries(12, 300)):
            # A project for each: a second subcontract to the same party warns, and a plain approval is none.
            project = people.open_project(ground.cast, f"ADV-{n}", "Advice")
            asked = ask(ground.cast, project, "mei", "lakeside", f"Round {n} 第{n}轮", **SMALL).decision
            advises: Any = partial(
                advising.advise, qiao, approval=asked.id, stance=Stance.AGAINST, reason="Too many"
            )
            votes: Any = partial(hops.vote, heng, approval=asked.id, choice=APPROVE, reason="In order")
            both = two.both(advises, votes)
            assert sorted(isinstance(one, Outcome) for one in both) == [False, True], states(*both)
            seen["advised" if isinstance(both[0], Outcome) else "voted"] += 1
    assert set(seen) == {"advised", "voted"}, f"the race never went both ways: {seen}"
    assert deadlocks() == 0
