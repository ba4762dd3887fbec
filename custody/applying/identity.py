"""Event -> rows for accounts at the house's sign-in provider."""

from __future__ import annotations

import datetime as dt

from custody import models as m
from custody.applying.rows import State, Told, applies


@applies("identity.linked/1")
def _(state: State, t: Told) -> None:
    row = t.pick("issuer", "subject", user_id="user")
    state.set(m.Identity, t.values["identity"], **row, ended_at=None, ended_how=None)


@applies("identity.ended/1")
def _(state: State, t: Told) -> None:
    ended = dt.datetime.fromisoformat(t.values["ended_at"])
    state.set(m.Identity, t.values["identity"], **t.pick(ended_how="how"), ended_at=ended)


@applies("identity.refused/1")
def _(state: State, t: Told) -> None:
    """What was tried changes no row."""
