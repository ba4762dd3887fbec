"""Field permits: drafted, submitted, approved by somebody who is not concerned, sent back, revoked, used up.

An approval is bound to the SHA-256 of the canonical subject. A permit that was sent back is a draft again and
may be changed; one that was approved is not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.crypto import constant_time_compare

from custody import ground, regimes, scope
from custody import models as m
from custody.events import field as events
from custody.terms import Datum, EquipmentKind, Payment, PermitState, Text, Verb
from custody.transitions import PERMIT, move

from . import field_facts, locking, zone_tries
from .base import Act, ActionError, Actor, Outcome, perform
from .correcting import needed, plain
from .deciding import Ruling, carried, keep, refuse
from .entered import entered
from .registers import party_stream

MOST_EQUIPMENT = 20


@dataclass(frozen=True, slots=True)
class PermitTerms:
    """What a permit is asked for: the subject that an approval is bound to. ``area`` is GeoJSON."""

    unit: UUID
    operator: UUID
    equipment: Sequence[UUID]
    purpose: str
    area: ground.Outline
    datum: Datum
    starts: dt.date
    ends: dt.date
    hop: UUID | None = None
    airspace_number: str = ""
    airspace_authority: str = ""
    airspace_from: dt.date | None = None
    airspace_to: dt.date | None = None
    airspace_sha256: str = ""
    operator_licence: str = ""
    operating_certificate: str = ""
    work_permit: str = ""
    uplink: bool | None = None
    payment: Payment | None = None


def outlined(text: str, datum: Datum, regime: str) -> ground.Outline:
    """Return the outline in a GeoJSON text. Raises ActionError with the reason why it is not taken."""
    try:
        return ground.read(text, datum, regimes.pack(regime).jurisdiction or "")
    except ground.GroundError as error:
        about = "datum" if datum in (Datum.GCJ, Datum.BD, Datum.OTHER) else "area"
        raise ActionError(error.text, about) from error


@entered(m.Equipment, needed=("name", "serial", "maker"))
def register_equipment(
    actor: Actor,
    *,
    owner_party: UUID,
    kind: EquipmentKind,
    name: str,
    serial: str,
    maker: str,
    country: str = "",
    registration: str | None = None,
) -> Outcome:
    """Register a drone, vehicle, logger or phone. ``country`` is its maker's; a ``registration`` of None is
    not known, an empty one is none."""
    actor.require("equipment.register", owner=owner_party)

    def work(act: Act) -> Outcome:
        locking.share("party", [owner_party])
        row = m.Equipment(
            id=m.new_id(),
            owner_party_id=owner_party,
            kind=kind,
            name=name,
            serial=serial,
            maker=maker,
            country=country,
            registration=registration,
        )
        told = events.EquipmentRegistered(
            equipment=str(row.id),
            owner_party=str(owner_party),
            equipment_kind=str(kind),
            name=name,
            serial=serial,
            maker=maker,
            country=country,
            registration=registration,
        )
        row.entry = act.record(told, party_stream(owner_party), on_behalf_of=owner_party)
        row.save(force_insert=True)
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="equipment.register")


@entered(m.FieldPermit)
def draft(actor: Actor, *, project: UUID, terms: PermitTerms) -> Outcome:
    """Draft a permit; nothing is judged before it is submitted. Object: the permit.

    Raises ActionError for a unit that is neither the owner nor the receiver of the subcontract named, an
    operator who does not stand for the unit, and equipment that is not registered.
    """
    row = m.Project.objects.get(id=project)
    actor.require("permit.draft", owner=row.owner_party_id, sender=terms.unit)

    def work(act: Act) -> Outcome:
        permit = m.FieldPermit(id=m.new_id(), project=row, state=PermitState.DRAFT)
        _put(act, permit, terms)
        permit.entry = act.record(events.PermitDrafted(**_told(permit)), row.stream, on_behalf_of=terms.unit)
        permit.save(force_insert=True)
        return Outcome("done", permit.entry, permit)

    return perform(actor, work, verb="permit.draft")


@entered(m.FieldPermit)
def change(actor: Actor, *, permit: UUID, terms: PermitTerms) -> Outcome:
    """Put a draft in other terms. Raises NotNow for what is no draft."""
    found = m.FieldPermit.objects.select_related("project").get(id=permit)
    actor.require("permit.change", owner=found.project.owner_party_id, sender=found.unit_id)
    actor.require("permit.change", owner=found.project.owner_party_id, sender=terms.unit)

    def work(act: Act) -> Outcome:
        row = _lock(act, found, terms)
        row.state = move(PERMIT, row.state, "change")
        _put(act, row, terms)
        row.approved_sha256 = ""
        row.entry = act.record(
            events.PermitChanged(**_told(row)), row.project.stream, on_behalf_of=terms.unit
        )
        row.save()
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="permit.change")


@scope.whole()
def preview(
    actor: Actor, permit: m.FieldPermit, verb: Verb, now: dt.datetime, *, blind: bool = False
) -> Ruling:
    """Run the rules on submitting or approving a permit. Records nothing; ``blind``: nor tells of zones."""
    today = regimes.today(permit.project.regime, now)
    return field_facts.judge(
        verb,
        actor,
        permit.project,
        permit.hop,
        permit.unit_id,
        today,
        field_facts.permit_facts(permit, now, blind=blind),
        operators=[permit.operator_id],
        permit=permit.id,
    )


def submit(actor: Actor, *, permit: UUID) -> Outcome:
    """Submit a draft for decision. Allowed by the rules it waits for an officer; else refused and recorded.

    Raises ActionError once so many areas were refused that another answer would show where a zone lies.
    """
    found = m.FieldPermit.objects.select_related("project").get(id=permit)
    actor.require("permit.submit", owner=found.project.owner_party_id, sender=found.unit_id)

    def work(act: Act) -> Outcome:
        row = _lock(act, found)
        state = move(PERMIT, row.state, "submit")
        zone_tries.answered(actor, row, act.now)
        ruling = preview(actor, row, Verb.PERMIT_SUBMIT, act.now)
        if not ruling.allowed:
            return _refused(act, row, ruling)
        told = events.PermitSubmitted(
            permit=str(row.id),
            unit=str(row.unit_id),
            subject_sha256=row.subject_sha256,
            person=str(actor.human()),
        )
        return _saved(act, row, state, told, ruling, "held")

    return perform(actor, work, verb="permit.submit")


@entered(m.FieldPermit)
def approve(actor: Actor, *, permit: UUID, reason: str, subject_sha256: str | None = None) -> Outcome:
    """Approve a permit; refused and recorded where a rule bars, so for whoever is concerned (FLD-01).

    ``subject_sha256`` is the digest of what the page showed. Raises ActionError when it has changed since.
    """
    found = m.FieldPermit.objects.select_related("project").get(id=permit)
    actor.require("permit.approve", owner=found.project.owner_party_id)
    needed(reason)

    def work(act: Act) -> Outcome:
        row = _lock(act, found)
        state = move(PERMIT, row.state, "approve")
        digest = field_facts.digest_of(row)
        if subject_sha256 is not None and not constant_time_compare(digest, subject_sha256):
            raise ActionError(
                Text(
                    en="The permit has changed since this page was shown. Read it again, then decide.",
                    zh="页面显示之后许可内容已有变化。请重新阅读后再作决定。",
                )
            )
        ruling = preview(actor, row, Verb.PERMIT_APPROVE, act.now)
        if not ruling.allowed:
            return _refused(act, row, ruling)
        officer = actor.human()
        row.approved_sha256, row.decided_by_id, row.decision_reason = digest, officer, reason
        told = events.PermitApproved(
            permit=str(row.id),
            unit=str(row.unit_id),
            subject_sha256=digest,
            person=str(officer),
            reason=reason,
        )
        return _saved(act, row, state, told, ruling, "done")

    return perform(actor, work, verb="permit.approve")


@entered(m.FieldPermit)
def send_back(actor: Actor, *, permit: UUID, reason: str) -> Outcome:
    """Do not approve: the permit is a draft again, with the reason. Not for who asked for it."""
    found = m.FieldPermit.objects.select_related("project").get(id=permit)
    actor.require("permit.return", owner=found.project.owner_party_id)
    return _ended(actor, found, "return", reason, events.PermitReturned)


@entered(m.FieldPermit)
def revoke(actor: Actor, *, permit: UUID, reason: str) -> Outcome:
    """Take an approved permit back, with effect at once."""
    found = m.FieldPermit.objects.select_related("project").get(id=permit)
    actor.require("permit.revoke", owner=found.project.owner_party_id)
    return _ended(actor, found, "revoke", reason, events.PermitRevoked)


@entered(m.FieldPermit)
def use_up(actor: Actor, *, permit: UUID, remark: str = "") -> Outcome:
    """Note that the field work under a permit is over; what was collected stays to be registered."""
    found = m.FieldPermit.objects.select_related("project").get(id=permit)
    actor.require("permit.close", owner=found.project.owner_party_id, sender=found.unit_id)

    def work(act: Act) -> Outcome:
        row = _lock(act, found)
        state = move(PERMIT, row.state, "close")
        told = events.PermitUsed(
            permit=str(row.id), unit=str(row.unit_id), person=str(actor.human()), remark=remark
        )
        return _saved(act, row, state, told, None, "done")

    return perform(actor, work, verb="permit.close")


def _ended(actor: Actor, found: m.FieldPermit, verb: str, reason: str, event: Callable[..., Any]) -> Outcome:
    needed(reason)

    def work(act: Act) -> Outcome:
        row = _lock(act, found)
        state = move(PERMIT, row.state, verb)
        officer = actor.human()
        row.decided_by_id, row.decision_reason = officer, reason
        told = event(permit=str(row.id), unit=str(row.unit_id), person=str(officer), reason=reason)
        return _saved(act, row, state, told, None, "done")

    return perform(actor, work, verb=f"permit.{verb}")


def _lock(act: Act, found: m.FieldPermit, terms: PermitTerms | None = None) -> m.FieldPermit:
    """Lock what a permit rests on and the permit, and return it as it stands now."""
    persons = {found.operator_id, found.requested_by_id}
    # A change to another unit or operator rests on those as well.
    if terms:
        persons.add(terms.operator)
    hop = m.Hop.objects.filter(id=terms.hop).first() if terms and terms.hop else found.hop
    unit = terms.unit if terms else found.unit_id
    kept: locking.Kept = ("update", "permit", [found.id])
    field_facts.lock(act, found.project, hop, unit, persons, kept)
    row = m.FieldPermit.objects.select_related("project", "hop").get(id=found.id)
    act.unchanged(row)
    return row


def _put(act: Act, permit: m.FieldPermit, terms: PermitTerms) -> None:
    """Check terms by themselves and lay them on a permit; new ones are locked for here."""
    project = permit.project
    field_facts.asked_for(project, regimes.today(project.regime, act.now))
    hop = m.Hop.objects.filter(id=terms.hop, project=project).first() if terms.hop else None
    if permit._state.adding:
        field_facts.lock(act, project, hop, terms.unit, [terms.operator])
    if terms.unit != (hop.to_party_id if hop else project.owner_party_id):
        raise ActionError(
            Text(
                en="The unit is the project's owner, or the party of the subcontract that you choose.",
                zh="作业单位须为项目所有方，或所选分包的承接单位。",
            ),
            "hop",
        )
    if not terms.purpose.strip():
        raise ActionError(Text(en="Say what is collected.", zh="请填写采集内容和用途。"), "purpose")
    if terms.ends < terms.starts:
        raise ActionError(Text(en="The last day is before the first day.", zh="止日早于起日。"), "ends")
    members = m.Membership.objects.current().filter(person=terms.operator, party=terms.unit)
    if not members.exists():
        raise ActionError(
            Text(
                en="The operator stands for another unit, or for none. Choose one of the unit's people.",
                zh="操作人员目前不代表该单位，请从其人员中选择。",
            ),
            "operator",
        )
    equipment = sorted({str(id) for id in terms.equipment})
    known = m.Equipment.objects.filter(id__in=equipment).count()
    if not equipment or known != len(equipment) or len(equipment) > MOST_EQUIPMENT:
        raise ActionError(
            Text(
                en=f"Choose registered equipment, 1 to {MOST_EQUIPMENT} pieces.",
                zh=f"请选择已登记的设备，1至{MOST_EQUIPMENT}件。",
            ),
            "equipment",
        )
    for name in (
        "purpose", "datum", "starts", "ends", "airspace_number", "airspace_authority", "airspace_from",
        "airspace_to", "airspace_sha256", "operator_licence", "operating_certificate", "work_permit",
        "uplink", "payment",
    ):  # fmt: skip
        setattr(permit, name, getattr(terms, name))
    permit.hop, permit.unit_id, permit.operator_id = hop, terms.unit, terms.operator
    permit.equipment, permit.area, permit.area_km2 = equipment, terms.area.text, terms.area.km2
    permit.requested_by_id = act.actor.human()
    permit.subject_sha256 = field_facts.digest_of(permit)


def _told(row: m.FieldPermit) -> dict[str, Any]:
    names = events.PermitDrafted.__dataclass_fields__
    columns = {n: f"{n}_id" for n in ("project", "hop", "unit", "operator", "requested_by")}
    told = {n: plain(getattr(row, columns.get(n, n))) for n in names if n != "permit"}
    return {**told, "permit": str(row.id), "area_km2": f"{row.area_km2:.6f}"}


def _saved(
    act: Act, row: m.FieldPermit, state: Any, told: Any, ruling: Ruling | None, outcome: Any
) -> Outcome:
    decision_id = m.new_id()
    entry = act.record(
        told,
        row.project.stream,
        on_behalf_of=row.unit_id,
        **(carried(ruling, decision_id) if ruling else {}),
    )
    decision = keep(ruling, row.project, decision_id, entry) if ruling else None
    row.state, row.entry = state, entry
    row.save()
    return Outcome(outcome, entry, row, decision)


def _refused(act: Act, row: m.FieldPermit, ruling: Ruling) -> Outcome:
    return refuse(
        act,
        ruling,
        about=row.project.stream,
        project=row.project,
        attempt={
            "permit": str(row.id),
            "hop": str(row.hop_id) if row.hop_id else None,
            "to_party": str(row.unit_id),
            "scope": row.purpose,
        },
        submission=act.actor.submission or m.new_id(),
        hop=row.hop_id,
        to_party=row.unit_id,
        on_behalf_of=row.unit_id,
    )
