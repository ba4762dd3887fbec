"""Event -> rows for copy permits."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import Apply, Row, State, Told, applies
from custody.terms import CopyPermitState


@applies("copy_permit.requested/1")
def _(state: State, t: Told) -> None:
    ids = {f"{name}_id": name for name in ("project", "item", "asked_for", "copy", "requested_by")}
    row = t.pick("place", "count", "purpose", "until", "subject_sha256", **ids)
    undecided: Row = {"approved_sha256": "", "decided_by_id": None, "reason": "", "made": []}
    state.set(m.CopyPermit, t.values["permit"], state=CopyPermitState.REQUESTED, **undecided, **row)


@applies("copy_permit.approved/1")
def _(state: State, t: Told) -> None:
    row = t.pick("reason", approved_sha256="subject_sha256", decided_by_id="person")
    state.set(m.CopyPermit, t.values["permit"], state=CopyPermitState.APPROVED, **row)


def _ended(became: CopyPermitState) -> Apply:
    def body(state: State, t: Told) -> None:
        row = t.pick("reason", decided_by_id="person")
        state.set(m.CopyPermit, t.values["permit"], state=became, **row)

    return body


applies("copy_permit.refused/1")(_ended(CopyPermitState.REFUSED))
applies("copy_permit.withdrawn/1")(_ended(CopyPermitState.WITHDRAWN))


@applies("copy_permit.used/1")
def _(state: State, t: Told) -> None:
    row = t.pick(made="copies")
    state.set(m.CopyPermit, t.values["permit"], state=CopyPermitState.USED, **row)
