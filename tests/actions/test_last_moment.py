"""The last vote, a revocation, a suspension and a receipt at the same moment: whichever came first stands in
the ledger first, and what came second knew of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from custody import models as m
from custody.actions import handoffs, hops, standing
from custody.actions.base import Outcome
from custody.stories import cast as people
from custody.stories.told import SMALL, ask
from custody.terms import ApprovalState, CopyState, HandoffState, HopState, VoteChoice
from tests.actions.racing import deadlocks, pair
from tests.actions.test_races import Ground, assert_streams_are_dense, ground, seq, states
from tests.scale import FULL, tries

__all__ = ["ground"]

Record = Callable[[str, object], None]
ROUNDS = tries(12, 300)


def assert_both_ways(seen: Counter[str], *ways: str) -> None:
    """A few rounds on a busy machine may all go one way; so many do not."""
    if FULL:
        assert all(seen[way] for way in ways), f"the race never went both ways: {seen}"


def barring(outcome: Outcome) -> set[str]:
    findings = outcome.decision.findings
    return {f["code"] for f in findings if f["outcome"] in ("block", "cannot_tell")}


@pytest.mark.slow
def test_a_revocation_beside_the_vote_that_grants_comes_too_early_or_ends_it(
    ground: Ground, record_property: Record
) -> None:
    """There is nothing to revoke until the vote is in."""
    heng, qiao = ground.actor("heng"), ground.actor("qiao")
    seen: Counter[str] = Counter()
    with pair(ground.environ) as two:
        for number in range(ROUNDS):
            if number % 30 == 0:  # all that a giver passes on in a project is judged each time
                project = people.open_project(ground.cast, f"MOMENT-{number}", "Last moment")
            asked = ask(ground.cast, project, "mei", "lakeside", f"At once {number}", **SMALL).decision
            voted, revoked = two.both(
                partial(hops.vote, heng, approval=asked.id, choice=VoteChoice.APPROVE, reason="In order"),
                partial(hops.revoke, qiao, approval=asked.id, reason="Found out"),
            )
            assert states(voted) == ["done"], voted
            row = m.Approval.objects.select_related("hop").get(id=asked.id)
            if isinstance(revoked, Outcome):
                assert (row.state, row.hop.state) == (ApprovalState.REVOKED, HopState.REVOKED)
                assert seq(voted.entry) < seq(revoked.entry)
            else:
                assert revoked.kind == "NotNow"
                assert (row.state, row.hop.state) == (ApprovalState.GRANTED, HopState.ACTIVE)
                assert hops.revoke(qiao, approval=asked.id, reason="Found out").state == "done"
            assert row.votes.count() == 1
            seen["ended" if isinstance(revoked, Outcome) else "too early"] += 1
    assert_both_ways(seen, "ended", "too early")
    record_property("rounds", f"{ROUNDS}: {seen['ended']} ended, {seen['too early']} revoked too early")
    assert_streams_are_dense()
    assert deadlocks() == 0


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["suspend", "revoke"])
def test_an_approval_stopped_while_a_receipt_is_being_signed_has_one_order(
    ground: Ground, record_property: Record, verb: str
) -> None:
    """Either custody moved before, or the receipt is refused and the sender still has the copy."""
    tao, heng = ground.actor("tao"), ground.actor("heng")
    stop = {"suspend": standing.suspend, "revoke": hops.revoke}[verb]
    seen: Counter[str] = Counter()
    westgate = ground.cast.party("westgate")
    copies = [
        copy
        for part in range(0, ROUNDS, 100)  # as many as one item is given copies at a time, and less
        for copy in people.make_copies(
            ground.cast, ground.project, f"LAST-{verb}-{part}", min(100, ROUNDS - part)
        )
    ]
    with pair(ground.environ) as two:
        for copy in copies:
            ground.copy = copy
            handoff = ground.offer("yu")().object
            taken, stopped = two.both(
                partial(handoffs.accept, tao, handoff=handoff.id),
                partial(stop, heng, approval=ground.approval.id, reason="Found out"),
            )
            assert states(stopped) == ["done"]
            assert isinstance(taken, Outcome), taken
            seen[taken.state] += 1
            now = m.Copy.objects.get(id=copy.id)
            row = m.Handoff.objects.get(id=handoff.id)
            if taken.state == "done":
                assert seq(taken.entry) < seq(stopped.entry), "signed for after the approval was stopped"
                assert (now.state, row.state) == (CopyState.HELD, HandoffState.ACCEPTED)
                assert now.custodian_party_id == westgate
            else:
                assert seq(taken.entry) > seq(stopped.entry)
                assert {"HOP-01", "APR-02"} <= barring(taken)
                assert (now.state, row.state) == (CopyState.OFFERED, HandoffState.OFFERED)
                assert now.custodian_party_id != westgate
            ground.take_back()
    assert_both_ways(seen, "done", "refused")
    record_property("rounds", f"{ROUNDS}: {seen['done']} signed first, {seen['refused']} stopped first")
    assert_streams_are_dense()
    assert deadlocks() == 0
