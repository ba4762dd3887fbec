"""Where copies may lie: on a numbered device that its owner has issued, and never on somebody's own."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest

from custody import models as m
from custody.actions import corrections, handoffs, projects, registers, systems
from custody.actions.base import Act, ActionError, Actor, Outcome, perform
from custody.apply import rebuild
from custody.compare import compare
from custody.events import site as site_events
from custody.record import SYSTEM_STREAM
from custody.stories import cast as people
from custody.stories import copying as leave
from custody.terms import Network, Provision, ResultOfTest, Role, Source, SystemKind, SystemState
from custody.transitions import NotNow
from ledger import api as ledger
from tests.actions.racing import Failed, deadlocks, pair
from tests.actions.scenes import Scene, done, everything, set_up
from tests.databases import Database


def found(outcome: Outcome, code: str = "SYS-02") -> tuple[str, list[str]]:
    finding = next(f for f in outcome.decision.findings if f["code"] == code)
    return finding["outcome"], finding["problems"]


def offered(scene: Scene, system: m.System) -> Outcome:
    """Have Lan offer a copy to Tao, to be kept in a system of Westgate."""
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    deal = scene.deal(
        hop=scene.first.id,
        copies=[scene.kept.id],
        receiver_person=scene.cast.people["tao"].id,
        system=system.id,
    )
    return handoffs.offer(lan, deal)


def registered(cast: people.Cast, **changes: Any) -> m.System:
    given: dict[str, Any] = {
        "name": "WG-PC-4",
        "kind": SystemKind.COMPUTER,
        "owner_party": cast.party("westgate"),
        "levels": {"cn_surveying": "mimi"},
        "network": Network.NONE,
        "tested_on": cast.today,
        "inventory_number": "WG-4",
        "accreditation": "测评〔2026〕4号",
        "country": "CN",
        "provision": Provision.ISSUED,
    }
    row: m.System = done(registers.register_system(Actor.setup(), **{**given, **changes}))
    return row


def recorded_before(cast: people.Cast) -> m.System:
    """Register a system as Holdfast did when it asked neither for a number nor for whose it is."""
    given: dict[str, Any] = {"name": "WG-OLD", "levels": {"cn_surveying": "mimi"}, "is_installation": False}
    id, day = m.new_id(), cast.today

    def work(act: Act) -> Outcome:
        told = site_events.SystemRegistered(
            system=str(id),
            system_kind="computer",
            owner_party=str(cast.party("westgate")),
            network="none",
            tested_on=day.isoformat(),
            **given,
        )
        row = m.System.objects.create(
            id=id,
            entry=act.record(told, SYSTEM_STREAM),
            kind=SystemKind.COMPUTER,
            owner_party_id=cast.party("westgate"),
            network=Network.NONE,
            tested_on=day,
            **given,
        )
        return Outcome("done", row.entry, row)

    row: m.System = perform(Actor.setup(), work).object
    return row


def test_taos_own_computer_takes_no_secret_copy_and_the_attempt_is_recorded(scene: Scene) -> None:
    outcome = offered(scene, registered(scene.cast, provision=Provision.PERSONAL))
    assert outcome.state == "refused" and found(outcome) == ("block", ["personal"])
    assert [f["code"] for f in outcome.decision.findings if f["outcome"] == "block"] == ["SYS-02"]
    assert m.Copy.objects.get(id=scene.kept.id).state == "held"


def test_a_device_without_a_number_takes_none_either_and_with_one_it_does(scene: Scene) -> None:
    room = registered(scene.cast, inventory_number="")
    assert found(offered(scene, room)) == ("block", ["unnumbered"])
    put_right(scene, room, inventory_number="WG-4")
    outcome = offered(scene, room)
    assert outcome.state == "done" and found(outcome) == ("pass", [])


def put_right(scene: Scene, row: m.System, **changes: Any) -> None:
    done(
        corrections.correct_system(
            scene.cast.actor("an"),
            system=row.id,
            name=row.name,
            levels=row.levels,
            network=row.network,
            tested_on=row.tested_on,
            reason="Looked at the device 现场核对",
            **changes,
        )
    )


def test_a_system_recorded_before_bars_until_somebody_says_whose_it_is_and_its_number(scene: Scene) -> None:
    room = recorded_before(scene.cast)
    assert list(compare(rebuild())) == [], "the old entry tells a row of which this is not known"
    assert found(offered(scene, room))[0] == "cannot_tell"
    put_right(scene, room, provision=Provision.ISSUED)
    assert found(offered(scene, room))[0] == "cannot_tell", "its number is still not known"
    put_right(scene, room, inventory_number="WG-OLD-1", country="CN")
    assert offered(scene, room).state == "done"
    assert list(compare(rebuild())) == []


@pytest.mark.parametrize("missing", ["inventory_number", "accreditation", "country", "provision"])
def test_a_correction_that_says_nothing_of_a_field_leaves_it_as_it_is(scene: Scene, missing: str) -> None:
    room = registered(scene.cast)
    before = getattr(room, missing)
    said = {
        "inventory_number": "WG-5",
        "accreditation": "测评〔2026〕5号",
        "country": "HK",
        "provision": Provision.PERSONAL,
    }
    put_right(scene, room, **{n: v for n, v in said.items() if n != missing})
    room.refresh_from_db()
    assert getattr(room, missing) == before
    kept = m.Correction.objects.get(noun="system").changes
    assert set(kept) == set(said) - {missing}
    told: Any = ledger.read(room.entry).values
    assert told["changed"] == sorted(kept) and missing not in told["new"]


def test_what_is_entered_of_a_device_stands_in_the_ledger(cast: people.Cast) -> None:
    room = registered(cast)
    told = ledger.read(room.entry).values
    assert told["kind"] == "system.registered/2"
    given = {n: told[n] for n in ("inventory_number", "accreditation", "country", "provision")}
    paper = "测评〔2026〕4号"
    assert given == {
        "inventory_number": "WG-4", "accreditation": paper, "country": "CN", "provision": "issued",
    }  # fmt: skip
    assert list(compare(rebuild())) == []


# --- its life ---------------------------------------------------------------------------------------------


def after_test(scene: Scene, row: m.System, result: ResultOfTest, **changes: Any) -> Outcome:
    given: dict[str, Any] = {
        "tested_on": scene.cast.today,
        "tested_by": "Province 省测评中心",
        "remark": "No. 7",
    }
    an = scene.cast.actor("an")
    return systems.record_test(an, system=row.id, result=result, **{**given, **changes})


def test_a_system_that_failed_its_test_takes_no_copies_until_it_has_passed_again(scene: Scene) -> None:
    room = registered(scene.cast)
    done(after_test(scene, room, ResultOfTest.FAILED))
    outcome = offered(scene, room)
    assert outcome.state == "refused" and found(outcome, "SYS-01") == ("block", ["destination_retired"])
    passed = after_test(scene, room, ResultOfTest.PASSED, tested_by="National 国家测评中心")
    assert (passed.object.state, passed.object.tested_by) == (SystemState.ACTIVE, "National 国家测评中心")
    assert offered(scene, room).state == "done"
    told: Any = ledger.read(passed.entry).values
    assert (told["kind"], told["result"]) == ("system.tested/1", "passed")
    assert told["old"]["state"] == "failed" and told["new"]["state"] == "active"
    assert [c.reason for c in m.Correction.objects.filter(object=room.id)] == ["No. 7", "No. 7"]
    assert list(compare(rebuild())) == []


def test_a_new_test_ends_the_warning_that_the_old_one_is_stale(scene: Scene) -> None:
    room = registered(scene.cast, tested_on=scene.cast.today - dt.timedelta(days=900))
    assert found(offered_and_withdrawn(scene, room), "SYS-01") == ("warn", ["stale"])
    done(after_test(scene, room, ResultOfTest.PASSED))
    assert found(offered(scene, room), "SYS-01") == ("pass", [])


def offered_and_withdrawn(scene: Scene, room: m.System) -> Outcome:
    outcome = offered(scene, room)
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    done(handoffs.withdraw(lan, handoff=done(outcome).id, reason="Only to see 试行"))
    return outcome


@pytest.mark.parametrize("days", [1, -1])
def test_a_test_in_the_future_or_before_the_last_one_is_not_recorded(scene: Scene, days: int) -> None:
    room = registered(scene.cast)
    standing = everything()
    day = scene.cast.today + dt.timedelta(days=days * 3)
    with pytest.raises(ActionError) as told:
        after_test(scene, room, ResultOfTest.PASSED, tested_on=day)
    assert told.value.about == "tested_on" and everything() == standing


def test_the_same_test_is_recorded_once(scene: Scene) -> None:
    room = registered(scene.cast)
    done(after_test(scene, room, ResultOfTest.PASSED))
    standing = everything()
    with pytest.raises(ActionError, match="recorded already"):
        after_test(scene, room, ResultOfTest.PASSED)
    with pytest.raises(ActionError) as told:
        after_test(scene, room, ResultOfTest.PASSED, tested_by=" ")
    assert told.value.about == "tested_by" and everything() == standing


def test_a_system_with_copies_on_it_is_not_retired_and_they_are_named(scene: Scene) -> None:
    an, room = scene.cast.actor("an"), scene.cast.systems["lakeside_room"]
    standing = everything()
    with pytest.raises(ActionError) as told:
        systems.retire(an, system=room.id, reason="Sold 处置")
    assert scene.kept.code in told.value.text.en and "(1)" in told.value.text.en
    assert scene.kept.code in told.value.text.zh and "1份副本" in told.value.text.zh
    assert everything() == standing


def test_many_copies_are_counted_and_the_first_of_them_named(scene: Scene) -> None:
    room = scene.cast.systems["lakeside_room"]
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    leave.permitted(scene.cast, scene.item.id, systems.NAMED + 5)
    made = done(projects.mint_copies(lan, item=scene.item.id, count=systems.NAMED + 5, system=room.id))
    with pytest.raises(ActionError) as told:
        systems.retire(scene.cast.actor("an"), system=room.id, reason="Sold 处置")
    assert f"({len(made) + 1})" in told.value.text.en and " …" in told.value.text.en
    assert sum(copy.code in told.value.text.en for copy in made) == systems.NAMED - 1


def test_an_empty_system_is_retired_and_can_be_named_no_more(scene: Scene) -> None:
    an, room = scene.cast.actor("an"), registered(scene.cast)
    outcome = systems.retire(an, system=room.id, reason="Worn out 老旧")
    assert done(outcome).state is SystemState.RETIRED
    told: Any = ledger.read(outcome.entry).values
    assert (told["kind"], told["reason"], told["new"]) == (
        "system.retired/1", "Worn out 老旧", {"state": "retired"},
    )  # fmt: skip
    refused = offered(scene, room)
    assert refused.state == "refused" and found(refused, "SYS-01") == ("block", ["destination_retired"])
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    standing = everything()
    with pytest.raises(ActionError) as said:
        projects.mint_copies(lan, item=scene.item.id, count=1, system=room.id)
    assert said.value.about == "system"
    for again in (
        lambda: systems.retire(an, system=room.id, reason="Again 再次"),
        lambda: after_test(scene, room, ResultOfTest.PASSED),
    ):
        with pytest.raises(NotNow):
            again()
    assert everything() == standing
    assert list(compare(rebuild())) == []


def test_an_offer_under_way_to_a_system_that_is_retired_meanwhile_is_not_accepted(scene: Scene) -> None:
    done(systems.retire(scene.cast.actor("an"), system=scene.room.id, reason="Worn out 老旧"))
    refused = handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id)
    assert refused.state == "refused" and found(refused, "SYS-01")[0] == "block"


def test_the_system_that_holdfast_runs_on_and_an_unknown_one_are_not_retired(scene: Scene) -> None:
    an, standing = scene.cast.actor("an"), everything()
    for system in (m.System.objects.get(is_installation=True).id, m.new_id()):
        with pytest.raises(ActionError):
            systems.retire(an, system=system, reason="Worn out 老旧")
    with pytest.raises(ActionError) as told:
        systems.retire(an, system=scene.room.id, reason=" ")
    assert told.value.about == "reason" and everything() == standing


@pytest.mark.slow
def test_a_system_retired_while_a_copy_is_accepted_into_it_has_one_order(
    committed_cast: people.Cast, database_committed: Database
) -> None:
    scene = set_up(committed_cast)
    bo, an = scene.cast.actor("bo", Source.PAPER), scene.cast.actor("an", Source.PAPER)
    with pair(database_committed.environ) as two:
        taken, retired = two.both(
            partial(handoffs.accept, bo, handoff=scene.handoff.id),
            partial(systems.retire, an, system=scene.room.id, reason="Worn out 老旧"),
        )
    there = m.Copy.objects.filter(system=scene.room).exists()
    state = m.System.objects.get(id=scene.room.id).state
    assert isinstance(taken, Outcome), taken
    if taken.state == "done":
        assert isinstance(retired, Failed) and there and state is SystemState.ACTIVE, retired
    else:
        assert isinstance(retired, Outcome) and not there and state is SystemState.RETIRED, retired
    assert deadlocks() == 0
