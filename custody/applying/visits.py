"""Event -> rows for visits."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import VisitState


@applies("visit.allowed/1")
def _(state: State, t: Told) -> None:
    names = ("purpose", "level", "items", "starts", "ends", "people", "guests", "approval_reference")
    ids = {f"{name}_id": name for name in ("project", "hop", "host", "requested_by")}
    row = t.pick(*names, "approved_on", kind="visit_kind", **ids)
    state.set(m.Visit, t.values["visit"], state=VisitState.ALLOWED, ended_on=None, remark="", **row)


@applies("visit.ended/1")
def _(state: State, t: Told) -> None:
    state.set(m.Visit, t.values["visit"], state=VisitState.ENDED, **t.pick("ended_on", "remark"))
