"""Copies on their way and offers past their day, by two at the same moment: one of both ends the handoff, and
custody moves only with a receipt that came first."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from django.utils import timezone

from custody import models as m
from custody.actions import corrections, handoffs, losing, on_the_way, rechecking
from custody.actions.base import Outcome
from custody.stories import cast as people
from custody.terms import CopyState, DiscrepancyState, HandoffState
from tests.actions.racing import deadlocks, pair
from tests.actions.test_last_moment import assert_both_ways
from tests.actions.test_races import Ground, assert_streams_are_dense, ground, states
from tests.scale import tries

__all__ = ["ground"]

Record = Callable[[str, object], None]
ROUNDS = tries(10, 300)


def sent_off(ground: Ground, copy: m.Copy) -> m.Handoff:
    """Return a handoff of which the copy is on its way."""
    ground.copy = copy
    row: m.Handoff = ground.offer("yu")().object
    today = ground.cast.today
    sent = on_the_way.Sent(today, today, 1, carriers=[ground.cast.people["yu"].id])
    on_the_way.dispatch(ground.actor("yu"), handoff=row.id, sent=sent)
    return row


@pytest.mark.slow
def test_a_receipt_beside_a_loss_ends_it_once(ground: Ground, record_property: Record) -> None:
    tao, mei, westgate = ground.actor("tao"), ground.actor("mei"), ground.cast.party("westgate")
    seen: Counter[str] = Counter()
    copies = people.make_copies(ground.cast, ground.project, "WAY-L", ROUNDS)
    with pair(ground.environ) as two:
        for copy in copies:
            row = sent_off(ground, copy)
            taken, lost = two.both(
                partial(handoffs.accept, tao, handoff=row.id),
                partial(losing.lose, mei, handoff=row.id, reason="Not delivered"),
            )
            went = [one for one in (taken, lost) if isinstance(one, Outcome)]
            assert len(went) == 1, states(taken, lost)
            assert (lost if went[0] is taken else taken).kind == "NotNow"
            now, row = m.Copy.objects.get(id=copy.id), m.Handoff.objects.get(id=row.id)
            cases = list(m.Discrepancy.objects.filter(copy=copy).values_list("state", flat=True))
            incidents = m.Incident.objects.filter(copies__contains=[str(copy.id)]).count()
            assert (now.state, now.offered_in_id) == (CopyState.HELD, None)
            if went[0] is taken:
                assert (row.state, now.custodian_party_id) == (HandoffState.ACCEPTED, westgate)
                assert (cases, incidents) == ([], 0)
            else:
                assert row.state is HandoffState.LOST and now.custodian_party_id != westgate
                assert (cases, incidents) == ([DiscrepancyState.REPORTED], 1)
            seen[row.state] += 1
    assert_both_ways(seen, HandoffState.ACCEPTED, HandoffState.LOST)
    assert_streams_are_dense()
    assert deadlocks() == 0
    record_property("rounds", f"{ROUNDS}: {seen[HandoffState.ACCEPTED]} signed for first")


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["accept", "withdraw"])
def test_an_offer_past_its_day_ends_once_and_is_never_signed_for(
    ground: Ground, record_property: Record, verb: str
) -> None:
    tao, mei, westgate = ground.actor("tao"), ground.actor("mei"), ground.cast.party("westgate")
    seen: Counter[str] = Counter()
    copies = people.make_copies(ground.cast, ground.project, f"WAY-{verb}", ROUNDS)
    yesterday = ground.cast.today - dt.timedelta(days=2)
    with pair(ground.environ) as two:
        for copy in copies:
            ground.copy = copy
            row = ground.offer("yu")().object
            m.Handoff.objects.filter(id=row.id).update(answer_by=yesterday)
            act = (
                partial(handoffs.accept, tao, handoff=row.id)
                if verb == "accept"
                else partial(handoffs.withdraw, mei, handoff=row.id, reason="Late")
            )
            other, night = two.both(act, partial(rechecking.tell_passed, timezone.now()))
            assert night is None, night
            now, row = m.Copy.objects.get(id=copy.id), m.Handoff.objects.get(id=row.id)
            assert (now.state, now.offered_in_id) == (CopyState.HELD, None)
            assert now.custodian_party_id != westgate, "signed for past its day"
            if isinstance(other, Outcome):
                assert verb == "withdraw" and row.state is HandoffState.WITHDRAWN
            else:
                assert other.kind in ("NotNow", "ActionError"), other
                assert row.state is HandoffState.LAPSED
            seen[row.state] += 1
    if verb == "withdraw":
        assert_both_ways(seen, HandoffState.WITHDRAWN, HandoffState.LAPSED)
    assert_streams_are_dense()
    assert deadlocks() == 0
    record_property("rounds", f"{ROUNDS}: {dict(seen)}")


@pytest.mark.slow
@pytest.mark.parametrize("beside", ["night", "accept"])
def test_a_day_put_right_beside_the_night_or_a_receipt_holds_or_comes_too_late(
    ground: Ground, record_property: Record, beside: str
) -> None:
    tao, mei, today = ground.actor("tao"), ground.actor("mei"), ground.cast.today
    seen: Counter[str] = Counter()
    copies = people.make_copies(ground.cast, ground.project, f"WAY-C-{beside}", ROUNDS)
    with pair(ground.environ) as two:
        for copy in copies:
            ground.copy = copy
            row = ground.offer("yu")().object
            past = today - dt.timedelta(days=2)
            m.Handoff.objects.filter(id=row.id).update(answer_by=past if beside == "night" else today)
            new = today + dt.timedelta(days=5)
            correct = partial(
                corrections.correct_handoff, mei, handoff=row.id, due_back=row.due_back, answer_by=new,
                reason="Typo",
            )  # fmt: skip
            other = (
                partial(rechecking.tell_passed, timezone.now())
                if beside == "night"
                else partial(handoffs.accept, tao, handoff=row.id)
            )
            corrected, ended = two.both(correct, other)
            now, row = m.Copy.objects.get(id=copy.id), m.Handoff.objects.get(id=row.id)
            if beside == "night":
                assert ended is None and not isinstance(corrected, Outcome), "what lapsed is not revived"
                assert (row.state, row.answer_by) == (HandoffState.LAPSED, past)
                assert (now.state, now.offered_in_id) == (CopyState.HELD, None)
            else:
                assert isinstance(ended, Outcome) and row.state is HandoffState.ACCEPTED
                assert row.answer_by == (new if isinstance(corrected, Outcome) else today)
            seen["corrected" if isinstance(corrected, Outcome) else "too late"] += 1
    if beside == "accept":
        assert_both_ways(seen, "corrected", "too late")
    assert_streams_are_dense()
    assert deadlocks() == 0
    record_property("rounds", f"{ROUNDS}: {dict(seen)}")
