"""Event -> rows for webhooks."""

from __future__ import annotations

import datetime as dt

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import WebhookState


@applies("webhook.added/1")
def _(state: State, t: Told) -> None:
    row = t.pick("address", "kinds", party_id="party")
    begun = {"state": WebhookState.IN_FORCE, "rekeyed_at": None, "ended_at": None, "ended_how": None}
    state.set(m.Webhook, t.values["webhook"], **row, **begun)


@applies("webhook.rekeyed/1")
def _(state: State, t: Told) -> None:
    moment = dt.datetime.fromisoformat(t.values["rekeyed_at"])
    state.set(m.Webhook, t.values["webhook"], **t.pick(), rekeyed_at=moment)


@applies("webhook.ended/1")
def _(state: State, t: Told) -> None:
    ended = dt.datetime.fromisoformat(t.values["ended_at"])
    row = t.pick(ended_how="how")
    state.set(m.Webhook, t.values["webhook"], **row, state=WebhookState.ENDED, ended_at=ended)
