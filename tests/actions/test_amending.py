"""Other terms need another decision: until then nothing passes, and what was approved can still be read."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from custody import models as m
from custody import record
from custody.actions import amending, handoffs, hops, mistakes, standing
from custody.actions.base import ActionError, NotPermitted, Outcome
from custody.actions.restoring import Filled, subject_told
from custody.apply import rebuild
from custody.beside import Beside
from custody.compare import compare
from custody.single import differing
from custody.stories import cast as people
from custody.stories import told
from custody.stories.told import SMALL, approve, ask
from custody.terms import ApprovalState, HopState, Role, VoteChoice
from custody.transitions import NotNow
from tests.actions.racing import deadlocks, pair
from tests.actions.scenes import Scene, done
from tests.actions.test_approval_standing import approval_of, barring, suspended
from tests.actions.test_races import Ground, ground
from tests.scale import tries

__all__ = ["ground"]
WHY = "More time 延期"


def amend(scene: Scene, hop: m.Hop, **changed: Any) -> Outcome:
    """Have the owner's manager put a subcontract up in other terms."""
    row = m.Hop.objects.get(id=hop.id)
    terms = replace(amending.terms_of(row), **changed)
    return amending.amend(scene.cast.actor("mei"), hop=hop.id, terms=terms, reason=WHY)


def longer(scene: Scene) -> dt.date:
    return scene.cast.today + dt.timedelta(days=400)


def vote(scene: Scene, approval: m.Approval, choice: VoteChoice = VoteChoice.APPROVE) -> Outcome:
    if choice is VoteChoice.APPROVE:
        return approve(scene.cast, approval)  # what stands against it is named
    return hops.vote(scene.cast.actor("heng"), approval=approval.id, choice=choice, reason="In order 同意")


def test_an_amended_subcontract_waits_and_nothing_passes_it_until_it_is_approved_again(scene: Scene) -> None:
    old = approval_of(scene.first)
    held = amend(scene, scene.first, ends=longer(scene), share=Decimal(15))
    assert held.state == "held"
    hop, new = m.Hop.objects.get(id=scene.first.id), held.decision
    assert (hop.state, hop.ends, hop.share) == (HopState.REQUESTED, longer(scene), Decimal(15))
    assert (new.state, new.subject_sha256) == (ApprovalState.REQUESTED, hop.subject_sha256)
    assert record.digest(new.subject) == hop.subject_sha256 != old.subject_sha256
    was = m.Approval.objects.get(id=old.id)
    assert was.state is ApprovalState.SUPERSEDED and record.digest(was.subject) == was.subject_sha256
    assert was.votes.count() == 1 and was.subject["share"] == "4.00"
    assert list(compare(rebuild())) == []
    for model, row in ((m.Hop, hop), (m.Approval, new), (m.Approval, was)):
        assert differing(model, str(row.pk)) == []
    tried = handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id)
    assert {"HOP-01", "APR-01", "APR-07"} <= barring(tried)
    (said,) = [f for f in tried.decision.findings if f["code"] == "APR-07"]
    assert said["inputs"]["fields"]["value"] == ["ends", "share"]
    done(vote(scene, new))
    done(handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id))
    assert list(compare(rebuild())) == []


def test_a_request_that_waits_is_amended_and_its_votes_do_not_go_over(scene: Scene) -> None:
    new = amend(scene, m.Hop.objects.get(id=scene.asked.hop_id), scope="Printing and binding 印装").decision
    assert m.Approval.objects.get(id=scene.asked.id).state is ApprovalState.SUPERSEDED
    with pytest.raises(NotNow):
        vote(scene, scene.asked)
    done(vote(scene, new))
    assert m.Hop.objects.get(id=scene.asked.hop_id).state is HopState.ACTIVE


def test_a_refused_request_may_be_put_up_again_in_other_terms(scene: Scene) -> None:
    done(vote(scene, scene.asked, VoteChoice.DENY))
    new = amend(scene, m.Hop.objects.get(id=scene.asked.hop_id), share=Decimal(4)).decision
    assert m.Approval.objects.get(id=scene.asked.id).state is ApprovalState.DENIED
    done(vote(scene, new))
    assert list(compare(rebuild())) == []


def test_a_refused_amendment_leaves_the_approval_as_it_was(scene: Scene) -> None:
    before = approval_of(scene.second)
    outcome = amend(scene, scene.second, level="jimi")
    assert "HOP-08" in barring(outcome)
    assert outcome.object.hop_id == scene.second.id
    after = approval_of(scene.second)
    assert (after.id, after.state) == (before.id, ApprovalState.GRANTED)
    assert m.Hop.objects.get(id=scene.second.id).level == scene.second.level
    done(handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id))


def test_a_denied_amendment_lets_nothing_pass_until_other_terms_are_approved(scene: Scene) -> None:
    new = amend(scene, scene.first, ends=longer(scene)).decision
    done(vote(scene, new, VoteChoice.DENY))
    assert {"HOP-01", "APR-01", "APR-07"} <= barring(
        handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id)
    )
    back = amend(scene, scene.first, ends=scene.first.ends).decision
    done(vote(scene, back))
    done(handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id))


def test_whoever_amends_does_not_decide_on_it(scene: Scene) -> None:
    new = amend(scene, scene.first, ends=longer(scene)).decision
    mei = scene.as_(Role.OFFICER, "house", "mei")
    tried = hops.vote(mei, approval=new.id, choice=VoteChoice.APPROVE, reason="Mine 自批")
    assert barring(tried) == {"APR-04"}


def test_nothing_changed_another_party_no_reason_or_no_time_is_no_amendment(scene: Scene) -> None:
    with pytest.raises(ActionError, match="Nothing would change"):
        amend(scene, scene.first)
    with pytest.raises(ActionError, match="stays with its party"):
        amend(scene, scene.first, to_party=scene.cast.party("annex"))
    with pytest.raises(ActionError, match="before the first day"):
        amend(scene, scene.first, ends=scene.cast.today - dt.timedelta(days=90))
    mei, terms = scene.cast.actor("mei"), replace(amending.terms_of(scene.first), scope="Else 其他")
    with pytest.raises(ActionError):
        amending.amend(mei, hop=scene.first.id, terms=terms, reason=" ")
    with pytest.raises(NotPermitted):
        amending.amend(scene.cast.actor("heng"), hop=scene.first.id, terms=terms, reason=WHY)
    suspended(scene, scene.first)
    with pytest.raises(NotNow):
        amend(scene, scene.first, scope="Around the suspension 绕过")
    done(standing.lift(scene.cast.actor("qiao"), approval=approval_of(scene.first).id, reason="On 恢复"))
    done(mistakes.withdraw_request(mei, hop=scene.asked.hop_id, reason="No need 不需要"))
    with pytest.raises(NotNow):
        amend(scene, m.Hop.objects.get(id=scene.asked.hop_id), scope="Again 再次")


@pytest.mark.parametrize(
    ("column", "value", "names"),
    [
        ("level", "neibu", ["level"]),
        ("share", Decimal("21.00"), ["share"]),
        ("ends", dt.date(2031, 1, 1), ["ends"]),
        ("categories", ["engineering", "gis"], ["categories"]),
        ("keeps_core", None, ["keeps_core"]),
    ],
)
def test_what_is_written_into_the_table_past_every_act_lets_nothing_pass(
    scene: Scene, column: str, value: Any, names: list[str]
) -> None:
    m.Hop.objects.filter(id=scene.second.id).update(**{column: value})
    tried = handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id)
    assert "APR-07" in barring(tried)
    (said,) = [f for f in tried.decision.findings if f["code"] == "APR-07"]
    assert said["inputs"]["fields"]["value"] == names


def test_a_share_of_20_is_a_share_of_20_00(scene: Scene) -> None:
    held = ask(scene.cast, scene.project, "mei", "annex", "Part 部分", share=Decimal(5))
    if held.state == "held":  # Annex has no paper on some scenes
        people.must(approve(scene.cast, held.decision), "done")
    new = amend(scene, scene.first, share=Decimal(10)).decision
    assert new.subject["share"] == "10.00"
    done(vote(scene, new))
    done(handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id))


def test_what_each_approval_was_for_is_told_by_the_ledger_alone(scene: Scene) -> None:
    """As a restore needs it: also of one that is superseded or was refused, and of round numbers."""
    held = ask(scene.cast, scene.project, "mei", "westgate", "Part 部分", share=Decimal(5), amount=Decimal(7))
    done(vote(scene, held.decision, VoteChoice.DENY))
    for changed in ({"scope": "Other 其他"}, {"share": Decimal(6)}, {"ends": longer(scene)}):
        done(vote(scene, amend(scene, held.object, **changed).decision))
    beside, lost = Beside(), Filled()
    state = rebuild(before=beside.read)
    approvals = list(m.Approval.objects.filter(hop=held.object))
    assert len(approvals) == 4
    for approval in approvals:
        row = {"hop_id": str(approval.hop_id), "subject_sha256": approval.subject_sha256}
        assert subject_told(row, state, beside, lost) == approval.subject
    assert lost.lost == {}


@pytest.mark.slow
def test_a_vote_and_an_amendment_at_once_have_one_order(ground: Ground) -> None:
    """Either the vote meets a superseded request, or what it granted is superseded: never granted for terms
    that were not on the officer's page."""
    seen: Counter[str] = Counter()
    mei = ground.actor("mei")
    with pair(ground.environ) as two:
        for n in range(tries(10, 300)):
            held = ask(ground.cast, ground.project, "mei", "lakeside", f"Round {n} 第{n}轮", **SMALL)
            hop = held.object
            terms = replace(amending.terms_of(hop), scope="Other 其他")
            voted, changed = two.both(
                told.in_favour(ground.cast, held.decision),
                partial(amending.amend, mei, hop=hop.id, terms=terms, reason=WHY),
            )
            assert isinstance(changed, Outcome) and changed.state == "held", changed
            first = m.Approval.objects.get(id=held.decision.id)
            assert first.state is ApprovalState.SUPERSEDED
            assert m.Hop.objects.get(id=hop.id).state is HopState.REQUESTED
            if isinstance(voted, Outcome):
                seen["voted first"] += 1
                assert first.votes.count() == 1
            else:
                seen["amended first"] += 1
                assert voted.kind == "NotNow" and first.votes.count() == 0, voted
            assert m.Approval.objects.filter(hop=hop, state=ApprovalState.REQUESTED).count() == 1
    assert len(seen) == 2, f"the race never went both ways: {seen}"
    assert deadlocks() == 0
