"""A rule that its pack marks may be overridden: by several not concerned, for one party, until a day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from typing import Any

import pytest

from custody import models as m
from custody import replay
from custody.actions import handoffs, hops, overriding, registers
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.policy.engine import Finding
from custody.single import differing
from custody.stories import cast as people
from custody.stories.told import SMALL, approve, approved_hop, ask, offer
from custody.terms import FindingOutcome, OverrideState, Role, Source, VoteChoice
from custody.transitions import NotNow
from tests.actions.racing import deadlocks, pair
from tests.actions.test_advice import third
from tests.actions.test_approval_standing import barring
from tests.actions.test_delegations import differences as all_differences
from tests.actions.test_races import Ground, ground, states
from tests.cast import give_sign_ins
from tests.scale import tries

__all__ = ["ground"]
AGREE, REFUSE = VoteChoice.APPROVE, VoteChoice.DENY


@pytest.fixture
def project(signed_in_cast: people.Cast) -> m.Project:
    """A project in which Westgate is too young to be handed secret work (QUA-08)."""
    young(signed_in_cast)
    return people.open_project(signed_in_cast, "LH-OVR", "Lanhe, an exemption")


def differences() -> list[Any]:
    """What tables say otherwise than the ledger, but for the party that tests make young past every act."""
    return [d for d in all_differences() if d.table != m.Party._meta.db_table]


def young(cast: people.Cast, party: str = "westgate", days: int = 40) -> None:
    day = cast.today - dt.timedelta(days=days)
    m.Party.objects.filter(id=cast.party(party)).update(established_on=day)


def asked(cast: people.Cast, project: m.Project, who: str = "mei", **changes: Any) -> m.Override:
    deal = {"rule": "QUA-08", "party": cast.party("westgate"), "until": cast.today + dt.timedelta(days=30)}
    done = overriding.ask(
        cast.actor(who),
        project=project.id,
        reason="Only they have the plates 图版仅其持有",
        **{**deal, **changes},
    )
    return people.must(done, "held").object


def vote(cast: people.Cast, row: m.Override, who: str, choice: VoteChoice = AGREE) -> Outcome:
    return overriding.vote(cast.actor(who), override=row.id, choice=choice, reason="I answer for it 同意")


def granted(cast: people.Cast, project: m.Project, **changes: Any) -> m.Override:
    row = asked(cast, project, **changes)
    for who in ("heng", "qiao"):
        people.must(vote(cast, row, who), "done")
    row.refresh_from_db()
    assert row.state is OverrideState.ACTIVE
    return row


def wanted(cast: people.Cast, project: m.Project) -> Outcome:
    return ask(cast, project, "mei", "westgate", "基准点 Control", **SMALL)


def finding(outcome: Outcome, code: str = "QUA-08") -> Finding:
    entry = outcome.decision.hop.entry if isinstance(outcome.decision, m.Approval) else outcome.entry
    stored = m.Decision.objects.get(entry=entry)
    return next(Finding.from_json(f) for f in stored.findings if f["code"] == code)


def test_two_who_are_not_concerned_let_it_pass_and_what_the_rule_says_is_still_told(
    signed_in_cast: people.Cast, project: m.Project
) -> None:
    cast = signed_in_cast
    refused = wanted(cast, project)
    assert refused.state == "refused" and barring(refused) == {"QUA-08"}
    row = asked(cast, project)
    assert (row.state, row.problems, row.needed) == (OverrideState.REQUESTED, ["age"], 2)
    people.must(vote(cast, row, "heng"), "done")
    assert barring(wanted(cast, project)) == {"QUA-08"}, "one of two has agreed"
    people.must(vote(cast, row, "qiao"), "done")
    held = wanted(cast, project)
    people.must(held, "held")
    told = finding(held)
    assert told.outcome is FindingOutcome.OVERRIDDEN and not told.bars and told.problems == ("age",)
    row.refresh_from_db()
    assert told.overridden is not None
    assert (told.overridden.override, told.overridden.entry) == (str(row.id), str(row.entry))
    assert told.overridden.until == row.until.isoformat() and told.remedy is not None
    assert {one.verdict for one in replay.replay_all()} == {"same"}
    assert differences() == [] and differing(m.Override, str(row.id)) == []
    assert [differing(m.OverrideVote, str(v.id)) for v in row.votes.all()] == [[], []]


def test_who_approves_under_an_override_names_it_and_copies_pass_until_it_is_revoked(
    signed_in_cast: people.Cast, project: m.Project
) -> None:
    cast = signed_in_cast
    row = granted(cast, project)
    held = wanted(cast, project)
    with pytest.raises(ActionError, match="QUA-08"):
        hops.vote(cast.actor("heng"), approval=held.decision.id, choice=AGREE, reason="In order")
    people.must(approve(cast, held.decision), "done")
    assert held.decision.votes.get().against == ["QUA-08"]
    hop = m.Hop.objects.get(id=held.object.id)
    first, second = people.make_copies(cast, project, "OVR-A", 2)
    offered = people.must(offer(cast, hop, [first], "tao", "westgate_room"), "done")
    assert finding(offered).outcome is FindingOutcome.OVERRIDDEN
    people.must(overriding.revoke(cast.actor("heng"), override=row.id, reason="Found out 发现问题"), "done")
    assert barring(handoffs.accept(cast.actor("tao"), handoff=offered.object.id)) == {"QUA-08"}
    assert barring(offer(cast, hop, [second], "tao", "westgate_room")) == {"QUA-08"}
    assert {one.verdict for one in replay.replay_all()} == {"same"} and differences() == []


@pytest.mark.parametrize("code", ["QUA-01", "APR-01", "FOR-01", "HND-01", "QUA-07", "NOT-99"])
def test_a_rule_that_the_pack_does_not_mark_is_never_overridden(
    signed_in_cast: people.Cast, project: m.Project, code: str
) -> None:
    with pytest.raises(ActionError, match="does not let this rule") as caught:
        asked(signed_in_cast, project, rule=code)
    assert caught.value.about == "rule" and not m.Override.objects.exists()


def test_it_is_for_that_party_those_problems_and_days_and_nothing_else(
    signed_in_cast: people.Cast, project: m.Project
) -> None:
    cast = signed_in_cast
    for until in (cast.today - dt.timedelta(days=1), cast.today + dt.timedelta(days=93)):
        with pytest.raises(ActionError, match="last day from"):
            asked(cast, project, until=until)
    with pytest.raises(ActionError, match="does not bar this party"):
        asked(cast, project, party=cast.party("lakeside"))
    row = granted(cast, project)
    m.Party.objects.filter(id=cast.party("westgate")).update(clean_record=False)
    assert barring(wanted(cast, project)) == {"QUA-08"}, "a leak was not put up"
    m.Party.objects.filter(id=cast.party("westgate")).update(clean_record=True)
    other = people.open_project(cast, "LH-OTH", "Another")
    assert barring(wanted(cast, other)) == {"QUA-08"}, "it is for one project"
    young(cast, "lakeside")
    elsewhere = ask(cast, project, "mei", "lakeside", "Scan", **SMALL)
    assert "QUA-08" in barring(elsewhere), "it is for one party"
    m.Override.objects.filter(id=row.id).update(until=cast.today - dt.timedelta(days=1))
    assert barring(wanted(cast, project)) == {"QUA-08"}, "its last day is over"


def test_one_for_a_single_subcontract_covers_it_as_it_stands_and_no_other(
    signed_in_cast: people.Cast,
) -> None:
    cast = signed_in_cast
    project = people.open_project(cast, "LH-ONE", "One subcontract")
    hop = approved_hop(cast, project, "westgate", "Plates", **SMALL)
    other = approved_hop(cast, project, "westgate", "Prints", **SMALL)
    young(cast)
    copies = people.make_copies(cast, project, "ONE-A", 3)
    row = granted(cast, project, hop=hop.id)
    assert row.hop_sha256 == hop.subject_sha256
    people.must(offer(cast, hop, copies[:1], "tao", "westgate_room"), "done")
    assert "QUA-08" in barring(offer(cast, other, copies[1:2], "tao", "westgate_room"))
    m.Override.objects.filter(id=row.id).update(hop_sha256="0" * 64)
    assert "QUA-08" in barring(offer(cast, hop, copies[2:], "tao", "westgate_room"))


def test_who_is_concerned_does_not_agree_and_one_person_counts_once(
    signed_in_cast: people.Cast, project: m.Project
) -> None:
    cast = signed_in_cast
    row = asked(cast, project, "heng")
    with pytest.raises(ActionError, match="somebody else"):
        vote(cast, row, "heng")
    with pytest.raises(NotPermitted):
        vote(cast, row, "mei")
    with pytest.raises(NotPermitted):
        vote(cast, row, "an")  # an administrator may vote where a pack says so; this one names officers
    people.must(vote(cast, row, "qiao"), "done")
    with pytest.raises(ActionError, match="decided so"):
        vote(cast, row, "qiao")
    third(cast)
    registers.give_membership(
        Actor.setup(), person=cast.people["lan"].id, party=cast.party("westgate"), role=Role.CUSTODIAN,
        starts=cast.today,
    )  # fmt: skip
    with pytest.raises(ActionError, match="somebody else"):
        vote(cast, row, "lan")
    row.refresh_from_db()
    assert row.state is OverrideState.REQUESTED and row.votes.count() == 1


def test_an_agreement_of_somebody_who_came_to_be_concerned_counts_no_more(
    signed_in_cast: people.Cast, project: m.Project
) -> None:
    cast = signed_in_cast
    granted(cast, project)
    people.must(wanted(cast, project), "held")
    registers.give_membership(
        Actor.setup(), person=cast.people["qiao"].id, party=cast.party("westgate"), role=Role.CUSTODIAN,
        starts=cast.today,
    )  # fmt: skip
    assert barring(wanted(cast, project)) == {"QUA-08"}


def test_one_refusal_ends_it_and_what_has_ended_moves_no_more(
    signed_in_cast: people.Cast, project: m.Project
) -> None:
    cast = signed_in_cast
    row = asked(cast, project)
    people.must(vote(cast, row, "heng"), "done")
    people.must(vote(cast, row, "heng", REFUSE), "done")
    assert m.Override.objects.get(id=row.id).state is OverrideState.REFUSED
    for act in (partial(vote, cast, row, "qiao"), partial(vote, cast, row, "qiao", REFUSE)):
        with pytest.raises(NotNow):
            act()
    with pytest.raises(NotNow):
        overriding.revoke(cast.actor("qiao"), override=row.id, reason="Late")
    assert differences() == []


def test_what_cannot_be_told_is_not_overridden(signed_in_cast: people.Cast, project: m.Project) -> None:
    cast = signed_in_cast
    granted(cast, project)
    m.Party.objects.filter(id=cast.party("westgate")).update(prc_staff=None)
    tried = wanted(cast, project)
    assert tried.state == "refused" and finding(tried).outcome is FindingOutcome.CANNOT_TELL
    with pytest.raises(ActionError, match="cannot tell"):
        asked(cast, project)


@pytest.mark.slow
def test_an_act_under_an_override_and_its_end_at_once_leave_one_order(ground: Ground) -> None:
    seen: Counter[str] = Counter()
    cast, project = ground.cast, ground.project
    give_sign_ins(cast)
    young(cast)
    heng, mei = ground.actor("heng"), ground.actor("mei")
    with pair(ground.environ) as two:
        for _ in range(tries(10, 200)):
            row = asked(cast, project)
            for who in ("heng", "qiao"):
                overriding.vote(cast.actor(who, Source.PAPER), override=row.id, choice=AGREE, reason="Yes")
            hands = handoffs.Offer(
                hop=ground.hop.id, copies=[ground.copy.id], receiver_person=cast.people["tao"].id,
                purpose="Race", channel=handoffs.Channel.IN_PERSON, system=cast.systems["westgate_room"].id,
            )  # fmt: skip
            both = two.both(
                partial(overriding.revoke, heng, override=row.id, reason="Ended"),
                partial(handoffs.offer, mei, hands),
            )
            assert isinstance(both[0], Outcome), states(*both)
            assert isinstance(both[1], Outcome), states(*both)
            ended = m.Override.objects.get(id=row.id)
            if both[1].state == "done":
                assert finding(both[1]).outcome is FindingOutcome.OVERRIDDEN
                handoffs.withdraw(mei, handoff=both[1].object.id, reason="Next round")
            else:
                assert "QUA-08" in barring(both[1])
            assert ended.state is OverrideState.REVOKED
            seen[both[1].state] += 1
    assert set(seen) == {"done", "refused"}, f"the race never went both ways: {seen}"
    assert deadlocks() == 0


@pytest.mark.slow
def test_two_last_votes_at_once_put_it_in_force_once(ground: Ground) -> None:
    cast = ground.cast
    young(cast)
    with pair(ground.environ) as two:
        for _ in range(tries(10, 200)):
            row = asked(cast, ground.project)
            votes = [
                partial(overriding.vote, ground.actor(who), override=row.id, choice=AGREE, reason="Yes")
                for who in ("heng", "qiao")
            ]
            both = two.both(*votes)
            assert sorted(str(one.object.state) for one in both) == ["active", "requested"], states(*both)
            people.must(overriding.revoke(ground.actor("heng"), override=row.id, reason="Next"), "done")
    assert deadlocks() == 0
