"""Event -> rows for limits of approvals."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies


@applies("approval.limited/1")
def _(state: State, t: Told) -> None:
    row = t.pick("uses", "until", approval_id="approval", set_by_id="person")
    state.set(m.UseLimit, t.values["limit"], **row)
