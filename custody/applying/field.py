"""Event -> rows for field collection."""

from __future__ import annotations

import datetime as dt

from custody import models as m
from custody.applying.rows import Row, State, Told, applies
from custody.terms import CollectionState, PermitState

_ASKED = (
    "equipment", "purpose", "area", "datum", "area_km2", "starts", "ends", "airspace_number",
    "airspace_authority", "airspace_from", "airspace_to", "airspace_sha256", "operator_licence",
    "operating_certificate", "work_permit", "uplink", "payment", "subject_sha256",
)  # fmt: skip
_IDS = {
    "project_id": "project",
    "hop_id": "hop",
    "unit_id": "unit",
    "operator_id": "operator",
    "requested_by_id": "requested_by",
}
_DONE = {
    "project_id": "project",
    "permit_id": "permit",
    "hop_id": "hop",
    "unit_id": "unit",
    "operator_id": "operator",
    "equipment_id": "equipment",
    "recorded_by_id": "person",
}


@applies("equipment.registered/1")
def _(state: State, t: Told) -> None:
    row = t.pick(
        "name",
        "serial",
        "maker",
        "country",
        "registration",
        kind="equipment_kind",
        owner_party_id="owner_party",
    )
    state.set(m.Equipment, t.values["equipment"], **row)


@applies("permit.drafted/1", "permit.changed/1")
def _(state: State, t: Told) -> None:
    row = t.pick(*_ASKED, **_IDS) | {"state": PermitState.DRAFT, "approved_sha256": ""}
    if t.values["kind"] == "permit.drafted/1":
        row |= {"decided_by_id": None, "decision_reason": ""}
    state.set(m.FieldPermit, t.values["permit"], **row)


@applies("permit.submitted/1")
def _(state: State, t: Told) -> None:
    state.set(m.FieldPermit, t.values["permit"], state=PermitState.SUBMITTED, entry=t.entry)


@applies("permit.approved/1")
def _(state: State, t: Told) -> None:
    row = t.pick(approved_sha256="subject_sha256", decided_by_id="person", decision_reason="reason")
    state.set(m.FieldPermit, t.values["permit"], state=PermitState.APPROVED, **row)


@applies("permit.returned/1")
def _(state: State, t: Told) -> None:
    row = t.pick(decided_by_id="person", decision_reason="reason")
    state.set(m.FieldPermit, t.values["permit"], state=PermitState.DRAFT, **row)


@applies("permit.revoked/1")
def _(state: State, t: Told) -> None:
    row = t.pick(decided_by_id="person", decision_reason="reason")
    state.set(m.FieldPermit, t.values["permit"], state=PermitState.REVOKED, **row)


@applies("permit.used/1")
def _(state: State, t: Told) -> None:
    state.set(m.FieldPermit, t.values["permit"], state=PermitState.USED, entry=t.entry)


@applies("zones.published/1")
def _(state: State, t: Told) -> None:
    row = t.pick("version", "datum", "zones", "sha256", "note", published_by_id="person")
    state.set(m.ZoneList, t.values["zone_list"], **row)


@applies("zone.consented/1")
def _(state: State, t: Told) -> None:
    row = t.pick(
        "zone",
        "area_sha256",
        "reference",
        "authority",
        "given_on",
        "document_sha256",
        permit_id="permit",
        zone_list_id="zone_list",
        recorded_by_id="person",
    )
    state.set(m.ZoneConsent, t.values["consent"], **row)


@applies("collection.planned/1")
def _(state: State, t: Told) -> None:
    row = t.pick("collected_on", "remark", **_DONE)
    row |= {"uplink": None, "payment": None, "findings": [], "due_at": None}
    state.set(m.Collection, t.values["collection"], state=CollectionState.PLANNED, **row, **_NO_OUTPUT)
    _begin(state, t)


@applies("collection.recorded/1")
def _(state: State, t: Told) -> None:
    row = t.pick("collected_on", "remark", "uplink", "payment", "findings", **_DONE)
    row["due_at"] = dt.datetime.fromisoformat(t.values["due_at"])
    state.set(m.Collection, t.values["collection"], state=CollectionState.DONE, **row, **_NO_OUTPUT)
    _begin(state, t)


@applies("collection.output_registered/1")
def _(state: State, t: Told) -> None:
    row = t.pick("outputs", "late")
    state.set(m.Collection, t.values["collection"], state=CollectionState.REGISTERED, **row)


@applies("collection.reviewed/1")
def _(state: State, t: Told) -> None:
    row = t.pick("review", reviewed_by_id="person")
    state.set(m.Collection, t.values["collection"], state=CollectionState.REVIEWED, **row)


_NO_OUTPUT: Row = {"outputs": [], "late": None, "reviewed_by_id": None, "review": ""}


def _begin(state: State, t: Told) -> None:
    """The first collection under an approved permit makes it one in use."""
    permit = t.values["permit"]
    row = state.rows[m.FieldPermit].get(permit) if permit else None
    if row and row.get("state") == PermitState.APPROVED:
        state.set(m.FieldPermit, permit, state=PermitState.ACTIVE, entry=t.entry)
