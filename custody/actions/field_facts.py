"""What rules are told of field collection: a permit with its equipment, the zones it meets, a collection."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from custody import gather, ground, record, regimes, scope
from custody import models as m
from custody.policy import facts as f
from custody.terms import Datum, Text, Verb

from . import locking
from .base import Act, ActionError, Actor
from .deciding import Ruling, blank_act, rule

NO_PERMITS = Text(
    en="The regime of this project asks for no permits of field collection.",
    zh="本项目的规则包不要求外业采集许可。",
)


def asked_for(project: m.Project, today: dt.date) -> None:
    """Raise ActionError where the regime knows no permits: a rule that is off could not allow one."""
    setting = regimes.pack(project.regime, today).rules.get("FLD-01")
    if setting is None or not setting.enabled:
        raise ActionError(NO_PERMITS)


def output_hours(project: m.Project, today: dt.date) -> int | None:
    """Return within how many hours output is registered (rule FLD-02); None where nothing says."""
    setting = regimes.pack(project.regime, today).rules.get("FLD-02")
    hours = setting.params.get("output_hours") if setting and setting.enabled else None
    return hours if isinstance(hours, int) else None


def subject_of(permit: m.FieldPermit) -> dict[str, Any]:
    """Return the canonical subject of a permit: everything that, if changed, needs a new decision."""
    return {
        "v": 1,
        "permit": str(permit.id),
        "project": str(permit.project_id),
        "hop": _text(permit.hop_id),
        "unit": str(permit.unit_id),
        "operator": str(permit.operator_id),
        "equipment": list(permit.equipment),
        "purpose": permit.purpose,
        "area": permit.area,
        "datum": str(permit.datum),
        "starts": permit.starts.isoformat(),
        "ends": permit.ends.isoformat(),
        "airspace_number": permit.airspace_number,
        "airspace_authority": permit.airspace_authority,
        "airspace_from": _text(permit.airspace_from),
        "airspace_to": _text(permit.airspace_to),
        "airspace_sha256": permit.airspace_sha256,
        "operator_licence": permit.operator_licence,
        "operating_certificate": permit.operating_certificate,
        "work_permit": permit.work_permit,
        "uplink": permit.uplink,
        "payment": _text(permit.payment),
    }


def digest_of(permit: m.FieldPermit) -> str:
    """Return the SHA-256 of the canonical subject."""
    return record.digest(subject_of(permit))


@scope.whole()
def current_zones() -> tuple[m.ZoneList, list[ground.Zone]] | None:
    """Return the list of zones that counts, read; None when there is none, or its text is not what its hash
    says (as after a restore)."""
    row = m.ZoneList.objects.newest()
    if row is None or hashlib.sha256(row.content.encode()).hexdigest() != row.sha256:
        return None
    return row, ground.read_zones(row.content, Datum.WGS)


def zones_met(permit: m.FieldPermit) -> list[int] | None:
    """Return the places of the zones that the area meets; None when no list can be read."""
    found = current_zones()
    return None if found is None else ground.met(permit.area, found[1])


@scope.whole()
def consented(permit: m.FieldPermit, zone_list: UUID) -> set[int]:
    """Return the zones of a list whose authority consented to the area as it stands."""
    digest = hashlib.sha256(permit.area.encode()).hexdigest()
    rows = m.ZoneConsent.objects.filter(permit_id=permit.id, zone_list=zone_list, area_sha256=digest)
    return set(rows.values_list("zone", flat=True))


@scope.whole()
def permit_facts(permit: m.FieldPermit, now: dt.datetime, *, blind: bool = False) -> tuple[f.Group, ...]:
    """Return a permit as rules are told it, with its equipment; ``blind``: as if it met no zone."""
    zones = current_zones()
    met = None if zones is None else [] if blind else ground.met(permit.area, zones[1])
    lifted = 0 if zones is None or not met else len(consented(permit, zones[0].id) & set(met))
    late = m.Collection.objects.overdue(now).filter(unit=permit.unit_id, project=permit.project_id)
    told = f.Permit(
        id=str(permit.id),
        hop=_text(permit.hop_id),
        unit=str(permit.unit_id),
        operator=str(permit.operator_id),
        equipment=tuple(permit.equipment),
        state=str(permit.state),
        starts=permit.starts,
        ends=permit.ends,
        has_airspace=bool(permit.airspace_number.strip() and permit.airspace_authority.strip()),
        airspace_from=permit.airspace_from,
        airspace_to=permit.airspace_to,
        has_licence=bool(permit.operator_licence.strip()),
        has_certificate=bool(permit.operating_certificate.strip()),
        has_work_permit=bool(permit.work_permit.strip()),
        uplink=permit.uplink,
        payment=_text(permit.payment),
        subject_sha256=digest_of(permit),
        approved_sha256=permit.approved_sha256 or None,
        requested_by=str(permit.requested_by_id),
        zones_met=None if met is None else len(met),
        zones_consented=lifted,
        outputs_overdue=late.count(),
        entry=_text(permit.entry),
    )
    return (told, *equipment_facts(permit.equipment))


def equipment_facts(ids: Iterable[str]) -> list[f.Group]:
    """Return equipment as rules are told it."""
    return [
        f.Equipment(
            id=str(row.id),
            kind=str(row.kind),
            owner_party=str(row.owner_party_id),
            country=row.country or None,
            registration=row.registration,
            entry=str(row.entry),
        )
        for row in m.Equipment.objects.filter(id__in=list(ids)).order_by("id")
    ]


def collection_facts(row: m.Collection) -> f.Collection:
    """Return a collection as rules are told it."""
    return f.Collection(
        id=str(row.id),
        permit=_text(row.permit_id),
        unit=str(row.unit_id),
        operator=str(row.operator_id),
        equipment=str(row.equipment_id),
        collected_on=row.collected_on,
        uplink=row.uplink,
        payment=_text(row.payment),
        entry=None,
    )


def lock(
    act: Act,
    project: m.Project,
    hop: m.Hop | None,
    unit: UUID,
    persons: Iterable[UUID],
    *more: locking.Kept,
) -> None:
    """Keep still all that a judgement of field work rests on, then what is named in ``more``."""
    today = regimes.today(project.regime, act.now)
    path = hop.path_ids() if hop else []
    parties = gather.with_controllers(gather.path_parties(project, (), unit), today, path)
    locking.together(
        ("share", "party", parties),
        ("share", "person", persons),
        ("share", "project", [project.id]),
        ("share", "hop", path),
        *more,
    )


def judge(
    verb: Verb,
    actor: Actor,
    project: m.Project,
    hop: m.Hop | None,
    unit: UUID,
    today: dt.date,
    groups: Sequence[f.Group],
    *,
    operators: Iterable[UUID],
    permit: UUID | None = None,
    collection: UUID | None = None,
) -> Ruling:
    """Run the rules on field work. Records nothing."""
    named = {"hop": _text(hop.id) if hop else None, "permit": _text(permit), "collection": _text(collection)}
    act = blank_act(verb, today, actor, **named)
    question = gather.Question(
        act,
        project,
        hops=hop.path_ids() if hop else (),
        persons=list(operators),
        parties=(unit,),
        beside=tuple(groups),
    )
    return rule(verb, question)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
