"""What field work in the stories needs: equipment, zones, an area, a permit in order."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID

from custody import ground
from custody import models as m
from custody.actions import field_permits, field_work
from custody.actions.base import Actor, Outcome
from custody.stories import cast as people
from custody.terms import Datum, EquipmentKind, Payment, Source

# Squares of about a kilometre; the depot lies beside the survey and within the pilot's.
FIELDS = (120.10, 30.20, 120.11, 30.21)
DEPOT = (120.130, 30.230, 120.134, 30.234)
OVER_THE_DEPOT = (120.125, 30.225, 120.140, 30.240)


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """Return a GeoJSON polygon."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def outline(*bounds: float) -> ground.Outline:
    """Return a square as it is taken."""
    return ground.read(json.dumps(square(*bounds)), Datum.CGCS, "CN")


def zones() -> str:
    """Return the demo's list of sensitive zones: one invented depot."""
    feature = {
        "type": "Feature",
        "properties": {"name": "Depot 7 七号库（演示）", "authority": "Garrison office 驻军办公室（演示）"},
        "geometry": square(*DEPOT),
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)


def publish(cast: people.Cast) -> m.ZoneList:
    """Publish the demo's zones, as Northfield's administrator; the same list is published once."""
    done = field_work.publish_zones(
        cast.actor("an", Source.SYSTEM), geojson=zones(), datum=Datum.CGCS, note="Demo list 演示清单"
    )
    row: m.ZoneList = people.must(done, "done").object
    return row


def drone(cast: people.Cast, owner: str, serial: str, **changes: Any) -> m.Equipment:
    """Return a drone of a party, registered at the first call."""
    found: m.Equipment | None = m.Equipment.objects.filter(maker="Heron 苍鹭", serial=serial).first()
    if found:
        return found
    given: dict[str, Any] = {
        "owner_party": cast.party(owner),
        "kind": EquipmentKind.DRONE,
        "name": "Heron S2",
        "serial": serial,
        "maker": "Heron 苍鹭",
        "country": "CN",
        "registration": f"UAS-{serial}",
    }
    made = field_permits.register_equipment(Actor.setup(), **{**given, **changes})
    row: m.Equipment = people.must(made, "done").object
    return row


def terms(cast: people.Cast, unit: str, operator: str, equipment: m.Equipment, **changes: Any) -> Any:
    """Return a permit in order for a party: a fortnight, all papers named, nothing sent live."""
    first, last = cast.today, cast.today + dt.timedelta(days=14)
    given: dict[str, Any] = {
        "unit": cast.party(unit),
        "operator": cast.people[operator].id,
        "equipment": [equipment.id],
        "purpose": "Aerial pictures of the fields 农田航拍",
        "area": outline(*FIELDS),
        "datum": Datum.CGCS,
        "starts": first,
        "ends": last,
        "airspace_number": "空批〔2026〕31号",
        "airspace_authority": "Air traffic office 空管部门（演示）",
        "airspace_from": first,
        "airspace_to": last,
        "operator_licence": "UAV-0417",
        "operating_certificate": "运营-0233",
        "work_permit": "测绘作业-118",
        "uplink": False,
        "payment": Payment.UNPAID,
    }
    return field_permits.PermitTerms(**{**given, **changes})


def draft(actor: Actor, project: UUID, asked: Any) -> m.FieldPermit:
    """Draft a permit."""
    row: m.FieldPermit = people.must(field_permits.draft(actor, project=project, terms=asked), "done").object
    return row


def approved(cast: people.Cast, project: m.Project, asked: Any, by: str = "mei") -> m.FieldPermit:
    """Have a permit drafted, submitted and approved by Zhao Heng."""
    actor = cast.actor(by)
    row = draft(actor, project.id, asked)
    people.must(field_permits.submit(actor, permit=row.id), "held")
    granted: Outcome = field_permits.approve(cast.actor("heng"), permit=row.id, reason="In order 符合要求")
    permit: m.FieldPermit = people.must(granted, "done").object
    return permit


def flown(cast: people.Cast, project: m.Project, **changes: Any) -> Outcome:
    """Have Northfield's manager record that Ren Yifei flew his own foreign drone, without a permit."""
    own = drone(cast, "pilot", "RY-9", country="XA", registration="")
    given: dict[str, Any] = {
        "unit": cast.party("pilot"),
        "operator": cast.people["yifei"].id,
        "equipment": own.id,
        "collected_on": cast.today,
        "uplink": False,
        "payment": Payment.DOMESTIC,
        "remark": "Told by a farmer 据农户反映",
    }
    done = field_work.Done(**{**given, **changes})
    return field_work.record_done(cast.actor("mei"), project=project.id, done=done)
