"""Event -> rows for the end of subcontracts and projects, and for copies that are asked back."""

from __future__ import annotations

from custody import models as m
from custody.applying.corrected import CORRECTED, keep_line
from custody.applying.rows import APPLIES, Apply, State, Told, applies
from custody.terms import ApprovalState, HopState, ProjectState
from custody.transitions import APPROVAL, HOP, PROJECT, move


def _hop(verb: str) -> Apply:
    def body(state: State, t: Told) -> None:
        was = HopState(t.values["was"])
        became = move(HOP, was, verb)
        state.set(m.Hop, t.values["hop"], state=became, entry=t.entry)
        keep_line(state, t, "hop", {"state": [str(was), str(became)]})

    return body


def _project(state: State, t: Told) -> None:
    became = move(PROJECT, ProjectState.OPEN, "close")
    state.set(m.Project, t.values["project"], state=became, entry=t.entry)
    keep_line(state, t, "project", {"state": [str(ProjectState.OPEN), str(became)]})


def _below(verb: str, was: ApprovalState, hop_was: HopState) -> Apply:
    """Move an approval and its hop with one above."""
    became, hop_became = move(APPROVAL, was, verb), move(HOP, hop_was, verb)

    def body(state: State, t: Told) -> None:
        v = t.values
        above = None if verb == "lift" else v["above"]
        state.set(m.Approval, v["approval"], state=became, stopped_with_id=above, entry=t.entry)
        state.set(m.Hop, v["hop"], state=hop_became, entry=t.entry)

    return body


def _below_with_line(verb: str, was: ApprovalState, hop_was: HopState) -> Apply:
    """The same for what a correction's line tells."""
    moved, became = _below(verb, was, hop_was), move(APPROVAL, was, verb)

    def body(state: State, t: Told) -> None:
        moved(state, t)
        keep_line(state, t, "approval", {"state": [str(was), str(became)]})

    return body


def _void(state: State, t: Told) -> None:
    v, became = t.values, move(APPROVAL, ApprovalState.GRANTED, "revoke")
    state.set(m.Approval, v["approval"], state=became, void_from=v["void_from"], entry=t.entry)
    state.set(m.Hop, v["hop"], state=move(HOP, HopState.ACTIVE, "revoke"), entry=t.entry)
    keep_line(state, t, "approval", {"state": [None, str(became)], "void_from": [None, v["void_from"]]})


CORRECTED["approval.revoked/3"] = _void
CORRECTED["hop.completed/1"] = _hop("complete")
CORRECTED["hop.closed/1"] = _hop("close")
CORRECTED["project.closed/1"] = _project
CORRECTED["approval.suspended/2"] = _below_with_line("suspend", ApprovalState.GRANTED, HopState.ACTIVE)
CORRECTED["approval.lifted/2"] = _below_with_line("lift", ApprovalState.SUSPENDED, HopState.SUSPENDED)
APPLIES.update(CORRECTED)
APPLIES["approval.revoked/2"] = _below("revoke", ApprovalState.GRANTED, HopState.ACTIVE)


@applies("copies.recalled/1")
def _(state: State, t: Told) -> None:
    _recalled(state, t, t.values["holders"])


@applies("copies.recalled/2")
def _(state: State, t: Told) -> None:
    _recalled(state, t, [t.values["holder"]])


def _recalled(state: State, t: Told, holders: list[str]) -> None:
    """Keep a request to holders. What was asked before systems and people could be has neither."""
    row = t.pick("copies", "due", "reason", project_id="project", hop_id="hop", person_id="person")
    of = {f"{name}_id": t.values.get(name) for name in ("system", "leaver")}
    state.set(m.Recall, t.values["recall"], holders=holders, **of, **row)
    if t.values["hop"] is not None:
        state.set(m.Hop, t.values["hop"], state=HopState(t.values["state"]), entry=t.entry)
