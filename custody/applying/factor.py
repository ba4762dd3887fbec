"""Event -> rows for what people sign in with beside a password."""

from __future__ import annotations

import datetime as dt

from custody import models as m
from custody.applying.rows import State, Told, applies


@applies("factor.enrolled/1")
def _(state: State, t: Told) -> None:
    row = t.pick("name", "credential", "public_key", user_id="user", kind="means")
    state.set(m.Factor, t.values["factor"], **row, ended_at=None, ended_how=None)


@applies("factor.removed/1")
def _(state: State, t: Told) -> None:
    ended = dt.datetime.fromisoformat(t.values["ended_at"])
    state.set(m.Factor, t.values["factor"], **t.pick(ended_how="how"), ended_at=ended)


@applies("factor.refused/1", "factor.recovered/1")
def _(state: State, t: Told) -> None:
    """What was tried changes no row."""
