"""Event -> rows for opinions on a request and for its referral."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies


@applies("approval.advised/1")
def _(state: State, t: Told) -> None:
    row = t.pick("number", "stance", "reason", approval_id="approval", person_id="person")
    state.set(m.Opinion, t.values["opinion"], **row)
    state.set(m.Approval, t.values["approval"], entry=t.entry)


@applies("approval.referred/1")
def _(state: State, t: Told) -> None:
    ids = {f"{name}_id": name for name in ("approval", "person", "delegation", "to")}
    state.set(m.Referral, t.values["referral"], **t.pick("reason", **ids))
    state.set(m.Approval, t.values["approval"], entry=t.entry)
