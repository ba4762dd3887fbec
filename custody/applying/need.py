"""Event -> rows for need-to-know lists."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies


@applies("need_to_know.added/1")
def _(state: State, t: Told) -> None:
    row = t.pick("since", "basis", item_id="item", person_id="person", decided_by_id="decided_by")
    state.set(m.NeedToKnow, t.values["listing"], ended_on=None, **row)


@applies("need_to_know.ended/1")
def _(state: State, t: Told) -> None:
    state.set(m.NeedToKnow, t.values["listing"], **t.pick("ended_on"))
