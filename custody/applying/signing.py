"""Event -> rows for keys that sign decisions."""

from __future__ import annotations

import datetime as dt

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import KeyForm, SigningKeyState


@applies("signing_key.asked/1", "signing_key.asked/2")
def _(state: State, t: Told) -> None:
    row = t.pick(
        *("credential", "public_key", "fingerprint", "origin", "rp_id"),
        factor_id="factor",
        person_id="person",
    )
    row |= {"form": KeyForm(t.values.get("form", KeyForm.PASSKEY))}
    row |= {"confirmed_by_id": None, "confirmed": None, "ended_at": None, "ended_how": None}
    state.set(m.SigningKey, t.values["key"], state=SigningKeyState.ASKED, **row)


@applies("signing_key.confirmed/1", "signing_key.confirmed/2")
def _(state: State, t: Told) -> None:
    row = t.pick(confirmed_by_id="confirmed_by") | {"confirmed": t.entry}
    state.set(m.SigningKey, t.values["key"], state=SigningKeyState.CONFIRMED, **row)


@applies("signing_key.ended/1")
def _(state: State, t: Told) -> None:
    ended = dt.datetime.fromisoformat(t.values["ended_at"])
    row = t.pick(ended_how="how")
    state.set(m.SigningKey, t.values["key"], state=SigningKeyState.ENDED, ended_at=ended, **row)


@applies("signature.given/1")
def _(state: State, t: Told) -> None:
    row = t.pick("type", "object", "decision_entry", "statement_sha256", person_id="person", key_id="key")
    state.set(m.Signature, t.values["signature"], **row)


@applies("signing.refused/1", "signing.refused/2")
def _(state: State, t: Told) -> None:
    """What was tried changes no row."""
