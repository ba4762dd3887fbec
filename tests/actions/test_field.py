"""Field work: nobody collects without a permit unseen, and nobody lets themselves."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from custody import ground
from custody import models as m
from custody.actions import field_facts, field_permits, field_work
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.stories import cast as people
from custody.stories import field as stories
from custody.terms import (
    CollectionState,
    Datum,
    EquipmentKind,
    Payment,
    PermitState,
    Role,
    Source,
)
from custody.transitions import NotNow
from tests.actions.scenes import Scene, done


@pytest.fixture
def scene(acts_stage: Scene) -> Scene:
    stories.publish(acts_stage.cast)
    return acts_stage


def tao(scene: Scene) -> Actor:
    """Wu Tao, who manages Westgate."""
    return scene.as_(Role.MANAGER, "sender", "tao")


def asked(scene: Scene, **changes: Any) -> field_permits.PermitTerms:
    drone = stories.drone(scene.cast, "westgate", "WG-1")
    sound = stories.terms(scene.cast, "westgate", "tao", drone, hop=scene.first.id)
    return replace(sound, **changes)


def drafted(scene: Scene, **changes: Any) -> m.FieldPermit:
    row: m.FieldPermit = done(
        field_permits.draft(tao(scene), project=scene.project.id, terms=asked(scene, **changes))
    )
    return row


def submitted(scene: Scene, **changes: Any) -> m.FieldPermit:
    row = drafted(scene, **changes)
    done(field_permits.submit(tao(scene), permit=row.id))
    return row


def approved(scene: Scene, **changes: Any) -> m.FieldPermit:
    row = submitted(scene, **changes)
    found: m.FieldPermit = done(
        field_permits.approve(scene.cast.actor("heng"), permit=row.id, reason="In order")
    )
    return found


def flown(scene: Scene, permit: m.FieldPermit | None, **changes: Any) -> field_work.Done:
    drone = stories.drone(scene.cast, "westgate", "WG-1")
    given: dict[str, Any] = {
        "unit": scene.cast.party("westgate"),
        "operator": scene.cast.people["tao"].id,
        "equipment": drone.id,
        "collected_on": scene.cast.today,
        "permit": permit.id if permit else None,
        "uplink": False,
        "payment": Payment.UNPAID,
    }
    return field_work.Done(**{**given, **changes})


def recorded(scene: Scene, permit: m.FieldPermit | None, **changes: Any) -> m.Collection:
    row: m.Collection = done(
        field_work.record_done(tao(scene), project=scene.project.id, done=flown(scene, permit, **changes))
    )
    return row


def problems(outcome: Outcome, code: str) -> list[str]:
    finding = next(f for f in outcome.decision.findings if f["code"] == code)
    found: list[str] = finding["problems"]
    return found


def all_is_told() -> None:
    """What the ledger tells of every row is what the tables say, all together and one by one."""
    assert list(compare(rebuild())) == []
    for model in (m.Equipment, m.FieldPermit, m.ZoneList, m.ZoneConsent, m.Collection):
        for id in model._default_manager.values_list("pk", flat=True):
            assert differing(model, str(id)) == [], model.__name__


def test_a_permit_goes_from_draft_over_use_to_its_end_and_the_ledger_tells_it(scene: Scene) -> None:
    permit = approved(scene)
    assert permit.state is PermitState.APPROVED and permit.approved_sha256 == permit.subject_sha256
    planned = done(
        field_work.plan(
            tao(scene),
            permit=permit.id,
            equipment=stories.drone(scene.cast, "westgate", "WG-1").id,
            collected_on=scene.cast.today,
        )
    )
    permit.refresh_from_db()
    assert permit.state is PermitState.ACTIVE
    flight = done(
        field_work.record_done(
            tao(scene), project=scene.project.id, done=flown(scene, permit), planned=planned.id
        )
    )
    assert (flight.id, flight.findings, flight.state) == (planned.id, [], CollectionState.DONE)
    done(field_work.register_output(tao(scene), collection=flight.id, outputs=[scene.item.id]))
    ended = done(field_work.review(scene.cast.actor("heng"), collection=flight.id, review="Complete 齐全"))
    assert (ended.state, ended.late, ended.outputs) == (
        CollectionState.REVIEWED,
        False,
        [str(scene.item.id)],
    )
    used = done(field_permits.use_up(tao(scene), permit=permit.id))
    assert used.state is PermitState.USED
    all_is_told()


def test_the_output_is_due_seventy_two_hours_after_the_entry_not_after_the_flight(scene: Scene) -> None:
    before = dt.datetime.now(dt.UTC)
    flight = recorded(scene, approved(scene, starts=scene.cast.today))
    assert flight.due_at is not None
    hours = (flight.due_at - before).total_seconds() / 3600
    assert 71.9 < hours < 72.1


def test_a_collection_without_a_permit_is_recorded_as_a_finding(scene: Scene) -> None:
    outcome = field_work.record_done(
        tao(scene),
        project=scene.project.id,
        done=flown(scene, None, uplink=True, payment=Payment.CRYPTO, hop=scene.first.id),
    )
    flight = done(outcome)
    assert flight.findings == ["FLD-01", "FLD-02"]
    assert problems(outcome, "FLD-01") == ["none"]
    assert problems(outcome, "FLD-02") == ["no_area", "uplink", "crypto"]
    assert list(m.Collection.objects.against_rules()) == [flight]
    assert outcome.decision.outcome == "refuse"
    all_is_told()


def test_a_flight_by_an_individual_under_somebody_elses_permit_is_a_finding(scene: Scene) -> None:
    permit = approved(scene)
    outcome = field_work.record_done(
        scene.cast.actor("mei"),
        project=scene.project.id,
        done=flown(
            scene,
            permit,
            unit=scene.cast.party("pilot"),
            operator=scene.cast.people["yifei"].id,
        ),
    )
    assert problems(outcome, "FLD-01") == ["other", "individual", "unit"]


def test_a_flight_without_a_permit_counts_against_the_subcontract_of_its_unit(scene: Scene) -> None:
    assert recorded(scene, None).hop == scene.first
    drafted(scene)
    mei = scene.cast.actor("mei")
    own = flown(scene, None, unit=scene.cast.party("northfield"), operator=scene.cast.people["yu"].id)
    assert done(field_work.record_done(mei, project=scene.project.id, done=own)).hop is None


def test_which_of_several_subcontracts_is_asked_and_that_of_a_permit_is_kept(scene: Scene) -> None:
    permit = approved(scene)
    m.Hop.objects.filter(id=scene.second.id).update(
        from_party=scene.cast.party("northfield"), to_party=scene.cast.party("westgate")
    )
    with pytest.raises(ActionError, match="several subcontracts") as told:
        recorded(scene, None)
    assert told.value.about == "hop"
    with pytest.raises(ActionError, match="not for this subcontract"):
        recorded(scene, permit, hop=scene.second.id)
    m.Hop.objects.filter(id=scene.second.id).update(state="completed")
    assert recorded(scene, None).hop == scene.first, "the one in force"
    assert recorded(scene, permit).hop == scene.first


def test_nothing_is_collected_under_a_subcontract_that_is_not_in_force(scene: Scene) -> None:
    permit = drafted(scene)
    m.Hop.objects.filter(id=scene.first.id).update(state="suspended")
    assert problems(field_permits.submit(tao(scene), permit=permit.id), "FLD-01") == ["hop"]
    m.Hop.objects.filter(id=scene.first.id).update(state="active")
    m.Project.objects.filter(id=scene.project.id).update(state="closed")
    assert problems(field_permits.submit(tao(scene), permit=permit.id), "FLD-01") == ["closed"]
    assert "FLD-01" in recorded(scene, None).findings, "what was flown is told all the same"


def test_an_area_over_a_zone_is_refused_until_its_authority_consents(scene: Scene) -> None:
    permit = drafted(scene, area=stories.outline(*stories.OVER_THE_DEPOT))
    refused = field_permits.submit(tao(scene), permit=permit.id)
    assert refused.state == "refused" and problems(refused, "FLD-02") == ["zone"]
    permit.refresh_from_db()
    assert permit.state is PermitState.DRAFT and m.Refusal.objects.filter(verb="permit.submit").exists()
    consent: dict[str, Any] = {
        "permit": permit.id,
        "reference": "驻函〔2026〕5号",
        "authority": "Garrison office",
        "given_on": scene.cast.today,
    }
    with pytest.raises(NotPermitted):
        field_work.record_consent(scene.cast.actor("mei"), zone=1, **consent)
    with pytest.raises(ActionError, match="does not meet"):
        field_work.record_consent(scene.cast.actor("an"), zone=2, **consent)
    done(field_work.record_consent(scene.cast.actor("an"), zone=1, **consent))
    done(field_permits.submit(tao(scene), permit=permit.id))
    all_is_told()


def test_a_consent_to_one_area_is_none_to_another(scene: Scene) -> None:
    permit = drafted(scene, area=stories.outline(*stories.OVER_THE_DEPOT))
    done(
        field_work.record_consent(
            scene.cast.actor("an"),
            permit=permit.id,
            zone=1,
            reference="No. 5",
            authority="Garrison office",
            given_on=scene.cast.today,
        )
    )
    wider = asked(scene, area=stories.outline(120.120, 30.225, 120.140, 30.240))
    done(field_permits.change(tao(scene), permit=permit.id, terms=wider))
    again = field_permits.submit(tao(scene), permit=permit.id)
    assert problems(again, "FLD-02") == ["zone"]


def test_without_a_list_of_zones_nobody_can_tell(acts_stage: Scene) -> None:
    outcome = field_permits.submit(tao(acts_stage), permit=drafted(acts_stage).id)
    assert outcome.state == "refused"
    finding = next(f for f in outcome.decision.findings if f["code"] == "FLD-02")
    assert finding["outcome"] == "cannot_tell"


def test_a_list_whose_text_was_changed_in_the_table_counts_as_none(scene: Scene) -> None:
    permit = drafted(scene, area=stories.outline(*stories.OVER_THE_DEPOT))
    m.ZoneList.objects.update(content='{"features":[],"type":"FeatureCollection"}')
    assert field_facts.current_zones() is None and field_work.zones_seen(permit) == (None, 0)
    outcome = field_permits.submit(tao(scene), permit=permit.id)
    assert outcome.state == "refused"
    stories.publish(scene.cast)  # the same file again brings its text back, and is no new version
    assert field_work.zones_seen(permit) == (1, 0)
    assert m.ZoneList.objects.count() == 1


def test_a_new_list_replaces_the_one_before(scene: Scene) -> None:
    feature = {
        "type": "Feature",
        "properties": {"name": "Else"},
        "geometry": stories.square(100, 30, 101, 31),
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    row = done(
        field_work.publish_zones(scene.cast.actor("an"), geojson=text, datum=Datum.WGS, note="Letter 9")
    )
    assert (row.version, row.zones) == (2, 1)
    permit = drafted(scene, area=stories.outline(*stories.OVER_THE_DEPOT))
    assert field_work.zones_seen(permit) == (0, 0)
    with pytest.raises(NotPermitted):
        field_work.publish_zones(scene.cast.actor("mei"), geojson=text, datum=Datum.WGS, note="x")
    with pytest.raises(ActionError, match="Zone 1"):
        field_work.publish_zones(
            scene.cast.actor("an"), geojson=text.replace("Else", ""), datum=Datum.WGS, note="x"
        )


def test_neither_who_asked_nor_who_flies_nor_the_unit_decides(scene: Scene) -> None:
    cast = scene.cast
    by_heng = done(
        field_permits.draft(
            Actor(cast.people["heng"].id, ((cast.party("northfield"), Role.MANAGER),), Source.SCREEN,
                  cast.site.operator_id),
            project=scene.project.id,
            terms=asked(scene),
        )
    )  # fmt: skip
    done(field_permits.submit(tao(scene), permit=by_heng.id))
    refused = field_permits.approve(cast.actor("heng"), permit=by_heng.id, reason="Mine")
    assert refused.state == "refused" and problems(refused, "FLD-01") == ["concerned"]
    granted = field_permits.approve(cast.actor("qiao"), permit=by_heng.id, reason="In order")
    assert granted.state == "done"
    with pytest.raises(NotPermitted):
        field_permits.approve(tao(scene), permit=by_heng.id, reason="Ours")


def test_an_approval_is_bound_to_what_was_shown(scene: Scene) -> None:
    permit = submitted(scene)
    heng = scene.cast.actor("heng")
    with pytest.raises(ActionError, match="has changed since"):
        field_permits.approve(heng, permit=permit.id, reason="In order", subject_sha256="0" * 64)
    with pytest.raises(NotNow):
        field_permits.change(tao(scene), permit=permit.id, terms=asked(scene))
    back = done(field_permits.send_back(heng, permit=permit.id, reason="Which crop?"))
    assert back.state is PermitState.DRAFT
    changed = done(
        field_permits.change(tao(scene), permit=permit.id, terms=asked(scene, purpose="Rice 水稻"))
    )
    assert changed.subject_sha256 != permit.subject_sha256
    done(field_permits.submit(tao(scene), permit=permit.id))
    done(
        field_permits.approve(
            heng, permit=permit.id, reason="In order", subject_sha256=changed.subject_sha256
        )
    )
    all_is_told()


def test_a_permit_altered_in_the_table_covers_no_flight(scene: Scene) -> None:
    permit = approved(scene)
    m.FieldPermit.objects.filter(id=permit.id).update(area=stories.outline(*stories.OVER_THE_DEPOT).text)
    flight = recorded(scene, permit)
    assert flight.findings == ["FLD-01", "FLD-02"]


def test_nothing_is_collected_under_a_revoked_permit_or_on_another_day(scene: Scene) -> None:
    permit = approved(scene)
    done(field_permits.revoke(scene.cast.actor("heng"), permit=permit.id, reason="Exercise"))
    assert recorded(scene, permit).findings == ["FLD-01"]
    with pytest.raises(ActionError, match="not in force"):
        field_work.plan(
            tao(scene),
            permit=permit.id,
            equipment=stories.drone(scene.cast, "westgate", "WG-1").id,
            collected_on=scene.cast.today,
        )
    all_is_told()


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"hop": None}, "hop"),
        ({"equipment": []}, "equipment"),
        ({"ends": dt.date(2020, 1, 1)}, "ends"),
        ({"airspace_sha256": "x"}, "airspace_sha256"),
        ({"purpose": " "}, "purpose"),
    ],
)
def test_terms_that_do_not_fit_are_told_by_field(scene: Scene, changes: dict[str, Any], about: str) -> None:
    with pytest.raises(ActionError) as caught:
        drafted(scene, **changes)
    assert caught.value.about == about
    assert not m.FieldPermit.objects.exists()


def test_an_operator_of_another_unit_is_not_taken(scene: Scene) -> None:
    with pytest.raises(ActionError) as caught:
        drafted(scene, operator=scene.cast.people["bo"].id)
    assert caught.value.about == "operator"


def test_an_outline_that_is_not_sound_is_refused_beside_its_field() -> None:
    for text, datum, about in (("{}", Datum.WGS, "area"), ("{}", Datum.GCJ, "datum")):
        with pytest.raises(ActionError) as caught:
            field_permits.outlined(text, datum, people.REGIME)
        assert caught.value.about == about


def test_where_the_regime_asks_for_no_permit_none_is_taken_and_no_silence_looks_like_leave(
    scene: Scene,
) -> None:
    m.Project.objects.filter(id=scene.project.id).update(regime="generic", level="restricted")
    with pytest.raises(ActionError, match="asks for no permits"):
        drafted(scene)
    with pytest.raises(ActionError, match="asks for no permits"):
        recorded(scene, None)


def test_a_late_output_is_marked_and_the_next_permit_is_warned(scene: Scene) -> None:
    flight = recorded(scene, approved(scene))
    m.Collection.objects.filter(id=flight.id).update(due_at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    outcome = field_permits.submit(tao(scene), permit=drafted(scene).id)
    assert outcome.state == "held" and problems(outcome, "FLD-02") == ["late"]
    late = done(field_work.register_output(tao(scene), collection=flight.id, outputs=[scene.item.id]))
    assert late.late is True


def test_output_is_items_of_the_project_and_is_reviewed_by_somebody_else(scene: Scene) -> None:
    flight = recorded(scene, approved(scene))
    other = people.open_project(scene.cast, "OTHER-1", "Another")
    item = done(
        people.register_item(
            scene.cast,
            project=other.id,
            codename="X-1",
            level=people.LEVEL,
            classified=people.classified(scene.cast),
        )
    )
    for outputs in ([], [item.id]):
        with pytest.raises(ActionError) as caught:
            field_work.register_output(tao(scene), collection=flight.id, outputs=outputs)
        assert caught.value.about == "outputs"
    done(field_work.register_output(tao(scene), collection=flight.id, outputs=[scene.item.id]))
    own = Actor(
        scene.cast.people["tao"].id,
        ((scene.cast.party("northfield"), Role.OFFICER),),
        Source.SCREEN,
        scene.cast.site.operator_id,
    )
    with pytest.raises(ActionError, match="Somebody else must review"):
        field_work.review(own, collection=flight.id, review="Fine")


def test_equipment_is_registered_once_by_maker_and_serial(scene: Scene) -> None:
    given: dict[str, Any] = {
        "owner_party": scene.cast.party("westgate"),
        "kind": EquipmentKind.PHONE,
        "name": "Walker",
        "serial": "P-1",
        "maker": "Acme",
    }
    done(field_permits.register_equipment(scene.cast.actor("an"), **given))
    with pytest.raises(ActionError) as caught:
        field_permits.register_equipment(scene.cast.actor("an"), **given)
    assert caught.value.about == "serial"
    with pytest.raises(ActionError) as caught:
        field_permits.register_equipment(scene.cast.actor("an"), **{**given, "serial": "2", "country": "cn"})
    assert caught.value.about == "country"
    all_is_told()


def test_the_area_is_told_in_square_kilometres(scene: Scene) -> None:
    assert float(drafted(scene).area_km2) == pytest.approx(1.07, abs=0.01)
    assert ground.rings(drafted(scene).area)[0][0] == (120.10, 30.20)
