"""An approval that an officer limits: once, so many times, or until a day (APR-09)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from custody import models as m
from custody.actions import against, handoffs, hops
from custody.actions.base import ActionError, Outcome
from custody.actions.limiting import MOST, Limit
from custody.single import differing
from custody.stories import cast as people
from custody.stories.told import SMALL, ask, offer
from custody.terms import VoteChoice
from tests.actions.racing import deadlocks, pair
from tests.actions.test_approval_standing import barring
from tests.actions.test_delegations import differences
from tests.actions.test_races import Ground, ground, states
from tests.scale import tries

__all__ = ["ground"]


@pytest.fixture
def project(signed_in_cast: people.Cast) -> m.Project:
    return people.open_project(signed_in_cast, "LH-LIM", "Lanhe, used once")


def limited(
    cast: people.Cast, project: m.Project, limit: Limit, choice: VoteChoice = VoteChoice.APPROVE
) -> m.Hop:
    held = people.must(ask(cast, project, "mei", "westgate", "基准点 Control", **SMALL), "held")
    heng, reason = cast.actor("heng"), "In order"
    ruling = hops.preview_vote(heng, held.decision, timezone.now())
    if choice is VoteChoice.APPROVE and (codes := against.against(held.decision, ruling.judgement)):
        choice, reason = VoteChoice.AGAINST, f"In order, in spite of {', '.join(codes)}"
    voted = hops.vote(heng, approval=held.decision.id, choice=choice, reason=reason, limit=limit)
    people.must(voted, "done")
    return m.Hop.objects.get(id=held.object.id)


def sent(cast: people.Cast, hop: m.Hop, copy: m.Copy) -> Outcome:
    return offer(cast, hop, [copy], "tao", "westgate_room")


def test_an_approval_for_once_bars_the_second_handoff_and_not_the_receipt_of_the_first(
    signed_in_cast: people.Cast, project: m.Project
) -> None:
    cast = signed_in_cast
    hop = limited(cast, project, Limit(uses=1))
    first, second = people.make_copies(cast, project, "LIM-A", 2)
    offered = people.must(sent(cast, hop, first), "done").object
    assert barring(sent(cast, hop, second)) == {"APR-09"}
    people.must(handoffs.accept(cast.actor("tao"), handoff=offered.id), "done")
    assert barring(sent(cast, hop, second)) == {"APR-09"}
    row = m.UseLimit.objects.get()
    assert (row.uses, row.until, row.set_by) == (1, None, cast.people["heng"])
    assert differences() == [] and differing(m.UseLimit, str(row.id)) == []


def test_an_offer_that_came_to_nothing_uses_nothing(signed_in_cast: people.Cast, project: m.Project) -> None:
    cast = signed_in_cast
    hop = limited(cast, project, Limit(uses=2))
    copies = people.make_copies(cast, project, "LIM-B", 3)
    taken = people.must(sent(cast, hop, copies[0]), "done").object
    handoffs.withdraw(cast.actor("yu"), handoff=taken.id, reason="Wrong box")
    declined = people.must(sent(cast, hop, copies[1]), "done").object
    handoffs.decline(cast.actor("tao"), handoff=declined.id, reason="Not ours")
    for copy in copies[:2]:
        people.must(sent(cast, hop, copy), "done")
    assert barring(sent(cast, hop, copies[2])) == {"APR-09"}


def test_one_until_a_day_bars_after_it(signed_in_cast: people.Cast, project: m.Project) -> None:
    cast = signed_in_cast
    hop = limited(cast, project, Limit(until=cast.today))
    first, second = people.make_copies(cast, project, "LIM-C", 2)
    offered = people.must(sent(cast, hop, first), "done").object
    m.UseLimit.objects.create(
        entry=m.new_id(), approval=hop.approvals.get(), until=cast.today - dt.timedelta(days=1),
        set_by=cast.people["qiao"],
    )  # fmt: skip
    assert barring(sent(cast, hop, second)) == {"APR-09"}
    assert barring(handoffs.accept(cast.actor("tao"), handoff=offered.id)) == {"APR-09"}


@pytest.mark.parametrize(
    ("limit", "choice"),
    [
        (Limit(uses=1), VoteChoice.DENY),
        (Limit(uses=0), VoteChoice.APPROVE),
        (Limit(uses=MOST + 1), VoteChoice.APPROVE),
        (Limit(until=dt.date(2020, 1, 1)), VoteChoice.APPROVE),
    ],
)
def test_a_vote_with_a_limit_that_does_not_hold_is_not_cast(
    signed_in_cast: people.Cast, project: m.Project, limit: Limit, choice: VoteChoice
) -> None:
    with pytest.raises(ActionError):
        limited(signed_in_cast, project, limit, choice)
    assert not m.Vote.objects.filter(approval__hop__project=project).exists()


@pytest.mark.slow
def test_two_offers_at_once_use_the_last_time_once(ground: Ground) -> None:
    seen: Counter[str] = Counter()
    cast, project = ground.cast, ground.project
    other = people.make_copies(cast, project, "RACE-B", 1)[0]
    mei = ground.actor("mei")

    def offers(hop: m.Hop, copy: m.Copy) -> Any:
        deal = handoffs.Offer(
            hop=hop.id, copies=[copy.id], receiver_person=cast.people["tao"].id, purpose="Race",
            channel=handoffs.Channel.IN_PERSON, system=cast.systems["westgate_room"].id,
        )  # fmt: skip
        return partial(handoffs.offer, mei, deal)

    with pair(ground.environ) as two:
        for _ in range(tries(10, 200)):
            hop = limited(cast, project, Limit(uses=1))
            both = two.both(offers(hop, ground.copy), offers(hop, other))
            assert sorted(one.state for one in both) == ["done", "refused"], states(*both)
            won = next(one for one in both if one.state == "done")
            assert barring(next(one for one in both if one.state == "refused")) == {"APR-09"}
            handoffs.withdraw(mei, handoff=won.object.id, reason="Next round")
            seen["first" if both[0].state == "done" else "second"] += 1
    assert set(seen) == {"first", "second"}, f"the race never went both ways: {seen}"
    assert deadlocks() == 0
