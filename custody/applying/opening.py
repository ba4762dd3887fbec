"""Event -> rows for opening registers."""

from __future__ import annotations

from custody import models as m
from custody.applying.holdings import BARE, has
from custody.applying.rows import State, Told, applies
from custody.terms import CopyState, RegisterKind, RegisterState, Settled

_NOT_YET = {"reason": "", "entered": None, "left_out": None, "due": None}


@applies("register.opened/1", "register.opened/2")
def _(state: State, t: Told) -> None:
    names = ("name", "sha256", "headings", "mapping", "from_1904")
    row = t.pick(*names, project_id="project", opened_by_id="person", lines_read="lines")
    state.set(m.OpeningRegister, t.values["register"], state=RegisterState.READ, **_NOT_YET, **row)
    kind = t.values.get("register_kind", RegisterKind.COPIES)
    state.set(m.OpeningRegister, t.values["register"], kind=kind)


@applies("register.mapped/1")
def _(state: State, t: Told) -> None:
    state.set(m.OpeningRegister, t.values["register"], **t.pick("mapping"))


@applies("register.withdrawn/1")
def _(state: State, t: Told) -> None:
    row = t.pick("reason")
    state.set(m.OpeningRegister, t.values["register"], state=RegisterState.WITHDRAWN, **row)


@applies("register.entered/1")
def _(state: State, t: Told) -> None:
    row = t.pick("entered", "left_out", "due")
    state.set(m.OpeningRegister, t.values["register"], state=RegisterState.ENTERED, **row)


@applies("copies.taken_over/1")
def _(state: State, t: Told) -> None:
    for copy in t.values["copies"]:
        row = {
            "item_id": copy["item"],
            "custodian_party_id": copy["custodian_party"],
            "custodian_person_id": copy["custodian_person"],
            "system_id": copy["system"],
            "number": copy["number"],
            "code": copy["code"],
            "entry": t.entry,
            **BARE,
        }
        state.set(m.Copy, copy["copy"], state=CopyState.HELD, offered_in_id=None, unconfirmed=t.entry, **row)
        has(state, t, copy["copy"], row)
        state.set(
            m.TakenOver,
            copy["taken"],
            register_id=t.values["register"],
            copy_id=copy["copy"],
            number=copy["old_number"],
            page=copy["page"],
            line=copy["line"],
            since=copy["since"],
            entry=t.entry,
        )


@applies("hops.taken_over/1")
def _(state: State, t: Told) -> None:
    names = ("number", "page", "line", "approval", "approver", "approved_on", "scan_sha256")
    for one in t.values["hops"]:
        row = {name: one[name] for name in names}
        ids = {"register_id": t.values["register"], "hop_id": one["hop"], "entry": t.entry}
        state.set(m.HopTakenOver, one["taken"], **ids, **row)


@applies("register.compared/1")
def _(state: State, t: Told) -> None:
    for one in t.values["lines"]:
        row = {"taken_id": one["taken"], "match": one["match"], "note": one["note"]}
        state.set(m.LineCompared, one["compared"], person_id=t.values["person"], entry=t.entry, **row)


@applies("register.found/1", "register.found/2")
def _(state: State, t: Told) -> None:
    for one in t.values["findings"]:
        state.set(
            m.OpeningFinding,
            one["finding"],
            register_id=t.values["register"],
            finding=one["said"],
            due=t.values["due"],
            state=Settled.OPEN,
            owner_id=None,
            resolution="",
            settled_by_id=None,
            entry=t.entry,
            **{name: one[name] for name in ("code", "version", "outcome", "copies")},
            **{f"{name}_id": one.get(name) for name in ("item", "party", "person", "system", "hop")},
        )


@applies("register.assigned/1")
def _(state: State, t: Told) -> None:
    state.set(m.OpeningFinding, t.values["finding"], **t.pick("due", owner_id="owner"))


@applies("register.settled/1")
def _(state: State, t: Told) -> None:
    row = t.pick("resolution", settled_by_id="person")
    state.set(m.OpeningFinding, t.values["finding"], state=Settled.SETTLED, **row)


@applies("register.confirmed/1", "register.confirmed/2")
def _(state: State, t: Told) -> None:
    state.set(m.OpeningRegister, t.values["register"], state=RegisterState.CONFIRMED, entry=t.entry)


@applies("register.closed/1")
def _(state: State, t: Told) -> None:
    state.set(m.OpeningRegister, t.values["register"], state=RegisterState.CLOSED, entry=t.entry)
