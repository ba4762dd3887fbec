"""Event -> rows for approvals after they were granted."""

from __future__ import annotations

from custody import models as m
from custody.applying.corrected import CORRECTED, keep_line
from custody.applying.rows import APPLIES, Apply, State, Told
from custody.terms import ApprovalState, HopState
from custody.transitions import APPROVAL, HOP, move


def _moved(verb: str, approval: ApprovalState, hop: HopState) -> Apply:
    """Move an approval and its hop, and tell the line that keeps both states."""
    became, hop_became = move(APPROVAL, approval, verb), move(HOP, hop, verb)

    def body(state: State, t: Told) -> None:
        state.set(m.Approval, t.values["approval"], state=became, stopped_with_id=None, entry=t.entry)
        state.set(m.Hop, t.values["hop"], state=hop_became, entry=t.entry)
        keep_line(state, t, "approval", {"state": [str(approval), str(became)]})

    return body


def _amended(state: State, t: Told) -> None:
    v = t.values
    row = t.pick("share", "amount", "subject_sha256")
    state.set(m.Hop, v["hop"], state=HopState.REQUESTED, **{**v["new"], **row})
    if v["superseded"] is not None:
        state.set(m.Approval, v["superseded"], state=ApprovalState.SUPERSEDED, entry=t.entry)
    row = t.pick("level", "starts", "ends", "subject_sha256", "decide_by", "needed")
    row |= {"hop_id": v["hop"], "requested_by_id": v["requested_by"]}
    state.set(m.Approval, v["approval"], state=ApprovalState.REQUESTED, **row)
    keep_line(state, t, "hop", {n: [v["old"][n], v["new"][n]] for n in v["changed"]})


CORRECTED["hop.amended/1"] = _amended
CORRECTED["approval.suspended/1"] = _moved("suspend", ApprovalState.GRANTED, HopState.ACTIVE)
CORRECTED["approval.lifted/1"] = _moved("lift", ApprovalState.SUSPENDED, HopState.SUSPENDED)
APPLIES.update(CORRECTED)
