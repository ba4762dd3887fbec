"""Event -> rows for counter PINs."""

from __future__ import annotations

import datetime as dt

from custody import models as m
from custody.applying.rows import State, Told, applies


@applies("pin.set/1")
def _(state: State, t: Told) -> None:
    state.set(m.CounterPin, t.values["pin"], **t.pick(user_id="user"), ended_at=None, ended_how=None)


@applies("pin.ended/1")
def _(state: State, t: Told) -> None:
    ended = dt.datetime.fromisoformat(t.values["ended_at"])
    state.set(m.CounterPin, t.values["pin"], **t.pick(ended_how="how"), ended_at=ended)
