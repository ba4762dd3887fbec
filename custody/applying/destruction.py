"""Event -> rows for the destruction of copies."""

from __future__ import annotations

from custody import models as m
from custody.applying.holdings import has
from custody.applying.rows import Apply, Row, State, Told, applies
from custody.terms import CopyState, DestructionState, Had

_UNDECIDED: Row = {
    "state": DestructionState.REQUESTED,
    "approved_sha256": "",
    "decided_by_id": None,
    "decided_on": None,
    "decision_reason": "",
    "destroyed_on": None,
    "counted": None,
    "witnesses": [],
    "remark": "",
    "recorded_by_id": None,
    "certificate_number": "",
    "certified_on": None,
    "certificate_sha256": "",
    "certified_by_id": None,
    "ended_by_id": None,
    "end_reason": "",
}


def _copies(state: State, t: Told, became: CopyState) -> None:
    for copy in t.values["copies"]:
        state.set(m.Copy, copy, state=became, entry=t.entry)


@applies("destruction.requested/1")
def _(state: State, t: Told) -> None:
    names = ("copies", "count", "method", "place", "reason", "subject_sha256")
    row = t.pick(*names, **{f"{name}_id": name for name in ("project", "holder", "unit", "requested_by")})
    state.set(m.Destruction, t.values["destruction"], **row, **_UNDECIDED)
    _copies(state, t, CopyState.MARKED)


@applies("destruction.approved/1")
def _(state: State, t: Told) -> None:
    names = {"approved_sha256": "subject_sha256", "decided_by_id": "person", "decision_reason": "reason"}
    row = t.pick("decided_on", **names)
    state.set(m.Destruction, t.values["destruction"], state=DestructionState.APPROVED, **row)


@applies("destruction.refused/1")
def _(state: State, t: Told) -> None:
    row = t.pick("decided_on", decided_by_id="person", decision_reason="reason")
    state.set(m.Destruction, t.values["destruction"], state=DestructionState.REFUSED, **row)
    _copies(state, t, CopyState.HELD)


def _ended(became: DestructionState) -> Apply:
    def body(state: State, t: Told) -> None:
        row = t.pick(ended_by_id="person", end_reason="reason")
        state.set(m.Destruction, t.values["destruction"], state=became, **row)
        _copies(state, t, CopyState.HELD)

    return body


applies("destruction.withdrawn/1")(_ended(DestructionState.WITHDRAWN))
applies("destruction.failed/1")(_ended(DestructionState.FAILED))


@applies("destruction.recorded/1")
def _(state: State, t: Told) -> None:
    row = t.pick("counted", "destroyed_on", "witnesses", "remark", recorded_by_id="person")
    state.set(m.Destruction, t.values["destruction"], state=DestructionState.DESTROYED, **row)
    _copies(state, t, CopyState.DESTROYED)
    last = {"custodian_party_id": t.values["holder"], "custodian_person_id": None, "system_id": None}
    for copy in t.values["copies"]:
        has(state, t, copy, last, Had.GONE)


@applies("destruction.certified/1")
def _(state: State, t: Told) -> None:
    row = t.pick("certificate_number", "certified_on", "certificate_sha256", certified_by_id="person")
    state.set(m.Destruction, t.values["destruction"], state=DestructionState.CERTIFIED, **row)
