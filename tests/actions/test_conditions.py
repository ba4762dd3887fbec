"""An approval under conditions: shown by the side that asks to be met, settled by an officer."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from typing import Any

import pytest

from custody import frozen
from custody import models as m
from custody.actions import conditions, handoffs, hops, registers
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.actions.conditioning import MOST, Asked
from custody.apply import rebuild
from custody.compare import compare
from custody.gather import facts
from custody.single import differing
from custody.stories import cast as people
from custody.stories import told
from custody.stories.told import SMALL, ask
from custody.terms import ConditionState, ConditionType, Role, VoteChoice
from custody.transitions import NotNow
from tests.actions.racing import deadlocks, pair
from tests.actions.scenes import Scene, done
from tests.actions.test_approval_standing import barring
from tests.actions.test_races import Ground, ground, states
from tests.scale import tries

__all__ = ["ground"]
BEFORE, RUNNING = ConditionType.PRECONDITION, ConditionType.RUNNING


def granted(scene: Scene, *asked: Asked) -> list[m.Condition]:
    """Have Zhou Heng approve under conditions what Lakeside passes on to Harbour, beside the others."""
    voted = hops.vote(
        scene.cast.actor("heng"),
        approval=scene.asked.id,
        choice=VoteChoice.APPROVE,
        reason="In order 同意",
        conditions=asked,
    )
    done(voted)
    return list(m.Condition.objects.filter(approval=scene.asked))


def offered(scene: Scene) -> Outcome:
    """Offer Lakeside's own copy over that subcontract."""
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    return handoffs.offer(lan, scene.deal(hop=scene.asked.hop_id, copies=[scene.kept.id]))


def show(scene: Scene, condition: m.Condition, **more: Any) -> m.Condition:
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    return done(conditions.show(lan, condition=condition.id, evidence="Letter 7 第7号函", **more))


def test_a_precondition_bars_every_handoff_until_an_officer_has_confirmed_what_was_shown(
    scene: Scene,
) -> None:
    (seals,) = granted(scene, Asked(BEFORE, "Seals on every box 逐箱封签"))
    assert (seals.number, seals.state, seals.set_by) == (1, ConditionState.OPEN, scene.cast.people["heng"])
    assert barring(offered(scene)) == {"APR-06"}
    shown = show(scene, seals, paper="LS-7", sha256="ab" * 32)
    assert shown.state is ConditionState.EVIDENCED
    assert barring(offered(scene)) == {"APR-06"}, "shown, and nobody has confirmed it"
    done(conditions.confirm(scene.cast.actor("qiao"), condition=seals.id, reason="Seen 已核"))
    done(offered(scene))
    assert list(compare(rebuild())) == [] and differing(m.Condition, str(seals.id)) == []


def test_a_running_condition_bars_once_its_day_is_over(scene: Scene) -> None:
    today = scene.cast.today
    (report,) = granted(scene, Asked(RUNNING, "Monthly report 月报", today))
    done(
        handoffs.withdraw(
            scene.as_(Role.MANAGER, "owner", "lan"), handoff=done(offered(scene)).id, reason="-"
        )
    )
    m.Condition.objects.filter(id=report.id).update(due=today - dt.timedelta(days=1))
    assert barring(offered(scene)) == {"APR-06"}
    done(conditions.waive(scene.cast.actor("qiao"), condition=report.id, reason="Not needed 免除"))
    done(offered(scene))


def test_a_waived_condition_bars_nothing_and_says_who_and_why(scene: Scene) -> None:
    (seals,) = granted(scene, Asked(BEFORE, "Seals 封签"))
    done(conditions.waive(scene.cast.actor("qiao"), condition=seals.id, reason="Sealed by others 他人已封"))
    row = m.Condition.objects.get(id=seals.id)
    assert (row.state, row.settled_by, row.reason) == (
        ConditionState.WAIVED,
        scene.cast.people["qiao"],
        "Sealed by others 他人已封",
    )
    done(offered(scene))
    assert list(compare(rebuild())) == []


def test_what_was_not_accepted_is_open_again_and_may_be_shown_anew(scene: Scene) -> None:
    (seals,) = granted(scene, Asked(BEFORE, "Seals 封签"))
    show(scene, seals)
    heng = scene.cast.actor("heng")
    done(conditions.send_back(heng, condition=seals.id, reason="Only half 只有一半"))
    assert list(compare(rebuild())) == []
    with pytest.raises(NotNow):
        conditions.confirm(heng, condition=seals.id)
    show(scene, seals, paper="LS-8")
    done(conditions.confirm(heng, condition=seals.id))
    for act in (conditions.waive, conditions.send_back):
        with pytest.raises(NotNow):
            act(heng, condition=seals.id, reason="Too late")
    assert list(compare(rebuild())) == []


def test_who_showed_it_asked_for_the_subcontract_or_belongs_to_a_party_of_it_settles_nothing(
    scene: Scene,
) -> None:
    (seals,) = granted(scene, Asked(BEFORE, "Seals 封签"))
    shower = Actor(scene.cast.people["yu"].id, ((scene.cast.site.operator_id, Role.MANAGER),),
                   scene.cast.actor("yu").source, scene.cast.site.operator_id)  # fmt: skip
    done(conditions.show(shower, condition=seals.id, evidence="Letter 7"))
    asked_by = m.Approval.objects.get(id=scene.asked.id).requested_by_id
    registers.give_membership(
        Actor.setup(),
        person=scene.cast.people["qiao"].id,
        party=scene.cast.party("harbour"),
        role=Role.CUSTODIAN,
        starts=scene.cast.today,
    )
    house = scene.cast.site.operator_id
    for person in (scene.cast.people["yu"].id, asked_by, scene.cast.people["qiao"].id):
        officer = Actor(person, ((house, Role.OFFICER),), shower.source, house)
        for act in (conditions.confirm, conditions.waive):
            with pytest.raises(ActionError, match="another officer"):
                act(officer, condition=seals.id, reason="Mine")
    with pytest.raises(NotPermitted):
        conditions.show(scene.cast.actor("heng"), condition=seals.id, evidence="By an officer")
    with pytest.raises(NotPermitted):
        conditions.waive(scene.cast.actor("mei"), condition=seals.id, reason="By a manager")
    assert m.Condition.objects.get(id=seals.id).state is ConditionState.EVIDENCED


@pytest.mark.parametrize(
    ("asked", "choice"),
    [
        ([Asked(BEFORE, "With a refusal")], VoteChoice.DENY),
        ([Asked(BEFORE, " \u3000")], VoteChoice.APPROVE),
        ([Asked(RUNNING, "Without a day")], VoteChoice.APPROVE),
        ([Asked(RUNNING, "Gone", dt.date(2020, 1, 1))], VoteChoice.APPROVE),
        ([Asked(BEFORE, "One of too many")] * (MOST + 1), VoteChoice.APPROVE),
        ([Asked(BEFORE, "bad \x00 text")], VoteChoice.APPROVE),
    ],
)
def test_a_vote_with_a_condition_that_does_not_hold_is_not_cast(
    scene: Scene, asked: list[Asked], choice: VoteChoice
) -> None:
    with pytest.raises(ActionError):
        hops.vote(
            scene.cast.actor("heng"), approval=scene.asked.id, choice=choice, reason="-", conditions=asked
        )
    assert not m.Vote.objects.filter(approval=scene.asked).exists() and not m.Condition.objects.exists()


def test_a_frozen_condition_holds_what_rests_on_its_approval(scene: Scene) -> None:
    (seals,) = granted(scene, Asked(BEFORE, "Seals 封签"))
    row = {"approval_id": seals.approval_id}
    assert set(frozen.holds(m.Condition, str(seals.id), row)) == {str(seals.id), str(scene.asked.id)}


def test_the_facts_hold_how_each_condition_stands_and_not_its_words(scene: Scene) -> None:
    granted(scene, Asked(BEFORE, "Secret words 密"), Asked(RUNNING, "Report 报告", scene.cast.today))
    hop = m.Hop.objects.get(id=scene.asked.hop_id)
    found = facts(
        hops.question(scene.project, hop, scene.cast.actor("heng"), scene.cast.today, hops.Verb.HOP_APPROVE)
    )
    told = found.approval(str(scene.asked.id)).conditions
    assert told is not None
    assert [(c.number, c.type, c.state) for c in told] == [
        (1, "precondition", "open"),
        (2, "running", "open"),
    ]
    assert "Secret words" not in str(found.to_json())


@pytest.mark.slow
def test_a_waiver_and_a_confirmation_at_once_settle_it_once(ground: Ground) -> None:
    seen: Counter[str] = Counter()
    heng, qiao = ground.actor("heng"), ground.actor("qiao")
    with pair(ground.environ) as two:
        for n in range(tries(15, 300)):
            asked = ask(
                ground.cast, ground.project, "mei", "lakeside", f"Round {n} 第{n}轮", **SMALL
            ).decision
            sealed = told.approve(ground.cast, asked, conditions=[Asked(BEFORE, "Seals 封签")])
            people.must(sealed, "done")
            (row,) = m.Condition.objects.filter(approval=asked)
            people.must(conditions.show(ground.actor("mei"), condition=row.id, evidence="Letter"), "done")
            both = two.both(
                partial(conditions.waive, heng, condition=row.id, reason="No need"),
                partial(conditions.confirm, qiao, condition=row.id, reason="Seen"),
            )
            assert sorted(isinstance(one, Outcome) for one in both) == [False, True], states(*both)
            seen[str(m.Condition.objects.get(id=row.id).state)] += 1
    assert set(seen) == {"waived", "met"}, f"the race never went both ways: {seen}"
    assert deadlocks() == 0
