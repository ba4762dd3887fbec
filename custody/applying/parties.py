"""Event -> rows for parties, who controls them, and their qualifications."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import PartyState, QualificationState


@applies("party.registered/1")
def _(state: State, t: Told) -> None:
    v = t.values
    state.set(
        m.Party,
        v["party"],
        kind=v["party_kind"],
        name=v["name"] if v["name"] is not None else v["individual_name"],
        other_name=v["other_name"] if v["other_name"] is not None else v["individual_other_name"],
        country=v["country"],
        state=PartyState(v["state"]),
        established_on=None,
        conditions_on=None,
        clean_record=None,
        prc_staff=None,
        conditions_evidence="",
        inspected_on=None,
        inspection_evidence="",
        merged_into_id=None,
        entry=t.entry,
    )
    for scheme, value in v["identifiers"].items():
        _identifier(state, t, scheme, value)


@applies("party.named/1")
def _(state: State, t: Told) -> None:
    v = t.values
    row = t.pick("language", "starts", "ends", kind="name_kind", party_id="party")
    name = v["name"] if v["name"] is not None else v["individual_name"]
    state.set(m.PartyName, v["party_name"], name=name, **row)


@applies("party.identified/1")
def _(state: State, t: Told) -> None:
    _identifier(state, t, t.values["scheme"], t.values["value"])


def _identifier(state: State, t: Told, scheme: str, value: str) -> None:
    id = str(m.identifier_id(scheme, value))
    row = t.pick(party_id="party")
    state.set(m.PartyIdentifier, id, scheme=scheme, value=value, **row)


@applies("party.conditions_stated/1")
def _(state: State, t: Told) -> None:
    names = ("established_on", "clean_record", "prc_staff")
    row = t.pick(*names, conditions_on="stated_on", conditions_evidence="evidence")
    state.set(m.Party, t.values["party"], **row)


@applies("party.inspected/1")
def _(state: State, t: Told) -> None:
    row = t.pick("inspected_on", inspection_evidence="evidence")
    state.set(m.Party, t.values["party"], **row)


@applies("party.control_recorded/1")
def _(state: State, t: Told) -> None:
    row = t.pick("share", kind="control_kind", party_id="party", controller_id="controller")
    state.set(m.PartyControl, t.values["control"], **row)


@applies("qualification.recorded/1")
def _(state: State, t: Told) -> None:
    names = ("type", "grade", "categories", "number", "issuer", "valid_from", "valid_to")
    row = t.pick(*names, party_id="party", recorded_by_id="recorded_by")
    state.set(
        m.Qualification,
        t.values["qualification"],
        state=QualificationState.SUBMITTED,
        verified_by_id=None,
        **row,
    )


@applies("qualification.verified/1")
def _(state: State, t: Told) -> None:
    row = t.pick("verified_on", verified_how="how", verified_by_id="verified_by")
    state.set(m.Qualification, t.values["qualification"], state=QualificationState.VERIFIED, **row)


@applies("qualification.rejected/1")
def _(state: State, t: Told) -> None:
    state.set(m.Qualification, t.values["qualification"], state=QualificationState.REJECTED, entry=t.entry)
