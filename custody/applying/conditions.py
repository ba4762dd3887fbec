"""Event -> rows for conditions of approvals."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import Apply, State, Told, applies
from custody.terms import ConditionState
from custody.transitions import CONDITION, move


@applies("condition.set/1")
def _(state: State, t: Told) -> None:
    row = t.pick("number", "type", "text", "due", "set_on", approval_id="approval", set_by_id="person")
    nothing = {"evidence": "", "paper": "", "sha256": "", "reason": "", "shown_by_id": None}
    state.set(
        m.Condition, t.values["condition"], state=ConditionState.OPEN, settled_by_id=None, **nothing, **row
    )


@applies("condition.evidenced/1")
def _(state: State, t: Told) -> None:
    row = t.pick("evidence", "paper", "sha256", shown_by_id="person")
    state.set(m.Condition, t.values["condition"], state=ConditionState.EVIDENCED, **row)


def _settled(verb: str, before: ConditionState) -> Apply:
    became = move(CONDITION, before, verb)

    def body(state: State, t: Told) -> None:
        row = t.pick("reason", settled_by_id="person")
        state.set(m.Condition, t.values["condition"], state=became, **row)

    return body


applies("condition.met/1")(_settled("confirm", ConditionState.EVIDENCED))
applies("condition.returned/1")(_settled("return", ConditionState.EVIDENCED))
applies("condition.waived/1")(_settled("waive", ConditionState.OPEN))
