"""Event -> rows for one-time slips."""

from __future__ import annotations

import datetime as dt

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import SlipHalf, SlipState


@applies("slip.asked/1")
def _(state: State, t: Told) -> None:
    row = t.pick("purpose", "reason", sign_in_id="user", asked_by_id="asked_by", first_sha256="half_sha256")
    row |= dict.fromkeys(("confirmed_by_id", "first_printed", "second_printed", "ended_at", "ended_how"))
    expires = dt.datetime.fromisoformat(t.values["expires_at"])
    later = {"second_sha256": "", "tries": 0, "state": SlipState.ASKED}
    state.set(m.Slip, t.values["slip"], expires_at=expires, **row, **later)


@applies("slip.confirmed/1")
def _(state: State, t: Told) -> None:
    row = t.pick(confirmed_by_id="confirmed_by", second_sha256="half_sha256")
    state.set(m.Slip, t.values["slip"], state=SlipState.CONFIRMED, **row)


@applies("slip.printed/1")
def _(state: State, t: Told) -> None:
    column = "first_printed" if t.values["half"] == SlipHalf.FIRST else "second_printed"
    state.set(m.Slip, t.values["slip"], **{column: t.entry}, entry=t.entry)


@applies("slip.used/1")
def _(state: State, t: Told) -> None:
    used = dt.datetime.fromisoformat(t.values["used_at"])
    state.set(m.Slip, t.values["slip"], state=SlipState.USED, ended_at=used, entry=t.entry)


@applies("slip.refused/1")
def _(state: State, t: Told) -> None:
    state.set(m.Slip, t.values["slip"], tries=t.values["tries"], entry=t.entry)


@applies("slip.ended/1")
def _(state: State, t: Told) -> None:
    ended = dt.datetime.fromisoformat(t.values["ended_at"])
    row = t.pick(ended_how="how")
    state.set(m.Slip, t.values["slip"], state=SlipState.ENDED, ended_at=ended, **row)
