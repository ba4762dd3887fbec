"""The groups of facts of collection in the field; :mod:`custody.policy.facts` has the rules that they
keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from custody.policy.strict import Id, Sha256
from custody.terms import EquipmentKind, Payment, PermitState


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """A drone, vehicle, logger or phone. No schema before the fourth has any."""

    id: Id
    kind: Annotated[str, EquipmentKind]
    owner_party: Id
    country: str | None  # of its maker, ISO 3166-1 alpha-2; None: not known
    registration: str | None  # real-name; empty: it has none; None: not known
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A field permit as it stands; what its area meets is counted, zones are not named."""

    id: Id
    hop: Id | None  # None: the owner collects itself
    unit: Id
    operator: Id
    equipment: tuple[Id, ...]
    state: Annotated[str, PermitState]
    starts: date
    ends: date  # last day
    has_airspace: bool  # number and authority of an approval are named
    airspace_from: date | None  # None: not named
    airspace_to: date | None  # last day; None: not named
    has_licence: bool  # of the operator
    has_certificate: bool  # operating certificate of the unit
    has_work_permit: bool  # of the operator, as a surveyor
    uplink: bool | None  # data leave the equipment live; None: not stated
    payment: Annotated[str, Payment] | None  # None: not stated
    subject_sha256: Sha256
    approved_sha256: Sha256 | None  # None: not approved
    requested_by: Id
    zones_met: int | None  # sensitive zones that the area meets; None: no list can be read
    zones_consented: int  # of those, whose authority consented to this area
    outputs_overdue: int  # collections of the unit in the project whose output is late
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What was collected on one day, as it is being recorded."""

    id: Id
    permit: Id | None  # None: without one
    unit: Id
    operator: Id
    equipment: Id
    collected_on: date
    uplink: bool | None  # data left the equipment live; None: not stated
    payment: Annotated[str, Payment] | None  # None: not stated
    entry: Id | None
