"""Accepted by mistake: asked by the receiver, settled by the sender; until then nothing moves."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from custody import models as m
from custody.actions import handoffs, mistakes, projects
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.stories import copying as leave
from custody.stories.told import approved_hop
from custody.terms import Channel, CopyState, HandoffState, Role, Source
from custody.transitions import NotNow
from ledger import api as ledger
from ledger.tlog.leaf import parse, tag
from tests.actions.racing import deadlocks, pair
from tests.actions.scenes import Scene, disputed, done, everything, passed_down, set_up
from tests.databases import Database
from tests.scale import tries

ROUNDS = tries(10, 200)


def copy_of(handoff: m.Handoff) -> m.Copy:
    return m.Copy.objects.get(lines__handoff=handoff)


def test_custody_goes_back_to_whoever_agrees_and_to_where_it_stood(scene: Scene) -> None:
    taken = disputed(scene)
    tao = scene.cast.actor("tao")
    copy = copy_of(taken)
    assert (copy.state, copy.offered_in_id) == (CopyState.DISPUTED, taken.id)
    assert copy.custodian_party_id == scene.cast.party("harbour"), "custody has not moved yet"
    outcome = mistakes.agree(tao, handoff=taken.id, note="Found them on my desk")
    handoff, copy = m.Handoff.objects.get(id=taken.id), copy_of(taken)
    assert handoff.state is HandoffState.UNDONE and handoff.entry == outcome.entry
    assert (copy.state, copy.offered_in_id, copy.entry) == (CopyState.HELD, None, outcome.entry)
    assert copy.custodian_party_id == scene.cast.party("westgate")
    assert copy.custodian_person_id == tao.person
    assert copy.system_id == scene.cast.systems["westgate_room"].id
    assert list(compare(rebuild())) == []


def test_the_sender_may_say_no_and_then_it_is_settled(scene: Scene) -> None:
    taken = disputed(scene)
    outcome = mistakes.disagree(scene.cast.actor("tao"), handoff=taken.id, reason="You signed for it")
    handoff, copy = m.Handoff.objects.get(id=taken.id), copy_of(taken)
    assert handoff.state is HandoffState.ACCEPTED
    assert (copy.state, copy.offered_in_id, copy.entry) == (CopyState.HELD, None, outcome.entry)
    assert copy.custodian_party_id == scene.cast.party("harbour")
    with pytest.raises(ActionError, match="something else has happened"):
        mistakes.accepted_by_mistake(scene.cast.actor("bo"), handoff=taken.id, reason="Once more")
    assert list(compare(rebuild())) == []


def test_each_step_names_the_entry_before_it_and_is_tagged_for_each_copy(scene: Scene) -> None:
    taken = disputed(scene)
    answered = m.Handoff.objects.get(id=taken.id).answer_entry
    done(mistakes.agree(scene.cast.actor("tao"), handoff=taken.id))
    first, second = m.Correction.objects.filter(object=taken.id)
    assert (first.corrects, second.corrects) == (answered, first.entry)
    assert [first.changes, second.changes] == [
        {"state": ["accepted", "mistaken"]},
        {"state": ["mistaken", "undone"]},
    ]
    assert (first.reason, first.person_id) == ("Not ours 签错", scene.cast.people["bo"].id)
    key = bytes(copy_of(taken).tag_key)
    for row in (first, second):
        entry = ledger.read(row.entry)
        assert entry.values["corrects"] == str(row.corrects)
        assert tag(key, row.entry) in parse(entry.leaf).tags


def test_a_disputed_copy_cannot_be_offered_on_and_the_attempt_is_recorded(scene: Scene) -> None:
    copy = copy_of(disputed(scene))
    m.Copy.objects.filter(id=copy.id).update(custodian_party=scene.cast.party("westgate"))
    refused = handoffs.offer(scene.cast.actor("tao"), scene.deal(copies=[copy.id]))
    assert refused.state == "refused"
    assert "HND-01" in [f["code"] for f in refused.decision.findings if f["outcome"] == "block"]


def test_a_copy_that_was_moved_or_offered_since_is_handed_back_instead(scene: Scene) -> None:
    taken = passed_down(scene)
    bo = scene.cast.actor("bo")
    for change in ({"entry": uuid4()}, {"entry": taken.answer_entry, "state": CopyState.OFFERED}):
        changes: dict[str, Any] = dict(change)
        if "state" in changes:
            changes["offered_in"] = scene.handoff
        m.Copy.objects.filter(lines__handoff=taken).update(**changes)
        before = everything()
        with pytest.raises((ActionError, NotNow)):
            mistakes.accepted_by_mistake(bo, handoff=taken.id, reason="Wrong")
        assert everything() == before


def test_only_the_two_ends_settle_it_not_the_house_and_not_the_owner(scene: Scene) -> None:
    taken, contested = passed_down(scene), disputed(scene)
    before = everything()
    for place in ("house", "owner", "sender", "other"):
        for role in Role:
            with pytest.raises(NotPermitted):
                mistakes.accepted_by_mistake(scene.as_(role, place), handoff=taken.id, reason="Wrong")
    for place in ("house", "owner", "receiver", "other"):
        for role in Role:
            with pytest.raises(NotPermitted):
                mistakes.agree(scene.as_(role, place), handoff=contested.id)
            with pytest.raises(NotPermitted):
                mistakes.disagree(scene.as_(role, place), handoff=contested.id, reason="No")
    assert everything() == before


def test_whoever_stands_for_both_ends_cannot_agree_with_themself(scene: Scene) -> None:
    cast, contested = scene.cast, disputed(scene)
    both = Actor(
        cast.people["bo"].id,
        ((cast.party("westgate"), Role.MANAGER), (cast.party("harbour"), Role.RECIPIENT)),
        Source.SCREEN,
        cast.site.operator_id,
    )
    before = everything()
    with pytest.raises(ActionError, match="somebody else"):
        mistakes.agree(both, handoff=contested.id)
    assert everything() == before
    assert mistakes.disagree(both, handoff=contested.id, reason="I withdraw that").state == "done"


def test_a_step_out_of_turn_or_done_twice_has_no_effect(scene: Scene) -> None:
    tao, bo, taken = scene.cast.actor("tao"), scene.cast.actor("bo"), passed_down(scene)
    offered, settled = scene.handoff.id, disputed(scene).id
    done(mistakes.agree(tao, handoff=settled))
    before = everything()
    for call in (
        partial(mistakes.agree, tao, handoff=taken.id),
        partial(mistakes.disagree, tao, handoff=taken.id, reason="No"),
        partial(mistakes.accepted_by_mistake, bo, handoff=offered, reason="Not accepted yet"),
        partial(mistakes.agree, tao, handoff=settled),
        partial(mistakes.disagree, tao, handoff=settled, reason="No"),
        partial(mistakes.accepted_by_mistake, bo, handoff=settled, reason="Again"),
        partial(handoffs.accept, bo, handoff=settled),
    ):
        with pytest.raises(NotNow):
            call()
    assert everything() == before


@pytest.mark.parametrize("reason", ["", "  \n", "a\0b", "\ud800", "名" * 10_001])
def test_a_reason_is_needed_and_must_be_one_that_can_be_kept(scene: Scene, reason: str) -> None:
    taken, contested = passed_down(scene), disputed(scene)
    before = everything()
    with pytest.raises(ActionError):
        mistakes.accepted_by_mistake(scene.cast.actor("bo"), handoff=taken.id, reason=reason)
    with pytest.raises(ActionError):
        mistakes.disagree(scene.cast.actor("tao"), handoff=contested.id, reason=reason)
    assert everything() == before


def test_one_form_sent_twice_has_one_effect(scene: Scene) -> None:
    taken, token = passed_down(scene), uuid4()
    bo = scene.cast.actor("bo")
    twice = Actor(bo.person, bo.memberships, bo.source, bo.house, token)
    one = mistakes.accepted_by_mistake(twice, handoff=taken.id, reason="Wrong")
    other = mistakes.accepted_by_mistake(twice, handoff=taken.id, reason="Wrong")
    assert (one.entry, one.object.id) == (other.entry, other.object.id)
    assert m.Correction.objects.filter(noun="handoff").count() == 1


def test_the_sender_still_sees_a_disputed_copy_and_the_receiver_not_one_that_went_back(scene: Scene) -> None:
    contested = disputed(scene)
    copy = copy_of(contested)
    tao, bo = (
        m.User.objects.get_or_create(username=k, person=scene.cast.people[k])[0] for k in ("tao", "bo")
    )
    assert m.Copy.objects.visible_to(tao).filter(id=copy.id).exists()
    said = m.Correction.objects.filter(noun="handoff")
    assert said.visible_to(bo).count() == said.visible_to(tao).count() == 1
    shu = m.User.objects.get_or_create(username="shu", person=scene.cast.people["shu"])[0]
    assert not said.visible_to(shu).exists()
    done(mistakes.agree(scene.cast.actor("tao"), handoff=contested.id))
    assert m.Copy.objects.visible_to(tao).filter(id=copy.id).exists()
    assert not m.Copy.objects.visible_to(bo).filter(id=copy.id).exists()


@pytest.mark.slow
def test_both_sides_at_once_end_one_way(committed_cast: people.Cast, database_committed: Database) -> None:
    cast = committed_cast
    project = people.open_project(cast, "RACE-2", "Race")
    hop = approved_hop(cast, project, "westgate", "Race 竞争")
    copies = people.make_copies(cast, project, "RACE-B", ROUNDS)
    yu, tao = cast.actor("yu", Source.PAPER), cast.actor("tao", Source.PAPER)

    def taken() -> m.Handoff:
        offer = handoffs.Offer(
            hop=hop.id,
            copies=[copies.pop().id],
            receiver_person=tao.human(),
            purpose="Race",
            channel=Channel.IN_PERSON,
            system=cast.systems["westgate_room"].id,
        )
        return done(handoffs.accept(tao, handoff=done(handoffs.offer(yu, offer)).id))

    say = partial(mistakes.accepted_by_mistake, tao, reason="Mistake")
    yes, no = partial(mistakes.agree, yu), partial(mistakes.disagree, yu, reason="No")
    seen: Counter[str] = Counter()
    with pair(database_committed.environ) as two:
        for _ in range(ROUNDS):
            row = taken()
            assert_one(two.both(partial(say, handoff=row.id), partial(say, handoff=row.id)))
            assert_one(two.both(partial(yes, handoff=row.id), partial(no, handoff=row.id)))
            state = m.Handoff.objects.get(id=row.id).state
            copy = copy_of(row)
            holder = "westgate" if state is HandoffState.ACCEPTED else "northfield"
            assert copy.state is CopyState.HELD and copy.custodian_party_id == cast.party(holder)
            seen[str(state)] += 1
    assert set(seen) <= {"accepted", "undone"}
    assert deadlocks() == 0


def assert_one(outcomes: tuple[Any, Any]) -> None:
    """Exactly one of two acts went through; the other was told that it is too late."""
    through = [o for o in outcomes if isinstance(o, Outcome)]
    assert len(through) == 1, outcomes
    assert {o.kind for o in outcomes if not isinstance(o, Outcome)} == {"NotNow"}, outcomes


@pytest.mark.slow
def test_an_offer_made_while_a_mistake_is_said_has_one_order(
    committed_cast: people.Cast, database_committed: Database
) -> None:
    """The receiver hands the copy on in one window and says in another that it was a mistake."""
    scene = set_up(committed_cast)
    lan = scene.as_(Role.MANAGER, "owner", "lan", Source.PAPER)
    tao = scene.cast.actor("tao", Source.PAPER)
    leave.permitted(scene.cast, scene.item.id, ROUNDS)
    copies = done(
        projects.mint_copies(
            scene.cast.actor("mei"), item=scene.item.id, count=ROUNDS, custodian_person=lan.person
        )
    )
    room = scene.cast.systems["westgate_room"].id
    with pair(database_committed.environ) as two:
        for copy in copies:
            offer = scene.deal(hop=scene.first.id, copies=[copy.id], receiver_person=tao.human(), system=room)
            row = done(handoffs.accept(tao, handoff=done(handoffs.offer(lan, offer)).id))
            offered, said = two.both(
                partial(handoffs.offer, tao, scene.deal(copies=[copy.id])),
                partial(mistakes.accepted_by_mistake, tao, handoff=row.id, reason="Mistake"),
            )
            fresh = m.Copy.objects.get(id=copy.id)
            if isinstance(said, Outcome):
                assert offered.state == "refused" and fresh.state is CopyState.DISPUTED, offered
            else:
                assert offered.state == "done" and fresh.state is CopyState.OFFERED, (offered, said)
    assert deadlocks() == 0
