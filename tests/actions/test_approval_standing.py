"""An officer suspends an approval at once, with what it stops shown first, and another lifts it."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import pytest

from custody import models as m
from custody import recall
from custody.actions import handoffs, hops, registers, standing
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.stories import cast as people
from custody.terms import ApprovalState, HopState, Role, Source
from custody.transitions import NotNow
from tests.actions.racing import deadlocks, pair
from tests.actions.scenes import Scene, done
from tests.actions.test_races import Ground, ground, seq, states
from tests.scale import tries

__all__ = ["ground"]
WHY = "The authority asks 主管部门询问"


def approval_of(hop: m.Hop) -> m.Approval:
    return m.Approval.objects.get(hop=hop)


def barring(outcome: Outcome) -> set[str]:
    assert outcome.state == "refused" and outcome.decision is not None
    return {f["code"] for f in outcome.decision.findings if f["outcome"] == "block"}


def suspended(scene: Scene, hop: m.Hop) -> m.Approval:
    return done(standing.suspend(scene.cast.actor("heng"), approval=approval_of(hop).id, reason=WHY))


def test_nothing_passes_over_or_below_a_suspended_approval_and_what_was_offered_cannot_be_accepted(
    scene: Scene,
) -> None:
    approval = suspended(scene, scene.first)
    assert approval.state is ApprovalState.SUSPENDED
    assert m.Hop.objects.get(id=scene.first.id).state is HopState.SUSPENDED
    bo = scene.cast.actor("bo")
    assert {"APR-02", "HOP-01"} <= barring(handoffs.accept(bo, handoff=scene.handoff.id))
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    over = scene.deal(
        hop=scene.first.id,
        copies=[scene.kept.id],
        receiver_person=scene.cast.people["tao"].id,
        system=scene.cast.systems["westgate_room"].id,
    )
    found = barring(handoffs.offer(lan, over))
    assert "APR-02" in found and "APR-01" not in found, "it was granted; that it is suspended is APR-02's"
    assert list(compare(rebuild())) == []
    assert differing(m.Approval, str(approval.id)) == differing(m.Hop, str(scene.first.id)) == []


def test_lifted_it_counts_again_as_it_did(scene: Scene) -> None:
    approval = suspended(scene, scene.first)
    done(standing.lift(scene.cast.actor("qiao"), approval=approval.id, reason="Answered 已答复"))
    assert approval_of(scene.first).state is ApprovalState.GRANTED
    done(handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id))
    assert list(compare(rebuild())) == []
    kept = m.Correction.objects.of(approval)
    assert [(c.changes["state"], c.reason) for c in kept] == [
        (["granted", "suspended"], WHY),
        (["suspended", "granted"], "Answered 已答复"),
    ]


def test_who_asked_for_it_or_belongs_to_a_party_of_it_does_not_lift_it(scene: Scene) -> None:
    approval = suspended(scene, scene.first)
    asked_by = Actor(
        approval.requested_by_id,
        ((scene.cast.site.operator_id, Role.OFFICER),),
        Source.SCREEN,
        scene.cast.site.operator_id,
    )
    registers.give_membership(
        Actor.setup(),
        person=scene.cast.people["qiao"].id,
        party=scene.cast.party("westgate"),
        role=Role.CUSTODIAN,
        starts=scene.cast.today,
    )
    for actor in (asked_by, scene.cast.actor("qiao")):
        with pytest.raises(ActionError, match="another officer"):
            standing.lift(actor, approval=approval.id, reason="Please")
    assert approval_of(scene.first).state is ApprovalState.SUSPENDED


def test_only_an_officer_does_it_with_a_reason_and_in_its_time(scene: Scene) -> None:
    granted, heng = approval_of(scene.first), scene.cast.actor("heng")
    with pytest.raises(NotPermitted):
        standing.suspend(scene.cast.actor("mei"), approval=granted.id, reason=WHY)
    with pytest.raises(ActionError):
        standing.suspend(heng, approval=granted.id, reason=" \u3000")
    with pytest.raises(NotNow):
        standing.lift(heng, approval=granted.id, reason=WHY)
    with pytest.raises(NotNow):
        standing.suspend(heng, approval=scene.asked.id, reason=WHY)
    suspended(scene, scene.first)
    with pytest.raises(NotNow):
        suspended(scene, scene.first)
    done(hops.revoke(heng, approval=granted.id, reason="For good 终止"))
    with pytest.raises(NotNow):
        standing.lift(heng, approval=granted.id, reason=WHY)
    assert list(compare(rebuild())) == []


def test_what_it_would_stop_is_listed_before(scene: Scene) -> None:
    found = recall.beyond(scene.first)
    assert set(found.hops) == {scene.first, scene.second}
    assert list(found.offers) == [scene.handoff] and list(found.copies) == [scene.moved]
    below = recall.beyond(scene.second)
    assert list(below.hops) == [scene.second] and list(below.offers) == [scene.handoff]
    assert list(below.copies) == []


@pytest.mark.slow
def test_a_suspension_while_a_handoff_is_being_saved_has_one_order(ground: Ground) -> None:
    seen: Counter[str] = Counter()
    heng: Any = ground.actor("heng")
    with pair(ground.environ) as two:
        for _ in range(tries(10, 300)):
            offered, stopped = two.both(
                ground.offer("yu"),
                partial(standing.suspend, heng, approval=ground.approval.id, reason=WHY),
            )
            assert states(stopped) == ["done"]
            assert isinstance(offered, Outcome), offered
            seen[offered.state] += 1
            if offered.state == "done":
                assert seq(offered.entry) < seq(stopped.entry), "offered while it was suspended"
            else:
                assert seq(offered.entry) > seq(stopped.entry) and "APR-02" in barring(offered)
            people.must(standing.lift(ground.actor("qiao"), approval=ground.approval.id, reason="On"), "done")
            ground.take_back()
    assert seen["done"] and seen["refused"], f"the race never went both ways: {seen}"
    assert deadlocks() == 0
