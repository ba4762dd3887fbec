"""At the top level two officers must approve: one vote of two is kept and opens nothing, one refusal ends it,
one person counts once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from custody import models as m
from custody.actions import deciders, handoffs, hops, registers
from custody.actions.base import ActionError, Actor, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.stories import told
from custody.stories.told import SMALL, approve, ask
from custody.terms import ApprovalState, Channel, HopState, Role, VettingClass, VoteChoice
from custody.transitions import NotNow
from tests.actions.racing import deadlocks, pair
from tests.databases import Database
from tests.scale import tries

TOP = "juemi"


def top_secret(cast: people.Cast) -> m.Project:
    """A project of the top level, on systems that are accredited for it."""
    m.System.objects.exclude(levels={}).update(levels={"cn_surveying": TOP})
    people.clear(cast.people["tao"].id, cast.today, "TOP", VettingClass.CORE)
    return people.open_project(cast, "LH-TOP", "Lanhe, top level", level=TOP)


def requested(cast: people.Cast, project: m.Project) -> m.Approval:
    approval: m.Approval = people.must(
        ask(cast, project, "mei", "westgate", "基准点 Control", level=TOP, **SMALL), "held"
    ).decision
    return approval


@pytest.fixture
def project(signed_in_cast: people.Cast) -> m.Project:
    return top_secret(signed_in_cast)


@pytest.fixture
def asked(signed_in_cast: people.Cast, project: m.Project) -> m.Approval:
    return requested(signed_in_cast, project)


def deny(cast: people.Cast, approval: m.Approval, who: str) -> Outcome:
    return hops.vote(cast.actor(who), approval=approval.id, choice=VoteChoice.DENY, reason="Not needed")


def carried(cast: people.Cast, hop: m.Hop, copies: list[m.Copy]) -> Outcome:
    """Offer copies as the top level demands: two people carry them, and the receiver is on the list."""
    item = copies[0].item_id
    if not m.NeedToKnow.objects.filter(item=item).exists():
        people.admit(cast, item, "tao")
    return handoffs.offer(
        cast.actor("yu"),
        handoffs.Offer(
            hop=hop.id,
            copies=[copy.id for copy in copies],
            receiver_person=cast.people["tao"].id,
            purpose="Levelling",
            channel=Channel.IN_PERSON,
            second_carrier=cast.people["mei"].id,
            system=cast.systems["westgate_room"].id,
            due_back=cast.today + dt.timedelta(days=30),
        ),
    )


def now(approval: m.Approval) -> tuple[ApprovalState, HopState]:
    approval.refresh_from_db()
    return approval.state, m.Hop.objects.get(id=approval.hop_id).state


def barring(outcome: Outcome) -> set[str]:
    assert outcome.decision is not None
    return {f["code"] for f in outcome.decision.findings if f["outcome"] == "block"}


def differing() -> list[Any]:
    return [d for d in compare(rebuild()) if d.table != m.System._meta.db_table]


def test_the_first_of_two_votes_opens_nothing_and_the_second_does(
    signed_in_cast: people.Cast, project: m.Project, asked: m.Approval
) -> None:
    cast = signed_in_cast
    assert asked.needed == 2
    people.must(approve(cast, asked, "heng"), "done")
    assert now(asked) == (ApprovalState.REQUESTED, HopState.REQUESTED)
    assert asked.decided_at is None and differing() == []
    hop = m.Hop.objects.get(id=asked.hop_id)
    copies = people.make_copies(cast, project, "TOP-A", 1, TOP)
    tried = carried(cast, hop, copies)
    assert tried.state == "refused" and {"HOP-01", "APR-01"} <= barring(tried)
    people.must(approve(cast, asked, "qiao"), "done")
    assert now(asked) == (ApprovalState.GRANTED, HopState.ACTIVE)
    assert asked.decided_at is not None and differing() == []
    assert carried(cast, hop, copies).state == "done"


def test_one_officer_counts_once(signed_in_cast: people.Cast, asked: m.Approval) -> None:
    people.must(approve(signed_in_cast, asked, "heng"), "done")
    again = approve(signed_in_cast, asked, "heng")
    assert again.state == "refused" and barring(again) == {"APR-03"}
    assert now(asked)[0] is ApprovalState.REQUESTED and asked.votes.count() == 1


@pytest.mark.parametrize("who", ["heng", "qiao"])
def test_one_refusal_ends_it_even_of_the_one_who_had_approved(
    signed_in_cast: people.Cast, asked: m.Approval, who: str
) -> None:
    people.must(approve(signed_in_cast, asked, "heng"), "done")
    assert deny(signed_in_cast, asked, who).state == "done"
    assert now(asked) == (ApprovalState.DENIED, HopState.REJECTED)
    with pytest.raises(NotNow):
        approve(signed_in_cast, asked, "qiao")
    assert differing() == []


def test_below_the_top_level_one_vote_is_enough(signed_in_cast: people.Cast, project: m.Project) -> None:
    lower = people.must(ask(signed_in_cast, project, "mei", "westgate", "图 Maps"), "held").decision
    assert lower.needed == 1
    people.must(approve(signed_in_cast, lower, "heng"), "done")
    assert now(lower)[0] is ApprovalState.GRANTED


def test_a_request_asked_under_a_milder_pack_is_held_to_what_is_demanded_today(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    m.Approval.objects.filter(id=asked.id).update(needed=1)
    people.must(approve(signed_in_cast, asked, "heng"), "done")
    assert now(asked)[0] is ApprovalState.REQUESTED


def test_who_can_still_decide_is_told_and_that_too_few_are_left(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    cast = signed_in_cast

    def can() -> tuple[int, set[str], bool]:
        standing = deciders.standing(m.Approval.objects.get(id=asked.id))
        return standing.have, {key for key in cast.people if cast.people[key] in standing.can}, standing.stuck

    assert can() == (0, {"heng", "qiao"}, False)
    people.must(approve(cast, asked, "heng"), "done")
    assert can() == (1, {"qiao"}, False)
    registers.give_membership(
        Actor.setup(),
        person=cast.people["qiao"].id,
        party=cast.party("westgate"),
        role=Role.CUSTODIAN,
        starts=cast.today,
    )
    assert can() == (1, set(), True)


def test_an_officer_who_cannot_sign_in_is_not_counted_on(
    signed_in_cast: people.Cast, asked: m.Approval
) -> None:
    m.User.objects.filter(person=signed_in_cast.people["qiao"]).update(is_active=False)
    standing = deciders.standing(asked)
    assert standing.can == [signed_in_cast.people["heng"]] and standing.stuck


@pytest.mark.slow
def test_two_last_votes_at_once_grant_it_once(
    committed_cast: people.Cast,
    database_committed: Database,
    record_property: Callable[[str, object], None],
) -> None:
    cast, rounds = committed_cast, tries(10, 300)
    project = top_secret(cast)

    def votes(approval: m.Approval, who: str) -> Any:
        return told.in_favour(cast, approval, who)

    with pair(database_committed.environ) as two:
        for number in range(rounds):
            if number and number % 30 == 0:  # all that a giver passes on in a project is judged each time
                project = people.open_project(cast, f"LH-TOP-{number}", "Lanhe, top level", level=TOP)
            asked = requested(cast, project)
            both = two.both(votes(asked, "heng"), votes(asked, "qiao"))
            assert [o.state for o in both] == ["done", "done"]
            assert now(asked) == (ApprovalState.GRANTED, HopState.ACTIVE)
            assert sorted(o.object.state for o in both) == ["granted", "requested"]
    assert deadlocks() == 0
    record_property("rounds", rounds)


def test_an_unanswered_vote_needs_its_reason(signed_in_cast: people.Cast, asked: m.Approval) -> None:
    with pytest.raises(ActionError):
        hops.vote(
            signed_in_cast.actor("heng"), approval=asked.id, choice=VoteChoice.APPROVE, reason=" \u3000"
        )
    assert asked.votes.count() == 0
