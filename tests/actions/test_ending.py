"""The work of a subcontract is done, its copies are asked back, and it is closed; a project ends in the same
way; and what a step on one subcontract does to those below it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial

import pytest

from custody import models as m
from custody import out
from custody.actions import cascading, ending, handoffs, hops, mistakes, projects, standing
from custody.actions.base import ActionError, Actor, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.policy.rules.ending import Endings
from custody.single import differing
from custody.stories import cast as people
from custody.stories.told import terms
from custody.terms import ApprovalState, HopState, ProjectState, Role, VoteChoice
from custody.transitions import NotNow
from tests.actions.racing import deadlocks, pair
from tests.actions.scenes import Scene, done, passed_down
from tests.actions.test_approval_standing import approval_of, barring
from tests.actions.test_races import Ground, ground, seq, states
from tests.scale import tries

__all__ = ["ground"]
DONE, BACK = "Work delivered 已交付", "The work is done 工作已完成"


def lan(scene: Scene) -> Actor:
    return scene.as_(Role.MANAGER, "owner", "lan")


def state_of(hop: m.Hop) -> HopState:
    return HopState(m.Hop.objects.get(id=hop.id).state)


def test_once_the_work_is_done_nothing_goes_down_and_those_below_are_done_with_it(scene: Scene) -> None:
    done(ending.complete(lan(scene), hop=scene.first.id, reason=DONE))
    assert state_of(scene.first) is state_of(scene.second) is HopState.COMPLETED
    assert "HOP-09" in barring(handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id))
    over = scene.deal(
        hop=scene.first.id,
        copies=[scene.kept.id],
        receiver_person=scene.cast.people["tao"].id,
        system=scene.cast.systems["westgate_room"].id,
    )
    assert "HOP-09" in barring(handoffs.offer(lan(scene), over))
    below = hops.request(
        scene.cast.actor("tao"),
        project=scene.project.id,
        parent=scene.first.id,
        terms=terms(scene.cast, "annex", "More 更多", amount=None),
    )
    assert "HOP-09" in barring(below)
    for hop in (scene.first, scene.second):
        assert differing(m.Hop, str(hop.id)) == []
    assert list(compare(rebuild())) == []
    with pytest.raises(NotNow):
        ending.complete(lan(scene), hop=scene.second.id, reason=DONE)


def test_it_is_not_closed_while_copies_are_out_and_the_attempt_says_which(scene: Scene) -> None:
    with pytest.raises(NotNow):
        ending.close(lan(scene), hop=scene.first.id, reason=DONE)
    done(ending.complete(lan(scene), hop=scene.first.id, reason=DONE))
    refused = ending.close(lan(scene), hop=scene.first.id, reason=DONE)
    assert barring(refused) == {"HOP-10"}
    assert refused.object.attempt["copies"] == [str(scene.moved.id)]
    (finding,) = [x for x in refused.decision.findings if x["code"] == "HOP-10"]
    assert finding["inputs"]["numbers"]["value"] == [scene.moved.code]
    assert state_of(scene.first) is HopState.COMPLETED
    done(handoffs.withdraw(scene.cast.actor("tao"), handoff=scene.handoff.id, reason="Done"))
    done(ending.close(scene.cast.actor("tao"), hop=scene.second.id, reason=DONE))
    assert state_of(scene.second) is HopState.CLOSED, "no copy had come so far"


def test_asking_back_names_every_holder_below_and_is_told_to_them(scene: Scene) -> None:
    deep = passed_down(scene)
    done(ending.recall(lan(scene), hop=scene.first.id, reason=BACK, due=scene.cast.today))
    made = {row.holders[0]: row for row in m.Recall.objects.all()}
    held = {scene.cast.party("westgate"), scene.cast.party("harbour")}
    assert set(made) == held and all(len(row.copies) == len(row.holders) == 1 for row in made.values())
    assert len({row.entry for row in made.values()}) == 2, "each holder is asked by an entry of its own"
    assert state_of(scene.first) is HopState.ACTIVE, "copies may be asked back while work goes on"
    outstanding = {copy for row in made.values() for copy in out.outstanding(row)}
    assert outstanding == {scene.moved, *deep.copies.all()}
    done(ending.complete(lan(scene), hop=scene.first.id, reason=DONE))
    done(ending.recall(lan(scene), hop=scene.first.id, reason=BACK))
    assert state_of(scene.first) is HopState.CLOSING
    with pytest.raises(ActionError, match="passed"):
        ending.recall(
            lan(scene), hop=scene.first.id, reason=BACK, due=scene.cast.today - dt.timedelta(days=1)
        )
    with pytest.raises(ActionError, match="No copy is out"):
        ending.recall(lan(scene), hop=approved(scene).id, reason=BACK)
    assert list(compare(rebuild())) == []
    for row in made.values():
        assert differing(m.Recall, str(row.id)) == []


def approved(scene: Scene) -> m.Hop:
    """Have the subcontract approved that waits; nothing was handed over it."""
    heng = scene.cast.actor("heng")
    hops.vote(heng, approval=scene.asked.id, choice=VoteChoice.APPROVE, reason="In order")
    found: m.Hop = m.Hop.objects.get(id=scene.asked.hop_id)
    return found


def test_what_comes_back_to_who_asked_is_no_longer_asked_for(scene: Scene) -> None:
    deep = passed_down(scene)
    made = done(ending.recall(scene.cast.actor("tao"), hop=scene.second.id, reason=BACK))
    assert set(out.outstanding(made)) == set(deep.copies.all())
    done(mistakes.accepted_by_mistake(scene.cast.actor("bo"), handoff=deep.id, reason="Not ours"))
    done(mistakes.agree(scene.cast.actor("tao"), handoff=deep.id))
    assert set(out.outstanding(made)) == set(out.of_hop(scene.second)) == set()


def test_a_project_is_closed_once_all_is_back_and_takes_nothing_new(scene: Scene) -> None:
    refused = ending.close_project(lan(scene), project=scene.project.id, reason=DONE)
    (finding,) = [x for x in refused.decision.findings if x["code"] == "HOP-10"]
    assert set(finding["problems"]) == {"copies", "offers", "waiting"}, finding
    made = done(ending.recall(lan(scene), project=scene.project.id, reason=BACK))
    assert made.hop is None and made.copies == [scene.moved.id]
    m.Copy.objects.filter(id=scene.moved.id).update(custodian_party=scene.project.owner_party_id)
    done(handoffs.withdraw(scene.cast.actor("tao"), handoff=scene.handoff.id, reason="Done"))
    done(mistakes.withdraw_request(lan(scene), hop=scene.asked.hop_id, reason="Not needed"))
    m.Copy.objects.filter(id=scene.moved.id).update(custodian_party=scene.project.owner_party_id)
    done(ending.close_project(lan(scene), project=scene.project.id, reason=DONE))
    assert m.Project.objects.get(id=scene.project.id).state is ProjectState.CLOSED
    assert state_of(scene.first) is state_of(scene.second) is HopState.CLOSED
    assert "HOP-09" in barring(projects.mint_copies(lan(scene), item=scene.item.id, count=1))
    assert differing(m.Project, str(scene.project.id)) == differing(m.Hop, str(scene.second.id)) == []


def test_revoking_ends_the_approvals_below_and_says_with_which(scene: Scene) -> None:
    top, low = approval_of(scene.first), approval_of(scene.second)
    done(hops.revoke(scene.cast.actor("heng"), approval=top.id, reason="Found out"))
    low.refresh_from_db()
    assert (low.state, low.stopped_with_id) == (ApprovalState.REVOKED, top.id)
    assert state_of(scene.second) is HopState.REVOKED
    assert list(compare(rebuild())) == []
    assert differing(m.Approval, str(low.id)) == []


def test_a_suspension_stops_by_the_path_unless_the_regime_lets_it_reach_each(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    top, low = approval_of(scene.first), approval_of(scene.second)
    heng, qiao = scene.cast.actor("heng"), scene.cast.actor("qiao")
    done(standing.suspend(heng, approval=top.id, reason="Looked into"))
    low.refresh_from_db()
    assert low.state is ApprovalState.GRANTED, "the path stops it"
    done(standing.lift(qiao, approval=top.id, reason="Answered"))
    monkeypatch.setattr(cascading, "ways", lambda project, today: Endings(suspend="each"))
    done(standing.suspend(heng, approval=top.id, reason="Looked into"))
    low.refresh_from_db()
    assert (low.state, low.stopped_with_id) == (ApprovalState.SUSPENDED, top.id)
    assert list(compare(rebuild())) == []
    done(standing.lift(qiao, approval=top.id, reason="Answered"))
    low.refresh_from_db()
    assert (low.state, low.stopped_with_id) == (ApprovalState.GRANTED, None)
    done(standing.suspend(heng, approval=low.id, reason="By itself"))
    done(standing.suspend(heng, approval=top.id, reason="Looked into"))
    done(standing.lift(qiao, approval=top.id, reason="Answered"))
    low.refresh_from_db()
    assert low.state is ApprovalState.SUSPENDED, "it was suspended by itself, and is not lifted with another"
    assert list(compare(rebuild())) == []


@pytest.mark.slow
def test_completing_while_a_receipt_is_being_saved_has_one_order(ground: Ground) -> None:
    seen: Counter[str] = Counter()
    mei, tao = ground.actor("mei"), ground.actor("tao")
    with pair(ground.environ) as two:
        for _ in range(tries(12, 300)):
            offered = people.must(ground.offer("yu")(), "done")
            taken, ended = two.both(
                partial(handoffs.accept, tao, handoff=offered.object.id),
                partial(ending.complete, mei, hop=ground.hop.id, reason=DONE),
            )
            assert states(ended) == ["done"] and isinstance(taken, Outcome), (taken, ended)
            seen[taken.state] += 1
            before = seq(taken.entry) < seq(ended.entry)
            assert before if taken.state == "done" else not before
            m.Copy.objects.filter(id=ground.copy.id).update(
                custodian_party=ground.project.owner_party_id, state="held", offered_in=None
            )
            m.Handoff.objects.filter(id=offered.object.id).update(state="withdrawn")
            ground.take_back()
    assert seen["done"] and seen["refused"], f"the race never went both ways: {seen}"
    assert deadlocks() == 0


@pytest.mark.slow
def test_closing_while_an_offer_is_being_saved_has_one_order(ground: Ground) -> None:
    seen: Counter[str] = Counter()
    mei = ground.actor("mei")
    with pair(ground.environ) as two:
        for _ in range(tries(12, 300)):
            offered, ended = two.both(
                ground.offer("yu"), partial(ending.close_project, mei, project=ground.project.id, reason=DONE)
            )
            assert isinstance(offered, Outcome) and isinstance(ended, Outcome), (offered, ended)
            assert {offered.state, ended.state} == {"done", "refused"}, "an offer in a project that is closed"
            seen[offered.state] += 1
            m.Project.objects.filter(id=ground.project.id).update(state=ProjectState.OPEN)
            ground.take_back()
    assert seen["done"] and seen["refused"], f"the race never went both ways: {seen}"
    assert deadlocks() == 0
