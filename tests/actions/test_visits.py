"""Who comes to see data is named one by one; a foreign one needs the authority's approval (FOR-03)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from custody import models as m
from custody.actions import ending, registers, visits
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.actions.visits import Guest
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.stories import cast as people
from custody.terms import PartyKind, Role, VisitKind, VisitState
from custody.transitions import NotNow
from tests.actions.scenes import Scene, done
from tests.actions.test_approval_standing import barring


def ask(scene: Scene, *guests: Guest, who: Actor | None = None, **changes: Any) -> Outcome:
    """Ask for a visit of some guests to the owner, today."""
    today = scene.cast.today
    given: dict[str, Any] = {"level": people.LEVEL, "starts": today, "ends": today, **changes}
    asked = visits.Asked(VisitKind.EXCHANGE, "Look at sheets 查看图幅", guests=guests, **given)
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    return visits.request(who or lan, project=scene.project.id, asked=asked)


def test_a_foreign_guest_is_refused_and_recorded_without_the_approval_of_the_authority(scene: Scene) -> None:
    refused = ask(scene, Guest("Kim 金", ["CN", "KR"]))
    assert barring(refused) == {"FOR-03"} and m.Visit.objects.count() == 0
    assert "Kim" not in str(refused.object.attempt), "who it was is not written into the attempt"
    (finding,) = [x for x in refused.decision.findings if x["code"] == "FOR-03"]
    assert finding["inputs"]["countries"]["value"] == ["KR"]
    paper: dict[str, Any] = {"approval_reference": "No. 44 第44号", "approved_on": scene.cast.today}
    visit = done(ask(scene, Guest("Kim 金", ["CN", "KR"]), **paper))
    assert visit.state is VisitState.ALLOWED and visit.approved_on == scene.cast.today
    assert list(compare(rebuild())) == [] and differing(m.Visit, str(visit.id)) == []


def test_a_guest_of_a_foreign_party_is_foreign_and_one_of_no_known_citizenship_cannot_be_judged(
    scene: Scene,
) -> None:
    far = done(
        registers.register_party(Actor.setup(), kind=PartyKind.ORGANISATION, name="Far", country="KR")
    ).id
    assert barring(ask(scene, Guest("Li", ["CN"], far))) == {"FOR-03"}
    unknown = ask(scene, Guest("Li"))
    assert unknown.state == "refused"
    mei = scene.cast.people["mei"].id
    assert done(ask(scene, Guest("Li", ["CN"]), people=[mei], items=[scene.item.id])).people == [mei]


def test_it_is_ended_once_with_what_was_seen_and_not_in_a_subcontract_that_ended(scene: Scene) -> None:
    lan, today = scene.as_(Role.MANAGER, "owner", "lan"), scene.cast.today
    visit = done(ask(scene, Guest("Li", ["CN"])))
    with pytest.raises(ActionError):
        visits.end(lan, visit=visit.id, ended_on=today - dt.timedelta(days=1), remark="Sheets")
    with pytest.raises(ActionError):
        visits.end(lan, visit=visit.id, ended_on=today, remark=" ")
    done(visits.end(lan, visit=visit.id, ended_on=today, remark="Sheets 图幅"))
    with pytest.raises(NotNow):
        visits.end(lan, visit=visit.id, ended_on=today, remark="Sheets")
    assert list(compare(rebuild())) == []
    done(ending.complete(lan, hop=scene.first.id, reason="Done"))
    assert "HOP-09" in barring(ask(scene, Guest("Li", ["CN"]), hop=scene.first.id))


def test_faults_are_told_and_a_subcontractor_asks_for_its_own_place_alone(scene: Scene) -> None:
    today = scene.cast.today
    cases: tuple[dict[str, Any], ...] = (
        {"ends": today - dt.timedelta(days=1)},
        {"level": "none"},
        {"items": [scene.handoff.id]},
        {"approved_on": today},
        {"level": "gongkai", "items": [scene.item.id]},
    )
    for wrong in cases:
        with pytest.raises(ActionError):
            ask(scene, Guest("Li", ["CN"]), **wrong)
    for guest in (Guest(" ", ["CN"]), Guest("Li", ["cn"])):
        with pytest.raises(ActionError):
            ask(scene, guest)
    bo = scene.as_(Role.MANAGER, "receiver", "bo")
    with pytest.raises(NotPermitted):
        ask(scene, Guest("Li", ["CN"]), who=bo)
    done(ask(scene, Guest("Li", ["CN"]), who=bo, hop=scene.second.id))
