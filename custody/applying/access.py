"""Event -> rows for roles, leave to read and sign-ins that were taken back.

What no entry has given is no row by being taken back: a full check goes on finding what was put in past the
ledger.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model

from custody import models as m
from custody.applying.corrected import CORRECTED, keep_line
from custody.applying.rows import APPLIES, State, Told


def _ended(model: type[Model], noun: str) -> Any:
    def body(state: State, t: Told) -> None:
        v = t.values
        moment = dt.datetime.fromisoformat(v["ended_at"]) if v["ended_at"] else None
        if v[noun] in state.rows[model]:
            state.set(model, v[noun], ends=v["ends"], ended_at=moment, entry=t.entry)
        keep_line(state, t, noun, ended(v["ends_before"], v["ends"], v["ended_at"]))

    return body


def ended(before: str | None, ends: str, ended_at: str | None) -> dict[str, Any]:
    """Return what ending changed, old and new."""
    return {"ends": [before, ends], **({"ended_at": [None, ended_at]} if ended_at else {})}


def _closed(state: State, t: Told) -> None:
    if t.values["user"] in state.rows[m.User]:
        state.set(m.User, t.values["user"], closed=t.entry)
    keep_line(state, t, "user", {"closed": [None, t.entry]})


def _opened(state: State, t: Told) -> None:
    if t.values["user"] in state.rows[m.User]:
        state.set(m.User, t.values["user"], closed=None)
    keep_line(state, t, "user", {"closed": [t.values["corrects"], None]})


def _superuser(is_one: bool) -> Any:
    def body(state: State, t: Told) -> None:
        if t.values["user"] in state.rows[m.User]:
            state.set(m.User, t.values["user"], is_superuser=is_one)

    return body


APPLIES.update({"sign_in.raised/1": _superuser(True), "sign_in.lowered/1": _superuser(False)})

_TAKEN_BACK = {
    "membership.ended/1": _ended(m.Membership, "membership"),
    "grant.ended/1": _ended(m.Grant, "grant"),
    "grant.ended/2": _ended(m.Grant, "grant"),
    "sign_in.closed/1": _closed,
    "sign_in.opened/1": _opened,
}
CORRECTED.update(_TAKEN_BACK)
APPLIES.update(_TAKEN_BACK)
