"""Event -> rows for accounts at the house's sign-in provider."""

from __future__ import annotations

import datetime as dt

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import IdentityState


@applies("identity.proposed/1")
def _(state: State, t: Told) -> None:
    row = t.pick("issuer", "subject", user_id="user", proposed_by_id="proposed_by")
    begun = {"state": IdentityState.PROPOSED, "confirmed_by_id": None, "ended_at": None, "ended_how": None}
    state.set(m.Identity, t.values["identity"], **row, **begun)


@applies("identity.linked/1")
def _(state: State, t: Told) -> None:
    row = t.pick("issuer", "subject", user_id="user")
    begun = {"proposed_by_id": None, "confirmed_by_id": None, "ended_at": None, "ended_how": None}
    state.set(m.Identity, t.values["identity"], **row, **begun, state=IdentityState.LINKED)


@applies("identity.linked/2")
def _(state: State, t: Told) -> None:
    row = t.pick("issuer", "subject", user_id="user", confirmed_by_id="confirmed_by")
    state.set(m.Identity, t.values["identity"], **row, state=IdentityState.LINKED)


@applies("identity.ended/1")
def _(state: State, t: Told) -> None:
    ended = dt.datetime.fromisoformat(t.values["ended_at"])
    row = t.pick(ended_how="how")
    state.set(m.Identity, t.values["identity"], **row, state=IdentityState.ENDED, ended_at=ended)


@applies("identity.refused/1")
def _(state: State, t: Told) -> None:
    """What was tried changes no row."""
