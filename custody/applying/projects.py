"""Event -> rows for projects, items, copies and what an importer doubts."""

from __future__ import annotations

from custody import models as m
from custody.applying.holdings import BARE, has
from custody.applying.rows import Apply, Row, State, Told, applies
from custody.terms import CopyState, ItemState, ProjectState

_ACCEPTED = ("accepted_on", "accepted_by", "acceptance_number")
_SUBMITTED = ("submitted_on", "submitted_to", "submitted_by", "submission_number")
_NO_RESULTS: Row = {name: None if name.endswith("_on") else "" for name in (*_ACCEPTED, *_SUBMITTED)}


@applies("results.accepted/1")
def _(state: State, t: Told) -> None:
    state.set(m.Project, t.values["project"], **t.pick(*_ACCEPTED))


@applies("results.submitted/1")
def _(state: State, t: Told) -> None:
    state.set(m.Project, t.values["project"], **t.pick(*_SUBMITTED))


@applies("project.opened/1")
def _(state: State, t: Told) -> None:
    names = ("code", "title", "regime", "level", "qualification_type", "qualification_grade", "categories")
    money = ("contract_number", "contract_value", "currency", "contract_signed", "source_key")
    parties = {f"{name}_id": name for name in ("owner_party", "client_party", "ultimate_client_party")}
    row = t.pick(*names, *money, **parties) | {"state": ProjectState.OPEN, "region": ""} | _NO_RESULTS
    state.set(m.Project, t.values["project"], **row)


@applies("project.located/1")
def _(state: State, t: Told) -> None:
    state.set(m.Project, t.values["project"], region=t.values["region"] or "", entry=t.entry)


_UNKNOWN = ("basis_kind", "classified_by_id", "issued_on", "until", "marking", "sources", "certificate_on")
_LATER: Row = {"area_km2": None, "subjects": [], "determined_by_id": None, "determined_on": None}
_UNSAID = ("basis", "release_condition", "marking_how", "certificate_number", "certificate_authority")
_NO_REVIEW = {"reviewed_on": None, "review_outcome": None}


def _begun(as_: ItemState) -> Apply:
    def body(state: State, t: Told) -> None:
        row = t.pick("codename", "level", "sha256", project_id="project")
        row |= {**dict.fromkeys(_UNKNOWN), **dict.fromkeys(_UNSAID, ""), **_NO_REVIEW, **_LATER}
        state.set(m.Item, t.values["item"], state=as_, **row)

    return body


applies("item.registered/1")(_begun(ItemState.REGISTERED))
applies("item.registered/4")(_begun(ItemState.PROPOSED))


@applies("item.registered/2", "item.registered/3")
def _(state: State, t: Told) -> None:
    names = ("codename", "level", "sha256", *_UNSAID, *(n for n in _UNKNOWN if n != "classified_by_id"))
    row = t.pick(*names, project_id="project", classified_by_id="classified_by") | _NO_REVIEW | _LATER
    row["area_km2"] = t.values.get("area_km2")
    state.set(m.Item, t.values["item"], state=ItemState.REGISTERED, **row)


@applies("copies.minted/1")
def _(state: State, t: Told) -> None:
    for copy in t.values["copies"]:
        row = t.pick(
            item_id="item", custodian_party_id="custodian_party", custodian_person_id="custodian_person"
        )
        row |= {"number": copy["number"], "code": copy["code"], "system_id": t.values["system"]}
        state.set(
            m.Copy, copy["copy"], state=CopyState.HELD, offered_in_id=None, unconfirmed=None, **row, **BARE
        )
        has(state, t, copy["copy"], row)


@applies("doubts.noted/1")
def _(state: State, t: Told) -> None:
    for doubt in t.values["doubts"]:
        state.set(
            m.Doubt,
            doubt["doubt"],
            project_id=t.values["project"],
            hop_id=doubt["hop"],
            party_id=doubt["party"],
            code=doubt["code"],
            text_en=doubt["en"],
            text_zh=doubt["zh"],
            position=doubt["position"],
            key=doubt["key"],
            entry=t.entry,
        )
