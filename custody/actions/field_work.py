"""Sensitive zones, the consents that lift them, and collections: planned, done, output registered, reviewed.

What was collected is recorded whether or not it was allowed: rules that bar it make findings of it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from custody import ground, record, regimes
from custody import models as m
from custody.events import field as events
from custody.policy import facts as f
from custody.record import SYSTEM_STREAM
from custody.terms import CollectionState, Datum, HopState, Payment, PermitState, Text, Verb
from custody.transitions import COLLECTION, PERMIT, move

from . import field_facts, locking
from .base import Act, ActionError, Actor, Outcome, perform, reached
from .deciding import Ruling, carried, keep
from .entered import entered

MOST_OUTPUTS = 200
_RECORDED = (
    "hop_id", "unit_id", "operator_id", "equipment_id", "collected_on", "remark", "state", "uplink",
    "payment", "recorded_by_id",
)  # fmt: skip
"""What the record of a collection says over its plan."""
_NEVER = (HopState.REJECTED, HopState.WITHDRAWN)
"""States of a subcontract that never was one."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was collected, when, by whom and with what; None of uplink and payment: not stated."""

    unit: UUID
    operator: UUID
    equipment: UUID
    collected_on: dt.date
    hop: UUID | None = None
    permit: UUID | None = None
    uplink: bool | None = None
    payment: Payment | None = None
    remark: str = ""


def publish_zones(actor: Actor, *, geojson: str, datum: Datum, note: str) -> Outcome:
    """Put a new list of all sensitive zones in force. Object: the list.

    The same text a second time changes nothing, unless a restore left the list without it: then it comes
    back. Raises ActionError for zones that are not taken, naming the first.
    """
    actor.require("zone.publish")
    if not note.strip():
        raise ActionError(Text(en="Say where the zones come from.", zh="请注明敏感区域的来源。"), "note")
    try:
        zones = ground.read_zones(geojson, datum)
    except ground.GroundError as error:
        raise ActionError(error.text, "geojson") from error
    content = ground.written_zones(zones)
    sha256 = hashlib.sha256(content.encode()).hexdigest()

    def work(act: Act) -> Outcome:
        locking.update("zones", list(m.ZoneList.objects.values_list("id", flat=True)))
        newest = m.ZoneList.objects.newest()
        if newest and newest.sha256 == sha256:
            newest.content = content
            newest.save(update_fields=["content"])
            return Outcome("done", newest.entry, newest)
        row = m.ZoneList(
            id=m.new_id(),
            version=newest.version + 1 if newest else 1,
            datum=datum,
            zones=len(zones),
            sha256=sha256,
            note=note,
            published_by_id=actor.human(),
            content=content,
        )
        told = events.ZonesPublished(
            zone_list=str(row.id),
            version=row.version,
            datum=str(datum),
            zones=row.zones,
            sha256=sha256,
            note=note,
            person=str(actor.human()),
        )
        row.entry = act.record(told, SYSTEM_STREAM)
        row.save(force_insert=True)
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="zone.publish")


def read_zones(actor: Actor) -> list[ground.Zone] | None:
    """Return the zones in force, for who is cleared for them; None when there is no list, or none that can be
    read."""
    actor.require("zone.read")
    found = field_facts.current_zones()
    return None if found is None else found[1]


@entered(m.ZoneConsent, needed=("reference", "authority"))
def record_consent(
    actor: Actor,
    *,
    permit: UUID,
    zone: int,
    reference: str,
    authority: str,
    given_on: dt.date,
    document_sha256: str = "",
) -> Outcome:
    """Record the consent of a zone's authority to the area of a permit as it stands. Object: the consent.

    ``zone`` is its place in the list, from 1. Raises ActionError for a zone that the area does not meet.
    """
    found = m.FieldPermit.objects.select_related("project").get(id=permit)
    actor.require("zone.consent")

    def work(act: Act) -> Outcome:
        reached(given_on, regimes.today(found.project.regime, act.now), "given_on")
        locking.together(("share", "project", [found.project_id]), ("update", "permit", [permit]))
        row = m.FieldPermit.objects.select_related("project").get(id=permit)
        zones = field_facts.current_zones()
        if zones is None or zone not in ground.met(row.area, zones[1]):
            raise ActionError(
                Text(en="The area does not meet this zone.", zh="该范围与此区域不相交。"), "zone"
            )
        digest = hashlib.sha256(row.area.encode()).hexdigest()
        made = m.ZoneConsent(
            id=m.new_id(),
            permit=row,
            zone_list=zones[0],
            zone=zone,
            area_sha256=digest,
            reference=reference,
            authority=authority,
            given_on=given_on,
            document_sha256=document_sha256,
            recorded_by_id=actor.human(),
        )
        told = events.ZoneConsented(
            consent=str(made.id),
            permit=str(permit),
            zone_list=str(zones[0].id),
            zone=zone,
            area_sha256=digest,
            reference=reference,
            authority=authority,
            given_on=given_on.isoformat(),
            document_sha256=document_sha256,
            person=str(actor.human()),
        )
        made.entry = act.record(told, row.project.stream)
        made.save(force_insert=True)
        return Outcome("done", made.entry, made)

    return perform(actor, work, verb="zone.consent")


@entered(m.Collection)
def plan(actor: Actor, *, permit: UUID, equipment: UUID, collected_on: dt.date, remark: str = "") -> Outcome:
    """Plan a flight or field day under a permit that is live on its day. Object: the collection."""
    found = m.FieldPermit.objects.select_related("project").get(id=permit)
    actor.require("collection.plan", owner=found.project.owner_party_id, sender=found.unit_id)

    def work(act: Act) -> Outcome:
        row = _lock_permit(act, found)
        live = row.state in (PermitState.APPROVED, PermitState.ACTIVE)
        if not live or not row.starts <= collected_on <= row.ends:
            raise ActionError(
                Text(en="The permit is not in force on this day.", zh="该日许可无效。"), "collected_on"
            )
        if str(equipment) not in row.equipment:
            raise ActionError(
                Text(en="The permit does not name this equipment.", zh="许可未列该设备。"), "equipment"
            )
        made = m.Collection(
            id=m.new_id(),
            project=row.project,
            hop=row.hop,
            permit=row,
            unit_id=row.unit_id,
            operator_id=row.operator_id,
            equipment_id=equipment,
            collected_on=collected_on,
            remark=remark,
            state=CollectionState.PLANNED,
            recorded_by_id=actor.human(),
        )
        told = events.CollectionPlanned(
            collection=str(made.id),
            project=str(made.project_id),
            permit=str(permit),
            hop=_text(made.hop_id),
            unit=str(made.unit_id),
            operator=str(made.operator_id),
            equipment=str(equipment),
            collected_on=collected_on.isoformat(),
            remark=remark,
            person=str(actor.human()),
        )
        made.entry = act.record(told, row.project.stream, on_behalf_of=row.unit_id)
        made.save(force_insert=True)
        _begin(row, made.entry)
        return Outcome("done", made.entry, made)

    return perform(actor, work, verb="collection.plan")


def zones_seen(permit: m.FieldPermit) -> tuple[int | None, int]:
    """Return how many zones a permit's area meets (None: no list can be read), and how many authorities of
    those consented: all that who is not cleared may know."""
    zones = field_facts.current_zones()
    if zones is None:
        return None, 0
    met = set(ground.met(permit.area, zones[1]))
    return len(met), len(met & field_facts.consented(permit, zones[0].id))


@entered(m.Collection)
def record_done(actor: Actor, *, project: UUID, done: Done, planned: UUID | None = None) -> Outcome:
    """Record what was collected. Object: the collection; its ``findings`` name the rules that barred it.

    Without a permit it counts against the subcontract named, else against the only one that the unit has in
    the project. The clock for its output runs from this entry. ``planned`` is the plan that was carried out.
    Raises ActionError for a day that has not come, a permit or subcontract of another project, a subcontract
    other than the permit's, one of several that is not named, and a plan under another permit.
    """
    row = m.Project.objects.get(id=project)
    actor.require("collection.record", owner=row.owner_party_id, sender=done.unit)

    def work(act: Act) -> Outcome:
        today = regimes.today(row.regime, act.now)
        field_facts.asked_for(row, today)
        reached(done.collected_on, today, "collected_on")
        permit = m.FieldPermit.objects.filter(id=done.permit, project=row).first() if done.permit else None
        if done.permit and permit is None:
            raise ActionError(Text(en="This belongs to another project.", zh="该项属于其他项目。"), "permit")
        hop = _hop_of(row, done, permit)
        persons = {done.operator, *([permit.operator_id, permit.requested_by_id] if permit else [])}
        kept: list[locking.Kept] = [("update", "permit", [permit.id] if permit else [])]
        if planned:
            kept.append(("update", "collection", [planned]))
        field_facts.lock(act, row, _deeper(hop, permit), done.unit, persons, *kept)
        made = _collection(actor, row, done, _deeper(hop, permit), permit)
        if planned:
            plan = m.Collection.objects.get(id=planned)
            act.unchanged(plan)
            move(COLLECTION, plan.state, "record")
            if plan.project_id != row.id or plan.permit_id != done.permit:
                raise ActionError(
                    Text(en="It was planned under another permit.", zh="该计划属于其他许可。"), "permit"
                )
            for column in _RECORDED:
                setattr(plan, column, getattr(made, column))
            made = plan
        ruling = _judge(actor, made, act.now)
        made.findings = sorted(found.code for found in ruling.judgement.barring)
        hours = field_facts.output_hours(row, today)
        made.due_at = (act.now + dt.timedelta(hours=hours or 0)).replace(microsecond=0)
        decision_id = m.new_id()
        told = events.CollectionRecorded(
            collection=str(made.id),
            project=str(row.id),
            permit=_text(made.permit_id),
            hop=_text(made.hop_id),
            unit=str(made.unit_id),
            operator=str(made.operator_id),
            equipment=str(made.equipment_id),
            collected_on=made.collected_on.isoformat(),
            remark=made.remark,
            uplink=made.uplink,
            payment=_text(made.payment),
            findings=list(made.findings),
            due_at=record.time_text(made.due_at),
            person=str(actor.human()),
        )
        made.entry = act.record(told, row.stream, on_behalf_of=made.unit_id, **carried(ruling, decision_id))
        decision = keep(ruling, row, decision_id, made.entry)
        made.save()
        if permit:
            _begin(m.FieldPermit.objects.get(id=permit.id), made.entry)
        return Outcome("done", made.entry, made, decision)

    return perform(actor, work, verb="collection.record")


@entered(m.Collection)
def register_output(actor: Actor, *, collection: UUID, outputs: Sequence[UUID]) -> Outcome:
    """Name the items that a collection gave; later than it was due is recorded as late."""
    found = m.Collection.objects.select_related("project").get(id=collection)
    actor.require("collection.register", owner=found.project.owner_party_id, sender=found.unit_id)

    def work(act: Act) -> Outcome:
        row = _lock_collection(act, found)
        state = move(COLLECTION, row.state, "register")
        ids = sorted({str(id) for id in outputs})
        known = m.Item.objects.filter(project=row.project_id, id__in=ids).count()
        if not ids or known != len(ids) or len(ids) > MOST_OUTPUTS:
            raise ActionError(
                Text(
                    en="Name the items of this project that came of it, each once.",
                    zh="请选择本项目中由此产生的成果，每项一次。",
                ),
                "outputs",
            )
        row.outputs, row.late = ids, bool(row.due_at and act.now > row.due_at)
        told = events.CollectionOutputRegistered(
            collection=str(row.id),
            unit=str(row.unit_id),
            outputs=ids,
            late=row.late,
            person=str(actor.human()),
        )
        return _saved(act, row, state, told)

    return perform(actor, work, verb="collection.register")


@entered(m.Collection)
def review(actor: Actor, *, collection: UUID, review: str) -> Outcome:
    """Say what a review of the output came to. Not by who collected or recorded it, nor for the unit."""
    found = m.Collection.objects.select_related("project").get(id=collection)
    actor.require("collection.review", owner=found.project.owner_party_id)
    if not review.strip():
        raise ActionError(Text(en="Say what the review came to.", zh="请填写审查结论。"), "review")

    def work(act: Act) -> Outcome:
        row = _lock_collection(act, found)
        state = move(COLLECTION, row.state, "review")
        person = actor.human()
        if person in (row.operator_id, row.recorded_by_id):
            raise ActionError(
                Text(
                    en="You collected or recorded this. Somebody else must review it.",
                    zh="您是采集人或登记人，须由他人审查。",
                )
            )
        row.review, row.reviewed_by_id = review, person
        told = events.CollectionReviewed(
            collection=str(row.id), unit=str(row.unit_id), review=review, person=str(person)
        )
        return _saved(act, row, state, told)

    return perform(actor, work, verb="collection.review")


def _collection(
    actor: Actor, project: m.Project, done: Done, hop: m.Hop | None, permit: m.FieldPermit | None
) -> m.Collection:
    """Return an unsaved collection of what was done."""
    return m.Collection(
        id=m.new_id(),
        project=project,
        hop=hop,
        permit=permit,
        unit_id=done.unit,
        operator_id=done.operator,
        equipment_id=done.equipment,
        collected_on=done.collected_on,
        remark=done.remark,
        state=CollectionState.DONE,
        uplink=done.uplink,
        payment=done.payment,
        recorded_by_id=actor.human(),
    )


def _judge(actor: Actor, row: m.Collection, now: dt.datetime) -> Ruling:
    permit = row.permit
    groups: dict[str, f.Group] = {}
    found = [field_facts.collection_facts(row), *field_facts.equipment_facts([str(row.equipment_id)])]
    for group in (*found, *(field_facts.permit_facts(permit, now) if permit else ())):
        groups[f.key_of(group)] = group
    return field_facts.judge(
        Verb.COLLECTION_RECORD,
        actor,
        row.project,
        _deeper(row.hop, permit),
        row.unit_id,
        regimes.today(row.project.regime, now),
        list(groups.values()),
        operators=[row.operator_id, *([permit.operator_id] if permit else [])],
        permit=row.permit_id,
        collection=row.id,
    )


def _hop_of(project: m.Project, done: Done, permit: m.FieldPermit | None) -> m.Hop | None:
    """Return the subcontract that was named, or that a unit without a permit has; None: there is none."""
    if done.hop:
        hop = m.Hop.objects.filter(id=done.hop, project=project).first()
        if hop is None:
            raise ActionError(Text(en="This belongs to another project.", zh="该项属于其他项目。"), "hop")
        if permit and permit.hop_id != hop.id:
            raise ActionError(
                Text(en="The permit is not for this subcontract.", zh="该许可不属于所选分包。"), "hop"
            )
        return hop
    if permit:
        return None
    rows = m.Hop.objects.filter(project=project, to_party=done.unit).exclude(state__in=_NEVER)
    held = rows.filter(state=HopState.ACTIVE)[:2] or rows[:2]
    if len(held) > 1:
        raise ActionError(
            Text(
                en="The unit has several subcontracts here. Say under which it collected.",
                zh="该单位在本项目中有多项分包，请注明依据哪一项采集。",
            ),
            "hop",
        )
    return held[0] if held else None


def _deeper(hop: m.Hop | None, permit: m.FieldPermit | None) -> m.Hop | None:
    return hop or (permit.hop if permit else None)


def _begin(permit: m.FieldPermit, entry: UUID) -> None:
    """The first collection under an approved permit makes it one in use."""
    if permit.state is PermitState.APPROVED:
        permit.state, permit.entry = move(PERMIT, permit.state, "begin"), entry
        permit.save()


def _lock_permit(act: Act, found: m.FieldPermit) -> m.FieldPermit:
    locking.together(("share", "project", [found.project_id]), ("update", "permit", [found.id]))
    row = m.FieldPermit.objects.select_related("project", "hop").get(id=found.id)
    act.unchanged(row)
    return row


def _lock_collection(act: Act, found: m.Collection) -> m.Collection:
    locking.together(("share", "project", [found.project_id]), ("update", "collection", [found.id]))
    row = m.Collection.objects.select_related("project").get(id=found.id)
    act.unchanged(row)
    return row


def _saved(act: Act, row: m.Collection, state: Any, told: Any) -> Outcome:
    row.entry = act.record(told, row.project.stream, on_behalf_of=row.unit_id)
    row.state = state
    row.save()
    return Outcome("done", row.entry, row)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
