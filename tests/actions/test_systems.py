"""Where copies may lie: on a numbered device that its owner has issued, and never on somebody's own."""

from __future__ import annotations

from typing import Any

import pytest

from custody import models as m
from custody.actions import corrections, handoffs, registers
from custody.actions.base import Act, Actor, Outcome, perform
from custody.apply import rebuild
from custody.compare import compare
from custody.events import site as site_events
from custody.record import SYSTEM_STREAM
from custody.stories import cast as people
from custody.terms import Network, Provision, Role, SystemKind
from ledger import api as ledger
from tests.actions.scenes import Scene, done


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
    put_right(scene, room, inventory_number="WG-OLD-1")
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
