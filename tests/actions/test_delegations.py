"""An officer's vote in other hands: for its days, its project and its level, never handed on, one person."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from typing import Any

import pytest

from custody import models as m
from custody.actions import deciders, delegations, hops, registers
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.actions.delegations import Scope
from custody.apply import rebuild
from custody.compare import compare
from custody.policy.facts import FACTS_SCHEMA
from custody.single import differing
from custody.stories import cast as people
from custody.stories import told
from custody.stories.told import SMALL, ask
from custody.terms import ApprovalState, DelegationState, Role, Source, VoteChoice
from custody.transitions import NotNow
from tests.actions.racing import deadlocks, pair
from tests.actions.test_approval_standing import barring
from tests.actions.test_quorum import TOP, requested, top_secret
from tests.actions.test_races import Ground, ground, states
from tests.scale import tries

__all__ = ["ground"]


@pytest.fixture
def project(signed_in_cast: people.Cast) -> m.Project:
    return people.open_project(signed_in_cast, "LH-DEL", "Lanhe, officer away")


@pytest.fixture
def asked(signed_in_cast: people.Cast, project: m.Project) -> m.Approval:
    approval: m.Approval = people.must(
        ask(signed_in_cast, project, "mei", "westgate", "基准点 Control"), "held"
    ).decision
    return approval


def scope(cast: people.Cast, **changes: Any) -> Scope:
    fortnight = {"level": people.LEVEL, "starts": cast.today, "ends": cast.today + dt.timedelta(days=14)}
    return Scope(**{**fortnight, **changes})


def given(cast: people.Cast, who: str = "heng", to: str = "yu", **changes: Any) -> m.Delegation:
    """Have an officer of the house put the own vote into another person's hands."""
    outcome = delegations.give(
        cast.actor(who),
        party=cast.party("northfield"),
        delegate=cast.people[to].id,
        scope=scope(cast, **changes),
        reason="On leave 休假",
    )
    return people.must(outcome, "done").object


def vote(
    cast: people.Cast, approval: m.Approval, who: str, choice: VoteChoice = VoteChoice.APPROVE
) -> Outcome:
    return hops.vote(cast.actor(who), approval=approval.id, choice=choice, reason="In order 同意")


def state(approval: m.Approval) -> ApprovalState:
    return m.Approval.objects.get(id=approval.id).state


def differences() -> list[Any]:
    return [d for d in compare(rebuild()) if d.table != m.System._meta.db_table]


def test_a_delegate_votes_in_the_officers_place_and_the_vote_says_so(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    cast = signed_in_cast
    with pytest.raises(NotPermitted):
        vote(cast, asked, "yu")
    row = given(cast)
    assert (row.state, row.party_id) == (DelegationState.ACTIVE, cast.party("northfield"))
    people.must(vote(cast, asked, "yu"), "done")
    assert state(asked) is ApprovalState.GRANTED
    kept = m.Vote.objects.get(approval=asked)
    assert (kept.person, kept.delegation) == (cast.people["yu"], row)
    assert f'"on_behalf_of":"{cast.people["heng"].id}"' in kept.statement
    assert differences() == []
    assert differing(m.Delegation, str(row.id)) == differing(m.Vote, str(kept.id)) == []


@pytest.mark.parametrize(
    ("changes", "later"),
    [
        ({"ends_in": -1, "starts_in": -5}, None),
        ({"starts_in": 1}, None),
        ({"level": "neibu"}, None),
        ({}, "revoked"),
        ({}, "officer gone"),
        ({}, "another project"),
    ],
    ids=["ended", "not begun", "lower level", "revoked", "officer gone", "another project"],
)
def test_outside_of_what_was_given_the_vote_is_refused_and_recorded(
    signed_in_cast: people.Cast, asked: m.Approval, changes: dict[str, Any], later: str | None
) -> None:
    cast = signed_in_cast
    row = given(cast, **{k: v for k, v in changes.items() if k == "level"})
    days = {
        k.removesuffix("_in"): cast.today + dt.timedelta(days=n) for k, n in changes.items() if k != "level"
    }
    if days:
        m.Delegation.objects.filter(id=row.id).update(**days)
    if later == "revoked":
        people.must(delegations.revoke(cast.actor("an"), delegation=row.id, reason="Back"), "done")
    if later == "officer gone":
        over = cast.today - dt.timedelta(days=1)
        m.Membership.objects.filter(person=cast.people["heng"]).update(starts=over, ends=over)
    if later == "another project":
        other = people.open_project(cast, "LH-OTHER", "Another")
        m.Delegation.objects.filter(id=row.id).update(project=other)
    refused = vote(cast, asked, "yu")
    assert "APR-05" in barring(refused) and refused.object.attempted_by == cast.people["yu"]
    with pytest.raises(NotPermitted):
        vote(cast, asked, "yu", VoteChoice.DENY)
    assert state(asked) is ApprovalState.REQUESTED and not asked.votes.exists()


def test_a_delegate_may_refuse_and_that_ends_it(signed_in_cast: people.Cast, asked: m.Approval) -> None:
    given(signed_in_cast)
    people.must(vote(signed_in_cast, asked, "yu", VoteChoice.DENY), "done")
    assert state(asked) is ApprovalState.DENIED and differences() == []


@pytest.mark.parametrize("first", ["heng", "yu"])
def test_an_officer_and_the_delegate_are_one_of_the_two_who_must_approve(
    signed_in_cast: people.Cast, first: str
) -> None:
    cast = signed_in_cast
    asked = requested(cast, top_secret(cast))
    given(cast, level=TOP)
    second = {"heng": "yu", "yu": "heng"}[first]
    people.must(vote(cast, asked, first), "done")
    assert barring(vote(cast, asked, second)) == {"APR-03"}
    assert state(asked) is ApprovalState.REQUESTED
    people.must(vote(cast, asked, "qiao"), "done")
    assert state(asked) is ApprovalState.GRANTED and differences() == []


def test_two_officers_with_one_delegate_are_one(signed_in_cast: people.Cast) -> None:
    cast = signed_in_cast
    asked = requested(cast, top_secret(cast))
    given(cast, level=TOP)
    given(cast, "qiao", level=TOP)
    people.must(vote(cast, asked, "yu"), "done")
    assert barring(vote(cast, asked, "yu")) == {"APR-03"}
    standing = deciders.standing(m.Approval.objects.get(id=asked.id))
    assert (standing.have, standing.needed) == (1, 2) and cast.people["yu"] not in standing.can


def test_who_can_still_decide_names_the_delegate_and_does_not_count_twice(
    signed_in_cast: people.Cast,
) -> None:
    cast = signed_in_cast
    asked = requested(cast, top_secret(cast))
    m.User.objects.filter(person=cast.people["heng"]).update(is_active=False)
    assert deciders.standing(asked).stuck
    given(cast, level=TOP)
    there = deciders.standing(asked)
    assert set(there.can) == {cast.people["qiao"], cast.people["yu"]} and not there.stuck
    m.User.objects.filter(person=cast.people["heng"]).update(is_active=True)
    m.User.objects.filter(person=cast.people["qiao"]).update(is_active=False)
    there = deciders.standing(asked)
    assert set(there.can) == {cast.people["heng"], cast.people["yu"]}
    assert there.left == 1 and there.stuck, "an officer and the delegate are one"


def test_a_delegate_cannot_delegate(signed_in_cast: people.Cast) -> None:
    cast = signed_in_cast
    given(cast)
    with pytest.raises(NotPermitted):
        given(cast, "yu", "mei")
    house = cast.party("northfield")
    pretending = Actor(
        cast.people["yu"].id, ((house, Role.OFFICER),), cast.actor("yu").source, cast.site.operator_id
    )
    with pytest.raises(ActionError, match="no approval officer"):
        delegations.give(
            pretending, party=house, delegate=cast.people["mei"].id, scope=scope(cast), reason="Handed on"
        )


def test_nobody_delegates_to_a_stranger_an_officer_oneself_or_for_days_and_levels_that_are_not(
    signed_in_cast: people.Cast,
) -> None:
    cast = signed_in_cast
    for to in ("tao", "qiao", "heng"):
        with pytest.raises(ActionError):
            given(cast, to=to)
    for changes in (
        {"ends": cast.today - dt.timedelta(days=30), "starts": cast.today - dt.timedelta(days=40)},
        {"ends": cast.today, "starts": cast.today + dt.timedelta(days=1)},
        {"level": "cosmic"},
    ):
        with pytest.raises(ActionError):
            given(cast, **changes)
    with pytest.raises(ActionError):
        delegations.give(
            cast.actor("heng"),
            party=cast.party("northfield"),
            delegate=cast.people["yu"].id,
            scope=scope(cast),
            reason=" \u3000",
        )
    assert not m.Delegation.objects.exists()


def test_in_the_place_of_who_asked_nobody_decides(signed_in_cast: people.Cast, asked: m.Approval) -> None:
    cast = signed_in_cast
    m.Approval.objects.filter(id=asked.id).update(requested_by=cast.people["heng"])
    given(cast)
    assert barring(vote(cast, asked, "yu")) == {"APR-04"}


def proposed(cast: people.Cast, who: str = "an") -> Outcome:
    return delegations.propose(
        cast.actor(who),
        party=cast.party("northfield"),
        delegator=cast.people["heng"].id,
        delegate=cast.people["yu"].id,
        scope=scope(cast),
        reason="In hospital 住院",
    )


def test_a_deputy_counts_once_a_second_person_has_confirmed(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    cast = signed_in_cast
    row = people.must(proposed(cast), "held").object
    with pytest.raises(NotPermitted):
        vote(cast, asked, "yu")
    for who in ("an", "heng"):
        with pytest.raises(ActionError, match="confirmed by another"):
            delegations.confirm(cast.actor(who), delegation=row.id)
    with pytest.raises(ActionError, match="confirmed by another"):
        proposed(cast, "heng")
    people.must(delegations.confirm(cast.actor("qiao"), delegation=row.id), "done")
    with pytest.raises(NotNow):
        delegations.confirm(cast.actor("qiao"), delegation=row.id)
    people.must(vote(cast, asked, "yu"), "done")
    assert state(asked) is ApprovalState.GRANTED and differences() == []
    people.must(delegations.revoke(cast.actor("heng"), delegation=row.id, reason="Back 返岗"), "done")
    assert state(asked) is ApprovalState.GRANTED, "what was cast stands"
    assert differences() == [] and differing(m.Delegation, str(row.id)) == []


def test_a_delegate_who_becomes_one_of_the_recipients_people_does_not_decide(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    cast = signed_in_cast
    given(cast)
    registers.give_membership(
        Actor.setup(),
        person=cast.people["yu"].id,
        party=cast.party("westgate"),
        role=Role.CUSTODIAN,
        starts=cast.today,
    )
    assert barring(vote(cast, asked, "yu")) == {"APR-04"}
    assert cast.people["yu"] not in deciders.standing(asked).can


@pytest.mark.slow
def test_a_vote_and_the_end_of_its_delegation_have_one_order(ground: Ground) -> None:
    seen: Counter[str] = Counter()
    cast = ground.cast
    an = ground.actor("an")
    with pair(ground.environ) as two:
        for n in range(tries(10, 300)):
            row = given(cast)
            asked = ask(cast, ground.project, "mei", "lakeside", f"Round {n} 第{n}轮", **SMALL).decision
            voted, ended = two.both(
                told.in_favour(cast, asked, "yu", source=Source.PAPER),  # whose refusals are not limited
                partial(delegations.revoke, an, delegation=row.id, reason="Back"),
            )
            assert states(ended) == ["done"] and isinstance(voted, Outcome), (voted, ended)
            seen[voted.state] += 1
            if voted.state == "done":
                assert voted.decision.facts_schema == FACTS_SCHEMA and approve_counts(asked) == 1
            else:
                assert "APR-05" in barring(voted) and approve_counts(asked) == 0
    assert seen["done"] and seen["refused"], f"the race never went both ways: {seen}"
    assert deadlocks() == 0


def approve_counts(approval: m.Approval) -> int:
    return m.Vote.objects.filter(approval=approval).count()
