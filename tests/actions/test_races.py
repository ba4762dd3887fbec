"""Two at once on a committed database: one consistent outcome every time, nothing doubled, no deadlock
shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from custody import models as m
from custody.actions import handoffs, hops, registers
from custody.actions.base import Actor, Outcome
from custody.stories import cast as people
from custody.stories import told
from custody.stories.told import SMALL, approved_hop, ask, terms
from custody.terms import (
    ApprovalState,
    Channel,
    ControlKind,
    CopyState,
    HandoffState,
    HopState,
    Source,
    VoteChoice,
)
from ledger import api as ledger
from ledger.models import Entry, Pending
from tests.actions.racing import deadlocks, pair
from tests.databases import Database
from tests.scale import tries

Record = Callable[[str, object], None]
ROUNDS = tries(30, 1000)
SHORTER = max(ROUNDS // 5, 20)


class Ground:
    """A project with one approved hop and one copy, to be run over again and again."""

    def __init__(self, cast: people.Cast, environ: dict[str, str]) -> None:
        self.cast, self.environ = cast, environ
        self.project = people.open_project(cast, "RACE-1", "Race")
        self.hop = approved_hop(cast, self.project, "westgate", "Race 竞争")
        self.approval = m.Approval.objects.get(hop=self.hop)
        self.copy = people.make_copies(cast, self.project, "RACE-A", 1)[0]

    def actor(self, key: str) -> Actor:
        """Return a person whose refusals are not limited."""
        return self.cast.actor(key, Source.PAPER)

    def offer(self, key: str, submission: UUID | None = None) -> Any:
        actor = self.actor(key)
        deal = handoffs.Offer(
            hop=self.hop.id,
            copies=[self.copy.id],
            receiver_person=self.cast.people["tao"].id,
            purpose="Race",
            channel=Channel.IN_PERSON,
            system=self.cast.systems["westgate_room"].id,
        )
        return partial(handoffs.offer, actor, deal, submission=submission)

    def take_back(self) -> None:
        """Bring the copy home and the approval back to life."""
        for handoff in m.Handoff.objects.filter(state=HandoffState.OFFERED):
            handoffs.withdraw(self.actor("yu"), handoff=handoff.id, reason="Next round")
        m.Approval.objects.filter(id=self.approval.id).update(state=ApprovalState.GRANTED)
        m.Hop.objects.filter(id=self.hop.id).update(state=HopState.ACTIVE)


@pytest.fixture
def ground(committed_cast: people.Cast, database_committed: Database) -> Ground:
    return Ground(committed_cast, database_committed.environ)


def states(*outcomes: Any) -> list[str]:
    """What came of acts; an error that is not expected by the caller shows as its name."""
    return sorted(o.state if isinstance(o, Outcome) else f"{o.kind}: {o.words}" for o in outcomes)


def seq(entry: UUID) -> int:
    return Entry.objects.get(id=entry).seq


def position(entry: UUID) -> int:
    """The order in which entries of different streams were written."""
    return int(Pending.objects.get(entry_id=entry).position)


def assert_streams_are_dense() -> None:
    seqs: dict[Any, list[int]] = {}
    for stream, number in Entry.objects.order_by("stream", "seq").values_list("stream", "seq"):
        seqs.setdefault(stream, []).append(number)
    assert all(numbers == list(range(len(numbers))) for numbers in seqs.values())


@pytest.mark.slow
def test_two_people_offering_one_copy_at_once_one_offers_and_one_is_refused(
    ground: Ground, record_property: Record
) -> None:
    with pair(ground.environ) as two:
        for _ in range(ROUNDS):
            one, other = two.both(ground.offer("mei"), ground.offer("yu"))
            assert states(one, other) == ["done", "refused"]
            refused = one if one.state == "refused" else other
            assert [f["code"] for f in refused.decision.findings if f["outcome"] == "block"] == ["HND-01"]
            copy = m.Copy.objects.get(id=ground.copy.id)
            assert (copy.state, m.Handoff.objects.filter(state=HandoffState.OFFERED).count()) == (
                CopyState.OFFERED,
                1,
            )
            ground.take_back()
    assert m.Handoff.objects.count() == m.Refusal.objects.count() == ROUNDS
    assert_streams_are_dense()
    assert deadlocks() == 0
    record_property("rounds", ROUNDS)
    record_property("offered twice", 0)


@pytest.mark.slow
def test_an_approval_revoked_while_a_handoff_is_being_saved_has_one_order(
    ground: Ground, record_property: Record
) -> None:
    seen: Counter[str] = Counter()
    heng = ground.actor("heng")
    with pair(ground.environ) as two:
        for _ in range(ROUNDS):
            offered, revoked = two.both(
                ground.offer("yu"),
                partial(hops.revoke, heng, approval=ground.approval.id, reason="Found out"),
            )
            assert states(revoked) == ["done"]
            assert isinstance(offered, Outcome), offered
            seen[offered.state] += 1
            if offered.state == "done":
                assert seq(offered.entry) < seq(revoked.entry), "offered after the approval was gone"
            else:
                assert seq(offered.entry) > seq(revoked.entry)
                codes = {f["code"] for f in offered.decision.findings if f["outcome"] == "block"}
                assert {"HOP-01", "APR-02"} <= codes
            ground.take_back()
    assert seen["done"] and seen["refused"], f"the race never went both ways: {seen}"
    record_property("rounds", f"{ROUNDS}: {seen['done']} offered first, {seen['refused']} revoked first")
    assert_streams_are_dense()
    assert deadlocks() == 0


@pytest.mark.slow
def test_two_officers_voting_at_once_decide_once(ground: Ground) -> None:
    qiao = ground.actor("qiao")
    with pair(ground.environ) as two:
        for _ in range(SHORTER):
            asked = ask(ground.cast, ground.project, "mei", "lakeside", "Voted on 表决", **SMALL).decision

            deny = partial(hops.vote, qiao, approval=asked.id, reason="My view", choice=VoteChoice.DENY)
            one, other = two.both(told.in_favour(ground.cast, asked), deny)
            done = [o for o in (one, other) if isinstance(o, Outcome)]
            assert len(done) == 1, states(one, other)
            assert (other if done[0] is one else one).kind == "NotNow"
            vote = m.Vote.objects.get(approval=asked)
            approval = m.Approval.objects.select_related("hop").get(id=asked.id)
            granted = vote.choice.approves
            assert approval.state is (ApprovalState.GRANTED if granted else ApprovalState.DENIED)
            assert approval.hop.state is (HopState.ACTIVE if granted else HopState.REJECTED)
    assert deadlocks() == 0


@pytest.mark.slow
def test_a_foreign_controller_recorded_while_a_handoff_is_being_saved_has_one_order(ground: Ground) -> None:
    seen: Counter[str] = Counter()
    westgate, meridian = ground.cast.party("westgate"), ground.cast.party("meridian")
    an = Actor.setup()
    with pair(ground.environ) as two:
        for _ in range(SHORTER):
            offered, found = two.both(
                ground.offer("yu"),
                partial(
                    registers.record_control,
                    an,
                    party=westgate,
                    controller=meridian,
                    kind=ControlKind.CONTROLLER,
                ),
            )
            assert states(found) == ["done"]
            assert isinstance(offered, Outcome), offered
            seen[offered.state] += 1
            known = f"facts/party:{meridian}" in ledger.read(offered.entry).values
            assert (position(offered.entry) > position(found.entry)) is known
            assert offered.state == ("refused" if known else "done")
            m.PartyControl.objects.all().delete()
            ground.take_back()
    assert seen["done"] and seen["refused"], f"the race never went both ways: {seen}"
    assert deadlocks() == 0


@pytest.mark.slow
def test_one_form_sent_twice_at_once_has_one_effect_and_one_answer(ground: Ground) -> None:
    lan = ground.actor("mei")
    with pair(ground.environ) as two:
        for number in range(SHORTER):
            token = uuid4()
            one, other = two.both(ground.offer("yu", token), ground.offer("yu", token))
            assert states(one, other) == ["done", "done"]
            assert (one.entry, one.object.id) == (other.entry, other.object.id)
            ground.take_back()
            token, asked = uuid4(), terms(ground.cast, "lakeside", f"Twice {number} 重复", **SMALL)
            request = partial(
                hops.request, lan, project=ground.project.id, parent=None, terms=asked, submission=token
            )
            one, other = two.both(request, request)
            assert states(one, other) == ["held", "held"]
            assert one.object.id == other.object.id and one.decision.id == other.decision.id
    assert m.Handoff.objects.count() == SHORTER
    assert m.Hop.objects.filter(to_party=ground.cast.party("lakeside")).count() == SHORTER
    assert deadlocks() == 0


@pytest.mark.slow
def test_the_receiver_accepting_while_the_sender_withdraws_ends_one_way(ground: Ground) -> None:
    tao, yu = ground.actor("tao"), ground.actor("yu")
    with pair(ground.environ) as two:
        for _ in range(SHORTER):
            handoff = ground.offer("yu")().object
            taken, back = two.both(
                partial(handoffs.accept, tao, handoff=handoff.id),
                partial(handoffs.withdraw, yu, handoff=handoff.id, reason="Changed my mind"),
            )
            done = [o for o in (taken, back) if isinstance(o, Outcome)]
            assert len(done) == 1 and done[0].state == "done", states(taken, back)
            copy = m.Copy.objects.get(id=ground.copy.id)
            assert copy.state is CopyState.HELD and copy.offered_in_id is None
            holder = "westgate" if done[0] is taken else "northfield"
            assert copy.custodian_party_id == ground.cast.party(holder)
            if holder == "westgate":
                ground.copy = people.make_copies(ground.cast, ground.project, f"R-{handoff.number}", 1)[0]
    assert deadlocks() == 0
