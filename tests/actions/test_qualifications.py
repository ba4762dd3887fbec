"""A certificate is suspended, reinstated, downgraded, revoked: at once, with its reason, by who may."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from custody import models as m
from custody.actions import corrections, handoffs, hops, qualifications, registers
from custody.actions.base import ActionError, Actor, Changed, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.replay import replay_all
from custody.stories import cast as people
from custody.stories.told import terms
from custody.terms import CopyState, HandoffState, QualificationState, Role, Source
from custody.transitions import NotNow
from ledger import api as ledger
from tests.actions.racing import deadlocks, pair
from tests.actions.scenes import Scene, done, everything, passed_down
from tests.actions.test_races import Ground, assert_streams_are_dense, ground, position, states
from tests.databases import Database
from tests.scale import tries

__all__ = ["ground"]
ROUNDS = tries(10, 200)
HEAD_START = 0.04  # seconds
WHY = "Notice 7 of the bureau 主管部门通知"
S = QualificationState
Do = Callable[..., Outcome]


def paper_of(scene: Scene, party: str, grade: str = "A") -> m.Qualification:
    """A further certificate of a party of the cast, recorded by Mei and verified by Heng."""
    return people.qualify(scene.cast, scene.cast.party(party), grade, f"LIFE-{party}")


def the(paper: m.Qualification) -> m.Qualification:
    return m.Qualification.objects.get(id=paper.id)


def act(verb: str, actor: Actor, paper: m.Qualification, **more: Any) -> Outcome:
    """Do one of the verbs, with a reason and, for a downgrade, to grade B."""
    given = {"reason": WHY, **({"grade": "B"} if verb == "downgrade" else {}), **more}
    do: Do = getattr(qualifications, verb)
    return do(actor, qualification=paper.id, **given)


def barring(outcome: Outcome) -> set[str]:
    return {f["code"] for f in outcome.decision.findings if f["outcome"] in ("block", "cannot_tell")}


def harbours(scene: Scene) -> m.Qualification:
    """Harbour's own certificate, on which the open offer of the scene rests."""
    return m.Qualification.objects.get(party=scene.cast.party("harbour"))


def values(paper: m.Qualification, **changes: Any) -> dict[str, Any]:
    """What a certificate says, as a correction takes it."""
    names = ("type", "grade", "categories", "number", "issuer", "valid_from", "valid_to")
    return {
        **{n: getattr(paper, n) for n in names},
        "qualification": paper.id,
        "reason": "Misread 看错",
        **changes,
    }


def raised(scene: Scene, paper: m.Qualification) -> None:
    """It turns out to be of grade A, and is verified again."""
    done(corrections.correct_qualification(scene.cast.actor("mei"), **values(paper, grade="A")))
    registers.verify_qualification(
        scene.cast.actor("heng"), qualification=paper.id, on=scene.cast.today, how="Register"
    )


AFTER = {"suspend": S.SUSPENDED, "downgrade": S.DOWNGRADED, "revoke": S.REVOKED}


@pytest.mark.parametrize("verb", AFTER)
def test_it_sets_the_state_and_keeps_the_state_before_with_reason_person_and_entry(
    scene: Scene, verb: str
) -> None:
    paper, heng = paper_of(scene, "annex"), scene.cast.actor("heng")
    outcome = act(verb, heng, paper)
    row = the(paper)
    assert (row.state, row.entry) == (AFTER[verb], outcome.entry)
    told: dict[str, Any] = dict(ledger.read(outcome.entry).values)
    kind = {"suspend": "suspended", "downgrade": "downgraded", "revoke": "revoked"}[verb]
    assert told["kind"] == f"qualification.{kind}/1" and told["about"] == f"party:{row.party_id}"
    assert (told["corrects"], told["reason"]) == (str(paper.entry), WHY)
    assert (told["old"]["state"], told["new"]["state"]) == ("verified", str(AFTER[verb]))
    kept = m.Correction.objects.get(id=outcome.entry)
    assert (kept.person_id, kept.reason, kept.object) == (heng.person, WHY, paper.id)
    assert list(compare(rebuild())) == []


def test_a_suspension_ends_and_the_certificate_counts_as_before(scene: Scene) -> None:
    heng, paper = scene.cast.actor("heng"), harbours(scene)
    act("suspend", heng, paper)
    bo = scene.cast.actor("bo")
    refused = handoffs.accept(bo, handoff=scene.handoff.id)
    assert refused.state == "refused" and barring(refused) == {"QUA-01", "QUA-04"}
    outcome = act("reinstate", heng, paper)
    row = the(paper)
    assert (row.state, row.verified_by, row.grade) == (S.VERIFIED, paper.verified_by, paper.grade)
    assert ledger.read(outcome.entry).values["kind"] == "qualification.reinstated/1"
    assert handoffs.accept(bo, handoff=scene.handoff.id).state == "done"
    assert list(compare(rebuild())) == []


@pytest.mark.parametrize("verb", AFTER)
def test_the_open_offer_the_new_offer_and_the_new_hop_are_refused_at_once(scene: Scene, verb: str) -> None:
    cast = scene.cast
    paper = harbours(scene)
    if verb == "downgrade":
        raised(scene, paper)
    taken = passed_down(scene)
    act(verb, cast.actor("heng"), paper)
    tao = cast.actor("tao")
    offered = handoffs.accept(cast.actor("bo"), handoff=scene.handoff.id)
    asked = hops.request(
        tao, project=scene.project.id, parent=scene.first.id, terms=terms(cast, "harbour", "New", amount=None)
    )
    for refused in (offered, asked):
        assert refused.state == "refused" and {"QUA-01", "QUA-04"} <= barring(refused)
        (found,) = (f for f in refused.decision.findings if f["code"] == "QUA-04")
        assert found["problems"] == [str(AFTER[verb])]
        (other,) = (f for f in refused.decision.findings if f["code"] == "QUA-01")
        assert other["problems"] == ["stopped"]
        (declared,) = (f for f in refused.decision.findings if f["code"] == "QUA-06")
        assert declared["outcome"] == "not_applicable"
    held = m.Copy.objects.get(lines__handoff=taken)
    assert held.custodian_party_id == paper.party_id, "nothing comes back by itself"
    assert {r.verdict for r in replay_all()} == {"same"}
    assert list(compare(rebuild())) == []


def test_a_downgraded_certificate_counts_at_its_lower_grade_once_somebody_else_verified_it(
    scene: Scene,
) -> None:
    cast = scene.cast
    paper, heng, qiao = paper_of(scene, "annex"), cast.actor("heng"), cast.actor("qiao")
    act("downgrade", qiao, paper)
    verify = partial(registers.verify_qualification, qualification=paper.id, on=cast.today, how="Register")
    with pytest.raises(ActionError, match="somebody else must verify"):
        verify(qiao)
    assert (the(paper).state, the(paper).grade) == (S.DOWNGRADED, "B")
    assert verify(heng).state == "done"
    assert (the(paper).state, the(paper).grade) == (S.VERIFIED, "B")
    assert list(compare(rebuild())) == []


@pytest.mark.parametrize("grade", ["A", "S", "", "b"])
def test_only_a_lower_grade_that_the_type_knows_is_taken(scene: Scene, grade: str) -> None:
    paper = paper_of(scene, "annex")
    before = everything()
    with pytest.raises(ActionError) as told:
        act("downgrade", scene.cast.actor("heng"), paper, grade=grade)
    assert told.value.about == "grade" and everything() == before


def test_the_lowest_grade_has_none_below_it(scene: Scene) -> None:
    paper = paper_of(scene, "annex", "B")
    assert qualifications.lower_grades(paper) == []
    with pytest.raises(ActionError):
        act("downgrade", scene.cast.actor("heng"), paper)


def test_who_recorded_or_corrected_it_does_not_reinstate_it_and_may_stop_it(scene: Scene) -> None:
    cast = scene.cast
    paper, heng, qiao = paper_of(scene, "annex"), cast.actor("heng"), cast.actor("qiao")
    done(corrections.correct_qualification(qiao, **values(paper, number="LIFE-2")))
    done(registers.verify_qualification(heng, qualification=paper.id, on=cast.today, how="Register"))
    recorder = Actor(
        cast.people["mei"].id, ((cast.party("northfield"), Role.OFFICER),), Source.SCREEN, heng.house
    )
    act("suspend", recorder, paper)
    before = everything()
    for writer in (recorder, qiao):
        with pytest.raises(ActionError, match="somebody else must reinstate"):
            act("reinstate", writer, paper)
    assert everything() == before
    assert act("reinstate", heng, paper).state == "done"


def test_who_suspended_it_wrote_nothing_and_may_verify_it_when_it_is_corrected(scene: Scene) -> None:
    cast = scene.cast
    paper, heng, mei = paper_of(scene, "annex"), cast.actor("heng"), cast.actor("mei")
    act("suspend", heng, paper)
    act("reinstate", heng, paper)
    done(corrections.correct_qualification(mei, **values(paper, number="LIFE-3")))
    assert done(registers.verify_qualification(heng, qualification=paper.id, on=cast.today, how="Register"))


@pytest.mark.parametrize("verb", ["suspend", "reinstate", "downgrade", "revoke", "correct", "verify"])
def test_what_was_revoked_stays_so(scene: Scene, verb: str) -> None:
    cast = scene.cast
    paper, heng = paper_of(scene, "annex"), cast.actor("heng")
    act("revoke", heng, paper)
    before = everything()
    with pytest.raises(NotNow):
        if verb == "correct":
            corrections.correct_qualification(cast.actor("mei"), **values(paper, grade="B"))
        elif verb == "verify":
            registers.verify_qualification(heng, qualification=paper.id, on=cast.today, how="Register")
        else:
            act(verb, heng, paper)
    assert everything() == before


def test_a_suspension_is_not_ended_by_way_of_a_correction(scene: Scene) -> None:
    paper = paper_of(scene, "annex")
    act("suspend", scene.cast.actor("heng"), paper)
    before = everything()
    with pytest.raises(NotNow):
        corrections.correct_qualification(scene.cast.actor("mei"), **values(paper, grade="B"))
    assert everything() == before


@pytest.mark.parametrize("verb", [*AFTER, "reinstate"])
def test_what_nobody_has_verified_has_no_standing_to_lose(scene: Scene, verb: str) -> None:
    m.Qualification.objects.filter(id=scene.paper.id).update(grade="A")
    before = everything()
    with pytest.raises(NotNow):
        act(verb, scene.cast.actor("heng"), scene.paper)
    assert everything() == before


@pytest.mark.parametrize("verb", AFTER)
@pytest.mark.parametrize("reason", ["", " \n", "a\0b", "\ud800", "名" * 10_001])
def test_a_reason_is_needed_that_can_be_kept(scene: Scene, verb: str, reason: str) -> None:
    paper = paper_of(scene, "annex")
    before = everything()
    with pytest.raises(ActionError) as told:
        act(verb, scene.cast.actor("heng"), paper, reason=reason)
    assert told.value.about == "reason" and everything() == before


@pytest.mark.parametrize("verb", AFTER)
def test_it_rests_on_what_was_seen_and_one_form_sent_twice_has_one_effect(scene: Scene, verb: str) -> None:
    paper, heng = paper_of(scene, "annex"), scene.cast.actor("heng")
    before = everything()
    with pytest.raises(Changed):
        act(verb, replace(heng, expects=uuid4()), paper)
    assert everything() == before
    sent = replace(heng, expects=paper.entry, submission=uuid4())
    one, other = act(verb, sent, paper), act(verb, sent, paper)
    assert one.entry == other.entry and other.again
    assert m.Correction.objects.filter(noun="qualification").count() == 1


def later(seconds: float, do: Callable[[], Any]) -> Any:
    """Wait, then act: a receipt has more to read before it locks than a revocation."""
    time.sleep(seconds)
    return do()


@pytest.mark.slow
def test_a_certificate_revoked_while_its_holder_accepts_has_one_order(
    ground: Ground, record_property: Callable[[str, object], None]
) -> None:
    """The receipt came before and stands, or came after and is refused; never a receipt on what is gone."""
    seen: Counter[str] = Counter()
    cast = ground.cast
    heng, tao = ground.actor("heng"), ground.actor("tao")
    papers = m.Qualification.objects.filter(party=cast.party("westgate"))
    with pair(ground.environ) as two:
        for number in range(ROUNDS):
            (paper,) = papers.filter(state=S.VERIFIED)
            handoff = ground.offer("yu")().object
            taken, gone = two.both(
                partial(handoffs.accept, tao, handoff=handoff.id),
                partial(
                    later,
                    number % 2 * HEAD_START,
                    partial(qualifications.revoke, heng, qualification=paper.id, reason=WHY),
                ),
            )
            assert states(gone) == ["done"]
            assert isinstance(taken, Outcome), taken
            seen[taken.state] += 1
            copy = m.Copy.objects.get(id=ground.copy.id)
            if taken.state == "done":
                assert position(taken.entry) < position(gone.entry), "accepted after the paper was gone"
                assert copy.custodian_party_id == cast.party("westgate")
            else:
                assert position(taken.entry) > position(gone.entry)
                assert {"QUA-01", "QUA-04"} <= barring(taken)
                assert (copy.state, copy.custodian_party_id) == (CopyState.OFFERED, cast.party("northfield"))
                handoffs.withdraw(ground.actor("yu"), handoff=handoff.id, reason="Next round")
            people.qualify(cast, cast.party("westgate"), "A", f"AGAIN-{number}")
            if copy.custodian_party_id == cast.party("westgate"):
                ground.copy = people.make_copies(cast, ground.project, f"Q-{number}", 1)[0]
    assert seen["done"] and seen["refused"], f"the race never went both ways: {seen}"
    record_property("rounds", f"{ROUNDS}: {seen['done']} accepted first, {seen['refused']} revoked first")
    assert not m.Handoff.objects.filter(state=HandoffState.OFFERED).exists()
    assert_streams_are_dense()
    assert deadlocks() == 0


@pytest.mark.slow
def test_two_officers_who_stop_one_certificate_at_once_stop_it_once(
    committed_cast: people.Cast, database_committed: Database
) -> None:
    cast = committed_cast
    with pair(database_committed.environ) as two:
        for number in range(ROUNDS // 2):
            paper = people.qualify(cast, cast.party("westgate"), "A", f"TWO-{number}")
            one, other = two.both(
                partial(qualifications.suspend, cast.actor("heng"), qualification=paper.id, reason=WHY),
                partial(qualifications.suspend, cast.actor("qiao"), qualification=paper.id, reason=WHY),
            )
            finished = [o for o in (one, other) if isinstance(o, Outcome)]
            assert len(finished) == 1, states(one, other)
            assert (other if finished[0] is one else one).kind == "NotNow"
            assert m.Correction.objects.filter(object=paper.id).count() == 1
    assert deadlocks() == 0
