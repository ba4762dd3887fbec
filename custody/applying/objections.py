"""Event -> rows for regulators' objections."""

from __future__ import annotations

from typing import Any

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import ObjectionState


def _moved(state: State, t: Told, to: ObjectionState, **columns: Any) -> None:
    state.set(m.Objection, t.values["objection"], state=to, **columns)


@applies("objection.lodged/1")
def _(state: State, t: Told) -> None:
    names = ("number", "serial", "text", "basis", "due", "lodged_on")
    ids = {f"{name}_id": name for name in ("project", "authority", "line", "lodged_by")}
    _moved(
        state,
        t,
        ObjectionState.OPEN,
        answer="",
        answered_by_id=None,
        answered_on=None,
        late=False,
        remark="",
        ended_by_id=None,
        ended_on=None,
        **t.pick(*names, **ids),
    )


@applies("objection.answered/1")
def _(state: State, t: Told) -> None:
    row = t.pick("answered_on", "late", answer="text", answered_by_id="answered_by")
    _moved(state, t, ObjectionState.ANSWERED, **row)


@applies("objection.accepted/1")
def _(state: State, t: Told) -> None:
    _moved(state, t, ObjectionState.SETTLED, **t.pick("remark", "ended_on", ended_by_id="ended_by"))


@applies("objection.sent_back/1")
def _(state: State, t: Told) -> None:
    _moved(state, t, ObjectionState.RETURNED, **t.pick("due", remark="reason"))


@applies("objection.withdrawn/1")
def _(state: State, t: Told) -> None:
    row = t.pick("ended_on", remark="reason", ended_by_id="ended_by")
    _moved(state, t, ObjectionState.WITHDRAWN, **row)
