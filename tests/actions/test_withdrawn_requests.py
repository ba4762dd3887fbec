"""A subcontract request that is taken back: it and its approval end, and nobody votes on it any more."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from custody import models as m
from custody.actions import hops, mistakes
from custody.actions.base import ActionError, NotPermitted, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.stories.told import SMALL, ask
from custody.terms import ApprovalState, HopState, Role, Source, VoteChoice
from custody.transitions import NotNow
from tests.actions.racing import deadlocks, pair
from tests.actions.scenes import Scene, everything
from tests.databases import Database
from tests.scale import tries

ROUNDS = tries(10, 100)


def test_request_and_approval_end_and_no_vote_comes_after(scene: Scene) -> None:
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    outcome = mistakes.withdraw_request(lan, hop=scene.asked.hop_id, reason="Wrong party")
    hop, approval = m.Hop.objects.get(id=scene.asked.hop_id), m.Approval.objects.get(id=scene.asked.id)
    assert (hop.state, approval.state) == (HopState.WITHDRAWN, ApprovalState.WITHDRAWN)
    kept = m.Correction.objects.get(entry=outcome.entry)
    assert (kept.noun, kept.object, kept.reason) == ("hop", hop.id, "Wrong party")
    assert kept.changes == {"state": ["requested", "withdrawn"]}
    before = everything()
    for choice in VoteChoice:
        with pytest.raises(NotNow):
            hops.vote(scene.cast.actor("heng"), approval=approval.id, choice=choice, reason="Late")
    with pytest.raises(NotNow):
        mistakes.withdraw_request(lan, hop=hop.id, reason="Twice")
    assert everything() == before
    assert list(compare(rebuild())) == []


def test_what_was_decided_is_not_withdrawn(scene: Scene) -> None:
    before = everything()
    with pytest.raises(NotNow):
        mistakes.withdraw_request(scene.cast.actor("mei"), hop=scene.first.id, reason="Wrong")
    assert everything() == before


@pytest.mark.parametrize("reason", ["", " ", "a\0b", "名" * 10_001])
def test_a_reason_is_needed(scene: Scene, reason: str) -> None:
    before = everything()
    with pytest.raises(ActionError):
        mistakes.withdraw_request(scene.cast.actor("mei"), hop=scene.asked.hop_id, reason=reason)
    assert everything() == before


def test_officers_and_other_parties_may_not(scene: Scene) -> None:
    before = everything()
    for role, place in ((Role.OFFICER, "house"), (Role.CUSTODIAN, "owner"), (Role.MANAGER, "receiver")):
        with pytest.raises(NotPermitted):
            mistakes.withdraw_request(scene.as_(role, place), hop=scene.asked.hop_id, reason="Not mine")
    assert everything() == before


@pytest.mark.slow
def test_an_officer_votes_while_it_is_withdrawn_and_one_of_them_is_late(
    committed_cast: people.Cast, database_committed: Database
) -> None:
    cast = committed_cast
    project = people.open_project(cast, "RACE-4", "Race")
    mei, heng = cast.actor("mei", Source.PAPER), cast.actor("heng", Source.PAPER)
    with pair(database_committed.environ) as two:
        for number in range(ROUNDS):
            approval: Any = ask(cast, project, "mei", "lakeside", f"Race {number} 竞争", **SMALL).decision
            outcomes = two.both(
                partial(mistakes.withdraw_request, mei, hop=approval.hop_id, reason="Mistake"),
                partial(hops.vote, heng, approval=approval.id, choice=VoteChoice.DENY, reason="No"),
            )
            through = [o for o in outcomes if isinstance(o, Outcome)]
            assert len(through) == 1, outcomes
            assert {o.kind for o in outcomes if not isinstance(o, Outcome)} == {"NotNow"}
            hop = m.Hop.objects.get(id=approval.hop_id)
            assert hop.state is (HopState.WITHDRAWN if outcomes[0] is through[0] else HopState.REJECTED)
    assert deadlocks() == 0
